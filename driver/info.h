#pragma once
// SQLGetInfo: every information type of ODBC 3.8, from one sorted table. Values that depend on what the
// driver can do are computed from the tables that the code itself uses (capabilities.h, sql/functions.h, the
// parser's words), so that they cannot claim more.
#include <sql.h>
#include <sqlext.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace couch::driver {

class Session;

using InfoValue = std::variant<std::string, uint16_t, uint32_t>;

struct InfoEntry {
  SQLUSMALLINT type;
  std::string_view name;  // "SQL_ACCESSIBLE_TABLES"
  std::variant<std::string_view, uint16_t, uint32_t, InfoValue (*)(const Session* session)> value;
};

std::span<const InfoEntry> info_entries() noexcept;
// `session` null: not connected; what only a connection knows is then empty. Throws OdbcError HY096.
InfoValue info(SQLUSMALLINT type, Session* session);

}  // namespace couch::driver
