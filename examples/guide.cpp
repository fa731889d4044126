// Documents created, read, updated and deleted by SQL: docs/guide.md in C++.
//
//   g++ -std=c++17 examples/guide.cpp -lodbc -o guide && ./guide "DSN=shop"
#include <sql.h>
#include <sqlext.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

void fail(const char* what, SQLSMALLINT kind, SQLHANDLE handle) {
  SQLCHAR state[6] = "", message[512] = "";
  SQLGetDiagRec(kind, handle, 1, state, nullptr, message, sizeof message, nullptr);
  std::fprintf(stderr, "%s: %s %s\n", what, reinterpret_cast<char*>(state), reinterpret_cast<char*>(message));
  std::exit(1);
}

void check(SQLRETURN code, SQLHSTMT statement, const char* what) {
  if (code == SQL_ERROR || code == SQL_INVALID_HANDLE) fail(what, SQL_HANDLE_STMT, statement);
}

// Runs it; how many rows it changed.
SQLLEN run(SQLHSTMT statement, const std::string& sql) {
  std::string text = sql;
  check(SQLExecDirect(statement, reinterpret_cast<SQLCHAR*>(text.data()), SQL_NTS), statement, sql.c_str());
  SQLLEN rows = -1;
  SQLRowCount(statement, &rows);
  return rows;
}

// The first column of the next row, as text.
std::string next(SQLHSTMT statement) {
  check(SQLFetch(statement), statement, "SQLFetch");
  char value[256] = "";
  SQLLEN length = 0;
  check(SQLGetData(statement, 1, SQL_C_CHAR, value, sizeof value, &length), statement, "SQLGetData");
  return value;
}

// COMMIT; false: somebody was faster, nothing was written, and the transaction can be run again
// (docs/transactions.md).
bool commit(SQLHDBC connection) {
  if (SQL_SUCCEEDED(SQLEndTran(SQL_HANDLE_DBC, connection, SQL_COMMIT))) return true;
  SQLCHAR state[6] = "", message[512] = "";
  SQLGetDiagRec(SQL_HANDLE_DBC, connection, 1, state, nullptr, message, sizeof message, nullptr);
  const std::string why = reinterpret_cast<char*>(message);
  if (std::string(reinterpret_cast<char*>(state)) != "40001" ||
      why.find("nothing was written") == std::string::npos)
    fail("COMMIT", SQL_HANDLE_DBC, connection);
  return false;
}

void expect(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "not so: %s\n", what);
  std::exit(1);
}

}  // namespace

