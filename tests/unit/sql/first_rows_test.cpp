// ORDER BY … LIMIT by an index's keys: which rows may come first, of dates in all their forms, of several
// columns, and where documents lack fields.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/support/random_documents.h"
#include "tests/support/run_sql.h"

using namespace couch::sql;
using namespace couch::test::model;
using Strings = std::vector<std::string>;

namespace {

FakeCouch visits(int days = 60) {
  FakeCouch couch;
  couch.table("visit", {column("day", TypeKind::Date), column("at", TypeKind::Timestamp),
                        column("a", TypeKind::BigInt), column("b", TypeKind::BigInt),
                        column("name", TypeKind::Varchar)});
  for (int i = 0; i < days; ++i) {
    couch.put(fmt::format(
        R"({{"_id":"v{0:02}","type":"visit","day":"2024-{1:02}-{2:02}","at":"2024-{1:02}-{2:02}T{3}","a":{4},"b":{5},"name":"n{0}"}})",
        i, 1 + i / 28, 1 + i % 28,
        i % 3 == 0   ? "23:30:00-05:00"  // of the next day
        : i % 3 == 1 ? "00:15:00+14:00"  // of the day before
                     : "12:00:00.5Z",
        i % 4, 100 - i));
  }
  couch.index("by-day", {{"type"}, {"day"}});
  couch.index("by-at", {{"type"}, {"at"}});
  couch.index("by-a-b", {{"type"}, {"a"}, {"b"}});
  couch.index("by-type", {{"type"}});
  couch.database_facts.documents = 100'000;  // as if
  return couch;
}

// The same through the index and without it; whether the plain statement took the index is the answer.
std::string way(FakeCouch& couch, const std::string& rest, const std::string& index) {
  const auto all = rows(couch, "SELECT _id FROM visit /*+ ALL_DOCS ENGINE */ " + rest);
  CHECK(rows(couch, "SELECT _id FROM visit " + rest) == all);
  CHECK(rows(couch, fmt::format("SELECT _id FROM visit /*+ INDEX_ROWS {} */ {}", index, rest)) == all);
  return explain(couch, "SELECT _id FROM visit " + rest, "operation").front();
}

const ViewRead& last_view(const FakeCouch& couch) { return std::get<ViewRead>(couch.requests.back().what); }

}  // namespace

TEST_CASE("ORDER BY a date with LIMIT reads the days that its first rows can be on", "[first]") {
  auto couch = visits();
  CHECK(way(couch, "ORDER BY day DESC LIMIT 3", "by-day") == "keys of index by-day");
  rows(couch, "SELECT name FROM visit ORDER BY day DESC LIMIT 3");
  CHECK(last_view(couch).end_key == R"(["visit","2024-03-02"])");  // the third last of 60 days
  CHECK(way(couch, "ORDER BY at DESC LIMIT 3", "by-at") == "keys of index by-at");
  CHECK(way(couch, "ORDER BY at DESC, name LIMIT 7 OFFSET 2", "by-at") == "rows of index by-at");
  CHECK(way(couch, "ORDER BY at NULLS LAST LIMIT 4", "by-at") == "keys of index by-at");
  CHECK(way(couch, "WHERE at < TIMESTAMP '2024-02-10 12:00:00' ORDER BY at DESC LIMIT 4", "by-at") ==
        "keys of index by-at");
  CHECK(way(couch, "WHERE NOT (YEAR(at) <> 2024 OR at < TIMESTAMP '2024-01-05 00:00:00') ORDER BY at LIMIT 4",
            "by-at") == "keys of index by-at");
  CHECK(way(couch,
            "WHERE at IN (TIMESTAMP '2024-01-03 12:00:00.5', TIMESTAMP '2024-01-06 12:00:00.5') "
            "ORDER BY at DESC LIMIT 1",
            "by-at") == "keys of index by-at");
  // Some text may be no date, and is NULL then, which would come first.
  CHECK(way(couch, "ORDER BY day LIMIT 3", "by-day") == "rows of index by-type");
  CHECK(way(couch, "WHERE day IS NOT NULL ORDER BY day LIMIT 3", "by-day") == "keys of index by-day");
  // What the keys do not tell.
  CHECK(way(couch, "WHERE name LIKE '%9' ORDER BY day DESC LIMIT 3", "by-day") == "rows of index by-type");
}

