// Statements from their text to their rows, over a CouchDB in memory.
#include "sql/session.h"

#include <catch2/catch.hpp>

#include "sql/error.h"
#include "tests/support/run_sql.h"

using namespace couch::sql;
using namespace couch::test::model;
using Strings = std::vector<std::string>;

namespace {

FakeCouch cinema() {
  FakeCouch couch;
  couch.table("film", {column("title", TypeKind::Varchar), column("year", TypeKind::BigInt),
                       column("rating", TypeKind::Double), column("seen", TypeKind::Bit),
                       column("released", TypeKind::Date)});
  couch.table("person", {column("name", TypeKind::Varchar), column("born", TypeKind::BigInt)});
  couch.table("role", {column("film", TypeKind::Varchar), column("person", TypeKind::Varchar)});
  couch.table("db", {column("type", TypeKind::Varchar), column("title", TypeKind::Varchar),
                     column("year", TypeKind::BigInt)});
  for (
      auto document :
      {R"({"_id":"film:1","type":"film","title":"Ran","year":1985,"rating":8.2,"seen":true,"released":"1985-06-01"})",
       R"({"_id":"film:2","type":"film","title":"Alien","year":1979,"rating":8.5,"seen":false,"released":"1979-05-25"})",
       R"({"_id":"film:3","type":"film","title":"Élan","year":2001})",
       R"({"_id":"film:4","type":"film","title":"zero","year":null,"rating":"bad"})",
       R"({"_id":"p:1","type":"person","name":"Kurosawa","born":1910})",
       R"({"_id":"p:2","type":"person","name":"Scott","born":1937})",
       R"({"_id":"r:1","type":"role","film":"film:1","person":"p:1"})",
       R"({"_id":"r:2","type":"role","film":"film:2","person":"p:2"})",
       R"({"_id":"_design/x","type":"film","title":"none"})"}) {
    couch.put(std::string_view{document});
  }
  return couch;
}

template <class What>
const What& request(const FakeCouch& couch) {
  REQUIRE(couch.requests.size() == 1);
  REQUIRE(std::holds_alternative<What>(couch.requests.front().what));
  return std::get<What>(couch.requests.front().what);
}

Error error_of(FakeCouch& couch, const std::string& sql, const std::vector<Value>& parameters = {},
               const Options& options = {}) {
  try {
    rows(couch, sql, parameters, options);
  } catch (const Error& error) {
    return error;
  }
  FAIL("no error: " << sql);
  throw std::logic_error("unreachable");
}

}  // namespace

TEST_CASE("A plain SELECT goes from JSON to cells", "[session]") {
  FakeCouch couch = cinema();
  CHECK(rows(couch, "SELECT title, year FROM film") ==
        Strings{"Ran|1985", "Alien|1979", "Élan|2001", "zero|NULL"});
  CHECK(request<AllDocs>(couch).include_docs);
  CHECK(rows(couch, "SELECT year, title, year FROM film") ==
        Strings{"1985|Ran|1985", "1979|Alien|1979", "2001|Élan|2001", "NULL|zero|NULL"});
  CHECK(explain(couch, "SELECT title FROM film", "operation") == Strings{"all documents"});
}

TEST_CASE("A pushed filter leaves nothing to do here", "[session]") {
  FakeCouch couch = cinema();
  CHECK(rows(couch, "SELECT title FROM film WHERE year > 1980") == Strings{"Ran", "Élan"});
  CHECK(request<Find>(couch).fields == Strings{"_id", "type", "title"});
  CHECK(couch.rows_given == 2);
  CHECK(explain(couch, "SELECT title FROM film WHERE year > 1980", "operation") == Strings{"find"});
}

