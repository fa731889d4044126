#include <thread>

#include "tests/odbc/films.h"

using namespace couch::test;
using Catch::Contains;

TEST_CASE("SQLExecDirect gives the rows, and SQLFetch their end again and again", "[odbc][statement]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  REQUIRE_THAT(st.exec("SELECT _id, year FROM film WHERE year < 1980 ORDER BY year"), succeeded());
  CHECK(st.columns() == 2);
  CHECK(st.column_name(2) == "year");
  CHECK(st.rows() == std::vector<std::vector<Text>>{{"metropolis", "1927"}, {"stalker", "1979"}});
  CHECK_THAT(st.fetch(), found_no_data());
  CHECK_THAT(st.fetch(), found_no_data());
  SQLLEN count = 0;
  CHECK_THAT(st(SQLRowCount(st, &count)), succeeded());
  CHECK(count == -1);
}

TEST_CASE("Text of every script comes back as it is, wide and narrow, in statements, names and values",
          "[odbc][unicode]") {
  Films films;
  const std::string sql =
      "SELECT title AS \"Täitel 🎬\" FROM film WHERE title = 'Amélie 🎬' OR title LIKE 'Стал%' ORDER BY year";
  const bool narrow = GENERATE(false, true);
  Connection c{films.environment, films.connection_string(), narrow};
  Statement st{c};
  REQUIRE_THAT(narrow ? st.exec_narrow(sql) : st.exec(sql), succeeded());
  if (!narrow) {
    CHECK(st.column_name(1) == "Täitel 🎬");
    CHECK(st.rows() == std::vector<std::vector<Text>>{{"Сталкер"}, {"Amélie 🎬"}});
    return;
  }
  SQLCHAR name[64] = {};
  SQLSMALLINT length = 0;
  CHECK_THAT(st(SQLDescribeCol(st, 1, name, sizeof name, &length, nullptr, nullptr, nullptr, nullptr)),
             succeeded());
  CHECK(reinterpret_cast<char*>(name) == std::string{"Täitel 🎬"});
  CHECK(static_cast<size_t>(length) == std::string{"Täitel 🎬"}.size());
  char value[64] = {};
  SQLLEN size = 0;
  REQUIRE_THAT(st.fetch(), succeeded());
  CHECK_THAT(st(SQLGetData(st, 1, SQL_C_CHAR, value, sizeof value, &size)), succeeded());
  CHECK(std::string{value} == "Сталкер");
  REQUIRE_THAT(st.fetch(), succeeded());
  CHECK_THAT(st(SQLGetData(st, 1, SQL_C_CHAR, value, sizeof value, &size)), succeeded());
  CHECK(std::string{value} == "Amélie 🎬");
}

TEST_CASE("SQL text that is no Unicode is refused with its place", "[odbc][unicode]") {
  Films films;
  SECTION("narrow: a byte of Latin-1") {
    Connection c{films.environment, films.connection_string(), true};
    Statement st{c};
    const Returned returned = st.exec_narrow("SELECT 'Am\xE9lie'");
    CHECK_THAT(returned, failed("22018"));
    CHECK_THAT(returned.text(), Contains("byte 11"));
  }
  SECTION("wide: half of a surrogate pair") {
    Connection c{films.environment, films.connection_string()};
    Statement st{c};
    char16_t text[] = u"SELECT 'a'";
    text[8] = 0xD83C;
    CHECK_THAT(st(SQLExecDirectW(st, reinterpret_cast<SQLWCHAR*>(text), SQL_NTS)), failed("22018"));
  }
}

