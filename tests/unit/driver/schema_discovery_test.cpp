// Discovery and its cache against a scripted server.
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "driver/config/settings.h"
#include "driver/odbc_error.h"
#include "driver/schema/cache.h"
#include "driver/schema/schema.h"
#include "sql/error.h"
#include "tests/support/scripted_couch.h"

using namespace couch;
using namespace couch::driver;
using couch::test::ScriptedCouch;
using Strings = std::vector<std::string>;

namespace {

struct Connected {
  Connected(const ScriptedCouch& couch, const std::string& more) {
    settings = parse_settings(parse_connection_string("Server=" + couch.host() + ":" +
                                                      std::to_string(couch.port()) + ";" + more))
                   .settings;
    client = http::Client::create(settings.endpoint);
    schema = schema::Schema::create(client, settings);
  }
  Strings tables(const std::string& database = "films") {
    Strings names;
    for (const auto& table : schema->tables(database)) names.push_back(table->name);
    return names;
  }
  Settings settings;
  std::shared_ptr<http::Client> client;
  std::unique_ptr<schema::Schema> schema;
};

const Strings documents{R"({"_id":"1","type":"film","title":"Ran","cast":["Nakadai"]})",
                        R"({"_id":"2","type":"Person","name":"Kurosawa"})",
                        R"({"_id":"3","kind":"neither"})"};

Strings columns(const sql::Table& table) {
  Strings names;
  for (const auto& column : table.columns)
    if (!column.hidden) names.push_back(column.name);
  return names;
}

}  // namespace

TEST_CASE("Tables of a database are its types, their arrays, and the database itself",
          "[schema][discovery]") {
  ScriptedCouch couch;
  couch.serve_database("films", documents);
  Connected to{couch, "Database=films"};
  CHECK(to.tables() == Strings{"Person", "film", "film_cast", "films"});
  CHECK(to.schema->current() == "films");
  const auto film = to.schema->table("films", "FILM", false);
  REQUIRE(film);
  CHECK(columns(*film) == Strings{"_id", "_rev", "type", "title", "cast"});
  CHECK_FALSE(to.schema->table("films", "FILM", true));
  Strings nearest;
  CHECK_FALSE(to.schema->table("films", "persn", false, &nearest));
  CHECK(nearest == Strings{"Person"});
}

TEST_CASE("Names that differ in case alone are ambiguous unless quoted", "[schema][discovery]") {
  ScriptedCouch couch;
  couch.serve_database("films", {R"({"_id":"1","type":"Film"})", R"({"_id":"2","type":"film"})"});
  Connected to{couch, "Database=films"};
  CHECK(to.schema->table("films", "film", false)->name == "film");
  CHECK(to.schema->table("films", "Film", true)->name == "Film");
  try {
    to.schema->table("films", "FILM", false);
    FAIL("found");
  } catch (const sql::Error& error) {
    CHECK(error.kind() == sql::ErrorKind::AmbiguousName);
    CHECK_THAT(error.what(), Catch::Contains("\"Film\", \"film\""));
  }
}

TEST_CASE("A known schema is not asked for again, by other connections neither",
          "[schema][discovery][cache]") {
  ScriptedCouch couch;
  couch.serve_database("films", documents);
  Connected first{couch, "Database=films"};
  first.tables();
  couch.forget_asked();
  Connected second{couch, "Database=films"};
  CHECK(second.tables().size() == 4);
  CHECK(couch.asked().empty());
  // Another rule is another schema.
  Connected other{couch, "Database=films;TypeField=kind"};
  CHECK(other.tables() == Strings{"neither", "films_cast", "films"});
  second.schema->refresh();
  couch.forget_asked();
  first.tables();
  CHECK_FALSE(couch.asked("GET", "/films/_all_docs").empty());
}

TEST_CASE("A table that nobody knows is looked for again when something was written",
          "[schema][discovery][cache]") {
  ScriptedCouch couch;
  couch.serve_database("films", documents);
  Connected to{couch, "Database=films"};
  CHECK_FALSE(to.schema->table("films", "director", false));
  couch.serve_database("films", {documents[0], R"({"_id":"4","type":"director"})"});
  // The scripted database's update_seq may be the same again; its doc_count is not.
  CHECK(to.schema->table("films", "director", false));
}

