#pragma once
// What ODBC calls a statement: SQL_DIAG_DYNAMIC_FUNCTION and SQL_DIAG_DYNAMIC_FUNCTION_CODE.
#include <sql.h>

#include <string_view>

namespace couch::driver {

struct DynamicFunction {
  std::string_view name;  // static text
  SQLINTEGER code;
};
// By sql::Prepared::function(); an empty name and SQL_DIAG_UNKNOWN_STATEMENT for what ODBC has no name for.
DynamicFunction dynamic_function(std::string_view statement) noexcept;

}  // namespace couch::driver
