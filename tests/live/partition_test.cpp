// Partitioned databases: whatever a query asks of one partition or of all, every way gives the same rows.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <memory>

#include "tests/live/effort.h"
#include "tests/live/session.h"
#include "tests/support/live_server.h"
#include "tests/support/random_queries.h"
#include "tests/support/random_table.h"

using namespace couch::live;
using namespace couch::judge;
using couch::test::Database;
using couch::test::LiveServer;

namespace {

const std::vector<std::string> partitions{"p", "p2", "q b", "é", "P"};

// A condition on _id in SQL, and which ids it lets through.
struct IdCondition {
  std::string sql;
  std::function<bool(const std::string&)> holds;
};

std::string quoted(const std::string& text) { return "'" + text + "'"; }

IdCondition random_id_condition(Dice& dice, const RandomTable& table) {
  const std::string p = dice.of(partitions), one = dice.of(table.documents).id,
                    other = dice.of(table.documents).id;
  const std::string low = std::min(one, other), high = std::max(one, other);
  const std::string own = one.substr(0, one.find(':') + 1);
  const auto plain = [](const std::string& id) { return id.find_first_of("'%_\\") == std::string::npos; };
  switch (dice.between(0, plain(low) && plain(high) ? 7 : 2)) {
    case 0: return {"_id LIKE " + quoted(p + ":%"), [=](const auto& id) { return id.starts_with(p + ":"); }};
    case 1:
      return {fmt::format("_id >= {} AND _id < {}", quoted(p + ":"), quoted(p + ";")),
              [=](const auto& id) { return id.starts_with(p + ":"); }};
    case 2: return {"_id IS NOT NULL", [](const auto&) { return true; }};
    case 3:
      return {fmt::format("_id BETWEEN {} AND {}", quoted(low), quoted(high)),
              [=](const auto& id) { return id >= low && id <= high; }};
    case 4:
      return {fmt::format("_id LIKE {} AND _id > {}", quoted(own + "%"), quoted(one)),
              [=](const auto& id) { return id.starts_with(own) && id > one; }};
    case 5:
      return {fmt::format("_id > {} AND _id <= {}", quoted(own), quoted(one)),
              [=](const auto& id) { return id > own && id <= one; }};
    case 6:
      return {fmt::format("_id IN ({}, {}, 'p:nothing')", quoted(one), quoted(other)),
              [=](const auto& id) { return id == one || id == other; }};
    default: return {"_id < " + quoted(high), [=](const auto& id) { return id < high; }};
  }
}

}  // namespace

