// Joins by keys of several columns: what is asked for, and that it is never too little.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "tests/support/run_sql.h"

using namespace couch::sql;
using namespace couch::test::model;
using namespace std::string_view_literals;
using Strings = std::vector<std::string>;

namespace {

// 5 lines of a price list among a thousand prices: of 50 products in 20 areas.
FakeCouch prices() {
  FakeCouch couch;
  auto lines = *couch.table("line", {column("area", TypeKind::BigInt), column("product", TypeKind::Varchar),
                                     column("number", TypeKind::BigInt)});
  auto prices = *couch.table("price", {column("area", TypeKind::BigInt), column("product", TypeKind::Varchar),
                                       column("since", TypeKind::BigInt), column("note", TypeKind::Varchar)});
  lines.estimated_rows = 5;
  prices.estimated_rows = 200'000;
  couch.add(lines);
  couch.add(prices);
  for (int i = 0; i < 1000; ++i)
    couch.put(fmt::format(R"({{"_id":"p:{0:04}","type":"price","area":{1},"product":"x{2}","since":{3}}})", i,
                          i % 20, i / 20, i % 7));
  const char* values[] = {R"("area":3,"product":"x7")",    R"("area":3,"product":"x7")",
                          R"("area":11.0,"product":"x0")", R"("area":null,"product":"x1")",
                          R"("area":99,"product":"x1")",   R"("area":4)"};
  int number = 0;
  for (const char* value : values)
    couch.put(fmt::format(R"({{"_id":"l:{0}","type":"line","number":{0},{1}}})", number++, value));
  return couch;
}

const ViewRead* last_view(const FakeCouch& couch) {
  return couch.requests.empty() ? nullptr : std::get_if<ViewRead>(&couch.requests.back().what);
}

}  // namespace

TEST_CASE("A join on a CAST that cuts asks for the cut keys", "[join]") {
  FakeCouch couch = prices();
  couch.put(R"({"_id":"l:9","type":"line","number":9,"area":3,"product":"x7, dented"})");
  couch.index("by-both", {{"type"}, {"area"}, {"product"}});
  for (const char* hint : {"KEYS", "ALL_DOCS"}) {
    CAPTURE(hint);
    CHECK(rows(couch,
               fmt::format("SELECT l.number, p._id FROM line l JOIN price p /*+ {} */ ON p.area = l.area "
                           "AND p.product = CAST(l.product AS VARCHAR(2)) ORDER BY 1",
                           hint)) == Strings{"0|p:0143", "1|p:0143", "2|p:0011", "9|p:0143"});
  }
}

TEST_CASE("An index that has all that is read is asked for its keys alone", "[join]") {
  FakeCouch couch = prices();
  couch.index("by-both", {{"type"}, {"area"}, {"product"}});
  const std::string from = "FROM line l JOIN price p ON p.area = l.area AND p.product = l.product";
  const auto all = [&](const std::string& items) {
    return rows(couch, "SELECT " + items +
                           " FROM line l JOIN price p /*+ ALL_DOCS */ ON p.area = l.area AND p.product "
                           "= l.product ORDER BY 1");
  };
  for (const char* items : {"COUNT(*)", "l.number, p._id", "l.number, p.product, p.area"}) {
    INFO(items);
    CHECK(rows(couch, fmt::format("SELECT {} {} ORDER BY 1", items, from)) == all(items));
    rows(couch, fmt::format("SELECT {} {} ORDER BY 1", items, from));
    REQUIRE(last_view(couch));
    CHECK_FALSE(last_view(couch)->include_docs);
  }
  CHECK(rows(couch, "SELECT l.number, p.note " + from + " ORDER BY 1") == all("l.number, p.note"));
  rows(couch, "SELECT l.number, p.note " + from);
  REQUIRE(last_view(couch));
  CHECK(last_view(couch)->include_docs);
  CHECK(explain(couch, "SELECT COUNT(*) " + from, "notes").at(1).find("the index has all that is read") !=
        std::string::npos);
  // By ranges of a longer index, too.
  FakeCouch longer = prices();
  longer.index("by-three", {{"type"}, {"area"}, {"product"}, {"since"}});
  CHECK(rows(longer, "SELECT l.number, p.since " + from + " AND p.since >= 0 ORDER BY 1") ==
        all("l.number, p.since"));
  REQUIRE(last_view(longer));
  CHECK_FALSE(last_view(longer)->include_docs);
}