TEST_CASE("What somebody else defines, replaces or drops shows, and no document is read for it",
          "[schema][discovery][cache]") {
  ScriptedCouch couch;
  couch.serve_database("films", documents);
  Connected to{couch, "Database=films;SampleSize=2"};
  const auto somebody = [&](const std::string& method, const std::string& path, const std::string& body) {
    http::Request request;
    request.method = method;
    request.path = path;
    request.body = body;
    to.client->send(request);
  };
  const auto fields = [&]() -> std::vector<Strings> {
    const auto indexes = to.schema->indexes("films");
    return indexes.empty() ? std::vector<Strings>{} : indexes.front().fields;
  };
  // What is known is trusted for a moment.
  const auto soon = [](const auto& test) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!test() && std::chrono::steady_clock::now() < end) {
    }
    return test();
  };
  somebody("POST", "/films/_index", R"({"ddoc":"ix","name":"ix","index":{"fields":["type","title"]}})");
  REQUIRE(fields() == std::vector<Strings>{{"type"}, {"title"}});
  const auto film = to.schema->table("films", "film", true);
  REQUIRE(film);
  const auto all = to.tables();
  couch.forget_asked();

  somebody("DELETE", "/films/_index/_design/ix/json/ix", "");
  somebody("POST", "/films/_index", R"({"ddoc":"ix","name":"ix","index":{"fields":["type","year"]}})");
  CHECK(soon([&] { return fields() == std::vector<Strings>{{"type"}, {"year"}}; }));
  somebody("PUT", "/films/_design/d", R"({"views":{"plain":{"map":"function(d){}"}}})");
  CHECK(soon([&] { return to.tables().back() == "d/plain"; }));
  somebody("PUT", "/films/_design/odbc.table",
           R"({"odbc":{"version":1,"table":"award","type_field":"type","type":"award","columns":[]}})");
  somebody("DELETE", "/films/_index/_design/ix/json/ix", "");
  CHECK(soon([&] { return fields().empty(); }));
  CHECK(to.schema->table("films", "award", true));
  CHECK(to.tables().size() == all.size() + 2);
  CHECK(to.schema->table("films", "film", true) == film);
  for (const auto& asked : couch.asked("GET", "/films/_all_docs"))
    CHECK(asked.parameter("startkey") == R"("_design/")");
  CHECK(couch.asked("POST", "/films/_find").empty());

  // A document is no definition: one look at the revisions for it, and no more.
  couch.forget_asked();
  somebody("PUT", "/films/4", R"({"type":"film"})");
  CHECK(soon([&] {
    to.schema->indexes("films");
    return couch.asked("GET", "/films").size() > 2;
  }));
  CHECK(couch.asked("GET", "/films/_all_docs").size() == 1);
  CHECK(couch.asked("GET", "/films/_index").empty());
}

TEST_CASE("Without the right to list databases there is the connection's own", "[schema][discovery]") {
  ScriptedCouch couch;
  couch.serve_database("films", documents);
  couch.serve_database("books", documents);
  CHECK(Connected(couch, "Database=films").schema->databases() == Strings{"books", "films"});
  couch.on_get("/_all_dbs").error(401, "unauthorized", "You are not a server admin.");
  CHECK(Connected(couch, "Database=films").schema->databases() == Strings{"films"});
  CHECK(Connected(couch, "").schema->databases().empty());
}

TEST_CASE("A database that is not there is 3D000 as a catalog and named in errors", "[schema][discovery]") {
  ScriptedCouch couch;
  couch.serve_database("films", documents);
  Connected to{couch, "Database=films"};
  CHECK(to.schema->has_database("films"));
  CHECK_FALSE(to.schema->has_database("nothing"));
  try {
    to.schema->set_current("nothing");
    FAIL("accepted");
  } catch (const OdbcError& error) {
    CHECK(error.state() == SqlState::s3D000);
  }
  CHECK(to.schema->current() == "films");
  CHECK_THROWS_WITH(to.tables("nothing"), Catch::Contains("there is no database nothing"));
}

TEST_CASE("A type that no sample has shown is assumed, with what its documents have", "[schema][discovery]") {
  ScriptedCouch couch;
  couch.serve_database("films", documents);
  Connected to{couch, "Database=films"};
  const auto films = to.schema->assumed("films", "movies", "film");
  CHECK(films->name == "movies");
  CHECK(films->discriminator == "film");
  CHECK(columns(*films) == Strings{"_id", "_rev", "type", "title", "cast"});
  const auto none = to.schema->assumed("films", "ghosts", "ghost");
  CHECK(columns(*none) == Strings{"_id", "_rev", "type"});
  couch.forget_asked();
  to.schema->assumed("films", "ghosts", "ghost");
  CHECK(couch.asked("POST", "/films/_find").empty());
}

