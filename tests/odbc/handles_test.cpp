// The driver's own checks, without a driver manager in between: handles that are freed, forged or of another
// type.
#include <fstream>
#include <set>
#include <sstream>

#include "driver/functions.h"
#include "tests/odbc/bare_driver.h"
#include "tests/odbc/films.h"

using namespace couch::test;

TEST_CASE("Exactly the functions of the table are exported, and SQLGetFunctions names the same",
          "[odbc][functions]") {
  const BareDriver bare;
  for (const auto& function : couch::driver::functions()) {
    const std::string name{function.name};
    INFO(name);
    CHECK(bare.exports(name));
    CHECK(bare.exports(name + "W") == (function.wide || name == "SQLGetTypeInfo"));
  }
  for (const char* other : {"SQLError", "SQLTransact", "SQLAllocEnv", "SQLExtendedFetch", "SQLSetParam",
                            "SQLDataSources", "SQLGetStmtOption"}) {
    INFO(other);
    CHECK_FALSE(bare.exports(other));  // the manager's business, or mapped by it
  }

  Films films;
  Connection c{films.environment, films.connection_string()};
  SQLUSMALLINT all[SQL_API_ODBC3_ALL_FUNCTIONS_SIZE] = {};
  REQUIRE_THAT(c(SQLGetFunctions(c, SQL_API_ODBC3_ALL_FUNCTIONS, all)), succeeded());
  for (const auto& function : couch::driver::functions()) {
    INFO(function.name);
    CHECK(SQL_FUNC_EXISTS(all, function.id) == SQL_TRUE);
    if (function.id == SQL_API_SQLCANCELHANDLE) continue;  // unixODBC 2.3.11 knows it in the bitmap only
    SQLUSMALLINT one = SQL_FALSE;
    CHECK_THAT(c(SQLGetFunctions(c, function.id, &one)), succeeded());
    CHECK(one == SQL_TRUE);
  }
}

TEST_CASE("A bad handle is SQL_INVALID_HANDLE and never a crash", "[odbc][handles]") {
  const BareDriver bare;
  const auto allocate = DRIVER(SQLAllocHandle);
  const auto release = DRIVER(SQLFreeHandle);
  SQLHANDLE environment = nullptr;
  REQUIRE(allocate(SQL_HANDLE_ENV, nullptr, &environment) == SQL_SUCCESS);
  const auto handle = GENERATE(SQLHANDLE{nullptr}, reinterpret_cast<SQLHANDLE>(uintptr_t{0x12345678}),
                               reinterpret_cast<SQLHANDLE>(~uintptr_t{0}));
  SQLHANDLE out = nullptr;
  CHECK(allocate(SQL_HANDLE_DBC, handle, &out) == SQL_INVALID_HANDLE);
  CHECK(allocate(SQL_HANDLE_STMT, environment, &out) == SQL_INVALID_HANDLE);  // of another type
  CHECK(DRIVER(SQLFetch)(handle) == SQL_INVALID_HANDLE);
  CHECK(DRIVER(SQLFetch)(environment) == SQL_INVALID_HANDLE);
  CHECK(DRIVER(SQLCancel)(handle) == SQL_INVALID_HANDLE);
  CHECK(DRIVER(SQLExecute)(handle) == SQL_INVALID_HANDLE);
  CHECK(DRIVER(SQLDisconnect)(handle) == SQL_INVALID_HANDLE);
  CHECK(DRIVER(SQLGetDiagRec)(SQL_HANDLE_STMT, handle, 1, nullptr, nullptr, nullptr, 0, nullptr) ==
        SQL_INVALID_HANDLE);
  CHECK(DRIVER(SQLCopyDesc)(handle, handle) == SQL_INVALID_HANDLE);
  CHECK(release(SQL_HANDLE_STMT, handle) == SQL_INVALID_HANDLE);
  CHECK(release(SQL_HANDLE_DBC, environment) == SQL_INVALID_HANDLE);
  CHECK(release(SQL_HANDLE_ENV, environment) == SQL_SUCCESS);
  CHECK(release(SQL_HANDLE_ENV, environment) == SQL_INVALID_HANDLE);  // freed twice
}

