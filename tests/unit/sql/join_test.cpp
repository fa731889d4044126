// Joins by keys: a table is read by the values that other tables' rows ask for.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "sql/error.h"
#include "tests/support/run_sql.h"

using namespace couch::sql;
using namespace couch::test::model;
using namespace std::string_view_literals;
using Strings = std::vector<std::string>;

namespace {

// 5 orders of 3 customers among 2,000; each order has two items.
FakeCouch shop() {
  FakeCouch couch;
  auto customers =
      *couch.table("customer", {column("name", TypeKind::Varchar), column("area", TypeKind::Varchar)});
  auto orders =
      *couch.table("order", {column("customer", TypeKind::Varchar), column("number", TypeKind::BigInt)});
  auto items =
      *couch.table("item", {column("order", TypeKind::Varchar), column("product", TypeKind::Varchar)});
  auto products = *couch.table("product", {column("name", TypeKind::Varchar)});
  customers.estimated_rows = items.estimated_rows = products.estimated_rows = 200'000;
  orders.estimated_rows = 5;
  for (const auto& table : {customers, orders, items, products}) couch.add(table);
  for (int i = 0; i < 2000; ++i) {
    couch.put(fmt::format(R"({{"_id":"c:{0}","type":"customer","name":"n{0}","area":"a{1}"}})", i, i % 10));
    couch.put(fmt::format(R"({{"_id":"p:{0}","type":"product","name":"product {0}"}})", i));
    couch.put(
        fmt::format(R"({{"_id":"i:{0}","type":"item","order":"o:{1}","product":"p:{2}"}})", i, i / 2, i * 3));
  }
  int number = 0;
  for (const char* customer : {R"("c:7")", R"("c:7")", R"("c:12")", R"("c:1999")", "null"}) {
    couch.put(
        fmt::format(R"({{"_id":"o:{0}","type":"order","customer":{1},"number":{0}}})", number, customer));
    ++number;
  }
  couch.put(std::string_view{R"({"_id":"o:9","type":"order","customer":"nobody","number":9})"});
  return couch;
}

// How many documents were asked for by their ids; nothing else was of `others` requests.
size_t ids_asked(const FakeCouch& couch) {
  size_t count = 0;
  for (const auto& request : couch.requests) {
    if (auto* read = std::get_if<ByIds>(&request.what)) count += read->ids.size();
  }
  return count;
}
size_t by_ids(const FakeCouch& couch) {
  return static_cast<size_t>(
      std::count_if(couch.requests.begin(), couch.requests.end(),
                    [](const auto& request) { return std::holds_alternative<ByIds>(request.what); }));
}

}  // namespace

TEST_CASE("A join on _id reads the documents that the other side names", "[join]") {
  FakeCouch couch = shop();
  const Strings four{"0|n7", "1|n7", "2|n12", "3|n1999"};
  for (
      const char* sql :
      {R"(SELECT o.number, c.name FROM "order" o JOIN customer c ON c._id = o.customer ORDER BY 1)",
       R"(SELECT o.number, c.name FROM customer c JOIN "order" o ON o.customer = c._id ORDER BY 1)",
       R"(SELECT o.number, c.name FROM "order" o, customer c WHERE c._id = o.customer ORDER BY 1)",
       R"(SELECT o.number, z.name FROM "order" o JOIN (SELECT name, _id AS k FROM customer) z ON z.k = o.customer ORDER BY 1)",
       R"(WITH z AS (SELECT name, _id AS k FROM customer) SELECT o.number, z.name FROM "order" o JOIN z ON z.k = o.customer ORDER BY 1)",
       R"(SELECT z.number, c.name FROM (SELECT number, customer FROM "order" WHERE number < 100) z JOIN customer c ON c._id = z.customer ORDER BY 1)"}) {
    CAPTURE(sql);
    couch.requests.clear();
    CHECK(rows(couch, sql) == four);
    CHECK(ids_asked(couch) == 4);  // each once, the one that nobody has, too
    CHECK(couch.requests.size() == 2);
  }
}

