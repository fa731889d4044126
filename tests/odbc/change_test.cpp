// Changes through ODBC: row counts, result sets of RETURNING, arrays, and what a broken link leaves.
#include "tests/odbc/films.h"

using namespace couch::test;

namespace {

using Rows = std::vector<std::vector<Text>>;

SQLLEN row_count(Statement& st) {
  SQLLEN rows = -2;
  CHECK(SQLRowCount(st, &rows) == SQL_SUCCESS);
  return rows;
}

SQLINTEGER function_code(Statement& st) {
  SQLINTEGER code = 0;
  SQLGetDiagField(SQL_HANDLE_STMT, st, 0, SQL_DIAG_DYNAMIC_FUNCTION_CODE, &code, 0, nullptr);
  return code;
}

}  // namespace

TEST_CASE("A change has a row count and no columns; none touched is SQL_NO_DATA", "[odbc][change]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  CHECK_THAT(st.exec("UPDATE film SET rating = rating + 1 WHERE year < 1980"), succeeded());
  CHECK(function_code(st) == SQL_DIAG_UPDATE_WHERE);
  CHECK(row_count(st) == 2);
  CHECK(st.columns() == 0);
  CHECK_THAT(st.fetch(), failed("24000"));
  CHECK_THAT(st.exec("DELETE FROM film WHERE year > 3000"), found_no_data());
  CHECK(row_count(st) == 0);
  CHECK_THAT(st.exec("INSERT INTO film (_id, title) VALUES ('m', 'M'), ('n', 'N')"), succeeded());
  CHECK(row_count(st) == 2);
  CHECK_THAT(st.exec("INSERT INTO film (_id) VALUES ('ran')"), failed("23000"));
  CHECK_THAT(st.exec("SELECT rating FROM film WHERE _id = 'stalker'"), succeeded());
  CHECK(st.rows() == Rows{{"9.1"}});
}

TEST_CASE("RETURNING is described when the statement is prepared, and fetched like a query",
          "[odbc][change]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  REQUIRE_THAT(
      st.prepare("UPDATE film SET title = UPPER(title) WHERE _id = 'ran' RETURNING title, year + 1 AS later"),
      succeeded());
  CHECK(st.columns() == 2);
  CHECK(st.column_name(2) == "later");
  REQUIRE_THAT(st.execute(), succeeded());
  CHECK(row_count(st) == 1);
  CHECK(st.rows() == Rows{{"RAN", "1986"}});
}

TEST_CASE("Each row of a parameter array says what became of it", "[odbc][change][parameter]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  REQUIRE_THAT(st.prepare("INSERT INTO film (_id, year) VALUES (?, ?)"), succeeded());
  char ids[4][8] = {"a", "ran", "b", "c"};
  SQLLEN lengths[4] = {SQL_NTS, SQL_NTS, SQL_NTS, SQL_NTS};
  SQLBIGINT years[4] = {1, 2, 3, 4};
  SQLUSMALLINT operations[4] = {SQL_PARAM_PROCEED, SQL_PARAM_PROCEED, SQL_PARAM_IGNORE, SQL_PARAM_PROCEED};
  SQLUSMALLINT statuses[4] = {};
  SQLULEN processed = 0;
  st.set(SQL_ATTR_PARAMSET_SIZE, SQLULEN{4});
  st.set(SQL_ATTR_PARAM_OPERATION_PTR, operations);
  st.set(SQL_ATTR_PARAM_STATUS_PTR, statuses);
  st.set(SQL_ATTR_PARAMS_PROCESSED_PTR, &processed);
  REQUIRE_THAT(st(SQLBindParameter(st, 1, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 20, 0, ids, 8, lengths)),
               succeeded());
  REQUIRE_THAT(
      st(SQLBindParameter(st, 2, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 0, 0, years, 0, nullptr)),
      succeeded());
  const Returned returned = st.execute();
  CHECK_THAT(returned, warned("23000"));
  REQUIRE(returned.records.size() == 1);
  CHECK(returned.records.front().row == 2);
  CHECK(processed == 4);
  CHECK(statuses[0] == SQL_PARAM_SUCCESS);
  CHECK(statuses[1] == SQL_PARAM_ERROR);
  CHECK(statuses[2] == SQL_PARAM_UNUSED);
  CHECK(statuses[3] == SQL_PARAM_SUCCESS);
  CHECK(row_count(st) == 2);
  CHECK(films.couch.asked("POST", "/films/_bulk_docs").size() == 1);
}

