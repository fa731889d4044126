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

namespace {

// Connected in manual commit, with a change of ran, a deletion of drive and a new document pending.
struct Pending {
  Films films;
  Connection c{films.environment, films.connection_string()};

  Pending() {
    REQUIRE_THAT(c.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF), succeeded());
    Statement st{c};
    REQUIRE_THAT(st.exec("UPDATE film SET year = 1986 WHERE _id = 'ran'"), succeeded());
    REQUIRE_THAT(st.exec("DELETE FROM film WHERE _id = 'drive'"), succeeded());
    REQUIRE_THAT(st.exec("INSERT INTO film (_id, title) VALUES ('solaris', 'Solaris')"), succeeded());
    films.couch.forget_asked();
  }
  Returned commit() { return c(SQLEndTran(SQL_HANDLE_DBC, c, SQL_COMMIT)); }
  std::vector<std::string> asked() const {
    std::vector<std::string> out;
    for (const auto& one : films.couch.asked()) out.push_back(one.method + " " + one.path);
    return out;
  }
};

std::vector<std::string> states(const Returned& returned) {
  std::vector<std::string> out;
  for (const auto& record : returned.records) out.push_back(record.state);
  return out;
}

}  // namespace

TEST_CASE("A pool that takes a connection back discards its pending changes", "[odbc][transaction]") {
  Pending p;
  CHECK_THAT(p.c(SQLSetConnectAttr(p.c, SQL_ATTR_RESET_CONNECTION,
                                   reinterpret_cast<SQLPOINTER>(SQLULEN{SQL_RESET_CONNECTION_YES}), 0)),
             succeeded());
  // The next application may use manual commit, too.
  REQUIRE_THAT(p.c.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF), succeeded());
  Statement st{p.c};
  REQUIRE_THAT(st.exec("SELECT title FROM film WHERE _id = 'solaris'"), succeeded());
  CHECK(st.rows().empty());
  CHECK_THAT(p.commit(), succeeded());
  CHECK(p.films.couch.asked("POST", "/films/_bulk_docs").empty());
}

TEST_CASE("COMMIT asks for every revision, without documents, before it writes", "[odbc][transaction]") {
  Pending pending;
  CHECK_THAT(pending.c.disconnect(), failed("25000"));
  REQUIRE_THAT(pending.commit(), succeeded());
  REQUIRE(pending.asked() == std::vector<std::string>{"POST /films/_all_docs", "POST /films/_bulk_docs"});
  const auto verify = pending.films.couch.asked().front();
  CHECK(verify.parameter("include_docs").value_or("false") == "false");
  CHECK_THAT(verify.body, Catch::Contains("drive") && Catch::Contains("ran") && Catch::Contains("solaris"));
  const auto write = pending.films.couch.asked().back().body;
  CHECK_THAT(write, Catch::Contains(R"("_deleted":true)") && Catch::Contains("1986"));
  // Other fields are as they were, to the byte.
  CHECK_THAT(write, Catch::Contains(R"("rating":8.2,"seen":true,"released":"1985-05-31"})"));
  pending.films.couch.forget_asked();
  CHECK_THAT(pending.commit(), succeeded());  // of nothing
  CHECK(pending.asked().empty());
}

TEST_CASE("ROLLBACK asks nobody", "[odbc][transaction]") {
  Pending pending;
  CHECK_THAT(pending.c(SQLEndTran(SQL_HANDLE_DBC, pending.c, SQL_ROLLBACK)), succeeded());
  CHECK(pending.asked().empty());
  Statement st{pending.c};
  REQUIRE_THAT(st.exec("SELECT year FROM film WHERE _id IN ('ran', 'drive', 'solaris') ORDER BY _id"),
               succeeded());
  CHECK(st.rows() == std::vector<std::vector<Text>>{{"2021"}, {"1985"}});
}

TEST_CASE("Somebody was faster: 40001, a record for each document, and nothing is written",
          "[odbc][transaction]") {
  Pending pending;
  pending.films.couch.on_post("/films/_all_docs")
      .answer(
          R"({"rows":[{"id":"drive","key":"drive","value":{"rev":"9-other"}},{"id":"ran","key":"ran","value":{"rev":"9-x","deleted":true},"doc":null},{"key":"solaris","error":"not_found"}]})");
  const Returned commit = pending.commit();
  CHECK_THAT(commit, failed("40001"));
  CHECK(states(commit) == std::vector<std::string>{"40001", "40001", "40001"});
  CHECK_THAT(commit.records[0].message, Catch::Contains("nothing was written"));
  CHECK_THAT(commit.records[1].message, Catch::Contains("drive in films") && Catch::Contains("9-other"));
  CHECK_THAT(commit.records[2].message, Catch::Contains("ran in films was deleted"));
  CHECK(pending.asked() == std::vector<std::string>{"POST /films/_all_docs"});
  CHECK_THAT(pending.c.disconnect(), succeeded());  // it was rolled back
}

