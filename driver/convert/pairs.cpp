// Which types convert to which: the tables of ODBC 3.8 Appendix D, "Converting Data from SQL to C Data Types"
// and back.
#include <array>

#include "driver/convert/convert.h"
#include "driver/convert/interval.h"

namespace couch::driver {

namespace {

// Types of the same row of the specification's tables.
enum class Family : unsigned char {
  Text,
  Exact,
  Approximate,
  Bit,
  Binary,
  Date,
  Time,
  Timestamp,
  YearMonth,
  DayTime,
  Guid,
  None
};

struct CodeFamily {
  SQLSMALLINT code;
  Family family;
  SQLSMALLINT other;  // SQL type: its default C type. C type: bytes of one, 0 when variable
};

constexpr std::array sql_types{
    CodeFamily{SQL_CHAR, Family::Text, SQL_C_CHAR},
    CodeFamily{SQL_VARCHAR, Family::Text, SQL_C_CHAR},
    CodeFamily{SQL_LONGVARCHAR, Family::Text, SQL_C_CHAR},
    CodeFamily{SQL_WCHAR, Family::Text, SQL_C_WCHAR},
    CodeFamily{SQL_WVARCHAR, Family::Text, SQL_C_WCHAR},
    CodeFamily{SQL_WLONGVARCHAR, Family::Text, SQL_C_WCHAR},
    CodeFamily{SQL_DECIMAL, Family::Exact, SQL_C_CHAR},
    CodeFamily{SQL_NUMERIC, Family::Exact, SQL_C_CHAR},
    CodeFamily{SQL_TINYINT, Family::Exact, SQL_C_STINYINT},
    CodeFamily{SQL_SMALLINT, Family::Exact, SQL_C_SSHORT},
    CodeFamily{SQL_INTEGER, Family::Exact, SQL_C_SLONG},
    CodeFamily{SQL_BIGINT, Family::Exact, SQL_C_SBIGINT},
    CodeFamily{SQL_REAL, Family::Approximate, SQL_C_FLOAT},
    CodeFamily{SQL_FLOAT, Family::Approximate, SQL_C_DOUBLE},
    CodeFamily{SQL_DOUBLE, Family::Approximate, SQL_C_DOUBLE},
    CodeFamily{SQL_BIT, Family::Bit, SQL_C_BIT},
    CodeFamily{SQL_BINARY, Family::Binary, SQL_C_BINARY},
    CodeFamily{SQL_VARBINARY, Family::Binary, SQL_C_BINARY},
    CodeFamily{SQL_LONGVARBINARY, Family::Binary, SQL_C_BINARY},
    CodeFamily{SQL_TYPE_DATE, Family::Date, SQL_C_TYPE_DATE},
    CodeFamily{SQL_TYPE_TIME, Family::Time, SQL_C_TYPE_TIME},
    CodeFamily{SQL_TYPE_TIMESTAMP, Family::Timestamp, SQL_C_TYPE_TIMESTAMP},
    CodeFamily{SQL_DATE, Family::Date, SQL_C_DATE},                 // ODBC 2
    CodeFamily{SQL_TIME, Family::Time, SQL_C_TIME},                 // ODBC 2
    CodeFamily{SQL_TIMESTAMP, Family::Timestamp, SQL_C_TIMESTAMP},  // ODBC 2
    CodeFamily{SQL_GUID, Family::Guid, SQL_C_GUID},
};

constexpr std::array c_types{
    CodeFamily{SQL_C_CHAR, Family::Text, 0},
    CodeFamily{SQL_C_WCHAR, Family::Text, 0},
    CodeFamily{SQL_C_BIT, Family::Bit, sizeof(SQLCHAR)},
    CodeFamily{SQL_C_TINYINT, Family::Exact, sizeof(SQLSCHAR)},
    CodeFamily{SQL_C_STINYINT, Family::Exact, sizeof(SQLSCHAR)},
    CodeFamily{SQL_C_UTINYINT, Family::Exact, sizeof(SQLCHAR)},
    CodeFamily{SQL_C_SHORT, Family::Exact, sizeof(SQLSMALLINT)},
    CodeFamily{SQL_C_SSHORT, Family::Exact, sizeof(SQLSMALLINT)},
    CodeFamily{SQL_C_USHORT, Family::Exact, sizeof(SQLUSMALLINT)},
    CodeFamily{SQL_C_LONG, Family::Exact, sizeof(SQLINTEGER)},
    CodeFamily{SQL_C_SLONG, Family::Exact, sizeof(SQLINTEGER)},
    CodeFamily{SQL_C_ULONG, Family::Exact, sizeof(SQLUINTEGER)},
    CodeFamily{SQL_C_SBIGINT, Family::Exact, sizeof(SQLBIGINT)},
    CodeFamily{SQL_C_UBIGINT, Family::Exact, sizeof(SQLUBIGINT)},
    CodeFamily{SQL_C_NUMERIC, Family::Exact, sizeof(SQL_NUMERIC_STRUCT)},
    CodeFamily{SQL_C_FLOAT, Family::Approximate, sizeof(SQLREAL)},
    CodeFamily{SQL_C_DOUBLE, Family::Approximate, sizeof(SQLDOUBLE)},
    CodeFamily{SQL_C_BINARY, Family::Binary, 0},
    CodeFamily{SQL_C_TYPE_DATE, Family::Date, sizeof(SQL_DATE_STRUCT)},
    CodeFamily{SQL_C_TYPE_TIME, Family::Time, sizeof(SQL_TIME_STRUCT)},
    CodeFamily{SQL_C_TYPE_TIMESTAMP, Family::Timestamp, sizeof(SQL_TIMESTAMP_STRUCT)},
    CodeFamily{SQL_C_DATE, Family::Date, sizeof(SQL_DATE_STRUCT)},
    CodeFamily{SQL_C_TIME, Family::Time, sizeof(SQL_TIME_STRUCT)},
    CodeFamily{SQL_C_TIMESTAMP, Family::Timestamp, sizeof(SQL_TIMESTAMP_STRUCT)},
    CodeFamily{SQL_C_GUID, Family::Guid, sizeof(SQLGUID)},
};

// Every code, intervals among them, lies in this range; a look-up is one load, as it happens for each value.
constexpr int lowest_code = -40, highest_code = 120;

template <size_t N>
constexpr auto by_code(const std::array<CodeFamily, N>& list) {
  std::array<CodeFamily, highest_code - lowest_code + 1> dense{};
  for (auto& entry : dense) entry.family = Family::None;
  for (const auto& entry : list) dense[static_cast<size_t>(entry.code - lowest_code)] = entry;
  for (int code = SQL_INTERVAL_YEAR; code <= SQL_INTERVAL_MINUTE_TO_SECOND; ++code) {
    const bool months =
        code == SQL_INTERVAL_YEAR || code == SQL_INTERVAL_MONTH || code == SQL_INTERVAL_YEAR_TO_MONTH;
    dense[static_cast<size_t>(code - lowest_code)] = {static_cast<SQLSMALLINT>(code),
                                                      months ? Family::YearMonth : Family::DayTime,
                                                      static_cast<SQLSMALLINT>(sizeof(SQL_INTERVAL_STRUCT))};
  }
  return dense;
}
constexpr auto dense_sql_types = by_code(sql_types);
constexpr auto dense_c_types = by_code(c_types);

template <class List>
constexpr const CodeFamily* find(const List& dense, SQLSMALLINT code) {
  if (code < lowest_code || code > highest_code) return nullptr;
  const CodeFamily& found = dense[static_cast<size_t>(code - lowest_code)];
  return found.family == Family::None ? nullptr : &found;
}

template <class List>
constexpr Family family(const List& dense, SQLSMALLINT code) {
  const auto* found = find(dense, code);
  return found ? found->family : Family::None;
}

// 1: converts. 2: converts when the interval has a single field. Columns are the other side's families, in
// their order.
using Row = std::array<unsigned char, 11>;
using Table = std::array<Row, 11>;

constexpr Table sql_to_c{{
    //          Text Exact Appr Bit Bin Date Time Ts YearMonth DayTime Guid
    /* Text */ {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
    /* Exact */ {1, 1, 1, 1, 1, 0, 0, 0, 2, 2, 0},
    /* Approximate */ {1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0},
    /* Bit */ {1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0},
    /* Binary */ {1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0},
    /* Date */ {1, 0, 0, 0, 1, 1, 0, 1, 0, 0, 0},
    /* Time */ {1, 0, 0, 0, 1, 0, 1, 1, 0, 0, 0},
    /* Timestamp */ {1, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0},
    /* YearMonth */ {1, 2, 0, 0, 1, 0, 0, 0, 1, 0, 0},
    /* DayTime */ {1, 2, 0, 0, 1, 0, 0, 0, 0, 1, 0},
    /* Guid */ {1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1},
}};

constexpr Table c_to_sql{{
    //          Text Exact Appr Bit Bin Date Time Ts YearMonth DayTime Guid
    /* Text */ {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
    /* Exact */ {1, 1, 1, 1, 0, 0, 0, 0, 2, 2, 0},
    /* Approximate */ {1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0},
    /* Bit */ {1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0},
    /* Binary */ {1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0},
    /* Date */ {1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0},
    /* Time */ {1, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0},
    /* Timestamp */ {1, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0},
    /* YearMonth */ {1, 2, 0, 0, 0, 0, 0, 0, 1, 0, 0},
    /* DayTime */ {1, 2, 0, 0, 0, 0, 0, 0, 0, 1, 0},
    /* Guid */ {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1},
}};

bool allowed(const Table& table, Family from, SQLSMALLINT from_code, Family to, SQLSMALLINT to_code) {
  if (from == Family::None || to == Family::None) return false;
  switch (table[static_cast<size_t>(from)][static_cast<size_t>(to)]) {
    case 0: return false;
    case 1: return true;
    default: return is_single_field(is_interval(from_code) ? from_code : to_code);
  }
}

}  // namespace

SQLSMALLINT default_c_type(SQLSMALLINT sql_type, bool is_signed) {
  if (is_interval(sql_type)) return sql_type;
  const auto* found = find(dense_sql_types, sql_type);
  if (!found) return SQL_C_DEFAULT;
  if (is_signed || found->family != Family::Exact || found->other == SQL_C_CHAR) return found->other;
  return static_cast<SQLSMALLINT>(found->other - SQL_SIGNED_OFFSET + SQL_UNSIGNED_OFFSET);
}

bool is_c_type(SQLSMALLINT c_type) { return c_type == SQL_C_DEFAULT || find(dense_c_types, c_type); }
bool is_sql_type(SQLSMALLINT sql_type) { return find(dense_sql_types, sql_type) != nullptr; }

bool convertible_to_c(SQLSMALLINT sql_type, SQLSMALLINT c_type) {
  if (c_type == SQL_C_DEFAULT) return is_sql_type(sql_type);
  return allowed(sql_to_c, family(dense_sql_types, sql_type), sql_type, family(dense_c_types, c_type),
                 c_type);
}

bool convertible_from_c(SQLSMALLINT c_type, SQLSMALLINT sql_type) {
  if (c_type == SQL_C_DEFAULT) return is_sql_type(sql_type);
  return allowed(c_to_sql, family(dense_c_types, c_type), c_type, family(dense_sql_types, sql_type),
                 sql_type);
}

SQLLEN fixed_size_of(SQLSMALLINT c_type) {
  const auto* found = find(dense_c_types, c_type);
  return found ? found->other : 0;
}

}  // namespace couch::driver
