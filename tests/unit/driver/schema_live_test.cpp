// Discovery and the bridge against a real server, CouchDB or PouchDB:
//   COUCHDB_URL=http://admin:secret@127.0.0.1:5984 unit_driver "[.live]"
#include <catch2/catch.hpp>
#include <cstdlib>
#include <set>

#include "driver/bridge.h"
#include "driver/config/settings.h"
#include "driver/schema/schema.h"

using namespace couch;
using namespace couch::driver;
using Strings = std::vector<std::string>;

namespace {

// A database of the test's own, dropped in the end.
class LiveDatabase {
 public:
  explicit LiveDatabase(std::string name) : name_(std::move(name)) {
    const char* url = std::getenv("COUCHDB_URL");
    if (url == nullptr) throw std::runtime_error("COUCHDB_URL is not set");
    settings =
        parse_settings(parse_connection_string(std::string{"URL={"} + url + "};SampleSize=200")).settings;
    settings.database = name_;
    client = http::Client::create(settings.endpoint);
    try {
      request("DELETE", "", "");
    } catch (const http::Error&) {
    }
    request("PUT", "", "");
    schema = schema::Schema::create(client, settings);
  }
  ~LiveDatabase() {
    try {
      request("DELETE", "", "");
    } catch (...) {
    }
  }
  LiveDatabase(const LiveDatabase&) = delete;
  LiveDatabase& operator=(const LiveDatabase&) = delete;

  std::string request(const std::string& method, const std::string& below, const std::string& body) {
    http::Request request;
    request.method = method;
    request.path = "/" + http::escape_segment(name_) + below;
    request.body = body;
    return client->send(request).body;
  }
  void load(const Strings& documents) {
    std::string body = "{\"docs\":[";
    for (size_t i = 0; i < documents.size(); ++i) body += (i > 0 ? "," : "") + documents[i];
    request("POST", "/_bulk_docs", body + "]}");
  }
  Strings read(const sql::DocumentRequest& request) {
    Strings rows;
    const auto stream = documents_over(client, nullptr, std::nullopt)->open(request);
    while (const auto row = stream->next()) rows.emplace_back(row->data(), row->size());
    return rows;
  }
  Strings tables() {
    Strings names;
    for (const auto& table : schema->tables(name_)) names.push_back(table->name);
    return names;
  }

  Settings settings;
  std::shared_ptr<http::Client> client;
  std::unique_ptr<schema::Schema> schema;

 private:
  std::string name_;
};

Strings numbered(const std::string& prefix, const std::string& type, int from, int to) {
  Strings documents;
  for (int n = from; n < to; ++n)
    documents.push_back("{\"_id\":\"" + prefix + std::to_string(10000 + n) + "\",\"type\":\"" + type +
                        "\",\"n\":" + std::to_string(n) +
                        ",\"tags\":[\"x\",\"y\"],\"at\":\"2026-11-20T10:00:00Z\"}");
  return documents;
}

}  // namespace

TEST_CASE("Live: every type of a database larger than the sample is found", "[.live]") {
  LiveDatabase live{"schema_live_types"};
  live.load(numbered("a", "first", 0, 400));
  live.load(numbered("b", "middle", 0, 60));
  live.load(numbered("c", "last", 0, 400));
  live.load(
      {R"({"_id":"_design/d","views":{"by_type":{"map":"function(doc){emit([doc.type,doc.n],{n:doc.n})}"},"count":{"map":"function(doc){emit(doc.type,1)}","reduce":"_count"}}})"});
  CHECK(live.tables() == Strings{"first", "last", "middle", "first_tags", "last_tags", "middle_tags",
                                 "schema_live_types", "d/by_type", "d/count"});
  const auto middle = live.schema->table("", "middle", false);
  CHECK(middle->find("n", true)->type.kind == sql::TypeKind::BigInt);
  CHECK(middle->find("at", true)->type.kind == sql::TypeKind::Timestamp);
  CHECK(middle->find("tags", true)->type.json);
  const auto view = live.schema->table("", "d/by_type", true);
  CHECK_FALSE(view->map_failed);
  REQUIRE(view->find("key.1", true));
  CHECK(view->find("key.1", true)->type.kind == sql::TypeKind::BigInt);
  CHECK(view->find("value.n", true)->type.kind == sql::TypeKind::BigInt);
  CHECK(live.schema->table("", "d/count", true)->reduced);
}

