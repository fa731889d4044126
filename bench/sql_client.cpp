#include "bench/sql_client.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>

namespace couch::bench {

namespace {

constexpr SQLLEN cell_size = 256;

SQLPOINTER number(SQLULEN value) { return reinterpret_cast<SQLPOINTER>(value); }

}  // namespace

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

SQLCHAR* chars(std::string& text) { return reinterpret_cast<SQLCHAR*>(text.data()); }

void check(SQLRETURN code, SQLSMALLINT type, SQLHANDLE handle, const char* what) {
  if (SQL_SUCCEEDED(code)) return;
  SQLCHAR state[6]{}, text[1024]{};
  SQLINTEGER native = 0;
  SQLSMALLINT length = 0;
  SQLGetDiagRec(type, handle, 1, state, &native, text, sizeof text, &length);
  fmt::print(stderr, "{}: {} {}\n", what, reinterpret_cast<char*>(state), reinterpret_cast<char*>(text));
  std::exit(1);
}

SqlClient::SqlClient(const std::string& connection_string) {
  std::string text = connection_string;
  SQLAllocHandle(SQL_HANDLE_ENV, nullptr, &env_);
  SQLSetEnvAttr(env_, SQL_ATTR_ODBC_VERSION, number(SQL_OV_ODBC3), 0);
  SQLAllocHandle(SQL_HANDLE_DBC, env_, &dbc_);
  check(SQLDriverConnect(dbc_, nullptr, chars(text), SQL_NTS, nullptr, 0, nullptr, SQL_DRIVER_NOPROMPT),
        SQL_HANDLE_DBC, dbc_, "SQLDriverConnect");
}

SqlClient::~SqlClient() {
  SQLDisconnect(dbc_);
  SQLFreeHandle(SQL_HANDLE_DBC, dbc_);
  SQLFreeHandle(SQL_HANDLE_ENV, env_);
}

Query::Query(const SqlClient& client, std::string sql) {
  SQLAllocHandle(SQL_HANDLE_STMT, client.handle(), &statement_);
  check(SQLPrepare(statement_, chars(sql), SQL_NTS), SQL_HANDLE_STMT, statement_, sql.c_str());
  SQLNumResultCols(statement_, &columns_);  // the schema is warm from here on
}

Query::~Query() { SQLFreeHandle(SQL_HANDLE_STMT, statement_); }

void Query::bind(SQLUSMALLINT parameter, std::string& value) {
  check(SQLBindParameter(statement_, parameter, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 255, 0,
                         value.data(), static_cast<SQLLEN>(value.size()), nullptr),
        SQL_HANDLE_STMT, statement_, "SQLBindParameter");
}

Fetched Query::run(Way way, SQLULEN block) {
  const double start = now();
  check(SQLExecute(statement_), SQL_HANDLE_STMT, statement_, "SQLExecute");
  Fetched all = way == Way::Bound ? fetch_bound(block, start) : fetch_parts(start);
  all.last = now() - start;
  check(SQLFreeStmt(statement_, SQL_CLOSE), SQL_HANDLE_STMT, statement_, "SQLFreeStmt");
  return all;
}

double Query::first_row() {
  const double start = now();
  check(SQLExecute(statement_), SQL_HANDLE_STMT, statement_, "SQLExecute");
  check(SQLFetch(statement_), SQL_HANDLE_STMT, statement_, "SQLFetch");
  const double taken = now() - start;
  check(SQLFreeStmt(statement_, SQL_CLOSE), SQL_HANDLE_STMT, statement_, "SQLFreeStmt");
  return taken;
}

Fetched Query::fetch_bound(SQLULEN block, double start) {
  const auto width = static_cast<size_t>(columns_);
  SQLULEN fetched = 0;
  SQLSetStmtAttr(statement_, SQL_ATTR_ROWS_FETCHED_PTR, &fetched, 0);
  if (lengths_.empty() || lengths_[0].size() != block) {
    buffers_.assign(width, std::vector<char>(block * static_cast<size_t>(cell_size)));
    lengths_.assign(width, std::vector<SQLLEN>(block));
    SQLSetStmtAttr(statement_, SQL_ATTR_ROW_ARRAY_SIZE, number(block), 0);
    for (size_t c = 0; c < width; ++c)
      SQLBindCol(statement_, static_cast<SQLUSMALLINT>(c + 1), SQL_C_CHAR, buffers_[c].data(), cell_size,
                 lengths_[c].data());
  }
  Fetched all;
  for (SQLRETURN rc; (rc = SQLFetch(statement_)) != SQL_NO_DATA;) {
    check(rc, SQL_HANDLE_STMT, statement_, "SQLFetch");
    if (all.rows == 0) all.first = now() - start;
    all.rows += static_cast<long long>(fetched);
    for (const auto& column : lengths_)
      for (SQLULEN r = 0; r < fetched; ++r) all.bytes += column[r] > 0 ? column[r] : 0;
  }
  SQLSetStmtAttr(statement_, SQL_ATTR_ROWS_FETCHED_PTR, nullptr, 0);
  return all;
}

Fetched Query::fetch_parts(double start) {
  if (!lengths_.empty()) {
    SQLFreeStmt(statement_, SQL_UNBIND);
    SQLSetStmtAttr(statement_, SQL_ATTR_ROW_ARRAY_SIZE, number(1), 0);
    lengths_.clear();
  }
  Fetched all;
  char buffer[cell_size];
  for (SQLRETURN rc; (rc = SQLFetch(statement_)) != SQL_NO_DATA; ++all.rows) {
    check(rc, SQL_HANDLE_STMT, statement_, "SQLFetch");
    if (all.rows == 0) all.first = now() - start;
    for (SQLSMALLINT c = 1; c <= columns_; ++c) {
      SQLLEN length = 0;
      check(SQLGetData(statement_, static_cast<SQLUSMALLINT>(c), SQL_C_CHAR, buffer, cell_size, &length),
            SQL_HANDLE_STMT, statement_, "SQLGetData");
      all.bytes += length > 0 ? length : 0;
    }
  }
  return all;
}

}  // namespace couch::bench
