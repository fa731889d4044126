#include "driver/functions.h"

#include <algorithm>
#include <array>

#include "driver/odbc_error.h"

namespace couch::driver {
namespace {

using enum Conformance;

#define NARROW(id, name, ...) \
  Function { SQL_API_SQL##id, "SQL" name, false, __VA_ARGS__ }
#define BOTH(id, name, ...) \
  Function { SQL_API_SQL##id, "SQL" name, true, __VA_ARGS__ }
constexpr std::array table{
    NARROW(BINDCOL, "BindCol", Core, ""),
    NARROW(CANCEL, "Cancel", Core, ""),
    BOTH(COLATTRIBUTE, "ColAttribute", Core, ""),
    BOTH(CONNECT, "Connect", Core, ""),
    BOTH(DESCRIBECOL, "DescribeCol", Core, ""),
    NARROW(DISCONNECT, "Disconnect", Core, ""),
    BOTH(EXECDIRECT, "ExecDirect", Core, ""),
    NARROW(EXECUTE, "Execute", Core, ""),
    NARROW(FETCH, "Fetch", Core, ""),
    NARROW(FREESTMT, "FreeStmt", Core, ""),
    BOTH(GETCURSORNAME, "GetCursorName", Core, ""),
    NARROW(NUMRESULTCOLS, "NumResultCols", Core, ""),
    BOTH(PREPARE, "Prepare", Core, ""),
    NARROW(ROWCOUNT, "RowCount", Core, ""),
    BOTH(SETCURSORNAME, "SetCursorName", Core, ""),
    NARROW(BULKOPERATIONS, "BulkOperations", Level1, "SQL_ADD; operations by bookmark are HYC00"),
    BOTH(COLUMNS, "Columns", Core, ""),
    BOTH(DRIVERCONNECT, "DriverConnect", Core, "no dialogs: what SQL_DRIVER_PROMPT would ask for is IM008"),
    NARROW(GETDATA, "GetData", Core, "any column, any order, bound ones and any row of a block too"),
    NARROW(GETFUNCTIONS, "GetFunctions", Core, ""),
    BOTH(GETINFO, "GetInfo", Core, ""),
    BOTH(GETTYPEINFO, "GetTypeInfo", Core, ""),
    NARROW(PARAMDATA, "ParamData", Core, ""),
    NARROW(PUTDATA, "PutData", Core, ""),
    BOTH(SPECIALCOLUMNS, "SpecialColumns", Core, ""),
    BOTH(STATISTICS, "Statistics", Core, ""),
    BOTH(TABLES, "Tables", Core, ""),
    BOTH(BROWSECONNECT, "BrowseConnect", Level1, ""),
    BOTH(COLUMNPRIVILEGES, "ColumnPrivileges", Level2, ""),
    NARROW(DESCRIBEPARAM, "DescribeParam", Level2, ""),
    BOTH(FOREIGNKEYS, "ForeignKeys", Level2, ""),
    NARROW(MORERESULTS, "MoreResults", Level1, "one result for each set of a parameter array"),
    BOTH(NATIVESQL, "NativeSql", Core, ""),
    NARROW(NUMPARAMS, "NumParams", Core, ""),
    BOTH(PRIMARYKEYS, "PrimaryKeys", Level1, ""),
    BOTH(PROCEDURECOLUMNS, "ProcedureColumns", Level1, ""),
    BOTH(PROCEDURES, "Procedures", Level1, ""),
    NARROW(SETPOS, "SetPos", Level1, "rows cannot be locked"),
    BOTH(TABLEPRIVILEGES, "TablePrivileges", Level2, ""),
    NARROW(BINDPARAMETER, "BindParameter", Core, "input parameters only"),
    NARROW(ALLOCHANDLE, "AllocHandle", Core, ""),
    NARROW(CLOSECURSOR, "CloseCursor", Core, ""),
    NARROW(COPYDESC, "CopyDesc", Core, ""),
    NARROW(ENDTRAN, "EndTran", Core, ""),
    NARROW(FREEHANDLE, "FreeHandle", Core, ""),
    BOTH(GETCONNECTATTR, "GetConnectAttr", Core, ""),
    BOTH(GETDESCFIELD, "GetDescField", Core, ""),
    BOTH(GETDESCREC, "GetDescRec", Core, ""),
    BOTH(GETDIAGFIELD, "GetDiagField", Core, ""),
    BOTH(GETDIAGREC, "GetDiagRec", Core, ""),
    NARROW(GETENVATTR, "GetEnvAttr", Core, ""),
    BOTH(GETSTMTATTR, "GetStmtAttr", Core, ""),
    BOTH(SETCONNECTATTR, "SetConnectAttr", Core, ""),
    BOTH(SETDESCFIELD, "SetDescField", Core, ""),
    NARROW(SETDESCREC, "SetDescRec", Core, ""),
    NARROW(SETENVATTR, "SetEnvAttr", Core, ""),
    BOTH(SETSTMTATTR, "SetStmtAttr", Core, ""),
    NARROW(FETCHSCROLL, "FetchScroll", Core, "SQL_FETCH_NEXT only"),
    NARROW(CANCELHANDLE, "CancelHandle", Core, ""),
};
#undef NARROW
#undef BOTH

constexpr bool sorted() {
  for (size_t i = 1; i < table.size(); ++i) {
    if (table[i - 1].id >= table[i].id) return false;
  }
  return true;
}
static_assert(sorted(), "functions are in the order of their identifiers, each once");

constexpr SQLUSMALLINT odbc2_count = 100;

}  // namespace

std::span<const Function> functions() noexcept { return table; }

void get_functions(SQLUSMALLINT id, SQLUSMALLINT* supported) {
  if (!supported) throw OdbcError{SqlState::sHY009, "SupportedPtr is a null pointer"};
  if (id == SQL_API_ALL_FUNCTIONS) {
    std::fill_n(supported, odbc2_count, static_cast<SQLUSMALLINT>(SQL_FALSE));
    for (const Function& function : table) {
      if (function.id < odbc2_count) supported[function.id] = SQL_TRUE;
    }
  } else if (id == SQL_API_ODBC3_ALL_FUNCTIONS) {
    // A bitmap: function n is bit n % 16 of word n / 16 (SQL_FUNC_EXISTS).
    std::fill_n(supported, SQL_API_ODBC3_ALL_FUNCTIONS_SIZE, SQLUSMALLINT{0});
    for (const Function& function : table) {
      supported[function.id >> 4] =
          static_cast<SQLUSMALLINT>(supported[function.id >> 4] | (1u << (function.id & 0xF)));
    }
  } else {
    constexpr SQLUSMALLINT highest = 1022;  // SQL_API_SQLCANCELHANDLE
    if (id > highest) throw OdbcError{SqlState::sHY095, "there is no function {}", id};
    *supported = std::ranges::binary_search(table, id, {}, &Function::id) ? SQL_TRUE : SQL_FALSE;
  }
}

}  // namespace couch::driver
