// Asynchronous execution through the driver manager: what is still executing, and how it ends.
#include <poll.h>

#include <thread>

#include "driver/attributes.h"
#include "tests/odbc/films.h"

using namespace couch::test;
using couch::driver::SQL_ATTR_COUCHDB_POLL_DESCRIPTOR;

// These tests see SQL_STILL_EXECUTING themselves.
#undef SQLExecDirectW
#undef SQLExecDirect
#undef SQLExecute
#undef SQLPrepareW
#undef SQLTablesW
#undef SQLFetch
#undef SQLParamData

namespace {

// Where a document is asked for by its _id, and the answer.
constexpr const char* path = "/films/ran";
std::string ran() { return R"({"_rev":"1-a",)" + film_documents()[3].substr(1); }

Returned exec(Statement& st, std::string_view sql) {
  std::u16string text = utf16(sql);
  return st(SQLExecDirectW(st, reinterpret_cast<SQLWCHAR*>(text.data()), SQL_NTS));
}

bool readable(int descriptor, int milliseconds) {
  pollfd wanted{descriptor, POLLIN, 0};
  return ::poll(&wanted, 1, milliseconds) == 1;
}

int descriptor_of(const Statement& st) { return static_cast<int>(st.get(SQL_ATTR_COUCHDB_POLL_DESCRIPTOR)); }

// Calls until it is not still executing any more, each time that the descriptor says so.
template <class Call>
Returned ended(Statement& st, int descriptor, Call call) {
  for (int times = 0; times < 100; ++times) {
    const Returned returned = call();
    if (returned.code != SQL_STILL_EXECUTING) return returned;
    if (!readable(descriptor, 10'000)) FAIL("the descriptor does not become readable");
  }
  FAIL("still executing, and the descriptor is readable");
  return st(SQL_ERROR);
}

struct Asynchronous : Films {
  Connection c{environment, connection_string()};
  Statement st{c};
  const std::string sql = "SELECT title FROM film WHERE _id = 'ran'";
  int descriptor = -1;

  Asynchronous() {
    REQUIRE_THAT(st.set(SQL_ATTR_ASYNC_ENABLE, SQLULEN{SQL_ASYNC_ENABLE_ON}), succeeded());
    descriptor = descriptor_of(st);
    REQUIRE_THAT(finish(), succeeded());  // from now on the schema is known
    REQUIRE_THAT(st.close(), succeeded());
  }
  Returned finish() {
    return ended(st, descriptor, [&] { return exec(st, sql); });
  }
};

}  // namespace

TEST_CASE("SQLExecDirect: an asynchronous call answers SQL_STILL_EXECUTING until the server does",
          "[odbc][async]") {
  Asynchronous a;
  auto gate = a.couch.on_get(path).hold();
  CHECK_THAT(exec(a.st, a.sql), still_executing());
  REQUIRE(gate.wait_until_reached());
  CHECK_THAT(exec(a.st, a.sql), still_executing());
  CHECK_FALSE(readable(a.descriptor, 0));
  SQLSMALLINT columns = 0;
  CHECK_THAT(a.st(SQLNumResultCols(a.st, &columns)), failed("HY010"));
  CHECK_THAT(a.st(SQLExecute(a.st)), failed("HY010"));
  gate.answer(ran());
  CHECK(readable(a.descriptor, 10'000));
  CHECK_THAT(exec(a.st, a.sql), succeeded());
  CHECK_FALSE(readable(a.descriptor, 0));
  CHECK(a.st.rows() == std::vector<std::vector<Text>>{{"Ran"}});
}

TEST_CASE("SQLCancel ends an asynchronous call with HY008, and the statement runs again", "[odbc][async]") {
  Asynchronous a;
  auto gate = a.couch.on_get(path).hold();
  REQUIRE_THAT(exec(a.st, a.sql), still_executing());
  REQUIRE(gate.wait_until_reached());
  const uint64_t open = a.couch.open_connections();
  SECTION("in the same thread") { CHECK(SQLCancel(a.st) == SQL_SUCCESS); }
  SECTION("in another one") {
    std::thread other{[&] { SQLCancel(a.st); }};
    other.join();
  }
  SECTION("by SQLCancelHandle") { CHECK(SQLCancelHandle(SQL_HANDLE_STMT, a.st) == SQL_SUCCESS); }
  CHECK_THAT(a.finish(), failed("HY008"));
  CHECK(a.couch.wait_for_open_connections(open - 1));
  a.couch.on_get(path).answer(ran());
  REQUIRE_THAT(a.finish(), succeeded());
  CHECK(a.st.rows() == std::vector<std::vector<Text>>{{"Ran"}});
}

TEST_CASE("The query timeout ends an asynchronous call with HYT00", "[odbc][async]") {
  Asynchronous a;
  REQUIRE_THAT(a.st.set(SQL_ATTR_QUERY_TIMEOUT, SQLULEN{1}), succeeded());
  auto gate = a.couch.on_get(path).hold();
  CHECK_THAT(a.finish(), failed("HYT00"));
  a.couch.on_get(path).answer(ran());
  CHECK_THAT(a.finish(), succeeded());
}

TEST_CASE("A link that breaks while a call runs asynchronously is 08S01, and the statement runs again",
          "[odbc][async]") {
  Asynchronous a;
  a.couch.on_get(path).answer(ran()).cut_after(5);
  CHECK_THAT(a.finish(), failed("08S01"));
  a.couch.on_get(path).answer(ran());
  CHECK_THAT(a.finish(), succeeded());
}

TEST_CASE("Many statements are in flight on one thread", "[odbc][async]") {
  Films films;
  Connection c{films.environment, films.connection_string("MaxConnections=200;")};
  const std::string sql = "SELECT year FROM film WHERE _id = 'ran'";
  REQUIRE_THAT(Statement{c}.exec(sql), succeeded());
  REQUIRE_THAT(c.set(SQL_ATTR_ASYNC_ENABLE, SQL_ASYNC_ENABLE_ON), succeeded());
  auto gate = films.couch.on_get(path).hold();
  constexpr size_t many = 100;
  std::vector<std::unique_ptr<Statement>> statements;
  std::vector<int> descriptors;
  for (size_t i = 0; i < many; ++i) {
    auto& st = *statements.emplace_back(std::make_unique<Statement>(c));
    descriptors.push_back(descriptor_of(st));
    REQUIRE_THAT(exec(st, sql), still_executing());
  }
  REQUIRE(gate.wait_until_reached());
  gate.answer(ran());
  for (size_t i = 0; i < many; ++i) {
    Statement& st = *statements[i];
    REQUIRE_THAT(ended(st, descriptors[i], [&] { return exec(st, sql); }), succeeded());
    CHECK(st.rows() == std::vector<std::vector<Text>>{{"1985"}});
  }
}

// As many as there are threads for them would keep all others waiting.
TEST_CASE("Statements that compute for ever let others run, and end when they are cancelled",
          "[odbc][async]") {
  Asynchronous a;
  const std::string endless =
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n";
  std::vector<std::unique_ptr<Statement>> computing;
  std::vector<int> descriptors;
  for (int i = 0; i < 3; ++i) {
    auto& st = *computing.emplace_back(std::make_unique<Statement>(a.c));
    REQUIRE_THAT(st.set(SQL_ATTR_ASYNC_ENABLE, SQLULEN{SQL_ASYNC_ENABLE_ON}), succeeded());
    descriptors.push_back(descriptor_of(st));
    REQUIRE_THAT(exec(st, endless), still_executing());
  }
  for (const char* sql : {"SELECT title FROM film WHERE _id = 'ran'",
                          "SELECT title FROM film WHERE year < 2000 ORDER BY rating DESC, title"}) {
    REQUIRE_THAT(ended(a.st, a.descriptor, [&] { return exec(a.st, sql); }), succeeded());
    CHECK(a.st.rows().back().at(0) == (sql == std::string{a.sql} ? "Ran" : "Сталкер"));
    REQUIRE_THAT(a.st.close(), succeeded());
  }
  for (size_t i = 0; i < computing.size(); ++i) {
    Statement& st = *computing[i];
    CHECK_THAT(exec(st, endless), still_executing());
    CHECK(SQLCancel(st) == SQL_SUCCESS);
    CHECK_THAT(ended(st, descriptors[i], [&] { return exec(st, endless); }), failed("HY008"));
    CHECK_THAT(ended(st, descriptors[i], [&] { return exec(st, a.sql); }), succeeded());
  }
}

TEST_CASE("Statements that take turns at computing give what they give alone", "[odbc][async]") {
  Asynchronous a;
  std::vector<std::unique_ptr<Statement>> computing;
  std::vector<int> descriptors;
  const auto sql = [](size_t i) {
    return "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
           std::to_string(5'000 + i) +
           ") SELECT LAST_VALUE(t) OVER (ORDER BY t ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING), "
           "COUNT(*) OVER ()"
           " FROM (SELECT CAST(i AS VARCHAR(9)) || ' of all' AS t FROM n) AS x LIMIT 1";
  };
  for (size_t i = 0; i < 5; ++i) {
    auto& st = *computing.emplace_back(std::make_unique<Statement>(a.c));
    REQUIRE_THAT(st.set(SQL_ATTR_ASYNC_ENABLE, SQLULEN{SQL_ASYNC_ENABLE_ON}), succeeded());
    descriptors.push_back(descriptor_of(st));
    REQUIRE_THAT(exec(st, sql(i)), still_executing());
  }
  for (size_t i = 0; i < computing.size(); ++i) {
    Statement& st = *computing[i];
    REQUIRE_THAT(ended(st, descriptors[i], [&] { return exec(st, sql(i)); }), succeeded());
    CHECK(st.rows() == std::vector<std::vector<Text>>{{"999 of all", std::to_string(5'000 + i)}});
  }
}

TEST_CASE("Disconnecting aborts what runs asynchronously", "[odbc][async]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  auto st = std::make_unique<Statement>(c);
  REQUIRE_THAT(st->set(SQL_ATTR_ASYNC_ENABLE, SQLULEN{SQL_ASYNC_ENABLE_ON}), succeeded());
  auto gate = films.couch.on_get(path).hold();
  REQUIRE_THAT(exec(*st, "SELECT year FROM film WHERE _id = 'ran'"), still_executing());
  REQUIRE(gate.wait_until_reached());
  const uint64_t open = films.couch.open_connections();
  CHECK_THAT(c.disconnect(), succeeded());
  CHECK(films.couch.wait_for_open_connections(open - 1));
}

TEST_CASE("A statement as deep as the grammar allows runs asynchronously too", "[odbc][async]") {
  Asynchronous a;
  std::string deep = "SELECT ";
  constexpr int depth = 190;
  for (int i = 0; i < depth; ++i) deep += "COALESCE(NULL, ";
  deep += "title";
  for (int i = 0; i < depth; ++i) deep += ")";
  deep += " FROM film WHERE _id = 'ran'";
  const Returned returned = ended(a.st, a.descriptor, [&] { return exec(a.st, deep); });
  a.st.close();
  REQUIRE_THAT(a.st.set(SQL_ATTR_ASYNC_ENABLE, SQLULEN{SQL_ASYNC_ENABLE_OFF}), succeeded());
  CHECK(returned.text() == exec(a.st, deep).text());
}

TEST_CASE("Parameters at execution: the call after the last one runs asynchronously", "[odbc][async]") {
  Asynchronous a;
  SQLLEN indicator = SQL_DATA_AT_EXEC;
  SQLPOINTER token = nullptr;
  REQUIRE_THAT(a.st(SQLBindParameter(a.st, 1, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 20, 0, &indicator, 0,
                                     &indicator)),
               succeeded());
  const std::string sql = "SELECT title FROM film WHERE _id = ?";
  const auto begin = [&] {
    REQUIRE_THAT(ended(a.st, a.descriptor, [&] { return exec(a.st, sql); }), needs_data());
    CHECK_THAT(a.st(SQLParamData(a.st, &token)), needs_data());
    char id[] = "ran";
    CHECK_THAT(a.st(SQLPutData(a.st, id, SQL_NTS)), succeeded());
  };
  const auto end = [&] { return a.st(SQLParamData(a.st, &token)); };
  auto gate = a.couch.on_get(path).hold();
  begin();
  CHECK_THAT(end(), still_executing());
  gate.answer(ran());
  REQUIRE_THAT(ended(a.st, a.descriptor, end), succeeded());
  CHECK(a.st.rows() == std::vector<std::vector<Text>>{{"Ran"}});
  a.st.close();

  a.couch.on_get(path).error(500, "internal_server_error", "so it is");
  begin();
  CHECK(ended(a.st, a.descriptor, end).code == SQL_ERROR);
  CHECK_THAT(a.st.close(), succeeded());
  a.couch.on_get(path).answer(ran());
  begin();
  CHECK_THAT(ended(a.st, a.descriptor, end), succeeded());
}

TEST_CASE("Catalog functions run asynchronously, discovery and all, one after another on a connection",
          "[odbc][async]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  REQUIRE_THAT(c.set(SQL_ATTR_ASYNC_ENABLE, SQL_ASYNC_ENABLE_ON), succeeded());
  Statement first{c}, second{c};
  const int descriptor = descriptor_of(first), other = descriptor_of(second);
  auto gate = films.couch.on_get("/films").hold();
  const auto tables = [](Statement& st) {
    return st(SQLTablesW(st, nullptr, 0, nullptr, 0, nullptr, 0, nullptr, 0));
  };
  CHECK_THAT(tables(first), still_executing());
  REQUIRE(gate.wait_until_reached());
  CHECK_THAT(tables(second), still_executing());  // it waits for the first one's discovery
  SECTION("the one that waits is cancelled") {
    CHECK(SQLCancel(second) == SQL_SUCCESS);
    CHECK_THAT(ended(second, other, [&] { return tables(second); }), failed("HY008"));
  }
  SECTION("the one that asks is cancelled") {
    CHECK(SQLCancel(first) == SQL_SUCCESS);
    CHECK_THAT(ended(first, descriptor, [&] { return tables(first); }), failed("HY008"));
  }
  gate.answer(R"({"db_name":"films","doc_count":5,"doc_del_count":0,"update_seq":"5-x"})");
  CHECK_THAT(ended(first, descriptor, [&] { return tables(first); }), succeeded());
  if (second.close().code == SQL_SUCCESS)
    CHECK_THAT(ended(second, other, [&] { return tables(second); }), succeeded());
}
