#pragma once
// Dates and times between sql's values, ODBC's structures and text.
#include <sql.h>
#include <sqlext.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "sql/value.h"

namespace couch::driver {

SQL_DATE_STRUCT to_struct(const sql::Date& date);
SQL_TIME_STRUCT to_struct(const sql::Time& time);  // its fraction has no place there
SQL_TIMESTAMP_STRUCT to_struct(const sql::Timestamp& timestamp);
// nullopt: no such day or time.
std::optional<sql::Date> from_struct(const SQL_DATE_STRUCT& in);
std::optional<sql::Time> from_struct(const SQL_TIME_STRUCT& in);
std::optional<sql::Timestamp> from_struct(const SQL_TIMESTAMP_STRUCT& in);

// Today by the machine's clock and time zone: the date of a TIME that becomes a TIMESTAMP.
sql::Date current_date();

// Text as a date, a time or a timestamp, whichever it is: the forms of sql/datetime.h, and ODBC's literals {d
// '…'}, {t '…'}, {ts '…'}.
using Moment = std::variant<std::monostate, sql::Date, sql::Time, sql::Timestamp>;
Moment parse_moment(std::string_view text);

// The same text as sql::format gives, without allocating: result sets of millions of rows are read as
// SQL_C_CHAR.
class MomentText {
 public:
  explicit MomentText(const sql::Date& date) { put(date); }
  explicit MomentText(const sql::Time& time) { put(time); }
  explicit MomentText(const sql::Timestamp& timestamp) {
    put(timestamp.date);
    text_[size_++] = ' ';
    put(timestamp.time);
  }
  std::string_view view() const { return {text_.data(), size_}; }

 private:
  void put(const sql::Date& date);
  void put(const sql::Time& time);
  void digits(uint32_t value, size_t count);
  std::array<char, 32> text_;
  size_t size_ = 0;
};

inline bool is_midnight(const sql::Time& time) { return time == sql::Time{}; }

}  // namespace couch::driver
