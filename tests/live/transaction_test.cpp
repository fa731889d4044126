// Transactions on a real server: nobody sees them before COMMIT, their own connection does on every access
// path, and two that change the same document do not both win.
#include <fmt/format.h>
#include <sql.h>
#include <sqlext.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/live/comparison.h"
#include "tests/live/effort.h"
#include "tests/live/session.h"
#include "tests/support/live_server.h"
#include "tests/support/oracle.h"
#include "tests/support/random_table.h"

using namespace couch::live;
using namespace couch::judge;
using couch::test::Database;
using couch::test::LiveServer;

namespace {

void autocommit(Session& session, bool on) {
  const SQLULEN value = on ? SQL_AUTOCOMMIT_ON : SQL_AUTOCOMMIT_OFF;
  REQUIRE(SQLSetConnectAttr(session.handle(), SQL_ATTR_AUTOCOMMIT, reinterpret_cast<SQLPOINTER>(value), 0) ==
          SQL_SUCCESS);
}
// The SQLSTATEs of all records; "" for success.
std::string end(Session& session, SQLSMALLINT how) {
  const SQLRETURN code = SQLEndTran(SQL_HANDLE_DBC, session.handle(), how);
  if (code == SQL_SUCCESS) return "";
  std::string out;
  for (const auto& record : diagnostics(SQL_HANDLE_DBC, session.handle())) out += record.state + " ";
  return out + (code == SQL_ERROR ? "" : "?");
}

std::vector<std::string> accounts(int count) {
  std::vector<std::string> out;
  for (int i = 0; i < count; ++i)
    out.push_back(fmt::format(R"({{"_id":"a{:02}","type":"acct","n":{},"s":"{}"}})", i, i % 7,
                              std::string(1, static_cast<char>('a' + i % 4))));
  return out;
}

}  // namespace

TEST_CASE("Live: a transaction is invisible to others until COMMIT, and wholly gone after ROLLBACK",
          "[live][transaction]") {
  Database database("transact");
  database.add(accounts(10));
  Session writer(database.name()), reader(database.name());
  autocommit(writer, false);
  writer.query("UPDATE acct SET n = n + 100 WHERE s = 'a'");
  writer.query("DELETE FROM acct WHERE _id = 'a01'");
  writer.query("INSERT INTO acct (_id, n, s) VALUES ('b00', 1000, 'z')");
  CHECK(writer.value("SELECT COUNT(*) FROM acct WHERE n >= 100") == "4");
  CHECK(writer.value("SELECT COUNT(*) FROM acct") == "10");
  CHECK(writer.value("SELECT MAX(n) FROM acct") == "1000");
  CHECK_FALSE(writer.value("SELECT _rev FROM acct WHERE _id = 'a00'"));
  CHECK(reader.value("SELECT COUNT(*) FROM acct WHERE n >= 100") == "0");
  CHECK(reader.value("SELECT COUNT(*) FROM acct") == "10");
  CHECK(reader.list("SELECT _id FROM acct WHERE _id IN ('a01', 'b00')") == std::vector<std::string>{"a01"});
  CHECK(SQLDisconnect(writer.handle()) == SQL_ERROR);
  CHECK(diagnostics(SQL_HANDLE_DBC, writer.handle()).front().state == "25000");
  SECTION("COMMIT") {
    CHECK(end(writer, SQL_COMMIT) == "");
    CHECK(reader.value("SELECT COUNT(*) FROM acct WHERE n >= 100") == "4");
    CHECK(reader.list("SELECT _id FROM acct WHERE _id IN ('a01', 'b00')") == std::vector<std::string>{"b00"});
    CHECK(writer.value("SELECT _rev FROM acct WHERE _id = 'a00'"));
  }
  SECTION("ROLLBACK") {
    CHECK(end(writer, SQL_ROLLBACK) == "");
    for (Session* session : {&reader, &writer}) {
      CHECK(session->value("SELECT COUNT(*) FROM acct WHERE n >= 100") == "0");
      CHECK(session->list("SELECT _id FROM acct WHERE _id IN ('a01', 'b00')") ==
            std::vector<std::string>{"a01"});
    }
  }
}

