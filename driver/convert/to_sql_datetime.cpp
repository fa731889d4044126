// Parameters for DATE, TIME, TIMESTAMP and the intervals.
#include <algorithm>
#include <array>
#include <variant>

#include "driver/convert/datetime.h"
#include "driver/convert/errors.h"
#include "driver/convert/interval.h"
#include "driver/convert/number.h"
#include "driver/convert/parameters.h"
#include "driver/convert/sources.h"

namespace couch::driver {

namespace {

Moment moment_of(const ParameterValue& given) {
  return std::visit(
      [](const auto& value) -> Moment {
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<T, std::string>)
          return parse_moment(value);
        else if constexpr (std::is_same_v<T, sql::Date> || std::is_same_v<T, sql::Time> ||
                           std::is_same_v<T, sql::Timestamp>)
          return value;
        else
          return {};
      },
      given.value);
}

std::string shown(const ParameterValue& given) { return text_of(sql::view(given.value)); }

// A size of 19 and 0 digits says "no fraction"; a size of 0 says nothing. Some applications give the size
// with the fraction and no digits.
bool fraction_fits(uint32_t nanosecond, const ParameterType& as, SQLULEN length_without_fraction) {
  if (as.column_size == 0) return true;
  const SQLULEN by_size =
      as.column_size > length_without_fraction + 1 ? as.column_size - length_without_fraction - 1 : 0;
  const auto digits =
      std::max<SQLULEN>(by_size, as.decimal_digits < 0 ? 0 : static_cast<SQLULEN>(as.decimal_digits));
  constexpr std::array<uint32_t, 10> units{1'000'000'000, 100'000'000, 10'000'000, 1'000'000, 100'000,
                                           10'000,        1'000,       100,        10,        1};
  return nanosecond % units[std::min<SQLULEN>(digits, 9)] == 0;
}

}  // namespace

sql::Value to_sql_date(const ParameterValue& given, const ParameterType& as) {
  const Moment moment = moment_of(given);
  if (const auto* date = std::get_if<sql::Date>(&moment)) return *date;
  const auto* timestamp = std::get_if<sql::Timestamp>(&moment);
  if (!timestamp) not_a(SqlState::s22018, shown(given), "date", sql_type_name(as.sql_type));
  if (!is_midnight(timestamp->time)) does_not_fit(SqlState::s22008, shown(given), sql_type_name(as.sql_type));
  return timestamp->date;
}

sql::Value to_sql_time(const ParameterValue& given, const ParameterType& as) {
  const Moment moment = moment_of(given);
  if (const auto* time = std::get_if<sql::Time>(&moment)) {
    if (!fraction_fits(time->nanosecond, as, 8))
      does_not_fit(SqlState::s22008, shown(given), sql_type_name(as.sql_type));
    return *time;
  }
  const auto* timestamp = std::get_if<sql::Timestamp>(&moment);
  if (!timestamp) not_a(SqlState::s22018, shown(given), "time", sql_type_name(as.sql_type));
  if (timestamp->time.nanosecond != 0)
    does_not_fit(SqlState::s22008, shown(given), sql_type_name(as.sql_type));
  return timestamp->time;
}

sql::Value to_sql_timestamp(const ParameterValue& given, const ParameterType& as) {
  const Moment moment = moment_of(given);
  if (const auto* date = std::get_if<sql::Date>(&moment)) return sql::Timestamp{*date, {}};
  sql::Timestamp result;
  if (const auto* time = std::get_if<sql::Time>(&moment))
    result = {current_date(), *time};
  else if (const auto* timestamp = std::get_if<sql::Timestamp>(&moment))
    result = *timestamp;
  else
    not_a(SqlState::s22018, shown(given), "timestamp", sql_type_name(as.sql_type));
  if (!fraction_fits(result.time.nanosecond, as, 19))
    does_not_fit(SqlState::s22008, shown(given), sql_type_name(as.sql_type));
  return result;
}

sql::Value to_sql_interval(const ParameterValue& given, const ParameterType& as) {
  const SQLSMALLINT code = as.sql_type;
  std::optional<sql::Interval> interval;
  if (const auto* same = std::get_if<sql::Interval>(&given.value)) {
    interval = *same;
  } else if (given.character()) {
    interval = parse_interval(shown(given), code);
    if (!interval) not_a(SqlState::s22018, shown(given), "interval", sql_type_name(code));
  } else {
    const std::string text = shown(given);
    const auto counted = interval_of(*parse_number(text), code);
    if (counted && !counted->fraction_lost) interval = counted->value;
  }
  if (!interval || !holds_interval(code, *interval))
    does_not_fit(SqlState::s22015, shown(given), sql_type_name(code));
  const IntervalFields fields = interval_fields(code);
  interval->leading = fields.leading;
  interval->trailing = fields.trailing;
  return *interval;
}

}  // namespace couch::driver
