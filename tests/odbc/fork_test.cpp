// A process that forks, disconnects or has the driver unloaded while statements run asynchronously: some wait
// for the server, some compute.
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <memory>

#include "driver/attributes.h"
#include "tests/odbc/films.h"
#include "tests/support/alone.h"

using namespace couch::test;
using couch::driver::SQL_ATTR_COUCHDB_POLL_DESCRIPTOR;

// These tests see SQL_STILL_EXECUTING themselves.
#undef SQLExecDirectW
#undef SQLFetch
#undef SQLGetData

namespace {

constexpr const char* endless =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    " SELECT COUNT(*), MAX(CAST(i AS VARCHAR(20)) || ' of all') FROM n";

SQLRETURN exec(SQLHSTMT st, std::string_view sql) {
  std::u16string text = utf16(sql);
  return SQLExecDirectW(st, reinterpret_cast<SQLWCHAR*>(text.data()), SQL_NTS);
}

// Polls until it has ended; SQL_STILL_EXECUTING: it does not.
SQLRETURN ended(SQLHSTMT st, SQLULEN descriptor, std::string_view sql) {
  for (;;) {
    const SQLRETURN code = exec(st, sql);
    pollfd wanted{static_cast<int>(descriptor), POLLIN, 0};
    if (code != SQL_STILL_EXECUTING || ::poll(&wanted, 1, 20'000) != 1) return code;
  }
}

bool make_asynchronous(SQLHSTMT st, SQLULEN& descriptor) {
  return SQL_SUCCEEDED(SQLSetStmtAttr(st, SQL_ATTR_ASYNC_ENABLE,
                                      reinterpret_cast<SQLPOINTER>(SQL_ASYNC_ENABLE_ON), 0)) &&
         SQL_SUCCEEDED(SQLGetStmtAttr(st, SQL_ATTR_COUCHDB_POLL_DESCRIPTOR, &descriptor, 0, nullptr));
}

// What a program does that has just begun: 0, or the number of the step that failed. In a child nothing may
// be asserted, as what is reported would go to the parent's output.
int begin_afresh(const std::string& connection_string) {
  SQLHENV env = nullptr;
  SQLHDBC dbc = nullptr;
  SQLHSTMT st = nullptr;
  std::u16string text = utf16(connection_string);
  if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_ENV, nullptr, &env)) ||
      !SQL_SUCCEEDED(
          SQLSetEnvAttr(env, SQL_ATTR_ODBC_VERSION, reinterpret_cast<SQLPOINTER>(SQL_OV_ODBC3_80), 0)) ||
      !SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_DBC, env, &dbc)))
    return 1;
  if (!SQL_SUCCEEDED(SQLDriverConnectW(dbc, nullptr, reinterpret_cast<SQLWCHAR*>(text.data()), SQL_NTS,
                                       nullptr, 0, nullptr, SQL_DRIVER_NOPROMPT)))
    return 2;
  if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, dbc, &st))) return 3;
  SQLINTEGER value = 0;
  const auto answer = [&] {
    return SQL_SUCCEEDED(SQLFetch(st)) && SQL_SUCCEEDED(SQLGetData(st, 1, SQL_C_SLONG, &value, 0, nullptr)) &&
           SQL_SUCCEEDED(SQLFreeStmt(st, SQL_CLOSE));
  };
  if (!SQL_SUCCEEDED(exec(st, "SELECT MAX(year) FROM film")) || !answer() || value != 2021) return 4;
  SQLULEN descriptor = 0;
  if (!make_asynchronous(st, descriptor)) return 5;
  const std::string sql =
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
      " SELECT i + year FROM n, film ORDER BY CAST(i AS VARCHAR(9)) DESC, year LIMIT 1";
  if (!SQL_SUCCEEDED(ended(st, descriptor, sql)) || !answer() || value != 999 + 1927) return 6;
  SQLFreeHandle(SQL_HANDLE_STMT, st);
  if (!SQL_SUCCEEDED(SQLDisconnect(dbc))) return 7;
  SQLFreeHandle(SQL_HANDLE_DBC, dbc);
  SQLFreeHandle(SQL_HANDLE_ENV, env);
  return 0;
}

