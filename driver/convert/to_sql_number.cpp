// Parameters for DECIMAL, NUMERIC and the integers, REAL, FLOAT and DOUBLE, and BIT.
#include <cmath>
#include <limits>

#include "driver/convert/errors.h"
#include "driver/convert/interval.h"
#include "driver/convert/number.h"
#include "driver/convert/parameters.h"
#include "driver/convert/sources.h"

namespace couch::driver {

namespace {

// The literal of a number, and the number. Character data must be one (22018).
struct Literal {
  std::string text;
  Number number;
};
Literal literal_of(const ParameterValue& given, const ParameterType& as) {
  Literal literal;
  literal.text = text_of(sql::view(given.value));
  if (given.character()) literal.text = trimmed(literal.text);
  const auto number = parse_number(literal.text);
  if (!number && given.character())
    not_a(SqlState::s22018, literal.text, "number", sql_type_name(as.sql_type));
  if (!number)
    does_not_fit(SqlState::s22003, literal.text,
                 sql_type_name(as.sql_type));  // an infinity, or an interval's fields
  literal.number = *number;
  return literal;
}

// "C to SQL: Character" has 22001 for every digit that is lost; "C to SQL: Numeric" 22003 for whole ones, and
// lets fractions go.
[[noreturn]] void whole_lost(const ParameterValue& given, std::string_view text, const ParameterType& as) {
  does_not_fit(given.character() ? SqlState::s22001 : SqlState::s22003, text, sql_type_name(as.sql_type));
}
void note_fraction(const ParameterValue& given, std::string_view text, const ParameterType& as) {
  if (given.character()) does_not_fit(SqlState::s22001, text, sql_type_name(as.sql_type));
  if (as.fraction_lost) *as.fraction_lost = true;
}

std::optional<int64_t> signed_value(const WholePart& part) {
  const uint64_t limit = static_cast<uint64_t>(std::numeric_limits<int64_t>::max()) + (part.negative ? 1 : 0);
  if (part.overflow || part.magnitude > limit) return std::nullopt;
  return static_cast<int64_t>(part.negative ? ~part.magnitude + 1 : part.magnitude);
}

struct Range {
  int64_t least, most;
};
Range range_of(SQLSMALLINT sql_type) {
  switch (sql_type) {
    case SQL_TINYINT: return {-128, 255};  // signed or not: nothing in the binding says which
    case SQL_SMALLINT: return {std::numeric_limits<int16_t>::min(), std::numeric_limits<int16_t>::max()};
    case SQL_INTEGER: return {std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()};
    default: return {std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max()};
  }
}

WholePart whole_of(const ParameterValue& given, const Literal& literal) {
  if (const double* value = std::get_if<double>(&given.value)) return whole_part(*value);
  return whole_part(literal.number);
}

sql::Value to_integer(const ParameterValue& given, const Literal& literal, const ParameterType& as) {
  const WholePart part = whole_of(given, literal);
  const auto value = signed_value(part);
  const Range range = range_of(as.sql_type);
  if (!value || *value < range.least || *value > range.most) whole_lost(given, literal.text, as);
  if (part.fraction) note_fraction(given, literal.text, as);
  return *value;
}

sql::Value to_decimal(const ParameterValue& given, const Literal& literal, const ParameterType& as) {
  // Without a size nothing is known of the digits; with one, it and the scale bound both sides of the point.
  constexpr size_t longest = 400;  // more than any double has
  const int scale = as.column_size == 0 ? -1 : as.decimal_digits;
  const auto size = static_cast<int64_t>(std::min<SQLULEN>(as.column_size, longest));
  const int64_t whole_digits =
      as.column_size == 0 ? int64_t{longest} : std::max<int64_t>(size - as.decimal_digits, 0);
  bool cut = false;
  auto digits = plain_text(literal.number, scale, static_cast<size_t>(whole_digits), cut);
  if (!digits) whole_lost(given, literal.text, as);
  if (cut) note_fraction(given, literal.text, as);
  if (digits->find('.') == std::string::npos)
    if (const auto value = signed_value(whole_part(*parse_number(*digits)))) return *value;
  return sql::Decimal{std::move(*digits)};
}

}  // namespace

sql::Value to_sql_exact(const ParameterValue& given, const ParameterType& as) {
  const Literal literal = literal_of(given, as);
  return as.sql_type == SQL_DECIMAL || as.sql_type == SQL_NUMERIC ? to_decimal(given, literal, as)
                                                                  : to_integer(given, literal, as);
}

sql::Value to_sql_approximate(const ParameterValue& given, const ParameterType& as) {
  double value = 0;
  if (const double* same = std::get_if<double>(&given.value)) {
    value = *same;
  } else {
    const Literal literal = literal_of(given, as);
    const auto parsed = to_double(literal.text, literal.number);
    if (!parsed) does_not_fit(SqlState::s22003, literal.text, sql_type_name(as.sql_type));
    value = *parsed;
  }
  const bool single = as.sql_type == SQL_REAL;
  // JSON has no infinities and no NaN.
  if (!std::isfinite(single ? double{static_cast<float>(value)} : value))
    does_not_fit(SqlState::s22003, NumberText{value}.view(), sql_type_name(as.sql_type));
  return value;
}

sql::Value to_sql_bit(const ParameterValue& given, const ParameterType& as) {
  if (const bool* same = std::get_if<bool>(&given.value)) return *same;
  const Literal literal = literal_of(given, as);
  const WholePart part = whole_of(given, literal);
  const bool below = part.negative && (part.magnitude != 0 || part.fraction);
  if (part.overflow || part.magnitude > 1 || below)
    does_not_fit(SqlState::s22003, literal.text, sql_type_name(as.sql_type));
  if (part.fraction) does_not_fit(SqlState::s22001, literal.text, sql_type_name(as.sql_type));
  return part.magnitude == 1;
}

}  // namespace couch::driver
