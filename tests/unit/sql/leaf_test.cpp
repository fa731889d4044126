// Which way each table reference takes to CouchDB, and what it asks there.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/support/run_sql.h"

using namespace couch::sql;
using namespace couch::test::model;
using Strings = std::vector<std::string>;

namespace {

// People of ages 0 … 99, one of each and some without; other documents beside them.
FakeCouch people() {
  FakeCouch couch;
  couch.table("person", {column("age", TypeKind::BigInt), column("name", TypeKind::Varchar),
                         column("city", TypeKind::Varchar)});
  for (int age = 0; age < 100; ++age) {
    couch.put(fmt::format(R"({{"_id":"p{:02}","type":"person","age":{},"name":"n{}","city":"{}"}})", age, age,
                          age % 10, age % 2 ? "Oslo" : "Rome"));
  }
  couch.put(R"({"_id":"q1","type":"person","name":"nobody"})");
  couch.put(R"({"_id":"q2","type":"person","age":null,"name":"nothing"})");
  couch.put(R"({"_id":"q3","type":"person","age":"old","name":"word"})");
  couch.put("{\"_id\":\"q4\",\"type\":\"person\\u0001\",\"age\":50,\"name\":\"other\"}");
  couch.put(R"({"_id":"z","type":"thing","age":50})");
  couch.index("by-age", {{"type"}, {"age"}});
  couch.index("by-city-age", {{"type"}, {"city"}, {"age"}});
  return couch;
}

std::string way(FakeCouch& couch, const std::string& sql) { return explain(couch, sql, "operation").front(); }

const ViewRead& view(const FakeCouch& couch, size_t number = 0) {
  return std::get<ViewRead>(couch.requests.at(number).what);
}

auto ranges_of(const FakeCouch& couch) {
  return std::count_if(couch.requests.begin(), couch.requests.end(),
                       [](const auto& request) { return std::holds_alternative<AllDocs>(request.what); });
}

}  // namespace

TEST_CASE("A covered query reads keys, without documents", "[leaf]") {
  auto couch = people();
  CHECK(rows(couch, "SELECT _id, age FROM person WHERE age BETWEEN 20 AND 22") ==
        Strings{"p20|20", "p21|21", "p22|22"});
  REQUIRE(couch.requests.size() == 1);
  CHECK_FALSE(view(couch).include_docs);
  CHECK(view(couch).start_key == R"(["person",20])");
  CHECK(view(couch).end_key == R"(["person",22])");
  CHECK(explain(couch, "SELECT age FROM person WHERE age < 22", "checked_here") == Strings{"NULL"});
  // Without a condition on it, documents that lack the field would be missing.
  CHECK(way(couch, "SELECT age FROM person") == "all documents");
  CHECK(rows(couch, "SELECT age FROM person WHERE age IS NOT NULL AND age > 97") == Strings{"98", "99"});
}

TEST_CASE("Bounds of an index are of the column's class, exclusive where the condition is", "[leaf]") {
  auto couch = people();
  CHECK(rows(couch, "SELECT name, _rev FROM person WHERE age < 2 ORDER BY _id").size() == 2);
  CHECK(view(couch).include_docs);
  CHECK(view(couch).start_key == R"(["person",true,0])");
  CHECK(view(couch).end_key == R"(["person",2])");
  CHECK_FALSE(view(couch).inclusive_end);
  couch.requests.clear();
  CHECK(rows(couch, "SELECT age FROM person WHERE age > 98") == Strings{"99"});
  CHECK(view(couch).start_key == R"(["person",98,0])");
  CHECK(view(couch).end_key == R"(["person",""])");
  CHECK_FALSE(view(couch).inclusive_end);
}

TEST_CASE("IN and OR over an indexed field are several keys or ranges", "[leaf]") {
  auto couch = people();
  CHECK(rows(couch, "SELECT age FROM person WHERE age IN (7, 3, 7.0, 200)") == Strings{"3", "7"});
  REQUIRE(couch.requests.size() == 1);
  CHECK(view(couch).keys == Strings{R"(["person",3])", R"(["person",7])", R"(["person",200])"});
  couch.requests.clear();
  CHECK(rows(couch, "SELECT age FROM person WHERE age < 2 OR age > 97 OR age = 1") ==
        Strings{"0", "1", "98", "99"});
  CHECK(couch.requests.size() == 2);
  couch.requests.clear();
  CHECK(rows(couch, "SELECT city, age FROM person WHERE city IN ('Oslo', 'Rome') AND age >= 98") ==
        Strings{"Oslo|99", "Rome|98"});
  REQUIRE(couch.requests.size() == 2);
  CHECK(view(couch).start_key == R"(["person","Oslo",98])");
  CHECK(view(couch, 1).end_key == R"(["person","Rome",""])");
}

