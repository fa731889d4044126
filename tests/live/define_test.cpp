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

TEST_CASE("Live: CREATE TABLE makes a table that exists while it is empty", "[live][define]") {
  Database database("define");
  Session session(database.name());
  session.query(
      "CREATE TABLE product (sku VARCHAR(40) PRIMARY KEY, price DECIMAL(10,2) DEFAULT 0, size.width "
      "SMALLINT, "
      "made TIMESTAMP(3), note VARCHAR(10) NOT NULL)");
  CHECK(session.state("CREATE TABLE product (a INTEGER)") == "42S01");
  CHECK(session.state("CREATE TABLE IF NOT EXISTS product (a INTEGER)") == "00000");
  CHECK(session.tables(nullptr, nullptr, "product", "TABLE").rows.size() == 1);
  // Another connection, with a schema of its own, sees the same.
  Session other(database.name(), "MaxColumns=999");
  for (Session* one : {&session, &other}) {
    const auto columns = one->columns(nullptr, "product", nullptr);
    CHECK(columns.column("COLUMN_NAME") ==
          std::vector<Cell>{"_id", "_rev", "sku", "price", "size.width", "made", "note"});
    CHECK(columns.column("COLUMN_DEF").at(3) == "0");
    CHECK(columns.column("IS_NULLABLE") == std::vector<Cell>{"NO", "NO", "NO", "YES", "YES", "YES", "NO"});
    CHECK(columns.column("TYPE_NAME").at(4) == "SMALLINT");
    CHECK(columns.column("COLUMN_SIZE").at(3) == "10");
    CHECK(one->primary_keys(nullptr, "product").column("COLUMN_NAME") == std::vector<Cell>{"sku"});
    const auto empty = one->query("SELECT * FROM product");
    CHECK(empty.rows.empty());
    CHECK(empty.columns.size() == 7);
  }
  // What other programs write beside it is there too, after the stated columns.
  database.add(
      {R"({"_id":"product:a","type":"product","sku":"a","price":1.50,"size":{"width":3,"unit":"cm"},"extra":true})",
       R"({"_id":"b","type":"product","sku":"b","note":7})"});
  session.query("REFRESH SCHEMA");
  const auto rows = session.query("SELECT * FROM product ORDER BY sku");
  REQUIRE(rows.columns.size() == 9);
  CHECK(rows.columns.at(7).name == "size.unit");
  CHECK(rows.columns.at(8).name == "extra");
  CHECK(rows.at(0, "price") == "1.5");
  CHECK(rows.at(0, "size.width") == "3");
  CHECK(rows.at(1, "note") == std::nullopt);  // a number is no text: the column stays what it is stated to be
  CHECK(session.list("SELECT type FROM product WHERE sku = 'b'") == std::vector<std::string>{"product"});
}
