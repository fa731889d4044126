#pragma once
// The errors of conversions, worded once. Values are shown shortened.
#include <sql.h>
#include <sqlext.h>

#include <string_view>

#include "driver/odbc_error.h"

namespace couch::driver {

std::string_view c_type_name(SQLSMALLINT c_type) noexcept;      // "SQL_C_SLONG"
std::string_view sql_type_name(SQLSMALLINT sql_type) noexcept;  // "SQL_INTEGER"

// `state`: "the value 70000 does not fit SQL_C_SSHORT". 22003, 22015, 22001.
[[noreturn]] void does_not_fit(SqlState state, std::string_view value, std::string_view type);
// 22018 and the like: "'abc' is no number, as SQL_C_SLONG wants".
[[noreturn]] void not_a(SqlState state, std::string_view value, std::string_view what, std::string_view type);
// 22003: a number or date that does not fit the application's character buffer.
[[noreturn]] void buffer_too_small(std::string_view value, SQLLEN capacity);
// 07006
[[noreturn]] void not_convertible(std::string_view from, std::string_view to);

}  // namespace couch::driver