TEST_CASE("Ids that an OR names are asked for", "[leaf]") {
  auto couch = people();
  const auto asks = [&](const char* where, const Strings& ids, const Strings& expected) {
    INFO(where);
    couch.requests.clear();
    CHECK(rows(couch, fmt::format("SELECT _id FROM person WHERE {} ORDER BY 1", where)) == expected);
    REQUIRE(couch.requests.size() == 1);
    REQUIRE(std::holds_alternative<ByIds>(couch.requests.front().what));
    CHECK(std::get<ByIds>(couch.requests.front().what).ids == ids);
  };
  asks("_id = 'p07' OR _id = 'p03'", {"p03", "p07"}, {"p03", "p07"});
  asks("_id = 'p07' OR 'p03' = _id OR _id IN ('p07', 'no', 'z')", {"no", "p03", "p07", "z"}, {"p03", "p07"});
  asks("(_id = 'p07' AND age = 8) OR (_id = 'p03' AND (age = 3 OR name = 'x'))", {"p07", "p03"}, {"p03"});
  asks("(_id = 'p07' OR _id = 'p08') AND (_id = 'p08' OR _id = 'p09')", {"p08"}, {"p08"});
  asks("_id = 'p01' OR _id = NULL OR _id LIKE 'p02'", {"p01", "p02"}, {"p01", "p02"});
  // One side names none.
  couch.requests.clear();
  CHECK(rows(couch, "SELECT _id FROM person WHERE _id = 'p07' OR age = 3 ORDER BY 1") ==
        Strings{"p03", "p07"});
  CHECK_FALSE(std::holds_alternative<ByIds>(couch.requests.front().what));
  CHECK(rows(couch, "SELECT COUNT(*) FROM person WHERE NOT (_id = 'p07' OR _id = 'p03')") == Strings{"101"});
}

TEST_CASE("A document that moved in the index while it is read comes once", "[leaf]") {
  auto couch = people();
  bool moved = false;
  couch.before_row = [&] {
    if (!moved && couch.rows_given == 1) {
      moved = true;
      couch.put(R"({"_id":"p00","type":"person","age":99,"name":"n0"})");
    }
  };
  Options one_at_a_time;
  one_at_a_time.parallel = 1;
  CHECK(rows(couch, "SELECT _id FROM person WHERE age < 2 OR age > 98", {}, one_at_a_time) ==
        Strings{"p00", "p01", "p99"});
}