TEST_CASE("Partitions: every way to the documents gives the same rows", "[live][laws][partition]") {
  if (!LiveServer::get().couchdb()) {
    WARN("skipped: PouchDB Server has no partitioned databases");
    return;
  }
  const TextOrder order(TextOrder::Kind::Icu);
  const unsigned count = cases(60);
  constexpr unsigned a_world = 30;
  Dice dice(seed() + 30);
  RandomTable table;
  std::unique_ptr<Database> database;
  std::unique_ptr<Session> session;
  std::string failures;
  unsigned answers = 0, inside = 0, reduces = 0;
  for (unsigned i = 0, failed = 0; i < count && failed < 3; ++i) {
    if (i % a_world == 0) {
      session.reset();
      table = random_table(dice, "t", {.couchdb = true, .documents = 60, .partitions = partitions});
      database = std::make_unique<Database>("partitions", "partitioned=true");
      std::vector<std::string> documents{R"({"_id":"p:u1","type":"u","n":1,"k":1})",
                                         R"({"_id":"q b:u2","n":1})"};
      for (const auto& document : table.documents) documents.push_back(document.json);
      database->add(documents);
      // The server's own choice is an index of partitions.
      database->index({"type", "n"}, "local-n");
      database->index({"type", "s"}, "local-s");
      database->index({"type", "k", "w"}, "local-k-w");
      if ((i / a_world) % 2 == 0) {
        for (const char* field : {"n", "s", "k", "b"})
          database->index({"type", field}, fmt::format("all-{}", field), R"("partitioned":false)");
      }
      session = std::make_unique<Session>(database->name(), "SampleSize=0");
    }
    const auto id = random_id_condition(dice, table);
    const auto condition =
        random_condition(dice, table, {.parameters = false}, static_cast<int>(dice.between(0, 2)));
    const auto printed = print(condition, table, Dialect::Driver).sql;
    std::vector<std::string> expected;
    for (const auto& document : table.documents) {
      if (id.holds(document.id) && evaluate(condition, table, document, order) == Truth::True)
        expected.push_back(document.id);
    }
    std::sort(expected.begin(), expected.end());
    for (const char* hint :
         {"", "PARTITION", "NO_PARTITION", "ALL_DOCS", "FIND", "INDEX", "INDEX_ROWS", "INDEX_KEYS",
          "INDEX_FIND", "BY_ID", "FIND NO_PARTITION", "INDEX NO_PARTITION", "ENGINE"}) {
      const auto sql =
          fmt::format("SELECT _id FROM t /*+ {} */ WHERE {} AND ({}) ORDER BY _id", hint, id.sql, printed);
      std::string wrong;
      try {
        const auto actual = session->list(sql);
        if (actual != expected)
          wrong = fmt::format("{} rows, expected {}: {}\n  and not {}", actual.size(), expected.size(),
                              fmt::join(actual, ", "), fmt::join(expected, ", "));
        const auto explained = session->query("EXPLAIN " + sql);
        if (!explained.rows.empty() &&
            explained.rows.front()[3].value_or("").find("/_partition/") != std::string::npos)
          ++inside;
      } catch (const SqlFailure& failure) {
        wrong = failure.what();
      }
      ++answers;
      if (wrong.empty()) continue;
      failures += fmt::format("case {}: {}\n  {}\n", i + 1, sql, wrong);
      ++failed;
      break;
    }
    // An order and a limit, by an index of the partition where there is one.
    const auto top = fmt::format("SELECT k FROM t {{}} WHERE {} AND k > 0 ORDER BY k DESC LIMIT 5", id.sql);
    try {
      const auto expected_top = session->list(fmt::format(fmt::runtime(top), "/*+ ALL_DOCS NO_PARTITION */"));
      if (session->list(fmt::format(fmt::runtime(top), "")) != expected_top)
        failures += "another order: " + top + "\n";
      ++answers;
      for (const char* figures :
           {"SELECT COUNT(*) FROM t {} WHERE {}", "SELECT COUNT(*), COUNT(n) FROM t {} WHERE {} AND n > 2",
            "SELECT COUNT(*) FROM t {} WHERE {} AND n IN (0, 1, 2, 5)",
            "SELECT MIN(n), MAX(n) FROM t {} WHERE {}",
            "SELECT COUNT(*) FROM t {} WHERE {} AND type = 't' AND s >= 'a'"}) {
        const auto read =
            session->query(fmt::format(fmt::runtime(figures), "/*+ ALL_DOCS NO_PARTITION */", id.sql));
        const auto counted = fmt::format(fmt::runtime(figures), "", id.sql);
        if (session->query(counted).rows != read.rows) failures += "another figure: " + counted + "\n";
        const auto explained = session->query("EXPLAIN " + counted).rows;
        if (explained.front()[1].value_or("").starts_with("reduce of index") &&
            explained.front()[3].value_or("").find("/_partition/") != std::string::npos)
          ++reduces;
      }
    } catch (const SqlFailure& failure) {
      failures += top + "\n  " + failure.what() + "\n";
    }
  }
  UNSCOPED_INFO(fmt::format(
      "seed {} (LIVE_SEED), {} cases (LIVE_EFFORT), {} answers, {} of them from one partition\n{}", seed(),
      count, answers, inside, failures));
  CHECK(failures.empty());
  CHECK(inside * 5 > answers);
  CHECK(reduces > count / 10);
}

TEST_CASE("Partitions: ids without one are missing, and are not inserted", "[live][partition][transaction]") {
  if (!LiveServer::get().couchdb()) {
    WARN("skipped: PouchDB Server has no partitioned databases");
    return;
  }
  Database database("partitions", "partitioned=true");
  database.add({R"({"_id":"p:1","type":"t","x":1})", R"({"_id":"p:2","type":"t","x":2})"});
  Session session(database.name());
  using Strings = std::vector<std::string>;
  const std::string by_ids =
      "SELECT x FROM t /*+ BY_ID */ WHERE _id IN ('x', 'p:1', 'p:nothing', '', 'p:2') ORDER BY _id";
  CHECK(session.list(by_ids) == Strings{"1", "2"});
  session.query("BEGIN");
  session.query("UPDATE t SET x = 5 WHERE _id = 'p:1'");
  CHECK(session.list(by_ids) == Strings{"5", "2"});
  CHECK(session.list("SELECT x FROM t WHERE _id IN ('x', 'p:2')") == Strings{"2"});
  std::string message;
  CHECK(session.state("INSERT INTO t (_id, x) VALUES ('m', 1)", {}, &message) == "42000");
  CHECK_THAT(message, Catch::Contains("m is in no partition: in the partitioned database " + database.name() +
                                      " an _id is 'partition:rest' (line 1, column 32)"));
  CHECK(session.state("INSERT INTO t (_id, x) VALUES (?, 1)", {"m"}) == "42000");
  CHECK(session.state("INSERT INTO t (x) VALUES (1)") == "42000");
  session.query("INSERT INTO t (_id, x) VALUES ('p:3', 3)");
  session.query("COMMIT");
  CHECK(session.list("SELECT x FROM t ORDER BY _id") == Strings{"5", "2", "3"});
  CHECK(session.state("INSERT INTO t (_id, x) VALUES ('p:9', 1), ('x', 1)") == "42000");
  CHECK(session.state("INSERT INTO t (_id, x) SELECT 'q' || x, x FROM t") == "42000");
  CHECK(session.value("SELECT COUNT(*) FROM t") == "3");
}
