#pragma once
// The functions that the driver exports, once: SQLGetFunctions answers from it, and tests hold it against the
// library's symbols and driver/exports.map.
#include <sql.h>
#include <sqlext.h>

#include <cstdint>
#include <span>
#include <string_view>

namespace couch::driver {

enum class Conformance : uint8_t { Core, Level1, Level2 };

struct Function {
  SQLUSMALLINT id;        // SQL_API_…
  std::string_view name;  // without the W
  bool wide;              // it has a W variant too
  Conformance level;      // in ODBC 3.8's interface conformance levels
  std::string_view note;  // what is left out
};

// Sorted by id.
std::span<const Function> functions() noexcept;

// SQLGetFunctions. `supported` points to one value, 100 (SQL_API_ALL_FUNCTIONS) or 250
// (SQL_API_ODBC3_ALL_FUNCTIONS) of them. Throws OdbcError HY095.
void get_functions(SQLUSMALLINT id, SQLUSMALLINT* supported);

}  // namespace couch::driver