TEST_CASE("What is left of a query runs in SQLite", "[session]") {
  FakeCouch couch = cinema();
  CHECK(rows(couch, "SELECT title FROM film ORDER BY title") == Strings{"Alien", "Élan", "Ran", "zero"});
  CHECK(rows(couch, "SELECT title FROM film WHERE LENGTH(title) = 3") == Strings{"Ran"});
  CHECK(rows(couch, "SELECT COUNT(*), MAX(year) FROM film") == Strings{"4|2001"});
  CHECK(rows(couch, "SELECT seen, COUNT(*) FROM film GROUP BY seen ORDER BY 2 DESC, 1") ==
        Strings{"NULL|2", "0|1", "1|1"});
  CHECK(rows(couch, "SELECT DISTINCT year IS NULL FROM film ORDER BY 1") == Strings{"0", "1"});
  CHECK(rows(couch, "SELECT title, year + 1 FROM film WHERE year = 1985") == Strings{"Ran|1986"});
}

TEST_CASE("Joins, subqueries and set operations of one database's tables read it once", "[session]") {
  FakeCouch couch = cinema();
  CHECK(rows(couch,
             "SELECT f.title, p.name FROM film f JOIN role r ON r.film = f._id JOIN person p ON p._id = "
             "r.person "
             "WHERE f.year > 1980 ORDER BY 1") == Strings{"Ran|Kurosawa"});
  CHECK(request<AllDocs>(couch).include_docs);
  CHECK(
      rows(couch,
           "SELECT title FROM film f WHERE EXISTS (SELECT 1 FROM role r WHERE r.film = f._id) ORDER BY 1") ==
      Strings{"Alien", "Ran"});
  CHECK(
      rows(couch,
           "SELECT title FROM film WHERE year = 1985 UNION ALL SELECT name FROM person WHERE born = 1910") ==
      Strings{"Ran", "Kurosawa"});
  CHECK(rows(couch, "WITH old AS (SELECT * FROM film WHERE year < 1990) SELECT COUNT(*) FROM old a, old b") ==
        Strings{"4"});
}

TEST_CASE("An outer join keeps rows that a condition on its other side does not meet", "[session]") {
  FakeCouch couch = cinema();
  CHECK(rows(couch,
             "SELECT f.title, r.person FROM film f LEFT JOIN role r ON r.film = f._id AND r.person = 'p:1' "
             "ORDER BY 1") == Strings{"Alien|NULL", "Élan|NULL", "Ran|p:1", "zero|NULL"});
  CHECK(rows(couch,
             "SELECT f.title FROM film f LEFT JOIN role r ON r.film = f._id WHERE r.person IS NULL ORDER BY "
             "1") == Strings{"Élan", "zero"});
  CHECK(rows(couch,
             "SELECT r.person FROM role r RIGHT JOIN film f ON r.film = f._id AND f.year = 1985 ORDER BY "
             "f.title") == Strings{"NULL", "NULL", "p:1", "NULL"});
}

TEST_CASE("Queries without documents need no server", "[session]") {
  FakeCouch couch = cinema();
  CHECK(rows(couch, "SELECT 1 + 1, 'a' || 'b'") == Strings{"2|ab"});
  CHECK(rows(couch, "VALUES (1, 'a'), (2, 'b')") == Strings{"1|a", "2|b"});
  CHECK(rows(couch, "SELECT title FROM film WHERE 1 = 0").empty());
  CHECK(rows(couch, "SELECT COUNT(*) FROM film WHERE year = NULL") == Strings{"0"});
  CHECK(couch.requests.empty());
}

TEST_CASE("_id finds documents by their keys", "[session]") {
  FakeCouch couch = cinema();
  CHECK(rows(couch, "SELECT title FROM film WHERE _id = 'film:2'") == Strings{"Alien"});
  CHECK(request<ByIds>(couch).ids == Strings{"film:2"});
  couch.requests.clear();
  CHECK(rows(couch, "SELECT title FROM film WHERE _id IN ('film:2', 'nope', 'p:1', 'film:1', 'film:2')") ==
        Strings{"Alien", "Ran"});
  CHECK(request<ByIds>(couch).ids == Strings{"film:2", "nope", "p:1", "film:1"});
  couch.requests.clear();
  CHECK(rows(couch, "SELECT title FROM film WHERE _id IN ('film:1', 'film:2') AND _id > 'film:1'") ==
        Strings{"Alien"});
  CHECK(request<ByIds>(couch).ids == Strings{"film:2"});
  couch.requests.clear();
  CHECK(rows(couch, "SELECT title FROM film WHERE _id = '_design/x'").empty());
  CHECK(rows(couch, "SELECT title FROM film WHERE _id = ?", {Value{}}).empty());
  CHECK(couch.requests.empty());
}

