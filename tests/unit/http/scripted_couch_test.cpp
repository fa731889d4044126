// The scripted server itself, where tests rely on it: the tiny CouchDB has the real one's shapes (seen on
// CouchDB 3.5.0).
#include "tests/support/scripted_couch.h"

#include <catch2/catch.hpp>

#include "http/client.h"
#include "tests/unit/http/expect.h"

using namespace couch::http;
using namespace couch::test;

namespace {

struct Films {
  ScriptedCouch couch;
  std::shared_ptr<Client> client = Client::create(endpoint_of(couch));
  Films() {
    couch.serve_database(
        "films",
        {R"({"_id":"ran","_rev":"1-a","type":"film","year":1985,"big":12345678901234567890123})",
         R"({"_id":"ikiru","_rev":"1-b","type":"film","year":1952,"by":{"name":"Kurosawa","born":1910}})",
         R"({"_id":"mifune","_rev":"2-c","type":"actor"})",
         R"({"_id":"_design/d","_rev":"1-d","views":{}})"});
  }
  Rows list(Request request) const { return rows_of(*client->stream(request)); }
  Rows find(std::string body) const {
    auto request = get("/films/_find");
    request.method = "POST";
    request.body = std::move(body);
    return list(request);
  }
};

}  // namespace

TEST_CASE("The tiny CouchDB lists documents by the bytes of their ids", "[http][scripted]") {
  const Films films;
  auto request = get("/films/_all_docs");
  CHECK(films.list(request).size() == 4);
  CHECK(films.list(request).front() == R"({"id":"_design/d","key":"_design/d","value":{"rev":"1-d"}})");
  request.query = {
      {"include_docs", "true"}, {"startkey", "\"ikiru\""}, {"endkey", "\"ran\""}, {"inclusive_end", "false"}};
  CHECK(
      films.list(request) ==
      Rows{
          R"({"id":"ikiru","key":"ikiru","value":{"rev":"1-b"},"doc":{"_id":"ikiru","_rev":"1-b","type":"film","year":1952,"by":{"name":"Kurosawa","born":1910}}})",
          R"({"id":"mifune","key":"mifune","value":{"rev":"2-c"},"doc":{"_id":"mifune","_rev":"2-c","type":"actor"}})"});
  request.query = {{"descending", "true"}, {"limit", "1"}, {"skip", "1"}};
  CHECK(films.list(request) == Rows{R"({"id":"mifune","key":"mifune","value":{"rev":"2-c"}})"});
  request.query = {{"keys", R"(["ran","nope","ran"])"}};
  CHECK(films.list(request) == Rows{R"({"id":"ran","key":"ran","value":{"rev":"1-a"}})",
                                    R"({"key":"nope","error":"not_found"})",
                                    R"({"id":"ran","key":"ran","value":{"rev":"1-a"}})"});
}

TEST_CASE("The tiny CouchDB finds by selectors, and refuses what it does not know", "[http][scripted]") {
  const Films films;
  CHECK(films.find(R"({"selector":{"type":"film","year":{"$gt":1960,"$lt":""}},"fields":["_id","big"]})") ==
        Rows{R"({"_id":"ran","big":12345678901234567890123})"});
  CHECK(films.find(R"({"selector":{"by.name":{"$exists":true}},"fields":["by.born"]})") ==
        Rows{R"({"by":{"born":1910}})"});
  CHECK(films.find(R"({"selector":{"$or":[{"year":1952},{"type":{"$in":["actor"]}}]},"fields":["_id"]})")
            .size() == 2);
  CHECK(films.find(R"({"selector":{"year":{"$ne":1952}},"fields":["_id"]})") == Rows{R"({"_id":"ran"})"});
  CHECK(films.find(R"({"selector":{},"limit":1,"sort":[{"_id":"desc"}],"fields":["_id"]})") ==
        Rows{R"({"_id":"ran"})"});
  CHECK(error_of([&] { films.find(R"({"selector":{"type":{"$nonsense":"f"}}})"); }).kind() ==
        ErrorKind::BadRequest);
  CHECK(error_of([&] { films.find(R"({"selector":{},"sort":["year"]})"); }).error() == "no_usable_index");
}

TEST_CASE("The tiny CouchDB knows its database, its newest documents, and what it lacks",
          "[http][scripted]") {
  const Films films;
  CHECK_THAT(films.client->send(get("/films")).body, Contains("\"doc_count\":4"));
  auto changes = get("/films/_changes");
  changes.query = {{"descending", "true"}, {"limit", "1"}, {"include_docs", "true"}};
  CHECK_THAT(films.list(changes).at(0), Contains("_design/d") && Contains("\"doc\":"));
  CHECK(films.list(get("/films/_design_docs")).size() == 1);
  CHECK_THAT(films.client->send(get("/films/_index")).body, Contains("\"_all_docs\""));
  CHECK(films.client->send(get("/_all_dbs")).body == "[\"films\"]\n");
  CHECK(films.client->send(get("/films/ran")).body.rfind(R"({"_id":"ran","_rev":"1-a")", 0) == 0);
  CHECK(error_of([&] { films.client->send(get("/films/nope")); }).reason() == "missing");
  CHECK(error_of([&] { films.client->send(get("/nope")); }).reason() == "Database does not exist.");
}
