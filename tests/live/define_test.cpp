// Definitions on a real server.
#include <catch2/catch.hpp>

#include "tests/live/session.h"
#include "tests/support/live_server.h"

using namespace couch::live;
using couch::test::Database;
using couch::test::LiveServer;

TEST_CASE("Live: CREATE DATABASE and DROP DATABASE", "[live][define]") {
  const std::string name = couch::test::unique_name("define");
  Session session("");
  session.query("CREATE DATABASE \"" + name + "\"");
  CHECK(session.state("CREATE DATABASE \"" + name + "\"") == "42S01");
  CHECK(session.state("CREATE DATABASE IF NOT EXISTS \"" + name + "\"") == "00000");
  CHECK(session.query("SELECT * FROM \"" + name + "\".\"" + name + "\"").rows.empty());
  session.query("DROP DATABASE \"" + name + "\"");
  CHECK(session.state("SELECT * FROM \"" + name + "\".\"" + name + "\"") != "00000");
  CHECK(session.state("DROP DATABASE \"" + name + "\"") == "3D000");
  CHECK(session.state("DROP DATABASE IF EXISTS \"" + name + "\"") == "00000");
  if (LiveServer::get().couchdb()) CHECK(session.state("CREATE DATABASE \"Upper Case\"") == "42000");
}

TEST_CASE("Live: an index is made, used, listed and dropped", "[live][define]") {
  Database database("define");
  std::vector<std::string> documents;
  for (int i = 0; i < 200; ++i)
    documents.push_back(R"({"_id":"p)" + std::to_string(i) + R"(","type":"product","price":)" +
                        std::to_string(i) + R"(,"a.b":{"c":)" + std::to_string(i) + "}}");
  database.add(documents);
  Session session(database.name());
  session.query("CREATE INDEX by_price ON product (price)");
  CHECK(session.state("CREATE INDEX by_price ON product (price)") == "42S11");
  CHECK(session.state("CREATE INDEX IF NOT EXISTS by_price ON product (price)") == "00000");
  const auto listed = session.statistics(nullptr, "product");
  CHECK(std::find(listed.column("INDEX_NAME").begin(), listed.column("INDEX_NAME").end(), Cell{"by_price"}) !=
        listed.column("INDEX_NAME").end());
  CHECK(session.list("SELECT _id FROM product /*+ INDEX by_price */ WHERE price = 7") ==
        std::vector<std::string>{"p7"});
  session.query("CREATE INDEX odd ON product (\"a\\.b.c\")");
  CHECK(session.list("SELECT _id FROM product WHERE \"a\\.b.c\" = 9") == std::vector<std::string>{"p9"});
  session.query("DROP INDEX by_price ON product");
  CHECK(session.state("DROP INDEX by_price") == "42S12");
  CHECK(session.list("SELECT _id FROM product WHERE price = 7") == std::vector<std::string>{"p7"});
}
