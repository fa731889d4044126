#include "sql/coercion.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sql/datetime.h"
#include "sql/engine/decimal.h"
#include "sql/interval_text.h"
#include "sql/typing.h"

namespace couch::sql {

namespace {

using ast::Expr;
using ast::ExprPtr;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool same_word(std::string_view text, std::string_view lower_case) {
  return std::equal(text.begin(), text.end(), lower_case.begin(), lower_case.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
  });
}

std::optional<Value> bit_of(const Value& value) {
  if (std::holds_alternative<bool>(value)) return value;
  if (auto i = std::get_if<int64_t>(&value))
    return *i == 0 || *i == 1 ? std::optional<Value>(*i == 1) : std::nullopt;
  if (auto d = std::get_if<double>(&value))
    return *d == 0 || *d == 1 ? std::optional<Value>(*d == 1) : std::nullopt;
  if (auto d = std::get_if<Decimal>(&value)) {
    auto whole = engine::decimal_to_int(d->digits);
    return whole ? bit_of(*whole) : std::nullopt;
  }
  if (auto s = std::get_if<std::string>(&value)) {
    std::string_view word = trimmed(*s);
    if (same_word(word, "true") || word == "1") return true;
    if (same_word(word, "false") || word == "0") return false;
  }
  return std::nullopt;
}

// A decimal's digits as the type's numbers stand: DECIMAL, else an int64 or the nearest double.
std::optional<Value> number_from_digits(std::string_view digits, bool decimal) {
  if (!engine::is_decimal(digits)) return std::nullopt;
  if (decimal) return Decimal{engine::canonical_decimal(digits)};
  if (auto whole = engine::decimal_to_int(digits)) return *whole;
  double nearest = engine::decimal_to_double(digits);
  if (!std::isfinite(nearest)) return std::nullopt;
  return nearest;
}

std::optional<Value> number_of(const Value& value, const Type& type) {
  bool decimal = is_decimal(type);
  if (auto b = std::get_if<bool>(&value)) return number_of(Value{int64_t{*b}}, type);
  if (auto i = std::get_if<int64_t>(&value)) return decimal ? Value{Decimal{engine::decimal_of(*i)}} : value;
  if (auto d = std::get_if<double>(&value)) {
    if (!std::isfinite(*d)) return std::nullopt;
    return decimal ? Value{Decimal{engine::decimal_of(*d)}} : value;
  }
  if (auto d = std::get_if<Decimal>(&value)) return number_from_digits(d->digits, decimal);
  if (auto s = std::get_if<std::string>(&value)) return number_from_digits(trimmed(*s), decimal);
  return std::nullopt;
}

bool midnight(const Timestamp& t) { return t.time == Time{}; }

std::optional<Value> date_of(const Value& value) {
  if (std::holds_alternative<Date>(value)) return value;
  std::optional<Timestamp> timestamp;
  if (auto t = std::get_if<Timestamp>(&value)) timestamp = *t;
  if (auto s = std::get_if<std::string>(&value)) timestamp = parse_timestamp(*s, Forms::Any);
  if (!timestamp) return std::nullopt;
  if (midnight(*timestamp)) return timestamp->date;
  return *timestamp;
}

std::optional<Value> time_of(const Value& value) {
  if (std::holds_alternative<Time>(value)) return value;
  if (auto s = std::get_if<std::string>(&value)) {
    if (auto t = parse_time(*s, Forms::Any)) return *t;
  }
  return std::nullopt;
}

std::optional<Value> timestamp_of(const Value& value) {
  if (std::holds_alternative<Timestamp>(value)) return value;
  if (auto d = std::get_if<Date>(&value)) return Timestamp{*d, {}};
  if (auto s = std::get_if<std::string>(&value)) {
    if (auto t = parse_timestamp(*s, Forms::Any)) return *t;
  }
  return std::nullopt;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<Value> binary_of(const Value& value) {
  if (std::holds_alternative<Binary>(value)) return value;
  auto text = std::get_if<std::string>(&value);
  if (!text || text->size() % 2 != 0) return std::nullopt;
  Binary result;
  for (size_t i = 0; i < text->size(); i += 2) {
    int high = hex_digit((*text)[i]), low = hex_digit((*text)[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    result.bytes += static_cast<char>(high * 16 + low);
  }
  return result;
}

std::string hex(std::string_view bytes) {
  std::string text;
  for (char c : bytes) text += fmt::format("{:02X}", static_cast<unsigned char>(c));
  return text;
}

const ast::Parameter* parameter_in(const Expr& expr) {
  if (auto p = std::get_if<ast::Parameter>(&expr.node)) return p;
  if (auto u = std::get_if<ast::Unary>(&expr.node)) {
    if (u->op != ast::UnaryOp::Not) return std::get_if<ast::Parameter>(&u->operand->node);
  }
  return nullptr;
}

const Value* literal_in(const Expr& expr) {
  auto l = std::get_if<ast::Literal>(&expr.node);
  return l ? &l->value : nullptr;
}

[[noreturn]] void no_common_class(const Type& a, const Type& b, std::string_view doing, Span span) {
  throw Error(ErrorKind::WrongArguments,
              fmt::format("cannot {} {} and {}: CAST one of them", doing, name_of(a), name_of(b)), span);
}

}  // namespace

void cast_to(ExprPtr& expr, const Type& type, bool implicit) {
  auto cast = std::make_unique<Expr>();
  cast->span = expr->span;
  cast->depth = expr->depth + 1;
  cast->type = type;
  // Text may fail to read as the class, and is NULL then.
  cast->nullable = expr->nullable ||
                   (implicit && class_of(expr->type) == TypeClass::Text && class_of(type) != TypeClass::Text);
  cast->node = ast::Cast{std::move(expr), type, implicit};
  expr = std::move(cast);
}

namespace {

void convert_literal(Expr& expr, const Value& value, const Type& type) {
  if (is_null(value)) {
    expr.type = type;
    return;
  }
  auto converted = convert_class(value, type);
  if (!converted) {
    TypeClass from = class_of(view(value));
    bool text = from == TypeClass::Text;
    bool number_as_bit = class_of(type) == TypeClass::Bit && from == TypeClass::Number;
    if (text || number_as_bit) {
      throw Error(conversion_error(type),
                  fmt::format("{} does not read as {}", text ? "'" + text_of(value) + "'" : text_of(value),
                              name_of(type)),
                  expr.span);
    }
    no_common_class(type_of(value), type, "bring together", expr.span);
  }
  Type own = type_of(*converted);
  // Text keeps its own length; a DATE place may keep a TIMESTAMP.
  bool keep = class_of(type) == TypeClass::Text || class_of(own) != class_of(type);
  expr.type = keep ? own : type;
  expr.node = ast::Literal{std::move(*converted)};
}

void convert_to(ExprPtr& expr, const Type& type, std::vector<ParameterInfo>& parameters) {
  if (auto value = literal_in(*expr)) {
    Value copy = *value;
    convert_literal(*expr, copy, type);
    return;
  }
  if (auto parameter = parameter_in(*expr)) {
    ParameterInfo& info = parameters[parameter->index];
    info.type = class_of(type) == TypeClass::Null ? text_type() : type;
    info.inferred = class_of(type) != TypeClass::Null;
    for (Expr* e = expr.get(); e != nullptr;) {
      e->type = info.type;
      auto unary = std::get_if<ast::Unary>(&e->node);
      e = unary ? unary->operand.get() : nullptr;
    }
    return;
  }
  TypeClass from = class_of(expr->type), to = class_of(type);
  if (from == TypeClass::Null) {
    expr->type = type;
    return;
  }
  if (from == to && is_decimal(expr->type) == is_decimal(type)) return;
  cast_to(expr, type, true);
}

// The class that all non-constants share when they are compared; text gives way.
Type comparison_type(const Type& a, const Type& b, Span span) {
  // A DECIMAL's digits would be lost in a DOUBLE; a DOUBLE has a decimal, its shortest digits.
  const auto approximate = [](const Type& type) {
    return type.kind == TypeKind::Double || type.kind == TypeKind::Real;
  };
  if ((is_decimal(a) && approximate(b)) || (is_decimal(b) && approximate(a))) return Type{TypeKind::Decimal};
  if (auto merged = merge(a, b)) return *merged;
  if (class_of(a) == TypeClass::Text && class_of(b) != TypeClass::Binary) return b;
  if (class_of(b) == TypeClass::Text && class_of(a) != TypeClass::Binary) return a;
  no_common_class(a, b, "compare", span);
}

Type choice_type(const Type& a, const Type& b, Span span) {
  if (auto merged = merge(a, b)) return *merged;
  if (class_of(a) == TypeClass::Text || class_of(b) == TypeClass::Text) {
    bool is_long = a.kind == TypeKind::LongVarchar || b.kind == TypeKind::LongVarchar;
    Type type = text_type(std::max(text_size(a), text_size(b)));
    if (is_long) type.kind = TypeKind::LongVarchar;
    return type;
  }
  no_common_class(a, b, "choose between", span);
}

// A constant number beside numbers of columns takes their form: 1.5 beside a BIGINT is a double, 2 beside a
// DECIMAL a decimal.
Type with_literal_number(const Type& columns, const Value& value) {
  if (is_decimal(columns)) {
    // A double stays approximate only among doubles.
    return columns;
  }
  if (std::holds_alternative<double>(value)) return double_type();
  if (auto d = std::get_if<Decimal>(&value))
    return engine::decimal_to_int(d->digits) ? columns : double_type();
  if (auto i = std::get_if<int64_t>(&value)) return *merge(columns, type_of(Value{*i}));
  return columns;
}

}  // namespace

bool is_constant(const Expr& expr) { return literal_in(expr) != nullptr || parameter_in(expr) != nullptr; }

std::optional<Value> convert_class(const Value& value, const Type& type) {
  if (is_null(value)) return value;
  switch (class_of(type)) {
    case TypeClass::Null: return value;
    case TypeClass::Bit: return bit_of(value);
    case TypeClass::Number: return number_of(value, type);
    case TypeClass::Text: return Value{text_of(value)};
    case TypeClass::Date: return date_of(value);
    case TypeClass::Time: return time_of(value);
    case TypeClass::Timestamp: return timestamp_of(value);
    case TypeClass::Binary: return binary_of(value);
    case TypeClass::Interval: {
      bool year_month = type.kind == TypeKind::IntervalYearMonth;
      if (auto i = std::get_if<Interval>(&value))
        return i->year_month == year_month ? std::optional<Value>(value) : std::nullopt;
      if (auto s = std::get_if<std::string>(&value)) {
        if (auto parsed = parse_interval(trimmed(*s), type.leading, type.trailing)) return *parsed;
      }
      return std::nullopt;
    }
  }
  return std::nullopt;
}

Value coerce_parameter(const Value& value, const ParameterInfo& parameter, size_t index) {
  if (auto converted = convert_class(value, parameter.type)) return *converted;
  throw Error(conversion_error(parameter.type),
              fmt::format("parameter {} does not read as {}, which its place in the statement asks for",
                          index + 1, name_of(parameter.type)));
}

std::vector<Value> coerced(const std::vector<Value>& values, const std::vector<ParameterInfo>& parameters) {
  if (values.size() != parameters.size()) {
    throw Error(ErrorKind::ParameterCount, fmt::format("the statement has {} parameters, {} were given",
                                                       parameters.size(), values.size()));
  }
  std::vector<Value> out;
  out.reserve(values.size());
  for (size_t i = 0; i < values.size(); ++i) out.push_back(coerce_parameter(values[i], parameters[i], i));
  return out;
}

ErrorKind conversion_error(const Type& target) {
  switch (class_of(target)) {
    case TypeClass::Date:
    case TypeClass::Time:
    case TypeClass::Timestamp: return ErrorKind::InvalidDatetime;
    default: return ErrorKind::TypeMismatch;
  }
}

std::string text_of(double number) { return number == 0 ? "0" : fmt::format("{}", number); }

std::string text_of(const Value& value) {
  return std::visit(
      [](const auto& v) -> std::string {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, std::monostate>)
          return {};
        else if constexpr (std::is_same_v<T, bool>)
          return v ? "true" : "false";
        else if constexpr (std::is_same_v<T, int64_t>)
          return std::to_string(v);
        else if constexpr (std::is_same_v<T, double>)
          return text_of(v);
        else if constexpr (std::is_same_v<T, Decimal>)
          return v.digits;
        else if constexpr (std::is_same_v<T, std::string>)
          return v;
        else if constexpr (std::is_same_v<T, Interval>)
          return interval_text(v);
        else if constexpr (std::is_same_v<T, Binary>)
          return hex(v.bytes);
        else
          return format(v);
      },
      value);
}

Type unify_for_comparison(const std::vector<ExprPtr*>& operands, std::vector<ParameterInfo>& parameters) {
  bool all_constant =
      std::all_of(operands.begin(), operands.end(), [](ExprPtr* e) { return is_constant(**e); });
  Type type;
  for (ExprPtr* e : operands) {
    if (parameter_in(**e) || (!all_constant && is_constant(**e))) continue;
    type = comparison_type(type, (*e)->type, (*e)->span);
  }
  if (class_of(type) == TypeClass::Null) {  // only parameters and NULLs
    for (ExprPtr* e : operands) convert_to(*e, type, parameters);
    return text_type();
  }
  if (!all_constant) {
    for (ExprPtr* e : operands) {
      auto value = literal_in(**e);
      if (!value || is_null(*value)) continue;
      // DATE beside a literal with a time of day: both as TIMESTAMP.
      if (class_of(type) == TypeClass::Date) {
        auto converted = convert_class(*value, type);
        if (converted && std::holds_alternative<Timestamp>(*converted)) type = type_of(*converted);
      } else if (class_of(type) == TypeClass::Number) {
        if (auto number = convert_class(*value, Type{TypeKind::Decimal}))
          type = with_literal_number(type, *number);
      }
    }
  }
  for (ExprPtr* e : operands) convert_to(*e, type, parameters);
  return type;
}

Type unify_for_choice(const std::vector<ExprPtr*>& operands, std::vector<ParameterInfo>& parameters) {
  auto literal_text = [](const Expr& e) {
    auto value = literal_in(e);
    return value && std::holds_alternative<std::string>(*value);
  };
  bool all_constant =
      std::all_of(operands.begin(), operands.end(), [](ExprPtr* e) { return is_constant(**e); });
  auto number_constant = [](const Expr& e) {
    return is_constant(e) && class_of(e.type) == TypeClass::Number;
  };
  Type type;
  for (ExprPtr* e : operands) {
    if (parameter_in(**e) || literal_text(**e) || (!all_constant && number_constant(**e))) continue;
    type = choice_type(type, (*e)->type, (*e)->span);
  }
  if (!all_constant) {
    for (ExprPtr* e : operands) {
      if (parameter_in(**e) || !number_constant(**e)) continue;
      bool number = class_of(type) == TypeClass::Number;
      type = number ? with_literal_number(type, *literal_in(**e)) : choice_type(type, (*e)->type, (*e)->span);
    }
  }
  bool readable = class_of(type) != TypeClass::Null && class_of(type) != TypeClass::Text;
  for (ExprPtr* e : operands) {
    if (!literal_text(**e) || !readable) continue;
    auto converted = convert_class(*literal_in(**e), type);
    readable = converted.has_value();
    if (readable && class_of(type) == TypeClass::Date && std::holds_alternative<Timestamp>(*converted))
      type = type_of(*converted);
    if (readable && class_of(type) == TypeClass::Number) type = with_literal_number(type, *converted);
  }
  if (!readable) {
    for (ExprPtr* e : operands) {
      if (literal_text(**e)) type = choice_type(type, (*e)->type, (*e)->span);
    }
  }
  for (ExprPtr* e : operands) convert_to(*e, type, parameters);
  return class_of(type) == TypeClass::Null ? text_type() : type;
}

void require_class(ExprPtr& expr, const Type& type, std::vector<ParameterInfo>& parameters) {
  TypeClass from = class_of(expr->type), to = class_of(type);
  if (!is_constant(*expr) && from != to && from != TypeClass::Null) {
    bool readable = from == TypeClass::Text && to != TypeClass::Binary;
    bool counts = from == TypeClass::Bit && to == TypeClass::Number;
    bool widens = from == TypeClass::Date && to == TypeClass::Timestamp;
    if (to != TypeClass::Text && !readable && !counts && !widens) {
      throw Error(ErrorKind::WrongArguments,
                  fmt::format("expected {} here, found {}: CAST it", name_of(type), name_of(expr->type)),
                  expr->span);
    }
  }
  if (!is_constant(*expr) && from == to && from == TypeClass::Number) return;  // any number is one
  if (auto value = literal_in(*expr); value && from == TypeClass::Number && to == TypeClass::Number) return;
  convert_to(expr, type, parameters);
}

bool castable(const Type& from, const Type& to) {
  TypeClass a = class_of(from), b = class_of(to);
  if (a == b) return a != TypeClass::Interval || from.kind == to.kind;
  if (a == TypeClass::Null || a == TypeClass::Text || b == TypeClass::Text) return true;
  auto either = [&](TypeClass x, TypeClass y) { return (a == x && b == y) || (a == y && b == x); };
  return either(TypeClass::Bit, TypeClass::Number) || either(TypeClass::Date, TypeClass::Timestamp) ||
         either(TypeClass::Time, TypeClass::Timestamp);
}

}  // namespace couch::sql
