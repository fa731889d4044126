#include "driver/convert/errors.h"

#include "driver/convert/utf.h"

namespace couch::driver {

namespace {

// At most 40 bytes of it, whole characters, so that a message stays a line.
std::string shown(std::string_view value) {
  constexpr size_t most = 40;
  if (value.size() <= most) return utf::repaired(value);
  return utf::repaired(value.substr(0, utf::whole_utf8(value, most))) + "…";
}

std::string_view interval_name(SQLSMALLINT code, bool c_type) noexcept {
  switch (code) {
#define INTERVAL(name) \
  case SQL_INTERVAL_##name: return c_type ? "SQL_C_INTERVAL_" #name : "SQL_INTERVAL_" #name
    INTERVAL(YEAR);
    INTERVAL(MONTH);
    INTERVAL(DAY);
    INTERVAL(HOUR);
    INTERVAL(MINUTE);
    INTERVAL(SECOND);
    INTERVAL(YEAR_TO_MONTH);
    INTERVAL(DAY_TO_HOUR);
    INTERVAL(DAY_TO_MINUTE);
    INTERVAL(DAY_TO_SECOND);
    INTERVAL(HOUR_TO_MINUTE);
    INTERVAL(HOUR_TO_SECOND);
    INTERVAL(MINUTE_TO_SECOND);
#undef INTERVAL
    default: return c_type ? "an unknown C type" : "an unknown SQL type";
  }
}

}  // namespace

std::string_view c_type_name(SQLSMALLINT c_type) noexcept {
  switch (c_type) {
#define NAMED(code) \
  case code: return #code
    NAMED(SQL_C_CHAR);
    NAMED(SQL_C_WCHAR);
    NAMED(SQL_C_BIT);
    NAMED(SQL_C_TINYINT);
    NAMED(SQL_C_STINYINT);
    NAMED(SQL_C_UTINYINT);
    NAMED(SQL_C_SHORT);
    NAMED(SQL_C_SSHORT);
    NAMED(SQL_C_USHORT);
    NAMED(SQL_C_LONG);
    NAMED(SQL_C_SLONG);
    NAMED(SQL_C_ULONG);
    NAMED(SQL_C_SBIGINT);
    NAMED(SQL_C_UBIGINT);
    NAMED(SQL_C_NUMERIC);
    NAMED(SQL_C_FLOAT);
    NAMED(SQL_C_DOUBLE);
    NAMED(SQL_C_BINARY);
    NAMED(SQL_C_TYPE_DATE);
    NAMED(SQL_C_TYPE_TIME);
    NAMED(SQL_C_TYPE_TIMESTAMP);
    NAMED(SQL_C_DATE);
    NAMED(SQL_C_TIME);
    NAMED(SQL_C_TIMESTAMP);
    NAMED(SQL_C_GUID);
    NAMED(SQL_C_DEFAULT);
    default: return interval_name(c_type, true);
  }
}

std::string_view sql_type_name(SQLSMALLINT sql_type) noexcept {
  switch (sql_type) {
    NAMED(SQL_CHAR);
    NAMED(SQL_VARCHAR);
    NAMED(SQL_LONGVARCHAR);
    NAMED(SQL_WCHAR);
    NAMED(SQL_WVARCHAR);
    NAMED(SQL_WLONGVARCHAR);
    NAMED(SQL_DECIMAL);
    NAMED(SQL_NUMERIC);
    NAMED(SQL_TINYINT);
    NAMED(SQL_SMALLINT);
    NAMED(SQL_INTEGER);
    NAMED(SQL_BIGINT);
    NAMED(SQL_REAL);
    NAMED(SQL_FLOAT);
    NAMED(SQL_DOUBLE);
    NAMED(SQL_BIT);
    NAMED(SQL_BINARY);
    NAMED(SQL_VARBINARY);
    NAMED(SQL_LONGVARBINARY);
    NAMED(SQL_TYPE_DATE);
    NAMED(SQL_TYPE_TIME);
    NAMED(SQL_TYPE_TIMESTAMP);
    NAMED(SQL_DATE);
    NAMED(SQL_TIME);
    NAMED(SQL_TIMESTAMP);
    NAMED(SQL_GUID);
#undef NAMED
    default: return interval_name(sql_type, false);
  }
}

void does_not_fit(SqlState state, std::string_view value, std::string_view type) {
  throw OdbcError{state, "the value {} does not fit {}", shown(value), type};
}
void not_a(SqlState state, std::string_view value, std::string_view what, std::string_view type) {
  throw OdbcError{state, "'{}' is no {}, as {} wants", shown(value), what, type};
}
void buffer_too_small(std::string_view value, SQLLEN capacity) {
  throw OdbcError{SqlState::s22003, "the value {} does not fit a buffer of {} bytes", shown(value), capacity};
}
void not_convertible(std::string_view from, std::string_view to) {
  throw OdbcError{SqlState::s07006, "{} cannot be converted to {}", from, to};
}

}  // namespace couch::driver