TEST_CASE("A join of two columns asks an index for both", "[join]") {
  for (const auto& fields : std::vector<std::vector<std::vector<std::string>>>{
           {{"type"}, {"area"}, {"product"}}, {{"area"}, {"product"}}, {{"area"}, {"type"}, {"product"}}}) {
    FakeCouch couch = prices();
    couch.index("by-both", fields);
    const auto key = [&](const char* area, const char* product) {
      std::string out = "[";
      for (const auto& field : fields) {
        if (out.size() > 1) out += ',';
        out += field.front() == "type" ? "\"price\"" : field.front() == "area" ? area : product;
      }
      return out + "]";
    };
    for (const char* from :
         {"line l JOIN price p ON p.area = l.area AND l.product = p.product",
          "price p JOIN (SELECT number, area AS a, product AS x FROM line) l ON p.area = l.a "
          "AND p.product = l.x",
          "price p JOIN (SELECT number, area AS a, product AS x FROM line LIMIT 10) l ON "
          "p.area = l.a AND p.product = l.x"}) {
      CAPTURE(from);
      couch.requests.clear();
      CHECK(rows(couch, fmt::format("SELECT l.number, p._id FROM {} ORDER BY 1", from)) ==
            Strings{"0|p:0143", "1|p:0143", "2|p:0011"});
      REQUIRE(last_view(couch));
      Strings keys = last_view(couch)->keys;
      std::sort(keys.begin(), keys.end());
      // What is NULL in part is no key; one that nobody has is asked for.
      CHECK(keys == Strings{key("11", "\"x0\""), key("3", "\"x7\""), key("99", "\"x1\"")});
    }
    CHECK(rows(couch,
               "SELECT l.number, p._id FROM line l LEFT JOIN price p ON p.area = l.area AND l.product = "
               "p.product ORDER BY 1") ==
          Strings{"0|p:0143", "1|p:0143", "2|p:0011", "3|NULL", "4|NULL", "5|NULL"});
    CHECK(last_view(couch)->keys.size() == 3);
    CHECK(rows(couch,
               "SELECT p._id FROM price p WHERE EXISTS (SELECT 1 FROM line l WHERE l.area = p.area AND "
               "l.product = p.product AND l.number < 2)") == Strings{"p:0143"});
    CHECK(last_view(couch)->keys == Strings{key("3", "\"x7\"")});
  }
}

TEST_CASE("Constants are parts of a join's keys", "[join]") {
  FakeCouch couch = prices();
  couch.index("by-both", {{"type"}, {"area"}, {"product"}});
  const auto keys = [&](const std::string& condition, const Strings& expected) {
    CAPTURE(condition);
    couch.requests.clear();
    CHECK(rows(couch, "SELECT DISTINCT p._id FROM line l JOIN price p ON p.product = l.product WHERE " +
                          condition + " ORDER BY 1") == expected);
    return last_view(couch) ? last_view(couch)->keys : Strings{};
  };
  CHECK(keys("p.area = 5", {"p:0005", "p:0025", "p:0145"}) ==
        Strings{R"(["price",5,"x0"])", R"(["price",5,"x1"])", R"(["price",5,"x7"])"});
  CHECK(keys("p.area IN (5, 6) AND l.number = 0", {"p:0145", "p:0146"}) ==
        Strings{R"(["price",5,"x7"])", R"(["price",6,"x7"])"});
  // Said of the other table alone.
  CHECK(keys("l.area = 3 AND p.area = l.area", {"p:0143"}) == Strings{R"(["price",3,"x7"])"});
  // It may be missing: the index may not have it.
  CHECK(keys("(p.area = 5 OR p.note IS NULL) AND l.number = 2",
             [] {
               Strings all;
               for (int i = 0; i < 20; ++i) all.push_back(fmt::format("p:{:04}", i));
               return all;
             }())
            .empty());
}