TEST_CASE("A conflict while COMMIT writes: 40001, and each document's fate", "[odbc][transaction]") {
  Pending pending;
  pending.films.couch.on_post("/films/_bulk_docs")
      .status(201)
      .answer(
          R"([{"ok":true,"id":"drive","rev":"2-d"},{"id":"ran","error":"conflict","reason":"Document update conflict."},{"ok":true,"id":"solaris","rev":"1-s"}])");
  const Returned commit = pending.commit();
  CHECK_THAT(commit, failed("40001"));
  CHECK(states(commit) == std::vector<std::string>{"40001", "40001", "01000", "01000"});
  CHECK_THAT(commit.records[0].message, Catch::Contains("carried out in part: 2 of 3"));
  CHECK_THAT(commit.records[1].message, Catch::Contains("ran in films was not written"));
  CHECK_THAT(commit.records[2].message, Catch::Contains("drive in films was written"));
}

TEST_CASE("The link breaks while COMMIT writes: 08007 names what is not known", "[odbc][transaction]") {
  Pending pending;
  pending.films.couch.on_post("/films/_bulk_docs").drop();
  const Returned commit = pending.commit();
  CHECK_THAT(commit, failed("08007"));
  CHECK(states(commit) == std::vector<std::string>{"08007", "08007", "08007", "08007"});
  CHECK_THAT(commit.records[1].message, Catch::Contains("drive in films"));
  CHECK(pending.films.couch.asked("POST", "/films/_bulk_docs").size() == 1);  // never sent twice
}

TEST_CASE("The link breaks while COMMIT asks for revisions: all of it is still pending",
          "[odbc][transaction]") {
  Pending pending;
  pending.films.couch.on_post("/films/_all_docs").error(500, "unknown", "not now");
  CHECK_THAT(pending.commit(), failed("08S01"));
  CHECK_THAT(pending.c.disconnect(), failed("25000"));
  CHECK_THAT(pending.c(SQLEndTran(SQL_HANDLE_DBC, pending.c, SQL_ROLLBACK)), succeeded());
  CHECK_THAT(pending.c.disconnect(), succeeded());
}

TEST_CASE("TransactionMemory: the statement that would pass it fails, and changes nothing",
          "[odbc][transaction]") {
  Films films;
  Connection c{films.environment, films.connection_string("TransactionMemory=1M;")};
  REQUIRE_THAT(c.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF), succeeded());
  Statement st{c};
  const std::string text(600'000, 'x');
  REQUIRE_THAT(st.exec("INSERT INTO film (_id, title) VALUES ('one', '" + text + "')"), succeeded());
  CHECK_THAT(st.exec("INSERT INTO film (_id, title) VALUES ('two', 'short'), ('three', '" + text + "')"),
             failed("HY001"));
  REQUIRE_THAT(st.exec("SELECT _id FROM film WHERE _id IN ('one', 'two', 'three')"), succeeded());
  CHECK(st.rows() == std::vector<std::vector<Text>>{{"one"}});
  CHECK_THAT(c(SQLEndTran(SQL_HANDLE_DBC, c, SQL_ROLLBACK)), succeeded());
}

TEST_CASE("Definitions are refused inside a transaction, and a view does not know what is pending",
          "[odbc][transaction]") {
  Pending pending;
  Statement st{pending.c};
  CHECK_THAT(st.exec("CREATE INDEX i ON film (year)"), failed("25001"));
}

