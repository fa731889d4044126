#pragma once
// Parameters of one execution: read from the application's buffers (APD, IPD), those that come at execution
// through SQLPutData, and parameter arrays. Everything is copied: after the call that completes it, the
// buffers are the application's again.
#include <sql.h>
#include <sqlext.h>

#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "driver/descriptor.h"
#include "sql/bound.h"
#include "sql/value.h"

namespace couch::driver {

// One set of an array; an execution without arrays has one.
struct ParameterSet {
  std::vector<sql::Value> values;
  std::vector<bool> given;   // of a rowset: by column, whether it is to be written. Empty: all are
  bool stated = false;       // of a rowset: some column says other than SQL_COLUMN_IGNORE
  bool ignored = false;      // SQL_PARAM_IGNORE
  std::exception_ptr error;  // it could not be read
  SQLINTEGER error_column = SQL_NO_COLUMN_NUMBER;
  bool fraction_lost = false;
};

class Parameters {
 public:
  // Reads what is there. Throws OdbcError 07002 when too few are bound.
  Parameters(const Descriptor& apd, const Descriptor& ipd, const std::vector<sql::ParameterInfo>& wanted);

  // What the buffers of a rowset hold, for SQLSetPos and SQLBulkOperations: one set a row, one value a
  // column. columns: from 1; rows: of the buffers, from 0. Columns that say SQL_COLUMN_IGNORE are not given,
  // nor those of which `unchanged` says so (it may throw what is wrong with the row).
  struct Rowset {
    std::vector<size_t> columns, rows;
    std::function<bool(size_t row, size_t column)> unchanged;
  };
  Parameters(const Descriptor& ard, const Descriptor& ird, Rowset rowset);

  bool awaits_data() const noexcept { return !pending_.empty(); }
  // next_needed() will give one.
  bool awaits_more() const noexcept { return next_ < pending_.size(); }
  // The next one that comes at execution: its SQL_DESC_DATA_PTR value, which SQLParamData gives the
  // application. nullopt: all are there. What SQLPutData gave for the one before is converted now.
  std::optional<SQLPOINTER> next_needed();
  // SQLPutData. Throws OdbcError HY009, HY010, HY019, HY020, HY090, 07S01.
  void put(SQLPOINTER data, SQLLEN length);

  const std::vector<ParameterSet>& sets() const noexcept { return sets_; }

 private:
  struct Pending {
    size_t set, parameter;
    SQLPOINTER token;
  };
  struct Sent {
    std::string bytes;
    bool any = false, null = false;
  };
  struct Binding {
    DescriptorRecord application;
    SQLSMALLINT c_type, sql_type;
    SQLULEN column_size;
    SQLSMALLINT digits;
  };
  void read(size_t set, size_t parameter, const Descriptor& apd);
  void convert(size_t set, size_t parameter, const void* data, SQLLEN length);
  void finish_sent();

  // In messages: the parameter, or the column.
  std::string name_of(size_t parameter) const;

  Rowset rowset_;  // empty: they are parameters
  std::vector<Binding> bindings_;
  std::vector<ParameterSet> sets_;
  std::vector<Pending> pending_;
  size_t next_ = 0;         // in pending_
  bool receiving_ = false;  // pending_[next_ - 1] is being sent
  Sent sent_;
};

// What a rowset's buffer of this C type is read as; SQL_UNKNOWN_TYPE: as its column's type. A column's size
// does not bound what is written: its class decides.
SQLSMALLINT natural_type(SQLSMALLINT c_type);
// The column size and digits that a descriptor record stands for (ODBC Appendix D), as SQLBindParameter took
// them apart.
SQLULEN column_size_of(const DescriptorRecord& record);
SQLSMALLINT decimal_digits_of(const DescriptorRecord& record);
// The inverse.
void set_size_and_digits(DescriptorRecord& record, SQLULEN column_size, SQLSMALLINT decimal_digits);

}  // namespace couch::driver