TEST_CASE("What is prepared is described without being run", "[odbc][statement]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  REQUIRE_THAT(
      st.prepare("SELECT title, year, rating, released, seen FROM film WHERE year > ? AND title LIKE ?"),
      succeeded());
  films.couch.forget_asked();
  CHECK(st.columns() == 5);
  SQLSMALLINT parameters = 0;
  CHECK_THAT(st(SQLNumParams(st, &parameters)), succeeded());
  CHECK(parameters == 2);
  const SQLSMALLINT types[] = {SQL_WVARCHAR, SQL_BIGINT, SQL_DOUBLE, SQL_TYPE_DATE, SQL_BIT};
  for (SQLUSMALLINT i = 1; i <= 5; ++i) {
    SQLSMALLINT type = 0, nullable = SQL_NULLABLE_UNKNOWN;
    SQLULEN size = 0;
    CHECK_THAT(st(SQLDescribeColW(st, i, nullptr, 0, nullptr, &type, &size, nullptr, &nullable)),
               succeeded());
    CHECK(type == types[i - 1]);
    CHECK(size > 0);
    // SQLDescribeCol and SQLColAttribute say the same.
    SQLLEN concise = 0;
    CHECK_THAT(st(SQLColAttributeW(st, i, SQL_DESC_CONCISE_TYPE, nullptr, 0, nullptr, &concise)),
               succeeded());
    CHECK(concise == type);
  }
  SQLSMALLINT type = 0, digits = 0, nullable = 0;
  SQLULEN size = 0;
  CHECK_THAT(st(SQLDescribeParam(st, 1, &type, &size, &digits, &nullable)), succeeded());
  CHECK(type == SQL_BIGINT);
  CHECK_THAT(st(SQLDescribeParam(st, 2, &type, &size, &digits, &nullable)), succeeded());
  CHECK(type == SQL_WVARCHAR);
  CHECK_THAT(st(SQLDescribeParam(st, 3, &type, &size, &digits, &nullable)), failed("07009"));
  CHECK(films.couch.asked().empty());
}

TEST_CASE("SQLColAttribute: text with its length in bytes, numbers as SQLLEN, unknown ones HY091",
          "[odbc][statement]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  REQUIRE_THAT(st.exec("SELECT f.title AS t, year + 1 AS next FROM film f"), succeeded());
  const auto text = [&](SQLUSMALLINT column, SQLUSMALLINT field) {
    char16_t buffer[128] = {};
    SQLSMALLINT length = -1;
    CHECK_THAT(st(SQLColAttributeW(st, column, field, buffer, sizeof buffer, &length, nullptr)), succeeded());
    CHECK(static_cast<size_t>(length) == std::u16string{buffer}.size() * sizeof(char16_t));
    return utf8(buffer);
  };
  CHECK(text(1, SQL_DESC_NAME) == "t");
  CHECK(text(1, SQL_DESC_LABEL) == "t");
  CHECK(text(1, SQL_DESC_BASE_COLUMN_NAME) == "title");
  CHECK(text(1, SQL_DESC_BASE_TABLE_NAME) == "film");
  CHECK(text(1, SQL_DESC_TABLE_NAME) == "f");
  CHECK(text(1, SQL_DESC_CATALOG_NAME) == "films");
  CHECK(text(1, SQL_DESC_TYPE_NAME) == "VARCHAR");
  CHECK(text(1, SQL_DESC_LITERAL_PREFIX) == "'");
  CHECK(text(2, SQL_DESC_BASE_COLUMN_NAME).empty());
  SQLLEN number = -1;
  CHECK_THAT(st(SQLColAttributeW(st, 0, SQL_DESC_COUNT, nullptr, 0, nullptr, &number)), succeeded());
  CHECK(number == 2);
  number = -1;
  CHECK_THAT(st(SQLColAttributeW(st, 1, SQL_DESC_UNSIGNED, nullptr, 0, nullptr, &number)), succeeded());
  CHECK(number == SQL_TRUE);  // not a number
  number = -1;
  CHECK_THAT(st(SQLColAttributeW(st, 2, SQL_DESC_UNSIGNED, nullptr, 0, nullptr, &number)), succeeded());
  CHECK(number == SQL_FALSE);
  CHECK_THAT(st(SQLColAttributeW(st, 3, SQL_DESC_NAME, nullptr, 0, nullptr, &number)), failed("07009"));
  CHECK_THAT(st(SQLColAttributeW(st, 1, 777, nullptr, 0, nullptr, &number)), failed("HY091"));
  char16_t small[3] = {};
  SQLSMALLINT length = 0;
  CHECK_THAT(st(SQLColAttributeW(st, 1, SQL_DESC_BASE_COLUMN_NAME, small, sizeof small, &length, nullptr)),
             warned("01004"));
  CHECK(utf8(small) == "ti");
  CHECK(length == 10);
}

