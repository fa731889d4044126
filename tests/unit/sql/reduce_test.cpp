// Aggregates that indexes answer: which requests, and when documents are read instead.
#include <catch2/catch.hpp>

#include "sql/error.h"
#include "sql/plan/key_range.h"
#include "tests/support/run_sql.h"

using namespace couch::sql;
using namespace couch::test::model;
using Strings = std::vector<std::string>;

namespace {

FakeCouch people() {
  FakeCouch couch;
  couch.table("person", {column("type", TypeKind::Varchar), column("age", TypeKind::BigInt),
                         column("city", TypeKind::Varchar), column("size", TypeKind::Double),
                         column("born", TypeKind::Date)});
  couch.table("db", {column("age", TypeKind::BigInt)});
  for (auto document :
       {R"({"_id":"1","type":"person","age":20,"city":"Ulm","size":1.5,"born":"2000-01-01"})",
        R"({"_id":"2","type":"person","age":20.0,"city":"Bonn","size":2,"born":"2001-01-01"})",
        R"({"_id":"3","type":"person","age":30,"city":"Ulm","size":2.0,"born":"1999-01-01"})",
        R"({"_id":"4","type":"person","age":"old","city":null})", R"({"_id":"5","type":"person"})",
        R"({"_id":"6","type":"cat","age":20})", R"({"_id":"_design/x","type":"person","age":20})"})
    couch.put(std::string_view{document});
  couch.index("types", {{"type"}});
  couch.index("age", {{"type"}, {"age"}});
  couch.index("city", {{"type"}, {"city"}});
  couch.index("city-age", {{"type"}, {"city"}, {"age"}});
  couch.index("born", {{"type"}, {"born"}});
  return couch;
}

const ViewRead& read(const FakeCouch& couch, size_t number = 0) {
  REQUIRE(couch.requests.size() > number);
  REQUIRE(std::holds_alternative<ViewRead>(couch.requests[number].what));
  return std::get<ViewRead>(couch.requests[number].what);
}

bool reads_documents(const FakeCouch& couch) {
  for (const auto& request : couch.requests) {
    auto* view = std::get_if<ViewRead>(&request.what);
    if (!(view && (view->reduce || view->limit)) && !std::holds_alternative<DatabaseCount>(request.what))
      return true;
  }
  return false;
}

}  // namespace

TEST_CASE("COUNT of a range is one request", "[reduce]") {
  auto couch = people();
  CHECK(rows(couch, "SELECT COUNT(*) FROM person WHERE age BETWEEN 20 AND 29") == Strings{"2"});
  REQUIRE(couch.requests.size() == 1);
  CHECK(read(couch).view == "age");
  CHECK(read(couch).reduce);
  CHECK(read(couch).start_key == R"(["person",20])");
  CHECK(read(couch).end_key == R"(["person",29])");
  couch.requests.clear();
  CHECK(rows(couch, "SELECT COUNT(*) FROM person WHERE age > 20") == Strings{"1"});
  CHECK(read(couch).start_key == R"(["person",20,0])");
  CHECK(read(couch).end_key == R"(["person",""])");
  CHECK_FALSE(read(couch).inclusive_end);
}

TEST_CASE("COUNT(*) of a type is one request where an index is on the type alone", "[reduce]") {
  auto couch = people();
  CHECK(rows(couch, "SELECT COUNT(*) FROM person") == Strings{"5"});
  REQUIRE(couch.requests.size() == 1);
  CHECK(read(couch).view == "types");
}

TEST_CASE("IN and OR become several ranges", "[reduce]") {
  auto couch = people();
  CHECK(rows(couch, "SELECT COUNT(*) FROM person WHERE age IN (20, 30, 20.0)") == Strings{"3"});
  REQUIRE(couch.requests.size() == 1);
  CHECK(read(couch).keys == Strings{R"(["person",20])", R"(["person",30])"});
  couch.requests.clear();
  CHECK(rows(couch, "SELECT COUNT(*) FROM person WHERE age < 20 OR age > 25 AND age < 40 OR age = 20") ==
        Strings{"3"});
  CHECK(couch.requests.size() == 2);
}

TEST_CASE("Several aggregates and what is computed of them", "[reduce]") {
  auto couch = people();
  CHECK(rows(couch, "SELECT COUNT(*), COUNT(age), MIN(age), MAX(city) FROM person") == Strings{"5|3|20|Ulm"});
  CHECK_FALSE(reads_documents(couch));
  couch.requests.clear();
  CHECK(rows(couch, "SELECT COUNT(*) * ?, MAX(age) - MIN(age) FROM person WHERE age > ? HAVING COUNT(*) > 0",
             {int64_t{2}, int64_t{0}}) == Strings{"6|10"});
  CHECK_FALSE(reads_documents(couch));
  CHECK(rows(couch, "SELECT MIN(age) FROM person WHERE age > 100") == Strings{"NULL"});
  CHECK(rows(couch, "SELECT COUNT(*) FROM person HAVING COUNT(*) > 100").empty());
  CHECK(rows(couch, "SELECT COUNT(_id), COUNT(1), COUNT(DISTINCT _id), COUNT(type) FROM person") ==
        Strings{"5|5|5|5"});
}

