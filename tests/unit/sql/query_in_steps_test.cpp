// Subqueries that stand for a value are asked for first, where the rest of the query gains by it.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "sql/error.h"
#include "sql/plan/explain.h"
#include "tests/support/run_sql.h"

using namespace couch::sql;
using namespace couch::test::model;
using Strings = std::vector<std::string>;

namespace {

// Fifty people of ages 20 to 29 and as many pets; the catalog believes in far more documents.
FakeCouch people() {
  FakeCouch couch;
  couch.table("person", {column("name", TypeKind::Varchar), column("age", TypeKind::BigInt),
                         column("day", TypeKind::Date)});
  couch.table("pet", {column("name", TypeKind::Varchar), column("owner", TypeKind::Varchar),
                      column("weight", TypeKind::Double)});
  for (int i = 0; i < 50; ++i) {
    couch.put(
        fmt::format(R"({{"_id":"p{0:02}","type":"person","name":"n{1}","age":{2},"day":"2024-01-{3:02}"}})",
                    i, i % 7, 20 + i % 10, 1 + i % 28));
    couch.put(
        fmt::format(R"({{"_id":"q{0:02}","type":"pet","name":"n{1}","owner":"p{2:02}","weight":{3}.5}})", i,
                    i % 5, 49 - i, i));
  }
  couch.index("by-age", {{"type"}, {"age"}});
  couch.index("by-name", {{"type"}, {"name"}});
  couch.index("by-weight", {{"type"}, {"weight"}});
  couch.database_facts.documents = 100'000;
  return couch;
}

Strings operations(FakeCouch& couch, const std::string& sql, const std::vector<Value>& parameters = {}) {
  return explain(couch, sql, "operation", parameters);
}

bool in_steps(FakeCouch& couch, const std::string& sql, const std::vector<Value>& parameters = {}) {
  const auto shown = operations(couch, sql, parameters);
  return std::find(shown.begin(), shown.end(), "value of a subquery") != shown.end();
}

// Requests that may look at every document.
Strings scans(const FakeCouch& couch) {
  Strings out;
  for (const auto& request : couch.requests) {
    const bool ids = std::holds_alternative<ByIds>(request.what);
    const bool all =
        std::holds_alternative<AllDocs>(request.what) || std::holds_alternative<Find>(request.what);
    const auto text = plan::request_text(request);
    if (all && !ids) out.push_back(text.path + ' ' + text.body);
  }
  return out;
}

// As one plan would have it: no hint says FIRST, and few documents are worth no steps.
Strings at_once(FakeCouch couch, const std::string& sql, const std::vector<Value>& parameters = {}) {
  couch.database_facts.documents = 100;
  CHECK_FALSE(in_steps(couch, sql, parameters));
  return rows(couch, sql, parameters);
}

void check_steps(const std::string& sql, const std::vector<Value>& parameters = {}) {
  INFO(sql);
  auto couch = people();
  CHECK(in_steps(couch, sql, parameters));
  couch.requests.clear();
  const auto got = rows(couch, sql, parameters);
  CHECK(scans(couch) == Strings{});
  CHECK(got == at_once(people(), sql, parameters));
  CHECK_FALSE(got.empty());
}

}  // namespace

TEST_CASE("The value of a subquery is a condition of the rest's request", "[steps]") {
  auto couch = people();
  CHECK(operations(couch, "SELECT day FROM person WHERE age = (SELECT MAX(age) FROM person)") ==
        Strings{"end of index by-age", "value of a subquery", "rows of index by-age"});
  CHECK(explain(couch, "SELECT day FROM person WHERE age = (SELECT MAX(age) FROM person)", "notes").at(1) ==
        "known before the rest is planned: SELECT MAX(age) FROM person");
  check_steps("SELECT _id, day FROM person WHERE age = (SELECT MAX(age) FROM person) ORDER BY _id");
  check_steps("SELECT _id, age FROM person WHERE age > (SELECT AVG(age) FROM person) + 3 ORDER BY _id");
  check_steps("SELECT name FROM person WHERE _id = (SELECT _id FROM person WHERE age = 25 AND name = 'n4')");
  check_steps("SELECT COUNT(day) FROM person WHERE name = (SELECT MIN(name) FROM pet)");
}