TEST_CASE("Without a manager the driver checks sequences itself", "[odbc][handles]") {
  Films films;
  const BareDriver bare;
  const auto allocate = DRIVER(SQLAllocHandle);
  const auto state = [&](SQLSMALLINT type, SQLHANDLE handle) {
    SQLCHAR text[6] = {};
    SQLINTEGER native = 0;
    SQLCHAR message[512];
    DRIVER(SQLGetDiagRec)(type, handle, 1, text, &native, message, sizeof message, nullptr);
    return std::string{reinterpret_cast<char*>(text)};
  };
  SQLHANDLE environment = nullptr, connection = nullptr, statement = nullptr;
  REQUIRE(allocate(SQL_HANDLE_ENV, nullptr, &environment) == SQL_SUCCESS);
  CHECK(allocate(SQL_HANDLE_DBC, environment, &connection) == SQL_ERROR);  // the version is not set
  CHECK(state(SQL_HANDLE_ENV, environment) == "HY010");
  REQUIRE(DRIVER(SQLSetEnvAttr)(environment, SQL_ATTR_ODBC_VERSION,
                                reinterpret_cast<SQLPOINTER>(SQL_OV_ODBC3_80), 0) == SQL_SUCCESS);
  REQUIRE(allocate(SQL_HANDLE_DBC, environment, &connection) == SQL_SUCCESS);
  CHECK(allocate(SQL_HANDLE_STMT, connection, &statement) == SQL_ERROR);
  CHECK(state(SQL_HANDLE_DBC, connection) == "08003");
  CHECK(DRIVER(SQLDisconnect)(connection) == SQL_ERROR);
  CHECK(state(SQL_HANDLE_DBC, connection) == "08003");
  std::string text = films.connection_string();
  SQLCHAR completed[8];
  CHECK(DRIVER(SQLDriverConnect)(connection, nullptr, reinterpret_cast<SQLCHAR*>(text.data()), SQL_NTS,
                                 completed, -1, nullptr, SQL_DRIVER_NOPROMPT) == SQL_ERROR);
  CHECK(state(SQL_HANDLE_DBC, connection) == "HY090");  // and it is not connected:
  REQUIRE(DRIVER(SQLDriverConnect)(connection, nullptr, reinterpret_cast<SQLCHAR*>(text.data()), SQL_NTS,
                                   nullptr, 0, nullptr, SQL_DRIVER_NOPROMPT) == SQL_SUCCESS);
  CHECK(DRIVER(SQLDriverConnect)(connection, nullptr, reinterpret_cast<SQLCHAR*>(text.data()), SQL_NTS,
                                 nullptr, 0, nullptr, SQL_DRIVER_NOPROMPT) == SQL_ERROR);
  CHECK(state(SQL_HANDLE_DBC, connection) == "08002");
  CHECK(DRIVER(SQLFreeHandle)(SQL_HANDLE_ENV, environment) == SQL_ERROR);
  CHECK(state(SQL_HANDLE_ENV, environment) == "HY010");
  CHECK(DRIVER(SQLFreeHandle)(SQL_HANDLE_DBC, connection) == SQL_ERROR);
  CHECK(state(SQL_HANDLE_DBC, connection) == "HY010");

  REQUIRE(allocate(SQL_HANDLE_STMT, connection, &statement) == SQL_SUCCESS);
  const auto fails = [&](SQLRETURN code, const char* expected) {
    CHECK(code == SQL_ERROR);
    CHECK(state(SQL_HANDLE_STMT, statement) == expected);
  };
  SQLSMALLINT count = 0;
  SQLLEN length = 0;
  char buffer[8];
  fails(DRIVER(SQLExecute)(statement), "HY010");
  fails(DRIVER(SQLFetch)(statement), "HY010");
  fails(DRIVER(SQLNumResultCols)(statement, &count), "HY010");
  fails(DRIVER(SQLNumParams)(statement, &count), "HY010");
  fails(DRIVER(SQLRowCount)(statement, &length), "HY010");
  fails(DRIVER(SQLGetData)(statement, 1, SQL_C_CHAR, buffer, sizeof buffer, &length), "HY010");
  fails(DRIVER(SQLParamData)(statement, nullptr), "HY010");
  fails(DRIVER(SQLPutData)(statement, buffer, 1), "HY010");
  fails(DRIVER(SQLCloseCursor)(statement), "24000");
  fails(DRIVER(SQLPrepare)(statement, nullptr, SQL_NTS), "HY009");
  fails(DRIVER(SQLExecDirect)(statement, reinterpret_cast<SQLCHAR*>(buffer), -7), "HY090");
  fails(DRIVER(SQLBindCol)(statement, 0, SQL_C_CHAR, buffer, sizeof buffer, &length), "07009");
  fails(DRIVER(SQLBindCol)(statement, 1, 12345, buffer, sizeof buffer, &length), "HY003");
  fails(DRIVER(SQLBindCol)(statement, 1, SQL_C_CHAR, buffer, -1, &length), "HY090");
  fails(DRIVER(SQLFreeStmt)(statement, 77), "HY092");
  fails(DRIVER(SQLSetStmtAttr)(statement, 99999, nullptr, 0), "HY092");
  // Disconnecting frees what belongs to the connection.
  CHECK(DRIVER(SQLDisconnect)(connection) == SQL_SUCCESS);
  CHECK(DRIVER(SQLFetch)(statement) == SQL_INVALID_HANDLE);
  CHECK(DRIVER(SQLFreeHandle)(SQL_HANDLE_DBC, connection) == SQL_SUCCESS);
  CHECK(DRIVER(SQLFreeHandle)(SQL_HANDLE_ENV, environment) == SQL_SUCCESS);
}