TEST_CASE("Errors of the language have their SQLSTATE and place", "[odbc][statement]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  CHECK_THAT(st.exec("SELECT title FROM film WHERE year > 2000 AND"), failed("42000"));
  CHECK_THAT(st.exec("SELECT titel FROM film"), failed("42S22"));
  CHECK_THAT(st.exec("SELECT title FROM films_of_old"), failed("42S02"));
  CHECK_THAT(st.exec("SELECT title FROM film WHERE year > ?"), failed("07002"));
  CHECK_THAT(st.exec("SELECT 1/0"), failed("22012"));
  CHECK_THAT(st.exec("UPDATE film SET title = 'x' WHERE CURRENT OF c"), failed("34000"));
  // None of them did any harm.
  CHECK_THAT(st.exec("SELECT title FROM film"), succeeded());
}

TEST_CASE("An open cursor keeps its statement: 24000 until it is closed", "[odbc][statement]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  REQUIRE_THAT(st.prepare("SELECT title FROM film"), succeeded());
  REQUIRE_THAT(st.execute(), succeeded());
  CHECK_THAT(st(SQLCloseCursor(st)), succeeded());
  CHECK_THAT(st(SQLCloseCursor(st)), failed("24000"));
  REQUIRE_THAT(st.execute(), succeeded());
  CHECK_THAT(st.execute(), failed("24000"));
  CHECK_THAT(st.close(), succeeded());
  REQUIRE_THAT(st.execute(), succeeded());
  CHECK_THAT(st.exec("SELECT 1"), failed("24000"));
  CHECK_THAT(st.close(), succeeded());
  CHECK_THAT(st.execute(), succeeded());
  CHECK(st.rows().size() == film_documents().size());
  CHECK_THAT(st.close(), succeeded());
  CHECK_THAT(st.close(), succeeded());
}

TEST_CASE("Cursor names: a default one, a chosen one, no name twice", "[odbc][statement]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement first{c}, second{c};
  const auto name_of = [](Statement& st) {
    char16_t name[64] = {};
    SQLSMALLINT length = 0;
    CHECK_THAT(st(SQLGetCursorNameW(st, reinterpret_cast<SQLWCHAR*>(name), 64, &length)), succeeded());
    CHECK(static_cast<size_t>(length) == std::u16string{name}.size());
    return utf8(name);
  };
  const auto set = [](Statement& st, std::u16string name) {
    return st(SQLSetCursorNameW(st, reinterpret_cast<SQLWCHAR*>(name.data()), SQL_NTS));
  };
  CHECK(name_of(first).substr(0, 7) == "SQL_CUR");
  CHECK(name_of(first) != name_of(second));
  CHECK_THAT(set(first, u"курсор"), succeeded());
  CHECK(name_of(first) == "курсор");
  CHECK_THAT(set(second, u"курсор"), failed("3C000"));
  CHECK_THAT(set(second, u"SQL_CUR7"), failed("34000"));
  CHECK_THAT(set(second, u""), failed("34000"));
  {
    Statement freed{c};
    CHECK_THAT(set(freed, u"gone"), succeeded());
  }
  CHECK_THAT(set(second, u"gone"), succeeded());
}

TEST_CASE("SQLCancel from another thread ends a call that waits for the server, with HY008",
          "[odbc][cancel]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  REQUIRE_THAT(st.prepare("SELECT title FROM film"), succeeded());
  auto get = films.couch.on_get("/films/_all_docs").hold();
  auto post = films.couch.on_post("/films/_all_docs").hold();
  auto find = films.couch.on_post("/films/_find").hold();
  films.couch.forget_asked();
  SQLRETURN cancelled = SQL_ERROR;
  std::thread other{[&] {
    films.couch.wait_for_asked(1);
    cancelled = SQLCancel(st);
  }};
  CHECK_THAT(st.execute(), failed("HY008"));
  other.join();
  CHECK(cancelled == SQL_SUCCESS);
  for (auto* gate : {&get, &post, &find}) gate->open();
}

