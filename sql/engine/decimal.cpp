#include "sql/engine/decimal.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "sql/engine/decimal_arithmetic.h"
#include "sql/error.h"

namespace couch::sql::engine {

namespace {

// 0.d1d2d3… × 10^exponent; no digits: zero.
struct Parts {
  bool negative = false;
  std::string digits;  // the first and the last are not '0'
  int64_t exponent = 0;
};

bool digit(char c) { return c >= '0' && c <= '9'; }

Parts parts_of(std::string_view text) {
  Parts parts;
  size_t i = 0;
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) parts.negative = text[i++] == '-';
  int64_t point = 0;
  bool fraction = false;
  for (; i < text.size() && (digit(text[i]) || text[i] == '.'); ++i) {
    if (text[i] == '.') {
      fraction = true;
      continue;
    }
    if (parts.digits.empty() && text[i] == '0') {
      if (fraction) --point;
      continue;
    }
    parts.digits += text[i];
    if (!fraction) ++point;
  }
  int64_t exponent = 0;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    bool minus = i < text.size() && text[i] == '-';
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
    for (; i < text.size() && digit(text[i]); ++i)
      exponent = std::min<int64_t>(exponent * 10 + (text[i] - '0'), 1'000'000'000);
    if (minus) exponent = -exponent;
  }
  parts.digits.erase(parts.digits.find_last_not_of('0') + 1);
  parts.exponent = point + exponent;
  if (parts.digits.empty()) parts = Parts{};
  return parts;
}

std::string text_of(const Parts& parts) {
  if (parts.digits.empty()) return "0";
  constexpr int64_t longest = 400;
  auto count = static_cast<int64_t>(parts.digits.size());
  std::string text = parts.negative ? "-" : "";
  if (parts.exponent > longest || parts.exponent < -longest) {
    text += parts.digits.substr(0, 1);
    if (count > 1) text += '.' + parts.digits.substr(1);
    return text + 'e' + std::to_string(parts.exponent - 1);
  }
  if (parts.exponent <= 0)
    return text + "0." + std::string(static_cast<size_t>(-parts.exponent), '0') + parts.digits;
  if (parts.exponent >= count)
    return text + parts.digits + std::string(static_cast<size_t>(parts.exponent - count), '0');
  auto whole = static_cast<size_t>(parts.exponent);
  return text + parts.digits.substr(0, whole) + '.' + parts.digits.substr(whole);
}

// Keeps `places` digits after the point; `away`: adds one unit in the last place kept.
std::string keep_places(Parts parts, int64_t places, bool away) {
  int64_t keep = std::clamp<int64_t>(parts.exponent + places, -1, static_cast<int64_t>(parts.digits.size()));
  bool negative = parts.negative;
  Parts kept;
  if (keep > 0) {
    kept = parts;
    kept.digits.resize(static_cast<size_t>(keep));
  }
  std::string text = text_of(parts_of(text_of(kept)));
  if (!away) return text == "-0" ? "0" : text;
  Parts unit{negative, "1", 1 - places};
  return add_decimals(text, text_of(unit));
}

bool whole(const Parts& parts) { return static_cast<int64_t>(parts.digits.size()) <= parts.exponent; }

}  // namespace

bool is_decimal(std::string_view text) {
  size_t i = 0, digits = 0;
  auto run = [&] {
    for (; i < text.size() && digit(text[i]); ++i) ++digits;
  };
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
  run();
  if (i < text.size() && text[i] == '.') {
    ++i;
    run();
  }
  if (digits == 0) return false;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
    digits = 0;
    run();
    if (digits == 0) return false;
  }
  return i == text.size();
}

int compare_decimals(std::string_view a, std::string_view b) {
  Parts x = parts_of(a), y = parts_of(b);
  int sign_x = x.digits.empty() ? 0 : x.negative ? -1 : 1;
  int sign_y = y.digits.empty() ? 0 : y.negative ? -1 : 1;
  if (sign_x != sign_y) return sign_x < sign_y ? -1 : 1;
  int order = x.exponent != y.exponent ? (x.exponent < y.exponent ? -1 : 1) : x.digits.compare(y.digits);
  return sign_x < 0 ? -order : order;
}

