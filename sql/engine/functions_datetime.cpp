// Dates and times. They come as the texts of encoding.h, so a value's form tells its class: ten characters
// are a date, a colon in front of the sixth a time, else it is a timestamp.
#include <fmt/format.h>

#include <array>

#include "sql/datetime.h"
#include "sql/engine/function.h"
#include "sql/error.h"
#include "sql/functions.h"

namespace couch::sql::engine {

namespace {

constexpr int64_t nanoseconds = 1'000'000'000;
constexpr int64_t seconds_a_day = 86400;
__extension__ using Wide = __int128;

[[noreturn]] void overflow() {
  throw Error(ErrorKind::DatetimeOverflow, "a date outside of the years 0000 to 9999");
}
[[noreturn]] void malformed(std::string_view text) {
  throw Error(ErrorKind::InvalidDatetime, fmt::format("'{}' is no date or time", text));
}

bool is_date(std::string_view text) { return text.size() == 10 && text[4] == '-'; }
bool is_time(std::string_view text) { return text.size() >= 8 && text[2] == ':'; }

Date date_of_text(std::string_view text) {
  if (auto d = parse_date(text.substr(0, 10))) return *d;
  malformed(text);
}

Time time_of_text(std::string_view text) {
  if (is_date(text)) return {};
  if (!is_time(text) && text.size() > 11) text.remove_prefix(11);
  if (auto t = parse_time(text)) return *t;
  malformed(text);
}

// A time alone is today's.
Timestamp timestamp_of_text(std::string_view text, const Runtime& runtime) {
  if (is_time(text)) return {runtime.now().date, time_of_text(text)};
  if (auto t = parse_timestamp(text)) return *t;
  malformed(text);
}

Wide nanoseconds_of(const Timestamp& t) { return Wide{seconds_of(t)} * nanoseconds + t.time.nanosecond; }

Timestamp timestamp_of_nanoseconds(Wide total) {
  Wide seconds = total / nanoseconds, rest = total % nanoseconds;
  if (rest < 0) {
    rest += nanoseconds;
    --seconds;
  }
  constexpr Wide most = Wide{400'000'000'000};
  if (seconds > most || seconds < -most) overflow();
  auto t = timestamp_of(static_cast<int64_t>(seconds), static_cast<uint32_t>(rest));
  if (!t) overflow();
  return *t;
}

Date moved_months(const Date& date, int64_t months) {
  auto moved = add_months(date, months);
  if (!moved) overflow();
  return *moved;
}

Time cut_fraction(Time time, int64_t digits) {
  uint32_t unit = 1;
  for (int64_t i = digits; i < 9; ++i) unit *= 10;
  if (digits < 9) time.nanosecond -= time.nanosecond % unit;
  return time;
}

int64_t digits_wanted(const Arguments& a) {
  int64_t digits = a.count() > 0 && !a.null(0) ? a.whole(0) : 0;
  if (digits < 0 || digits > 9) throw Error(ErrorKind::OutOfRange, "a time has 0 to 9 digits of fraction");
  return digits;
}

Result current_date(const Arguments& a) { return format(a.runtime().now().date); }
Result current_time(const Arguments& a) {
  return format(cut_fraction(a.runtime().now().time, digits_wanted(a)));
}
Result current_timestamp(const Arguments& a) {
  Timestamp now = a.runtime().now();
  now.time = cut_fraction(now.time, digits_wanted(a));
  return format(now);
}

constexpr std::array<std::string_view, 7> day_names{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                    "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> month_names{"January",   "February", "March",    "April",
                                                       "May",       "June",     "July",     "August",
                                                       "September", "October",  "November", "December"};

Result dayname(const Arguments& a) {
  return std::string{day_names[day_of_week(date_of_text(a.text(0))) - 1u]};
}
Result monthname(const Arguments& a) { return std::string{month_names[date_of_text(a.text(0)).month - 1u]}; }
Result year(const Arguments& a) { return int64_t{date_of_text(a.text(0)).year}; }
Result month(const Arguments& a) { return int64_t{date_of_text(a.text(0)).month}; }
Result quarter(const Arguments& a) { return int64_t{(date_of_text(a.text(0)).month - 1) / 3 + 1}; }
Result week(const Arguments& a) { return int64_t{week_of_year(date_of_text(a.text(0)))}; }
Result dayofmonth(const Arguments& a) { return int64_t{date_of_text(a.text(0)).day}; }
Result dayofweek(const Arguments& a) { return int64_t{day_of_week(date_of_text(a.text(0)))}; }
Result dayofyear(const Arguments& a) { return int64_t{day_of_year(date_of_text(a.text(0)))}; }
Result hour(const Arguments& a) { return int64_t{time_of_text(a.text(0)).hour}; }
Result minute(const Arguments& a) { return int64_t{time_of_text(a.text(0)).minute}; }
Result second(const Arguments& a) { return int64_t{time_of_text(a.text(0)).second}; }
Result last_day(const Arguments& a) {
  Date d = date_of_text(a.text(0));
  d.day = days_in_month(d.year, d.month);
  return format(d);
}

DatetimeField field_of(std::string_view name) {
  DatetimeField field{};
  if (!parse_field(name, field))
    throw Error(ErrorKind::WrongArguments, fmt::format("{} is no field of a date or time", name));
  return field;
}

Result extract(const Arguments& a) {
  DatetimeField field = field_of(a.text(0));
  std::string_view text = a.text(1);
  bool time_field = field == DatetimeField::Hour || field == DatetimeField::Minute ||
                    field == DatetimeField::Second || field == DatetimeField::FracSecond ||
                    field == DatetimeField::Microsecond || field == DatetimeField::Millisecond;
  if (is_time(text) && !time_field && field != DatetimeField::Epoch) {
    throw Error(ErrorKind::WrongArguments, fmt::format("a time has no {}", a.text(0)));
  }
  Time time = time_of_text(text);
  switch (field) {
    case DatetimeField::FracSecond: return int64_t{time.nanosecond};
    case DatetimeField::Microsecond: return int64_t{time.second} * 1'000'000 + time.nanosecond / 1000;
    case DatetimeField::Millisecond: return int64_t{time.second} * 1000 + time.nanosecond / 1'000'000;
    case DatetimeField::Second: return time.second + time.nanosecond / 1e9;
    case DatetimeField::Minute: return int64_t{time.minute};
    case DatetimeField::Hour: return int64_t{time.hour};
    case DatetimeField::Epoch:
      if (is_time(text)) return seconds_of(time) + time.nanosecond / 1e9;
      return static_cast<double>(seconds_of(timestamp_of_text(text, a.runtime()))) + time.nanosecond / 1e9;
    default: break;
  }
  Date date = date_of_text(text);
  switch (field) {
    case DatetimeField::Day: return int64_t{date.day};
    case DatetimeField::Week: return int64_t{iso_week(date)};
    case DatetimeField::Month: return int64_t{date.month};
    case DatetimeField::Quarter: return int64_t{(date.month - 1) / 3 + 1};
    case DatetimeField::Decade: return int64_t{date.year / 10};
    case DatetimeField::Century: return int64_t{(date.year + 99) / 100};
    case DatetimeField::DayOfWeek: return int64_t{day_of_week(date)};
    case DatetimeField::IsoDayOfWeek: return int64_t{(day_of_week(date) + 5) % 7 + 1};
    case DatetimeField::DayOfYear: return int64_t{day_of_year(date)};
    case DatetimeField::IsoYear: return int64_t{iso_week_year(date)};
    default: return int64_t{date.year};
  }
}

Result date_trunc(const Arguments& a) {
  DatetimeField field = field_of(a.text(0));
  std::string_view text = a.text(1);
  bool date_only = is_date(text);
  Timestamp t = timestamp_of_text(text, a.runtime());
  auto to_day = [&](int64_t day) {
    auto d = date_of(day);
    if (!d) overflow();
    t.date = *d;
  };
  Time kept;
  switch (field) {
    case DatetimeField::FracSecond: kept = t.time; break;
    case DatetimeField::Microsecond: kept = cut_fraction(t.time, 6); break;
    case DatetimeField::Millisecond: kept = cut_fraction(t.time, 3); break;
    case DatetimeField::Second: kept = cut_fraction(t.time, 0); break;
    case DatetimeField::Minute: kept = Time{t.time.hour, t.time.minute, 0, 0}; break;
    case DatetimeField::Hour: kept = Time{t.time.hour, 0, 0, 0}; break;
    case DatetimeField::Week: to_day(days_of(t.date) - (day_of_week(t.date) + 5) % 7); break;
    case DatetimeField::Month: t.date.day = 1; break;
    case DatetimeField::Quarter:
      t.date = {t.date.year, static_cast<uint8_t>((t.date.month - 1) / 3 * 3 + 1), 1};
      break;
    case DatetimeField::Year: t.date = {t.date.year, 1, 1}; break;
    case DatetimeField::Decade: t.date = {t.date.year / 10 * 10, 1, 1}; break;
    case DatetimeField::Century:
      t.date = {t.date.year == 0 ? 0 : (t.date.year - 1) / 100 * 100 + 1, 1, 1};
      break;
    default: break;  // Day
  }
  t.time = kept;
  return date_only ? format(t.date) : format(t);
}

// Nanoseconds of a unit; 0 for months, quarters and years.
int64_t unit_of(DatetimeField field) {
  switch (field) {
    case DatetimeField::FracSecond: return 1;
    case DatetimeField::Microsecond: return 1000;
    case DatetimeField::Millisecond: return 1'000'000;
    case DatetimeField::Second: return nanoseconds;
    case DatetimeField::Minute: return 60 * nanoseconds;
    case DatetimeField::Hour: return 3600 * nanoseconds;
    case DatetimeField::Day: return seconds_a_day * nanoseconds;
    case DatetimeField::Week: return 7 * seconds_a_day * nanoseconds;
    default: return 0;
  }
}
int64_t months_of(DatetimeField field) {
  return field == DatetimeField::Year ? 12 : field == DatetimeField::Quarter ? 3 : 1;
}

Result timestampadd(const Arguments& a) {
  DatetimeField field = field_of(a.text(0));
  int64_t count = a.whole(1);
  Timestamp t = timestamp_of_text(a.text(2), a.runtime());
  if (int64_t unit = unit_of(field))
    return format(timestamp_of_nanoseconds(nanoseconds_of(t) + Wide{count} * unit));
  int64_t months = 0;
  if (__builtin_mul_overflow(count, months_of(field), &months)) overflow();
  t.date = moved_months(t.date, months);
  return format(t);
}

// Whole units between the two, cut towards zero.
Result timestampdiff(const Arguments& a) {
  DatetimeField field = field_of(a.text(0));
  Timestamp from = timestamp_of_text(a.text(1), a.runtime()), to = timestamp_of_text(a.text(2), a.runtime());
  if (int64_t unit = unit_of(field)) {
    Wide units = (nanoseconds_of(to) - nanoseconds_of(from)) / unit;
    if (units > INT64_MAX || units < INT64_MIN)
      throw Error(ErrorKind::OutOfRange, "a difference is out of the range of BIGINT");
    return static_cast<int64_t>(units);
  }
  int64_t months = (to.date.year - from.date.year) * int64_t{12} + to.date.month - from.date.month;
  auto part = [](const Timestamp& t) { return std::pair(t.date.day, t.time); };
  if (months > 0 && part(to) < part(from)) --months;
  if (months < 0 && part(to) > part(from)) ++months;
  return months / months_of(field);
}

// couch_datetime_add(value, units, '+M'): months, or 'N' nanoseconds.
Result datetime_add(const Arguments& a) {
  std::string_view text = a.text(0), how = a.text(2);
  int64_t units = a.integer(1);
  if (how[0] == '-' && __builtin_sub_overflow(int64_t{0}, units, &units)) overflow();
  if (how[1] == 'M') {
    if (is_date(text)) return format(moved_months(date_of_text(text), units));
    Timestamp t = timestamp_of_text(text, a.runtime());
    t.date = moved_months(t.date, units);
    return format(t);
  }
  if (is_time(text)) {  // around midnight
    Time t = time_of_text(text);
    constexpr Wide day = Wide{seconds_a_day} * nanoseconds;
    Wide total = (Wide{seconds_of(t)} * nanoseconds + t.nanosecond + units) % day;
    if (total < 0) total += day;
    return format(timestamp_of_nanoseconds(total).time);
  }
  Timestamp moved = timestamp_of_nanoseconds(nanoseconds_of(timestamp_of_text(text, a.runtime())) + units);
  return is_date(text) ? format(moved.date) : format(moved);
}

Result datetime_difference(const Arguments& a) {
  Wide difference = nanoseconds_of(timestamp_of_text(a.text(0), a.runtime())) -
                    nanoseconds_of(timestamp_of_text(a.text(1), a.runtime()));
  if (difference > INT64_MAX || difference < INT64_MIN)
    throw Error(ErrorKind::DatetimeOverflow, "an interval of more than 292 years in nanoseconds");
  return static_cast<int64_t>(difference);
}

Result interval_scale(const Arguments& a) {
  // INTERVAL * n and n * INTERVAL; the product is the same.
  if (a.text(2) == "/") {
    if (a.real(1) == 0) throw Error(ErrorKind::DivisionByZero, "division by zero");
    if (a.is_integer(1))
      return a.integer(1) == -1 && a.integer(0) == INT64_MIN
                 ? throw Error(ErrorKind::OutOfRange, "an interval is out of range")
                 : a.integer(0) / a.integer(1);
  } else if (a.is_integer(0) && a.is_integer(1)) {
    int64_t product = 0;
    if (__builtin_mul_overflow(a.integer(0), a.integer(1), &product))
      throw Error(ErrorKind::OutOfRange, "an interval is out of range");
    return product;
  }
  double scaled = a.text(2) == "/" ? a.real(0) / a.real(1) : a.real(0) * a.real(1);
  if (!(scaled < 9.2e18 && scaled > -9.2e18))
    throw Error(ErrorKind::OutOfRange, "an interval is out of range");
  return static_cast<int64_t>(scaled);
}

Result database(const Arguments& a) { return a.runtime().options().database; }
Result user(const Arguments& a) { return a.runtime().options().user; }

}  // namespace

void add_datetime_functions(sqlite3* connection, Runtime& runtime) {
  // What depends on the statement's time is not deterministic for SQLite, which could keep it across
  // executions.
  static constexpr ScalarFunction functions[] = {
      {"couch_current_date", 0, 0, current_date, true, false},
      {"couch_current_time", 0, 1, current_time, true, false},
      {"couch_current_timestamp", 0, 1, current_timestamp, true, false},
      {"couch_database", 0, 0, database},
      {"couch_date_trunc", 2, 2, date_trunc},
      {"couch_datetime_add", 3, 3, datetime_add},
      {"couch_datetime_difference", 2, 2, datetime_difference},
      {"couch_dayname", 1, 1, dayname},
      {"couch_dayofmonth", 1, 1, dayofmonth},
      {"couch_dayofweek", 1, 1, dayofweek},
      {"couch_dayofyear", 1, 1, dayofyear},
      {"couch_extract", 2, 2, extract},
      {"couch_hour", 1, 1, hour},
      {"couch_interval_scale", 3, 3, interval_scale},
      {"couch_last_day", 1, 1, last_day},
      {"couch_minute", 1, 1, minute},
      {"couch_month", 1, 1, month},
      {"couch_monthname", 1, 1, monthname},
      {"couch_quarter", 1, 1, quarter},
      {"couch_second", 1, 1, second},
      {"couch_timestampadd", 3, 3, timestampadd},
      {"couch_timestampdiff", 3, 3, timestampdiff},
      {"couch_user", 0, 0, user},
      {"couch_week", 1, 1, week},
      {"couch_year", 1, 1, year},
  };
  for (const ScalarFunction& f : functions) add(connection, runtime, f);
}

}  // namespace couch::sql::engine
