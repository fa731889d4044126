#pragma once
// What the definition of a table (CREATE TABLE, SchemaFile) demands of the rows that are written into it. Of
// a table without one it demands nothing. Whoever writes documents calls this before it makes their JSON.
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "sql/session.h"
#include "sql/table.h"
#include "sql/value.h"

namespace couch::sql::define {

// A value as the column holds it. Of declared columns: NOT NULL (Error NullNotAllowed, 23000), the class
// (TypeMismatch, InvalidDatetime), the length (StringTruncation), the range (OutOfRange); digits behind the
// scale are rounded (SQL-92, 9.2 store assignment), fractions of seconds past it are dropped. Messages name
// the column. Others pass as they are.
Value checked(const Column& column, Value value);

// The columns, by their places in table.columns, that INSERT without a column list means: of a declared table
// the declared ones, in their order. Of others: nullopt, the caller knows.
std::optional<std::vector<size_t>> listed_columns(const Table& table);

// What stands where an INSERT says nothing, or DEFAULT.
class Defaults {
 public:
  // `given`: the places in table.columns of what the INSERT names.
  Defaults(const Table& table, const std::vector<size_t>& given, const Options& options);

  struct Default {
    size_t column;  // place in table.columns
    Value value;    // checked
  };
  // For one row: the declared columns that are not given and have a default. CURRENT_TIMESTAMP and the like
  // are computed anew for each call. Throws Error NullNotAllowed where a NOT NULL column has no default.
  std::vector<Default> row(const Execution& execution) const;
  bool empty() const { return columns_.empty(); }

 private:
  struct Missing {
    size_t column;
    std::optional<Value> constant;
    std::shared_ptr<const Prepared> computed;
  };
  const Table& table_;
  std::vector<Missing> columns_;
};
// The default of one column, for SET column = DEFAULT; nullopt: it has none.
std::optional<Value> default_of(const Column& column, const Options& options, const Execution& execution);

// PRIMARY KEY on columns other than _id: their values make the _id, "product:A1", so that no two rows have
// the same and tables do not meet. Places in table.columns, in order of the key; none: _id is the key.
std::vector<size_t> key_columns(const Table& table);
// `values`: of the key columns, checked, in their order. Several are joined by ':', with ':' and '%' in them
// escaped. Throws Error NullNotAllowed.
std::string made_id(const Table& table, const std::vector<Value>& values);

}  // namespace couch::sql::define