std::string decimal_sort_key(std::string_view number) {
  Parts parts = parts_of(number);
  if (parts.digits.empty()) return "1";
  std::string key(1, parts.negative ? '0' : '2');
  auto exponent = static_cast<uint64_t>(parts.exponent) ^ (uint64_t{1} << 63);
  for (int shift = 56; shift >= 0; shift -= 8) key += static_cast<char>(exponent >> shift);
  key += parts.digits;
  key += '\0';
  if (parts.negative) {
    for (size_t i = 1; i < key.size(); ++i) key[i] = static_cast<char>(~key[i]);
  }
  return key;
}

std::optional<int64_t> decimal_to_int(std::string_view number) {
  Parts parts = parts_of(number);
  if (parts.digits.empty()) return 0;
  if (!whole(parts) || parts.exponent > 19) return std::nullopt;
  std::string text = text_of(parts);
  int64_t result = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return result;
}

double decimal_to_double(std::string_view number) {
  if (!number.empty() && number.front() == '+') number.remove_prefix(1);
  double result = 0;
  auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), result);
  if (error == std::errc::result_out_of_range) {
    Parts parts = parts_of(number);
    if (parts.exponent <= 0) return parts.negative ? -0.0 : 0.0;
    return parts.negative ? -HUGE_VAL : HUGE_VAL;
  }
  return result;
}

std::string canonical_decimal(std::string_view number) { return text_of(parts_of(number)); }

std::string decimal_of(int64_t number) { return std::to_string(number); }

std::string decimal_of(double number) {
  char buffer[32];
  auto [end, error] = std::to_chars(std::begin(buffer), std::end(buffer), number);
  return canonical_decimal(std::string_view(buffer, static_cast<size_t>(end - buffer)));
}

std::string add_decimals(std::string_view a, std::string_view b) {
  return canonical_decimal(calculate('+', a, b));
}
std::string subtract_decimals(std::string_view a, std::string_view b) {
  return canonical_decimal(calculate('-', a, b));
}
std::string multiply_decimals(std::string_view a, std::string_view b) {
  return canonical_decimal(calculate('*', a, b));
}

std::string divide_decimals(std::string_view a, std::string_view b) {
  if (parts_of(b).digits.empty()) throw Error(ErrorKind::DivisionByZero, "division by zero");
  return canonical_decimal(calculate('/', a, b));
}

std::string modulo_decimals(std::string_view a, std::string_view b) {
  if (parts_of(b).digits.empty()) throw Error(ErrorKind::DivisionByZero, "division by zero");
  return canonical_decimal(calculate('%', a, b));
}

std::string negate_decimal(std::string_view a) {
  Parts parts = parts_of(a);
  parts.negative = !parts.negative;
  return text_of(parts);
}

std::string round_decimal(std::string_view a, int64_t places) {
  Parts parts = parts_of(a);
  places = std::clamp<int64_t>(places, -1000, 1000);
  int64_t at = parts.exponent + places;  // the index of the first digit that goes
  if (at >= static_cast<int64_t>(parts.digits.size())) return text_of(parts);
  bool up = at >= 0 && parts.digits[static_cast<size_t>(at)] >= '5';
  return keep_places(parts, places, up);
}

std::string truncate_decimal(std::string_view a, int64_t places) {
  Parts parts = parts_of(a);
  places = std::clamp<int64_t>(places, -1000, 1000);
  if (parts.exponent + places >= static_cast<int64_t>(parts.digits.size())) return text_of(parts);
  return keep_places(parts, places, false);
}

std::string floor_decimal(std::string_view a) {
  Parts parts = parts_of(a);
  return whole(parts) ? text_of(parts) : keep_places(parts, 0, parts.negative);
}

std::string ceiling_decimal(std::string_view a) {
  Parts parts = parts_of(a);
  return whole(parts) ? text_of(parts) : keep_places(parts, 0, !parts.negative);
}

}  // namespace couch::sql::engine