TEST_CASE("An index with more fields than a join's key is read in ranges, where it has all rows", "[join]") {
  FakeCouch couch = prices();
  couch.index("by-three", {{"type"}, {"area"}, {"product"}, {"since"}});
  couch.put(R"({"_id":"p:lost","type":"price","area":3,"product":"x7"})"sv);
  couch.put(R"({"_id":"p:old","type":"price","area":3,"product":"x7","since":-5})"sv);
  const std::string from =
      "SELECT DISTINCT p._id FROM line l JOIN price p ON p.area = l.area AND p.product = l.product";
  // No condition on `since`: a price without it is a row, and the index does not have it.
  CHECK(rows(couch, from + " WHERE l.number < 2 ORDER BY 1") == Strings{"p:0143", "p:lost", "p:old"});
  CHECK(last_view(couch) == nullptr);
  couch.requests.clear();
  CHECK(rows(couch, from + " AND p.since > 1 WHERE l.number < 3 ORDER BY 1") == Strings{"p:0011", "p:0143"});
  REQUIRE(couch.requests.size() == 3);
  Strings starts, ends;
  for (const auto& request : couch.requests) {
    if (auto* read = std::get_if<ViewRead>(&request.what)) {
      CHECK_FALSE(read->include_docs);
      starts.push_back(read->start_key);
      ends.push_back(read->end_key);
    }
  }
  std::sort(starts.begin(), starts.end());
  CHECK(starts == Strings{R"(["price",11,"x0",1,0])", R"(["price",3,"x7",1,0])"});
  CHECK(rows(couch, from + " AND p.since IS NOT NULL WHERE l.number < 2 ORDER BY 1") ==
        Strings{"p:0143", "p:old"});
  CHECK(last_view(couch));
  CHECK(explain(couch, from + " AND p.since > 1", "notes")[1] ==
        "after line l; keys are type, area, product; the index has all that is read; for up to 384 keys, a "
        "request each");
  // Only its first column is joined; that the others are there is said by the query.
  couch.requests.clear();
  CHECK(rows(couch,
             "SELECT COUNT(*) FROM line l JOIN price p ON p.area = l.area WHERE l.number = 0 AND "
             "p.product > 'x4' AND p.since >= 0") == Strings{"15"});
  REQUIRE(last_view(couch));
  CHECK(last_view(couch)->start_key.starts_with(R"(["price",3,"x4",{)"));
}

TEST_CASE("Keys of several columns: what cannot be one, and what the plan says", "[join]") {
  FakeCouch couch = prices();
  couch.index("by-area", {{"type"}, {"area"}});
  couch.index("by-both", {{"area"}, {"product"}});
  const std::string query =
      "SELECT l.number, p._id FROM line l JOIN price p ON p.area = l.area AND p.product = l.product";
  CHECK(explain(couch, query, "operation") ==
        Strings{"all documents", "index by-both, by keys of a join", "all documents", "SQLite"});
  CHECK(explain(couch, query, "pushed")[1] == "l.area, l.product");
  CHECK(explain(couch, query, "body")[1] == R"({"keys":[[<l.area>,<l.product>]]})");
  CHECK(explain(couch, query, "notes")[1] ==
        "after line l; keys are area, product; for up to 2666 keys, in requests of 1000");
  CHECK(explain(couch, query + " AND p.area IN (3, 4)", "notes")[1].find("2 for each row") ==
        std::string::npos);  // the value that is met says more than the list

  // A value that a conversion gives is one; another class of value is none.
  couch.put(R"({"_id":"l:big","type":"line","number":50,"area":9007199254740993,"product":"x7"})"sv);
  couch.put(R"({"_id":"p:big","type":"price","area":9007199254740993,"product":"x7"})"sv);
  CHECK(rows(couch, query + " WHERE l.number = 50") == Strings{"50|p:big"});
  couch.put(R"({"_id":"l:e","type":"line","number":60,"area":3,"product":"e\u0301"})"sv);
  couch.put(R"({"_id":"l:f","type":"line","number":60,"area":3,"product":"\u00e9"})"sv);
  couch.put(R"({"_id":"p:e","type":"price","area":3,"product":"\u00e9"})"sv);
  couch.requests.clear();
  CHECK(rows(couch, query + " WHERE l.number = 60") == Strings{"60|p:e", "60|p:e"});
  REQUIRE(last_view(couch));
  CHECK(last_view(couch)->keys.size() == 1);
  Options options;
  options.collation = CollationKind::Binary;
  CHECK(rows(couch, query + " WHERE l.number = 60", {}, options) == Strings{"60|p:e"});
  options.mismatch = MismatchPolicy::Error;
  CHECK(explain(couch, query, "operation", {}, options) ==
        Strings{"all documents", "all documents", "SQLite"});
  // Too many keys: the table is read after all.
  for (int i = 0; i < 1000; ++i)
    couch.put(fmt::format(R"({{"_id":"l:{0}x","type":"line","number":100,"area":{1},"product":"x{2}"}})", i,
                          i % 20, i / 20));
  Table smaller = *static_cast<Catalog&>(couch).table("db", "price", true);
  smaller.estimated_rows = 2'000;
  couch.add(smaller);
  couch.requests.clear();
  CHECK(rows(couch, query + " WHERE l.number = 100").size() == 1000);
  CHECK(last_view(couch) == nullptr);
}