TEST_CASE("An outer join keeps what it keeps, and reads its other side by keys", "[join]") {
  FakeCouch couch = shop();
  const Strings all{"0|n7", "1|n7", "2|n12", "3|n1999", "4|NULL", "9|NULL"};
  CHECK(
      rows(
          couch,
          R"(SELECT o.number, c.name FROM "order" o LEFT JOIN customer c ON c._id = o.customer ORDER BY 1)") ==
      all);
  CHECK(ids_asked(couch) == 4);
  couch.requests.clear();
  CHECK(
      rows(
          couch,
          R"(SELECT o.number, c.name FROM customer c RIGHT JOIN "order" o ON c._id = o.customer ORDER BY 1)") ==
      all);
  CHECK(ids_asked(couch) == 4);
  // Every customer stands in the result: none may be left out.
  couch.requests.clear();
  CHECK(
      rows(couch,
           R"(SELECT COUNT(*), COUNT(o.number) FROM customer c LEFT JOIN "order" o ON c._id = o.customer)") ==
      Strings{"2001|4"});
  CHECK(by_ids(couch) == 0);
  couch.requests.clear();
  CHECK(
      rows(couch,
           R"(SELECT COUNT(*), COUNT(o.number) FROM customer c FULL JOIN "order" o ON c._id = o.customer)") ==
      Strings{"2003|6"});
  CHECK(by_ids(couch) == 0);
  // NULLs that an outer join made are not among the keys, whatever is made of them.
  couch.requests.clear();
  CHECK(rows(couch, R"(SELECT o.number, x.name FROM "order" o LEFT JOIN customer c ON c._id = o.customer)"
                    R"( JOIN customer x ON x._id = COALESCE(c._id, 'c:5') ORDER BY 1)") ==
        Strings{"0|n7", "1|n7", "2|n12", "3|n1999", "4|n5", "9|n5"});
}

TEST_CASE("Chains of joins go from table to table", "[join]") {
  FakeCouch couch = shop();
  CHECK(
      rows(couch,
           R"(SELECT i._id, o.number, c.name FROM item i JOIN "order" o ON o._id = i."order" JOIN customer c)"
           R"( ON c._id = o.customer WHERE i._id IN ('i:2', 'i:5') ORDER BY 1)") ==
      Strings{"i:2|1|n7", "i:5|2|n12"});
  CHECK(couch.rows_given < 30);
  couch.requests.clear();
  couch.rows_given = 0;
  CHECK(
      rows(
          couch,
          R"(SELECT p.name FROM item i JOIN product p ON p._id = i.product WHERE i._id BETWEEN 'i:2' AND 'i:21')"
          R"( AND i."order" = 'o:1')") == Strings{"product 6"});
  CHECK(ids_asked(couch) == 1);  // what is checked here narrows the keys
}

TEST_CASE("Semi-joins read by keys, in both directions", "[join]") {
  FakeCouch couch = shop();
  for (
      const char* sql :
      {R"(SELECT name FROM customer WHERE _id IN (SELECT customer FROM "order") ORDER BY 1)",
       R"(SELECT name FROM customer c WHERE EXISTS (SELECT 1 FROM "order" o WHERE o.customer = c._id) ORDER BY 1)",
       R"(SELECT name FROM customer c WHERE c._id IN (SELECT o.customer FROM "order" o WHERE o.number < c.area || '00') OR 1 = 0 ORDER BY 1)"}) {
    CAPTURE(sql);
    couch.requests.clear();
    if (std::string_view{sql}.find("OR 1") == std::string_view::npos) {
      CHECK(rows(couch, sql) == Strings{"n12", "n1999", "n7"});
      CHECK(ids_asked(couch) == 4);
    }
  }
  // What is not in it needs all.
  couch.requests.clear();
  CHECK(
      rows(
          couch,
          R"(SELECT COUNT(*) FROM customer WHERE _id NOT IN (SELECT customer FROM "order" WHERE customer IS NOT NULL))") ==
      Strings{"1997"});
  CHECK(by_ids(couch) == 0);
  // The subquery's table by the outer rows.
  couch.requests.clear();
  CHECK(
      rows(
          couch,
          R"(SELECT number, (SELECT name FROM customer c WHERE c._id = o.customer) FROM "order" o ORDER BY 1)") ==
      Strings{"0|n7", "1|n7", "2|n12", "3|n1999", "4|NULL", "9|NULL"});
  CHECK(ids_asked(couch) == 4);
  couch.requests.clear();
  CHECK(
      rows(couch,
           R"(SELECT name FROM customer WHERE _id = (SELECT MAX(customer) FROM "order" WHERE number < 5))") ==
      Strings{"n7"});
  CHECK(ids_asked(couch) == 1);
}

