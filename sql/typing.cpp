#include "sql/typing.h"

#include <algorithm>
#include <limits>

namespace couch::sql {

namespace {

uint32_t utf16_units(std::string_view utf8) {
  size_t units = 0;
  for (char c : utf8) {
    auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80) units += byte >= 0xF0 ? 2 : 1;
  }
  return static_cast<uint32_t>(std::min<size_t>(units, std::numeric_limits<uint32_t>::max()));
}

Type decimal_literal(std::string_view digits) {
  uint32_t precision = 0;
  int16_t scale = 0;
  bool fraction = false;
  for (char c : digits) {
    if (c == 'e' || c == 'E') return {TypeKind::Decimal, 38, 0};
    if (c == '.') fraction = true;
    if (c < '0' || c > '9') continue;
    ++precision;
    if (fraction) ++scale;
  }
  return {TypeKind::Decimal, std::max(precision, 1u), scale};
}

int16_t fraction_digits(uint32_t nanosecond) {
  int16_t digits = 9;
  for (; digits > 0 && nanosecond % 10 == 0; --digits) nanosecond /= 10;
  return digits;
}

uint32_t whole_digits(const Type& type) {
  switch (type.kind) {
    case TypeKind::SmallInt: return 5;
    case TypeKind::Integer: return 10;
    case TypeKind::BigInt: return 19;
    case TypeKind::Decimal:
      return type.size > static_cast<uint32_t>(type.scale) ? type.size - static_cast<uint32_t>(type.scale)
                                                           : 1;
    default: return 1;
  }
}

Type merge_numbers(const Type& a, const Type& b) {
  if (a.kind == b.kind && a.kind != TypeKind::Decimal) return a;
  auto approximate = [](const Type& t) { return t.kind == TypeKind::Double || t.kind == TypeKind::Real; };
  if (approximate(a) || approximate(b)) return double_type();
  if (is_decimal(a) || is_decimal(b)) {
    int16_t scale = std::max(is_decimal(a) ? a.scale : int16_t{0}, is_decimal(b) ? b.scale : int16_t{0});
    return {TypeKind::Decimal, std::max(whole_digits(a), whole_digits(b)) + static_cast<uint32_t>(scale),
            scale};
  }
  return std::max(a.kind, b.kind) == TypeKind::BigInt ? bigint_type() : Type{std::max(a.kind, b.kind)};
}

Type merge_texts(const Type& a, const Type& b) {
  Type result = a;
  if (a.kind != b.kind) {
    bool any_long = a.kind == TypeKind::LongVarchar || b.kind == TypeKind::LongVarchar;
    result = any_long ? Type{TypeKind::LongVarchar} : text_type();
  }
  result.size = std::max(a.size, b.size);
  result.json = a.json && b.json;
  result.mixed = a.mixed || b.mixed;
  return result;
}

Type merge_intervals(const Type& a, const Type& b) {
  Type result = a;
  result.leading = std::min(a.leading, b.leading);
  result.trailing = std::max(a.trailing, b.trailing);
  result.scale = std::max(a.scale, b.scale);
  result.size = std::max(a.size, b.size);
  return result;
}

}  // namespace

Type type_of(const Value& value) {
  return std::visit(
      [](const auto& v) -> Type {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, std::monostate>)
          return {};
        else if constexpr (std::is_same_v<T, bool>)
          return bit_type();
        else if constexpr (std::is_same_v<T, int64_t>)
          return v >= INT32_MIN && v <= INT32_MAX ? integer_type() : bigint_type();
        else if constexpr (std::is_same_v<T, double>)
          return double_type();
        else if constexpr (std::is_same_v<T, Decimal>)
          return decimal_literal(v.digits);
        else if constexpr (std::is_same_v<T, std::string>)
          return text_type(std::max(utf16_units(v), 1u));
        else if constexpr (std::is_same_v<T, Date>)
          return {TypeKind::Date};
        else if constexpr (std::is_same_v<T, Time>)
          return {TypeKind::Time, 0, fraction_digits(v.nanosecond)};
        else if constexpr (std::is_same_v<T, Timestamp>)
          return {TypeKind::Timestamp, 0, fraction_digits(v.time.nanosecond)};
        else if constexpr (std::is_same_v<T, Interval>) {
          Type type{v.year_month ? TypeKind::IntervalYearMonth : TypeKind::IntervalDaySecond};
          type.leading = v.leading;
          type.trailing = v.trailing;
          type.scale =
              fraction_digits(static_cast<uint32_t>(v.nanoseconds < 0 ? -v.nanoseconds : v.nanoseconds));
          return type;
        } else {
          static_assert(std::is_same_v<T, Binary>);
          return {TypeKind::VarBinary, std::max(static_cast<uint32_t>(v.bytes.size()), 1u)};
        }
      },
      value);
}

