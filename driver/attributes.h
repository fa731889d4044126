#pragma once
// Environment, connection and statement attributes as sorted tables: what each is, what it starts with, which
// values it takes. SQLSet…Attr, SQLGet…Attr and docs/conformance.md use nothing else.
#include <sql.h>
#include <sqlext.h>

#include <cstdint>
#include <span>
#include <string_view>

namespace couch::driver {

class Diagnostics;

// The driver's own statement attribute (from SQL_DRIVER_STMT_ATTR_BASE on): a descriptor for poll(2) and its
// like, an SQLULEN, readable when the next poll of an asynchronous call will not return SQL_STILL_EXECUTING.
// Read before execution; the statement's, valid until it is freed (docs/asynchronous.md).
inline constexpr SQLINTEGER SQL_ATTR_COUCHDB_POLL_DESCRIPTOR = 0x4001;

enum class Rule : uint8_t {
  Any,         // every number (or pointer) is taken
  Choice,      // initial … high are taken, others are HY024
  Substitute,  // known values up to `high` are answered by the initial one with 01S02, others are HY024
  Optimistic,  // known values are taken or, where they would lock, answered by SQL_CONCUR_ROWVER with 01S02
  Refuse,      // known values up to `high` other than the initial one are HYC00, others are HY024
  ReadOnly,    // HY092
  Special,     // its own code
};

// When it may be set.
enum class When : uint8_t {
  Always,
  BeforeConnect,  // HY011 on an open connection
  CursorClosed,   // 24000 with an open cursor, HY011 after SQLPrepare
};

enum class Width : uint8_t { UInteger, ULen, Pointer, Text };

struct Attribute {
  SQLINTEGER id;
  std::string_view name;
  Rule rule;
  Width width;
  SQLULEN initial;
  SQLULEN low, high;  // the values that ODBC knows, where they are a range
  When when = When::Always;
  SQLSMALLINT descriptor_field = 0;  // statement attributes that are a descriptor's header field
};

std::span<const Attribute> connection_attributes() noexcept;
std::span<const Attribute> statement_attributes() noexcept;
// Its place in the table; -1: there is no such attribute.
int find_attribute(std::span<const Attribute> table, SQLINTEGER id) noexcept;
// The same of statement_attributes(), for those that each SQLFetch and SQLGetData asks for.
int find_statement_attribute(SQLINTEGER id) noexcept;

// The value to keep. Throws OdbcError HY024, HY092, HYC00; warns 01S02.
SQLULEN accept(const Attribute& attribute, SQLULEN value, Diagnostics& diagnostics);

}  // namespace couch::driver
