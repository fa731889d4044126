// Partitioned databases: what is asked of one partition alone.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "sql/error.h"
#include "tests/support/run_sql.h"

using namespace couch::sql;
using namespace couch::test::model;
using Strings = std::vector<std::string>;

namespace {

Index index_of(const char* name, bool partitioned) {
  Index index;
  index.design_document = index.name = name;
  index.fields = {{"type"}, {"n"}};
  index.partitioned = partitioned;
  return index;
}

// Partitions a, b and c of 40 readings each.
FakeCouch plant(bool local_index, bool global_index) {
  FakeCouch couch;
  couch.table("reading", {column("n", TypeKind::BigInt), column("s", TypeKind::Varchar)});
  couch.database_facts.partitioned = true;
  for (const char* partition : {"a", "b", "c"}) {
    for (int i = 0; i < 40; ++i)
      couch.put(
          fmt::format(R"({{"_id":"{0}:{1:02}","type":"reading","n":{2},"s":"x{1}"}})", partition, i, i % 10));
  }
  couch.database_facts.documents = 120;
  if (local_index) couch.index(index_of("local", true));
  if (global_index) couch.index(index_of("global", false));
  return couch;
}

Strings requests(FakeCouch& couch, const std::string& where, const std::string& hint = "") {
  return explain(couch, "SELECT s FROM reading " + hint + " WHERE " + where, "request");
}

}  // namespace

TEST_CASE("Conditions on _id that fix a partition ask it alone", "[partition]") {
  FakeCouch couch = plant(false, false);
  const Strings whole{
      "GET "
      "/db/_partition/a/"
      "_all_docs?include_docs=true&startkey=%22a:%22&endkey=%22a;%22&inclusive_end=false&limit=268435455"};
  CHECK(requests(couch, "_id LIKE 'a:%'") == whole);
  CHECK(requests(couch, "_id >= 'a:' AND _id < 'a;'") == whole);
  for (const char* inside :
       {"_id BETWEEN 'a:03' AND 'a:12'", "_id > 'a:' AND _id <= 'a:99'", "_id LIKE 'a:1%'"}) {
    INFO(inside);
    CHECK(requests(couch, inside).at(0).starts_with("GET /db/_partition/a/_all_docs?"));
  }
  for (const char* outside : {"_id LIKE 'a%'", "_id >= 'a:'", "_id >= 'a:' AND _id < 'b:5'", "_id < 'a;'"}) {
    INFO(outside);
    CHECK(requests(couch, outside).at(0).starts_with("GET /db/_all_docs?"));
  }
  CHECK(requests(couch, "_id LIKE 'a:%'", "/*+ NO_PARTITION */").at(0).starts_with("GET /db/_all_docs?"));
  CHECK(requests(couch, "_id LIKE 'a:%' AND n = 3", "/*+ FIND */").at(0) == "POST /db/_partition/a/_find");
  CHECK(explain(couch, "SELECT s FROM reading /*+ PARTITION */ WHERE n = 3", "notes")
            .at(0)
            .find("fix no partition") != std::string::npos);
  FakeCouch plain = plant(false, false);
  plain.database_facts.partitioned = false;
  CHECK(requests(plain, "_id LIKE 'a:%'").at(0).starts_with("GET /db/_all_docs?"));
}

