#pragma once
// A result set being read: rowsets into bound buffers (SQLFetch), single values (SQLGetData), the position in
// a rowset (SQLSetPos).
#include <sql.h>
#include <sqlext.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "driver/changeable_rows.h"
#include "driver/convert/convert.h"
#include "driver/descriptor.h"
#include "driver/diagnostics.h"
#include "sql/value.h"

namespace couch::driver {

// The cells of a rowset, kept for SQLGetData on any of its rows (SQL_GD_BLOCK). Memory is used again for the
// next rowset.
class RowsetCells {
 public:
  void clear(size_t columns);
  void add_row(sql::Rows& rows);
  void replace(size_t row, size_t column, const sql::Value& value);
  // Throws what the value's reading threw.
  sql::Cell at(size_t row, size_t column) const {
    const size_t place = row * columns_ + column;
    if (!failures_.empty()) check(place);
    return cells_[place];
  }

 private:
  std::string_view keep(std::string_view bytes);
  void take(sql::Cell& cell);  // makes what it borrows the rowset's own
  void check(size_t place) const;
  struct Block {
    std::unique_ptr<char[]> bytes;
    size_t size = 0;
  };
  size_t columns_ = 0;
  std::vector<sql::Cell> cells_;
  std::vector<std::pair<size_t, std::exception_ptr>> failures_;  // cells that could not be read
  std::vector<Block> blocks_;
  size_t block_ = 0, used_ = 0;  // where the next bytes go
};

class Cursor {
 public:
  // max_rows: SQL_ATTR_MAX_ROWS, 0: all.
  Cursor(std::unique_ptr<sql::Rows> rows, uint64_t max_rows);

  // Reads the first row, so that what fails before it fails in SQLExecute.
  void read_ahead();
  struct Options {
    bool retrieve = true;    // SQL_ATTR_RETRIEVE_DATA
    SQLULEN max_length = 0;  // SQL_ATTR_MAX_LENGTH: bytes, of wide text characters; 0: all
  };
  // The next rowset into what ARD binds; statuses and counts where IRD points.
  Outcome fetch(const Descriptor& ard, const Descriptor& ird, const std::vector<sql::Type>& types,
                const Options& options, Diagnostics& diagnostics);
  Outcome get_data(size_t column, SQLSMALLINT c_type, SQLPOINTER buffer, SQLLEN capacity, SQLLEN* indicator,
                   const Descriptor& ard, const Descriptor& ird, const std::vector<sql::Type>& types,
                   const Options& options, Diagnostics& diagnostics);
  // SQLSetPos with SQL_POSITION; row from 1.
  void set_position(SQLULEN row);

  // ---- rows that can be changed (SQL_CONCUR_ROWVER): each rowset's cells are kept, the columns behind the
  // described ones too. Rows are those of the rowset, from 0.
  void set_changeable(std::unique_ptr<ChangeableRows> rows) noexcept { changeable_ = std::move(rows); }
  ChangeableRows* changeable() const noexcept { return changeable_.get(); }
  sql::Cell kept(size_t row, size_t column) const { return cells_.at(row, column); }
  void replace(size_t row, size_t column, const sql::Value& value) { cells_.replace(row, column, value); }
  // Whether the column's buffer holds what a fetch of the row puts there. Throws what reading the value
  // throws.
  bool holds(size_t row, size_t column, const Descriptor& ard, const Descriptor& ird,
             const std::vector<sql::Type>& types, const Options& options);
  // SQL_REFRESH: writes the row into what ARD binds. False: it has an error.
  bool write_again(size_t row, const Descriptor& ard, const Descriptor& ird,
                   const std::vector<sql::Type>& types, const Options& options, Diagnostics& diagnostics,
                   bool& warned);
  SQLULEN rowset_start() const noexcept { return rowset_start_; }
  SQLULEN position() const noexcept { return position_; }

  SQLULEN row_number() const noexcept;  // of the current row, from 1; 0: unknown
  SQLULEN rowset_rows() const noexcept { return rowset_rows_; }
  // What broke after the first rows of a rowset: the next fetch says it.
  const std::exception_ptr& failure() const noexcept { return failure_; }
  void set_failure(std::exception_ptr failure) noexcept { failure_ = std::move(failure); }
  std::vector<std::string> take_warnings() { return rows_->take_warnings(); }

 private:
  bool advance();
  // A bound column, looked up once a rowset: its addresses are those of the next row to be written.
  struct Bound {
    size_t column = 0;  // from 0
    Target target;
    size_t buffer_step = 0, length_step = 0;  // bytes to the next row's
    std::exception_ptr failure;               // the pair of types is not allowed: so is each of its values
  };
  void look_up(const Descriptor& ard, const Descriptor& ird, const std::vector<sql::Type>& types);
  void move_bound(size_t rows);
  // Writes the bound columns of the row. False: it has an error.
  bool write_row(size_t row, const std::vector<sql::Type>& types, const Options& options,
                 Diagnostics& diagnostics, bool& warned);
  sql::Cell cell(size_t column);

  std::unique_ptr<sql::Rows> rows_;
  std::unique_ptr<ChangeableRows> changeable_;  // null: the cursor is read only
  uint64_t left_;                               // of max_rows
  bool ahead_ = false, ahead_found_ = false;
  bool ended_ = false;
  std::exception_ptr failure_;  // the source broke: every later fetch says so
  bool buffered_ = false;       // the rowset is in cells_; else it is the source's current row
  RowsetCells cells_;
  std::vector<Bound> bound_;
  SQLULEN rowset_start_ = 0;  // rows before the rowset
  SQLULEN rowset_rows_ = 0;
  SQLULEN position_ = 0;  // in the rowset, from 0
  // SQLGetData's place in one column of the current row.
  size_t data_column_ = 0;  // 0: none
  Progress progress_;
  // By column: the C type that SQLGetData was asked for last, and the concise one that checked() made of it.
  // Mostly every row asks for the same.
  struct Allowed {
    SQLSMALLINT asked = SQL_ARD_TYPE /* looked up each time */, concise = 0;
  };
  std::vector<Allowed> allowed_;
};

}  // namespace couch::driver