TEST_CASE("Many keys are asked for in several requests; too many read the table", "[join]") {
  FakeCouch couch = shop();
  CHECK(rows(couch, R"(SELECT COUNT(*) FROM item i JOIN product p ON p._id = i.product)").size() == 1);
}

TEST_CASE("What a query says of one table goes to those that must equal it", "[join]") {
  FakeCouch couch = shop();
  CHECK(
      rows(couch,
           R"(SELECT c.name, x.area FROM customer c JOIN customer x ON x._id = c._id WHERE c._id = 'c:3')") ==
      Strings{"n3|a3"});
  CHECK(ids_asked(couch) == 2);
  couch.requests.clear();
  couch.rows_given = 0;
  CHECK(
      rows(
          couch,
          R"(SELECT z.n FROM (SELECT area, COUNT(*) AS n FROM customer GROUP BY area) z WHERE z.area = 'a3')") ==
      Strings{"200"});
  CHECK(couch.rows_given == 200);
  CHECK(
      explain(
          couch,
          R"(SELECT COUNT(*) FROM (SELECT name FROM customer UNION ALL SELECT name FROM product) z WHERE z.name = 'n3')",
          "checked_here") == Strings{"z.name = 'n3'", "z.name = 'n3'", "NULL"});
  // Bytes and the collation order text differently: only equality goes from _id to what equals it.
  couch.put(std::string_view{R"({"_id":"Z","type":"customer","name":"zed"})"});
  couch.put(std::string_view{R"({"_id":"o:z","type":"order","customer":"Z","number":26})"});
  CHECK(rows(couch,
             R"(SELECT o.number FROM "order" o JOIN customer c ON c._id = o.customer WHERE c._id <= 'b')") ==
        Strings{"26"});
  // Not past a LIMIT, an aggregate or a window.
  CHECK(rows(couch,
             R"(SELECT name FROM (SELECT name, _id FROM customer ORDER BY _id LIMIT 3) z WHERE name = 'n3')")
            .empty());
  CHECK(
      rows(couch, R"(SELECT n FROM (SELECT area, COUNT(*) AS n FROM customer GROUP BY area) z WHERE n = 200)")
          .size() == 10);
  CHECK(
      rows(
          couch,
          R"(SELECT n FROM (SELECT name, ROW_NUMBER() OVER (ORDER BY name) AS n FROM customer) z WHERE name = 'n1')") ==
      Strings{"2"});
  couch.requests.clear();
  CHECK(
      rows(couch,
           R"(SELECT MAX(n) FROM (SELECT area, COUNT(*) AS n FROM customer GROUP BY area) z WHERE 1 = 0)") ==
      Strings{"NULL"});
  CHECK(couch.requests.empty());
}

