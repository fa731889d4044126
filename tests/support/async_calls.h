#pragma once
// The same tests with every statement asynchronous (COUCHDBODBC_ASYNC=1): each function that may return
// SQL_STILL_EXECUTING is called again, as soon as the statement's descriptor says so, until it has ended.
// Included last by tests/support/odbc.h.
#include <sql.h>
#include <sqlext.h>
#include <sqlucode.h>

namespace couch::test {

// COUCHDBODBC_ASYNC is set, and not empty.
bool asynchronous_mode();
// Makes calls on it asynchronous, and knows its descriptor from now on.
void make_asynchronous(SQLHSTMT statement);
void forget_asynchronous(SQLHSTMT statement);
// Until the descriptor is readable. Thirty seconds without that end the test program.
void wait_until_readable(SQLHSTMT statement);

template <class Call>
SQLRETURN completed(SQLHSTMT statement, Call call) {
  SQLRETURN code = call();
  while (code == SQL_STILL_EXECUTING && asynchronous_mode()) {
    wait_until_readable(statement);
    code = call();
  }
  return code;
}

}  // namespace couch::test

// A macro is not expanded within itself: the functions are those of the driver manager.
#define COUCH_COMPLETED(function, statement, ...) \
  ::couch::test::completed(statement, [&] { return (function)(statement __VA_OPT__(, ) __VA_ARGS__); })
#define SQLPrepare(...) COUCH_COMPLETED(SQLPrepare, __VA_ARGS__)
#define SQLPrepareW(...) COUCH_COMPLETED(SQLPrepareW, __VA_ARGS__)
#define SQLExecute(...) COUCH_COMPLETED(SQLExecute, __VA_ARGS__)
#define SQLExecDirect(...) COUCH_COMPLETED(SQLExecDirect, __VA_ARGS__)
#define SQLExecDirectW(...) COUCH_COMPLETED(SQLExecDirectW, __VA_ARGS__)
#define SQLParamData(...) COUCH_COMPLETED(SQLParamData, __VA_ARGS__)
#define SQLPutData(...) COUCH_COMPLETED(SQLPutData, __VA_ARGS__)
#define SQLMoreResults(...) COUCH_COMPLETED(SQLMoreResults, __VA_ARGS__)
#define SQLFetch(...) COUCH_COMPLETED(SQLFetch, __VA_ARGS__)
#define SQLFetchScroll(...) COUCH_COMPLETED(SQLFetchScroll, __VA_ARGS__)
#define SQLGetData(...) COUCH_COMPLETED(SQLGetData, __VA_ARGS__)
#define SQLGetTypeInfo(...) COUCH_COMPLETED(SQLGetTypeInfo, __VA_ARGS__)
#define SQLGetTypeInfoW(...) COUCH_COMPLETED(SQLGetTypeInfoW, __VA_ARGS__)
#define SQLTables(...) COUCH_COMPLETED(SQLTables, __VA_ARGS__)
#define SQLTablesW(...) COUCH_COMPLETED(SQLTablesW, __VA_ARGS__)
#define SQLColumns(...) COUCH_COMPLETED(SQLColumns, __VA_ARGS__)
#define SQLColumnsW(...) COUCH_COMPLETED(SQLColumnsW, __VA_ARGS__)
#define SQLPrimaryKeys(...) COUCH_COMPLETED(SQLPrimaryKeys, __VA_ARGS__)
#define SQLPrimaryKeysW(...) COUCH_COMPLETED(SQLPrimaryKeysW, __VA_ARGS__)
#define SQLForeignKeys(...) COUCH_COMPLETED(SQLForeignKeys, __VA_ARGS__)
#define SQLForeignKeysW(...) COUCH_COMPLETED(SQLForeignKeysW, __VA_ARGS__)
#define SQLStatistics(...) COUCH_COMPLETED(SQLStatistics, __VA_ARGS__)
#define SQLStatisticsW(...) COUCH_COMPLETED(SQLStatisticsW, __VA_ARGS__)
#define SQLSpecialColumns(...) COUCH_COMPLETED(SQLSpecialColumns, __VA_ARGS__)
#define SQLSpecialColumnsW(...) COUCH_COMPLETED(SQLSpecialColumnsW, __VA_ARGS__)
#define SQLProcedures(...) COUCH_COMPLETED(SQLProcedures, __VA_ARGS__)
#define SQLProceduresW(...) COUCH_COMPLETED(SQLProceduresW, __VA_ARGS__)
#define SQLProcedureColumns(...) COUCH_COMPLETED(SQLProcedureColumns, __VA_ARGS__)
#define SQLProcedureColumnsW(...) COUCH_COMPLETED(SQLProcedureColumnsW, __VA_ARGS__)
#define SQLTablePrivileges(...) COUCH_COMPLETED(SQLTablePrivileges, __VA_ARGS__)
#define SQLTablePrivilegesW(...) COUCH_COMPLETED(SQLTablePrivilegesW, __VA_ARGS__)
#define SQLColumnPrivileges(...) COUCH_COMPLETED(SQLColumnPrivileges, __VA_ARGS__)
#define SQLColumnPrivilegesW(...) COUCH_COMPLETED(SQLColumnPrivilegesW, __VA_ARGS__)