TEST_CASE(
    "SQLCancel without a running call closes the cursor, as unixODBC has it, and the statement works on",
    "[odbc][cancel]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  CHECK_THAT(st(SQLCancel(st)), succeeded());
  REQUIRE_THAT(st.exec("SELECT title FROM film"), succeeded());
  REQUIRE_THAT(st.fetch(), succeeded());
  CHECK_THAT(st(SQLCancelHandle(SQL_HANDLE_STMT, st)), succeeded());
  REQUIRE_THAT(st.exec("SELECT year FROM film WHERE _id = 'ran'"), succeeded());
  CHECK(st.rows() == std::vector<std::vector<Text>>{{"1985"}});
}

TEST_CASE("SQL_ATTR_QUERY_TIMEOUT ends a call that waits too long, with HYT00", "[odbc][timeout]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  REQUIRE_THAT(st.prepare("SELECT title FROM film"), succeeded());
  std::vector<Gate> gates{films.couch.on_get("/films/_all_docs").hold(),
                          films.couch.on_post("/films/_all_docs").hold(),
                          films.couch.on_post("/films/_find").hold()};
  REQUIRE_THAT(st.set(SQL_ATTR_QUERY_TIMEOUT, 1), succeeded());
  CHECK_THAT(st.execute(), failed("HYT00"));
  for (auto& gate : gates) gate.open();
}

TEST_CASE("A query timeout in the middle of a rowset: its rows are given, then HYT00 and not HY008",
          "[odbc][timeout]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  REQUIRE_THAT(st.prepare("SELECT title FROM film"), succeeded());
  const std::string whole =
      R"({"total_rows":2,"offset":0,"rows":[{"id":"ran","key":"ran","value":{"rev":"1-a"},"doc":{"_id":"ran","_rev":"1-a","type":"film","title":"Ran"}},)";
  auto route = films.couch.on_get("/films/_all_docs");
  route.answer(whole + "null]}").chunked();
  auto gate = route.hold_at(whole.size());
  SQLULEN fetched = 0;
  REQUIRE_THAT(st.set(SQL_ATTR_ROW_ARRAY_SIZE, 10), succeeded());
  REQUIRE_THAT(st.set(SQL_ATTR_ROWS_FETCHED_PTR, &fetched), succeeded());
  REQUIRE_THAT(st.set(SQL_ATTR_QUERY_TIMEOUT, 1), succeeded());
  REQUIRE_THAT(st.execute(), succeeded());
  REQUIRE_THAT(st.fetch(), succeeded());
  CHECK(fetched == 1);
  CHECK_THAT(st.fetch(), failed("HYT00"));
  gate.open();
}

TEST_CASE("SQLDisconnect ends a statement that runs in another thread", "[odbc][cancel]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  auto st = std::make_unique<Statement>(c);
  REQUIRE_THAT(st->prepare("SELECT title FROM film"), succeeded());
  std::vector<Gate> gates{films.couch.on_get("/films/_all_docs").hold(),
                          films.couch.on_post("/films/_all_docs").hold(),
                          films.couch.on_post("/films/_find").hold()};
  films.couch.forget_asked();
  std::thread other{[&] {
    films.couch.wait_for_asked(1);
    SQLCancel(*st);
  }};
  CHECK(st->execute().code == SQL_ERROR);
  other.join();
  CHECK_THAT(c.disconnect(), succeeded());
  for (auto& gate : gates) gate.open();
}