int main(int argc, char** argv) {
  std::string target = argc > 1 ? argv[1] : "DSN=shop";
  SQLHENV environment = nullptr;
  SQLHDBC connection = nullptr;
  SQLHSTMT statement = nullptr;
  SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &environment);
  SQLSetEnvAttr(environment, SQL_ATTR_ODBC_VERSION, reinterpret_cast<SQLPOINTER>(SQL_OV_ODBC3_80), 0);
  SQLAllocHandle(SQL_HANDLE_DBC, environment, &connection);
  if (!SQL_SUCCEEDED(SQLDriverConnect(connection, nullptr, reinterpret_cast<SQLCHAR*>(target.data()), SQL_NTS,
                                      nullptr, 0, nullptr, SQL_DRIVER_NOPROMPT)))
    fail("SQLDriverConnect", SQL_HANDLE_DBC, connection);
  SQLAllocHandle(SQL_HANDLE_STMT, connection, &statement);

  // Create: one, and many by an array of parameters.
  expect(run(statement,
             "INSERT INTO guide_film (_id, title, year, studio.city) VALUES ('guide:ran', 'Ran', 1985, "
             "'Tokyo')") == 1,
         "one row was inserted");
  constexpr SQLULEN count = 3;
  char ids[count][16] = {"guide:m", "guide:stalker", "guide:alien"},
       titles[count][16] = {"M", "Stalker", "Alien"};
  SQLLEN text[count] = {SQL_NTS, SQL_NTS, SQL_NTS};
  SQLBIGINT years[count] = {1931, 1979, 1979};
  SQLUSMALLINT status[count] = {};
  SQLSetStmtAttr(statement, SQL_ATTR_PARAMSET_SIZE, reinterpret_cast<SQLPOINTER>(count), 0);
  SQLSetStmtAttr(statement, SQL_ATTR_PARAM_STATUS_PTR, status, 0);
  SQLBindParameter(statement, 1, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 15, 0, ids, sizeof ids[0], text);
  SQLBindParameter(statement, 2, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 15, 0, titles, sizeof titles[0],
                   text);
  SQLBindParameter(statement, 3, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 0, 0, years, 0, nullptr);
  expect(run(statement, "INSERT INTO guide_film (_id, title, year) VALUES (?, ?, ?)") == 3,
         "three rows were inserted");
  expect(status[2] == SQL_PARAM_SUCCESS, "the last row went in");
  SQLFreeStmt(statement, SQL_RESET_PARAMS);
  SQLSetStmtAttr(statement, SQL_ATTR_PARAMSET_SIZE, reinterpret_cast<SQLPOINTER>(1), 0);

  // Read: by a condition, IN, LIKE, one row.
  run(statement, "SELECT title FROM guide_film WHERE year < 1980 ORDER BY year, title");
  expect(next(statement) == "M" && next(statement) == "Alien", "films before 1980");
  SQLFreeStmt(statement, SQL_CLOSE);
  run(statement,
      "SELECT COUNT(*) FROM guide_film WHERE _id IN ('guide:m', 'guide:ran') OR title LIKE 'Sta%'");
  expect(next(statement) == "3", "IN and LIKE");
  SQLFreeStmt(statement, SQL_CLOSE);
  run(statement, "SELECT studio.city FROM guide_film WHERE _id = 'guide:ran'");
  expect(next(statement) == "Tokyo", "a nested field");
  SQLFreeStmt(statement, SQL_CLOSE);

  // Update: RETURNING gives the new revision; an old one changes nothing.
  run(statement, "UPDATE guide_film SET studio.city = 'Paris' WHERE _id = 'guide:ran' RETURNING _rev");
  const std::string revision = next(statement);
  SQLFreeStmt(statement, SQL_CLOSE);
  const std::string locked =
      "UPDATE guide_film SET year = year + 1 WHERE _id = 'guide:ran' AND _rev = '" + revision + "'";
  expect(run(statement, locked) == 1, "the revision was the current one");
  expect(run(statement, locked) == 0, "it is an old one now");

  // Transactions: nobody else sees a change before COMMIT, and ROLLBACK takes it back.
  SQLSetConnectAttr(connection, SQL_ATTR_AUTOCOMMIT, reinterpret_cast<SQLPOINTER>(SQL_AUTOCOMMIT_OFF), 0);
  expect(run(statement, "DELETE FROM guide_film WHERE _id = 'guide:ran'") == 1, "one row was deleted");
  SQLEndTran(SQL_HANDLE_DBC, connection, SQL_ROLLBACK);
  int tries = 0;
  do {  // again when somebody changed it meanwhile
    ++tries;
    expect(run(statement, "UPDATE guide_film SET year = 1985 WHERE _id = 'guide:ran'") == 1,
           "it is there again");
  } while (!commit(connection) && tries < 10);
  SQLSetConnectAttr(connection, SQL_ATTR_AUTOCOMMIT, reinterpret_cast<SQLPOINTER>(SQL_AUTOCOMMIT_ON), 0);

  // Delete.
  expect(run(statement, "DELETE FROM guide_film WHERE year = 1979") == 2, "two rows were deleted");
  expect(run(statement, "DELETE FROM guide_film") == 2, "the others were deleted");

  SQLFreeHandle(SQL_HANDLE_STMT, statement);
  SQLDisconnect(connection);
  SQLFreeHandle(SQL_HANDLE_DBC, connection);
  SQLFreeHandle(SQL_HANDLE_ENV, environment);
  std::puts("all of the guide works");
}
