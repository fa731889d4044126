// What bad input gets: the SQLSTATE of docs/architecture.md, and a message that says what to do.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <memory>

#include "tests/live/session.h"
#include "tests/live/shop.h"
#include "tests/live/temporary_file.h"
#include "tests/support/live_server.h"

using namespace couch::live;
using Catch::Matchers::Contains;
using couch::test::Database;
using couch::test::LiveServer;

namespace {

std::string connecting(const std::string& database, const std::string& attributes = {},
                       const Login& login = {}, std::string* message = nullptr) {
  try {
    Session session(database, attributes, login);
    session.query("SELECT 1");
    return "00000";
  } catch (const SqlFailure& failure) {
    if (message) *message = failure.what();
    return failure.state();
  }
}

// A user of the server that is no administrator; gone when the object is.
class User {
 public:
  explicit User(const std::string& word) : name_(couch::test::unique_name("user")), password_(word) {
    const auto& server = LiveServer::get();
    server.ask("PUT", "/_users");
    server.must("PUT", path(),
                fmt::format(R"({{"name":"{}","password":"{}","roles":[],"type":"user"}})", name_, password_));
  }
  ~User() {
    const auto& server = LiveServer::get();
    const auto present = server.ask("GET", path());
    const auto at = present.body.find("\"_rev\":\"");
    if (at != std::string::npos)
      server.ask("DELETE",
                 path() + "?rev=" + present.body.substr(at + 8, present.body.find('"', at + 8) - at - 8));
  }
  User(const User&) = delete;
  User& operator=(const User&) = delete;
  const std::string& name() const { return name_; }
  Login login() const { return {name_, password_}; }

 private:
  std::string path() const { return "/_users/org.couchdb.user:" + name_; }
  std::string name_, password_;
};

}  // namespace

TEST_CASE("A statement that is wrong says where", "[live][errors]") {
  auto& session = shop().session();
  std::string message;
  CHECK(session.state("SELECT name FROM product WHERE price > 1 AND", {}, &message) == "42000");
  CHECK_THAT(message, Contains("^"));
  CHECK_THAT(message, Contains("line 1"));
  CHECK(session.state("SELEC 1") == "42000");
  CHECK(session.state("SELECT") == "42000");
  CHECK(session.state("SELECT 'open FROM product") == "42000");
  CHECK(session.state("SELECT {fn FROM product") == "42000");
  CHECK(session.state("SELECT 1; SELECT 2") == "42000");
  CHECK(session.state("SELECT NOSUCHFUNCTION(1)") == "42000");
}

TEST_CASE("Unknown names are told with the nearest ones", "[live][errors]") {
  auto& session = shop().session();
  std::string message;
  CHECK(session.state("SELECT * FROM custmer", {}, &message) == "42S02");
  CHECK_THAT(message, Contains("customer"));
  CHECK(session.state("SELECT nmae FROM customer", {}, &message) == "42S22");
  CHECK_THAT(message, Contains("name"));
  CHECK(session.state("SELECT customer.name FROM product") == "42S22");
  CHECK(session.state("SELECT * FROM no_such_database_here.customer", {}, &message) == "42S02");
  CHECK(session.state("SELECT name FROM product WHERE nothing = 1") == "42S22");
  CHECK(session.state("SELECT name FROM product ORDER BY nothing") == "42S22");
}

TEST_CASE("Values that do not convert are errors, not guesses", "[live][errors]") {
  auto& session = shop().session();
  CHECK(session.state("SELECT name FROM product WHERE price > 'much'") == "22018");
  CHECK(session.state("SELECT name FROM product WHERE price > DATE '2024-01-01'") == "42000");
  CHECK(session.state("SELECT name FROM product WHERE listed_on > '2024-13-01'") == "22007");
  CHECK(session.state("SELECT name FROM product WHERE discontinued = 2") == "22018");
  CHECK(session.state("SELECT {d '2024-02-30'}") == "22008");
  CHECK(session.state("SELECT name FROM product WHERE stock / 0 = 1") == "22012");
  CHECK(session.state("SELECT name FROM product WHERE name LIKE 'a!' ESCAPE '!'") == "22025");
  CHECK(session.state("SELECT name FROM product WHERE name LIKE 'a' ESCAPE 'no'") == "22025");
  CHECK(session.state("SELECT CAST('x' AS INTEGER)") == "22018");
  CHECK(session.state("SELECT name FROM product WHERE stock > ?", {"much"}) == "22018");
  CHECK(session.state("SELECT name FROM product WHERE listed_on > ?", {"yesterday"}) == "22007");
}

TEST_CASE("Missing parameters are an error", "[live][errors]") {
  auto& session = shop().session();
  CHECK(session.state("SELECT name FROM product WHERE stock > ?") == "07002");
  CHECK(session.state("SELECT name FROM product WHERE stock > ? AND price > ?", {1}) == "07002");
}