TEST_CASE("An index on the joined field is asked for keys", "[join]") {
  FakeCouch couch;
  auto orders = *couch.table("order", {column("number", TypeKind::BigInt)});
  auto items = *couch.table("item", {column("order", TypeKind::BigInt), column("name", TypeKind::Varchar)});
  orders.estimated_rows = 3;
  items.estimated_rows = 200'000;
  couch.add(orders);
  couch.add(items);
  for (int i = 0; i < 500; ++i)
    couch.put(fmt::format(R"({{"_id":"i:{0:03}","type":"item","order":{1},"name":"n{1}"}})", i, i / 2));
  for (const char* number : {"0", "2.0", "7"})
    couch.put(fmt::format(R"({{"_id":"o:{0}","type":"order","number":{0}}})", number));
  couch.index("by-order", {{"order"}});
  couch.index("by-name", {{"type"}, {"name"}});
  CHECK(rows(couch, R"(SELECT i._id FROM "order" o JOIN item i ON i."order" = o.number ORDER BY 1)") ==
        Strings{"i:000", "i:001", "i:004", "i:005", "i:014", "i:015"});
  REQUIRE(couch.requests.size() == 2);
  auto* read = std::get_if<ViewRead>(&couch.requests.back().what);
  REQUIRE(read);
  CHECK(read->keys == Strings{"[0]", "[2]", "[7]"});
  CHECK(read->include_docs);

  // Composed and decomposed accents are one key of an index.
  const auto by_text = [&](CollationKind collation) {
    Options options;
    options.collation = collation;
    couch.requests.clear();
    return rows(couch,
                "SELECT i._id FROM item i WHERE i.name IN (SELECT x.n FROM (VALUES ('e\xCC\x81'), "
                "('\xC3\xA9'), ('n1')) AS x(n)) ORDER BY 1",
                {}, options);
  };
  couch.put(R"({"_id":"i:e","type":"item","order":900,"name":"\u00e9"})"sv);
  couch.put(R"({"_id":"i:f","type":"item","order":901,"name":"e\u0301"})"sv);
  const Strings found{"i:002", "i:003", "i:e", "i:f"};
  CHECK(by_text(CollationKind::Server) == found);
  CHECK(std::get<ViewRead>(couch.requests.at(0).what).keys.size() == 2);
  CHECK(by_text(CollationKind::Binary) == found);
  CHECK(std::get<ViewRead>(couch.requests.at(0).what).keys.size() == 2);
}

TEST_CASE("What the server counts decides what waits for what", "[join]") {
  FakeCouch couch;
  auto orders =
      *couch.table("order", {column("customer", TypeKind::Varchar), column("name", TypeKind::Varchar),
                             column("number", TypeKind::BigInt)});
  auto customers = *couch.table("customer", {column("code", TypeKind::BigInt)});
  orders.estimated_rows = 3'000;
  customers.estimated_rows = 6'000;
  couch.add(orders);
  couch.add(customers);
  for (int i = 0; i < 3000; ++i) {
    couch.put(
        fmt::format(R"({{"_id":"o:{0}","type":"order","customer":"c:{0}","name":"{1}{0}","number":{0}}})", i,
                    "nm"[i % 20 == 0]));
    couch.put(fmt::format(R"({{"_id":"c:{0}","type":"customer","code":{0}}})", i));
  }
  couch.index("by-number", {{"type"}, {"number"}});
  couch.index("by-name", {{"type"}, {"name"}});
  couch.index("by-code", {{"type"}, {"code"}});
  const auto operations = [&](const std::string& condition) {
    auto out = explain(couch,
                       "SELECT o._id, c.code FROM \"order\" o JOIN customer c ON c._id = o.customer WHERE "
                       "c.code >= 0 AND " +
                           condition,
                       "operation");
    out.pop_back();
    return out;
  };
  const Strings at_once{"rows of index by-number", "keys of index by-code"};
  const Strings waits{"rows of index by-number", "documents by _id, of a join", "keys of index by-code"};

  // 1,800 codes by the look of their condition take 15 ms: as long as some 100 keys of _all_docs.
  couch.database_facts.documents = 50'000;
  CHECK(operations("o.number < 100") == waits);
  CHECK(operations("o.number < 400") == at_once);
  // None at all is not the same as not known.
  CHECK(operations("o.number < -5") == waits);
  // The beginning is counted, and not guessed once more because it is checked here.
  CHECK(operations("o.name LIKE 'm%'") == Strings{"rows of index by-name", "keys of index by-code"});

  // Small tables of a large database: reading one whole means reading the database.
  couch.database_facts.documents = 200'000;
  CHECK(
      explain(
          couch,
          "SELECT o._id, c._rev FROM \"order\" o JOIN customer c ON c._id = o.customer WHERE o.number > 500",
          "operation") ==
      Strings{"rows of index by-number", "documents by _id, of a join", "all documents", "SQLite"});
  // Counted, and read whole as it is most of them: so many are the keys.
  couch.database_facts.documents = 4'000;
  customers.estimated_rows = 100'000;
  couch.add(customers);
  CHECK(operations("o.number > 100") == Strings{"all documents", "keys of index by-code"});
}

