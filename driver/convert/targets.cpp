// The C types that numbers and intervals are put into, whatever they come from.
#include <cfloat>
#include <cmath>
#include <limits>

#include "driver/convert/errors.h"
#include "driver/convert/interval.h"
#include "driver/convert/number.h"
#include "driver/convert/output.h"
#include "driver/convert/sources.h"
#include "driver/types.h"
#include "sql/interval_text.h"

namespace couch::driver {

namespace {

template <class T>
Converted put(const WholePart& value, std::string_view shown, const Target& target) {
  constexpr auto most = static_cast<uint64_t>(std::numeric_limits<T>::max());
  const uint64_t limit = !value.negative ? most : std::numeric_limits<T>::is_signed ? most + 1 : 0;
  if (value.overflow || value.magnitude > limit)
    does_not_fit(SqlState::s22003, shown, c_type_name(target.c_type));
  const auto bits = value.negative ? ~value.magnitude + 1 : value.magnitude;
  return write_fixed(target, static_cast<T>(bits), value.fraction ? Converted::Fraction : Converted::Whole);
}

Converted put_bit(const WholePart& value, std::string_view shown, const Target& target) {
  // "Less than 0 or greater than or equal to 2": -0.5 is less than 0 though its whole part is not.
  const bool below = value.negative && (value.magnitude != 0 || value.fraction);
  if (value.overflow || value.magnitude > 1 || below)
    does_not_fit(SqlState::s22003, shown, c_type_name(target.c_type));
  return write_fixed(target, static_cast<SQLCHAR>(value.magnitude),
                     value.fraction ? Converted::Fraction : Converted::Whole);
}

}  // namespace

bool is_integer_c(SQLSMALLINT c_type) {
  switch (c_type) {
    case SQL_C_BIT:
    case SQL_C_STINYINT:
    case SQL_C_UTINYINT:
    case SQL_C_SSHORT:
    case SQL_C_USHORT:
    case SQL_C_SLONG:
    case SQL_C_ULONG:
    case SQL_C_SBIGINT:
    case SQL_C_UBIGINT: return true;
    default: return false;
  }
}

Converted put_integer(const WholePart& value, std::string_view shown, const Target& target) {
  switch (target.c_type) {
    case SQL_C_STINYINT: return put<SQLSCHAR>(value, shown, target);
    case SQL_C_UTINYINT: return put<SQLCHAR>(value, shown, target);
    case SQL_C_SSHORT: return put<SQLSMALLINT>(value, shown, target);
    case SQL_C_USHORT: return put<SQLUSMALLINT>(value, shown, target);
    case SQL_C_SLONG: return put<SQLINTEGER>(value, shown, target);
    case SQL_C_ULONG: return put<SQLUINTEGER>(value, shown, target);
    case SQL_C_SBIGINT: return put<int64_t>(value, shown, target);
    case SQL_C_UBIGINT: return put<uint64_t>(value, shown, target);
    default: return put_bit(value, shown, target);
  }
}

Converted put_double(double value, const Target& target) {
  if (target.c_type == SQL_C_DOUBLE) return write_fixed(target, value);
  const auto single = static_cast<float>(value);
  if (std::isinf(single) && !std::isinf(value))
    does_not_fit(SqlState::s22003, NumberText{value}.view(), c_type_name(target.c_type));
  return write_fixed(target, single);
}

Converted put_numeric(const Number& value, std::string_view shown, const Target& target) {
  SQL_NUMERIC_STRUCT out;
  switch (to_numeric(value, target.precision, target.scale, out)) {
    case NumericFit::Whole: return write_fixed(target, out);
    case NumericFit::FractionLost: return write_fixed(target, out, Converted::Fraction);
    case NumericFit::TooLarge: break;
  }
  does_not_fit(SqlState::s22003, shown,
               fmt::format("SQL_C_NUMERIC with precision {} and scale {}", out.precision, target.scale));
}

Converted put_interval(const sql::Interval& value, const Target& target) {
  SQL_INTERVAL_STRUCT out;
  const SQLSMALLINT digits = target.precision;
  const SQLSMALLINT leading = target.interval_leading_precision;
  switch (write_interval(value, target.c_type, leading, digits, out)) {
    case IntervalFit::Whole: return write_fixed(target, out);
    case IntervalFit::TrailingLost: return write_fixed(target, out, Converted::Fraction);
    case IntervalFit::LeadingTooLong: break;
  }
  does_not_fit(SqlState::s22015, sql::interval_text(value),
               fmt::format("{} with {} leading digits", c_type_name(target.c_type), leading));
}

Converted put_number_as_interval(const Number& value, std::string_view shown, const Target& target) {
  const auto interval = interval_of(value, target.c_type);
  if (!interval) does_not_fit(SqlState::s22015, shown, c_type_name(target.c_type));
  const Converted done = put_interval(interval->value, target);
  return interval->fraction_lost ? Converted::Fraction : done;
}

Converted put_as_default_binary(const sql::Cell& cell, const Conversion& to) {
  // A union, so that whichever structure is written has room and alignment.
  union {
    SQL_INTERVAL_STRUCT interval;
    SQL_TIMESTAMP_STRUCT timestamp;
    SQLGUID guid;
    char bytes[64];
  } room;
  Target inner = to.target;
  SQLLEN length = 0;
  inner.c_type = default_c_type(concise_of(to.type));
  if (inner.c_type == SQL_C_CHAR) return write_bytes_whole(to.target, text_of(cell));  // DECIMAL
  inner.buffer = &room;
  inner.capacity = sizeof room;
  inner.length = inner.indicator = &length;
  inner.precision = interval_fraction_digits;
  inner.interval_leading_precision = static_cast<SQLSMALLINT>(interval_leading_digits);
  const Converted how = to_c(cell, to.type, inner, nullptr);
  const Converted written =
      write_bytes_whole(to.target, {reinterpret_cast<const char*>(&room), static_cast<size_t>(length)});
  return written == Converted::Whole ? how : written;
}

}  // namespace couch::driver