TEST_CASE("Views are tables, Mango indexes are not, and one that fails spoils nothing",
          "[schema][discovery][views]") {
  ScriptedCouch couch;
  auto all = documents;
  all.push_back(
      R"({"_id":"_design/d","language":"javascript","views":{"lib":{"x":"exports.y=1"},"plain":{"map":"function(d){}"},"sums":{"map":"function(d){}","reduce":"_sum"},"bad":{"map":"function("}}})");
  all.push_back(
      R"({"_id":"_design/m","language":"query","views":{"index":{"map":{"fields":{"type":"asc"}},"reduce":"_count"}}})");
  couch.serve_database("films", all);
  couch.on_get("/films/_design/d/_view/plain")
      .answer(
          R"({"total_rows":70,"offset":0,"rows":[{"id":"1","key":["a",1],"value":{"n":1,"m":"x"}},{"id":"2","key":["b",2],"value":{"n":2.5}}]})");
  couch.on_get("/films/_design/d/_view/sums").answer(R"({"rows":[{"key":"a","value":7}]})");
  couch.on_get("/films/_design/d/_view/bad")
      .error(500, "compilation_error", "Expression does not eval to a function.");
  Connected to{couch, "Database=films"};
  CHECK(to.tables() == Strings{"Person", "film", "film_cast", "films", "d/plain", "d/sums", "d/bad"});
  const auto plain = to.schema->table("films", "d/plain", true);
  CHECK(plain->kind == sql::TableKind::View);
  CHECK(columns(*plain) == Strings{"id", "key", "key.0", "key.1", "value", "value.n", "value.m"});
  CHECK(plain->keys_are_arrays);
  CHECK(plain->estimated_rows == 70);
  CHECK(plain->find("key.1", true)->type.kind == sql::TypeKind::BigInt);
  CHECK(plain->find("value.n", true)->type.kind == sql::TypeKind::Double);
  const auto sums = to.schema->table("films", "d/sums", true);
  CHECK(sums->reduced);
  CHECK(columns(*sums) == Strings{"key", "value"});
  CHECK(couch.asked("GET", "/films/_design/d/_view/sums").front().parameter("group") == "true");
  const auto bad = to.schema->table("films", "d/bad", true);
  CHECK(bad->map_failed);
  CHECK(columns(*bad) == Strings{"id", "key", "value"});
}

TEST_CASE("Indexes are read with their paths", "[schema][discovery]") {
  ScriptedCouch couch;
  couch.serve_database("films", documents);
  couch.on_get("/films/_index")
      .answer(
          R"({"total_rows":3,"indexes":[{"ddoc":null,"name":"_all_docs","type":"special","def":{"fields":[{"_id":"asc"}]}},
    {"ddoc":"_design/by","name":"n","type":"json","partitioned":false,"def":{"fields":[{"a.b":"asc"},{"c\\.d":"desc"}],"partial_filter_selector":{"x":{"$gt":1}}}},
    {"ddoc":"_design/t","name":"text","type":"text","def":{"fields":[]}}]})");
  Connected to{couch, "Database=films"};
  const auto indexes = to.schema->indexes("films");
  REQUIRE(indexes.size() == 1);
  CHECK(indexes[0].design_document == "by");
  CHECK(indexes[0].name == "n");
  CHECK(indexes[0].fields == std::vector<Strings>{{"a", "b"}, {"c.d"}});
  CHECK(indexes[0].partial);
  CHECK(indexes[0].partial_filter == R"({"x":{"$gt":1}})");
}

TEST_CASE("An index of exactly the discriminator tells the types and their numbers", "[schema][discovery]") {
  ScriptedCouch couch;
  Strings many;
  for (int n = 0; n < 400; ++n)
    many.push_back("{\"_id\":\"" + std::to_string(1000 + n) + "\",\"type\":\"film\"}");
  couch.serve_database("films", many);
  couch.on_get("/films/_index")
      .answer(
          R"({"indexes":[{"ddoc":"_design/by-type","name":"t","type":"json","def":{"fields":[{"type":"asc"}]}}]})");
  couch.on_get("/films/_design/by-type/_view/t").with([](const couch::test::Asked& asked) {
    couch::test::Reply reply;
    reply.body =
        asked.parameter("reduce") == "true"
            ? R"({"rows":[{"key":["film"],"value":400},{"key":["rare"],"value":2},{"key":[null],"value":9}]})"
            : R"({"rows":[{"id":"r1","key":["rare"],"value":null,"doc":{"_id":"r1","type":"rare","only":"here"}}]})";
    return reply;
  });
  Connected to{couch, "Database=films;SampleSize=50"};
  CHECK(to.tables() == Strings{"film", "rare", "films"});
  const auto rare = to.schema->table("films", "rare", true);
  CHECK(rare->estimated_rows == 2);
  CHECK(columns(*rare) == Strings{"_id", "_rev", "type", "only"});
}

