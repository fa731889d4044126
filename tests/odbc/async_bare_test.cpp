// What the driver manager does not let through, or cannot do: the driver's own checks of asynchronous calls.
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "tests/odbc/bare_driver.h"
#include "tests/odbc/films.h"

using namespace couch::test;

#undef SQLExecDirect
#undef SQLFetch
#undef SQLPrepare

namespace {

constexpr SQLINTEGER poll_descriptor_attribute = 0x4001;

SQLCHAR* chars(std::string& text) { return reinterpret_cast<SQLCHAR*>(text.data()); }

// An environment, a connection and an asynchronous statement of the bare driver.
struct Bare {
  BareDriver bare;
  Films films;
  SQLHANDLE environment = nullptr, connection = nullptr, statement = nullptr;
  int descriptor = -1;

  explicit Bare(const std::string& more = {}) {
    REQUIRE(DRIVER(SQLAllocHandle)(SQL_HANDLE_ENV, nullptr, &environment) == SQL_SUCCESS);
    REQUIRE(DRIVER(SQLSetEnvAttr)(environment, SQL_ATTR_ODBC_VERSION,
                                  reinterpret_cast<SQLPOINTER>(SQL_OV_ODBC3_80), 0) == SQL_SUCCESS);
    REQUIRE(DRIVER(SQLAllocHandle)(SQL_HANDLE_DBC, environment, &connection) == SQL_SUCCESS);
    std::string text = films.connection_string(more);
    REQUIRE(DRIVER(SQLDriverConnect)(connection, nullptr, chars(text), SQL_NTS, nullptr, 0, nullptr,
                                     SQL_DRIVER_NOPROMPT) == SQL_SUCCESS);
    REQUIRE(DRIVER(SQLAllocHandle)(SQL_HANDLE_STMT, connection, &statement) == SQL_SUCCESS);
    std::string first = "SELECT title FROM film";
    REQUIRE(DRIVER(SQLExecDirect)(statement, chars(first), SQL_NTS) == SQL_SUCCESS);  // the schema is known
    REQUIRE(DRIVER(SQLCloseCursor)(statement) == SQL_SUCCESS);
    REQUIRE(DRIVER(SQLSetStmtAttr)(statement, SQL_ATTR_ASYNC_ENABLE,
                                   reinterpret_cast<SQLPOINTER>(SQL_ASYNC_ENABLE_ON), 0) == SQL_SUCCESS);
    SQLULEN number = 0;
    REQUIRE(DRIVER(SQLGetStmtAttr)(statement, poll_descriptor_attribute, &number, 0, nullptr) == SQL_SUCCESS);
    descriptor = static_cast<int>(number);
  }
  ~Bare() {
    if (statement) DRIVER(SQLFreeHandle)(SQL_HANDLE_STMT, statement);
    DRIVER(SQLDisconnect)(connection);
    DRIVER(SQLFreeHandle)(SQL_HANDLE_DBC, connection);
    DRIVER(SQLFreeHandle)(SQL_HANDLE_ENV, environment);
  }
  SQLRETURN exec(std::string sql) { return DRIVER(SQLExecDirect)(statement, chars(sql), SQL_NTS); }
  SQLRETURN fetch() { return DRIVER(SQLFetch)(statement); }
  std::string state() {
    SQLCHAR text[6] = {};
    DRIVER(SQLGetDiagRec)(SQL_HANDLE_STMT, statement, 1, text, nullptr, nullptr, 0, nullptr);
    return reinterpret_cast<char*>(text);
  }
  template <class Call>
  SQLRETURN ended(Call call) {
    for (;;) {
      const SQLRETURN code = call();
      if (code != SQL_STILL_EXECUTING) return code;
      pollfd wanted{descriptor, POLLIN, 0};
      REQUIRE(::poll(&wanted, 1, 10'000) == 1);
    }
  }
};

std::string film_row(size_t i) {
  const std::string& document = film_documents()[i];
  const std::string id = document.substr(8, document.find('"', 8) - 8);
  return R"({"id":")" + id + R"(","key":")" + id + R"(","value":{"rev":"1-a"},"doc":)" + document + "}";
}

std::string ran() { return R"({"_rev":"1-a",)" + film_documents()[3].substr(1); }

}  // namespace

TEST_CASE("While a call runs asynchronously, others on the statement and its descriptors are HY010",
          "[odbc][async]") {
  Bare b;
  const BareDriver& bare = b.bare;
  SQLHDESC ard = nullptr;
  REQUIRE(DRIVER(SQLGetStmtAttr)(b.statement, SQL_ATTR_APP_ROW_DESC, &ard, 0, nullptr) == SQL_SUCCESS);
  const std::string sql = "SELECT title FROM film WHERE _id = 'ran'";
  auto gate = b.films.couch.on_get("/films/ran").hold();
  REQUIRE(b.exec(sql) == SQL_STILL_EXECUTING);
  SQLSMALLINT count = 0;
  CHECK(DRIVER(SQLNumResultCols)(b.statement, &count) == SQL_ERROR);
  CHECK(b.state() == "HY010");
  CHECK(b.exec(sql) == SQL_STILL_EXECUTING);
  CHECK(b.state().empty());
  std::string other = "SELECT 1";
  CHECK(DRIVER(SQLPrepare)(b.statement, chars(other), SQL_NTS) == SQL_ERROR);
  CHECK(b.fetch() == SQL_ERROR);
  CHECK(DRIVER(SQLFreeStmt)(b.statement, SQL_CLOSE) == SQL_ERROR);
  CHECK(DRIVER(SQLSetStmtAttr)(b.statement, SQL_ATTR_ROW_ARRAY_SIZE, reinterpret_cast<SQLPOINTER>(7), 0) ==
        SQL_ERROR);
  CHECK(DRIVER(SQLGetDescField)(ard, 0, SQL_DESC_COUNT, &count, 0, nullptr) == SQL_ERROR);
  CHECK(DRIVER(SQLSetConnectAttr)(b.connection, SQL_ATTR_ASYNC_ENABLE, nullptr, 0) == SQL_ERROR);
  gate.answer(ran());
  CHECK(b.ended([&] { return b.exec(sql); }) == SQL_SUCCESS);
  CHECK(DRIVER(SQLNumResultCols)(b.statement, &count) == SQL_SUCCESS);
  CHECK(DRIVER(SQLGetDescField)(ard, 0, SQL_DESC_COUNT, &count, 0, nullptr) == SQL_SUCCESS);
}

TEST_CASE("Freeing a statement aborts what runs asynchronously on it", "[odbc][async]") {
  Bare b;
  const BareDriver& bare = b.bare;
  auto gate = b.films.couch.on_get("/films/ran").hold();
  REQUIRE(b.exec("SELECT title FROM film WHERE _id = 'ran'") == SQL_STILL_EXECUTING);
  REQUIRE(gate.wait_until_reached());
  const uint64_t open = b.films.couch.open_connections();
  CHECK(DRIVER(SQLFreeHandle)(SQL_HANDLE_STMT, b.statement) == SQL_SUCCESS);
  CHECK(b.exec("SELECT 1") == SQL_INVALID_HANDLE);
  b.statement = nullptr;
  CHECK(b.films.couch.wait_for_open_connections(open - 1));
}

TEST_CASE("AsyncFetch=yes: SQLFetch runs asynchronously, whatever it ends with", "[odbc][async]") {
  Bare b{"AsyncFetch=yes;"};
  const BareDriver& bare = b.bare;
  const std::string first = R"({"total_rows":5,"offset":0,"rows":[)" + film_row(3) + ",\n";
  const std::string sql = "SELECT title FROM film WHERE _id IN ('ran', 'stalker')";
  auto route = b.films.couch.on_post("/films/_all_docs");
  Gate gate = route.answer(first + film_row(4) + "]}").hold_at(first.size());
  REQUIRE(b.ended([&] { return b.exec(sql); }) == SQL_SUCCESS);
  REQUIRE(b.ended([&] { return b.fetch(); }) == SQL_SUCCESS);
  SECTION("a row, then none") {
    CHECK(b.fetch() == SQL_STILL_EXECUTING);
    gate.open();
    CHECK(b.ended([&] { return b.fetch(); }) == SQL_SUCCESS);
    CHECK(b.ended([&] { return b.fetch(); }) == SQL_NO_DATA);
  }
  SECTION("cancelled") {
    CHECK(b.fetch() == SQL_STILL_EXECUTING);
    CHECK(DRIVER(SQLCancel)(b.statement) == SQL_SUCCESS);
    CHECK(b.ended([&] { return b.fetch(); }) == SQL_ERROR);
    CHECK(b.state() == "HY008");
    CHECK(b.ended([&] { return b.fetch(); }) == SQL_ERROR);
    CHECK(b.state() == "HY008");
  }
  SECTION("cancelled after it had ended") {
    CHECK(b.fetch() == SQL_STILL_EXECUTING);
    gate.open();
    pollfd wanted{b.descriptor, POLLIN, 0};
    REQUIRE(::poll(&wanted, 1, 10'000) == 1);
    CHECK(DRIVER(SQLCancel)(b.statement) == SQL_SUCCESS);
    CHECK(b.ended([&] { return b.fetch(); }) == SQL_SUCCESS);
  }
  CHECK(DRIVER(SQLCloseCursor)(b.statement) == SQL_SUCCESS);
  b.films.couch.on_post("/films/_all_docs").answer(first + film_row(4) + "]}");
  CHECK(b.ended([&] { return b.exec(sql); }) == SQL_SUCCESS);
}

TEST_CASE("A forked child cannot poll its parent's call, which goes on in the parent", "[odbc][async]") {
  Bare b;
  const BareDriver& bare = b.bare;
  const std::string sql = "SELECT title FROM film WHERE _id = 'ran'";
  auto gate = b.films.couch.on_get("/films/ran").hold();
  REQUIRE(b.exec(sql) == SQL_STILL_EXECUTING);
  REQUIRE(gate.wait_until_reached());
  const pid_t child = ::fork();
  if (child == 0) {
    const bool right = b.exec(sql) == SQL_ERROR && b.state() == "08S01" &&
                       DRIVER(SQLFreeHandle)(SQL_HANDLE_STMT, b.statement) == SQL_SUCCESS;
    ::_exit(right ? 0 : 1);
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  gate.answer(ran());
  CHECK(b.ended([&] { return b.exec(sql); }) == SQL_SUCCESS);
}

TEST_CASE("SQLCancelHandle of a connection ends what it waits for in another thread with HY008",
          "[odbc][async][threads]") {
  // unixODBC 2.3.11 passes it on only once the connection is open.
  const BareDriver bare;
  Films films;
  auto gate = films.couch.on_get("/").hold();
  SQLHANDLE environment = nullptr, connection = nullptr;
  REQUIRE(DRIVER(SQLAllocHandle)(SQL_HANDLE_ENV, nullptr, &environment) == SQL_SUCCESS);
  REQUIRE(DRIVER(SQLSetEnvAttr)(environment, SQL_ATTR_ODBC_VERSION,
                                reinterpret_cast<SQLPOINTER>(SQL_OV_ODBC3_80), 0) == SQL_SUCCESS);
  REQUIRE(DRIVER(SQLAllocHandle)(SQL_HANDLE_DBC, environment, &connection) == SQL_SUCCESS);
  const auto cancel = DRIVER(SQLCancelHandle);
  std::thread other{[&] {
    gate.wait_until_reached();
    cancel(SQL_HANDLE_DBC, connection);
  }};
  std::string text = films.connection_string();
  CHECK(DRIVER(SQLDriverConnect)(connection, nullptr, chars(text), SQL_NTS, nullptr, 0, nullptr,
                                 SQL_DRIVER_NOPROMPT) == SQL_ERROR);
  other.join();
  SQLCHAR state[6] = {};
  DRIVER(SQLGetDiagRec)(SQL_HANDLE_DBC, connection, 1, state, nullptr, nullptr, 0, nullptr);
  CHECK(std::string{reinterpret_cast<char*>(state)} == "HY008");
  DRIVER(SQLFreeHandle)(SQL_HANDLE_DBC, connection);
  DRIVER(SQLFreeHandle)(SQL_HANDLE_ENV, environment);
}