TEST_CASE("MIN and MAX read one key, at the end where they stand", "[reduce]") {
  auto couch = people();
  CHECK(rows(couch, "SELECT MAX(age) FROM person WHERE age < 30") == Strings{"20"});
  CHECK(read(couch).descending);
  CHECK(read(couch).limit == 1u);
  CHECK(read(couch).start_key == R"(["person",30])");
  CHECK(read(couch).start_key_docid == "");
  couch.requests.clear();
  CHECK(rows(couch, "SELECT MIN(age) FROM person WHERE city = 'Ulm'") == Strings{"20"});
  REQUIRE(couch.requests.size() == 1);
  CHECK(read(couch).view == "city-age");
}

TEST_CASE("GROUP BY counts NULL as what is left of all rows", "[reduce]") {
  auto couch = people();
  CHECK(rows(couch, "SELECT age, COUNT(*) FROM person GROUP BY age ORDER BY age") ==
        Strings{"NULL|2", "20|2", "30|1"});
  CHECK(couch.requests.size() == 2);
  CHECK_FALSE(reads_documents(couch));
  couch.requests.clear();
  CHECK(rows(couch,
             "SELECT city, COUNT(*) AS n FROM person GROUP BY city HAVING COUNT(*) > 1 ORDER BY n DESC, city "
             "LIMIT 5") == Strings{"NULL|2", "Ulm|2"});
  CHECK_FALSE(reads_documents(couch));
  couch.requests.clear();
  CHECK(rows(couch, "SELECT DISTINCT age FROM person WHERE age > 0 ORDER BY age") == Strings{"20", "30"});
  REQUIRE(couch.requests.size() == 1);
  couch.requests.clear();
  CHECK(rows(couch, "SELECT COUNT(DISTINCT age), SUM(age), AVG(age), COUNT(age) FROM person") ==
        Strings{"2|70|23.333333333333332|3"});
  REQUIRE(couch.requests.size() == 1);
}

TEST_CASE("Expressions over grouped numbers are computed of the groups", "[reduce]") {
  auto couch = people();
  CHECK(rows(couch,
             "SELECT age / 10, COUNT(*) FROM person WHERE age IS NOT NULL AND MOD(age, 10) = 0 GROUP BY age "
             "/ 10 ORDER BY 1") == Strings{"2|2", "3|1"});
  CHECK_FALSE(reads_documents(couch));
  couch.requests.clear();
  // LENGTH may differ between texts that group as one.
  rows(couch, "SELECT LENGTH(city), COUNT(*) FROM person GROUP BY LENGTH(city)");
  CHECK(reads_documents(couch));
}

TEST_CASE("Two columns need an index that holds every document of the type", "[reduce]") {
  auto couch = people();
  const char* query = "SELECT city, age, COUNT(*) FROM person GROUP BY city, age ORDER BY city, age";
  const Strings expected{"NULL|NULL|2", "Bonn|20|1", "Ulm|20|1", "Ulm|30|1"};
  CHECK(rows(couch, query) == expected);
  CHECK(reads_documents(couch));  // 5 has neither
  auto whole = people();
  whole.put(std::string_view{R"({"_id":"5","type":"person","city":5,"age":[]})"});
  CHECK(rows(whole, query) == expected);
  CHECK_FALSE(reads_documents(whole));
  whole.requests.clear();
  CHECK(rows(whole,
             "SELECT city, age, COUNT(*) FROM person WHERE city > '' AND age > 0 GROUP BY city, age ORDER BY "
             "1, 2") == Strings{"Bonn|20|1", "Ulm|20|1", "Ulm|30|1"});
  CHECK_FALSE(reads_documents(whole));
}

TEST_CASE("Without an index on the type alone, an index that holds all documents counts them", "[reduce]") {
  FakeCouch couch;
  couch.table("t", {column("n", TypeKind::BigInt)});
  couch.index("n", {{"type"}, {"n"}});
  couch.put(std::string_view{R"({"_id":"1","type":"t","n":1})"});
  couch.put(std::string_view{R"({"_id":"2","type":"t","n":null})"});
  CHECK(rows(couch, "SELECT n, COUNT(*) FROM t GROUP BY n ORDER BY n") == Strings{"NULL|1", "1|1"});
  CHECK_FALSE(reads_documents(couch));
  couch.put(std::string_view{R"({"_id":"3","type":"t"})"});
  CHECK(rows(couch, "SELECT n, COUNT(*) FROM t GROUP BY n ORDER BY n") == Strings{"NULL|2", "1|1"});
  CHECK(reads_documents(couch));
}

