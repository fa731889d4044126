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
bool put_moment(const Raw& raw, std::optional<T> (*parse)(std::string_view, Forms), Cell& cell) {
  if (raw.kind != RawKind::String) return false;
  const auto value = parse(raw.text, Forms::Calendar);
  if (value) cell = *value;
  return value.has_value();
}

// Integers that a double would round keep their digits as long as they have 64 bits.
Cell double_cell(std::string_view digits) {
  double value = double_of(digits);
  if (std::abs(value) < two_53 || digits.find_first_of(".eE") != std::string_view::npos) return value;
  Cell integer = integer_cell(digits);
  return std::holds_alternative<int64_t>(integer) ? integer : Cell{value};
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
  if (error == std::errc{} && end == digits.data() + digits.size()) return integer;
  bool whole = digits.find_first_of(".eE") == std::string_view::npos;
  if (whole) return error == std::errc{} ? Cell{integer} : Cell{DecimalView{digits}};
  double value = double_of(digits);
  // CouchDB holds 1 and 1.0 equal, and JavaScript clients write one for the other.
  if (std::abs(value) < two_53 && std::trunc(value) == value) return static_cast<int64_t>(value);
  return value;
}

Takes takes_of(const Type& type) {
  if (takes_any_value(type)) return Takes::Anything;
  switch (class_of(type)) {
    case TypeClass::Bit: return Takes::Bit;
    case TypeClass::Number:
      return type.kind == TypeKind::Real || type.kind == TypeKind::Double ? Takes::Double
             : type.kind == TypeKind::Decimal                             ? Takes::Decimal
                                                                          : Takes::Integer;
    case TypeClass::Text: return Takes::Text;
    case TypeClass::Date: return Takes::Date;
    case TypeClass::Time: return Takes::Time;
    case TypeClass::Timestamp: return Takes::Timestamp;
    case TypeClass::Null:
    case TypeClass::Binary:
    case TypeClass::Interval: return Takes::Nothing;  // JSON has none of them
  }
  return Takes::Nothing;
}

bool put_cell(const Raw& raw, Takes takes, Cell& cell) {
  if (takes == Takes::Text && raw.kind == RawKind::String) {
    cell = raw.text;
    return true;
  }
  cell = Cell{};
  if (raw.kind == RawKind::Missing || raw.kind == RawKind::Null) return true;
  const bool number = raw.kind == RawKind::Number;
  switch (takes) {
    case Takes::Anything: cell = text_of(raw); return true;
    case Takes::Bit:
      if (raw.kind != RawKind::True && raw.kind != RawKind::False) return false;
      cell = raw.kind == RawKind::True;
      return true;
    case Takes::Integer:
      if (number) cell = integer_cell(raw.text);
      return number;
    case Takes::Double:
      if (number) cell = double_cell(raw.text);
      return number;
    case Takes::Decimal:
      if (number) cell = DecimalView{raw.text};
      return number;
    case Takes::Date: return put_moment<Date>(raw, parse_date, cell);
    case Takes::Time: return put_moment<Time>(raw, parse_time, cell);
    case Takes::Timestamp: return put_moment<Timestamp>(raw, parse_timestamp, cell);
    case Takes::Text:
    case Takes::Nothing: return false;
  }
  return false;
}

std::optional<Cell> cell_of(const Raw& raw, const Type& type) {
  Cell cell;
  if (!put_cell(raw, takes_of(type), cell)) return std::nullopt;
  return cell;
}

}  // namespace couch::sql::decode
