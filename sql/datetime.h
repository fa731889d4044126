#pragma once
// Dates and times as text, and the calendar behind them. Pure; nothing here throws.
//
// JSON has no dates, so a DATE, TIME or TIMESTAMP column holds strings. Two families of ISO 8601 forms are
// told apart:
//
//   Forms::Calendar  what a document's string must be to count as a date. The extended calendar forms only:
//                      date       2022-01-31
//                      time       10:15, 10:15:30, 10:15:30.25 (or ',25'), each with Z, +02, +0200, +02:00 or
//                      nothing timestamp  a date, then 'T', 't' or one space, then a time
//                    Their text begins with the year, the month and the day, so a range over the text
//                    (widened to whole days) holds every value of the range: that is what lets CouchDB narrow
//                    a condition on dates. It also keeps '20220131', '2022-031' and '1015' (order numbers,
//                    mostly) from being taken for dates.
//   Forms::Any       what CAST and a converted literal or parameter may be: the above; basic forms (20220131,
//   20220131T101530Z, 1015 only after
//                    a date), ordinal (2022-031, 2022031) and week dates (2022-W05-1, 2022W051), 24:00 as the
//                    next midnight, and blanks around the text.
//
// Years are 0000 to 9999 (proleptic Gregorian), with four digits. An offset is applied: the value is UTC;
// without one it is as written. Past 9 digits a fraction is cut. A leap second (:60) is accepted as the last
// second of a UTC day only, and kept, as ODBC's seconds go to 61. A timestamp whose UTC falls outside the
// years 0000 to 9999 is none.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sql/value.h"

namespace couch::sql {

enum class Forms : uint8_t { Calendar, Any };
enum class DatetimeKind : uint8_t { Date, Time, Timestamp };
enum class OffsetForm : uint8_t { None, Utc /* Z */, Numeric /* +02:00 */ };

// How a string is written, for schema inference. Two strings of equal form are ordered by time as they are
// ordered by text (unless their offset is Numeric, which may differ from value to value).
struct DatetimeForm {
  DatetimeKind kind = DatetimeKind::Date;
  uint8_t fraction_digits = 0;  // as written; 255 for more
  OffsetForm offset = OffsetForm::None;
  char separator = 0;    // Timestamp: 'T', 't' or ' '
  bool seconds = false;  // Time, Timestamp: has seconds
  friend bool operator==(const DatetimeForm&, const DatetimeForm&) = default;
};

// What a document's string is (Forms::Calendar), or nullopt: it is no date, time or timestamp.
std::optional<DatetimeForm> classify(std::string_view text);

std::optional<Date> parse_date(std::string_view text, Forms forms = Forms::Calendar);
// With an offset the time is UTC's, around midnight if need be.
std::optional<Time> parse_time(std::string_view text, Forms forms = Forms::Calendar);
// A date alone is its midnight.
std::optional<Timestamp> parse_timestamp(std::string_view text, Forms forms = Forms::Calendar);

// Digits of a fraction of a second, at most: what no precision states.
constexpr int16_t every_digit = 9;
// Of the fraction, so many digits; the others are cut.
Time cut_to(Time time, int16_t digits);

// 'YYYY-MM-DD', 'HH:MM:SS[.f]', 'YYYY-MM-DD HH:MM:SS[.f]': the fraction without its trailing zeros, so that
// the order of the text's bytes is the order of time.
std::string format(const Date& date);
std::string format(const Time& time);
std::string format(const Timestamp& timestamp);

bool valid(const Date& date);  // year 0..9999, month, day of that month
bool valid(const Time& time);  // second up to 60

// ---- the calendar
int64_t days_of(const Date& date);               // since 1970-01-01
std::optional<Date> date_of(int64_t days);       // nullopt outside the years 0..9999
int64_t seconds_of(const Timestamp& timestamp);  // since 1970-01-01 00:00:00, without the fraction; a leap
                                                 // second is the next one
std::optional<Timestamp> timestamp_of(int64_t seconds, uint32_t nanosecond);
uint32_t seconds_of(const Time& time);  // since midnight, 0..86400
uint8_t days_in_month(int32_t year, uint8_t month);
uint8_t day_of_week(const Date& date);   // 1 = Sunday … 7 = Saturday, as ODBC's DAYOFWEEK
uint16_t day_of_year(const Date& date);  // 1..366
uint8_t week_of_year(
    const Date& date);  // ODBC's WEEK, 1..54: the week with 1 January is the first, weeks begin on Sunday
uint8_t iso_week(const Date& date);  // 1..53, ISO 8601
int32_t iso_week_year(const Date& date);
std::optional<Date> add_months(const Date& date, int64_t months);  // the day is cut to the month's last

}  // namespace couch::sql
