// What befalls the whole process: the driver manager's pool, unloading, forking. Each in a process of its
// own, because the manager reads its settings once.
#include <sys/wait.h>
#include <unistd.h>

#include "tests/odbc/films.h"
#include "tests/support/alone.h"

using namespace couch::test;

namespace {

size_t logins(const Films& films) { return films.couch.asked("GET", "/").size(); }

}  // namespace

TEST_CASE("alone: a pooled connection comes back", "[.alone]") {
  Films films;
  films.couch.serve_database("books", {R"({"_id":"b","type":"book","title":"Emma"})"});
  std::u16string books = u"books";
  {
    Connection c{films.environment, films.connection_string()};
    REQUIRE_THAT(c(SQLSetConnectAttrW(c, SQL_ATTR_CURRENT_CATALOG, books.data(), SQL_NTS)), succeeded());
    REQUIRE_THAT(c.set(SQL_ATTR_METADATA_ID, SQL_TRUE), succeeded());
    Statement st{c};
    REQUIRE_THAT(st.exec("SELECT title FROM book"), succeeded());
    REQUIRE_THAT(st.fetch(), succeeded());  // and a cursor is left open
  }
  const size_t before = logins(films);
  {
    Connection c{films.environment, films.connection_string()};
    CHECK(logins(films) == before);  // the same connection
    CHECK(c.info_text(SQL_DATABASE_NAME) == "films");
    CHECK(c.get(SQL_ATTR_METADATA_ID) == SQL_FALSE);
    Statement st{c};
    REQUIRE_THAT(st.exec("SELECT COUNT(*) FROM film"), succeeded());
    CHECK(st.rows().at(0).at(0) == "5");
    REQUIRE_THAT(st.close(), succeeded());
    films.couch.stop_listening();
    films.couch.drop_connections();
    CHECK(st.exec("SELECT title FROM film").has("08001"));
  }
  // It is dead: the manager makes a new one, and that says that nobody is there.
  Connection c{films.environment};
  CHECK_THAT(c.open(films.connection_string()), failed("08001"));
  films.couch.listen_again();
  CHECK_THAT(c.open(films.connection_string()), succeeded());
  CHECK(logins(films) == before + 1);
}

TEST_CASE(
    "Connections are pooled by the driver manager: reset when they come back, replaced when they are dead",
    "[odbc][process]") {
  CHECK(run_alone("alone: a pooled connection comes back", "Pooling = Yes", "CPTimeout = 120") == 0);
}

TEST_CASE("alone: the driver is unloaded and loaded again", "[.alone]") {
  for (int i = 0; i < 5; ++i) {
    Films films;
    Connection c{films.environment, films.connection_string()};
    Statement st{c};
    REQUIRE_THAT(st.exec("SELECT title FROM film"), succeeded());
    REQUIRE_THAT(st.fetch(), succeeded());
  }
}

TEST_CASE("A manager that unloads the driver with its last connection does no harm to its I/O thread",
          "[odbc][process]") {
  CHECK(run_alone("alone: the driver is unloaded and loaded again", "", "DontDLClose = 0") == 0);
}

TEST_CASE("A forked child has connections of its own, and its parent's cursor goes on", "[odbc][process]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  REQUIRE_THAT(st.exec("SELECT title FROM film ORDER BY _id"), succeeded());
  REQUIRE_THAT(st.fetch(), succeeded());
  const pid_t child = ::fork();
  if (child == 0) {
    if (!children_start_threads) ::_exit(0);
    ::alarm(30);
    // No test macros here: what they report goes to the parent's output.
    SQLHENV env = nullptr;
    SQLHDBC dbc = nullptr;
    SQLHSTMT own = nullptr;
    std::u16string text = utf16(films.connection_string());
    std::u16string sql = u"SELECT COUNT(*) FROM film";
    int status = 1;
    if (SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_ENV, nullptr, &env)) &&
        SQL_SUCCEEDED(
            SQLSetEnvAttr(env, SQL_ATTR_ODBC_VERSION, reinterpret_cast<SQLPOINTER>(SQL_OV_ODBC3), 0)) &&
        SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_DBC, env, &dbc)) &&
        SQL_SUCCEEDED(SQLDriverConnectW(dbc, nullptr, reinterpret_cast<SQLWCHAR*>(text.data()), SQL_NTS,
                                        nullptr, 0, nullptr, SQL_DRIVER_NOPROMPT)) &&
        SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, dbc, &own)) &&
        SQL_SUCCEEDED(SQLExecDirectW(own, reinterpret_cast<SQLWCHAR*>(sql.data()), SQL_NTS)) &&
        SQL_SUCCEEDED(SQLFetch(own))) {
      SQLINTEGER count = 0;
      SQLGetData(own, 1, SQL_C_SLONG, &count, 0, nullptr);
      status = count == 5 ? 0 : 2;
    }
    ::_exit(status);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 0));
  CHECK(st.rows().size() == 4);
}

TEST_CASE("Server=a,b: a result goes on at the next server without a lost or doubled row",
          "[odbc][failover]") {
  Films films;  // the first server
  ScriptedCouch second;
  second.serve_database("films", film_documents());
  const std::string servers = "DRIVER=CouchDB;Server=127.0.0.1:" + std::to_string(films.couch.port()) +
                              ",127.0.0.1:" + std::to_string(second.port()) + ";Database=films;";
  Connection c{films.environment, servers};
  Statement st{c};
  REQUIRE_THAT(st.prepare("SELECT title FROM film"), succeeded());
  const std::string whole =
      R"({"total_rows":5,"offset":0,"rows":[{"id":"amelie","key":"amelie","value":{"rev":"1-a"},"doc":{"_id":"amelie","_rev":"1-a","type":"film","title":"Amelie"}},)"
      R"({"id":"drive","key":"drive","value":{"rev":"1-a"},"doc":{"_id":"drive")";
  auto route = films.couch.on_get("/films/_all_docs");
  route.answer(whole + "}}]}").chunked();
  const auto gate = route.hold_at(whole.size());
  REQUIRE_THAT(st.execute(), succeeded());
  REQUIRE_THAT(st.fetch(), succeeded());
  CHECK(st.text(1) == "Amelie");
  REQUIRE(gate.wait_until_reached());
  films.couch.stop_listening();
  films.couch.drop_connections();
  const auto rest = st.rows();
  REQUIRE(rest.size() == 4);
  CHECK(rest.at(0).at(0) == "ドライブ・マイ・カー");
  CHECK(rest.at(3).at(0) == "Сталкер");
  CHECK(second.asked("GET", "/films/_all_docs").size() == 1);
}
