#include "driver/convert/number.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

namespace couch::driver {

namespace {

constexpr int64_t exponent_limit = 1'000'000'000;
constexpr size_t numeric_digits = 38;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view take_digits(std::string_view& text) {
  size_t n = 0;
  while (n < text.size() && is_digit(text[n])) ++n;
  const std::string_view digits = text.substr(0, n);
  text.remove_prefix(n);
  return digits;
}

bool take_sign(std::string_view& text) {
  const bool minus = !text.empty() && text.front() == '-';
  if (minus || (!text.empty() && text.front() == '+')) text.remove_prefix(1);
  return minus;
}

// The first digit that is not 0; digit_count() when there is none.
size_t first_digit(const Number& number) {
  size_t i = 0;
  while (i < number.digit_count() && number.digit(i) == 0) ++i;
  return i;
}

// Whether a digit other than 0 stands at place `from` or after it.
bool anything_from(const Number& number, int64_t from) {
  for (size_t i = from < 0 ? 0 : static_cast<size_t>(from); i < number.digit_count(); ++i)
    if (number.digit(i) != 0) return true;
  return false;
}

int digit_or_zero(const Number& number, int64_t i) {
  return i < 0 || i >= static_cast<int64_t>(number.digit_count()) ? 0 : number.digit(static_cast<size_t>(i));
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\n\r\f\v";
  const size_t from = text.find_first_not_of(blanks);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(blanks) - from + 1);
}

std::optional<Number> parse_number(std::string_view text) {
  Number number;
  number.negative = take_sign(text);
  number.whole = take_digits(text);
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    number.fraction = take_digits(text);
  }
  if (number.digit_count() == 0) return std::nullopt;
  if (!text.empty() && (text.front() == 'e' || text.front() == 'E')) {
    text.remove_prefix(1);
    const bool minus = take_sign(text);
    const std::string_view digits = take_digits(text);
    if (digits.empty()) return std::nullopt;
    for (char c : digits) number.exponent = std::min(number.exponent * 10 + (c - '0'), exponent_limit);
    if (minus) number.exponent = -number.exponent;
  }
  if (!text.empty()) return std::nullopt;
  return number;
}

WholePart whole_part(const Number& number) {
  WholePart part;
  part.negative = number.negative;
  const int64_t point = number.point();
  part.fraction = anything_from(number, point);
  const size_t first = first_digit(number);
  if (first == number.digit_count()) return part;
  if (point - static_cast<int64_t>(first) > 20) {
    part.overflow = true;
    return part;
  }
  for (auto i = static_cast<int64_t>(first); i < point; ++i) {
    const auto digit = static_cast<uint64_t>(digit_or_zero(number, i));
    if (part.magnitude > (std::numeric_limits<uint64_t>::max() - digit) / 10) {
      part.overflow = true;
      return part;
    }
    part.magnitude = part.magnitude * 10 + digit;
  }
  return part;
}

WholePart whole_part(int64_t value) {
  WholePart part;
  part.negative = value < 0;
  part.magnitude = value < 0 ? ~static_cast<uint64_t>(value) + 1 : static_cast<uint64_t>(value);
  return part;
}

WholePart whole_part(double value) {
  WholePart part;
  part.negative = std::signbit(value);
  const double magnitude = std::fabs(value);
  if (!(magnitude < 18446744073709551616.0)) {  // 2^64; false for NaN
    part.overflow = true;
    return part;
  }
  const double whole = std::trunc(magnitude);
  part.fraction = whole != magnitude;
  part.magnitude = static_cast<uint64_t>(whole);
  return part;
}

std::optional<double> to_double(std::string_view text, const Number& number) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{}) return value;
  // Out of range: too large or too small, which from_chars does not tell apart.
  const size_t first = first_digit(number);
  if (first == number.digit_count() || number.point() - static_cast<int64_t>(first) <= 0)
    return number.negative ? -0.0 : 0.0;
  return std::nullopt;
}