TEST_CASE("Values that wait for values, and for parameters, come in order", "[steps]") {
  check_steps(
      "SELECT _id, day FROM person WHERE age = (SELECT MIN(age) FROM person WHERE age > (SELECT AVG(age) "
      "FROM "
      "person)) ORDER BY _id");
  check_steps(
      "SELECT _id, ?, (SELECT MAX(weight) FROM pet WHERE weight < ?) FROM person WHERE age = (SELECT "
      "MIN(age) FROM "
      "person WHERE age >= ?) AND day > ? ORDER BY _id",
      {std::string{"x"}, 7.0, int64_t{24}, std::string{"2024-01-05"}});
  check_steps(
      "WITH old AS (SELECT _id AS id, age, day FROM person WHERE age = (SELECT MAX(age) FROM person)) "
      "SELECT o.id, (SELECT COUNT(*) FROM person WHERE age = 21) FROM old o ORDER BY 1");
}

TEST_CASE("No value is NULL, several are an error with its place", "[steps]") {
  auto couch = people();
  const std::string none = "SELECT day FROM person WHERE age = (SELECT age FROM person WHERE age = 77)";
  CHECK(operations(couch, none).back() == "no rows");
  CHECK(rows(couch, none).empty());
  const std::string several = "SELECT day FROM person WHERE age = (SELECT age FROM person WHERE age > 27)";
  // A limit of the application's is of the result.
  for (const uint64_t limit : {0u, 1u}) {
    try {
      run(couch, several, {}, {}, limit);
      FAIL("two rows stood for a value");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::Cardinality);
      CHECK(std::string{error.what()}.find("(line 1, column 37)") != std::string::npos);
    }
  }
}

TEST_CASE("What is no value by itself, or none that compares alike, stays where it is", "[steps]") {
  auto couch = people();
  const auto stays = [&](const std::string& sql) {
    INFO(sql);
    CHECK_FALSE(in_steps(couch, sql));
    CHECK(rows(couch, sql) == at_once(people(), sql));
  };
  // Rows outside are read.
  stays("SELECT _id FROM person p WHERE age = (SELECT MAX(age) FROM person WHERE name = p.name) ORDER BY 1");
  stays(
      "WITH w AS (SELECT age FROM person) SELECT _id FROM person WHERE age = (SELECT MAX(age) FROM w) ORDER "
      "BY 1");
  // Another value each time.
  stays("SELECT _id FROM person WHERE age = (SELECT MAX(age + 1000 * CEILING(RAND())) FROM person)");
  // Ids compare byte for byte.
  stays(
      "SELECT _id FROM pet WHERE owner = (SELECT _id FROM person WHERE day = DATE '2024-01-09' AND age = "
      "28)");
  // It reads as much as the rest: both are read together.
  stays("SELECT _id FROM person WHERE age = (SELECT MAX(LENGTH(owner)) + 19 FROM pet) ORDER BY 1");
  // LIMIT 0 asks nothing.
  couch.requests.clear();
  CHECK(rows(couch, "SELECT day FROM person WHERE age = (SELECT MAX(age) FROM person) LIMIT 0").empty());
  CHECK(couch.requests.empty());
}

TEST_CASE("/*+ FIRST */ asks for values first however they are read", "[steps]") {
  auto couch = people();
  couch.database_facts.documents = 100;
  const std::string rest = "WHERE age = (SELECT MAX(LENGTH(owner)) + 19 FROM pet) ORDER BY 1";
  CHECK(in_steps(couch, "SELECT _id FROM person /*+ FIRST */ " + rest));
  CHECK(rows(couch, "SELECT _id FROM person /*+ FIRST */ " + rest) ==
        rows(couch, "SELECT _id FROM person " + rest));
  // One clock for all of a statement.
  CHECK(rows(couch,
             "SELECT COUNT(*) FROM person /*+ FIRST */ WHERE CURRENT_TIMESTAMP(9) = (SELECT "
             "MAX(CURRENT_TIMESTAMP(9)) FROM pet)") == Strings{"50"});
}

TEST_CASE("Warnings of the first steps are the statement's", "[steps]") {
  auto couch = people();
  couch.put(R"({"_id":"p99","type":"person","name":"n","age":"old"})");
  const std::string sql =
      "SELECT _id FROM pet /*+ FIRST */ WHERE weight = (SELECT MAX(age) - 28.5 FROM person /*+ ALL_DOCS */)";
  const auto result = run(couch, sql);
  CHECK(result.rows == Strings{"q00"});
  CHECK(result.warnings.size() == 1);
}

TEST_CASE("RequireIndex is content where the rest can be read by an index then", "[steps]") {
  auto couch = people();
  Options options;
  options.require_index = true;
  CHECK(rows(couch, "SELECT _id FROM person WHERE age = (SELECT MAX(age) FROM person) ORDER BY 1", {},
             options) == Strings{"p09", "p19", "p29", "p39", "p49"});
  CHECK_THROWS_AS(
      rows(couch, "SELECT _id FROM person WHERE day = (SELECT MAX(age) || '' FROM person)", {}, options),
      Error);
}
