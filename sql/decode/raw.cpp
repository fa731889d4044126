#include "sql/decode/raw.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "sql/datetime.h"

namespace couch::sql::decode {

namespace {

constexpr double two_53 = 9007199254740992.0;

std::string_view text_of(const Raw& raw) {
  switch (raw.kind) {
    case RawKind::False: return "false";
    case RawKind::True: return "true";
    case RawKind::Missing:
    case RawKind::Null:
    case RawKind::Number:
    case RawKind::String:
    case RawKind::Object:
    case RawKind::Array: return raw.text;
  }
  return raw.text;
}

template <class T>
std::optional<Cell> datetime_cell(const Raw& raw, std::optional<T> (*parse)(std::string_view, Forms)) {
  if (raw.kind != RawKind::String) return std::nullopt;
  auto value = parse(raw.text, Forms::Calendar);
  if (!value) return std::nullopt;
  return Cell{*value};
}

// Integers that a double would round keep their digits as long as they have 64 bits.
Cell double_cell(std::string_view digits) {
  double value = double_of(digits);
  if (std::abs(value) < two_53 || digits.find_first_of(".eE") != std::string_view::npos) return value;
  Cell integer = integer_cell(digits);
  return std::holds_alternative<int64_t>(integer) ? integer : Cell{value};
}

std::optional<Cell> number_cell(const Raw& raw, TypeKind kind) {
  if (raw.kind != RawKind::Number) return std::nullopt;
  switch (kind) {
    case TypeKind::Real:
    case TypeKind::Double: return double_cell(raw.text);
    case TypeKind::Decimal: return Cell{DecimalView{raw.text}};
    default: return integer_cell(raw.text);
  }
}

}  // namespace

bool takes_any_value(const Type& type) { return type.mixed || type.json || type.kind == TypeKind::Null; }

double double_of(std::string_view digits) {
  double value = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc::result_out_of_range) return value;
  // from_chars leaves the value alone there: too large or too small, as the exponent (or its absence) says.
  auto exponent = digits.find_first_of("eE");
  bool tiny = exponent != std::string_view::npos && digits.substr(exponent + 1).starts_with('-');
  double size = tiny ? 0.0 : std::numeric_limits<double>::infinity();
  return digits.starts_with('-') ? -size : size;
}

Cell integer_cell(std::string_view digits) {
  int64_t integer = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), integer);
  bool whole = digits.find_first_of(".eE") == std::string_view::npos;
  if (whole) return error == std::errc{} ? Cell{integer} : Cell{DecimalView{digits}};
  double value = double_of(digits);
  // CouchDB holds 1 and 1.0 equal, and JavaScript clients write one for the other.
  if (std::abs(value) < two_53 && std::trunc(value) == value) return static_cast<int64_t>(value);
  return value;
}

std::optional<Cell> cell_of(const Raw& raw, const Type& type) {
  if (raw.kind == RawKind::Missing || raw.kind == RawKind::Null) return Cell{};
  if (takes_any_value(type)) return Cell{text_of(raw)};
  switch (class_of(type)) {
    case TypeClass::Bit:
      if (raw.kind != RawKind::True && raw.kind != RawKind::False) return std::nullopt;
      return Cell{raw.kind == RawKind::True};
    case TypeClass::Number: return number_cell(raw, type.kind);
    case TypeClass::Text:
      if (raw.kind != RawKind::String) return std::nullopt;
      return Cell{raw.text};
    case TypeClass::Date: return datetime_cell<Date>(raw, parse_date);
    case TypeClass::Time: return datetime_cell<Time>(raw, parse_time);
    case TypeClass::Timestamp: return datetime_cell<Timestamp>(raw, parse_timestamp);
    case TypeClass::Null:
    case TypeClass::Binary:
    case TypeClass::Interval: return std::nullopt;  // JSON has none of them
  }
  return std::nullopt;
}

}  // namespace couch::sql::decode
