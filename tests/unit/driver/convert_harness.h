#pragma once
// One value through to_c or from_c, told as a short text that a table can hold: "70000", "1 (01S07)",
// "22003".
#include <sql.h>
#include <sqlext.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "driver/convert/convert.h"

namespace couch::driver::test {

struct CType {
  SQLSMALLINT code;
  const char* name;  // without SQL_C_
};
// Every C type but the second codes of some (TINYINT is STINYINT, DATE is TYPE_DATE …).
const std::vector<CType>& c_types();
SQLSMALLINT c_type_called(std::string_view name);

struct SqlType {
  SQLSMALLINT code;
  const char* name;  // without SQL_
};
const std::vector<SqlType>& sql_types();

struct Asked {
  SQLLEN capacity = 200;
  SQLSMALLINT precision = 0, scale = 0;
  SQLSMALLINT interval_leading_precision = 9;
};
// What arrives in a buffer of that C type. Buffers are unaligned and their bytes past the value are watched.
std::string converted(const sql::Cell& cell, const sql::Type& type, SQLSMALLINT c_type,
                      const Asked& asked = {});

// "22018" when `action` throws OdbcError with that state.
std::string outcome(const std::function<std::string()>& action);
std::string_view state_code(const OdbcError& error);

// A value as a short text: "BIGINT 5", "TEXT abc", "DATE 2022-01-31".
std::string shown(const sql::Value& value);
// from_c with the parameter's bytes.
std::string parameter(const Source& source, SQLSMALLINT sql_type, SQLULEN column_size = 0,
                      SQLSMALLINT decimal_digits = 0);

// UTF-16 units, as bytes, of text.
std::string utf16(std::u16string_view text);

}  // namespace couch::driver::test