TEST_CASE("A write whose answer is lost is unknown, and is not sent twice", "[odbc][change][fault]") {
  Films films;
  films.couch.on_post("/films/_bulk_docs").drop();
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  CHECK_THAT(st.exec("INSERT INTO film (_id, title) VALUES ('m', 'M')"), failed("40003"));
  CHECK(films.couch.asked("POST", "/films/_bulk_docs").size() == 1);
  CHECK_THAT(st.exec("UPDATE film SET year = 1 WHERE _id = 'ran'"), failed("40003"));
  CHECK(films.couch.asked("POST", "/films/_bulk_docs").size() == 2);
}

TEST_CASE("An answer that is cut off leaves it unknown; a refusal is none", "[odbc][change][fault]") {
  Films films;
  films.couch.on_post("/films/_bulk_docs")
      .answer(R"([{"ok":true,"id":"m","rev":"1-a"}])")
      .status(201)
      .cut_after(9)
      .then()
      .error(403, "forbidden", "not yours")
      .then()
      .answer(R"([{"id":"m","error":"forbidden","reason":"no films today"}])")
      .status(201)
      .then()
      .answer(R"([{"ok":true,"id":"m","rev":"1-a"}])")
      .status(202);
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  const char* const insert = "INSERT INTO film (_id, title) VALUES ('m', 'M')";
  CHECK_THAT(st.exec(insert), failed("40003"));
  CHECK_THAT(st.exec(insert), failed("42000"));
  const Returned refused = st.exec(insert);
  CHECK_THAT(refused, failed("42000"));
  CHECK_THAT(refused.records.front().message, Catch::Contains("no films today"));
  CHECK_THAT(st.exec(insert), warned("01000"));
  CHECK(films.couch.asked("POST", "/films/_bulk_docs").size() == 4);
}

TEST_CASE("EXPLAIN of a change can be read on a read-only connection, and writes nothing", "[odbc][change]") {
  Films films;
  Connection c{films.environment, films.connection_string("ReadOnly=yes;")};
  Statement st{c};
  REQUIRE_THAT(
      st.exec("EXPLAIN UPDATE film SET year = year + 1 WHERE _id IN ('ran', 'drive') AND year > 2000"),
      succeeded());
  const Rows steps = st.rows();
  REQUIRE(steps.size() >= 2);
  CHECK_THAT(steps.front()[3].value_or(""), Catch::Contains("_all_docs"));
  CHECK(steps.back()[1] == "write");
  CHECK(steps.back()[3] == "POST /films/_bulk_docs");
  CHECK(films.couch.asked("POST", "/films/_bulk_docs").empty());
}

TEST_CASE("A procedure has no return value, and says so", "[odbc][change]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  CHECK_THAT(st.prepare("{?=call changes()}"), failed("HYC00"));
  SQLINTEGER value = 0;
  CHECK_THAT(
      st(SQLBindParameter(st, 1, SQL_PARAM_OUTPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &value, 0, nullptr)),
      failed("HYC00"));
}

TEST_CASE("ReadOnly=yes sends nothing that changes something", "[odbc][change]") {
  Films films;
  Connection c{films.environment, films.connection_string("ReadOnly=yes;")};
  CHECK(c.info_text(SQL_DATA_SOURCE_READ_ONLY) == "Y");
  Statement st{c};
  CHECK_THAT(st.exec("DELETE FROM film"), failed("25006"));
  CHECK_THAT(st.exec("INSERT INTO film (title) VALUES ('x')"), failed("25006"));
  CHECK(films.couch.asked("POST", "/films/_bulk_docs").empty());
}

TEST_CASE("A document of which no copy answered the server is unknown, not refused", "[odbc][change]") {
  Films films;
  films.couch.on_post("/films/_bulk_docs")
      .status(201)
      .answer(R"([{"id":"ran","error":"internal_server_error"}])");
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  CHECK_THAT(st.exec("UPDATE film SET year = 1 WHERE _id = 'ran'"), failed("40003"));
  films.couch.on_post("/films/_bulk_docs").status(201).answer("[{}]");
  CHECK_THAT(st.exec("UPDATE film SET year = 1 WHERE _id = 'ran'"), failed("40003"));
}

TEST_CASE("An UPDATE whose second look fails says what it has changed", "[odbc][change]") {
  Films films;
  films.couch.on_post("/films/_bulk_docs")
      .status(201)
      .answer(
          R"([{"ok":true,"id":"ran","rev":"2-x"},{"id":"stalker","error":"conflict","reason":"Document update conflict."}])");
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  REQUIRE_THAT(st.exec("SELECT year FROM film WHERE _id IN ('ran', 'stalker')"), succeeded());
  st.close();
  films.couch.on_get("/films/stalker").error(401, "unauthorized", "no");
  const auto failure = st.exec("UPDATE film SET year = 1 WHERE _id IN ('ran', 'stalker')");
  CHECK_THAT(failure, failed("28000"));
  CHECK(failure.text().find("1 document was updated before") != std::string::npos);
}
