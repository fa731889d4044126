#include "sql/mango/operand.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "sql/decode/raw.h"

namespace couch::sql::mango {

namespace {

constexpr double two_53 = 9007199254740992.0;
constexpr double two_63 = 9223372036854775808.0;

// The shortest digits that read back as the same double.
std::string shortest(double value) { return value == 0 ? "0" : fmt::format("{}", value); }

bool has_fraction_or_exponent(std::string_view digits) {
  return digits.find_first_of(".eE") != std::string_view::npos;
}

// Digits without a sign, leading or trailing zeros, and where the point is: equal for equal numbers.
struct Canonical {
  bool negative = false;
  std::string digits;
  int64_t exponent = 0;
  friend bool operator==(const Canonical&, const Canonical&) = default;
};

Canonical canonical(std::string_view text) {
  Canonical out;
  size_t i = 0;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) out.negative = text[i++] == '-';
  int64_t point = 0;
  bool after_point = false;
  for (; i < text.size() && text[i] != 'e' && text[i] != 'E'; ++i) {
    if (text[i] == '.') {
      after_point = true;
      continue;
    }
    if (after_point) --point;
    if (out.digits.empty() && text[i] == '0') continue;
    out.digits += text[i];
  }
  int64_t exponent = 0;
  if (i + 1 < text.size()) {
    const char* from = text.data() + i + 1 + (text[i + 1] == '+' ? 1 : 0);
    std::from_chars(from, text.data() + text.size(), exponent);
  }
  while (!out.digits.empty() && out.digits.back() == '0') {
    out.digits.pop_back();
    ++point;
  }
  if (out.digits.empty()) return {};
  out.exponent = point + exponent;
  return out;
}

// CouchDB reads the shortest digits of the smallest doubles (5e-324) as 0.
bool is_subnormal(double value) { return value != 0 && std::abs(value) < std::numeric_limits<double>::min(); }

std::optional<Number> around(double value) {
  if (!std::isfinite(value)) return std::nullopt;
  constexpr double far = std::numeric_limits<double>::max(), least = std::numeric_limits<double>::min();
  if (is_subnormal(value))
    return Number{value < 0 ? shortest(-least) : "0", value < 0 ? "0" : shortest(least), false};
  return Number{shortest(std::nextafter(value, -far)), shortest(std::nextafter(value, far)), false};
}

// Up to which size comparing a column's value here is what comparing it on the server is. A large fraction in
// a DECIMAL column is its shortest digits here (1e300 is 10^300), and the double's exact value there.
double exact_below(const Type& column, const ServerTraits& traits) {
  return !traits.couchdb || column.kind == TypeKind::Decimal ? two_53 : two_63;
}

}  // namespace

Test lower_bound(TypeClass of) {
  switch (of) {
    case TypeClass::Bit: return {Operator::GreaterEqual, "false"};
    case TypeClass::Number: return {Operator::Greater, "true"};
    case TypeClass::Text:
    case TypeClass::Date:
    case TypeClass::Time:
    case TypeClass::Timestamp: return {Operator::GreaterEqual, "\"\""};
    case TypeClass::Null:
    case TypeClass::Binary:
    case TypeClass::Interval: break;
  }
  return {Operator::Greater, "null"};
}

Test upper_bound(TypeClass of) {
  switch (of) {
    case TypeClass::Bit: return {Operator::LessEqual, "true"};
    case TypeClass::Number: return {Operator::Less, "\"\""};
    case TypeClass::Text:
    case TypeClass::Date:
    case TypeClass::Time:
    case TypeClass::Timestamp: return {Operator::Less, "[]"};
    case TypeClass::Null:
    case TypeClass::Binary:
    case TypeClass::Interval: break;
  }
  return {Operator::Exists, "true"};
}

bool is_class_edge(std::string_view operand) {
  for (std::string_view edge : {"null", "false", "true", "\"\"", "[]", "{}"}) {
    if (operand == edge) return true;
  }
  return false;
}

std::vector<Test> bounds(TypeClass of) { return {lower_bound(of), upper_bound(of)}; }

std::optional<Number> number_operand(const Value& value, const Type& column, const ServerTraits& traits) {
  double limit = exact_below(column, traits);
  if (auto* integer = std::get_if<int64_t>(&value)) {
    double near = static_cast<double>(*integer);
    if (std::abs(near) >= limit) return around(near);
    auto digits = fmt::format("{}", *integer);
    return Number{digits, digits, true};
  }
  if (auto* number = std::get_if<double>(&value)) {
    if (!std::isfinite(*number)) return std::nullopt;
    // Past 2^53 a double stands for more than one integer, and its digits for none of them exactly.
    if (std::abs(*number) >= std::min(limit, two_53) || is_subnormal(*number)) return around(*number);
    return Number{shortest(*number), shortest(*number), true};
  }
  auto* decimal = std::get_if<Decimal>(&value);
  if (!decimal) return std::nullopt;
  double near = decode::double_of(decimal->digits);
  if (!std::isfinite(near)) return std::nullopt;
  if (!has_fraction_or_exponent(decimal->digits)) {
    auto exact = canonical(decimal->digits);
    if (exact.digits.empty()) return Number{"0", "0", true};
    if (std::abs(near) >= limit) return around(near);
    std::string digits =
        (exact.negative ? "-" : "") + exact.digits + std::string(static_cast<size_t>(exact.exponent), '0');
    return Number{digits, digits, true};
  }
  // The server reads a fraction as a double, here it is its digits: alike where the digits are a double's
  // shortest.
  if (std::abs(near) >= std::min(limit, two_53) || is_subnormal(near) ||
      canonical(decimal->digits) != canonical(shortest(near)))
    return around(near);
  return Number{shortest(near), shortest(near), true};
}

}  // namespace couch::sql::mango
