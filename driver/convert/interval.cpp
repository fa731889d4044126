#include "driver/convert/interval.h"

#include <algorithm>
#include <array>
#include <limits>

#include "driver/convert/number.h"
#include "sql/interval_text.h"

namespace couch::driver {

namespace {

using sql::Interval;
using sql::IntervalField;

constexpr IntervalField Y = IntervalField::Year, Mo = IntervalField::Month, D = IntervalField::Day,
                        H = IntervalField::Hour, Mi = IntervalField::Minute, S = IntervalField::Second;

// Indexed by the code from SQL_INTERVAL_YEAR on.
constexpr std::array<IntervalFields, 13> all_fields{{{Y, Y},
                                                     {Mo, Mo},
                                                     {D, D},
                                                     {H, H},
                                                     {Mi, Mi},
                                                     {S, S},
                                                     {Y, Mo},
                                                     {D, H},
                                                     {D, Mi},
                                                     {D, S},
                                                     {H, Mi},
                                                     {H, S},
                                                     {Mi, S}}};
static_assert(SQL_INTERVAL_MINUTE_TO_SECOND - SQL_INTERVAL_YEAR == 12 &&
              SQL_INTERVAL_YEAR_TO_MONTH - SQL_INTERVAL_YEAR == 6);

// Months of the year-month fields, seconds of the others.
constexpr uint64_t unit_of(IntervalField field) {
  switch (field) {
    case Y: return 12;
    case Mo: return 1;
    case D: return 86'400;
    case H: return 3'600;
    case Mi: return 60;
    case S: return 1;
  }
  return 1;
}
// How many of a field make one of the field before it: the bound of a field that is not the first.
constexpr uint64_t bound_of(IntervalField field) {
  switch (field) {
    case Mo: return 12;
    case H: return 24;
    case Y:
    case D: return std::numeric_limits<uint64_t>::max();
    case Mi:
    case S: return 60;
  }
  return 60;
}

constexpr std::array<uint32_t, 10> powers{1,       10,        100,        1'000,       10'000,
                                          100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};
uint32_t power_of_ten(SQLSMALLINT digits) {
  return powers[static_cast<size_t>(digits < 0 ? 0 : digits > 9 ? 9 : digits)];
}

uint64_t magnitude(int64_t value) {
  return value < 0 ? ~static_cast<uint64_t>(value) + 1 : static_cast<uint64_t>(value);
}
bool negative(const Interval& i) { return i.months < 0 || i.seconds < 0 || i.nanoseconds < 0; }
uint64_t total(const Interval& i) { return i.year_month ? magnitude(i.months) : magnitude(i.seconds); }
uint32_t nanoseconds(const Interval& i) {
  return static_cast<uint32_t>(i.nanoseconds < 0 ? -i.nanoseconds : i.nanoseconds);
}

IntervalField next(IntervalField field) {
  return static_cast<IntervalField>(static_cast<uint8_t>(field) + 1);
}

// The place of a field in the C structure. Its fields are unsigned ints; the sign stands apart.
SQLUINTEGER& place(SQL_INTERVAL_STRUCT& s, IntervalField field) {
  switch (field) {
    case Y: return s.intval.year_month.year;
    case Mo: return s.intval.year_month.month;
    case D: return s.intval.day_second.day;
    case H: return s.intval.day_second.hour;
    case Mi: return s.intval.day_second.minute;
    case S: return s.intval.day_second.second;
  }
  return s.intval.day_second.second;
}

std::optional<Interval> make(bool minus, bool year_month, uint64_t amount, uint32_t nanos,
                             IntervalFields fields) {
  if (amount > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) return std::nullopt;
  Interval result;
  const auto value = static_cast<int64_t>(amount);
  (year_month ? result.months : result.seconds) = minus ? -value : value;
  result.nanoseconds = minus ? -static_cast<int32_t>(nanos) : static_cast<int32_t>(nanos);
  result.year_month = year_month;
  result.leading = fields.leading;
  result.trailing = fields.trailing;
  return result;
}

// Which fields the text between a literal's quotes has: told by the text, or else by the type.
std::optional<IntervalFields> written_fields(std::string_view text, SQLSMALLINT code) {
  const IntervalFields fields = interval_fields(code);
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  if (is_year_month(code))
    return text.find('-') == std::string_view::npos ? IntervalFields{fields.leading, fields.leading}
                                                    : IntervalFields{Y, Mo};
  const auto colons = std::count(text.begin(), text.end(), ':');
  if (colons > 2) return std::nullopt;
  if (text.find(' ') != std::string_view::npos)
    return IntervalFields{D, static_cast<IntervalField>(static_cast<uint8_t>(H) + colons)};
  if (colons == 2) return IntervalFields{H, S};
  if (colons == 0) return IntervalFields{fields.leading, fields.leading};
  const bool seconds = text.find('.') != std::string_view::npos || fields.leading >= Mi;
  return seconds ? IntervalFields{Mi, S} : IntervalFields{H, Mi};
}

}  // namespace

bool is_interval(SQLSMALLINT code) noexcept {
  return code >= SQL_INTERVAL_YEAR && code <= SQL_INTERVAL_MINUTE_TO_SECOND;
}
IntervalFields interval_fields(SQLSMALLINT code) noexcept {
  return all_fields[static_cast<size_t>(code - SQL_INTERVAL_YEAR)];
}
bool is_year_month(SQLSMALLINT code) noexcept { return interval_fields(code).leading <= Mo; }
bool is_single_field(SQLSMALLINT code) noexcept {
  return interval_fields(code).leading == interval_fields(code).trailing;
}

SQLSMALLINT interval_code(IntervalFields fields) noexcept {
  for (size_t i = 0; i < all_fields.size(); ++i)
    if (all_fields[i].leading == fields.leading && all_fields[i].trailing == fields.trailing)
      return static_cast<SQLSMALLINT>(SQL_INTERVAL_YEAR + static_cast<SQLSMALLINT>(i));
  return fields.leading <= Mo ? SQL_INTERVAL_YEAR_TO_MONTH : SQL_INTERVAL_DAY_TO_SECOND;
}

IntervalFit write_interval(const Interval& interval, SQLSMALLINT code, SQLSMALLINT leading_digits,
                           SQLSMALLINT fraction_digits, SQL_INTERVAL_STRUCT& out) {
  const IntervalFields fields = interval_fields(code);
  out = {};
  // The codes of the C enumeration count from 1 in the order of the types' codes.
  out.interval_type = static_cast<SQLINTERVAL>(code - SQL_INTERVAL_YEAR + SQL_IS_YEAR);
  uint64_t rest = total(interval);
  bool zero = true;
  for (IntervalField field = fields.leading;; field = next(field)) {
    const uint64_t count = rest / unit_of(field);
    rest %= unit_of(field);
    zero = zero && count == 0;
    if (field == fields.leading) {
      const uint64_t limit =
          leading_digits >= 10 ? std::numeric_limits<SQLUINTEGER>::max() : power_of_ten(leading_digits) - 1;
      if (count > limit) return IntervalFit::LeadingTooLong;
    }
    place(out, field) = static_cast<SQLUINTEGER>(count);
    if (field == fields.trailing) break;
  }
  uint32_t nanos = nanoseconds(interval);
  if (fields.trailing == S) {
    const uint32_t unit =
        power_of_ten(static_cast<SQLSMALLINT>(9 - (fraction_digits > 9 ? 9 : fraction_digits)));
    out.intval.day_second.fraction = nanos / unit;
    nanos %= unit;
    zero = zero && out.intval.day_second.fraction == 0;
  }
  out.interval_sign = negative(interval) && !zero ? SQL_TRUE : SQL_FALSE;
  return rest != 0 || nanos != 0 ? IntervalFit::TrailingLost : IntervalFit::Whole;
}

std::optional<Interval> read_interval(const SQL_INTERVAL_STRUCT& in, SQLSMALLINT code,
                                      SQLSMALLINT fraction_digits) {
  const IntervalFields fields = interval_fields(code);
  SQL_INTERVAL_STRUCT copy = in;
  uint64_t amount = 0;
  for (IntervalField field = fields.leading;; field = next(field)) {
    const uint64_t count = place(copy, field);
    if (field != fields.leading && count >= bound_of(field)) return std::nullopt;
    amount += count * unit_of(field);
    if (field == fields.trailing) break;
  }
  uint32_t nanos = 0;
  if (fields.trailing == S) {
    const uint32_t unit =
        power_of_ten(static_cast<SQLSMALLINT>(9 - (fraction_digits > 9 ? 9 : fraction_digits)));
    const uint64_t fraction = uint64_t{in.intval.day_second.fraction} * unit;
    if (fraction >= 1'000'000'000) return std::nullopt;
    nanos = static_cast<uint32_t>(fraction);
  }
  return make(in.interval_sign == SQL_TRUE, is_year_month(code), amount, nanos, fields);
}

std::optional<Interval> parse_interval(std::string_view text, SQLSMALLINT code) {
  text = trimmed(text);
  const auto fields = written_fields(text, code);
  return fields ? sql::parse_interval(text, fields->leading, fields->trailing) : std::nullopt;
}

std::optional<CountedInterval> interval_of(const Number& count, SQLSMALLINT code) {
  const IntervalFields fields = interval_fields(code);
  const WholePart whole = whole_part(count);
  if (whole.overflow || whole.magnitude > 10'000'000'000'000) return std::nullopt;
  uint32_t nanos = 0;
  bool lost = whole.fraction;
  if (fields.leading == S && whole.fraction) {
    Number billionths = count;
    billionths.exponent += 9;
    const WholePart scaled = whole_part(
        billionths);  // 64 bits are enough for more seconds than an interval's leading field can count
    if (scaled.overflow) return std::nullopt;
    nanos = static_cast<uint32_t>(scaled.magnitude % 1'000'000'000);
    lost = scaled.fraction;
  }
  const auto value =
      make(count.negative, fields.leading <= Mo, whole.magnitude * unit_of(fields.leading), nanos, fields);
  return value ? std::optional{CountedInterval{*value, lost}} : std::nullopt;
}

bool holds_interval(SQLSMALLINT code, const Interval& interval) {
  const IntervalField trailing = interval_fields(code).trailing;
  return total(interval) % unit_of(trailing) == 0 && (trailing == S || interval.nanoseconds == 0);
}

}  // namespace couch::driver
