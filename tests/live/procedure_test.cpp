// Procedures on a real server.
#include <catch2/catch.hpp>

#include "tests/live/session.h"
#include "tests/support/live_server.h"

using namespace couch::live;
using couch::test::Database;
using couch::test::LiveServer;

TEST_CASE("Live: a database is copied, its changes are listed, and it is compacted", "[live][procedure]") {
  Database source("source");
  Database target("target");
  source.add({R"({"_id":"a","type":"t","n":1})", R"({"_id":"b","type":"t","n":2})"});
  Session session(source.name());
  const auto copied = session.query("{call replicate(?, ?)}", {source.name(), target.name()});
  REQUIRE(copied.rows.size() == 1);
  CHECK(copied.at(0, "documents_written") == "2");
  CHECK(session.list("SELECT _id FROM \"" + target.name() + "\".t ORDER BY _id") ==
        std::vector<std::string>{"a", "b"});

  const auto all = session.query("CALL changes()");
  CHECK(all.rows.size() == 2);
  const std::string seen = all.at(1, "seq").value();
  source.add({R"({"_id":"c","type":"t"})"});
  CHECK(session.list("CALL changes('" + source.name() + "', '" + seen + "')").size() == 1);
  CHECK(session.query("CALL changes(NULL, '" + seen + "')").column("id") == std::vector<Cell>{"c"});
  CHECK(session.query("CALL changes(NULL, '0', 2)").rows.size() == 2);

  CHECK(session.query("CALL compact()").at(0, "ok") == "1");
  CHECK(session.state("CALL compact('no_such_database')") == "3D000");
  if (LiveServer::get().couchdb())  // PouchDB makes the target
    CHECK(session.state("CALL replicate('" + source.name() + "', 'no_such_database')") != "00000");
  CHECK(session.state("CALL nothing()") == "42000");
}

TEST_CASE("Live: conflicting revisions of a document", "[live][procedure]") {
  Database database("conflicts");
  database.add({R"({"_id":"quiet","n":1})"});
  database.bulk(
      R"({"new_edits":false,"docs":[{"_id":"x","_rev":"1-aaaa","n":1},{"_id":"x","_rev":"1-bbbb","n":2}]})");
  Session session(database.name());
  const auto rows = session.query("CALL conflicts(NULL, 'x')");
  REQUIRE(rows.rows.size() == 2);
  CHECK(rows.column("rev") == std::vector<Cell>{"1-bbbb", "1-aaaa"});
  CHECK(rows.column("is_read") == std::vector<Cell>{"1", "0"});
  CHECK(rows.at(1, "doc")->find("\"n\":1") != std::string::npos);
  CHECK(session.query("CALL conflicts(NULL, 'quiet')").rows.empty());
  CHECK(session.query("CALL revisions(NULL, 'quiet')").column("status") == std::vector<Cell>{"available"});
  CHECK(session.state("CALL revisions(NULL, 'nothing')") == "42000");
}