TEST_CASE("A type whose name another one's equals to the server is not counted by indexes", "[reduce]") {
  auto couch = people();
  couch.put(std::string_view{R"({"_id":"7","type":"person\u0001","age":20})"});
  // Nobody knows of it: the keys show it.
  couch.put(std::string_view{R"({"_id":"0","type":"person\u0001","age":20})"});
  CHECK(rows(couch, "SELECT COUNT(*) FROM person WHERE age = 20") == Strings{"2"});
  CHECK(reads_documents(couch));
  auto known = people();
  known.put(std::string_view{R"({"_id":"7","type":"person\u0001","age":20})"});
  known.table("person", {column("age", TypeKind::BigInt)})->has_twin = true;
  CHECK(rows(known, "SELECT COUNT(*) FROM person WHERE age = 20") == Strings{"2"});
}

TEST_CASE("Dates and mixed values are not grouped by an index", "[reduce]") {
  auto couch = people();
  rows(couch, "SELECT born, COUNT(*) FROM person GROUP BY born");
  CHECK(reads_documents(couch));
  couch.requests.clear();
  rows(couch, "SELECT MAX(born) FROM person");
  CHECK(reads_documents(couch));  // its form was not seen to be one
  CHECK(rows(couch, "SELECT COUNT(*) FROM person WHERE born > DATE '1999-06-01'") == Strings{"2"});
  Column uniform = column("born", TypeKind::Date);
  uniform.uniform = true;
  couch.table("person", {uniform});
  couch.requests.clear();
  CHECK(rows(couch, "SELECT MAX(born), MIN(born) FROM person") == Strings{"2001-01-01|1999-01-01"});
  CHECK_FALSE(reads_documents(couch));
}

TEST_CASE("A hint, TypeMismatch=error and a server without indexes as views read documents", "[reduce]") {
  auto couch = people();
  rows(couch, "SELECT COUNT(*) FROM person /*+ ENGINE */");
  CHECK(reads_documents(couch));
  couch.requests.clear();
  Options strict;
  strict.mismatch = MismatchPolicy::Error;
  CHECK_THROWS_AS(rows(couch, "SELECT COUNT(age) FROM person", {}, strict), couch::sql::Error);
  CHECK(rows(couch, "SELECT COUNT(*) FROM person", {}, strict) == Strings{"5"});
  couch.requests.clear();
  couch.server.index_as_view = false;
  CHECK(rows(couch, "SELECT COUNT(*) FROM person WHERE age = 20") == Strings{"2"});
  CHECK(reads_documents(couch));
}

namespace {

// Its catalog still knows an index that somebody dropped.
class Forgetful : public FakeCouch {
 public:
  std::vector<Index> indexes(std::string_view) override {
    Index index;
    index.design_document = index.name = "gone";
    index.fields = {{"type"}, {"age"}};
    return {index};
  }
  std::unique_ptr<DocumentStream> open(const DocumentRequest& request) override {
    auto* view = std::get_if<ViewRead>(&request.what);
    if (!view) return FakeCouch::open(request);
    struct Missing : DocumentStream {
      std::optional<std::span<char>> next() override { throw std::runtime_error("404 not_found"); }
    };
    return std::make_unique<Missing>();
  }
};

}  // namespace

TEST_CASE("An index that is gone is not missed", "[reduce]") {
  Forgetful couch;
  couch.table("person", {column("age", TypeKind::BigInt)});
  couch.put(std::string_view{R"({"_id":"1","type":"person","age":20})"});
  CHECK(rows(couch, "SELECT MIN(age), MAX(age) FROM person") == Strings{"20|20"});
  CHECK(rows(couch, "SELECT age, COUNT(*) FROM person GROUP BY age") == Strings{"20|1"});
}

