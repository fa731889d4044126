#include "driver/dynamic_function.h"

#include <sqlext.h>

#include <algorithm>
#include <array>

namespace couch::driver {

namespace {

struct Entry {
  std::string_view statement;
  DynamicFunction function;
};
// ODBC 3.8, SQLGetDiagField, "Values of the dynamic function fields".
constexpr std::array entries{
    Entry{"ALTER TABLE", {"ALTER TABLE", SQL_DIAG_ALTER_TABLE}},
    Entry{"CREATE INDEX", {"CREATE INDEX", SQL_DIAG_CREATE_INDEX}},
    Entry{"CREATE TABLE", {"CREATE TABLE", SQL_DIAG_CREATE_TABLE}},
    Entry{"CREATE VIEW", {"CREATE VIEW", SQL_DIAG_CREATE_VIEW}},
    Entry{"DROP INDEX", {"DROP INDEX", SQL_DIAG_DROP_INDEX}},
    Entry{"DROP TABLE", {"DROP TABLE", SQL_DIAG_DROP_TABLE}},
    Entry{"DROP VIEW", {"DROP VIEW", SQL_DIAG_DROP_VIEW}},
    Entry{"INSERT", {"INSERT", SQL_DIAG_INSERT}},
    Entry{"UPDATE", {"UPDATE WHERE", SQL_DIAG_UPDATE_WHERE}},
    Entry{"DELETE", {"DELETE WHERE", SQL_DIAG_DELETE_WHERE}},
    Entry{"UPDATE CURRENT", {"DYNAMIC UPDATE CURSOR", SQL_DIAG_DYNAMIC_UPDATE_CURSOR}},
    Entry{"DELETE CURRENT", {"DYNAMIC DELETE CURSOR", SQL_DIAG_DYNAMIC_DELETE_CURSOR}},
    Entry{"CALL", {"CALL", SQL_DIAG_CALL}},
};

}  // namespace

DynamicFunction dynamic_function(std::string_view statement) noexcept {
  const auto entry =
      std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.statement == statement; });
  return entry == entries.end() ? DynamicFunction{{}, SQL_DIAG_UNKNOWN_STATEMENT} : entry->function;
}

}  // namespace couch::driver