TEST_CASE("A partition's rows are counted by its own indexes", "[partition]") {
  FakeCouch couch = plant(true, true);
  Index types = index_of("types", true);
  types.fields = {{"type"}};
  couch.index(std::move(types));
  couch.table("db", {column("n", TypeKind::BigInt)});
  couch.put(std::string_view{R"({"_id":"a:x","n":3})"});
  const auto check = [&](const std::string& query, const std::string& expected, const Strings& requests) {
    INFO(query);
    CHECK(explain(couch, "SELECT " + query, "request") == requests);
    CHECK(rows(couch, "SELECT " + query) == Strings{expected});
  };
  const auto count = [](const char* index, const char* start, const char* end) {
    return fmt::format(
        "GET /db/_partition/a/_design/{0}/_view/{0}?reduce=true&group_level=1&"
        "startkey=%5B%22reading%22{1}%5D&endkey=%5B%22reading%22{2}%5D&limit=268435455",
        index, start, end);
  };
  check("COUNT(*) FROM reading WHERE _id LIKE 'a:%'", "40", {count("types", "", "")});
  check("COUNT(*) FROM db WHERE _id >= 'a:' AND _id < 'a;'", "41", {"GET /db/_partition/a"});
  check("COUNT(*) FROM reading WHERE _id LIKE 'a:%' AND n BETWEEN 3 AND 5", "12",
        {count("local", ",3", ",5")});
  // CouchDB gives no rows for {keys} with group=true here.
  check("COUNT(*) FROM reading WHERE n IN (3, 5) AND _id LIKE 'a:%'", "8",
        {count("local", ",3", ",3"), count("local", ",5", ",5")});
  check("MAX(n) FROM reading WHERE _id LIKE 'a:%'", "9",
        {"GET /db/_partition/a/_design/local/_view/local?reduce=false&startkey=%5B%22reading%22,%22%22%5D&"
         "endkey=%5B%22reading%22,true,0%5D&startkey_docid=&descending=true&limit=1"});
  // Less than a partition, or more.
  for (const char* id :
       {"_id LIKE 'a:1%'", "_id > 'a:'", "_id IN ('a:1', 'a:2')", "_id LIKE 'a:%' AND s <> 'x1'"})
    CHECK(explain(couch, fmt::format("SELECT COUNT(*) FROM reading WHERE {}", id), "operation")
              .front()
              .find("reduce") == std::string::npos);
}

TEST_CASE("A partition's indexes are read inside it, those of the database outside", "[partition]") {
  FakeCouch both = plant(true, true), local = plant(true, false);
  CHECK(requests(local, "_id LIKE 'a:%' AND n = 3", "/*+ INDEX_ROWS */")
            .at(0)
            .starts_with("GET /db/_partition/a/_design/local/"));
  CHECK(requests(local, "_id LIKE 'a:%' AND n = 3", "/*+ INDEX_FIND */").at(0) ==
        "POST /db/_partition/a/_find");
  CHECK(requests(local, "n = 3", "/*+ INDEX */").at(0).starts_with("GET /db/_all_docs?"));
  CHECK(requests(both, "n = 3", "/*+ INDEX_ROWS */").at(0).starts_with("GET /db/_design/global/"));
  CHECK(requests(both, "_id LIKE 'a:%' AND n = 3", "/*+ INDEX_ROWS global */")
            .at(0)
            .starts_with("GET /db/_design/global/"));
  // The same rows each way, whether the conditions on _id are the partition or less.
  for (const char* id : {"_id LIKE 'a:%'", "_id BETWEEN 'a:10' AND 'a:29'", "_id LIKE 'a:%' AND _id > 'a:20'",
                         "_id >= 'a:'"}) {
    const std::string query = fmt::format("WHERE {} AND n IN (3, 4) ORDER BY _id", id);
    const Strings expected = rows(both, "SELECT _id FROM reading /*+ ALL_DOCS NO_PARTITION */ " + query);
    CHECK(!expected.empty());
    for (const char* hint :
         {"", "ALL_DOCS", "FIND", "INDEX", "INDEX_ROWS global", "INDEX_ROWS local", "INDEX_FIND local",
          "INDEX_KEYS", "BY_ID", "NO_PARTITION", "FIND NO_PARTITION", "INDEX NO_PARTITION"}) {
      INFO(id << " " << hint);
      CHECK(rows(both, fmt::format("SELECT _id FROM reading /*+ {} */ {}", hint, query)) == expected);
    }
  }
  const Strings sorted =
      rows(local, "SELECT n FROM reading /*+ ALL_DOCS */ WHERE _id LIKE 'b:%' AND n > 2 ORDER BY n LIMIT 7");
  local.requests.clear();
  CHECK(rows(local, "SELECT n FROM reading WHERE _id LIKE 'b:%' AND n > 2 ORDER BY n LIMIT 7") == sorted);
  CHECK(local.requests.front().partition == "b");
  CHECK(std::get<ViewRead>(local.requests.front().what).expected == 7u);
}