TEST_CASE(
    "Live: of two transactions that change a document the second one is told, and nothing of it is there",
    "[live][transaction]") {
  Database database("transact");
  database.add(accounts(5));
  Session one(database.name()), two(database.name());
  autocommit(one, false);
  autocommit(two, false);
  one.query("UPDATE acct SET n = 50 WHERE _id = 'a00'");
  two.query("UPDATE acct SET n = 60 WHERE _id IN ('a00', 'a01')");
  two.query("INSERT INTO acct (_id, n) VALUES ('new', 7)");
  CHECK(end(one, SQL_COMMIT) == "");
  // What two read of a00 is not there any more: nothing of it is written.
  CHECK(end(two, SQL_COMMIT) == "40001 40001 ");
  CHECK(two.list("SELECT n FROM acct WHERE _id IN ('a00', 'a01', 'new') ORDER BY _id") ==
        std::vector<std::string>{"50", "1"});
  // Run again, it succeeds.
  two.query("UPDATE acct SET n = n + 1 WHERE _id IN ('a00', 'a01')");
  CHECK(end(two, SQL_COMMIT) == "");
  CHECK(one.list("SELECT n FROM acct WHERE _id IN ('a00', 'a01') ORDER BY _id") ==
        std::vector<std::string>{"51", "2"});
  // An id that is taken is told at once; one that is taken meanwhile, at COMMIT.
  CHECK(two.state("INSERT INTO acct (_id, n) VALUES ('a00', 1)") == "23000");
  two.query("INSERT INTO acct (_id, n) VALUES ('late', 1)");
  CHECK(two.state("INSERT INTO acct (_id, n) VALUES ('late', 1)") == "23000");
  one.query("INSERT INTO acct (_id, n) VALUES ('late', 2)");
  CHECK(end(one, SQL_COMMIT) == "");
  CHECK(end(two, SQL_COMMIT) == "40001 40001 ");
}

