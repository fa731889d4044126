#pragma once
// One value, in two forms: Value owns its bytes (parameters, literals, catalog rows), Cell borrows them (a
// row being read).
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sql/type.h"

namespace couch::sql {

struct Date {
  int32_t year = 0;  // proleptic Gregorian, 0..9999
  uint8_t month = 1, day = 1;
  friend auto operator<=>(const Date&, const Date&) = default;
};
struct Time {
  uint8_t hour = 0, minute = 0, second = 0;
  uint32_t nanosecond = 0;
  friend auto operator<=>(const Time&, const Time&) = default;
};
struct Timestamp {  // UTC where the text had an offset, else as written
  Date date;
  Time time;
  friend auto operator<=>(const Timestamp&, const Timestamp&) = default;
};
struct Interval {  // either months, or seconds and nanoseconds of the same sign
  int64_t months = 0;
  int64_t seconds = 0;
  int32_t nanoseconds = 0;
  bool year_month = false;
  IntervalField leading = IntervalField::Day, trailing = IntervalField::Day;
  friend bool operator==(const Interval&, const Interval&) = default;
};

// Numbers outside int64 keep their digits: an optional '-', digits, optionally '.' and digits, optionally an
// exponent.
struct Decimal {
  std::string digits;
  friend bool operator==(const Decimal&, const Decimal&) = default;
};
struct DecimalView {
  std::string_view digits;
};
struct Binary {
  std::string bytes;
  friend bool operator==(const Binary&, const Binary&) = default;
};
struct BinaryView {
  std::string_view bytes;
};

// monostate is NULL. Text is UTF-8 and may hold U+0000.
using Value = std::variant<std::monostate, bool, int64_t, double, Decimal, std::string, Date, Time, Timestamp,
                           Interval, Binary>;
using Cell = std::variant<std::monostate, bool, int64_t, double, DecimalView, std::string_view, Date, Time,
                          Timestamp, Interval, BinaryView>;

inline bool is_null(const Value& v) { return v.index() == 0; }
inline bool is_null(const Cell& c) { return c.index() == 0; }
Cell view(const Value& value);  // borrows from value
Value own(const Cell& cell);    // copies
TypeClass class_of(const Cell& cell);

// A row source: what a query, a catalog function and RETURNING all are.
struct ResultColumn {
  std::string name;  // SQL_DESC_NAME / LABEL
  Type type;
  bool nullable = true;
  bool named = true;  // false: the driver made the name up (SQL_UNNAMED)
  // Where it comes from, when it is a plain column: empty otherwise.
  std::string base_catalog, base_table, base_column, table_alias;
  bool row_version = false;  // _rev

  // Compared byte for byte, as CouchDB does; all other text is compared by the collation.
  bool is_id_or_revision() const { return row_version || (!base_table.empty() && base_column == "_id"); }
};

// Rows in order, one at a time, forward only. Not thread safe; destroying it aborts what it still reads.
class Rows {
 public:
  Rows() = default;
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;
  virtual ~Rows() = default;
  virtual const std::vector<ResultColumn>& columns() const = 0;
  // Moves to the next row; false at the end, and at every call after it. Throws sql::Error, http::Error.
  virtual bool next() = 0;
  // The current row's column i (0-based). Valid until the next call of next().
  virtual Cell cell(size_t i) = 0;
  // Warnings met so far (values that did not fit, say), each given once.
  virtual std::vector<std::string> take_warnings() { return {}; }
  // How many rows a change touched: SQLRowCount. nullopt: it is no change.
  virtual std::optional<uint64_t> affected() const { return std::nullopt; }
};

}  // namespace couch::sql
