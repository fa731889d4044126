#include "tests/odbc/films.h"

using namespace couch::test;
using Catch::Contains;

TEST_CASE("SQLGetDiagRec: message and length when it fits, when it is cut, and past the last record",
          "[odbc][diagnostics]") {
  Films films;
  const bool narrow = GENERATE(false, true);
  Connection c{films.environment, films.connection_string(), narrow};
  Statement st{c};
  REQUIRE((narrow ? st.exec_narrow("SELECT nothing FROM film") : st.exec("SELECT nothing FROM film")).code ==
          SQL_ERROR);
  SQLINTEGER native = -1;
  SQLSMALLINT length = 0;
  if (narrow) {
    SQLCHAR state[6], message[512], small[10];
    REQUIRE(SQLGetDiagRec(SQL_HANDLE_STMT, st, 1, state, &native, message, sizeof message, &length) ==
            SQL_SUCCESS);
    const std::string whole = reinterpret_cast<char*>(message);
    CHECK_THAT(whole, Contains("[CouchDB ODBC] "));
    CHECK(reinterpret_cast<char*>(state) == std::string{"42S22"});
    CHECK(static_cast<size_t>(length) == whole.size());
    CHECK(SQLGetDiagRec(SQL_HANDLE_STMT, st, 1, state, &native, small, sizeof small, &length) ==
          SQL_SUCCESS_WITH_INFO);
    CHECK(reinterpret_cast<char*>(small) == whole.substr(0, 9));
    CHECK(static_cast<size_t>(length) == whole.size());
    CHECK(SQLGetDiagRec(SQL_HANDLE_STMT, st, 2, state, &native, message, sizeof message, &length) ==
          SQL_NO_DATA);
    CHECK(SQLGetDiagRec(SQL_HANDLE_STMT, st, 0, state, &native, message, sizeof message, &length) ==
          SQL_ERROR);
  } else {
    char16_t state[6], message[512], small[10];
    const auto get = [&](SQLSMALLINT number, char16_t* to, SQLSMALLINT capacity) {
      return SQLGetDiagRecW(SQL_HANDLE_STMT, st, number, reinterpret_cast<SQLWCHAR*>(state), &native,
                            reinterpret_cast<SQLWCHAR*>(to), capacity, &length);
    };
    REQUIRE(get(1, message, 512) == SQL_SUCCESS);
    const std::u16string whole{message};
    CHECK(std::u16string{state} == u"42S22");
    CHECK(static_cast<size_t>(length) == whole.size());
    CHECK(get(1, small, 10) == SQL_SUCCESS_WITH_INFO);
    CHECK(std::u16string{small} == whole.substr(0, 9));
    CHECK(static_cast<size_t>(length) == whole.size());
    CHECK(get(2, message, 512) == SQL_NO_DATA);
  }
  CHECK(native == 0);
}

TEST_CASE("SQLGetDiagField: origins, names, numbers, and the header", "[odbc][diagnostics]") {
  Films films;
  add_data_source(
      "films_diag",
      {{"Server", "127.0.0.1"}, {"Port", std::to_string(films.couch.port())}, {"Database", "films"}});
  Connection c{films.environment, "DSN=films_diag"};
  Statement st{c};
  REQUIRE_THAT(st.exec("SELECT nothing FROM film"), failed("42S22"));
  const auto text = [&](SQLSMALLINT field) {
    char16_t buffer[256] = {};
    SQLSMALLINT length = 0;
    CHECK(SQLGetDiagFieldW(SQL_HANDLE_STMT, st, 1, field, buffer, sizeof buffer, &length) == SQL_SUCCESS);
    return utf8(buffer);
  };
  CHECK(text(SQL_DIAG_SQLSTATE) == "42S22");
  CHECK(text(SQL_DIAG_CLASS_ORIGIN) == "ISO 9075");
  CHECK(text(SQL_DIAG_SUBCLASS_ORIGIN) == "ODBC 3.0");
  SQLINTEGER number = 0;
  CHECK(SQLGetDiagFieldW(SQL_HANDLE_STMT, st, 0, SQL_DIAG_NUMBER, &number, 0, nullptr) == SQL_SUCCESS);
  CHECK(number == 1);
  SQLRETURN code = 0;
  CHECK(SQLGetDiagFieldW(SQL_HANDLE_STMT, st, 0, SQL_DIAG_RETURNCODE, &code, 0, nullptr) == SQL_SUCCESS);
  CHECK(code == SQL_ERROR);
  SQLLEN row = 0;
  CHECK(SQLGetDiagFieldW(SQL_HANDLE_STMT, st, 1, SQL_DIAG_ROW_NUMBER, &row, 0, nullptr) == SQL_SUCCESS);
  CHECK(row == SQL_NO_ROW_NUMBER);
}

TEST_CASE("What the server said is in the message, with its HTTP status as native error",
          "[odbc][diagnostics]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  REQUIRE_THAT(st.prepare("SELECT title FROM film"), succeeded());
  for (auto route : {films.couch.on_get("/films/_all_docs"), films.couch.on_post("/films/_all_docs"),
                     films.couch.on_post("/films/_find")}) {
    route.error(403, "forbidden", "You are not allowed to access this db.");
  }
  const Returned returned = st.execute();
  CHECK_THAT(returned, failed("42000"));
  CHECK(returned.records.at(0).native == 403);
  CHECK_THAT(returned.records.at(0).message,
             Contains("[CouchDB ODBC][CouchDB]") && Contains("not allowed to access"));
}
