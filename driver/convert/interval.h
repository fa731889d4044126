#pragma once
// ODBC's thirteen interval types: their codes, their C structure and their text (Appendix D, Interval Data
// Types).
#include <sql.h>
#include <sqlext.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sql/value.h"

namespace couch::driver {

// Leading digits of an interval that has no declared precision. ODBC's own default, 2, would not hold the
// difference of most dates.
constexpr uint32_t interval_leading_digits = 9;
// Digits of the fraction of a second where the application did not set SQL_DESC_PRECISION.
constexpr SQLSMALLINT interval_fraction_digits = 6;

struct IntervalFields {
  sql::IntervalField leading = sql::IntervalField::Day, trailing = sql::IntervalField::Day;
};

// The C and the SQL code of an interval type are the same number.
bool is_interval(SQLSMALLINT code) noexcept;
IntervalFields interval_fields(SQLSMALLINT code) noexcept;  // is_interval(code)
SQLSMALLINT interval_code(IntervalFields fields) noexcept;
bool is_year_month(SQLSMALLINT code) noexcept;  // false for day-time intervals
bool is_single_field(SQLSMALLINT code) noexcept;

enum class IntervalFit : unsigned char { Whole, TrailingLost, LeadingTooLong };

// The interval in the fields of `code`, the leading field holding all that the others do not.
// `leading_digits` bounds the leading field, `fraction_digits` says what the structure's fraction counts (6:
// microseconds).
IntervalFit write_interval(const sql::Interval& interval, SQLSMALLINT code, SQLSMALLINT leading_digits,
                           SQLSMALLINT fraction_digits, SQL_INTERVAL_STRUCT& out);
// nullopt: a field after the first one is out of its range (25 hours after a day), or the interval is too
// long.
std::optional<sql::Interval> read_interval(const SQL_INTERVAL_STRUCT& in, SQLSMALLINT code,
                                           SQLSMALLINT fraction_digits);

// The text between a literal's quotes, read as `code` where it could mean several things ("10:20" is minutes
// and seconds for MINUTE TO SECOND).
std::optional<sql::Interval> parse_interval(std::string_view text, SQLSMALLINT code);

struct Number;
struct CountedInterval {
  sql::Interval value;
  bool fraction_lost = false;  // digits after the point, or past the ninth for seconds
};
// So many of `code`'s only field. nullopt: too many.
std::optional<CountedInterval> interval_of(const Number& count, SQLSMALLINT code);
// Whether nothing below `code`'s trailing field is lost.
bool holds_interval(SQLSMALLINT code, const sql::Interval& interval);

}  // namespace couch::driver