// Statements of one connection: two that wait for the server, and two that compute without an end.
struct InFlight {
  Films films;
  Connection c{films.environment, films.connection_string()};
  const std::string wait = "SELECT title FROM film WHERE _id = 'ran'";
  Gate gate;
  struct One {
    std::unique_ptr<Statement> st;
    SQLULEN descriptor;
    std::string sql;
  };
  std::vector<One> all;

  InFlight() : gate(known()) {
    for (const std::string& sql : {wait, std::string{endless}, wait, std::string{endless}}) {
      One one{std::make_unique<Statement>(c), 0, sql};
      REQUIRE(make_asynchronous(*one.st, one.descriptor));
      REQUIRE(exec(*one.st, sql) == SQL_STILL_EXECUTING);
      all.push_back(std::move(one));
    }
    REQUIRE(gate.wait_until_reached());
  }
  void answer() { gate.answer(R"({"_rev":"1-a",)" + film_documents()[3].substr(1)); }
  // As if nothing had happened.
  void check_end() {
    answer();
    for (auto& [st, descriptor, sql] : all) {
      if (sql != wait) {
        CHECK(exec(*st, sql) == SQL_STILL_EXECUTING);
        CHECK(SQLCancel(*st) == SQL_SUCCESS);
        CHECK_THAT((*st)(ended(*st, descriptor, sql)), failed("HY008"));
        CHECK_THAT((*st)(ended(*st, descriptor, wait)), succeeded());
      } else {
        CHECK_THAT((*st)(ended(*st, descriptor, sql)), succeeded());
      }
      CHECK(st->rows() == std::vector<std::vector<Text>>{{"Ran"}});
    }
  }

 private:
  // The schema, before anything is held.
  Gate known() {
    REQUIRE_THAT(Statement{c}.exec(wait), succeeded());
    return films.couch.on_get("/films/ran").hold();
  }
};

}  // namespace

TEST_CASE("A process forks while statements run asynchronously: its children begin afresh, and its own go on",
          "[odbc][async][process]") {
  InFlight parent;
  for (int times = 0; times < 20; ++times) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::alarm(60);
      ::_exit(!children_start_threads ? 0 : begin_afresh(parent.films.connection_string()));
    }
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK((WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status)) == 0);
  }
  parent.check_end();
}

namespace {

// What a handler before the fork has to see end before it returns; null: nothing.
struct AwaitedBeforeFork {
  SQLHSTMT statement;
  int descriptor;
  bool ended = false;
};
AwaitedBeforeFork* awaited = nullptr;

void wait_before_fork() {
  if (!awaited) return;
  SQLCancel(awaited->statement);
  pollfd wanted{awaited->descriptor, POLLIN, 0};
  awaited->ended = ::poll(&wanted, 1, 20'000) == 1;
}

}  // namespace

TEST_CASE("alone: a fork waits for a call", "[.alone]") {
  // Before the driver's own, so that it runs when the driver's threads are at rest.
  REQUIRE(::pthread_atfork(wait_before_fork, nullptr, nullptr) == 0);
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  SQLULEN descriptor = 0;
  REQUIRE(make_asynchronous(st, descriptor));
  REQUIRE(exec(st, endless) == SQL_STILL_EXECUTING);
  AwaitedBeforeFork call{st, static_cast<int>(descriptor)};
  awaited = &call;
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  awaited = nullptr;
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(call.ended);
  CHECK_THAT(st(ended(st, descriptor, endless)), failed("HY008"));
}

TEST_CASE("A fork that waits for a call in another handler waits for some seconds, not for ever",
          "[odbc][async][process]") {
  CHECK(run_alone("alone: a fork waits for a call", "", "") == 0);
}

TEST_CASE("alone: the driver is unloaded while calls run asynchronously", "[.alone]") {
  for (int i = 0; i < 8; ++i) {
    InFlight calls;
    switch (i % 4) {
      case 0: calls.answer(); break;  // which end meanwhile, and nobody asks
      case 1: CHECK(SQLCancel(*calls.all.back().st) == SQL_SUCCESS); break;
      case 2: calls.check_end(); break;
      default: break;
    }
    CHECK_THAT(calls.c.disconnect(), succeeded());
  }
}

TEST_CASE("A manager that unloads the driver while calls run asynchronously does no harm",
          "[odbc][async][process]") {
  CHECK(run_alone("alone: the driver is unloaded while calls run asynchronously", "", "DontDLClose = 0") ==
        0);
}
