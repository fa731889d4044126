#include "driver/types.h"

#include <algorithm>
#include <iterator>

#include "driver/convert/interval.h"
#include "driver/odbc_error.h"

namespace couch::driver {

namespace {

using sql::IntervalField;
using sql::Type;
using sql::TypeKind;

constexpr uint32_t default_varchar_length = 255;
constexpr uint32_t max_precision = 38;  // of SQL_NUMERIC_STRUCT: 16 bytes
constexpr int16_t max_fraction_digits = 9;

SQLSMALLINT fraction_digits(const Type& type) {
  return std::clamp<int16_t>(type.scale, 0, max_fraction_digits);
}
// "hh:mm:ss" and then, when there is a fraction, a point and its digits.
SQLULEN with_fraction(SQLULEN whole, SQLSMALLINT digits) {
  return digits == 0 ? whole : whole + 1 + static_cast<SQLULEN>(digits);
}

void text(TypeFacts& f, const Type& type, const char* name) {
  const SQLULEN fallback = type.kind == TypeKind::LongVarchar ? unknown_text_length : default_varchar_length;
  f.type_name = name;
  f.column_size = type.size == 0 ? fallback : type.size;
  // The W types' bytes are UTF-16's (Appendix D, Transfer Octet Length: bytes; the size counts characters).
  f.octet_length = static_cast<SQLLEN>(f.column_size * sizeof(SQLWCHAR));
  f.char_octet_length = f.octet_length;
  f.display_size = static_cast<SQLLEN>(f.column_size);
  f.case_sensitive = true;
  f.searchable = SQL_PRED_SEARCHABLE;
  f.literal_prefix = f.literal_suffix = "'";
}

void binary(TypeFacts& f, const Type& type, const char* name) {
  const SQLULEN fallback =
      type.kind == TypeKind::LongVarBinary ? unknown_text_length : default_varchar_length;
  f.type_name = name;
  f.column_size = type.size == 0 ? fallback : type.size;
  f.octet_length = f.char_octet_length = static_cast<SQLLEN>(f.column_size);
  f.display_size = static_cast<SQLLEN>(f.column_size * 2);
  f.literal_prefix = "X'";
  f.literal_suffix = "'";
}

void exact(TypeFacts& f, const char* name, SQLSMALLINT digits, SQLLEN bytes) {
  f.type_name = name;
  f.column_size = static_cast<SQLULEN>(digits);
  f.precision = digits;
  f.has_decimal_digits = true;
  f.octet_length = bytes;
  f.display_size = digits + 1;
  f.num_prec_radix = 10;
  f.is_signed = true;
}

// Sizes are bits with radix 2, in SQLDescribeCol, SQLColumns and SQLGetTypeInfo alike:
// SQL_DESC_NUM_PREC_RADIX and SQLGetTypeInfo's NUM_PREC_RADIX must be 2 for approximate types, and a size of
// 15 beside it would mean 15 bits.
void approximate(TypeFacts& f, const char* name, SQLSMALLINT bits, SQLLEN bytes, SQLLEN display) {
  f.type_name = name;
  f.column_size = static_cast<SQLULEN>(bits);
  f.precision = bits;
  f.octet_length = bytes;
  f.display_size = display;
  f.num_prec_radix = 2;
  f.is_signed = true;
}

void datetime(TypeFacts& f, const char* name, SQLSMALLINT sub, SQLULEN characters, SQLLEN bytes,
              const char* escape) {
  f.type_name = name;
  f.verbose = SQL_DATETIME;
  f.datetime_sub = sub;
  f.column_size = characters;
  f.octet_length = bytes;
  f.display_size = static_cast<SQLLEN>(characters);
  f.literal_prefix = escape;
  f.literal_suffix = "'}";
}

void fraction(TypeFacts& f, SQLSMALLINT digits) {
  f.decimal_digits = f.precision = digits;
  f.has_decimal_digits = true;
}

void interval(TypeFacts& f, const Type& type) {
  Type bare = type;
  bare.scale = 0;
  f.type_name = sql::name_of(bare);  // "INTERVAL DAY TO SECOND"
  f.verbose = SQL_INTERVAL;
  f.datetime_sub = static_cast<SQLSMALLINT>(f.concise - SQL_INTERVAL_YEAR + SQL_CODE_YEAR);
  const bool has_seconds = type.trailing == IntervalField::Second;
  const SQLSMALLINT digits = has_seconds ? fraction_digits(type) : SQLSMALLINT{0};
  // Appendix D, Interval Data Type Length: the leading field's digits, three characters for each further
  // field, the fraction.
  const auto further = static_cast<SQLULEN>(type.trailing) - static_cast<SQLULEN>(type.leading);
  const SQLULEN leading = type.size == 0 ? interval_leading_digits : type.size;
  f.column_size = with_fraction(leading + 3 * further, digits);
  if (has_seconds) fraction(f, digits);
  f.octet_length = sizeof(SQL_INTERVAL_STRUCT);
  f.display_size = static_cast<SQLLEN>(f.column_size) + 1;  // and a sign
  f.is_signed = true;
  f.literal_prefix = "INTERVAL '";
  f.literal_suffix = "' " + f.type_name.substr(std::string_view{"INTERVAL "}.size());
}

uint32_t size_of(SQLULEN column_size) {
  // Applications pass SQL_NO_TOTAL or 2^31 for "unlimited": 0 is what a type without a size has.
  return column_size > max_text_length ? 0 : static_cast<uint32_t>(column_size);
}

Type sized(TypeKind kind, SQLULEN column_size, SQLSMALLINT decimal_digits = 0) {
  Type type;
  type.kind = kind;
  type.size = size_of(column_size);
  type.scale = decimal_digits;
  return type;
}

}  // namespace

SQLSMALLINT concise_of(const Type& type) noexcept {
  switch (type.kind) {
    case TypeKind::Null:
    case TypeKind::Varchar: return SQL_WVARCHAR;
    case TypeKind::Bit: return SQL_BIT;
    case TypeKind::SmallInt: return SQL_SMALLINT;
    case TypeKind::Integer: return SQL_INTEGER;
    case TypeKind::BigInt: return SQL_BIGINT;
    case TypeKind::Real: return SQL_REAL;
    case TypeKind::Double: return SQL_DOUBLE;
    case TypeKind::Decimal: return SQL_DECIMAL;
    case TypeKind::Date: return SQL_TYPE_DATE;
    case TypeKind::Time: return SQL_TYPE_TIME;
    case TypeKind::Timestamp: return SQL_TYPE_TIMESTAMP;
    case TypeKind::LongVarchar: return SQL_WLONGVARCHAR;
    case TypeKind::VarBinary: return SQL_VARBINARY;
    case TypeKind::LongVarBinary: return SQL_LONGVARBINARY;
    case TypeKind::Guid: return SQL_GUID;
    case TypeKind::IntervalYearMonth:
    case TypeKind::IntervalDaySecond: return interval_code({type.leading, type.trailing});
  }
  return SQL_WVARCHAR;
}

TypeFacts facts_of(const Type& type) {
  TypeFacts f;
  f.concise = f.verbose = concise_of(type);
  f.searchable = SQL_PRED_BASIC;
  switch (type.kind) {
    case TypeKind::Null: text(f, Type{}, "VARCHAR"); break;
    case TypeKind::Varchar: text(f, type, "VARCHAR"); break;
    case TypeKind::LongVarchar: text(f, type, "LONGVARCHAR"); break;
    case TypeKind::Bit:
      f.type_name = "BIT";
      f.column_size = 1;
      f.octet_length = f.display_size = 1;
      break;
    case TypeKind::SmallInt: exact(f, "SMALLINT", 5, sizeof(SQLSMALLINT)); break;
    case TypeKind::Integer: exact(f, "INTEGER", 10, sizeof(SQLINTEGER)); break;
    // The table of Appendix D says 20 bytes for SQL_BIGINT as it once was transferred as text; by the
    // definition above that table it is what the default C type, SQL_C_SBIGINT, takes.
    case TypeKind::BigInt: exact(f, "BIGINT", 19, sizeof(SQLBIGINT)); break;
    case TypeKind::Real: approximate(f, "REAL", 24, sizeof(SQLREAL), 14); break;
    case TypeKind::Double: approximate(f, "DOUBLE", 53, sizeof(SQLDOUBLE), 24); break;
    case TypeKind::Decimal: {
      const auto digits = static_cast<SQLSMALLINT>(
          type.size == 0 ? max_precision : std::min<uint32_t>(type.size, 32'767 - 2));
      exact(f, "DECIMAL", digits, digits + 2);
      f.display_size = digits + 2;
      f.decimal_digits = f.scale = type.scale;
      break;
    }
    case TypeKind::Date: datetime(f, "DATE", SQL_CODE_DATE, 10, sizeof(SQL_DATE_STRUCT), "{d '"); break;
    case TypeKind::Time:
      datetime(f, "TIME", SQL_CODE_TIME, with_fraction(8, fraction_digits(type)), sizeof(SQL_TIME_STRUCT),
               "{t '");
      fraction(f, fraction_digits(type));
      break;
    case TypeKind::Timestamp:
      datetime(f, "TIMESTAMP", SQL_CODE_TIMESTAMP, with_fraction(19, fraction_digits(type)),
               sizeof(SQL_TIMESTAMP_STRUCT), "{ts '");
      fraction(f, fraction_digits(type));
      break;
    case TypeKind::VarBinary: binary(f, type, "VARBINARY"); break;
    case TypeKind::LongVarBinary: binary(f, type, "LONGVARBINARY"); break;
    case TypeKind::Guid:
      f.type_name = "GUID";
      f.column_size = 36;
      f.octet_length = sizeof(SQLGUID);
      f.display_size = 36;
      f.literal_prefix = "{guid '";
      f.literal_suffix = "'}";
      break;
    case TypeKind::IntervalYearMonth:
    case TypeKind::IntervalDaySecond: interval(f, type); break;
  }
  return f;
}

Type type_from_odbc(SQLSMALLINT sql_type, SQLULEN column_size, SQLSMALLINT decimal_digits) {
  if (is_interval(sql_type)) {
    const IntervalFields fields = interval_fields(sql_type);
    Type type = sized(
        fields.leading <= IntervalField::Month ? TypeKind::IntervalYearMonth : TypeKind::IntervalDaySecond, 0,
        fields.trailing == IntervalField::Second ? decimal_digits : SQLSMALLINT{0});
    type.leading = fields.leading;
    type.trailing = fields.trailing;
    return type;
  }
  switch (sql_type) {
    case SQL_CHAR:
    case SQL_VARCHAR:
    case SQL_WCHAR:
    case SQL_WVARCHAR: return sized(TypeKind::Varchar, column_size);
    case SQL_LONGVARCHAR:
    case SQL_WLONGVARCHAR: return sized(TypeKind::LongVarchar, column_size);
    case SQL_BIT: return sized(TypeKind::Bit, 0);
    case SQL_TINYINT:
    case SQL_SMALLINT: return sized(TypeKind::SmallInt, 0);
    case SQL_INTEGER: return sized(TypeKind::Integer, 0);
    case SQL_BIGINT: return sized(TypeKind::BigInt, 0);
    case SQL_REAL: return sized(TypeKind::Real, 0);
    case SQL_FLOAT:
    case SQL_DOUBLE: return sized(TypeKind::Double, 0);
    case SQL_DECIMAL:
    case SQL_NUMERIC: return sized(TypeKind::Decimal, column_size, decimal_digits);
    case SQL_TYPE_DATE:
    case SQL_DATE: return sized(TypeKind::Date, 0);
    case SQL_TYPE_TIME:
    case SQL_TIME: return sized(TypeKind::Time, 0, decimal_digits);
    case SQL_TYPE_TIMESTAMP:
    case SQL_TIMESTAMP: return sized(TypeKind::Timestamp, 0, decimal_digits);
    case SQL_BINARY:
    case SQL_VARBINARY: return sized(TypeKind::VarBinary, column_size);
    case SQL_LONGVARBINARY: return sized(TypeKind::LongVarBinary, column_size);
    case SQL_GUID: return sized(TypeKind::Guid, 0);
    default: throw OdbcError{SqlState::sHY004, "{} is no SQL data type", sql_type};
  }
}

}  // namespace couch::driver
