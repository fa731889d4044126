// What the text of a literal says: numbers, dates, intervals.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>

#include "sql/datetime.h"
#include "sql/parser_impl.h"

namespace couch::sql {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr int64_t largest_exponent = 6144;  // IEEE 754's decimal128
constexpr size_t exact_digits = 15;         // every decimal of so many digits survives a double

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::string_view without_leading_zeros(std::string_view digits) {
  const size_t first = digits.find_first_not_of('0');
  return first == std::string_view::npos ? digits.substr(0, 0) : digits.substr(first);
}

// A number's text in parts: 12.50e3 -> "12", "50", 3.
struct Parts {
  std::string_view whole, fraction;
  int64_t exponent = 0;
};

Parts parts_of(std::string_view text, Span span) {
  Parts parts;
  const size_t e = text.find_first_of("eE");
  if (e != std::string_view::npos) {
    std::string_view digits = text.substr(e + 1);
    if (digits.front() == '+') digits.remove_prefix(1);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), parts.exponent);
    if (read.ec != std::errc{} || std::abs(parts.exponent) > 2 * largest_exponent) {
      throw Error(ErrorKind::OutOfRange,
                  fmt::format("the exponent of {} is out of range", text.substr(0, 40)), span);
    }
    text = text.substr(0, e);
  }
  const size_t dot = text.find('.');
  parts.whole = without_leading_zeros(text.substr(0, dot));
  if (dot != std::string_view::npos) parts.fraction = text.substr(dot + 1);
  return parts;
}

size_t significant_digits(const Parts& parts) {
  const auto trailing_cut = [](std::string_view digits) {
    return digits.substr(0, digits.find_last_not_of('0') + 1);
  };
  const std::string_view fraction = trailing_cut(parts.fraction);
  if (parts.whole.empty()) return without_leading_zeros(fraction).size();
  return fraction.empty() ? trailing_cut(parts.whole).size() : parts.whole.size() + fraction.size();
}

Decimal decimal_of(const Parts& parts, bool negative) {
  std::string digits = negative ? "-" : "";
  digits += parts.whole.empty() ? std::string_view("0") : parts.whole;
  if (!parts.fraction.empty()) {
    digits += '.';
    digits += parts.fraction;
  }
  if (parts.exponent != 0) digits += fmt::format("e{}", parts.exponent);
  return {digits};
}

}  // namespace

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return out;
}

bool equal_words(std::string_view a, std::string_view upper_case) {
  return a.size() == upper_case.size() && upper(a) == upper_case;
}

// Digits alone are a BIGINT, or a DECIMAL past 64 bits. With a point or an exponent they are a DOUBLE if it
// keeps every digit (up to 15 significant ones, within its range), else a DECIMAL. So no digit is ever lost,
// and 1.5 is what JSON's 1.5 is.
Value number_value(std::string_view text, bool negative, Span span) {
  const Parts parts = parts_of(text, span);
  if (text.find_first_of(".eE") == std::string_view::npos) {
    const std::string digits =
        (negative ? "-" : "") + std::string(parts.whole.empty() ? std::string_view("0") : parts.whole);
    int64_t integer = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), integer).ec == std::errc{})
      return integer;
    return decimal_of(parts, negative);
  }
  const size_t digits = significant_digits(parts);
  if (digits == 0) return negative ? -0.0 : 0.0;
  const std::string_view fraction = without_leading_zeros(parts.fraction);
  const int64_t magnitude =
      parts.exponent + (parts.whole.empty() ? static_cast<int64_t>(fraction.size()) -
                                                  static_cast<int64_t>(parts.fraction.size())
                                            : static_cast<int64_t>(parts.whole.size()));
  if (std::abs(magnitude) > largest_exponent) {
    throw Error(ErrorKind::OutOfRange, fmt::format("{} is out of range", text.substr(0, 40)), span);
  }
  if (digits <= exact_digits) {
    const std::string exact = decimal_of(parts, negative).digits;
    double number = 0;
    const auto read = std::from_chars(exact.data(), exact.data() + exact.size(), number);
    if (read.ec == std::errc{} && std::abs(number) >= std::numeric_limits<double>::min()) return number;
  }
  return decimal_of(parts, negative);
}