TEST_CASE("EXPLAIN shows what waits for what", "[join]") {
  FakeCouch couch = shop();
  const char* sql = R"(SELECT c.name FROM "order" o JOIN customer c ON c._id = o.customer)";
  CHECK(explain(couch, sql, "operation") ==
        Strings{"all documents", "documents by _id, of a join", "all documents", "SQLite"});
  CHECK(explain(couch, sql, "body")[1] == R"({"keys":["<o.customer>","..."]})");
  CHECK(explain(couch, sql, "notes")[1] == "after order o; for up to 2666 keys, in requests of 1000");
  CHECK(couch.requests.empty());
}

TEST_CASE("Derived tables that only name columns are part of the query", "[flatten]") {
  FakeCouch couch = shop();
  // From JSON to cells, with the LIMIT sent.
  for (
      const char* sql :
      {R"(SELECT "z"."name" FROM (SELECT name, area FROM customer) "z" WHERE "z"."area" = 'a3' LIMIT 2)",
       R"(SELECT y.n FROM (SELECT z.name AS n, z.area AS a FROM (SELECT * FROM customer) z WHERE z.area = 'a3') y LIMIT 2)",
       R"(SELECT name FROM (SELECT c.name FROM customer c WHERE c.area = 'a3') AS z LIMIT 2)"}) {
    CAPTURE(sql);
    couch.requests.clear();
    couch.rows_given = 0;
    CHECK(rows(couch, sql) == Strings{"n1003", "n1013"});
    CHECK(couch.rows_given == 2);
    CHECK(explain(couch, sql, "operation") == Strings{"find"});
  }
  // Only what is wanted is read, and LIMIT 0 reads nothing.
  couch.requests.clear();
  CHECK(rows(couch,
             R"(SELECT COUNT(*) FROM (SELECT UPPER(name) AS u, area FROM customer) z WHERE z.u = 'N7')") ==
        Strings{"1"});
  couch.requests.clear();
  CHECK(
      rows(
          couch,
          R"(SELECT * FROM (SELECT c.name, o.number FROM customer c JOIN "order" o ON o.customer = c._id) "Custom SQL Query" LIMIT 0)")
          .empty());
  CHECK(couch.requests.empty());
  // Both sides of a union need no more rows than the LIMIT.
  couch.rows_given = 0;
  CHECK(
      rows(
          couch,
          R"(SELECT name FROM customer WHERE area = 'a1' UNION ALL SELECT name FROM product WHERE name LIKE 'p%' LIMIT 3)")
          .size() == 3);
  CHECK(couch.rows_given <= 6);
}

