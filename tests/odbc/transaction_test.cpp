// Manual commit through the driver manager.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/odbc/films.h"

using namespace couch::test;

TEST_CASE("SQL_ATTR_AUTOCOMMIT: off before and after connecting, and a pool gets it back on",
          "[odbc][transaction]") {
  Films films;
  Connection c{films.environment};
  REQUIRE_THAT(c.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF), succeeded());
  REQUIRE_THAT(c.open(films.connection_string()), succeeded());
  CHECK(c.get(SQL_ATTR_AUTOCOMMIT) == SQL_AUTOCOMMIT_OFF);
  Statement st{c};
  // A savepoint is only possible inside a transaction: this connection is always in one.
  CHECK_THAT(st.exec("SAVEPOINT a"), succeeded());
  CHECK_THAT(c.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_ON), succeeded());
  CHECK_THAT(st.exec("SAVEPOINT a"), failed("25000"));
  CHECK_THAT(c.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF), succeeded());
  CHECK_THAT(c(SQLSetConnectAttr(c, SQL_ATTR_RESET_CONNECTION,
                                 reinterpret_cast<SQLPOINTER>(SQLULEN{SQL_RESET_CONNECTION_YES}), 0)),
             succeeded());
  CHECK_THAT(st.exec("SAVEPOINT a"), failed("25000"));
}

TEST_CASE("Transactions=no refuses manual commit, and says what pyodbc needs", "[odbc][transaction]") {
  Films films;
  Connection c{films.environment, films.connection_string("Transactions=no;")};
  const Returned refused = c.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  CHECK_THAT(refused, failed("HYC00"));
  CHECK_THAT(refused.text(), Catch::Contains("autocommit=True"));
  Statement st{c};
  CHECK_THAT(st.exec("BEGIN"), failed("HYC00"));
  CHECK_THAT(st.exec("COMMIT"), succeeded());
  Connection early{films.environment};
  REQUIRE_THAT(early.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF), succeeded());
  const Returned opened = early.open(films.connection_string("Transactions=no;"));
  CHECK_THAT(opened, failed("HYC00"));
  CHECK_THAT(opened.text(), Catch::Contains("autocommit=True"));
}

TEST_CASE("BEGIN, SAVEPOINT, ROLLBACK TO, RELEASE and COMMIT as statements", "[odbc][transaction]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  CHECK_THAT(st.exec("COMMIT"), succeeded());  // nothing is open, nothing is wrong
  CHECK_THAT(st.exec("ROLLBACK TO a"), failed("25000"));
  CHECK_THAT(st.exec("BEGIN TRANSACTION"), succeeded());
  CHECK_THAT(st.exec("BEGIN WORK"), failed("25001"));
  CHECK_THAT(st.exec("SAVEPOINT a"), succeeded());
  CHECK_THAT(st.exec("ROLLBACK TO SAVEPOINT A"), succeeded());
  CHECK_THAT(st.exec("ROLLBACK TO b"), failed("3B001"));
  CHECK_THAT(st.exec("RELEASE SAVEPOINT a"), succeeded());
  CHECK_THAT(st.exec("RELEASE a"), failed("3B001"));
  CHECK_THAT(st.exec("COMMIT WORK"), succeeded());
  CHECK_THAT(st.exec("SAVEPOINT a"), failed("25000"));
  CHECK_THAT(st.exec("EXPLAIN COMMIT"), failed("HYC00"));
  SQLSMALLINT columns = 1;
  REQUIRE_THAT(st.prepare("START TRANSACTION"), succeeded());
  CHECK_THAT(st(SQLNumResultCols(st, &columns)), succeeded());
  CHECK(columns == 0);
  CHECK_THAT(st.execute(), succeeded());
  CHECK_THAT(c(SQLEndTran(SQL_HANDLE_DBC, c, SQL_ROLLBACK)), succeeded());
  CHECK_THAT(st.exec("SAVEPOINT a"), failed("25000"));
}

TEST_CASE("COMMIT leaves cursors open, ROLLBACK closes them", "[odbc][transaction]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  CHECK(c.info_number(SQL_CURSOR_COMMIT_BEHAVIOR) == SQL_CB_PRESERVE);
  CHECK(c.info_number(SQL_CURSOR_ROLLBACK_BEHAVIOR) == SQL_CB_CLOSE);
  CHECK(c.info_number(SQL_TXN_CAPABLE) == SQL_TC_DML);
  CHECK(c.info_number(SQL_DEFAULT_TXN_ISOLATION) == SQL_TXN_READ_COMMITTED);
  CHECK(c.info_number(SQL_TXN_ISOLATION_OPTION) == SQL_TXN_READ_COMMITTED);
  CHECK(c.info_text(SQL_MULTIPLE_ACTIVE_TXN) == "Y");
  REQUIRE_THAT(c.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF), succeeded());
  Statement reader{c}, other{c};
  REQUIRE_THAT(reader.exec("SELECT title FROM film"), succeeded());
  REQUIRE_THAT(reader.fetch(), succeeded());
  CHECK_THAT(c(SQLEndTran(SQL_HANDLE_DBC, c, SQL_COMMIT)), succeeded());
  CHECK_THAT(reader.fetch(), succeeded());
  SECTION("SQLEndTran: the statement can be executed at once") {
    CHECK_THAT(c(SQLEndTran(SQL_HANDLE_DBC, c, SQL_ROLLBACK)), succeeded());
    CHECK(reader.fetch().code == SQL_ERROR);
    REQUIRE_THAT(reader.exec("SELECT title FROM film"), succeeded());
    CHECK(reader.rows().size() == 5);
  }
  SECTION("as a statement: the cursor has no rows any more, and is closed as ever") {
    CHECK_THAT(other.exec("ROLLBACK"), succeeded());
    CHECK_THAT(reader.fetch(), failed("24000"));
    CHECK_THAT(reader.close(), succeeded());
    REQUIRE_THAT(reader.exec("SELECT title FROM film"), succeeded());
    CHECK(reader.rows().size() == 5);
  }
  SECTION("on the environment") {
    CHECK_THAT(films.environment(SQLEndTran(SQL_HANDLE_ENV, films.environment, SQL_ROLLBACK)), succeeded());
    CHECK(reader.fetch().code == SQL_ERROR);
  }
  CHECK_THAT(c(SQLEndTran(SQL_HANDLE_DBC, c, 7)), failed("HY012"));
}