TEST_CASE("A selective range is read through the index, the most of a table is not", "[leaf]") {
  auto couch = people();
  couch.database_facts.documents = 2'000;  // as if
  CHECK(way(couch, "SELECT name FROM person WHERE age < 40") == "rows of index by-age");
  couch.requests.clear();
  couch.database_facts.documents = 2'000;
  for (int i = 0; i < 1'900; ++i)
    couch.put(fmt::format(R"({{"_id":"r{}","type":"person","age":{},"name":"x"}})", i, 200 + i));
  CHECK(way(couch, "SELECT name FROM person WHERE age > 50") == "all documents");
  REQUIRE(couch.requests.size() == 1);  // its count
  CHECK(view(couch).reduce);
  CHECK(view(couch).start_key == R"(["person",50,0])");
  CHECK(way(couch, "SELECT name FROM person WHERE age > 2000") == "rows of index by-age");
  // Certain without asking.
  couch.requests.clear();
  CHECK(way(couch, "SELECT age FROM person WHERE age > 50") == "keys of index by-age");
  CHECK(way(couch, "SELECT name FROM person WHERE age > 50 LIMIT 3") == "rows of index by-age");
  CHECK(way(couch, "SELECT name FROM person WHERE _id = 'p07' AND age > 50") == "documents by _id");
  CHECK(couch.requests.empty());
}

TEST_CASE("What was asked is remembered for the statement", "[leaf]") {
  auto couch = people();
  couch.database_facts.documents = 100'000;
  std::atomic<bool> stop{false};
  auto prepared = prepare("SELECT name FROM person WHERE age < 10", couch, {});
  for (int times = 0; times < 3; ++times) {
    auto result = prepared->execute({}, {.documents = couch, .stop = stop});
    while (result->next()) {
    }
  }
  CHECK(couch.requests.size() == 4);  // one count, three reads
}

TEST_CASE("A large table is read in several ranges, in order where that is wanted", "[leaf]") {
  auto couch = people();
  const auto all = rows(couch, "SELECT _id FROM person /*+ ALL_DOCS */ ORDER BY _id");
  REQUIRE(all.size() == 103);
  couch.requests.clear();
  CHECK(rows(couch, "SELECT _id FROM person /*+ ALL_DOCS PARALLEL 4 */ ORDER BY _id") == all);
  CHECK(ranges_of(couch) >= 4);
  couch.requests.clear();
  CHECK(rows(couch, "SELECT _id FROM person /*+ ALL_DOCS PARALLEL 4 */ ORDER BY _id DESC") ==
        Strings{all.rbegin(), all.rend()});
  CHECK(ranges_of(couch) >= 4);
  CHECK(
      rows(couch,
           "SELECT _id FROM person /*+ PARALLEL 3 */ WHERE _id BETWEEN 'p10' AND 'p80' ORDER BY _id DESC") ==
      Strings{all.rbegin() + 22, all.rbegin() + 93});
  // Those of a database that is large by itself; not where only a few rows are wanted.
  couch.database_facts.documents = 20'000;
  for (int i = 0; i < 20'000; ++i) couch.put(Json::object({{"_id", Json::string(fmt::format("x{:05}", i))}}));
  couch.requests.clear();
  CHECK(rows(couch, "SELECT _id FROM person").size() == 103);
  CHECK(couch.requests.size() > 4);
  couch.requests.clear();
  CHECK(rows(couch, "SELECT _id FROM person LIMIT 3").size() == 3);
  CHECK(couch.requests.size() == 1);
}

TEST_CASE("A hint forces a way, and one that cannot be followed is said to be", "[leaf]") {
  auto couch = people();
  CHECK(way(couch, "SELECT age FROM person /*+ INDEX_ROWS by-city-age */ WHERE age > 5 AND city = 'Oslo'") ==
        "rows of index by-city-age");
  CHECK(way(couch, "SELECT age FROM person /*+ INDEX_FIND by-age */ WHERE age > 5") ==
        "find by index by-age");
  CHECK(way(couch, "SELECT age FROM person /*+ ALL_DOCS */ WHERE age > 5") == "all documents");
  CHECK(way(couch, "SELECT age FROM person /*+ FIND */ WHERE age > 5") == "find");
  CHECK_THAT(explain(couch, "SELECT name FROM person /*+ INDEX_KEYS */ WHERE age > 5", "notes").front(),
             Catch::Contains("the hint cannot be followed here"));
  CHECK_THROWS_WITH(rows(couch, "SELECT age FROM person /*+ PARALLEL 0 */"), Catch::Contains("from 1 to 64"));
}

TEST_CASE("RequireIndex takes an index even where reading everything were quicker", "[leaf]") {
  auto couch = people();
  couch.database_facts.documents = 2'000;
  Options options;
  options.require_index = true;
  for (int i = 0; i < 1'900; ++i)
    couch.put(fmt::format(R"({{"_id":"r{}","type":"person","age":{},"name":"x"}})", i, 200 + i));
  CHECK(explain(couch, "SELECT name FROM person WHERE age > 50", "operation", {}, options) ==
        Strings{"rows of index by-age"});
  CHECK_THROWS_WITH(rows(couch, "SELECT name FROM person WHERE name = 'x'", {}, options),
                    Catch::Contains("RequireIndex"));
}

TEST_CASE("ORDER BY an indexed column with LIMIT reads as many rows, and then those without a value",
          "[leaf]") {
  auto couch = people();
  CHECK(rows(couch, "SELECT _id, age FROM person ORDER BY age DESC LIMIT 3") ==
        Strings{"p99|99", "p98|98", "p97|97"});
  REQUIRE(couch.requests.size() == 1);
  CHECK(view(couch).descending);
  CHECK(view(couch).expected == 3u);
  CHECK(view(couch).start_key == R"(["person",""])");
  CHECK(view(couch).start_key_docid == "");
  CHECK(view(couch).end_key == R"(["person",true,0])");
  couch.requests.clear();
  CHECK(rows(couch, "SELECT name, age FROM person WHERE age < 2 ORDER BY age DESC, _id DESC LIMIT 9") ==
        Strings{"n1|1", "n0|0"});
  CHECK(couch.requests.size() == 1);
  couch.requests.clear();
  // Missing, null and text are NULL, the lowest of all.
  CHECK(rows(couch, "SELECT _id, age FROM person ORDER BY age DESC, _id DESC LIMIT 3 OFFSET 98") ==
        Strings{"p01|1", "p00|0", "q3|NULL"});
  REQUIRE(couch.requests.size() == 2);
  CHECK(std::get<Find>(couch.requests.back().what).limit == 101u);
  CHECK(explain(couch, "SELECT _id, age FROM person ORDER BY age DESC LIMIT 5", "operation") ==
        Strings{"keys of index by-age", "find"});
  CHECK(rows(couch, "SELECT _id FROM person ORDER BY age NULLS LAST LIMIT 2") == Strings{"p00", "p01"});
  // Or these before all others.
  CHECK(rows(couch, "SELECT _id FROM person ORDER BY age, _id LIMIT 4") == Strings{"q1", "q2", "q3", "p00"});
  CHECK(explain(couch, "SELECT _id FROM person /*+ INDEX_KEYS */ ORDER BY age LIMIT 2", "operation") ==
        Strings{"find", "keys of index by-age"});
  CHECK(rows(couch, "SELECT _id FROM person /*+ INDEX_KEYS */ ORDER BY age, _id LIMIT 4") ==
        Strings{"q1", "q2", "q3", "p00"});
  CHECK(rows(couch,
             "SELECT _id FROM person /*+ INDEX_ROWS */ ORDER BY age DESC NULLS FIRST, _id DESC LIMIT 3 "
             "OFFSET 2") == Strings{"q1", "p99", "p98"});
  couch.requests.clear();
  rows(couch, "SELECT _id FROM person /*+ INDEX_KEYS */ ORDER BY age, _id LIMIT 2");
  CHECK(std::holds_alternative<Find>(couch.requests.back().what));  // they are enough
  CHECK(way(couch, "SELECT age FROM person WHERE age >= 7 ORDER BY age LIMIT 2") == "keys of index by-age");
  CHECK(rows(couch, "SELECT age FROM person WHERE city = 'Oslo' AND age > 50 ORDER BY age LIMIT 2") ==
        Strings{"51", "53"});
  // Equal ages are ordered by their cities in that index.
  couch.requests.clear();
  CHECK(rows(couch, "SELECT name FROM person WHERE name = 'n5' ORDER BY age DESC LIMIT 2") ==
        Strings{"n5", "n5"});
}

TEST_CASE("MIN and MAX of _id read one document", "[leaf]") {
  auto couch = people();
  const auto check = [&](const char* query, const char* expected, uint64_t read) {
    INFO(query);
    couch.rows_given = 0;
    CHECK(rows(couch, query) == Strings{expected});
    CHECK((read == 0 || couch.rows_given == read));
  };
  check("SELECT MIN(_id) FROM person", "p00", 1);
  check("SELECT MAX(_id) FROM person", "q3", 1);
  check("SELECT MIN(_id) FROM person WHERE age > 41", "p42", 0);
  check("SELECT MAX(_id) FROM person WHERE name = 'n5' AND UPPER(city) <> ''", "p95", 0);
  check("SELECT MAX(_id) FROM person WHERE age > 1000", "NULL", 0);
  check("SELECT MAX(_id) FROM person WHERE _id < 'p5'", "p49", 0);
  check("SELECT MIN(_id), MAX(_id) FROM person", "p00|q3", 0);
}

TEST_CASE("Ascending, an index gives the order where each document has a value", "[leaf]") {
  FakeCouch couch;
  couch.table("person", {column("age", TypeKind::BigInt)});
  couch.index("by-age", {{"type"}, {"age"}});
  for (int age = 0; age < 30; ++age)
    couch.put(fmt::format(R"({{"_id":"p{:02}","type":"person","age":{}}})", age, 100 - age));
  CHECK(way(couch, "SELECT _id FROM person ORDER BY age LIMIT 2") == "keys of index by-age");
  CHECK(rows(couch, "SELECT _id FROM person ORDER BY age LIMIT 2") == Strings{"p29", "p28"});
  couch.put(R"({"_id":"q","type":"person"})");
  CHECK(rows(couch, "SELECT _id FROM person ORDER BY age LIMIT 2") == Strings{"q", "p29"});
}

TEST_CASE("LIKE with a beginning is a range of an index", "[leaf]") {
  FakeCouch couch;
  couch.table("word", {column("s", TypeKind::Varchar), column("n", TypeKind::BigInt)});
  int number = 0;
  for (const char* text :
       {"ab", "AB", "abc", "ab\\u0301", "a\\u00adb", "ac", "b", "aB", "a", "\\u00e4b", "abz\\uffff"})
    couch.put(fmt::format(R"({{"_id":"{0:02}","type":"word","s":"{1}","n":{0}}})", number++, text));
  couch.index("by-s", {{"type"}, {"s"}});
  const char* query = "SELECT _id FROM word /*+ INDEX_ROWS */ WHERE s LIKE 'ab%' ORDER BY _id";
  CHECK(rows(couch, query) == Strings{"00", "02", "03", "10"});
  auto* read = std::get_if<ViewRead>(&couch.requests.back().what);
  REQUIRE(read);
  CHECK(read->start_key == R"(["word","ab"])");
  CHECK(read->end_key.starts_with("[\"word\",\"ab\uFFFF"));
  CHECK(explain(couch, query, "checked_here").front() == "s LIKE 'ab%'");
}

TEST_CASE("EXPLAIN tells costs, the other ways, each request and the index that would help", "[leaf]") {
  auto couch = people();
  couch.database_facts.documents = 100'000;
  CHECK(explain(couch, "SELECT _id FROM person WHERE name = 'n1' AND city > 'P'", "index_that_helps") ==
        Strings{R"(CREATE INDEX "person_name_city" ON "person" ("name", "city"))", "NULL"});
  CHECK(
      explain(couch, "SELECT name FROM person /*+ ALL_DOCS */ WHERE age > 50", "index_that_helps").front() ==
      "NULL");
  CHECK_THAT(explain(couch, "SELECT name FROM person WHERE age > 50", "alternatives").front(),
             Catch::Contains("all documents: ") && Catch::Contains(" ms"));
  CHECK(explain(couch, "SELECT name FROM person WHERE age > 50", "estimated_ms").front() != "NULL");
  CHECK(explain(couch, "SELECT age FROM person WHERE age < 2 OR age > 97", "request") ==
        Strings{"GET /db/_design/by-age/_view/by-age?reduce=false&startkey=%5B%22person%22,true,0%5D&"
                "endkey=%5B%22person%22,2%5D&inclusive_end=false&limit=268435455",
                "GET /db/_design/by-age/_view/by-age?reduce=false&startkey=%5B%22person%22,97,0%5D&"
                "endkey=%5B%22person%22,%22%22%5D&inclusive_end=false&limit=268435455"});
}

TEST_CASE("A server without indexes as views is asked by _find", "[leaf]") {
  auto couch = people();
  couch.server.couchdb = couch.server.index_as_view = couch.server.pcre = couch.server.icu_order = false;
  CHECK(rows(couch, "SELECT age FROM person WHERE age > 97") == Strings{"98", "99"});
  // PouchDB Server picks an index itself: told which one, it refuses some selectors.
  CHECK(std::get<Find>(couch.requests.front().what).use_index.empty());

  couch = people();
  couch.server.index_as_view = false;
  CHECK(rows(couch, "SELECT age FROM person WHERE age > 97") == Strings{"98", "99"});
  CHECK(std::get<Find>(couch.requests.front().what).use_index == Strings{"by-age", "by-age"});
}
