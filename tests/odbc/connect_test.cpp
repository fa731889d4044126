#include <fstream>
#include <sstream>

#include "tests/odbc/films.h"

using namespace couch::test;
using Catch::Contains;

namespace {

SQLCHAR* narrow(std::string& text) { return reinterpret_cast<SQLCHAR*>(text.data()); }
SQLWCHAR* wide(std::u16string& text) { return reinterpret_cast<SQLWCHAR*>(text.data()); }

Returned open_narrow(const Connection& c, std::string text, SQLUSMALLINT completion = SQL_DRIVER_NOPROMPT) {
  // A window that nobody looks at: the manager refuses SQL_DRIVER_PROMPT without one.
  int window = 0;
  return c(SQLDriverConnect(c, &window, narrow(text), SQL_NTS, nullptr, 0, nullptr, completion));
}

}  // namespace

TEST_CASE("SQLDriverConnect connects, wide and narrow, and SQLDisconnect ends it", "[odbc][connect]") {
  Films films;
  Connection c{films.environment};
  CHECK_THAT(c.open(films.connection_string()), succeeded());
  CHECK_THAT(c.disconnect(), succeeded());
  CHECK_THAT(open_narrow(c, films.connection_string()), succeeded());
  CHECK_THAT(c.disconnect(), succeeded());
}

TEST_CASE("SQLConnect takes server and database from the data source, user and password from its arguments",
          "[odbc][connect]") {
  Films films;
  films.couch.require_user("ann", "pass;word}");
  add_data_source("films_dsn", {{"Server", "127.0.0.1"},
                                {"Port", std::to_string(films.couch.port())},
                                {"Database", "films"},
                                {"UID", "bob"}});
  std::string dsn = "films_dsn", user = "ann", password = "pass;word}";
  std::u16string wide_dsn = u"films_dsn", wide_user = u"ann", wide_password = u"pass;word}";
  Connection c{films.environment};
  CHECK_THAT(c(SQLConnect(c, narrow(dsn), SQL_NTS, narrow(user), SQL_NTS, narrow(password), SQL_NTS)),
             succeeded());
  CHECK(c.info_text(SQL_DATA_SOURCE_NAME) == "films_dsn");
  CHECK(c.info_text(SQL_USER_NAME) == "ann");
  CHECK(c.info_text(SQL_DATABASE_NAME) == "films");
  CHECK_THAT(c.disconnect(), succeeded());
  CHECK_THAT(c(SQLConnectW(c, wide(wide_dsn), SQL_NTS, wide(wide_user), 3, wide(wide_password), SQL_NTS)),
             succeeded());
}

TEST_CASE("A connection that cannot be made says why, once", "[odbc][connect]") {
  Films films;
  Connection c{films.environment};
  SECTION("nobody listens there") {
    const Returned returned = c.open("DRIVER=CouchDB;Server=127.0.0.1;Port=1");
    CHECK_THAT(returned, failed("08001"));
    CHECK(returned.records.size() == 1);
    CHECK_THAT(returned.records.at(0).message, Contains("127.0.0.1"));
  }
  SECTION("the password is wrong, and is not in the message") {
    films.couch.require_user("ann", "right");
    const Returned returned = c.open(films.connection_string("UID=ann;PWD=hunter2;"));
    CHECK_THAT(returned, failed("28000"));
    CHECK(returned.records.size() == 1);
    CHECK(returned.records.at(0).native == 401);
    CHECK(returned.text().find("hunter2") == std::string::npos);
  }
  SECTION("there is no such database") {
    const Returned returned =
        c.open("DRIVER=CouchDB;Server=127.0.0.1;Database=nowhere;Port=" + std::to_string(films.couch.port()));
    CHECK_THAT(returned, failed("3D000"));
    CHECK_THAT(returned.records.at(0).message, Contains("nowhere"));
  }
  SECTION("a keyword's value is wrong") {
    const Returned returned = c.open(films.connection_string("SSLMode=perhaps;"));
    CHECK_THAT(returned, failed("HY024"));
    CHECK_THAT(returned.records.at(0).message, Contains("verify-full"));
  }
  SECTION("the host does not exist") {
    CHECK_THAT(c.open("DRIVER=CouchDB;Server=no-such-host.invalid"), failed("08001"));
  }
  SECTION("it is no CouchDB") {
    films.couch.on_get("/").answer("<html>a web server</html>");
    const Returned returned = c.open(films.connection_string());
    CHECK(returned.code == SQL_ERROR);
    CHECK(returned.records.size() == 1);
  }
  // The handle is as good as new.
  CHECK_THAT(c.open("DRIVER=CouchDB;Server=127.0.0.1;Port=1"), failed("08001"));
}

TEST_CASE("A login that the server holds back fails with HYT00 after the login timeout",
          "[odbc][connect][timeout]") {
  Films films;
  // The first request, or the next one.
  auto gate = films.couch.on_get(GENERATE("/", "/films")).hold();
  Connection c{films.environment};
  SECTION("of the attribute") {
    CHECK_THAT(c.set(SQL_ATTR_LOGIN_TIMEOUT, 1), succeeded());
    CHECK_THAT(c.open(films.connection_string()), failed("HYT00"));
  }
  SECTION("of the keyword") {
    CHECK_THAT(c.open(films.connection_string("LoginTimeout=1;")), failed("HYT00"));
  }
  gate.open();
}