TEST_CASE("Ids come in the order of the keys that are left, or are sorted here", "[first]") {
  FakeCouch couch;
  couch.table("t", {column("k", TypeKind::BigInt), column("s", TypeKind::Varchar)});
  for (const char* id : {"a", "b", "c"})
    couch.put(fmt::format(R"({{"_id":"{}","type":"t","k":1,"s":"x"}})", id));
  couch.index("by-k-s", {{"type"}, {"k"}, {"s"}});
  couch.database_facts.documents = 100'000;
  const auto first = [&](const char* order) {
    return rows(couch,
                fmt::format("SELECT _id FROM t WHERE k = 1 AND s IS NOT NULL ORDER BY {} LIMIT 1", order));
  };
  CHECK(first("s DESC, k, _id") == Strings{"a"});
  CHECK(first("s DESC, s, _id") == Strings{"a"});
  CHECK(first("s DESC, k, _id DESC") == Strings{"c"});
  CHECK(first("s, k DESC, _id DESC") == Strings{"c"});
  CHECK(first("s, k DESC, _id") == Strings{"a"});
}

TEST_CASE("Only an index that would be read is advised", "[first]") {
  auto couch = visits();
  couch.index("by-other", {{"b"}});
  const auto advice = [&](const char* rest) {
    return explain(couch, fmt::format("SELECT name FROM visit {}", rest), "index_that_helps").front();
  };
  FakeCouch bare;
  bare.table("visit", {column("day", TypeKind::Date), column("a", TypeKind::BigInt)});
  bare.put(std::string_view{R"({"_id":"1","type":"visit","day":"2024-01-01","a":1})"});
  bare.database_facts.documents = 100'000;
  const auto of_bare = [&](const char* rest) {
    return explain(bare, fmt::format("SELECT _doc FROM visit {}", rest), "index_that_helps").front();
  };
  CHECK(of_bare("ORDER BY day DESC LIMIT 3") == R"(CREATE INDEX "visit_day" ON "visit" ("day"))");
  CHECK(of_bare("ORDER BY day LIMIT 3") == "NULL");  // what is no date comes first
  CHECK(of_bare("ORDER BY a LIMIT 3") == R"(CREATE INDEX "visit_a" ON "visit" ("a"))");
  bare.index("by-a", {{"type"}, {"a"}});
  for (int i = 0; i < 40; ++i) bare.put(fmt::format(R"({{"_id":"n{}","type":"visit"}})", i));
  CHECK(of_bare("ORDER BY a, _rev LIMIT 3") == "NULL");  // it is there, and lacks rows
  CHECK(advice("ORDER BY day LIMIT 3") == "NULL");
}

TEST_CASE("Text that is no date is passed over, and too little of an index is none", "[first]") {
  auto couch = visits();
  for (int i = 0; i < 200; ++i)
    couch.put(fmt::format(R"({{"_id":"w{:03}","type":"visit","day":"2024-99-{:03}"}})", i, i));
  CHECK(way(couch, "ORDER BY day DESC LIMIT 3", "by-day") == "keys of index by-day");
  CHECK(way(couch, "ORDER BY day DESC, _id LIMIT 70", "by-day") == "rows of index by-type");  // there are 60
  CHECK(rows(couch, "SELECT day FROM visit ORDER BY day DESC LIMIT 1") == Strings{"2024-03-04"});
}

TEST_CASE("ORDER BY several columns by one index reads what is wanted", "[first]") {
  auto couch = visits();
  CHECK(way(couch, "ORDER BY a, b LIMIT 5", "by-a-b") == "keys of index by-a-b");
  rows(couch, "SELECT name FROM visit ORDER BY a, b LIMIT 5");
  CHECK(last_view(couch).limit == 5u);
  CHECK(last_view(couch).include_docs);
  CHECK(way(couch, "ORDER BY a DESC, b DESC, _id DESC LIMIT 20", "by-a-b") == "keys of index by-a-b");
  rows(couch, "SELECT name FROM visit ORDER BY a DESC, b DESC, _id DESC LIMIT 20");
  CHECK(last_view(couch).descending);
  CHECK(last_view(couch).limit == 20u);
  CHECK(way(couch, "WHERE a = 2 ORDER BY b, a DESC, _id LIMIT 5", "by-a-b") == "keys of index by-a-b");
  // In another order than the index's: the groups of the first column that are met.
  CHECK(way(couch, "ORDER BY a, b DESC LIMIT 5", "by-a-b") == "keys of index by-a-b");
  rows(couch, "SELECT name FROM visit ORDER BY a, name LIMIT 5");
  CHECK_FALSE(last_view(couch).limit);
  CHECK(last_view(couch).end_key.starts_with(R"(["visit",0,)"));
}