TEST_CASE("Ranges and prefixes of _id are ranges of _all_docs, by bytes", "[session]") {
  FakeCouch couch = cinema();
  CHECK(rows(couch, "SELECT title FROM film WHERE _id > 'film:1' AND _id <= 'film:3'") ==
        Strings{"Alien", "Élan"});
  CHECK(request<AllDocs>(couch).start == std::string("film:1\0", 7));
  CHECK(request<AllDocs>(couch).end == "film:3");
  couch.requests.clear();
  CHECK(rows(couch, "SELECT name FROM person WHERE _id LIKE 'p:%'") == Strings{"Kurosawa", "Scott"});
  CHECK(request<AllDocs>(couch).start == "p:");
  CHECK(request<AllDocs>(couch).end == "p;");
  CHECK_FALSE(request<AllDocs>(couch).inclusive_end);
  couch.requests.clear();
  CHECK(rows(couch, "SELECT name FROM person WHERE _id LIKE 'p:_'") == Strings{"Kurosawa", "Scott"});
  CHECK(rows(couch, "SELECT name FROM person WHERE _id BETWEEN 'p:2' AND 'p:1'").empty());
}

TEST_CASE("ORDER BY _id is the server's order", "[session]") {
  FakeCouch couch = cinema();
  CHECK(rows(couch, "SELECT title FROM film ORDER BY _id DESC") == Strings{"zero", "Élan", "Alien", "Ran"});
  CHECK(request<AllDocs>(couch).descending);
  CHECK(rows(couch, "SELECT title AS t FROM film WHERE year > 1980 ORDER BY _id DESC, t") ==
        Strings{"Élan", "Ran"});
  CHECK(rows(couch, "SELECT title FROM film WHERE _id IN ('film:2', 'film:1') ORDER BY _id") ==
        Strings{"Ran", "Alien"});
}

TEST_CASE("A limit is the server's only where every row of its answer is a row", "[session]") {
  FakeCouch couch = cinema();
  CHECK(rows(couch, "SELECT title FROM film LIMIT 2") == Strings{"Ran", "Alien"});
  CHECK(request<Find>(couch).limit == 2u);
  CHECK_THAT(request<Find>(couch).selector, Catch::Contains("$regex"));  // the type's name byte for byte
  couch.requests.clear();
  CHECK(rows(couch, "SELECT title FROM film WHERE year > 1900 LIMIT 1 OFFSET 1") == Strings{"Alien"});
  CHECK(request<Find>(couch).limit == 2u);
  couch.requests.clear();
  CHECK(rows(couch, "SELECT title FROM film WHERE LENGTH(title) > 3 ORDER BY title LIMIT 1") ==
        Strings{"Alien"});
  CHECK_FALSE(request<AllDocs>(couch).limit);
  couch.requests.clear();
  CHECK(rows(couch, "SELECT title FROM film WHERE released > '1979-05-25' LIMIT 1") == Strings{"Ran"});
  CHECK_FALSE(request<Find>(couch).limit);
  CHECK(rows(couch, "SELECT title FROM film LIMIT 0").empty());
  CHECK(rows(couch, "SELECT title FROM film LIMIT ? OFFSET ?", {Value{int64_t{1}}, Value{int64_t{2}}}) ==
        Strings{"Élan"});
  CHECK(rows(couch, "SELECT title FROM film OFFSET 3") == Strings{"zero"});
}