TEST_CASE("An unknown keyword is a warning that names the nearest one", "[odbc][connect]") {
  Films films;
  Connection c{films.environment};
  const Returned returned = c.open(films.connection_string("Databse=films;"));
  CHECK_THAT(returned, warned("01S00"));
  CHECK_THAT(returned.text(), Contains("Database"));
}

TEST_CASE("SQLDriverConnect gives the completed connection string, its length, and 01004 when it is cut",
          "[odbc][connect]") {
  Films films;
  Connection c{films.environment};
  std::string in = films.connection_string("UID=ann;PWD=a{b};");
  films.couch.require_user("ann", "a{b}");
  SQLCHAR out[512] = {};
  SQLSMALLINT length = 0;
  REQUIRE_THAT(
      c(SQLDriverConnect(c, nullptr, narrow(in), SQL_NTS, out, sizeof out, &length, SQL_DRIVER_COMPLETE)),
      succeeded());
  const std::string completed = reinterpret_cast<char*>(out);
  CHECK(completed.size() == static_cast<size_t>(length));
  CHECK_THAT(completed, Contains("Database=films"));
  REQUIRE_THAT(c.disconnect(), succeeded());

  SECTION("what it gives, it takes") { CHECK_THAT(open_narrow(c, completed), succeeded()); }
  SECTION("narrow, cut") {
    SQLCHAR small[10];
    CHECK_THAT(c(SQLDriverConnect(c, nullptr, narrow(in), SQL_NTS, small, sizeof small, &length,
                                  SQL_DRIVER_COMPLETE_REQUIRED)),
               warned("01004"));
    CHECK(completed.substr(0, 9) == reinterpret_cast<char*>(small));
    CHECK(static_cast<size_t>(length) == completed.size());
  }
  SECTION("wide, cut: characters, not bytes") {
    std::u16string wide_in = utf16(in);
    char16_t small[10];
    CHECK_THAT(c(SQLDriverConnectW(c, nullptr, wide(wide_in), SQL_NTS, reinterpret_cast<SQLWCHAR*>(small), 10,
                                   &length, SQL_DRIVER_NOPROMPT)),
               warned("01004"));
    CHECK(completed.substr(0, 9) == utf8(small));
    CHECK(static_cast<size_t>(length) == completed.size());
  }
}

TEST_CASE(
    "SQL_DRIVER_PROMPT connects when the string says enough, and is IM008 when a dialog would be needed",
    "[odbc][connect]") {
  Films films;
  Connection c{films.environment};
  CHECK_THAT(open_narrow(c, "DRIVER=CouchDB;", SQL_DRIVER_PROMPT), failed("IM008"));
}

TEST_CASE("SQLBrowseConnect asks for the server and then connects", "[odbc][connect]") {
  Films films;
  Connection c{films.environment};
  std::string first = "DRIVER=CouchDB";
  SQLCHAR out[512] = {};
  SQLSMALLINT length = 0;
  REQUIRE_THAT(c(SQLBrowseConnect(c, narrow(first), SQL_NTS, out, sizeof out, &length)), needs_data());
  CHECK_THAT(reinterpret_cast<char*>(out), Contains("SERVER:Server=?"));
  std::string second = "Server=127.0.0.1;Port=" + std::to_string(films.couch.port()) + ";Database=films";
  REQUIRE_THAT(c(SQLBrowseConnect(c, narrow(second), SQL_NTS, out, sizeof out, &length)), succeeded());
  CHECK_THAT(reinterpret_cast<char*>(out), Contains("Server=127.0.0.1"));
  CHECK(c.info_text(SQL_DATABASE_NAME) == "films");
}

TEST_CASE("A hundred connections come and go, several at once", "[odbc][connect]") {
  Films films;
  for (int round = 0; round < 10; ++round) {
    std::vector<std::unique_ptr<Connection>> all;
    for (int i = 0; i < 10; ++i)
      all.push_back(std::make_unique<Connection>(films.environment, films.connection_string()));
    CHECK(all.back()->info_text(SQL_DBMS_NAME) == "CouchDB");
  }
}

TEST_CASE("The log holds statements and errors, and never a password", "[odbc][log]") {
  Films films;
  films.couch.require_user("ann", "hunter2");
  const std::string file = "/tmp/couchdb-odbc-log-test-" + std::to_string(films.couch.port());
  {
    Connection c{films.environment,
                 films.connection_string("UID=ann;PWD=hunter2;LogLevel=debug;LogFile=" + file)};
    Statement st{c};
    CHECK_THAT(st.exec("SELECT 41 + 1 AS answer"), succeeded());
    st.close();
    CHECK_THAT(st.exec("SELECT FROM WHERE"), failed("42000"));
  }
  std::stringstream log;
  log << std::ifstream{file}.rdbuf();
  std::remove(file.c_str());
  CHECK_THAT(log.str(), Contains("SELECT 41 + 1 AS answer"));
  CHECK_THAT(log.str(), Contains("42000"));
  CHECK_THAT(log.str(),
             Contains(" execute_direct = -1\n"));  // functions by their names, not as g++ prints them
  CHECK_THAT(log.str(), Contains("disconnected"));
  CHECK(log.str().find("hunter2") == std::string::npos);
}
