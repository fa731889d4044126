#pragma once
// Dates and times between sql's values, ODBC's structures and text.
#include <sql.h>
#include <sqlext.h>

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

inline bool is_midnight(const sql::Time& time) { return time == sql::Time{}; }

}  // namespace couch::driver
