// The judges judged: what decides whether the driver is right has to agree with itself. Needs no server.
#include "tests/support/oracle.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/support/random_queries.h"
#include "tests/support/random_table.h"

using namespace couch::judge;

TEST_CASE("The evaluator and SQLite agree on random conditions, in either text order", "[live][oracle]") {
  const auto kind = GENERATE(TextOrder::Kind::Icu, TextOrder::Kind::Binary);
  const TextOrder order(kind);
  const QueryOptions options{.parameters = false, .decimals = false, .computed = true, .mixed_times = false};
  Dice dice(7);
  for (int round = 0; round < 10; ++round) {
    const auto table =
        random_table(dice, "t", {.couchdb = true, .mismatches = round % 2 == 1, .documents = 60});
    Oracle oracle(order);
    load(oracle, table);
    for (int i = 0; i < 200; ++i) {
      const auto condition = random_condition(dice, table, options, 3);
      std::vector<std::string> expected, actual;
      for (const auto& document : table.documents)
        if (evaluate(condition, table, document, order) == Truth::True) expected.push_back(document.id);
      const auto sql = print(condition, table, Dialect::Sqlite).sql;
      for (const auto& row : oracle.query("SELECT _id FROM t WHERE " + sql))
        actual.push_back(to_text(row[0]));
      INFO(sql);
      REQUIRE(expected == actual);
    }
  }
}

TEST_CASE("The text orders are those of the two servers", "[live][oracle]") {
  const TextOrder icu(TextOrder::Kind::Icu), binary(TextOrder::Kind::Binary);
  CHECK(icu.compare("a", "B") < 0);
  CHECK(binary.compare("a", "B") > 0);
  CHECK(icu.compare("é", "e\u0301") == 0);
  CHECK(binary.compare("é", "e\u0301") != 0);
  CHECK(icu.compare("a", "a\u0001") == 0);
  CHECK(icu.compare("a", "A") < 0);
}

TEST_CASE("LIKE takes characters, not bytes, and knows its escape", "[live][oracle]") {
  CHECK(like("é", "_", std::nullopt) == true);
  CHECK(like("e\u0301", "_", std::nullopt) == false);
  CHECK(like("100%", "100!%", U'!') == true);
  CHECK(like("1000", "100!%", U'!') == false);
  CHECK(like("a", "A", std::nullopt) == false);
  CHECK(like("abcabd", "a%b_", std::nullopt) == true);
  CHECK_FALSE(like("a", "a!", U'!').has_value());
}
