// Constant parts of conditions, worked out before the server is asked.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "sql/error.h"
#include "tests/support/run_sql.h"

using namespace couch::sql;
using namespace couch::test::model;
using Strings = std::vector<std::string>;

namespace {

FakeCouch days() {
  FakeCouch couch;
  couch.table("day",
              {column("on", TypeKind::Date), column("n", TypeKind::BigInt), column("s", TypeKind::Varchar)});
  for (int i = 1; i <= 9; ++i)
    couch.put(fmt::format(R"({{"_id":"d{0}","type":"day","on":"2025-01-0{0}","n":{0},"s":"x{0}"}})", i));
  return couch;
}

// The selector that a condition sends; empty: none was sent.
std::string asked(FakeCouch& couch, const std::string& where, const std::vector<Value>& parameters = {}) {
  couch.requests.clear();
  rows(couch, "SELECT _id FROM day WHERE " + where, parameters);
  auto* find = couch.requests.empty() ? nullptr : std::get_if<Find>(&couch.requests.front().what);
  return find ? find->selector : std::string{};
}

}  // namespace

TEST_CASE("Constant parts of conditions are worked out before the server is asked", "[fold]") {
  FakeCouch couch = days();
  const std::string n = R"({"$and":[{"type":{"$eq":"day"}},{"n":{"$eq":6}}]})";
  CHECK(asked(couch, "n = 6") == n);
  CHECK(asked(couch, "n = 2 * 3") == n);
  CHECK(asked(couch, "n = CAST('6' AS INTEGER)") == n);
  CHECK(asked(couch, "n = ? + 1", {int64_t{5}}) == n);
  CHECK(asked(couch, "n = CASE WHEN ? THEN 5 / 0 ELSE 6 END", {false}) == n);
  CHECK(asked(couch, "n IN (2 * 3, 7)") == asked(couch, "n IN (6, 7)"));
  CHECK(asked(couch, "n = 6 OR 1 + 1 = 3") == n);
  CHECK(asked(couch, "s = LOWER('X') || '4'") == asked(couch, "s = 'x4'"));
  CHECK(asked(couch, "s LIKE LOWER('X') || '%'") == asked(couch, "s LIKE 'x%'"));
  CHECK(asked(couch, "\"on\" > CAST('2025-01-03' AS DATE)") == asked(couch, "\"on\" > DATE '2025-01-03'"));
  CHECK(asked(couch, "\"on\" > CURRENT_DATE - INTERVAL '30' DAY").find("\"on\"") != std::string::npos);
}

TEST_CASE("Conditions that can never hold ask nothing", "[fold]") {
  FakeCouch couch = days();
  for (const char* where :
       {"1 + 1 = 3", "n = 1 + NULL", "NULL + 1 = 1", "NOT (1 = 1 + NULL)", "n > 1 AND 'a' || 'b' = 'b'"}) {
    INFO(where);
    couch.requests.clear();
    CHECK(rows(couch, fmt::format("SELECT _id FROM day WHERE {}", where)).empty());
    CHECK(couch.requests.empty());
  }
  CHECK(rows(couch, "SELECT COUNT(*) FROM day WHERE 1 + 1 = 2") == Strings{"9"});
}

TEST_CASE("What fails is an error only where the query meets it", "[fold]") {
  FakeCouch couch = days();
  CHECK_THROWS_AS(rows(couch, "SELECT COUNT(*) FROM day WHERE n = 5 / 0"), Error);
  CHECK_THROWS_AS(rows(couch, "SELECT _id FROM day WHERE n = CAST('x' AS INTEGER)"), Error);
  CHECK(rows(couch, "SELECT _id FROM day WHERE CASE WHEN n > 0 THEN n = 3 ELSE 5 / 0 = 1 END") ==
        Strings{"d3"});
}

TEST_CASE("What differs from row to row is no constant", "[fold]") {
  FakeCouch couch = days();
  CHECK(asked(couch, "RAND() < 2").find("RAND") == std::string::npos);
  CHECK(rows(couch, "SELECT COUNT(*) FROM day WHERE RAND() >= 0") == Strings{"9"});
  CHECK(rows(couch, "SELECT COUNT(*) FROM day WHERE n = (SELECT 1 + 1)") == Strings{"1"});
  // Each execution has its own parameters and clock.
  CHECK(rows(couch, "SELECT _id FROM day WHERE n = ? * 2", {int64_t{2}}) == Strings{"d4"});
  CHECK(rows(couch, "SELECT _id FROM day WHERE n = ? * 2", {int64_t{3}}) == Strings{"d6"});
  CHECK(rows(couch, "SELECT _id FROM day WHERE n = ? * 2", {Value{}}).empty());
}

TEST_CASE("An index counts by what constants come to", "[fold]") {
  FakeCouch couch = days();
  couch.index("by-n", {{"type"}, {"n"}});
  CHECK(rows(couch, "SELECT COUNT(*) FROM day WHERE n > 2 * 3") == Strings{"3"});
  REQUIRE(couch.requests.size() == 1);
  CHECK(std::get<ViewRead>(couch.requests.front().what).reduce);
}
