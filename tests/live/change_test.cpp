// Documents changed on a real server: what is not named stays byte for byte, and nothing is lost.
#include <sql.h>
#include <sqlext.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "sql/json_text.h"
#include "tests/live/effort.h"
#include "tests/live/session.h"
#include "tests/support/live_server.h"

using namespace couch::live;
using couch::sql::member_of;
using couch::sql::members_of;
using couch::test::Database;
using couch::test::LiveServer;
using couch::test::percent_encoded;

namespace {

std::string stored(const Database& database, const std::string& id) {
  return LiveServer::get().must("GET", database.path(percent_encoded(id)));
}

}  // namespace

TEST_CASE("After an UPDATE everything that it does not name is byte for byte what it was", "[live][change]") {
  const bool couchdb = LiveServer::get().couchdb();
  Database database("bytes");
  std::mt19937 random{11};
  std::vector<std::string> values{"1e-7",
                                  "-0.5",
                                  "null",
                                  "\"t,}\\\"\\\\\"",
                                  "[1,{\"a\":[2.50]},\"x\"]",
                                  "true",
                                  "{\"odd name\":{\"b.c\":1},\"$x\":[]}",
                                  "\"\\u0000\\u00e9\"",
                                  "0.1"};
  if (couchdb) {
    values.insert(values.end(), {"123456789012345678901234567890", "9007199254740993", "-1E+22"});
  }
  std::vector<std::string> documents;
  constexpr int count = 40;
  for (int i = 0; i < count; ++i) {
    std::string text = "{\"_id\":\"d" + std::to_string(i) +
                       "\",\"type\":\"thing\",\"n\":" + std::to_string(i) +
                       ",\"sub\":{\"a\":1,\"keep\":" + values[random() % values.size()] + "}";
    for (const char* name : {"k1", "odd name", "dotted.name", "\\u00e9", "$dollar", "k2"})
      text += ",\"" + std::string{name} + "\":" + values[random() % values.size()];
    if (i % 5 == 0) text += R"(,"_attachments":{"a.txt":{"content_type":"text/plain","data":"aGVsbG8="}})";
    documents.push_back(text + "}");
  }
  database.add(documents);
  Session session(database.name());
  for (int round = 0; round < 30; ++round) {
    const std::string id = "d" + std::to_string(random() % count);
    const std::string before = stored(database, id);
    const bool nested = random() % 2 == 0;
    session.query(nested ? "UPDATE thing SET sub.a = ?, fresh.way = 'x' WHERE _id = ?"
                         : "UPDATE thing SET n = n + ?, mark.done = 'y' WHERE _id = ?",
                  {static_cast<int>(random() % 1000), id});
    const std::string after = stored(database, id);
    CAPTURE(before, after);
    for (const auto& member : members_of(before)) {
      const std::string name = couch::sql::string_of(member.key);
      if (name == "_rev" || name == (nested ? "fresh" : "mark") || name == (nested ? "sub" : "n")) continue;
      if (name == "_attachments") {
        CHECK(std::string{member_of(member_of(member_of(after, name), "a.txt"), "digest")} ==
              std::string{member_of(member_of(member.value, "a.txt"), "digest")});
        continue;
      }
      CHECK(std::string{member_of(after, name)} == std::string{member.value});
    }
    if (nested)
      CHECK(std::string{member_of(member_of(after, "sub"), "keep")} ==
            std::string{member_of(member_of(before, "sub"), "keep")});
  }
}