TEST_CASE("A limit is never the server's where a subquery chooses rows", "[session]") {
  FakeCouch couch = cinema();
  // The rows that are wanted come after the first of their tables.
  CHECK(rows(couch,
             "SELECT title FROM film f WHERE EXISTS (SELECT 1 FROM person p WHERE p.born = f.year - 42) "
             "LIMIT 1") == Strings{"Alien"});
  CHECK(rows(couch, "SELECT title FROM film WHERE year + 0 IN (SELECT born + 42 FROM person) LIMIT 1") ==
        Strings{"Alien"});
  CHECK(rows(couch,
             "SELECT title FROM film WHERE year IS NOT NULL AND year < (SELECT MIN(year) + 1 FROM film) "
             "LIMIT 1") == Strings{"Alien"});
  for (const auto& asked : couch.requests) {
    auto* find = std::get_if<Find>(&asked.what);
    CHECK_FALSE((find && find->limit));
  }
}

TEST_CASE("A limit is never the server's where a selector cannot name the field of the types", "[session]") {
  FakeCouch couch;
  Table film;
  film.name = film.discriminator = "film";
  film.discriminator_path = {"ki\\nd"};
  film.columns = {column("title", TypeKind::Varchar)};
  couch.add(film);
  couch.put(std::string_view{R"({"_id":"a","ki\\nd":"person","title":"none"})"});
  couch.put(std::string_view{R"({"_id":"b","ki\\nd":"film","title":"Ran"})"});
  CHECK(rows(couch, "SELECT title FROM film LIMIT 1") == Strings{"Ran"});
}

TEST_CASE("SQL_ATTR_MAX_ROWS cuts every result", "[session]") {
  FakeCouch couch = cinema();
  CHECK(run(couch, "SELECT title FROM film", {}, {}, 2).rows == Strings{"Ran", "Alien"});
  CHECK(run(couch, "SELECT title FROM film LIMIT 1", {}, {}, 2).rows == Strings{"Ran"});
  CHECK(run(couch, "SELECT title FROM film ORDER BY title DESC", {}, {}, 2).rows == Strings{"zero", "Ran"});
}

TEST_CASE("A database counts its own documents", "[session]") {
  FakeCouch couch = cinema();
  CHECK(rows(couch, "SELECT COUNT(*) FROM db") == Strings{"8"});
  CHECK(std::holds_alternative<DatabaseCount>(couch.requests.front().what));
  couch.requests.clear();
  CHECK(rows(couch, "SELECT COUNT(*) + 0 FROM db") == Strings{"8"});
  CHECK(std::holds_alternative<DatabaseCount>(couch.requests.front().what));
  couch.requests.clear();
  CHECK(rows(couch, "SELECT COUNT(*) FROM db WHERE LENGTH(_id) > 0") == Strings{"8"});
  CHECK_FALSE(request<AllDocs>(couch).include_docs);
}

TEST_CASE("An index answers when the condition makes a range of it", "[session]") {
  FakeCouch couch = cinema();
  couch.index("by-year", {{"type"}, {"year"}});
  couch.index("by-title", {{"title"}});
  CHECK(rows(couch, "SELECT title FROM film WHERE year >= 1985") == Strings{"Ran", "Élan"});
  CHECK(request<ViewRead>(couch).start_key == R"(["film",1985])");
  CHECK(explain(couch, "SELECT title FROM film WHERE title > 'M'", "operation") ==
        Strings{"rows of index by-title"});
  CHECK(explain(couch, "SELECT year FROM film WHERE year > 1950", "operation") ==
        Strings{"keys of index by-year"});
  CHECK(explain(couch, "SELECT title FROM film WHERE rating > 8", "operation") == Strings{"find"});
  // It holds no document that lacks the field.
  CHECK(rows(couch, "SELECT title FROM film WHERE year IS NULL") == Strings{"zero"});
  CHECK(explain(couch, "SELECT title FROM film WHERE year IS NULL", "operation") == Strings{"find"});
}

