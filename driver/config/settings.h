#pragma once
// A connection's settings, parsed from keywords. One table (driver/config/keywords.cpp) describes every keyword: parsing, allowed
// values, defaults, DSN dialogs, redaction, documentation.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "http/client.h"
#include "sql/session.h"

namespace couch::driver {

struct Settings {
  http::Endpoint endpoint;
  std::string dsn, driver;
  std::string database;                 // empty: none; names are then catalog.table
  uint32_t login_timeout = 15;          // seconds, 0: none
  uint32_t query_timeout = 0;           // seconds, 0: none
  std::string type_field = "type";
  uint32_t sample_size = 1000;          // 0: every document
  std::string schema_file;
  uint32_t max_columns = 1000, max_tables = 1000;
  uint32_t flatten_arrays = 0;
  uint64_t transaction_memory = 256u << 20;
  bool auto_index = false;
  bool transactions = true;
  bool async_fetch = false;
  std::string log_file;
  uint32_t log_level = 0;
  sql::Options sql;
};

// Keyword=value pairs as they came, in order; a later one does not override an earlier one (ODBC SQLDriverConnect).
using Attributes = std::vector<std::pair<std::string, std::string>>;

// "A=b;C={d;e}}f}" -> pairs. Throws OdbcError(HY000-class states of odbc_error.h) when it is malformed.
Attributes parse_connection_string(const std::string& text);
// The inverse, with braces where needed. Secrets are replaced by *** when `redact`.
std::string format_connection_string(const Attributes& attributes, bool redact);

struct ParsedSettings {
  Settings settings;
  std::vector<std::string> unknown;     // 01S00: keywords that nobody knows, with the nearest names
};
// Validates: HY024 with the allowed values. Attributes of the DSN (odbc.ini) come after those of the connection string.
ParsedSettings parse_settings(const Attributes& attributes);
// Everything below [dsn] in odbc.ini that the keyword table knows, through SQLGetPrivateProfileString.
Attributes read_dsn(const std::string& dsn);

}  // namespace couch::driver