NumericFit to_numeric(const Number& number, SQLSMALLINT precision, SQLSMALLINT scale,
                      SQL_NUMERIC_STRUCT& out) {
  const size_t most =
      precision <= 0 ? numeric_digits : std::min<size_t>(static_cast<size_t>(precision), numeric_digits);
  std::memset(&out, 0, sizeof out);
  out.precision = static_cast<SQLCHAR>(most);
  out.scale = static_cast<SQLSCHAR>(scale);
  out.sign = number.negative ? 0 : 1;
  const int64_t end = number.point() + scale;  // digits before this place are kept
  const auto first = static_cast<int64_t>(first_digit(number));
  if (first < static_cast<int64_t>(number.digit_count())) {
    if (end - first > static_cast<int64_t>(most)) return NumericFit::TooLarge;
    for (int64_t i = first; i < end; ++i) {  // val = val * 10 + digit, in base 256, least byte first
      auto carry = static_cast<unsigned>(digit_or_zero(number, i));
      for (SQLCHAR& byte : out.val) {
        const unsigned product = byte * 10u + carry;
        byte = static_cast<SQLCHAR>(product & 0xFF);
        carry = product >> 8;
      }
    }
  }
  return anything_from(number, end) ? NumericFit::FractionLost : NumericFit::Whole;
}

std::string numeric_text(const SQL_NUMERIC_STRUCT& in) {
  std::string digits;  // least first
  SQLCHAR value[SQL_MAX_NUMERIC_LEN];
  std::memcpy(value, in.val, sizeof value);
  while (std::any_of(std::begin(value), std::end(value), [](SQLCHAR b) { return b != 0; })) {
    unsigned remainder = 0;
    for (size_t i = sizeof value; i-- > 0;) {
      const unsigned dividend = remainder * 256 + value[i];
      value[i] = static_cast<SQLCHAR>(dividend / 10);
      remainder = dividend % 10;
    }
    digits.push_back(static_cast<char>('0' + remainder));
  }
  const int scale = in.scale;
  if (scale < 0 && !digits.empty()) digits.insert(0, static_cast<size_t>(-scale), '0');
  const size_t after = scale > 0 ? static_cast<size_t>(scale) : 0;
  while (digits.size() <= after) digits.push_back('0');
  std::string text{digits.rbegin(), digits.rend()};
  if (after > 0) text.insert(text.size() - after, 1, '.');
  if (in.sign == 0 && text.find_first_of("123456789") != std::string::npos) text.insert(0, 1, '-');
  return text;
}

std::optional<std::string> plain_text(const Number& number, int scale, size_t most, bool& cut) {
  cut = false;
  const int64_t point = number.point();
  const auto count = static_cast<int64_t>(number.digit_count());
  auto first = static_cast<int64_t>(first_digit(number));
  if (first == count) first = std::max<int64_t>(point, 0);  // zero
  if (point - first > static_cast<int64_t>(most)) return std::nullopt;
  // Digits after the point that are written. Far below the point there is nothing worth keeping in a column
  // of this world.
  int64_t after = std::clamp<int64_t>(count - point, 0, scale >= 0 ? scale : 400);
  cut = anything_from(number, point + after);
  std::string text;
  if (point <= first) text = "0";
  for (int64_t i = std::min(first, point); i < point; ++i)
    text.push_back(static_cast<char>('0' + digit_or_zero(number, i)));
  if (after > 0) text.push_back('.');
  for (int64_t i = point; i < point + after; ++i)
    text.push_back(static_cast<char>('0' + digit_or_zero(number, i)));
  if (number.negative && text.find_first_of("123456789") != std::string::npos) text.insert(0, 1, '-');
  return text;
}

template <class T>
void NumberText::shortest(T value) {
  // As sql::text_of(double), which CAST to VARCHAR uses: the same number shall have the same text everywhere.
  // Zero has no sign.
  static_assert(std::tuple_size_v<decltype(text_)> > 24);
  char* const end = fmt::format_to(text_.data(), FMT_COMPILE("{}"), value == 0 ? T{0} : value);
  size_ = static_cast<size_t>(end - text_.data());
}

NumberText::NumberText(int64_t value) {
  size_ =
      static_cast<size_t>(std::to_chars(text_.data(), text_.data() + text_.size(), value).ptr - text_.data());
}
NumberText::NumberText(double value) { shortest(value); }
NumberText::NumberText(float value) { shortest(value); }

size_t uncuttable(std::string_view text) {
  if (text.find_first_of("eE") != std::string_view::npos) return text.size();
  return std::min(text.find('.'), text.size());
}

}  // namespace couch::driver