TEST_CASE("Array tables give a row for each element that meets the condition", "[session]") {
  FakeCouch couch;
  Table lines;
  lines.name = "order_lines";
  lines.kind = TableKind::Array;
  lines.discriminator_path = {"type"};
  lines.discriminator = "order";
  lines.array_path = {"lines"};
  lines.parent = "order";
  auto id = column("_id", TypeKind::Varchar), at = column("_index", TypeKind::BigInt);
  id.source = ColumnSource::Id;
  at.source = ColumnSource::Index;
  lines.columns = {id, at, column("sku", TypeKind::Varchar), column("n", TypeKind::BigInt)};
  couch.add(lines);
  couch.put(
      std::string_view{R"({"_id":"o1","type":"order","lines":[{"sku":"a","n":1},{"sku":"b","n":5},7]})"});
  couch.put(std::string_view{R"({"_id":"o2","type":"order","lines":[{"sku":"c","n":2}]})"});
  couch.put(std::string_view{R"({"_id":"o3","type":"order"})"});
  CHECK(rows(couch, "SELECT _id, _index, sku FROM order_lines") ==
        Strings{"o1|0|a", "o1|1|b", "o1|2|NULL", "o2|0|c"});
  CHECK(rows(couch, "SELECT sku FROM order_lines WHERE n > 2 AND sku = 'b'") == Strings{"b"});
  CHECK_THAT(std::get<Find>(couch.requests.back().what).selector, Catch::Contains("$elemMatch"));
  CHECK(rows(couch, "SELECT sku FROM order_lines WHERE n > 2 AND sku = 'a'").empty());
  CHECK(rows(couch, "SELECT _index FROM order_lines WHERE sku IS NULL") == Strings{"2"});
  CHECK(rows(couch, "SELECT sku FROM order_lines LIMIT 2") == Strings{"a", "b"});
  CHECK(rows(couch, "SELECT sku FROM order_lines WHERE _id = 'o2'") == Strings{"c"});
}

TEST_CASE("Views are read by ranges of their key", "[session]") {
  FakeCouch couch;
  Table view;
  view.name = "agg/by_year";
  view.kind = TableKind::View;
  view.design_document = "agg";
  view.view = "by_year";
  view.columns = {column("id", TypeKind::Varchar), column("key", TypeKind::BigInt),
                  column("value", TypeKind::BigInt)};
  couch.add(view);
  couch.view("agg", "by_year",
             {R"({"id":"n","key":null,"value":0})", R"({"id":"a","key":1979,"value":1})",
              R"({"id":"b","key":1985,"value":2})", R"({"id":"c","key":"x","value":3})"});
  CHECK(rows(couch, R"(SELECT id, "key", "value" FROM "agg/by_year" WHERE "key" > 1980)") ==
        Strings{"b|1985|2"});
  CHECK(request<ViewRead>(couch).start_key == "1980");
  CHECK(request<ViewRead>(couch).end_key == "\"\"");
  CHECK(rows(couch, R"(SELECT id FROM "agg/by_year" WHERE "key" = 1985)") == Strings{"b"});
  CHECK(rows(couch, R"(SELECT COUNT(*) FROM "agg/by_year")") == Strings{"4"});
  // A range that ends before it begins is an error to CouchDB, and no row here.
  CHECK(rows(couch, R"(SELECT id FROM "agg/by_year" WHERE "key" > 1985 AND "key" < 1979)").empty());
  CHECK(rows(couch, R"(SELECT COUNT(*) FROM "agg/by_year" WHERE "key" >= 10 AND "key" <= 9.5)") ==
        Strings{"0"});
  CHECK(rows(couch, R"(SELECT id FROM "agg/by_year" WHERE "key" >= 1985 AND "key" <= 1985)") == Strings{"b"});
}

TEST_CASE("A prepared statement runs again with other parameters", "[session]") {
  FakeCouch couch = cinema();
  auto prepared = prepare("SELECT title FROM film WHERE year = ?", couch, {});
  std::atomic<bool> stop{false};
  for (auto [year, title] : {std::pair{1985, "Ran"}, std::pair{1979, "Alien"}}) {
    auto result = prepared->execute({Value{int64_t{year}}}, {.documents = couch, .stop = stop});
    REQUIRE(result->next());
    CHECK(std::get<std::string_view>(result->cell(0)) == title);
    CHECK_FALSE(result->next());
  }
  CHECK(prepared->is_current(couch));
  couch.table("film", {column("title", TypeKind::Varchar)});
  CHECK_FALSE(prepared->is_current(couch));
}