TEST_CASE("Threads that want the same schema at once ask for it once", "[schema][discovery][cache]") {
  ScriptedCouch couch;
  couch.serve_database("films", documents);
  std::vector<std::thread> threads;
  std::atomic<size_t> found{0};
  for (int n = 0; n < 8; ++n)
    threads.emplace_back([&] {
      Connected to{couch, "Database=films"};
      found += to.tables().size();
    });
  for (auto& thread : threads) thread.join();
  CHECK(found == 8 * 4);
  CHECK(couch.asked("GET", "/films/_index").size() == 1);
}

TEST_CASE("A thread that waits for another's discovery can be cancelled", "[schema][discovery][cache]") {
  schema::ServerEntry entry;
  std::atomic<bool> release{false}, making{false};
  std::thread slow{[&] {
    entry.database(
        "db", [](const auto&, auto) { return true; },
        [&] {
          making = true;
          making.notify_all();
          release.wait(false);
          return std::make_shared<const schema::Database>();
        },
        nullptr, std::nullopt);
  }};
  making.wait(false);
  http::Stop stop;
  stop.request();
  const auto never = [&]() -> std::shared_ptr<const schema::Database> {
    FAIL("made twice");
    return nullptr;
  };
  CHECK_THROWS_AS(entry.database(
                      "db", [](const auto&, auto) { return true; }, never, &stop, std::nullopt),
                  http::Error);
  release = true;
  release.notify_all();
  slow.join();
  CHECK(entry.database(
      "db", [](const auto&, auto) { return true; }, never, nullptr, std::nullopt));
}

TEST_CASE("A discovery that fails is tried again by the next who asks", "[schema][cache]") {
  schema::ServerEntry entry;
  const auto fresh = [](const auto&, auto) { return true; };
  CHECK_THROWS_AS(entry.database(
                      "db", fresh,
                      []() -> std::shared_ptr<const schema::Database> {
                        throw http::Error{http::ErrorKind::LinkFailure, "broke"};
                      },
                      nullptr, std::nullopt),
                  http::Error);
  CHECK(entry.database(
      "db", fresh, [] { return std::make_shared<const schema::Database>(); }, nullptr, std::nullopt));
}

TEST_CASE("What a server can do is known from its greeting", "[schema]") {
  const auto couch35 = schema::traits_of(R"({"couchdb":"Welcome","version":"3.5.0"})");
  CHECK(couch35.couchdb);
  CHECK(couch35.index_as_view);
  CHECK(couch35.allow_fallback);
  CHECK(couch35.icu_order);
  const auto couch33 = schema::traits_of(R"({"couchdb":"Welcome","version":"3.3.3+cloudant"})");
  CHECK_FALSE(couch33.allow_fallback);
  CHECK(couch33.bookmarks);
  CHECK(schema::traits_of(R"({"couchdb":"Welcome","version":"4.0.1"})").allow_fallback);
  CHECK_FALSE(schema::traits_of(R"({"couchdb":"Welcome","version":"1.7.2"})").index_as_view);
  const auto pouch = schema::traits_of(R"({"express-pouchdb":"Welcome!","version":"4.2.0"})");
  CHECK_FALSE(pouch.couchdb);
  CHECK_FALSE(pouch.icu_order);
  CHECK_FALSE(pouch.pcre);
  for (const auto* odd : {"", "[]", "{}", "{\"version\":7}"}) CHECK_FALSE(schema::traits_of(odd).couchdb);
}

TEST_CASE("A greeting is asked for once", "[schema][cache]") {
  ScriptedCouch couch;
  Connected to{couch, ""};
  CHECK(to.schema->traits().couchdb);
  const size_t asked = couch.asked("GET", "/").size();
  to.schema->traits();
  CHECK(couch.asked("GET", "/").size() == asked);
}