TEST_CASE("Live: a type written after discovery is found when it is asked for", "[.live]") {
  LiveDatabase live{"schema_live_new"};
  live.load(numbered("a", "old", 0, 10));
  CHECK(live.tables() == Strings{"old", "old_tags", "schema_live_new"});
  live.load(numbered("b", "fresh", 0, 3));
  CHECK(live.schema->table("", "fresh", false));
}

TEST_CASE("Live: an index on the discriminator is read as a view where the server can", "[.live]") {
  LiveDatabase live{"schema_live_index"};
  live.load(numbered("a", "common", 0, 1000));
  live.load({R"({"_id":"a10500x","type":"rare one","only":true})"});
  live.request("POST", "/_index",
               R"({"index":{"fields":["type"]},"ddoc":"by-type","name":"by-type","type":"json"})");
  const auto indexes = live.schema->indexes("");
  REQUIRE(indexes.size() == 1);
  CHECK(indexes[0].fields == std::vector<Strings>{{"type"}});
  CHECK(indexes[0].design_document == "by-type");
  if (live.schema->traits().index_as_view) {
    REQUIRE(live.schema->table("", "rare one", true));
    CHECK(live.schema->table("", "rare one", true)->estimated_rows == 1);
    CHECK(live.schema->table("", "common", true)->estimated_rows == 1000);
    CHECK(live.schema->table("", "rare one", true)->find("only", true));
  }
}

TEST_CASE("Live: the bridge's requests give what CouchDB has", "[.live]") {
  LiveDatabase live{"schema_live_bridge"};
  live.load(numbered("a", "t", 0, 300));
  live.load(
      {R"({"_id":"_design/d","views":{"v":{"map":"function(doc){emit(doc.n%7,doc.n);emit(doc.n%7,null)}","reduce":"_count"}}})"});
  const std::string db = "schema_live_bridge";

  CHECK(live.read({db, "", sql::AllDocs{}}).size() == 301);
  sql::AllDocs range;
  range.start = "a10100";
  range.end = "a10110";
  CHECK(live.read({db, "", range}).size() == 11);
  range.inclusive_end = false;
  CHECK(live.read({db, "", range}).size() == 10);
  range.start = std::string(7000, ' ');  // posted
  range.end = "a10009";
  range.inclusive_end = true;
  CHECK(live.read({db, "", range}).size() == 11);  // the design document too

  const auto by_ids = live.read({db, "", sql::ByIds{{"a10007", "nothing", "a10003", "a10007"}, true}});
  REQUIRE(by_ids.size() == 4);
  CHECK_THAT(by_ids[0], Catch::Contains("\"n\":7"));
  CHECK_THAT(by_ids[1], Catch::Contains("not_found"));
  CHECK(by_ids[0] == by_ids[3]);

  sql::Find find;
  find.selector = R"({"n":{"$gte":100}})";
  find.fields = {"_id"};
  CHECK(live.read({db, "", find}).size() == 200);

  sql::ViewRead view;
  view.design_document = "d";
  view.view = "v";
  CHECK(live.read({db, "", view}).size() == 600);
  view.keys = {"3", "5"};
  CHECK(live.read({db, "", view}).size() == 172);
  view.keys.clear();
  view.start_key = "5";
  view.descending = true;
  view.end_key = "5";
  CHECK(live.read({db, "", view}).size() == 86);
  view = {};
  view.design_document = "d";
  view.view = "v";
  view.reduce = view.group = true;
  CHECK(live.read({db, "", view}).size() == 7);
  view.group = false;
  CHECK(live.read({db, "", view}).size() == 1);

  const auto count = live.read({db, "", sql::DatabaseCount{}});
  REQUIRE(count.size() == 1);
  CHECK_THAT(count[0], Catch::StartsWith(R"({"doc_count":300,"design_count":1,)"));

  CHECK_THROWS_WITH(live.read({"schema_live_nothing", "", sql::AllDocs{}}),
                    Catch::Contains("there is no database schema_live_nothing"));
  view.view = "nothing";
  CHECK_THROWS_WITH(live.read({db, "", view}), Catch::Contains("there is no view d/nothing"));
}