TEST_CASE("Values of the wrong class are told of, with their number", "[session]") {
  FakeCouch couch = cinema();
  auto direct = run(couch, "SELECT rating FROM film");
  CHECK(direct.rows == Strings{"8.2", "8.5", "NULL", "NULL"});
  REQUIRE(direct.warnings.size() == 1);
  CHECK_THAT(direct.warnings[0],
             Catch::Contains("1 value") && Catch::Contains("column rating (DOUBLE) of document film:4"));
  auto sorted = run(couch, "SELECT rating FROM film ORDER BY rating DESC");
  CHECK(sorted.warnings == direct.warnings);
  Options strict;
  strict.mismatch = MismatchPolicy::Error;
  CHECK(error_of(couch, "SELECT rating FROM film", {}, strict).kind() == ErrorKind::TypeMismatch);
  CHECK(error_of(couch, "SELECT rating FROM film ORDER BY 1", {}, strict).kind() == ErrorKind::TypeMismatch);
}

TEST_CASE("Errors say where", "[session]") {
  FakeCouch couch = cinema();
  auto unknown = error_of(couch, "SELECT title,\n  nme FROM film");
  CHECK(unknown.kind() == ErrorKind::UnknownColumn);
  CHECK_THAT(unknown.what(), Catch::Contains("line 2, column 3"));
  auto later = error_of(couch, "DELETE FROM film USING other");
  CHECK(later.kind() == ErrorKind::NotSupported);
  CHECK_THAT(later.what(), Catch::Contains("USING"));
  CHECK(error_of(couch, "SELECT title FROM film WHERE year = ?").kind() == ErrorKind::ParameterCount);
  CHECK(error_of(couch, "SELECT title FROM film WHERE year = ?", {Value{std::string{"old"}}}).kind() ==
        ErrorKind::TypeMismatch);
  CHECK(error_of(couch, "SELECT title FROM film LIMIT -1").kind() != ErrorKind::Engine);
  CHECK(error_of(couch, "SELECT title FROM film /*+ NONSENSE */").kind() == ErrorKind::Syntax);
  Options indexed;
  indexed.require_index = true;
  CHECK(error_of(couch, "SELECT title FROM film", {}, indexed).kind() == ErrorKind::RequireIndex);
  CHECK(rows(couch, "SELECT title FROM film WHERE _id = 'film:1'", {}, indexed) == Strings{"Ran"});
}

TEST_CASE("An answer that is no JSON is an error on every path", "[session]") {
  FakeCouch couch = cinema();
  couch.garble("{\"id\":");
  CHECK(error_of(couch, "SELECT title FROM film").kind() == ErrorKind::MalformedAnswer);
  CHECK(error_of(couch, "SELECT title FROM film ORDER BY title").kind() == ErrorKind::MalformedAnswer);
  CHECK(error_of(couch, "SELECT a.title FROM film a, film b").kind() == ErrorKind::MalformedAnswer);
}

TEST_CASE("A statement stops when it is told to, in the middle of its documents", "[session]") {
  for (std::string sql : {"SELECT title FROM film", "SELECT title FROM film ORDER BY title",
                          "SELECT a.title FROM film a, film b"}) {
    INFO(sql);
    FakeCouch couch = cinema();
    std::atomic<bool> stop{false};
    int seen = 0;
    couch.before_row = [&] {
      if (++seen == 2) stop = true;
    };
    auto prepared = prepare(sql, couch, {});
    auto result = prepared->execute({}, {.documents = couch, .stop = stop});
    try {
      while (result->next()) {
      }
      FAIL("it went on to the end");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::Interrupted);
    }
  }
}

