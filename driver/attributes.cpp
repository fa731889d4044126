#include "driver/attributes.h"

#include <algorithm>
#include <array>
#include <limits>

#include "driver/diagnostics.h"

namespace couch::driver {
namespace {

using enum Rule;
using enum When;
using enum Width;

#define ATTRIBUTE(id) SQL_ATTR_##id, "SQL_ATTR_" #id
// clang-format off
constexpr std::array connection_table{
    // Of its statements, now and later.
    Attribute{ATTRIBUTE(ASYNC_ENABLE),        Choice,     ULen,     SQL_ASYNC_ENABLE_OFF, SQL_ASYNC_ENABLE_OFF, SQL_ASYNC_ENABLE_ON},
    Attribute{ATTRIBUTE(ACCESS_MODE),         Choice,     UInteger, SQL_MODE_READ_WRITE, SQL_MODE_READ_WRITE, SQL_MODE_READ_ONLY},
    // Manual commit keeps changes until SQLEndTran (docs/transactions.md).
    Attribute{ATTRIBUTE(AUTOCOMMIT),          Special,    UInteger, SQL_AUTOCOMMIT_ON, SQL_AUTOCOMMIT_OFF, SQL_AUTOCOMMIT_ON},
    Attribute{ATTRIBUTE(LOGIN_TIMEOUT),       Any,        UInteger, 0, 0, 0, BeforeConnect},
    Attribute{ATTRIBUTE(TRACE),               Refuse,     UInteger, SQL_OPT_TRACE_OFF, SQL_OPT_TRACE_OFF, SQL_OPT_TRACE_ON},  // the manager's
    Attribute{ATTRIBUTE(TRACEFILE),           Special,    Text,     0, 0, 0},
    Attribute{ATTRIBUTE(TRANSLATE_LIB),       Special,    Text,     0, 0, 0},
    Attribute{ATTRIBUTE(TRANSLATE_OPTION),    Refuse,     UInteger, 0, 0, std::numeric_limits<SQLULEN>::max()},
    // What a reader sees of each document is its last committed revision.
    Attribute{ATTRIBUTE(TXN_ISOLATION),       Special,    UInteger, SQL_TXN_READ_COMMITTED, 0, 0},
    Attribute{ATTRIBUTE(CURRENT_CATALOG),     Special,    Text,     0, 0, 0},
    Attribute{ATTRIBUTE(ODBC_CURSORS),        Any,        ULen,     SQL_CUR_USE_DRIVER, 0, 0, BeforeConnect},  // the manager's
    Attribute{ATTRIBUTE(QUIET_MODE),          Any,        Pointer,  0, 0, 0},
    // HTTP has no packets to size.
    Attribute{ATTRIBUTE(PACKET_SIZE),         Substitute, UInteger, 0, 0, std::numeric_limits<SQLULEN>::max()},
    Attribute{ATTRIBUTE(CONNECTION_TIMEOUT),  Substitute, UInteger, 0, 0, std::numeric_limits<SQLULEN>::max()},
    Attribute{ATTRIBUTE(DISCONNECT_BEHAVIOR), Any,        UInteger, 0, 0, 0},  // the manager's
    Attribute{ATTRIBUTE(ANSI_APP),            Choice,     UInteger, SQL_AA_FALSE, SQL_AA_FALSE, SQL_AA_TRUE},  // both get the same
    Attribute{ATTRIBUTE(RESET_CONNECTION),    Special,    UInteger, 0, 0, 0},
    // The manager cannot do these (docs/deviations.md).
    Attribute{ATTRIBUTE(ASYNC_DBC_FUNCTIONS_ENABLE), Refuse, UInteger, SQL_ASYNC_DBC_ENABLE_OFF, 0, 1},
    Attribute{ATTRIBUTE(ENLIST_IN_DTC),       Refuse,     Pointer,  0, 0, std::numeric_limits<SQLULEN>::max()},
    Attribute{ATTRIBUTE(CONNECTION_DEAD),     ReadOnly,   UInteger, SQL_CD_FALSE, 0, 0},
    Attribute{ATTRIBUTE(AUTO_IPD),            ReadOnly,   UInteger, SQL_TRUE, 0, 0},
    Attribute{ATTRIBUTE(METADATA_ID),         Choice,     UInteger, SQL_FALSE, SQL_FALSE, SQL_TRUE},
};

constexpr std::array statement_table{
    // Forward only; see SQL_SCROLL_OPTIONS.
    Attribute{ATTRIBUTE(CURSOR_SENSITIVITY),  Refuse,     ULen,     SQL_UNSPECIFIED, SQL_UNSPECIFIED, SQL_SENSITIVE, CursorClosed},
    Attribute{ATTRIBUTE(CURSOR_SCROLLABLE),   Refuse,     ULen,     SQL_NONSCROLLABLE, SQL_NONSCROLLABLE, SQL_SCROLLABLE, CursorClosed},
    Attribute{ATTRIBUTE(QUERY_TIMEOUT),       Any,        ULen,     0, 0, 0},
    Attribute{ATTRIBUTE(MAX_ROWS),            Any,        ULen,     0, 0, 0},
    Attribute{ATTRIBUTE(NOSCAN),              Choice,     ULen,     SQL_NOSCAN_OFF, SQL_NOSCAN_OFF, SQL_NOSCAN_ON},
    Attribute{ATTRIBUTE(MAX_LENGTH),          Any,        ULen,     0, 0, 0},
    Attribute{ATTRIBUTE(ASYNC_ENABLE),        Choice,     ULen,     SQL_ASYNC_ENABLE_OFF, SQL_ASYNC_ENABLE_OFF, SQL_ASYNC_ENABLE_ON},
    Attribute{ATTRIBUTE(ROW_BIND_TYPE),       Special,    ULen,     0, 0, 0, Always, SQL_DESC_BIND_TYPE},
    Attribute{ATTRIBUTE(CURSOR_TYPE),         Substitute, ULen,     SQL_CURSOR_FORWARD_ONLY, SQL_CURSOR_FORWARD_ONLY, SQL_CURSOR_STATIC, CursorClosed},
    // A row's version is its document's _rev ; nothing can be locked.
    Attribute{ATTRIBUTE(CONCURRENCY),         Optimistic, ULen,     SQL_CONCUR_READ_ONLY, SQL_CONCUR_READ_ONLY, SQL_CONCUR_VALUES, CursorClosed},
    Attribute{ATTRIBUTE(KEYSET_SIZE),         Substitute, ULen,     0, 0, std::numeric_limits<SQLULEN>::max()},
    Attribute{SQL_ROWSET_SIZE, "SQL_ROWSET_SIZE", Any,    ULen,     1, 0, 0},
    // A positioned change is of the document with the row's _id: always one.
    Attribute{ATTRIBUTE(SIMULATE_CURSOR),     Choice,     ULen,     SQL_SC_UNIQUE, SQL_SC_NON_UNIQUE, SQL_SC_UNIQUE, CursorClosed},
    Attribute{ATTRIBUTE(RETRIEVE_DATA),       Choice,     ULen,     SQL_RD_ON, SQL_RD_OFF, SQL_RD_ON},
    Attribute{ATTRIBUTE(USE_BOOKMARKS),       Refuse,     ULen,     SQL_UB_OFF, SQL_UB_OFF, SQL_UB_VARIABLE, CursorClosed},
    Attribute{ATTRIBUTE(ROW_NUMBER),          ReadOnly,   ULen,     0, 0, 0},
    Attribute{ATTRIBUTE(ENABLE_AUTO_IPD),     Choice,     ULen,     SQL_FALSE, SQL_FALSE, SQL_TRUE},
    Attribute{ATTRIBUTE(FETCH_BOOKMARK_PTR),  Any,        Pointer,  0, 0, 0},
    Attribute{ATTRIBUTE(PARAM_BIND_OFFSET_PTR), Special,  Pointer,  0, 0, 0, Always, SQL_DESC_BIND_OFFSET_PTR},
    Attribute{ATTRIBUTE(PARAM_BIND_TYPE),     Special,    ULen,     0, 0, 0, Always, SQL_DESC_BIND_TYPE},
    Attribute{ATTRIBUTE(PARAM_OPERATION_PTR), Special,    Pointer,  0, 0, 0, Always, SQL_DESC_ARRAY_STATUS_PTR},
    Attribute{ATTRIBUTE(PARAM_STATUS_PTR),    Special,    Pointer,  0, 0, 0, Always, SQL_DESC_ARRAY_STATUS_PTR},
    Attribute{ATTRIBUTE(PARAMS_PROCESSED_PTR), Special,   Pointer,  0, 0, 0, Always, SQL_DESC_ROWS_PROCESSED_PTR},
    Attribute{ATTRIBUTE(PARAMSET_SIZE),       Special,    ULen,     0, 0, 0, Always, SQL_DESC_ARRAY_SIZE},
    Attribute{ATTRIBUTE(ROW_BIND_OFFSET_PTR), Special,    Pointer,  0, 0, 0, Always, SQL_DESC_BIND_OFFSET_PTR},
    Attribute{ATTRIBUTE(ROW_OPERATION_PTR),   Special,    Pointer,  0, 0, 0, Always, SQL_DESC_ARRAY_STATUS_PTR},
    Attribute{ATTRIBUTE(ROW_STATUS_PTR),      Special,    Pointer,  0, 0, 0, Always, SQL_DESC_ARRAY_STATUS_PTR},
    Attribute{ATTRIBUTE(ROWS_FETCHED_PTR),    Special,    Pointer,  0, 0, 0, Always, SQL_DESC_ROWS_PROCESSED_PTR},
    Attribute{ATTRIBUTE(ROW_ARRAY_SIZE),      Special,    ULen,     0, 0, 0, Always, SQL_DESC_ARRAY_SIZE},
    // The manager cannot do it (docs/deviations.md).
    Attribute{ATTRIBUTE(ASYNC_STMT_EVENT),    Refuse,     Pointer,  0, 0, std::numeric_limits<SQLULEN>::max()},
    Attribute{ATTRIBUTE(APP_ROW_DESC),        Special,    Pointer,  0, 0, 0},
    Attribute{ATTRIBUTE(APP_PARAM_DESC),      Special,    Pointer,  0, 0, 0},
    Attribute{ATTRIBUTE(IMP_ROW_DESC),        ReadOnly,   Pointer,  0, 0, 0},
    Attribute{ATTRIBUTE(IMP_PARAM_DESC),      ReadOnly,   Pointer,  0, 0, 0},
    Attribute{ATTRIBUTE(METADATA_ID),         Choice,     ULen,     SQL_FALSE, SQL_FALSE, SQL_TRUE},
    Attribute{SQL_ATTR_COUCHDB_POLL_DESCRIPTOR, "SQL_ATTR_COUCHDB_POLL_DESCRIPTOR", ReadOnly, ULen, 0, 0, 0},
};
// clang-format on
#undef ATTRIBUTE

constexpr bool sorted(std::span<const Attribute> table) {
  for (size_t i = 1; i < table.size(); ++i) {
    if (table[i - 1].id >= table[i].id) return false;
  }
  return true;
}
static_assert(sorted(connection_table),
              "connection attributes are in the order of their identifiers, each once");
static_assert(sorted(statement_table),
              "statement attributes are in the order of their identifiers, each once");

// The places of the identifiers up to 31, where most are.
constexpr auto low_places = [] {
  std::array<int8_t, 32> places{};
  for (auto& place : places) place = -1;
  for (size_t i = 0; i < statement_table.size(); ++i)
    if (const SQLINTEGER id = statement_table[i].id; id >= 0 && id < static_cast<SQLINTEGER>(places.size()))
      places[static_cast<size_t>(id)] = static_cast<int8_t>(i);
  return places;
}();

}  // namespace

std::span<const Attribute> connection_attributes() noexcept { return connection_table; }
std::span<const Attribute> statement_attributes() noexcept { return statement_table; }

int find_attribute(std::span<const Attribute> table, SQLINTEGER id) noexcept {
  const auto at = std::ranges::lower_bound(table, id, {}, &Attribute::id);
  return at != table.end() && at->id == id ? static_cast<int>(at - table.begin()) : -1;
}

int find_statement_attribute(SQLINTEGER id) noexcept {
  if (id >= 0 && id < static_cast<SQLINTEGER>(low_places.size())) return low_places[static_cast<size_t>(id)];
  return find_attribute(statement_table, id);
}

SQLULEN accept(const Attribute& attribute, SQLULEN value, Diagnostics& diagnostics) {
  const auto must_be_known = [&] {
    if (value < attribute.low || value > attribute.high) {
      throw OdbcError{SqlState::sHY024, "{} cannot be {}", attribute.name, value};
    }
  };
  switch (attribute.rule) {
    case Any: return value;
    case Choice: return must_be_known(), value;
    case Substitute:
      must_be_known();
      if (value != attribute.initial) {
        diagnostics.warn(SqlState::s01S02, fmt::format("{} cannot be {}: it stays {}", attribute.name, value,
                                                       attribute.initial));
      }
      return attribute.initial;
    case Optimistic:
      must_be_known();
      if (value == SQL_CONCUR_READ_ONLY || value == SQL_CONCUR_ROWVER) return value;
      diagnostics.warn(SqlState::s01S02, fmt::format("{} cannot be {}: it becomes SQL_CONCUR_ROWVER ({}), "
                                                     "which compares the documents' _rev",
                                                     attribute.name, value, SQL_CONCUR_ROWVER));
      return SQL_CONCUR_ROWVER;
    case Refuse:
      must_be_known();
      if (value != attribute.initial)
        throw OdbcError{SqlState::sHYC00, "{} can only be {}", attribute.name, attribute.initial};
      return value;
    case ReadOnly: throw OdbcError{SqlState::sHY092, "{} is read only", attribute.name};
    case Special: break;
  }
  throw OdbcError{SqlState::sHY092, "{} cannot be set to a number", attribute.name};
}

}  // namespace couch::driver
