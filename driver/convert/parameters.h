#pragma once
// The second step of reading a parameter: a value as the application gave it, turned into the SQL type that
// it was bound as. One function a family of SQL types; each throws what its table in the specification says.
#include "driver/convert/convert.h"

namespace couch::driver {

// A parameter as it came. Text is UTF-8.
struct ParameterValue {
  sql::Value value;
  SQLSMALLINT c_type;
  bool character() const { return c_type == SQL_C_CHAR || c_type == SQL_C_WCHAR; }
};

// What it is bound as.
struct ParameterType {
  SQLSMALLINT sql_type;
  SQLULEN column_size;  // 0: not said, then nothing is cut for its sake
  SQLSMALLINT decimal_digits;
  bool* fraction_lost;
};

sql::Value to_sql_text(ParameterValue given, const ParameterType& as);
sql::Value to_sql_exact(const ParameterValue& given, const ParameterType& as);
sql::Value to_sql_approximate(const ParameterValue& given, const ParameterType& as);
sql::Value to_sql_bit(const ParameterValue& given, const ParameterType& as);
sql::Value to_sql_date(const ParameterValue& given, const ParameterType& as);
sql::Value to_sql_time(const ParameterValue& given, const ParameterType& as);
sql::Value to_sql_timestamp(const ParameterValue& given, const ParameterType& as);
sql::Value to_sql_interval(const ParameterValue& given, const ParameterType& as);
sql::Value to_sql_binary(ParameterValue given, const ParameterType& as);
sql::Value to_sql_guid(ParameterValue given, const ParameterType& as);

}  // namespace couch::driver