TEST_CASE("A statement stops when it is told to, while SQLite works", "[session]") {
  FakeCouch couch = cinema();
  std::atomic<bool> stop{false};
  auto prepared = prepare(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n", couch, {});
  auto result = prepared->execute({}, {.documents = couch, .stop = stop});
  stop = true;
  try {
    result->next();
    FAIL("it ended");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::Interrupted);
  }
}

TEST_CASE("EXPLAIN tells what is asked, what is pushed and what is left", "[session]") {
  FakeCouch couch = cinema();
  std::string sql = "SELECT title FROM film f WHERE year > 1980 AND LENGTH(title) = 3 ORDER BY title";
  CHECK(explain(couch, sql, "operation") == Strings{"find", "SQLite"});
  CHECK(explain(couch, sql, "request") == Strings{"POST /db/_find", "NULL"});
  CHECK(explain(couch, sql, "table") == Strings{"film f", "NULL"});
  CHECK(explain(couch, sql, "pushed") == Strings{"year > 1980", "NULL"});
  CHECK(explain(couch, sql, "checked_here") == Strings{"LENGTH(title) = 3", "NULL"});
  CHECK(explain(couch, "SELECT title FROM film WHERE _id LIKE 'film:%'", "request") ==
        Strings{
            "GET /db/_all_docs?include_docs=true&startkey=%22film:%22&endkey=%22film;%22&inclusive_end=false&"
            "limit=268435455"});
  CHECK(explain(couch, "SELECT title FROM film WHERE _id IN ('a', 'b')", "body") ==
        Strings{R"({"keys":["a","b"]})"});
  CHECK(explain(couch, "SELECT title FROM film WHERE _id = 'film:é'", "request") ==
        Strings{"GET /db/film:%C3%A9"});
  CHECK(explain(couch, "SELECT title FROM film WHERE _id = 'film:é'", "body") == Strings{"NULL"});
  CHECK(explain(couch, "SELECT title FROM film WHERE _id = 'a/b'", "request")
            .front()
            .starts_with("POST /db/_all_docs?"));
  CHECK(explain(couch, "SELECT title FROM film WHERE 1 = 0", "operation") == Strings{"no rows"});
  CHECK(couch.requests.empty());
}

TEST_CASE("An integer past 64 bits in a BIGINT column keeps its digits, but not where SQLite works on it",
          "[session]") {
  FakeCouch couch;
  couch.table("big", {column("n", TypeKind::BigInt)});
  couch.put(std::string_view{R"({"_id":"1","type":"big","n":12345678901234567890123})"});
  CHECK(rows(couch, "SELECT n FROM big") == Strings{"12345678901234567890123"});
  CHECK(rows(couch, "SELECT n FROM big ORDER BY n + 0") == Strings{"1.2345678901234568e+22"});
}

TEST_CASE("A constant that fails is an error only where a row meets it", "[session]") {
  auto couch = cinema();
  for (const char* sql :
       {"SELECT 5/0 FROM film WHERE 1 = 0", "SELECT 5/0 FROM film WHERE LENGTH(title) > 1000",
        "SELECT title FROM film WHERE 1 = 0 AND year > 5/0"})
    CHECK(rows(couch, sql).empty());
  for (const char* sql :
       {"SELECT CASE WHEN 1 = 0 THEN 5/0 ELSE 1 END", "SELECT COALESCE(1, 5/0)",
        "SELECT IFNULL(1, MOD(5, 0))",
        "SELECT MAX(CASE WHEN LENGTH(title) > 1000 THEN 5/0 ELSE 1 END) FROM film",
        "SELECT COUNT(DISTINCT CASE LENGTH(title) WHEN 1000 THEN 5/0 ELSE 1 END) FROM film"})
    CHECK(rows(couch, sql) == Strings{"1"});
  CHECK(error_of(couch, "SELECT 5/0 FROM film").kind() == ErrorKind::DivisionByZero);
  CHECK(error_of(couch, "SELECT title FROM film WHERE year > 5/0").kind() == ErrorKind::DivisionByZero);
}