TEST_CASE("Eight connections add to the same documents, and nothing is lost", "[live][change][conflict]") {
  Database database("counters");
  constexpr int counters = 20, connections = 8;
  const int each = static_cast<int>(cases(50));
  std::vector<std::string> documents;
  for (int i = 0; i < counters; ++i)
    documents.push_back("{\"_id\":\"c" + std::to_string(i) + "\",\"type\":\"counter\",\"x\":0}");
  database.add(documents);
  std::atomic<int> failed{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < connections; ++t) {
    threads.emplace_back([&, t] {
      try {
        Session session(database.name());
        std::mt19937 random{static_cast<unsigned>(t)};
        for (int i = 0; i < each; ++i)
          session.query("UPDATE counter SET x = x + 1 WHERE _id = ?",
                        {"c" + std::to_string(random() % counters)});
      } catch (const std::exception&) {
        ++failed;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(failed == 0);
  Session session(database.name());
  CHECK(session.value("SELECT SUM(x) FROM counter") == std::to_string(connections * each));
}

TEST_CASE("A parameter array goes in, but for the rows that cannot", "[live][change][array]") {
  Database database("array");
  database.add({R"({"_id":"r3","type":"row","n":0})"});
  Session session(database.name());
  Statement statement(session);
  statement.prepare("INSERT INTO row (_id, n) VALUES (?, ?)");
  constexpr SQLULEN rows = 3000;
  std::vector<char> ids(rows * 8);
  std::vector<SQLLEN> lengths(rows, SQL_NTS);
  std::vector<SQLBIGINT> numbers(rows);
  for (SQLULEN i = 0; i < rows; ++i) {
    std::snprintf(&ids[i * 8], 8, "r%d", static_cast<int>(i));
    numbers[i] = static_cast<SQLBIGINT>(i);
  }
  std::vector<SQLUSMALLINT> status(rows);
  SQLULEN processed = 0;
  SQLHSTMT st = statement.handle();
  SQLSetStmtAttr(st, SQL_ATTR_PARAMSET_SIZE, reinterpret_cast<SQLPOINTER>(rows), 0);
  SQLSetStmtAttr(st, SQL_ATTR_PARAM_STATUS_PTR, status.data(), 0);
  SQLSetStmtAttr(st, SQL_ATTR_PARAMS_PROCESSED_PTR, &processed, 0);
  SQLBindParameter(st, 1, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 20, 0, ids.data(), 8, lengths.data());
  SQLBindParameter(st, 2, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 0, 0, numbers.data(), 0, nullptr);
  CHECK(SQLExecute(st) == SQL_SUCCESS_WITH_INFO);
  const auto records = diagnostics(SQL_HANDLE_STMT, st);
  REQUIRE(records.size() == 1);
  CHECK(records.front().state == "23000");
  SQLLEN affected = 0;
  SQLRowCount(st, &affected);
  CHECK(affected == static_cast<SQLLEN>(rows) - 1);
  CHECK(processed == rows);
  CHECK(status[3] == SQL_PARAM_ERROR);
  CHECK(status[4] == SQL_PARAM_SUCCESS);
  CHECK(session.value("SELECT COUNT(*) FROM row") == std::to_string(rows));
  CHECK(session.value("SELECT n FROM row WHERE _id = 'r3'") == "0");
}

TEST_CASE("RETURNING, upsert, MERGE and what is refused, on a real server", "[live][change]") {
  Database database("change");
  Session session(database.name());
  CHECK(session.query("INSERT INTO user (_id, name, addr.city) VALUES ('u', 'Ada', 'Rome') RETURNING _rev")
            .rows.at(0)
            .at(0)
            ->starts_with("1-"));
  CHECK(session.query("UPDATE user SET name = UPPER(name) RETURNING _rev, name").rows.at(0).at(1) == "ADA");
  CHECK(session.state("INSERT INTO user (_id) VALUES ('u')") == "23000");
  CHECK(session.state("UPDATE user SET addr = 5") == "42S22");
  CHECK(session.state("UPDATE user SET nmae = 5") == "42S22");
  session.query(
      "INSERT INTO user (_id, name) VALUES ('u', 'Eve') ON CONFLICT (_id) DO UPDATE SET name = "
      "excluded.name");
  CHECK(session.value("SELECT name FROM user") == "Eve");
  session.query(
      "MERGE INTO user t USING (VALUES ('u', 'Zoe'), ('v', 'Vic')) AS s (k, n) ON t._id = s.k WHEN MATCHED "
      "THEN UPDATE "
      "SET name = s.n WHEN NOT MATCHED THEN INSERT (_id, name) VALUES (s.k, s.n)");
  CHECK(session.list("SELECT name FROM user ORDER BY name") == std::vector<std::string>{"Vic", "Zoe"});
  session.query("DELETE FROM user WHERE name = 'Zoe'");
  CHECK(session.value("SELECT COUNT(*) FROM user") == "1");
}