std::optional<Type> merge(const Type& a, const Type& b) {
  TypeClass x = class_of(a), y = class_of(b);
  if (x == TypeClass::Null) return b;
  if (y == TypeClass::Null) return a;
  if (x == y) {
    switch (x) {
      case TypeClass::Number: return merge_numbers(a, b);
      case TypeClass::Text: return merge_texts(a, b);
      case TypeClass::Time:
      case TypeClass::Timestamp: return Type{a.kind, 0, std::max(a.scale, b.scale)};
      case TypeClass::Binary:
        return Type{a.kind == b.kind ? a.kind : TypeKind::LongVarBinary, std::max(a.size, b.size)};
      case TypeClass::Interval: return a.kind == b.kind ? std::optional(merge_intervals(a, b)) : std::nullopt;
      case TypeClass::Null:
      case TypeClass::Bit:
      case TypeClass::Date: return a;
    }
  }
  if (x == TypeClass::Bit && y == TypeClass::Number) return b;
  if (x == TypeClass::Number && y == TypeClass::Bit) return a;
  if (x == TypeClass::Date && y == TypeClass::Timestamp) return b;
  if (x == TypeClass::Timestamp && y == TypeClass::Date) return a;
  return std::nullopt;
}

uint32_t text_size(const Type& type) {
  uint32_t fraction = type.scale > 0 ? static_cast<uint32_t>(type.scale) + 1 : 0;
  switch (type.kind) {
    case TypeKind::Null: return 1;
    case TypeKind::Bit: return 5;
    case TypeKind::SmallInt: return 6;
    case TypeKind::Integer: return 11;
    case TypeKind::BigInt: return 24;  // a JSON fraction may stand in it
    case TypeKind::Real:
    case TypeKind::Double: return 24;
    case TypeKind::Decimal: return type.size + 2;
    case TypeKind::Date: return 10;
    case TypeKind::Time: return 8 + fraction;
    case TypeKind::Timestamp: return 19 + fraction;
    case TypeKind::Varchar:
    case TypeKind::LongVarchar: return type.size;
    case TypeKind::VarBinary:
    case TypeKind::LongVarBinary: return type.size * 2;
    case TypeKind::Guid: return 36;
    case TypeKind::IntervalYearMonth: return 24;
    case TypeKind::IntervalDaySecond: return 32;
  }
  return 0;
}

Type arithmetic_type(ast::BinaryOp op, const Type& a, const Type& b) {
  if (!is_decimal(a) && !is_decimal(b)) {
    // Class, not size: two INTEGERs may add up to more than one, so whole results are BIGINT.
    return is_whole(a.kind) && is_whole(b.kind) ? bigint_type() : double_type();
  }
  if (!is_decimal(a) && !is_whole(a.kind)) return double_type();
  if (!is_decimal(b) && !is_whole(b.kind)) return double_type();
  int scale_a = is_decimal(a) ? a.scale : 0, scale_b = is_decimal(b) ? b.scale : 0;
  auto digits_a = static_cast<int>(whole_digits(a)), digits_b = static_cast<int>(whole_digits(b));
  int whole = 0, scale = 0;
  switch (op) {
    case ast::BinaryOp::Multiply:
      whole = digits_a + digits_b;
      scale = scale_a + scale_b;
      break;
    case ast::BinaryOp::Divide:
      whole = digits_a + scale_b;
      scale = std::max(6, scale_a + digits_b + 1);
      break;
    case ast::BinaryOp::Add:
    case ast::BinaryOp::Subtract:
    case ast::BinaryOp::Modulo:
    case ast::BinaryOp::Concat:
      whole = std::max(digits_a, digits_b) + 1;
      scale = std::max(scale_a, scale_b);
      break;
  }
  constexpr int most = 100;
  whole = std::min(whole, most);
  scale = std::min(scale, std::max(most - whole, 6));
  return {TypeKind::Decimal, static_cast<uint32_t>(whole + scale), static_cast<int16_t>(scale)};
}

}  // namespace couch::sql