TEST_CASE("A row that an index lacks, or that is of another class in it, is among the first where it belongs",
          "[first]") {
  auto couch = visits();
  // NULL in b: by class, which an index holds behind the numbers.
  couch.put(R"({"_id":"x1","type":"visit","a":0,"b":"word"})");
  CHECK(way(couch, "ORDER BY a, b LIMIT 5", "by-a-b") == "keys of index by-a-b");
  CHECK(rows(couch, "SELECT _id FROM visit ORDER BY a, b LIMIT 1") == Strings{"x1"});
  // Missing: an index on both does not have it.
  couch.put(R"({"_id":"x2","type":"visit","a":0})");
  CHECK(way(couch, "ORDER BY a, b, _id LIMIT 5", "by-a-b") == "rows of index by-type");
  CHECK(rows(couch, "SELECT _id FROM visit ORDER BY a, b, _id LIMIT 2") == Strings{"x1", "x2"});
  CHECK(way(couch, "WHERE a = 2 ORDER BY b DESC LIMIT 5", "by-a-b") == "keys of index by-a-b");
}

TEST_CASE("Only keys of the table's own rows are counted", "[first]") {
  auto couch = visits();
  for (int i = 0; i < 90; ++i) {
    couch.put(fmt::format(R"({{"_id":"o{0:02}","type":"other","day":"2020-01-01","a":{1}}})", i, -5 - i));
    couch.put(fmt::format(R"({{"_id":"t{0:02}","type":"\u0076isit\u0301","day":"2020-01-01","a":{1}}})", i, -5 - i));
    couch.put(fmt::format(R"({{"_id":"c{0:02}","type":"caf\u00e9","a":{1}}})", i, i));
    couch.put(fmt::format(R"({{"_id":"e{0:02}","type":"cafe\u0301","a":{1}}})", i, -5 - i));
  }
  couch.index("by-any-day", {{"day"}});
  couch.index("by-any-a", {{"a"}});
  couch.index("by-a-type", {{"a"}, {"type"}});
  couch.index("by-type-a", {{"type"}, {"a"}});
  for (const char* index : {"by-any-day", "by-any-a", "by-a-type", "by-type-a"}) {
    way(couch, "WHERE day > DATE '2000-01-01' ORDER BY day, name, _id LIMIT 3", index);
    way(couch, "WHERE a > -1000 ORDER BY a, name DESC LIMIT 3", index);
    way(couch, "WHERE a > -1000 ORDER BY a, _id LIMIT 10", index);
  }
  couch.table("caf\u00e9", {column("a", TypeKind::BigInt), column("b", TypeKind::BigInt)});
  for (const char* hint : {"ALL_DOCS ENGINE", "INDEX_ROWS by-type-a", ""})
    CHECK(rows(couch, fmt::format("SELECT _id FROM \"caf\u00e9\" {} WHERE a > -1000 ORDER BY a, b LIMIT 3",
                                  *hint ? fmt::format("/*+ {} */", hint) : "")) ==
          Strings{"c00", "c01", "c02"});
}

TEST_CASE("What ORDER BY computes over other rows sees them", "[first]") {
  auto couch = visits();
  way(couch, "WHERE a >= 0 ORDER BY a, SUM(b) OVER (PARTITION BY MOD(b, 7)), _id LIMIT 4", "by-a-b");
}

TEST_CASE("Of computed rows, too, only the first are read", "[first]") {
  auto couch = visits();
  CHECK(rows(couch, "SELECT UPPER(name) FROM visit WHERE a = 3 ORDER BY b LIMIT 2") == Strings{"N59", "N55"});
  CHECK(last_view(couch).end_key == R"(["visit",3,45])");
  rows(couch, "SELECT COUNT(*) OVER () FROM visit WHERE a = 3 ORDER BY b LIMIT 2");
  CHECK(last_view(couch).start_key == R"(["visit"])");
}