TEST_CASE("A read-only connection refuses what changes something, and changes nothing", "[live][errors]") {
  Database database("unchanged");
  database.add({R"({"_id":"1","type":"t","a":1})"});
  Session session(database.name(), "ReadOnly=yes;");
  for (const char* sql : {"UPDATE t SET a = 2", "DELETE FROM t", "INSERT INTO t (a) VALUES (5)", "DROP TABLE t",
                          "TRUNCATE TABLE t", "CREATE TABLE x (a INTEGER)", "CREATE INDEX i ON t (a)"}) {
    INFO(sql);
    CHECK(session.state(sql) == "25006");
  }
  CHECK(session.list("SELECT a FROM t") == std::vector<std::string>{"1"});
}

TEST_CASE("A database that is not there is told when it is connected to", "[live][errors]") {
  std::string message;
  CHECK(connecting("live_nobody_has_this", {}, {}, &message) == "3D000");
  CHECK_THAT(message, Contains("live_nobody_has_this"));
}

TEST_CASE("A wrong keyword or value is told with the allowed ones", "[live][errors]") {
  std::string message;
  CHECK(connecting(shop().database(), "TypeMismatch=perhaps;", {}, &message) == "HY024");
  CHECK_THAT(message, Contains("null") && Contains("error"));
  CHECK(connecting(shop().database(), "SchemaFile=/nonexistent/file;", {}, &message) == "HY024");
}

TEST_CASE("A wrong password is 28000, and no message shows a password", "[live][errors]") {
  if (!LiveServer::get().couchdb()) {
    WARN("SKIPPED: the PouchDB Server of the tests has no users");
    return;
  }
  const User user("right-word");
  std::string message;
  CHECK(connecting(shop().database(), {}, {user.name(), "wrong-word"}, &message) == "28000");
  CHECK_THAT(message, !Contains("wrong-word"));
  CHECK(connecting(shop().database(), {}, {"live_no_such_user", "wrong-word"}, &message) == "28000");
}

TEST_CASE("A user without rights is told so, and one with them reads", "[live][errors]") {
  const auto& server = LiveServer::get();
  if (!server.couchdb()) {
    WARN("SKIPPED: the PouchDB Server of the tests has no users");
    return;
  }
  const User user("right-word");
  Database database("rights");
  database.add({R"({"_id":"1","type":"t","a":1})"});
  const auto state = connecting(database.name(), {}, user.login());
  CHECK(state == "42000");
  server.must(
      "PUT", database.path("_security"),
      fmt::format(R"({{"members":{{"names":["{}"]}},"admins":{{"names":["nobody"]}}}})", user.name()));
  // Without _all_dbs and without the right to write design documents.
  Session session(database.name(), {}, user.login());
  CHECK(session.list("SELECT a FROM t") == std::vector<std::string>{"1"});
  CHECK(session.tables(database.name().c_str(), nullptr, nullptr, "TABLE").rows.size() == 2);
  const auto catalogs = session.tables("%", "", "", nullptr);
  REQUIRE(catalogs.rows.size() == 1);
  CHECK(catalogs.at(0, "TABLE_CAT") == database.name());
  Session by_cookie(database.name(), "Auth=Session", user.login());
  CHECK(by_cookie.list("SELECT a FROM t") == std::vector<std::string>{"1"});
}

TEST_CASE(
    "A database that vanishes under a connection is an error, and so is its return of another shape an "
    "answer",
    "[live][errors]") {
  auto database = std::make_unique<Database>("vanishing");
  database->add({R"({"_id":"1","type":"t","a":1})"});
  Session session(database->name());
  CHECK(session.list("SELECT a FROM t") == std::vector<std::string>{"1"});
  database.reset();
  const auto state = session.state("SELECT a FROM t");
  CHECK((state == "42S02" || state == "3D000" || state == "08S01"));
}

TEST_CASE("A server that is not there fails within LoginTimeout", "[live][errors]") {
  // 192.0.2.0/24 answers nobody (RFC 5737).
  SQLHENV environment = SQL_NULL_HENV;
  SQLHDBC connection = SQL_NULL_HDBC;
  Session present(shop().database());  // registers the driver
  REQUIRE(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &environment) == SQL_SUCCESS);
  SQLSetEnvAttr(environment, SQL_ATTR_ODBC_VERSION, reinterpret_cast<SQLPOINTER>(SQL_OV_ODBC3), 0);
  SQLAllocHandle(SQL_HANDLE_DBC, environment, &connection);
  std::string text = "Driver=CouchDB;Server=192.0.2.1;Port=5984;Database=x;LoginTimeout=1";
  const auto started = std::chrono::steady_clock::now();
  CHECK(SQLDriverConnect(connection, nullptr, reinterpret_cast<SQLCHAR*>(text.data()), SQL_NTS, nullptr, 0,
                         nullptr, SQL_DRIVER_NOPROMPT) == SQL_ERROR);
  CHECK(std::chrono::steady_clock::now() - started < std::chrono::seconds(4));
  const auto records = diagnostics(SQL_HANDLE_DBC, connection);
  REQUIRE_FALSE(records.empty());
  CHECK((records[0].state == "08001" || records[0].state == "HYT00"));
  SQLFreeHandle(SQL_HANDLE_DBC, connection);
  SQLFreeHandle(SQL_HANDLE_ENV, environment);
}
