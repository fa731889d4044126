// Many statements at once on one thread, by poll(2).
//
//   async_poll CONNECTION-STRING STATEMENT...
//
// Every statement is begun before the first one is waited for; each one's first row is printed as it comes.
//
//   g++ -std=c++17 async_poll.cpp -lodbc -o async_poll
//   ./async_poll "DSN=shop" "SELECT COUNT(*) FROM customer" "SELECT MAX(total) FROM orders"
#include <poll.h>
#include <sql.h>
#include <sqlext.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

// Of this driver: a descriptor that is readable when the next call will not return SQL_STILL_EXECUTING. It is
// read before the execution begins, and belongs to the statement.
constexpr SQLINTEGER SQL_ATTR_COUCHDB_POLL_DESCRIPTOR = 0x4001;

static void check(SQLRETURN code, SQLSMALLINT type, SQLHANDLE handle) {
  if (SQL_SUCCEEDED(code)) return;
  SQLCHAR state[6] = {}, message[1024] = {};
  SQLGetDiagRec(type, handle, 1, state, nullptr, message, sizeof message, nullptr);
  std::fprintf(stderr, "%s %s\n", state, message);
  std::exit(1);
}

static SQLCHAR* chars(std::string& text) { return reinterpret_cast<SQLCHAR*>(&text[0]); }

struct Running {
  SQLHSTMT statement = nullptr;
  std::string sql;
  // The same call begins the statement and asks whether it has ended.
  SQLRETURN go_on() { return SQLExecDirect(statement, chars(sql), SQL_NTS); }
};

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "async_poll CONNECTION-STRING STATEMENT...\n");
    return 2;
  }
  SQLHENV environment = nullptr;
  SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &environment);
  SQLSetEnvAttr(environment, SQL_ATTR_ODBC_VERSION, reinterpret_cast<SQLPOINTER>(SQL_OV_ODBC3_80), 0);
  SQLHDBC connection = nullptr;
  SQLAllocHandle(SQL_HANDLE_DBC, environment, &connection);
  std::string where = argv[1];
  check(SQLDriverConnect(connection, nullptr, chars(where), SQL_NTS, nullptr, 0, nullptr, SQL_DRIVER_NOPROMPT),
        SQL_HANDLE_DBC, connection);
  // For all statements of the connection.
  check(SQLSetConnectAttr(connection, SQL_ATTR_ASYNC_ENABLE, reinterpret_cast<SQLPOINTER>(SQL_ASYNC_ENABLE_ON), 0),
        SQL_HANDLE_DBC, connection);

  std::vector<Running> running;
  std::vector<pollfd> wanted;
  for (int i = 2; i < argc; ++i) {
    Running one;
    one.sql = argv[i];
    check(SQLAllocHandle(SQL_HANDLE_STMT, connection, &one.statement), SQL_HANDLE_DBC, connection);
    SQLULEN descriptor = 0;
    check(SQLGetStmtAttr(one.statement, SQL_ATTR_COUCHDB_POLL_DESCRIPTOR, &descriptor, 0, nullptr),
          SQL_HANDLE_STMT, one.statement);
    const SQLRETURN code = one.go_on();
    if (code != SQL_STILL_EXECUTING) check(code, SQL_HANDLE_STMT, one.statement);
    wanted.push_back({static_cast<int>(descriptor), POLLIN, 0});
    running.push_back(one);
  }

  for (size_t left = running.size(); left > 0;) {
    poll(wanted.data(), wanted.size(), -1);
    for (size_t i = 0; i < wanted.size(); ++i) {
      if (!(wanted[i].revents & POLLIN)) continue;
      const SQLHSTMT statement = running[i].statement;
      check(running[i].go_on(), SQL_HANDLE_STMT, statement);  // it has ended: this is its result
      char value[256] = {};
      SQLLEN length = 0;
      if (SQLFetch(statement) == SQL_SUCCESS)
        SQLGetData(statement, 1, SQL_C_CHAR, value, sizeof value, &length);
      std::printf("%s: %s\n", running[i].sql.c_str(), length == SQL_NULL_DATA ? "NULL" : value);
      SQLFreeHandle(SQL_HANDLE_STMT, statement);
      wanted[i].fd = -1;  // poll(2) leaves it out
      --left;
    }
  }
  SQLDisconnect(connection);
  SQLFreeHandle(SQL_HANDLE_DBC, connection);
  SQLFreeHandle(SQL_HANDLE_ENV, environment);
}