TEST_CASE("Live: random transactions, seen by themselves and by others, are those of SQLite",
          "[live][transaction]") {
  Dice dice(seed() + 77);
  const TextOrder order{TextOrder::Kind::Binary};
  const bool indexes = LiveServer::get().couchdb();
  INFO(fmt::format("seed {}", seed()));
  for (unsigned round = 0; round < cases(6); ++round) {
    Database database("transact");
    database.add(accounts(30));
    if (indexes) {
      database.index({"type", "n"}, "by-n");
      database.index({"type", "s"}, "by-s");
    }
    Session own(database.name()), other(database.name());
    autocommit(own, false);
    // SQLite has the transaction; a copy of the table has what is committed.
    Oracle oracle(order);
    oracle.create("acct", {{"_id"}, {"n"}, {"s"}});
    for (int i = 0; i < 30; ++i) {
      oracle.insert("acct", {{fmt::format("a{:02}", i), int64_t{i % 7},
                              std::string(1, static_cast<char>('a' + i % 4))}});
    }
    oracle.run("CREATE UNIQUE INDEX ids ON acct(_id)");
    oracle.run("CREATE TABLE committed AS SELECT * FROM acct");
    oracle.run("BEGIN");

    std::string history;
    const auto id = [&] { return fmt::format("a{:02}", dice.between(0, 45)); };
    const auto condition = [&]() -> std::string {
      switch (dice.between(0, 6)) {
        case 0: return fmt::format("n > {}", dice.between(-2, 9));
        case 1: return fmt::format("s = '{}'", static_cast<char>('a' + dice.between(0, 4)));
        case 2: return fmt::format("_id = '{}'", id());
        case 3: return fmt::format("_id IN ('{}', '{}', '{}')", id(), id(), id());
        case 4: return fmt::format("_id >= '{}' AND _id < '{}'", id(), id());
        case 5: return "s IS NULL OR n IS NULL";
        default: return fmt::format("n BETWEEN {} AND 5 AND s <> 'b'", dice.between(0, 5));
      }
    };
    const auto both = [&](const std::string& statement) {
      history += statement + "\n";
      INFO(history);
      std::string expected = "00000";
      try {
        oracle.run(statement);
      } catch (const std::runtime_error&) {
        expected = "23000";
      }
      std::string message;
      auto actual = own.state(statement, {}, &message);
      // SQL_NO_DATA: no row was touched.
      if (actual.empty() && message.find("(100)") != std::string::npos) actual = "00000";
      INFO(message);
      REQUIRE(actual == expected);
    };
    const auto compare = [&](Session& session, const std::string& table, const std::string& query,
                             bool ordered) {
      INFO(history << query);
      const auto at = query.find("$");
      const std::string here = query.substr(0, at), there = query.substr(at + 1);
      const char* hints[] = {
          "", "", "/*+ ALL_DOCS */", "/*+ FIND */", "/*+ INDEX */", "/*+ BY_ID */", "/*+ ENGINE */"};
      const auto* hint = hints[dice.index(std::size(hints))];
      INFO(hint << (&session == &own ? " by the transaction" : " by another connection"));
      CHECK(difference(session.query(here + "acct " + hint + there), oracle.query(here + table + there),
                       ordered, &order) == "");
    };
    std::vector<std::string> savepoints;
    for (int step = 0; step < 40; ++step) {
      switch (dice.between(0, 11)) {
        case 0:
        case 1:
          both(fmt::format("INSERT INTO acct (_id, n, s) VALUES ('{}', {}, 'a')", id(), dice.between(0, 9)));
          break;
        case 2: both(fmt::format("INSERT INTO acct (_id, n) VALUES ('{}', NULL)", id())); break;
        case 3:
        case 4:
          both(fmt::format("UPDATE acct SET n = n + {} WHERE {}", dice.between(1, 5), condition()));
          break;
        case 5:
          both(fmt::format("UPDATE acct SET s = '{}', n = n * 2 WHERE {}",
                           static_cast<char>('a' + dice.between(0, 5)), condition()));
          break;
        case 6: both(fmt::format("DELETE FROM acct WHERE {}", condition())); break;
        case 7:
          savepoints.push_back(fmt::format("p{}", dice.between(0, 2)));
          both("SAVEPOINT " + savepoints.back());
          break;
        case 8:
          if (savepoints.empty()) break;
          {
            const std::string name = dice.of(savepoints);
            while (savepoints.back() != name) savepoints.pop_back();
            both("ROLLBACK TO " + name);
          }
          break;
        case 9:
          if (savepoints.empty()) break;
          both("RELEASE " + savepoints.back());
          savepoints.pop_back();
          break;
        case 10:
          if (!dice.chance(0.4)) break;
          history += "COMMIT\n";
          REQUIRE(end(own, SQL_COMMIT) == "");
          oracle.run("COMMIT");
          oracle.run("DELETE FROM committed");
          oracle.run("INSERT INTO committed SELECT * FROM acct");
          oracle.run("BEGIN");
          savepoints.clear();
          break;
        default:
          if (!dice.chance(0.3)) break;
          history += "ROLLBACK\n";
          REQUIRE(end(own, SQL_ROLLBACK) == "");
          oracle.run("ROLLBACK");
          oracle.run("BEGIN");
          savepoints.clear();
      }
      const std::string where = condition();
      const std::vector<std::pair<std::string, bool>> queries{
          {"SELECT _id, n, s FROM $ WHERE " + where, false},
          {"SELECT _id, n FROM $ WHERE " + where + " ORDER BY _id DESC LIMIT 4", true},
          {"SELECT _id FROM $ ORDER BY n, _id LIMIT 6", true},
          {"SELECT COUNT(*), COUNT(n), SUM(n), MIN(n), MAX(n) FROM $", true},
          {"SELECT COUNT(*) FROM $ WHERE " + where, true},
          {"SELECT s, COUNT(*), MAX(n) FROM $ GROUP BY s", false},
          {"SELECT DISTINCT n FROM $", false},
      };
      for (int i = 0; i < 3; ++i) {
        const auto& [query, ordered] = dice.of(queries);
        compare(own, "acct", query, ordered);
      }
      if (dice.chance(0.3)) {
        const auto& [query, ordered] = dice.of(queries);
        compare(other, "committed", query, ordered);
      }
    }
    end(own, SQL_ROLLBACK);
    oracle.run("ROLLBACK");
    oracle.run("DROP TABLE acct");
    compare(own, "committed", "SELECT _id, n, s FROM $", false);
    compare(other, "committed", "SELECT _id, n, s FROM $", false);
  }
}
