#pragma once
// SQL values to C buffers and back: ODBC 3.8 Appendix D, "Converting Data from SQL to C" and "from C to SQL". One file a source type.
#include <sql.h>
#include <sqlext.h>

#include <cstddef>
#include <string>

#include "driver/odbc_error.h"
#include "sql/value.h"

namespace couch::driver {

// Where one value goes. Lengths are bytes.
struct Target {
  SQLSMALLINT c_type = SQL_C_DEFAULT;  // a concise C type; SQL_C_DEFAULT was resolved by the caller through default_c_type()
  SQLPOINTER buffer = nullptr;         // null: only the indicators are wanted
  SQLLEN capacity = 0;                 // of the buffer; used for character and binary types
  SQLLEN* length = nullptr;            // SQL_DESC_OCTET_LENGTH_PTR
  SQLLEN* indicator = nullptr;         // SQL_DESC_INDICATOR_PTR; may be the same address
  // SQL_DESC_PRECISION and SQL_DESC_SCALE of the ARD. SQL_C_NUMERIC: precision 0 is 38. Intervals with seconds: precision is the digits
  // of the fraction, for which the descriptor's default is 6.
  SQLSMALLINT precision = 0, scale = 0;
  SQLSMALLINT interval_leading_precision = 2;  // SQL_DESC_DATETIME_INTERVAL_PRECISION
};

// How far SQLGetData has come with one column. Reset when another row or column is taken.
struct Progress {
  bool started = false, finished = false;
  size_t offset = 0;        // in the unit of the converted data: bytes of narrow text or binary, UTF-16 units of wide text
  std::string converted;    // the whole converted value, kept between parts where it is cheaper than converting again; empty: the source itself
  SQLSMALLINT c_type = 0;
  void restart() noexcept {
    started = finished = false;
    offset = 0;
    converted.clear();
  }
};

enum class Converted : unsigned char { Whole, Truncated /*01004*/, Fraction /*01S07*/, NoData /*SQLGetData was at the end*/ };

// Writes one value. `type` is the column's SQL type as described. `progress` null: a bound column (from the start, at once).
// The pair of `type` and C type must be in the specification's tables; the value itself may be of another class (docs/type-mapping.md).
// Numbers and dates are never cut where that would change them (22003), but a capacity of 0 always asks for the length alone: Truncated.
// Asking for another C type in the middle of a value starts it again.
// Throws OdbcError 07006 (pair not allowed), 22002, 22003, 22007, 22015, 22018, HY003, HY090.
Converted to_c(const sql::Cell& cell, const sql::Type& type, const Target& target, Progress* progress);

// The same for many values of one column: checked once, then written as often as there are rows.
// Target with a concise C type. Throws OdbcError 07006, HY003, HY090.
Target checked(const sql::Type& type, const Target& asked);
// `target`: of checked(), moved to the row's buffers.
Converted put_c(const sql::Cell& cell, const sql::Type& type, const Target& target, Progress* progress);

// Where one parameter comes from.
struct Source {
  SQLSMALLINT c_type = SQL_C_DEFAULT;
  const void* buffer = nullptr;
  SQLLEN length = 0;        // bytes, or SQL_NTS; meaning of indicators (NULL, data-at-exec, default) was handled by the caller
  SQLSMALLINT precision = 0, scale = 0;  // of the APD; intervals with seconds: precision is the digits of the fraction, 6 by default
};
// Reads one parameter as `sql_type` (SQL_…, with column size and digits). Throws OdbcError 07006, 22001, 22003, 22007, 22008, 22018, HY003, HY090.
// `fraction_lost` is set when digits were cut (01S07).
sql::Value from_c(const Source& source, SQLSMALLINT sql_type, SQLULEN column_size, SQLSMALLINT decimal_digits, bool* fraction_lost);

SQLSMALLINT default_c_type(SQLSMALLINT sql_type, bool is_signed = true);
bool is_c_type(SQLSMALLINT c_type);               // false: HY003
bool is_sql_type(SQLSMALLINT sql_type);           // false: HY004
bool convertible_to_c(SQLSMALLINT sql_type, SQLSMALLINT c_type);
bool convertible_from_c(SQLSMALLINT c_type, SQLSMALLINT sql_type);
SQLLEN fixed_size_of(SQLSMALLINT c_type);         // bytes of one element in an array; 0: variable (character, binary)

}  // namespace couch::driver