TEST_CASE("An answer that breaks is an error, never the end of the rows", "[odbc][statement]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  REQUIRE_THAT(st.prepare("SELECT title FROM film"), succeeded());
  const std::string whole =
      R"({"total_rows":2,"offset":0,"rows":[{"id":"ran","key":"ran","value":{"rev":"1-a"},"doc":{"_id":"ran","_rev":"1-a","type":"film","title":"Ran"}},{"id":"x")";
  films.couch.on_get("/films/_all_docs").answer(whole).chunked().cut_after(whole.size());
  films.couch.on_post("/films/_all_docs").answer(whole).chunked().cut_after(whole.size());
  films.couch.on_post("/films/_find")
      .answer(R"({"docs":[{"_id":"ran","type":"film","title":"Ran"},{"_id")")
      .chunked()
      .cut_after(30);
  Returned returned = st.execute();
  int fetched = 0;
  while (SQL_SUCCEEDED(returned.code) && fetched < 10) {
    returned = st.fetch();
    if (SQL_SUCCEEDED(returned.code)) ++fetched;
  }
  CHECK_THAT(returned, failed("08S01"));
  CHECK(fetched <= 1);
}

TEST_CASE("SQLNativeSql resolves escapes, and cuts with 01004", "[odbc][statement]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  std::u16string in = u"SELECT {fn UCASE('é🎬')}";
  char16_t out[64] = {};
  SQLINTEGER length = 0;
  const auto native = [&](SQLINTEGER capacity) {
    return c(SQLNativeSqlW(c, reinterpret_cast<SQLWCHAR*>(in.data()), SQL_NTS,
                           reinterpret_cast<SQLWCHAR*>(out), capacity, &length));
  };
  REQUIRE_THAT(native(64), succeeded());
  const std::u16string whole{out};
  CHECK(whole.find(u"{fn") == std::u16string::npos);
  CHECK(static_cast<size_t>(length) == whole.size());
  CHECK_THAT(native(8), warned("01004"));
  CHECK(std::u16string{out} == whole.substr(0, 7));
  CHECK(static_cast<size_t>(length) == whole.size());
}

TEST_CASE("Statement attributes: defaults, substitutes, refusals", "[odbc][attributes]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  CHECK(st.get(SQL_ATTR_CURSOR_TYPE) == SQL_CURSOR_FORWARD_ONLY);
  CHECK(st.get(SQL_ATTR_ROW_ARRAY_SIZE) == 1);
  CHECK(st.get(SQL_ATTR_RETRIEVE_DATA) == SQL_RD_ON);
  CHECK_THAT(st.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC), warned("01S02"));
  CHECK(st.get(SQL_ATTR_CURSOR_TYPE) == SQL_CURSOR_FORWARD_ONLY);
  CHECK_THAT(st.set(SQL_ATTR_CONCURRENCY, SQL_CONCUR_VALUES), warned("01S02"));
  CHECK_THAT(st.set(SQL_ATTR_USE_BOOKMARKS, SQL_UB_VARIABLE), failed("HYC00"));
  CHECK_THAT(st.set(SQL_ATTR_CURSOR_SCROLLABLE, SQL_SCROLLABLE), failed("HYC00"));
  CHECK_THAT(st.set(SQL_ATTR_NOSCAN, 7), failed("HY024"));
  CHECK_THAT(st.set(SQL_ATTR_ROW_ARRAY_SIZE, SQLULEN{0}), failed("HY024"));
  CHECK_THAT(st.set(SQL_ATTR_MAX_ROWS, 2), succeeded());
  REQUIRE_THAT(st.exec("SELECT title FROM film"), succeeded());
  CHECK(st.rows().size() == 2);
}

