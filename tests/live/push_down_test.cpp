// The laws of push-down, on a real server and without a driver manager: sql/ over the bridge.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "driver/bridge.h"
#include "http/client.h"
#include "tests/live/effort.h"
#include "tests/support/fake_couch.h"
#include "tests/support/laws.h"
#include "tests/support/live_server.h"

using namespace couch::test::model;
using couch::live::cases;
using couch::test::Database;
using couch::test::LiveServer;

namespace {

std::shared_ptr<couch::http::Client> client() {
  const auto& server = LiveServer::get();
  couch::http::Endpoint endpoint;
  endpoint.servers = {server.url()};
  if (!server.user().empty()) endpoint.auth = couch::http::Auth::Basic;
  endpoint.user = server.user();
  endpoint.password = server.password();
  return couch::http::Client::create(endpoint);
}

// One database a world.
class LiveWorld : public World {
 public:
  LiveWorld(std::shared_ptr<couch::http::Client> http, const std::vector<Json>& documents, bool indexes)
      : database_("push_down"),
        catalog_(database_.name()),
        documents_(couch::driver::documents_over(std::move(http), nullptr, std::nullopt)) {
    bool couchdb = LiveServer::get().couchdb();
    catalog_.table("t", random_table_columns());
    catalog_.server.couchdb = catalog_.server.pcre = catalog_.server.icu_order = couchdb;
    catalog_.server.bookmarks = catalog_.server.index_as_view = couchdb;
    std::vector<std::string> texts;
    for (const auto& document : documents) texts.push_back(to_text(document));
    // A type that CouchDB holds equal: no row of "t".
    Json other = documents.front();
    other.set("_id", Json::string("other"));
    other.set("type", Json::string("t\x01"));
    texts.push_back(to_text(other));
    database_.add(texts);
    if (!indexes) return;
    for (const char* field : {"n", "s", "day"}) {
      std::string name = fmt::format("by-{}", field);
      database_.index({"type", field}, name);
      catalog_.index(name, {{"type"}, {field}});
    }
  }
  couch::sql::Documents& documents() override { return *documents_; }
  couch::sql::Catalog& catalog() override { return catalog_; }

 private:
  Database database_;
  FakeCouch catalog_;  // as a catalog only
  std::unique_ptr<couch::sql::Documents> documents_;
};

LawSetting setting(bool indexes, couch::sql::CollationKind collation) {
  LawSetting out;
  out.make_world = [http = client(), indexes](const std::vector<Json>& documents) {
    return std::make_unique<LiveWorld>(http, documents, indexes);
  };
  out.options.collation = collation;
  out.doubles_only = !LiveServer::get().couchdb();
  bool icu = collation == couch::sql::CollationKind::Server && LiveServer::get().couchdb();
  out.meaning.order = icu ? TextOrder::Icu : TextOrder::Bytes;
  return out;
}

constexpr auto server = couch::sql::CollationKind::Server;
constexpr auto binary = couch::sql::CollationKind::Binary;

}  // namespace

TEST_CASE("Every path to a real server's documents gives the rows for which the condition is true",
          "[laws][push-down]") {
  CHECK(broken_law(5000, cases(60), setting(false, server)) == "");
}

TEST_CASE("A real server's indexes give the same rows", "[laws][push-down]") {
  CHECK(broken_law(6000, cases(40), setting(true, server)) == "");
}

TEST_CASE("With Collation=binary a real server gives the rows that code points do", "[laws][push-down]") {
  CHECK(broken_law(7000, cases(40), setting(true, binary)) == "");
}