TEST_CASE("Random joins of several columns give the same rows by keys and without", "[join]") {
  std::mt19937 dice(20'240'901);
  const auto any = [&](int count) { return static_cast<int>(dice() % static_cast<unsigned>(count)); };
  const Strings areas{"1", "2", "3.0", "3", "null", "\"1\"", "true", "9007199254740993", ""};
  const Strings texts{"\"a\"", "\"A\"", "\"e\\u0301\"", "\"\\u00e9\"", "null", "1", "\"\"", ""};
  const Strings conditions{"",
                           " AND p.since > 1",
                           " AND p.since IS NOT NULL",
                           " AND p.area = 3",
                           " AND p.product IN ('a', 'b')",
                           " AND p.since = l.since",
                           " AND (p.since = 2 OR p.note IS NULL)",
                           " AND l.product = 'a' AND p.since <= 3",
                           " AND p.since IN (1, 2)"};
  const std::vector<std::vector<std::string>> indexes{{"type", "area", "product"},
                                                      {"area", "product", "since"},
                                                      {"product", "since", "type"},
                                                      {"since", "area"},
                                                      {"product"},
                                                      {"area", "since", "product"}};
  size_t by_keys = 0;
  for (int world = 0; world < 40; ++world) {
    FakeCouch couch;
    for (const char* name : {"line", "price"})
      couch.table(name, {column("area", TypeKind::BigInt), column("product", TypeKind::Varchar),
                         column("since", TypeKind::Double), column("note", TypeKind::Varchar)});
    for (int i = 0; i < 60; ++i) {
      std::string document = fmt::format(R"({{"_id":"d{:02}","type":"{}")", i,
                                         i % 3 == 0    ? "line"
                                         : i % 19 == 0 ? "x"
                                                       : "price");
      const auto field = [&](const char* name, const std::string& value) {
        if (!value.empty()) document += fmt::format(",\"{}\":{}", name, value);
      };
      field("area", areas[static_cast<size_t>(any(static_cast<int>(areas.size())))]);
      field("product", texts[static_cast<size_t>(any(static_cast<int>(texts.size())))]);
      field("since", any(4) == 0 ? "" : std::to_string(any(5)));
      couch.put(document + "}");
    }
    for (int i = 0; i < 2; ++i) {
      std::vector<std::vector<std::string>> fields;
      for (const auto& name : indexes[static_cast<size_t>(any(static_cast<int>(indexes.size())))])
        fields.push_back({name});
      couch.index(fmt::format("index-{}", i), std::move(fields));
    }
    for (const auto& condition : conditions) {
      for (const char* join : {"JOIN", "LEFT JOIN"}) {
        const auto query = [&](const char* hint) {
          return fmt::format(
              "SELECT l._id, p._id FROM line l {} price p /*+ {} */ ON p.area = l.area AND "
              "p.product = l.product{} ORDER BY 1, 2",
              join, hint, condition);
        };
        CAPTURE(world, query("KEYS"), explain(couch, query("KEYS"), "request"));
        const auto expected = rows(couch, query("ALL_DOCS"));
        couch.requests.clear();
        CHECK(rows(couch, query("KEYS")) == expected);
        by_keys += last_view(couch) != nullptr;
      }
    }
  }
  CHECK(by_keys > 100);
}
