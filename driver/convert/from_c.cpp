#include <cstring>
#include <limits>
#include <string>

#include "driver/convert/convert.h"
#include "driver/convert/datetime.h"
#include "driver/convert/errors.h"
#include "driver/convert/guid.h"
#include "driver/convert/interval.h"
#include "driver/convert/number.h"
#include "driver/convert/parameters.h"
#include "driver/convert/utf.h"

namespace couch::driver {

namespace {

// Parameters may stand anywhere in a packed row, so they are copied before they are looked at.
template <class T>
T read(const void* buffer) {
  T value;
  std::memcpy(&value, buffer, sizeof value);
  return value;
}

size_t byte_length(const Source& source) {
  if (source.length >= 0) return static_cast<size_t>(source.length);
  if (source.length != SQL_NTS || source.c_type == SQL_C_BINARY)
    throw OdbcError{SqlState::sHY090, "a parameter length of {} is not allowed", source.length};
  if (source.c_type == SQL_C_CHAR) return std::strlen(static_cast<const char*>(source.buffer));
  size_t units = 0;
  while (read<SQLWCHAR>(static_cast<const char*>(source.buffer) + 2 * units) != 0) ++units;
  return 2 * units;
}

sql::Value narrow_text(const Source& source) {
  const std::string_view text{static_cast<const char*>(source.buffer), byte_length(source)};
  return utf::is_valid(text) ? std::string{text} : utf::repaired(text);
}

sql::Value unsigned_value(uint64_t value) {
  if (value <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) return static_cast<int64_t>(value);
  return sql::Decimal{std::to_string(value)};
}

sql::Value numeric_value(const Source& source) {
  auto numeric = read<SQL_NUMERIC_STRUCT>(source.buffer);
  std::string digits = numeric_text(numeric);
  const WholePart whole = whole_part(*parse_number(digits));
  if (numeric.scale <= 0 && !whole.overflow &&
      whole.magnitude <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
    const auto value = static_cast<int64_t>(whole.magnitude);
    return whole.negative ? -value : value;
  }
  return sql::Decimal{std::move(digits)};
}

template <class Struct>
sql::Value moment(const Source& source, std::string_view what) {
  const auto value = from_struct(read<Struct>(source.buffer));
  if (!value)
    throw OdbcError{SqlState::s22007, "the fields of the {} are no {}", c_type_name(source.c_type), what};
  return *value;
}

sql::Value interval_value(const Source& source) {
  const auto value = read_interval(read<SQL_INTERVAL_STRUCT>(source.buffer), source.c_type, source.precision);
  if (!value)
    throw OdbcError{SqlState::s22015, "a field of the {} is out of its range", c_type_name(source.c_type)};
  return *value;
}

// The bytes as what they are in C.
sql::Value load(const Source& source) {
  switch (source.c_type) {
    case SQL_C_CHAR: return narrow_text(source);
    case SQL_C_WCHAR: return utf::to_utf8(source.buffer, byte_length(source) / sizeof(SQLWCHAR));
    case SQL_C_BIT: {
      const auto bit = read<SQLCHAR>(source.buffer);
      if (bit > 1) throw OdbcError{SqlState::s22003, "SQL_C_BIT holds {}, not 0 or 1", bit};
      return bit == 1;
    }
    case SQL_C_TINYINT:
    case SQL_C_STINYINT: return int64_t{read<SQLSCHAR>(source.buffer)};
    case SQL_C_UTINYINT: return int64_t{read<SQLCHAR>(source.buffer)};
    case SQL_C_SHORT:
    case SQL_C_SSHORT: return int64_t{read<SQLSMALLINT>(source.buffer)};
    case SQL_C_USHORT: return int64_t{read<SQLUSMALLINT>(source.buffer)};
    case SQL_C_LONG:
    case SQL_C_SLONG: return int64_t{read<SQLINTEGER>(source.buffer)};
    case SQL_C_ULONG: return int64_t{read<SQLUINTEGER>(source.buffer)};
    case SQL_C_SBIGINT: return read<int64_t>(source.buffer);
    case SQL_C_UBIGINT: return unsigned_value(read<uint64_t>(source.buffer));
    case SQL_C_FLOAT: return double{read<SQLREAL>(source.buffer)};
    case SQL_C_DOUBLE: return read<SQLDOUBLE>(source.buffer);
    case SQL_C_NUMERIC: return numeric_value(source);
    case SQL_C_BINARY:
      return sql::Binary{std::string(static_cast<const char*>(source.buffer), byte_length(source))};
    case SQL_C_DATE:
    case SQL_C_TYPE_DATE: return moment<SQL_DATE_STRUCT>(source, "date");
    case SQL_C_TIME:
    case SQL_C_TYPE_TIME: return moment<SQL_TIME_STRUCT>(source, "time");
    case SQL_C_TIMESTAMP:
    case SQL_C_TYPE_TIMESTAMP: return moment<SQL_TIMESTAMP_STRUCT>(source, "timestamp");
    case SQL_C_GUID: return guid_text(read<SQLGUID>(source.buffer));
    default: return interval_value(source);  // the pair was checked: nothing else is left
  }
}

sql::Value convert(ParameterValue given, const ParameterType& as) {
  switch (as.sql_type) {
    case SQL_CHAR:
    case SQL_VARCHAR:
    case SQL_LONGVARCHAR:
    case SQL_WCHAR:
    case SQL_WVARCHAR:
    case SQL_WLONGVARCHAR: return to_sql_text(std::move(given), as);
    case SQL_BIT: return to_sql_bit(given, as);
    case SQL_TINYINT:
    case SQL_SMALLINT:
    case SQL_INTEGER:
    case SQL_BIGINT:
    case SQL_DECIMAL:
    case SQL_NUMERIC: return to_sql_exact(given, as);
    case SQL_REAL:
    case SQL_FLOAT:
    case SQL_DOUBLE: return to_sql_approximate(given, as);
    case SQL_DATE:
    case SQL_TYPE_DATE: return to_sql_date(given, as);
    case SQL_TIME:
    case SQL_TYPE_TIME: return to_sql_time(given, as);
    case SQL_TIMESTAMP:
    case SQL_TYPE_TIMESTAMP: return to_sql_timestamp(given, as);
    case SQL_BINARY:
    case SQL_VARBINARY:
    case SQL_LONGVARBINARY: return to_sql_binary(std::move(given), as);
    case SQL_GUID: return to_sql_guid(std::move(given), as);
    default: return to_sql_interval(given, as);
  }
}

bool is_of(SQLSMALLINT sql_type, std::initializer_list<SQLSMALLINT> types) {
  for (SQLSMALLINT type : types)
    if (sql_type == type) return true;
  return false;
}

// Binary data for a type of fixed size is the memory of that type's default C type; for DECIMAL it is
// characters.
sql::Value from_binary(const Source& source, const ParameterType& as) {
  Source inner = source;
  inner.c_type = default_c_type(as.sql_type);
  const SQLLEN size = fixed_size_of(inner.c_type);
  const auto given = static_cast<SQLLEN>(byte_length(source));
  if (size != 0 && given != size)
    throw OdbcError{SqlState::s22003, "{} bytes given where {} has {}", given, sql_type_name(as.sql_type),
                    size};
  return from_c(inner, as.sql_type, as.column_size, as.decimal_digits, as.fraction_lost);
}

}  // namespace

sql::Value from_c(const Source& asked, SQLSMALLINT sql_type, SQLULEN column_size, SQLSMALLINT decimal_digits,
                  bool* fraction_lost) {
  Source source = asked;
  if (!is_c_type(asked.c_type)) throw OdbcError{SqlState::sHY003, "{} is no C data type", asked.c_type};
  if (!is_sql_type(sql_type)) throw OdbcError{SqlState::sHY004, "{} is no SQL data type", sql_type};
  if (asked.c_type == SQL_C_DEFAULT) source.c_type = default_c_type(sql_type);
  if (!convertible_from_c(source.c_type, sql_type))
    not_convertible(c_type_name(source.c_type), sql_type_name(sql_type));
  if (!source.buffer) {
    if (source.length != 0 || fixed_size_of(source.c_type) != 0)
      throw OdbcError{SqlState::sHY009, "a parameter has no buffer and no indicator that says NULL"};
    source.buffer = "";
  }
  const ParameterType as{sql_type, column_size, decimal_digits, fraction_lost};
  const bool characters_or_bytes =
      is_of(sql_type, {SQL_CHAR, SQL_VARCHAR, SQL_LONGVARCHAR, SQL_WCHAR, SQL_WVARCHAR, SQL_WLONGVARCHAR,
                       SQL_BINARY, SQL_VARBINARY, SQL_LONGVARBINARY});
  if (source.c_type == SQL_C_BINARY && !characters_or_bytes) return from_binary(source, as);
  return convert({load(source), source.c_type}, as);
}

}  // namespace couch::driver
