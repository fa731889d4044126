#pragma once
// The result sets of the catalog functions: names, types, nullability and order of their columns (ODBC 3.8,
// the pages of the functions).
#include <cstdint>
#include <vector>

#include "sql/value.h"

namespace couch::driver::catalog {

enum class Function : uint8_t {
  Tables,
  Columns,
  PrimaryKeys,
  ForeignKeys,
  Statistics,
  SpecialColumns,
  Procedures,
  ProcedureColumns,
  TablePrivileges,
  ColumnPrivileges,
  TypeInfo,
};

std::vector<sql::ResultColumn> columns_of(Function function);

}  // namespace couch::driver::catalog