// ---- dates and times: 22007 for what is not written as one, 22008 for one that the calendar or the clock
// does not have.

namespace {

// 9 stands for a digit: "9999-99-99".
bool has_shape(std::string_view text, std::string_view shape) {
  return text.size() == shape.size() &&
         std::equal(text.begin(), text.end(), shape.begin(),
                    [](char c, char s) { return s == '9' ? is_digit(c) : c == s; });
}

bool looks_like_date(std::string_view text) { return has_shape(text, "9999-99-99"); }

bool looks_like_time(std::string_view text) {
  if (!text.empty() && (text.back() == 'Z' || text.back() == 'z')) {
    text.remove_suffix(1);
  } else if (const size_t sign = text.find_first_of("+-"); sign != std::string_view::npos) {
    const std::string_view offset = text.substr(sign + 1);
    if (!has_shape(offset, "99") && !has_shape(offset, "9999") && !has_shape(offset, "99:99")) return false;
    text = text.substr(0, sign);
  }
  if (text.size() > 9 && has_shape(text.substr(0, 9), "99:99:99.")) {
    return std::all_of(text.begin() + 9, text.end(), is_digit);
  }
  return has_shape(text, "99:99:99") || has_shape(text, "99:99");
}

bool looks_like_timestamp(std::string_view text) {
  if (looks_like_date(text)) return true;
  return text.size() > 11 && looks_like_date(text.substr(0, 10)) &&
         (text[10] == ' ' || text[10] == 'T' || text[10] == 't') && looks_like_time(text.substr(11));
}

[[noreturn]] void fail_datetime(bool shaped, std::string_view what, std::string_view text,
                                std::string_view form, Span span) {
  const std::string_view shown = text.substr(0, 60);
  if (shaped) throw Error(ErrorKind::DatetimeOverflow, fmt::format("there is no {} '{}'", what, shown), span);
  throw Error(ErrorKind::InvalidDatetime, fmt::format("'{}' is no {}: it is written '{}'", shown, what, form),
              span);
}

}  // namespace

Date date_value(std::string_view text, Span span) {
  const std::string_view inside = trimmed(text);
  if (const auto date = parse_date(inside); date && looks_like_date(inside)) return *date;
  fail_datetime(looks_like_date(inside), "date", inside, "2024-01-31", span);
}

Time time_value(std::string_view text, Span span) {
  const std::string_view inside = trimmed(text);
  if (const auto time = parse_time(inside); time && looks_like_time(inside)) return *time;
  fail_datetime(looks_like_time(inside), "time", inside, "10:15:30", span);
}

Timestamp timestamp_value(std::string_view text, Span span) {
  const std::string_view inside = trimmed(text);
  if (const auto timestamp = parse_timestamp(inside); timestamp && looks_like_timestamp(inside))
    return *timestamp;
  fail_datetime(looks_like_timestamp(inside), "timestamp", inside, "2024-01-31 10:15:30", span);
}

// ---- intervals

std::optional<IntervalField> interval_field(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, IntervalField>, 6> fields{
      {{"YEAR", IntervalField::Year},
       {"MONTH", IntervalField::Month},
       {"DAY", IntervalField::Day},
       {"HOUR", IntervalField::Hour},
       {"MINUTE", IntervalField::Minute},
       {"SECOND", IntervalField::Second}}};
  for (const auto& [name, field] : fields) {
    if (equal_words(word, name)) return field;
  }
  return std::nullopt;
}

namespace {

// Reads the fields of '5-11', '5 10:15:30.25' from left to right.
class IntervalReader {
 public:
  IntervalReader(std::string_view text, Span span) : all_(text), rest_(text), span_(span) {}