TEST_CASE("Connection attributes: catalog, read only ones, transactions", "[odbc][attributes]") {
  Films films;
  films.couch.serve_database("books", {R"({"_id":"b","type":"book","title":"Emma"})"});
  Connection c{films.environment, films.connection_string()};
  CHECK(c.get(SQL_ATTR_AUTOCOMMIT) == SQL_AUTOCOMMIT_ON);
  CHECK(c.get(SQL_ATTR_CONNECTION_DEAD) == SQL_CD_FALSE);
  CHECK(c.get(SQL_ATTR_AUTO_IPD) == SQL_TRUE);
  CHECK_THAT(c.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF), succeeded());
  CHECK(c.get(SQL_ATTR_AUTOCOMMIT) == SQL_AUTOCOMMIT_OFF);
  CHECK_THAT(c.set(SQL_ATTR_AUTOCOMMIT, 7), failed("HY024"));
  CHECK_THAT(c.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_ON), succeeded());
  CHECK_THAT(c.set(SQL_ATTR_TXN_ISOLATION, SQL_TXN_SERIALIZABLE), failed("HYC00"));
  CHECK_THAT(c.set(SQL_ATTR_PACKET_SIZE, 4096), failed("HY011"));
  CHECK_THAT(c(SQLEndTran(SQL_HANDLE_DBC, c, SQL_COMMIT)), succeeded());
  const auto catalog = [&] {
    char16_t name[64] = {};
    SQLINTEGER length = 0;
    CHECK_THAT(c(SQLGetConnectAttrW(c, SQL_ATTR_CURRENT_CATALOG, name, sizeof name, &length)), succeeded());
    CHECK(static_cast<size_t>(length) == std::u16string{name}.size() * sizeof(char16_t));
    return utf8(name);
  };
  const auto set_catalog = [&](std::u16string name) {
    return c(SQLSetConnectAttrW(c, SQL_ATTR_CURRENT_CATALOG, name.data(), SQL_NTS));
  };
  CHECK(catalog() == "films");
  CHECK_THAT(set_catalog(u"books"), succeeded());
  CHECK(catalog() == "books");
  Statement st{c};
  REQUIRE_THAT(st.exec("SELECT title FROM book"), succeeded());
  CHECK(st.rows() == std::vector<std::vector<Text>>{{"Emma"}});
  CHECK_THAT(set_catalog(u"nowhere"), failed("3D000"));
  CHECK(catalog() == "books");
}

TEST_CASE("An ODBC 2 application's statement attributes on a connection reach its statements",
          "[odbc][attributes]") {
  Films films;
  Environment odbc2{SQL_OV_ODBC2};
  Connection c{odbc2, films.connection_string()};
  Statement before{c};
  CHECK_THAT(c.set(SQL_ATTR_MAX_ROWS, 1), succeeded());
  Statement after{c};
  REQUIRE_THAT(before.exec("SELECT title FROM film"), succeeded());
  CHECK(before.rows().size() == 1);
  REQUIRE_THAT(after.exec("SELECT title FROM film"), succeeded());
  CHECK(after.rows().size() == 1);
}

TEST_CASE("REFRESH SCHEMA shows what others have written meanwhile", "[odbc][statement]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  CHECK_THAT(st.exec("SELECT stars FROM review"), failed("42S02"));
  std::vector<std::string> documents = film_documents();
  documents.push_back(R"({"_id":"review1","type":"review","stars":5})");
  films.couch.serve_database("films", documents);
  REQUIRE_THAT(st.exec("REFRESH SCHEMA"), succeeded());
  CHECK(st.columns() == 0);
  REQUIRE_THAT(st.exec("SELECT stars FROM review"), succeeded());
  CHECK(st.rows() == std::vector<std::vector<Text>>{{"5"}});
}

TEST_CASE("NULL is the lowest value, as SQL_NULL_COLLATION says", "[odbc][info]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  SQLUSMALLINT collation = 99;
  REQUIRE_THAT(c(SQLGetInfo(c, SQL_NULL_COLLATION, &collation, sizeof collation, nullptr)), succeeded());
  REQUIRE(collation == SQL_NC_LOW);
  Statement st{c};
  REQUIRE_THAT(st.exec("SELECT studio.city FROM film ORDER BY studio.city"), succeeded());
  CHECK(st.rows().front().front() == std::nullopt);
  st.close();
  REQUIRE_THAT(st.exec("SELECT studio.city FROM film ORDER BY studio.city DESC"), succeeded());
  CHECK(st.rows().front().front() == Text{"Paris"});
}