TEST_CASE("Where first rows are deleted after their keys were asked for, the next ones take their places",
          "[first]") {
  for (const char* rest : {"ORDER BY day DESC LIMIT 3", "ORDER BY a DESC, name LIMIT 3 OFFSET 1"}) {
    auto couch = visits();
    const std::string query = fmt::format("SELECT name FROM visit {}", rest);
    CHECK(explain(couch, query, "notes").front().find("what may be among the first") != std::string::npos);
    std::vector<std::string> gone;
    couch.before_answer = [&](const DocumentRequest& request) {
      auto* read = std::get_if<ViewRead>(&request.what);
      if (!read || !read->include_docs || !gone.empty()) return;
      for (int i = 3; i < 60; ++i) gone.push_back(fmt::format("v{:02}", i));
      for (const auto& id : gone) couch.erase(id);
    };
    const auto found = rows(couch, query);
    REQUIRE_FALSE(gone.empty());
    CHECK(found == rows(couch, fmt::format("SELECT name FROM visit /*+ ALL_DOCS ENGINE */ {}", rest)));
    CHECK(found.size() == (query.ends_with("1") ? 2 : 3));
  }
}

namespace {

FakeCouch orders() {
  FakeCouch couch;
  couch.table("sale",
              {column("day", TypeKind::Date), column("n", TypeKind::BigInt), column("w", TypeKind::BigInt),
               column("paid", TypeKind::Bit), column("shop", TypeKind::Varchar)});
  couch.table("shop", {column("name", TypeKind::Varchar)});
  for (int i = 0; i < 1000; ++i)
    couch.put(fmt::format(
        R"({{"_id":"s{0:03}","type":"sale","day":"20{1:02}-{2:02}-{3:02}","n":{0},"w":{6},"paid":{4},"shop":"p{5}"}})",
        i, i / 336, 1 + i / 28 % 12, 1 + i % 28, i % 50 == 0, i % 7, i % 3));
  for (int i = 0; i < 5; ++i)
    couch.put(fmt::format(R"({{"_id":"p{0}","type":"shop","name":"shop {0}"}})", i));
  couch.index("by-day", {{"type"}, {"day"}});
  couch.index("by-n", {{"type"}, {"n"}});
  couch.index("by-w", {{"type"}, {"w"}});
  couch.database_facts.documents = 100'000;  // as if
  return couch;
}

struct Told {
  std::vector<std::string> operations;
  std::string note;  // of the first
};

// The same rows as without an index.
Told told(FakeCouch& couch, const std::string& from, const std::string& rest) {
  const auto text = [&](const char* hint) {
    const auto place = from.find('@');
    return fmt::format("SELECT sale._id FROM {}{}{} {}", from.substr(0, place), hint, from.substr(place + 1),
                       rest);
  };
  CHECK(rows(couch, text("")) == rows(couch, text("/*+ ALL_DOCS ENGINE */")));
  return {explain(couch, text(""), "operation"), explain(couch, text(""), "notes").front()};
}

bool reads_everything(const FakeCouch& couch) {
  return std::any_of(couch.requests.begin(), couch.requests.end(), [](const DocumentRequest& request) {
    auto* read = std::get_if<AllDocs>(&request.what);
    return read && !read->start && read->include_docs;
  });
}

}  // namespace

TEST_CASE("Where conditions drop rows, some more are read, and all where too few of them pass", "[first]") {
  auto couch = orders();
  for (const char* order : {"n DESC", "day DESC", "n DESC NULLS LAST, shop"}) {
    INFO(order);
    const auto paid = told(couch, "sale @", fmt::format("WHERE paid ORDER BY {} LIMIT 4", order));
    CHECK(paid.operations.front().starts_with("rows of index by-"));
    CHECK(paid.note.find("the first 400 rows by the index's keys; if too few of them pass, all are read") !=
          std::string::npos);
    couch.requests.clear();
    CHECK(rows(couch, fmt::format("SELECT n FROM sale WHERE paid ORDER BY {} LIMIT 4", order)) ==
          Strings{"950", "900", "850", "800"});
    CHECK_FALSE(reads_everything(couch));
    couch.requests.clear();
    CHECK(rows(couch, fmt::format("SELECT n FROM sale WHERE paid ORDER BY {} LIMIT 4 OFFSET 2", order)) ==
          Strings{"850", "800", "750", "700"});
    // Three of 1,000, and none of the last 600.
    const auto few = fmt::format(
        "SELECT n FROM sale WHERE shop || n LIKE 'p_10_' AND paid = 0 AND MOD(n, 3) = 0 "
        "ORDER BY {} LIMIT 3",
        order);
    couch.requests.clear();
    CHECK(rows(couch, few) == Strings{"108", "105", "102"});
    CHECK(reads_everything(couch));
  }
  // Of equal ones any will do.
  CHECK(rows(couch, "SELECT w FROM sale WHERE MOD(n, 2) = 0 ORDER BY w DESC LIMIT 4") == Strings(4, "2"));
  CHECK(last_view(couch).limit == 400u);
  // Too many are wanted.
  CHECK(told(couch, "sale @", "WHERE paid ORDER BY n DESC LIMIT 950").operations.front() == "all documents");
}