TEST_CASE("Several tables and subqueries are each answered by their own reduces", "[reduce]") {
  auto couch = people();
  const auto check = [&](const char* query, const Strings& expected, size_t requests) {
    INFO(query);
    couch.requests.clear();
    CHECK(rows(couch, query) == expected);
    CHECK_FALSE(reads_documents(couch));
    CHECK(couch.requests.size() == requests);
  };
  check("SELECT (SELECT COUNT(*) FROM person), (SELECT COUNT(*) FROM db)", {"5|6"}, 2);
  check("SELECT COUNT(*) FROM person WHERE age > 20 UNION ALL SELECT COUNT(*) FROM db", {"1", "6"}, 2);
  // The whole of which each group is a part is counted once, with the group of NULL.
  check("SELECT city, COUNT(*) * 100 / (SELECT COUNT(*) FROM person) FROM person GROUP BY city ORDER BY city",
        {"NULL|40", "Bonn|20", "Ulm|40"}, 2);
  check(
      "SELECT c.city, a.n FROM (SELECT city, COUNT(*) AS n FROM person GROUP BY city) c "
      "JOIN (SELECT age, COUNT(*) AS n FROM person GROUP BY age) a ON a.n = c.n WHERE c.city = 'Ulm' "
      "ORDER BY a.n",
      {"Ulm|2", "Ulm|2"}, 3);
  check("SELECT age, COUNT(*) FROM person WHERE age >= (SELECT AVG(age) FROM person) GROUP BY age", {"30|1"},
        3);
  check("SELECT COUNT(*) FROM person WHERE age IN (SELECT MAX(age) FROM person)", {"1"}, 3);
  // One of them cannot be.
  CHECK(rows(couch, "SELECT (SELECT COUNT(*) FROM person), (SELECT MIN(_id) FROM person)") == Strings{"5|1"});
  CHECK(reads_documents(couch));
  // A column of the table outside is one of its groups' keys, or it is not known.
  CHECK(rows(couch,
             "SELECT age, (SELECT COUNT(*) FROM db d WHERE d.age = p.age) FROM person p GROUP BY age "
             "ORDER BY age") == Strings{"NULL|0", "20|3", "30|1"});
  CHECK(rows(couch, "SELECT city, SUM((SELECT p.size)) FROM person p GROUP BY city ORDER BY city") ==
        Strings{"NULL|NULL", "Bonn|2", "Ulm|3.5"});
  for (const char* reads :
       {"SELECT city, SUM((VALUES (p.size + 0))) FROM person p GROUP BY city",
        "SELECT city, COUNT(*) FROM person p WHERE 3 IN (VALUES (CHAR_LENGTH(p.city))) GROUP BY city",
        "SELECT city, COUNT(*) FROM person p WHERE EXISTS (SELECT 1 FROM (SELECT 1 AS x) d JOIN (SELECT 2 AS "
        "y) e "
        "ON e.y = CHAR_LENGTH(p.city) - 1) GROUP BY city"}) {
    INFO(reads);
    couch.requests.clear();
    rows(couch, reads);
    CHECK(reads_documents(couch));
    CHECK(std::holds_alternative<AllDocs>(couch.requests.front().what));
  }
}

TEST_CASE("An order that is lost at once is nobody's", "[reduce]") {
  auto couch = people();
  CHECK(rows(couch, "SELECT COUNT(*), MAX(age) FROM (SELECT age FROM person ORDER BY age DESC) t") ==
        Strings{"5|30"});
  CHECK_FALSE(reads_documents(couch));
  CHECK(rows(couch,
             "SELECT STRING_AGG(city, ',') FROM (SELECT city FROM person WHERE age > 0 ORDER BY city DESC, "
             "age) t") == Strings{"Ulm,Ulm,Bonn"});
  CHECK(rows(couch, "SELECT COUNT(*) FROM (SELECT age FROM person ORDER BY age LIMIT 2) t") == Strings{"2"});
  CHECK(
      rows(couch, "SELECT COUNT(*) FROM (SELECT age FROM person WITH_ORDER ORDER BY age OFFSET 4 ROWS) t") ==
      Strings{"1"});
}

TEST_CASE("EXPLAIN shows the reduces", "[reduce]") {
  auto couch = people();
  CHECK(
      explain(couch, "SELECT COUNT(*) FROM person WHERE age = 20", "request") ==
      Strings{
          R"(GET /db/_design/age/_view/age?reduce=true&group_level=1&startkey=%5B%22person%22,20%5D&endkey=%5B%22person%22,20%5D&limit=268435455)"});
}

TEST_CASE("Sets of keys", "[reduce]") {
  using namespace couch::sql::plan;
  auto between = [](const char* low, const char* high) {
    return KeyRanges{{low, high}};
  };
  CHECK(compare_keys("true", "-1e300") < 0);
  CHECK(compare_keys("9007199254740993", "9007199254740992.0") > 0);
  CHECK(compare_keys("1", "1.0") == 0);
  CHECK(compare_keys("\"\"", "99") > 0);
  CHECK(compare_keys("\"a\"", "\"B\"") < 0);
  CHECK(both(between("1", "5"), between("6", "7")).empty());
  auto common = both(between("1", "5"), between("5.0", "7"));
  REQUIRE(common.size() == 1);
  CHECK(compare_keys(common[0].low, "5") == 0);
  CHECK(united(between("1", "5"), between("4", "7")).size() == 1);
  CHECK(united(between("6", "7"), between("1", "5")).size() == 2);
  CHECK(united(every_key(), between("1", "5")).size() == 1);
}
