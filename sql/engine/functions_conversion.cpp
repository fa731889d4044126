// CAST and the binder's implicit conversions (coercion.h). A last argument of 1 means implicit: what does not
// convert follows TypeMismatch.
#include <fmt/format.h>

#include <cmath>

#include "sql/coercion.h"
#include "sql/datetime.h"
#include "sql/engine/decimal.h"
#include "sql/engine/function.h"
#include "sql/error.h"
#include "sql/interval_text.h"
#include "sql/typing.h"

namespace couch::sql::engine {

namespace {

Value value_of(const Arguments& a) {
  if (a.is_integer(0)) return a.integer(0);
  if (a.is_blob(0)) return Binary{std::string{a.blob(0)}};
  if (a.is_text(0)) return std::string{a.text(0)};
  return a.real(0);
}

std::string shown(std::string_view text) {
  constexpr size_t most = 60;
  return text.size() > most ? std::string{text.substr(0, most)} + "…" : std::string{text};
}

Result unreadable(const Arguments& a, const Type& type) {
  if (a.integer(1) == 1 && a.runtime().options().mismatch == MismatchPolicy::Null) {
    a.runtime().count_mismatch();
    return Null{};
  }
  throw Error(conversion_error(type),
              fmt::format("'{}' does not read as {}", shown(text_of(value_of(a))), name_of(type)));
}

Result to_number(const Arguments& a) {
  auto number = convert_class(value_of(a), bigint_type());
  if (!number) return unreadable(a, double_type());
  if (auto i = std::get_if<int64_t>(&*number)) return *i;
  return std::get<double>(*number);
}

// couch_to_decimal(x, implicit, precision, scale); precision 0: as it is.
Result to_decimal(const Arguments& a) {
  auto number = convert_class(value_of(a), Type{TypeKind::Decimal});
  if (!number) return unreadable(a, Type{TypeKind::Decimal});
  std::string digits = std::get<Decimal>(*number).digits;
  int64_t precision = a.integer(2), scale = a.integer(3);
  if (precision == 0) return digits;
  digits = round_decimal(digits, scale);
  std::string most = "1e" + std::to_string(precision - scale);
  std::string size = digits.starts_with('-') ? digits.substr(1) : digits;
  if (compare_decimals(size, most) >= 0)
    throw Error(ErrorKind::OutOfRange,
                fmt::format("{} has too many digits for DECIMAL({},{})", shown(digits), precision, scale));
  return digits;
}

// couch_to_whole(x, bits): a fraction is cut.
Result to_whole(const Arguments& a) {
  int64_t bits = a.integer(1);
  Value value = value_of(a);
  std::optional<int64_t> whole;
  if (auto i = std::get_if<int64_t>(&value))
    whole = *i;
  else {
    auto number = convert_class(value, Type{TypeKind::Decimal});
    if (!number)
      throw Error(ErrorKind::TypeMismatch,
                  fmt::format("'{}' does not read as a number", shown(text_of(value))));
    whole = decimal_to_int(truncate_decimal(std::get<Decimal>(*number).digits, 0));
  }
  int64_t most = bits == 16 ? INT16_MAX : bits == 32 ? INT32_MAX : INT64_MAX;
  if (!whole || *whole > most || *whole < -most - 1) {
    throw Error(ErrorKind::OutOfRange, fmt::format("{} is out of the range of {}", shown(text_of(value)),
                                                   bits == 16   ? "SMALLINT"
                                                   : bits == 32 ? "INTEGER"
                                                                : "BIGINT"));
  }
  return *whole;
}

Result to_real(const Arguments& a) {
  Value value = value_of(a);
  auto number = convert_class(value, bigint_type());
  if (!number)
    throw Error(ErrorKind::TypeMismatch,
                fmt::format("'{}' does not read as a number", shown(text_of(value))));
  double d = std::holds_alternative<int64_t>(*number) ? static_cast<double>(std::get<int64_t>(*number))
                                                      : std::get<double>(*number);
  if (a.integer(1) != 32) return d;
  auto narrow = static_cast<float>(d);
  if (!std::isfinite(narrow))
    throw Error(ErrorKind::OutOfRange, fmt::format("{} is out of the range of REAL", text_of(d)));
  return static_cast<double>(narrow);
}

Result to_bit(const Arguments& a) {
  // Of numbers only 0 is false, as everywhere; text has to say.
  if (!a.is_text(0)) return int64_t{a.real(0) != 0};
  auto bit = convert_class(value_of(a), bit_type());
  return bit ? Result{int64_t{std::get<bool>(*bit)}} : unreadable(a, bit_type());
}

Result to_date(const Arguments& a) {
  auto t = parse_timestamp(a.text(0), Forms::Any);
  if (!t) return unreadable(a, Type{TypeKind::Date});
  // Compared with a DATE, a text with a time of day stays a timestamp (coercion.h).
  bool implicit = a.integer(1) == 1;
  return implicit && t->time != Time{} ? format(*t) : format(t->date);
}

// couch_to_time(text, implicit, digits of a fraction), and so couch_to_timestamp
Result to_time(const Arguments& a) {
  std::string_view text = a.text(0);
  const auto digits = static_cast<int16_t>(a.integer(2));
  if (auto t = parse_time(text, Forms::Any)) return format(cut_to(*t, digits));
  auto t = parse_timestamp(text, Forms::Any);
  return t && a.integer(1) == 0 ? Result{format(cut_to(t->time, digits))}
                                : unreadable(a, Type{TypeKind::Time});
}

Result to_timestamp(const Arguments& a) {
  std::string_view text = a.text(0);
  const auto digits = static_cast<int16_t>(a.integer(2));
  if (auto t = parse_timestamp(text, Forms::Any)) return format(Timestamp{t->date, cut_to(t->time, digits)});
  auto t = parse_time(text, Forms::Any);
  if (t && a.integer(1) == 0) return format(Timestamp{a.runtime().now().date, cut_to(*t, digits)});
  return unreadable(a, Type{TypeKind::Timestamp});
}

// couch_to_interval(text, implicit, leading, trailing)
Result to_interval(const Arguments& a) {
  Type type{TypeKind::IntervalDaySecond};
  type.leading = static_cast<IntervalField>(a.integer(2));
  type.trailing = static_cast<IntervalField>(a.integer(3));
  if (type.leading <= IntervalField::Month) type.kind = TypeKind::IntervalYearMonth;
  auto interval = convert_class(value_of(a), type);
  if (!interval) return unreadable(a, type);
  auto units = interval_units(std::get<Interval>(*interval));
  if (!units) throw Error(ErrorKind::OutOfRange, "an interval of more than 292 years in nanoseconds");
  return *units;
}

Result to_binary(const Arguments& a) { return Blob{std::string{a.text(0)}}; }

Result text_of_bit(const Arguments& a) { return std::string{a.integer(0) != 0 ? "true" : "false"}; }
Result text_of_number(const Arguments& a) { return text_of(value_of(a)); }
Result text_of_binary(const Arguments& a) { return std::string{a.blob(0)}; }
Result text_of_interval(const Arguments& a) {
  Type type{a.integer(1) == 1 ? TypeKind::IntervalYearMonth : TypeKind::IntervalDaySecond};
  type.leading = static_cast<IntervalField>(a.integer(2));
  type.trailing = static_cast<IntervalField>(a.integer(3));
  return interval_text(interval_of(a.integer(0), type));
}

}  // namespace

void add_conversion_functions(sqlite3* connection, Runtime& runtime) {
  static constexpr ScalarFunction functions[] = {
      {"couch_text_of_binary", 1, 1, text_of_binary},
      {"couch_text_of_bit", 1, 1, text_of_bit},
      {"couch_text_of_interval", 4, 4, text_of_interval},
      {"couch_text_of_number", 1, 1, text_of_number},
      {"couch_to_binary", 1, 1, to_binary},
      {"couch_to_bit", 2, 2, to_bit},
      {"couch_to_date", 2, 2, to_date},
      {"couch_to_decimal", 4, 4, to_decimal},
      {"couch_to_interval", 4, 4, to_interval},
      {"couch_to_number", 2, 2, to_number},
      {"couch_to_real", 2, 2, to_real},
      {"couch_to_time", 3, 3, to_time},
      {"couch_to_timestamp", 3, 3, to_timestamp},
      {"couch_to_whole", 2, 2, to_whole},
  };
  for (const ScalarFunction& f : functions) add(connection, runtime, f);
}

}  // namespace couch::sql::engine