TEST_CASE("What an index has among the dates, and comes later or is none, does not count as first",
          "[first]") {
  FakeCouch couch;
  couch.table("v", {column("at", TypeKind::Timestamp), column("ok", TypeKind::Bit)});
  couch.index("by-at", {{"type"}, {"at"}});
  const auto first = [&] {
    const std::string rest = "WHERE ok ORDER BY at DESC LIMIT 1";
    const auto found = rows(couch, "SELECT _id FROM v /*+ INDEX_ROWS by-at */ " + rest);
    CHECK(found == rows(couch, "SELECT _id FROM v /*+ ALL_DOCS ENGINE */ " + rest));
    return found.front();
  };
  const auto put = [&](const char* id, const char* at, bool ok) {
    couch.put(fmt::format(R"({{"_id":"{}","type":"v","at":"{}","ok":{}}})", id, at, ok));
  };
  put("a", "2024-03-10T00:30:00Z", false);
  put("b", "2024-03-11T00:30:00Z", false);
  put("late", "2024-03-08T23:00:00-12:00", true);   // the 9th, 11:00
  put("early", "2024-03-09T05:00:00+14:00", true);  // the 8th, 15:00
  CHECK(first() == "late");
  couch.erase("late");
  couch.erase("early");
  put("none", "no date", true);
  put("old", "2020-01-01T00:00:00Z", true);
  CHECK(first() == "old");
}

TEST_CASE("First rows are not dared where that may cost much more than it saves", "[first]") {
  auto couch = orders();
  const auto by_index = [&](const std::string& rest) {
    const auto all = explain(couch, "SELECT sale._id FROM sale " + rest, "operation");
    return std::find(all.begin(), all.end(), "rows of index by-n") != all.end();
  };
  CHECK(by_index("WHERE paid ORDER BY n DESC LIMIT 3"));
  // What is read beside them is read again where they are too few.
  CHECK_FALSE(by_index("JOIN shop ON shop.name = sale.shop || 'x' ORDER BY n DESC LIMIT 3"));
  CHECK_FALSE(by_index("WHERE MOD(n, 3) IN (SELECT MOD(n, 4) FROM sale AS b) ORDER BY n DESC LIMIT 3"));
  // Counted and then given, they would be others.
  CHECK_FALSE(by_index("WHERE RAND() < 0.5 ORDER BY n DESC LIMIT 3"));
  CHECK_FALSE(by_index("WHERE MOD(n, 3) = (SELECT FLOOR(RAND() * 3)) ORDER BY n DESC LIMIT 3"));
  // RequireIndex must not depend on how many pass.
  Options options;
  options.require_index = true;
  CHECK_THROWS_AS(rows(couch, "SELECT n FROM sale WHERE paid ORDER BY n DESC LIMIT 3", {}, options), Error);
  CHECK(rows(couch, "SELECT n FROM sale WHERE n < 5 ORDER BY day DESC LIMIT 1", {}, options) == Strings{"4"});
}