TEST_CASE("What merging would change stays a derived table", "[flatten]") {
  FakeCouch couch = shop();
  // The side that an outer join fills keeps its condition before the join.
  CHECK(
      rows(
          couch,
          R"(SELECT o.number, z.name FROM "order" o LEFT JOIN (SELECT _id, name, area FROM customer WHERE area = 'a7') z)"
          R"( ON z._id = o.customer ORDER BY 1)") ==
      Strings{"0|n7", "1|n7", "2|NULL", "3|NULL", "4|NULL", "9|NULL"});
  CHECK(
      rows(
          couch,
          R"(SELECT z.number, c.name FROM (SELECT number, customer FROM "order" WHERE number > 1) z LEFT JOIN customer c)"
          R"( ON c._id = z.customer ORDER BY 1)") == Strings{"2|n12", "3|n1999", "4|NULL", "9|NULL"});
  CHECK(
      rows(
          couch,
          R"(SELECT z.number FROM (SELECT number FROM "order" ORDER BY number DESC LIMIT 2) z WHERE z.number > 3 ORDER BY 1)") ==
      Strings{"4", "9"});
  CHECK(rows(couch, R"(SELECT COUNT(*) FROM (SELECT DISTINCT customer FROM "order") z)") == Strings{"5"});
  CHECK(
      rows(
          couch,
          R"(SELECT z.one, COUNT(*) FROM (SELECT 1 AS one, number FROM "order") z GROUP BY z.one ORDER BY z.one)") ==
      Strings{"1|6"});
  // Lists and joins inside, subqueries and grouping outside.
  CHECK(
      rows(
          couch,
          R"(SELECT z.n, (SELECT COUNT(*) FROM item i WHERE i."order" = z.k) FROM (SELECT o._id AS k, o.number AS n, c.name AS c)"
          R"( FROM "order" o, customer c WHERE c._id = o.customer) z JOIN customer x ON x.name = z.c WHERE z.n < 3 ORDER BY z.n)") ==
      Strings{"0|2", "1|2", "2|2"});
  CHECK(
      rows(
          couch,
          R"(SELECT u, COUNT(*) FROM (SELECT UPPER(area) AS u FROM customer WHERE area < 'a2') z GROUP BY u ORDER BY u)") ==
      Strings{"A0|200", "A1|200"});
}

TEST_CASE("Tables of one database that have to be read whole are read once", "[join]") {
  FakeCouch couch = shop();
  CHECK(
      rows(
          couch,
          R"(SELECT COUNT(*), COUNT(DISTINCT i."order"), MAX(p.name) FROM item i JOIN product p ON UPPER(p._id) = UPPER(i.product))") ==
      Strings{"667|334|product 999"});
  REQUIRE(couch.requests.size() == 1);
  CHECK(couch.rows_given == 6006);
  CHECK(
      rows(couch, R"(SELECT COUNT(*) FROM customer a, customer b WHERE a.area = b.area AND a.name = 'n1')") ==
      Strings{"200"});
  CHECK(couch.requests.size() == 2);
  // A way that was asked for is taken.
  couch.requests.clear();
  CHECK(
      rows(
          couch,
          R"(SELECT COUNT(*) FROM customer /*+ FIND */ a, customer b WHERE UPPER(a.area) = b.area AND a.name = 'n1')") ==
      Strings{"0"});
  CHECK(couch.requests.size() == 2);
}

TEST_CASE("A join finds texts that are equal and not the same", "[join]") {
  // So few rows, grouped: SQLite would make an index and a Bloom filter for this join.
  FakeCouch couch;
  couch.table("left", {column("s", TypeKind::Varchar)});
  couch.table("right", {column("s", TypeKind::Varchar), column("t", TypeKind::Varchar)});
  int number = 0;
  for (const char* text : {"a", "\xD0\xB9", "\xD0\xB9", "\xD0\xB9", "c", "c"})
    couch.put(fmt::format(R"({{"_id":"l:{}","type":"left","s":"{}"}})", number++, text));
  for (const char* text : {"\xD0\xB8\xCC\x86", "a", "d", "e", "f", "g", "h", "i", "j", "k"})
    couch.put(fmt::format(R"({{"_id":"r:{}","type":"right","s":"x","t":"{}"}})", number++, text));
  CHECK(
      rows(couch,
           R"(SELECT l.s, COUNT(*) FROM "left" l, "right" r WHERE l.s = r.t AND r.s <= 'z' GROUP BY l.s)") ==
      Strings{"a|1", "\xD0\xB9|3"});
}