TEST_CASE("Each set of a parameter array sees what the ones before it changed", "[odbc][transaction]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  REQUIRE_THAT(c.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF), succeeded());
  Statement st{c};
  SQLBIGINT years[3] = {1, 10, 100};
  REQUIRE_THAT(st.set(SQL_ATTR_PARAMSET_SIZE, SQLULEN{3}), succeeded());
  REQUIRE_THAT(
      st(SQLBindParameter(st, 1, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 0, 0, years, 0, nullptr)),
      succeeded());
  REQUIRE_THAT(st.exec("UPDATE film SET year = year + ? WHERE _id = 'ran'"), succeeded());
  Statement look{c};
  REQUIRE_THAT(look.exec("SELECT year FROM film WHERE _id = 'ran'"), succeeded());
  CHECK(look.rows() == std::vector<std::vector<Text>>{{"2096"}});
  CHECK_THAT(c(SQLEndTran(SQL_HANDLE_DBC, c, SQL_COMMIT)), succeeded());
  CHECK(films.couch.asked("POST", "/films/_bulk_docs").size() == 1);
}

TEST_CASE("A table that only a rolled-back INSERT made is no table any more", "[odbc][transaction]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  REQUIRE_THAT(st.exec("BEGIN"), succeeded());
  REQUIRE_THAT(st.exec("INSERT INTO review (_id, stars) VALUES ('r', 5)"), succeeded());
  REQUIRE_THAT(st.exec("SELECT stars FROM review"), succeeded());
  CHECK(st.rows() == std::vector<std::vector<Text>>{{"5"}});
  REQUIRE_THAT(st.close(), succeeded());
  REQUIRE_THAT(st.exec("ROLLBACK"), succeeded());
  CHECK_THAT(st.exec("SELECT stars FROM review"), failed("42S02"));
  REQUIRE_THAT(st.exec("INSERT INTO review (_id, stars) VALUES ('r', 5)"), succeeded());
  REQUIRE_THAT(st.exec("BEGIN"), succeeded());
  REQUIRE_THAT(st.exec("INSERT INTO review (_id, stars) VALUES ('s', 4)"), succeeded());
  REQUIRE_THAT(st.exec("ROLLBACK"), succeeded());
  REQUIRE_THAT(st.exec("SELECT stars FROM review"), succeeded());
  CHECK(st.rows() == std::vector<std::vector<Text>>{{"5"}});
}

TEST_CASE("Data that come at execution wait for COMMIT like any other", "[odbc][transaction]") {
  Films films;
  Connection c{films.environment, films.connection_string()},
      other{films.environment, films.connection_string()};
  REQUIRE_THAT(c.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF), succeeded());
  const auto send = [&](const char* sql, SQLRETURN end) {
    Statement st{c};
    REQUIRE_THAT(st.prepare(sql), succeeded());
    SQLLEN later = SQL_LEN_DATA_AT_EXEC(0);
    REQUIRE_THAT(st(SQLBindParameter(st, 1, SQL_PARAM_INPUT, SQL_C_WCHAR, SQL_WLONGVARCHAR, 0, 0,
                                     reinterpret_cast<SQLPOINTER>(1), 0, &later)),
                 succeeded());
    REQUIRE_THAT(st.execute(), needs_data());
    SQLPOINTER token = nullptr;
    REQUIRE_THAT(st(SQLParamData(st, &token)), needs_data());
    for (std::u16string part : {u"Жизнь ", u"и ", u"судьба"})
      REQUIRE_THAT(st(SQLPutData(st, part.data(), static_cast<SQLLEN>(part.size() * sizeof(char16_t)))),
                   succeeded());
    CHECK(SQLParamData(st, &token) == end);
  };
  send("INSERT INTO film (_id, title) VALUES ('m', ?)", SQL_SUCCESS);
  send("UPDATE film SET title = ? WHERE _id = 'ran'", SQL_SUCCESS);
  Statement mine{c}, theirs{other};
  const char* const query = "SELECT COUNT(*) FROM film WHERE title = 'Жизнь и судьба'";
  REQUIRE_THAT(mine.exec(query), succeeded());
  CHECK(mine.rows() == std::vector<std::vector<Text>>{{"2"}});
  REQUIRE_THAT(theirs.exec(query), succeeded());
  CHECK(theirs.rows() == std::vector<std::vector<Text>>{{"0"}});
  CHECK_THAT(c.disconnect(), failed("25000"));
  REQUIRE_THAT(mine.close(), succeeded());
  REQUIRE_THAT(c(SQLEndTran(SQL_HANDLE_DBC, c, SQL_COMMIT)), succeeded());
  REQUIRE_THAT(theirs.close(), succeeded());
  REQUIRE_THAT(theirs.exec(query), succeeded());
  CHECK(theirs.rows() == std::vector<std::vector<Text>>{{"2"}});
}
