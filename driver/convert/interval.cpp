#include "driver/convert/interval.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <limits>

#include "driver/convert/number.h"

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

// The text between an interval literal's quotes, taken apart.
class IntervalText {
 public:
  explicit IntervalText(std::string_view text) : rest_(text) {
    while (!rest_.empty() && rest_.front() == ' ') rest_.remove_prefix(1);
    while (!rest_.empty() && rest_.back() == ' ') rest_.remove_suffix(1);
    if (!rest_.empty() && (rest_.front() == '-' || rest_.front() == '+')) {
      minus = rest_.front() == '-';
      rest_.remove_prefix(1);
    }
  }
  bool done() const { return rest_.empty(); }
  bool one(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // Bounded, so that no product of it and a field's unit overflows.
  bool number(uint64_t& value) {
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc{} || value > 10'000'000'000'000) return false;
    rest_.remove_prefix(static_cast<size_t>(end - rest_.data()));
    return true;
  }
  bool fraction(uint32_t& nanos) {
    size_t n = 0;
    nanos = 0;
    for (; n < rest_.size() && rest_[n] >= '0' && rest_[n] <= '9'; ++n)
      if (n < 9) nanos = nanos * 10 + static_cast<uint32_t>(rest_[n] - '0');
    if (n == 0) return false;
    for (size_t i = n; i < 9; ++i) nanos *= 10;
    rest_.remove_prefix(n);
    return true;
  }

  bool minus = false;

 private:
  std::string_view rest_;
};

std::optional<Interval> parse_year_month(IntervalText text, IntervalFields fields) {
  uint64_t first = 0, months = 0;
  if (!text.number(first)) return std::nullopt;
  if (text.one('-')) {
    if (!text.number(months) || months >= 12 || !text.done()) return std::nullopt;
    return make(text.minus, true, first * 12 + months, 0, fields);
  }
  if (!text.done()) return std::nullopt;
  return make(text.minus, true, first * unit_of(fields.leading), 0, fields);
}

std::optional<Interval> parse_day_time(IntervalText text, IntervalFields fields) {
  std::array<uint64_t, 4> numbers{};
  size_t count = 1;
  if (!text.number(numbers[0])) return std::nullopt;
  const bool days = text.one(' ');
  if (days && !text.number(numbers[count++])) return std::nullopt;
  const size_t most = days ? 4 : 3;
  while (count < most && text.one(':'))
    if (!text.number(numbers[count++])) return std::nullopt;
  uint32_t nanos = 0;
  const bool point = text.one('.');
  if (point && !text.fraction(nanos)) return std::nullopt;
  if (!text.done()) return std::nullopt;

  // Which field the first number is: told by the text, or else by the type.
  IntervalField field = fields.leading;
  if (days)
    field = D;
  else if (count == 3)
    field = H;
  else if (count == 2)
    field = point || fields.leading == Mi || fields.leading == S ? Mi : H;
  uint64_t amount = 0;
  for (size_t i = 0; i < count; ++i) {
    if (i > 0) field = next(field);
    if (i > 0 && numbers[i] >= bound_of(field)) return std::nullopt;
    amount += numbers[i] * unit_of(field);
  }
  if (point && field != S) return std::nullopt;
  return make(text.minus, false, amount, nanos, fields);
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

std::string interval_text(const Interval& interval) {
  std::string text = negative(interval) ? "-" : "";
  uint64_t rest = total(interval);
  for (IntervalField field = interval.leading;; field = next(field)) {
    const uint64_t count = rest / unit_of(field);
    rest %= unit_of(field);
    if (field == interval.leading)
      text += fmt::format("{}", count);
    else
      text += fmt::format("{}{:02}", field == Mo ? '-' : field == H ? ' ' : ':', count);
    if (field >= interval.trailing) break;
  }
  if (const uint32_t nanos = nanoseconds(interval); interval.trailing == S && nanos != 0) {
    text += fmt::format(".{:09}", nanos);
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text;
}

std::optional<Interval> parse_interval(std::string_view text, SQLSMALLINT code) {
  const IntervalFields fields = interval_fields(code);
  return is_year_month(code) ? parse_year_month(IntervalText{text}, fields)
                             : parse_day_time(IntervalText{text}, fields);
}

int64_t interval_count(const Interval& interval, SQLSMALLINT code, bool& fraction) {
  const auto unit = static_cast<int64_t>(unit_of(interval_fields(code).leading));
  const int64_t amount = interval.year_month ? interval.months : interval.seconds;
  fraction = amount % unit != 0 || interval.nanoseconds != 0;
  return amount / unit;
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