  [[noreturn]] void fail(std::string_view form) const {
    throw Error(ErrorKind::InvalidDatetime,
                fmt::format("'{}' is no such interval: it is written '{}'", all_.substr(0, 60), form), span_);
  }
  [[noreturn]] void overflow(std::string_view why) const {
    throw Error(ErrorKind::IntervalOverflow, fmt::format("'{}': {}", all_.substr(0, 60), why), span_);
  }
  bool one(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool done() const { return rest_.empty(); }
  bool at_digit() const { return !rest_.empty() && is_digit(rest_.front()); }
  std::string_view digits() {
    size_t n = 0;
    while (n < rest_.size() && is_digit(rest_[n])) ++n;
    const std::string_view run = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return run;
  }

 private:
  std::string_view all_, rest_;
  Span span_;
};

constexpr std::array<std::string_view, 6> sample_fields{"5", "11", "5", "10", "15", "30.25"};
constexpr std::array<std::string_view, 6> separators{"",  "-", "",
                                                     " ", ":", ":"};  // before a field that is not the first
constexpr std::array<int64_t, 6> seconds_of_field{0, 0, 86400, 3600, 60, 1};
constexpr std::array<int64_t, 6> limits{0, 11, 0, 23, 59, 59};  // of a field that is not the first

std::string sample(size_t first, size_t last) {
  std::string text(sample_fields[first]);
  for (size_t i = first + 1; i <= last; ++i) text += fmt::format("{}{}", separators[i], sample_fields[i]);
  return text;
}

}  // namespace

Interval interval_value(std::string_view text, bool negative, const Type& type, int leading_digits,
                        Span span) {
  IntervalReader reader(trimmed(text), span);
  const auto first = static_cast<size_t>(type.leading);
  const auto last = static_cast<size_t>(type.trailing);
  if (reader.one('-'))
    negative = !negative;
  else
    reader.one('+');

  Interval value;
  value.leading = type.leading;
  value.trailing = type.trailing;
  value.year_month = type.kind == TypeKind::IntervalYearMonth;
  for (size_t i = first; i <= last; ++i) {
    if (i > first && !reader.one(separators[i].front())) reader.fail(sample(first, last));
    const std::string_view digits = reader.digits();
    if (digits.empty()) reader.fail(sample(first, last));
    const std::string_view significant = without_leading_zeros(digits);
    const size_t allowed = i > first ? 2 : leading_digits > 0 ? static_cast<size_t>(leading_digits) : 10;
    if (significant.size() > allowed) reader.overflow(fmt::format("more than {} digits in a field", allowed));
    int64_t field = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), field);
    if (i > first && field > limits[i]) reader.overflow(fmt::format("{} is more than {}", field, limits[i]));
    if (value.year_month)
      value.months += i == 0 ? field * 12 : field;
    else
      value.seconds += field * seconds_of_field[i];
  }
  if (type.trailing == IntervalField::Second && reader.one('.')) {
    const std::string_view fraction = reader.digits();
    if (fraction.size() > 9 && fraction.find_first_not_of('0', 9) != std::string_view::npos)
      reader.overflow("more than 9 digits in the fraction");
    for (size_t i = 0; i < 9; ++i)
      value.nanoseconds = value.nanoseconds * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
  }
  if (!reader.done()) reader.fail(sample(first, last));
  if (negative) {
    value.months = -value.months;
    value.seconds = -value.seconds;
    value.nanoseconds = -value.nanoseconds;
  }
  return value;
}

// ---- the rest

bool is_guid(std::string_view text) {
  constexpr std::string_view shape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  const auto is_hex = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); };
  return text.size() == shape.size() &&
         std::equal(text.begin(), text.end(), shape.begin(),
                    [&](char c, char s) { return s == 'x' ? is_hex(c) : c == s; });
}

std::string bytes_of_hex(std::string_view digits) {
  const auto nibble = [](char c) {
    return static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
  };
  std::string bytes;
  bytes.reserve(digits.size() / 2);
  for (size_t i = 0; i + 1 < digits.size(); i += 2)
    bytes += static_cast<char>(nibble(digits[i]) << 4 | nibble(digits[i + 1]));
  return bytes;
}

}  // namespace couch::sql
