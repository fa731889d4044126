// CREATE VIEW … GROUP BY: the server keeps the groups, and every query that they answer is answered by them.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "tests/live/comparison.h"
#include "tests/live/effort.h"
#include "tests/live/session.h"
#include "tests/support/live_server.h"
#include "tests/support/oracle.h"
#include "tests/support/random_table.h"

using namespace couch::live;
using namespace couch::judge;
using namespace couch::test;

namespace {

// Sales of every kind: fields missing and null, cities that only bytes tell apart, whole and broken prices.
std::vector<std::string> sales(Dice& dice, int count) {
  static const std::vector<std::string> cities{
      "\"Ulm\"", "\"ulm\"", "\"Orl\u00e9ans\"", "\"Orle\u0301ans\"", "\"\"", "\"a\\u0000b\"", "\"😀\"",
      "null",    "-"};
  static const std::vector<std::string> prices{"1",    "2", "2.0", "0.5", "-3", "1000000", "9007199254740991",
                                               "null", "-"};
  std::vector<std::string> out;
  for (int i = 0; i < count; ++i) {
    std::string json = fmt::format(R"({{"_id":"s{:04}","type":"sale")", i);
    const auto member = [&](const char* name, const std::string& value) {
      if (value != "-") json += fmt::format(",\"{}\":{}", name, value);
    };
    member("city", i < 2 ? "\"Ulm\"" : dice.of(cities));
    member("price", i < 2 ? "1.5" : dice.of(prices));
    member("pieces", i < 2 ? "1" : fmt::format("{}", dice.between(0, 3)));
    member("paid", i < 2 ? "true" : dice.of(std::vector<std::string>{"true", "false", "null", "-"}));
    member("at", i < 2 ? "{\"year\":2020}"
                       : dice.of(std::vector<std::string>{"{\"year\":2021}", "{\"year\":2022.0}", "{}",
                                                          "null", "-"}));
    out.push_back(json + "}");
  }
  out.push_back(R"({"_id":"o1","type":"sale\u0001","city":"Ulm","price":100,"paid":true})");
  out.push_back(R"({"_id":"o2","city":"Ulm","price":100,"paid":true})");
  out.push_back(R"({"_id":"o3","type":["sale"],"city":"Ulm","price":100})");
  return out;
}

bool answered_by_view(Session& session, const std::string& sql) {
  for (const auto& row : session.query("EXPLAIN " + sql).rows) {
    if (row[1] && row[1]->find("odbc-view:sales") != std::string::npos) return true;
  }
  return false;
}

constexpr const char* create =
    "CREATE VIEW sales AS SELECT city, at.year AS year, paid, COUNT(*) AS n, COUNT(price) AS priced, "
    "SUM(price) AS total, AVG(price) "
    "AS mean, MIN(price) AS least, MAX(price) AS most, SUM(pieces) AS pieces FROM sale GROUP BY city, "
    "at.year, paid";

}  // namespace

TEST_CASE("A view that groups answers its query, coarser ones and those with conditions on its keys",
          "[live][views]") {
  const auto& server = LiveServer::get();
  if (!server.couchdb()) return;
  Dice dice(seed() + 20);
  Database database("views");
  database.add(sales(dice, 300));
  Session session(database.name(), "SampleSize=0");
  session.query(create);
  const TextOrder order(TextOrder::Kind::Icu);
  for (const char* query :
       {"SELECT city, at.year, paid, COUNT(*), COUNT(price), SUM(price), AVG(price), MIN(price), MAX(price) "
        "FROM sale {} GROUP BY city, at.year, paid",
        "SELECT city, SUM(price), SUM(pieces) FROM sale {} GROUP BY city",
        "SELECT SUM(price), AVG(pieces), COUNT(*), COUNT(city) FROM sale {}",
        "SELECT at.year, AVG(price) FROM sale {} WHERE city = 'Orléans' GROUP BY at.year",
        "SELECT city, MAX(price) - MIN(price) FROM sale {} WHERE at.year > 2020 AND paid GROUP BY city "
        "HAVING COUNT(*) > 1",
        "SELECT paid, COUNT(price) * 2 FROM sale {} WHERE city IN ('Ulm', '😀') OR city IS NULL GROUP BY paid",
        "SELECT SUM(price) FROM sale {} WHERE city = 'nowhere'",
        "SELECT city, AVG(price) FROM sale {} WHERE city < 'V' GROUP BY city",
        "SELECT SUM(price) FILTER (WHERE paid), AVG(price) FILTER (WHERE at.year = 2021) FROM sale {}",
        "SELECT city, at.year, SUM(price), GROUPING(city) FROM sale {} GROUP BY ROLLUP (city, at.year)"}) {
    const auto plain = fmt::format(fmt::runtime(query), "");
    INFO(plain);
    CHECK(answered_by_view(session, plain));
    const auto expected = expected_rows(session.query(fmt::format(fmt::runtime(query), "/*+ ENGINE */")));
    CHECK(difference(session.query(plain), expected, false, &order) == "");
  }
  // The view itself.
  const auto expected =
      expected_rows(session.query("SELECT city, at.year, paid, COUNT(*), COUNT(price), SUM(price), "
                                  "AVG(price), MIN(price), MAX(price), SUM(pieces) FROM sale /*+ ENGINE */ "
                                  "GROUP BY city, at.year, paid"));
  CHECK(difference(session.query("SELECT * FROM sales"), expected, false, &order) == "");
  CHECK(answered_by_view(session, "SELECT city, total FROM sales WHERE n > 1 ORDER BY total"));
  // An integer that JavaScript cannot hold: documents are read instead.
  database.add({R"({"_id":"big","type":"sale","city":"Ulm","price":9007199254740993,"paid":true})"});
  const auto big = expected_rows(
      session.query("SELECT city, SUM(price), MAX(price) FROM sale /*+ ENGINE */ GROUP BY city"));
  CHECK(difference(session.query("SELECT city, SUM(price), MAX(price) FROM sale GROUP BY city"), big, false,
                   &order) == "");
}

TEST_CASE("A view is listed, made once, and dropped", "[live][views]") {
  Dice dice(seed() + 21);
  Database database("views");
  database.add(sales(dice, 20));
  Session session(database.name(), "SampleSize=0");
  session.query(create);
  CHECK(session.state(create) == "42S01");
  CHECK(session.state("CREATE VIEW IF NOT EXISTS sales AS SELECT city FROM sale") == "00000");
  const auto listed = session.tables(database.name().c_str(), nullptr, "sales", nullptr);
  REQUIRE(listed.rows.size() == 1);
  CHECK(listed.at(0, "TABLE_TYPE") == "VIEW");
  CHECK(session.columns(database.name().c_str(), "sales", nullptr).rows.size() == 10);
  // A query that the server cannot group is kept as it is.
  session.query("CREATE VIEW named AS SELECT UPPER(city) AS place, _id FROM sale WHERE city IS NOT NULL");
  CHECK(session.list("SELECT place FROM named").size() ==
        session.list("SELECT _id FROM sale WHERE city IS NOT NULL").size());
  CHECK(session.state("CREATE VIEW twice AS SELECT city, city FROM sale") == "42000");
  session.query("DROP VIEW sales");
  CHECK(session.state("SELECT * FROM sales") == "42S02");
  CHECK(session.state("DROP VIEW sales") == "42S02");
  CHECK(session.state("DROP VIEW IF EXISTS sales") == "00000");
  CHECK(session.state("DROP VIEW sale") == "HYC00");
}