TEST_CASE(
    "The first rows of a join are those of the table that is sorted by, where a join keeps or drops them",
    "[first]") {
  auto couch = orders();
  const auto by = [&](const char* from, const char* rest) { return told(couch, from, rest); };
  const auto has = [](const Told& one, const char* operation) {
    return std::find(one.operations.begin(), one.operations.end(), operation) != one.operations.end();
  };
  const char* last = "ORDER BY n DESC LIMIT 5";
  const char* joined = "sale @ JOIN shop ON shop._id = sale.shop";
  CHECK(by(joined, last).operations.front() == "rows of index by-n");
  CHECK(by(joined, last).note.find("the first 50 rows by the index's keys") != std::string::npos);
  CHECK(has(by("shop, sale @ ", "WHERE shop._id = sale.shop ORDER BY n DESC, name LIMIT 5"),
            "rows of index by-n"));
  // A LEFT JOIN drops none, so no more are read than are wanted.
  const auto left = by("sale @ LEFT JOIN shop ON shop._id = sale.shop", last);
  CHECK(left.operations.front() == "rows of index by-n");
  CHECK(left.note.find("the first 5 rows") != std::string::npos);
  CHECK(by("shop RIGHT JOIN sale @ ON shop._id = sale.shop", last).note.find("first 5 rows") !=
        std::string::npos);
  // Where a row of the other table stays without one of this, this has to be known whole.
  for (const char* from :
       {"shop LEFT JOIN sale @ ON shop._id = sale.shop", "sale @ RIGHT JOIN shop ON shop._id = sale.shop",
        "sale @ FULL JOIN shop ON shop._id = sale.shop"}) {
    INFO(from);
    CHECK_FALSE(has(by(from, last), "rows of index by-n"));
  }
  // What the joined table says may leave too few.
  CHECK(by(joined, "WHERE name > 'shop 3' ORDER BY day DESC LIMIT 9").operations.front() ==
        "rows of index by-day");
  CHECK(rows(couch,
             "SELECT n FROM sale JOIN shop ON shop._id = sale.shop WHERE name = 'shop 1' AND n < 300 "
             "AND MOD(n, 100) = 1 ORDER BY day DESC LIMIT 2") == Strings{"1"});
}

namespace {

// Without parameters.
std::string where(Random& random) {
  for (;;) {
    std::string out = "WHERE ";
    std::vector<Value> parameters;
    random_condition(random, 1)->print(out, parameters);
    if (parameters.empty()) return out;
  }
}

}  // namespace

TEST_CASE("Random documents and orders: the first rows are the same by every index", "[first][laws]") {
  Random random{20240301};
  for (int world = 0; world < 12; ++world) {
    FakeCouch couch;
    couch.table("t", random_table_columns());
    const auto& columns = random_columns();
    const bool whole = world % 2 == 0;  // every document has every field
    for (int i = 0; i < 40; ++i) {
      auto document = random_document(random, fmt::format("d{:02}", i), "t");
      if (whole) {
        for (const auto& one : columns)
          if (one.path.size() == 1 && !document.find(one.path.front()))
            document.set(one.path.front(), parse_json("0"));
      }
      couch.put(document);
    }
    couch.index("by-type", {{"type"}});
    for (const auto& one : columns)
      couch.index(fmt::format("by-{}", fmt::join(one.path, "-")), {{"type"}, one.path});
    couch.database_facts.documents = 100'000;
    for (int query = 0; query < 40; ++query) {
      const auto& first = random.pick(columns);
      const auto& second = random.pick(columns);
      if (first.holds == Holds::Decimal || second.holds == Holds::Decimal) continue;
      couch.index(fmt::format("pair-{}", query), {{"type"}, first.path, second.path});
      const auto direction = [&] {
        return random.percent(60) ? " DESC" : random.percent(50) ? "" : " NULLS LAST";
      };
      const std::string shared = direction();
      const auto rest =
          fmt::format("{} ORDER BY {}{}, {}{}, _id{} LIMIT {}",
                      random.percent(40)   ? fmt::format("WHERE {} IS NOT NULL", first.name)
                      : random.percent(70) ? where(random)
                                           : std::string{},
                      first.name, shared, second.name, random.percent(60) ? shared : direction(),
                      shared == " DESC" ? shared : "", 1 + random.below(12));
      INFO(rest);
      const auto expected = rows(couch, "SELECT _id FROM t /*+ ALL_DOCS ENGINE */ " + rest);
      CHECK(rows(couch, "SELECT _id FROM t " + rest) == expected);
      CHECK(rows(couch, "SELECT _id FROM t /*+ INDEX_KEYS */ " + rest) == expected);
      CHECK(rows(couch, fmt::format("SELECT _id FROM t /*+ INDEX_ROWS pair-{} */ {}", query, rest)) ==
            expected);
    }
  }
}
