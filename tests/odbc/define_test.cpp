// Definitions through the driver manager: what is sent, SQLRowCount, diagnostics, SQLSTATEs.
#include "tests/odbc/films.h"

using namespace couch::test;

namespace {

std::string dynamic_function(Statement& st, SQLINTEGER* code) {
  SQLCHAR text[64] = {};
  SQLGetDiagField(SQL_HANDLE_STMT, st, 0, SQL_DIAG_DYNAMIC_FUNCTION, text, sizeof text, nullptr);
  SQLGetDiagField(SQL_HANDLE_STMT, st, 0, SQL_DIAG_DYNAMIC_FUNCTION_CODE, code, SQL_IS_INTEGER, nullptr);
  return reinterpret_cast<char*>(text);
}

}  // namespace

TEST_CASE("CREATE INDEX through the driver manager", "[odbc][define]") {
  Films films;
  films.couch.on_post("/films/_index")
      .answer(R"({"result":"created","id":"_design/odbc-index:film:i","name":"i"})");
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  REQUIRE_THAT(st.exec("CREATE INDEX i ON film (title)"), succeeded());
  CHECK(st.columns() == 0);
  SQLLEN rows = 5;
  CHECK_THAT(st(SQLRowCount(st, &rows)), succeeded());
  CHECK(rows == -1);
  REQUIRE_THAT(st.exec("CREATE INDEX i ON film (title)"), succeeded());
  SQLINTEGER code = 0;
  CHECK(dynamic_function(st, &code) == "CREATE INDEX");
  CHECK(code == SQL_DIAG_CREATE_INDEX);
  const auto asked = films.couch.asked("POST", "/films/_index");
  REQUIRE(asked.size() == 2);
  CHECK(asked[0].body ==
        R"({"index":{"fields":["type","title"]},"ddoc":"odbc-index:film:i","name":"i","type":"json"})");
  // What is known of the database's indexes is asked again.
  const size_t lists = films.couch.asked("GET", "/films/_index").size();
  REQUIRE_THAT(st.exec("DROP INDEX nothing"), failed("42S12"));
  CHECK(films.couch.asked("GET", "/films/_index").size() == lists + 1);
}

TEST_CASE("The server's refusals of a definition have their SQLSTATEs", "[odbc][define]") {
  Films films;
  films.couch.on_put("/taken").error(412, "file_exists",
                                     "The database could not be created, the file already exists.");
  films.couch.on_put("/Bad").error(400, "illegal_database_name", "Name: 'Bad'.");
  films.couch.on_put("/mine").error(403, "forbidden", "no");
  films.couch.on_delete("/gone").error(404, "not_found", "Database does not exist.");
  films.couch.on_put("/new").status(201).answer(R"({"ok":true})");
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  CHECK_THAT(st.exec("CREATE DATABASE taken"), failed("42S01"));
  CHECK_THAT(st.exec("CREATE DATABASE IF NOT EXISTS taken"), succeeded());
  CHECK_THAT(st.exec("CREATE DATABASE Bad"), failed("42000"));
  CHECK_THAT(st.exec("CREATE DATABASE mine"), failed("42000"));
  CHECK_THAT(st.exec("DROP DATABASE gone"), failed("3D000"));
  CHECK_THAT(st.exec("DROP DATABASE IF EXISTS gone"), succeeded());
  CHECK_THAT(st.exec("CREATE DATABASE new PARTITIONED"), succeeded());
  CHECK(films.couch.asked("PUT", "/new").at(0).parameter("partitioned") == "true");
  CHECK_THAT(st.exec("CREATE INDEX i ON film (nothing)"), failed("42S22"));
  CHECK_THAT(st.exec("CREATE INDEX i ON nothing (title)"), failed("42S02"));
}

TEST_CASE("ReadOnly refuses definitions before anything is sent", "[odbc][define]") {
  Films films;
  Connection c{films.environment, films.connection_string() + "ReadOnly=yes;"};
  films.couch.forget_asked();
  Statement st{c};
  CHECK_THAT(st.exec("CREATE DATABASE x"), failed("25006"));
  CHECK_THAT(st.exec("CREATE INDEX i ON film (title)"), failed("25006"));
  CHECK_THAT(st.exec("DROP TABLE film"), failed("25006"));
  CHECK(films.couch.asked().empty());
}
