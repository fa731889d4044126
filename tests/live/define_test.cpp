// Definitions on a real server.
#include <catch2/catch.hpp>
#include <chrono>

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
  CHECK(session.state("DROP INDEX by_price ON " + database.name()) == "42S12");
  session.query("DROP INDEX by_price ON product");
  CHECK(session.state("DROP INDEX by_price") == "42S12");
  CHECK(session.list("SELECT _id FROM product WHERE price = 7") == std::vector<std::string>{"p7"});
}

TEST_CASE("Live: CREATE INDEX replaces no index of another program", "[live][define]") {
  Database database("define");
  database.add({R"({"type":"product","price":1,"sku":"a"})"});
  Session session(database.name());
  session.query("CREATE INDEX mine ON product (price)");  // and the connection knows the indexes
  const std::string theirs =
      R"({"index":{"fields":["type","price"]},"ddoc":"odbc-index:product:theirs","name":"theirs","type":"json"})";
  LiveServer::get().must("POST", "/" + database.name() + "/_index", theirs);
  CHECK(session.state("CREATE INDEX theirs ON product (sku)") == "42S11");
  CHECK_THAT(LiveServer::get().must("GET", "/" + database.name() + "/_index"), !Catch::Contains(R"("sku")"));
}

namespace {

// For what somebody else has defined: what is known is trusted for a second.
template <class Test>
bool soon(const Test& test) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (!test() && std::chrono::steady_clock::now() < end) {
  }
  return test();
}

}  // namespace

TEST_CASE("Live: an index or a view that somebody else replaces or drops is noticed", "[live][define]") {
  Database database("define");
  std::vector<std::string> documents;
  for (int i = 0; i < 3000; ++i)
    documents.push_back(R"({"_id":"d)" + std::to_string(10000 + i) + R"(","type":"t","x":)" +
                        std::to_string(i) + R"(,"y":)" + std::to_string(i % 5) + "}");
  database.add(documents);
  database.index({"type", "x"}, "ix");
  Session session(database.name()), other(database.name(), "MaxColumns=999");
  const std::vector<std::string> first{"0", "1", "2"};
  const std::string count = "SELECT COUNT(*) FROM t WHERE x < 20",
                    rows = "SELECT x FROM t WHERE x < 3 ORDER BY _id";
  other.query("CREATE VIEW sums AS SELECT y, COUNT(*) AS n FROM t GROUP BY y");
  other.query("CREATE VIEW low AS SELECT x FROM t WHERE x < 1");
  Statement prepared(session), of_view(session);
  prepared.prepare(count);
  const auto counted = [&](Statement& statement) {
    statement.execute();
    const auto all = statement.result();
    statement.close();
    return all.rows;
  };
  CHECK(counted(prepared) == std::vector<Row>{{"20"}});
  CHECK(session.list(rows) == first);
  CHECK(session.list("SELECT n FROM sums WHERE y = 1") == std::vector<std::string>{"600"});
  of_view.prepare("SELECT x FROM low");
  CHECK(counted(of_view) == std::vector<Row>{{"0"}});

  // CouchDB replaces an index of that name without a word.
  if (LiveServer::get().couchdb())
    LiveServer::get().must("POST", database.path("_index"),
                           R"({"ddoc":"ix","name":"ix","index":{"fields":["type","y"]}})");
  CHECK(soon([&] { return counted(prepared) == std::vector<Row>{{"20"}}; }));
  CHECK(soon([&] { return session.list(rows) == first; }));
  other.query("DROP VIEW low");
  other.query("CREATE VIEW low AS SELECT x FROM t WHERE x = 2");
  CHECK(soon([&] { return counted(of_view) == std::vector<Row>{{"2"}}; }));
  other.query("DROP VIEW sums");
  other.query("CREATE VIEW sums AS SELECT y, COUNT(*) AS n FROM t WHERE x < 100 GROUP BY y");
  CHECK(
      soon([&] { return session.list("SELECT n FROM sums WHERE y = 1") == std::vector<std::string>{"20"}; }));
  LiveServer::get().must("DELETE", database.path("_index/_design%2Fix/json/ix"));
  // At once, prepared or not.
  CHECK(session.list(rows) == first);
  CHECK(session.value(count) == "20");
  CHECK(counted(prepared) == std::vector<Row>{{"20"}});
}

TEST_CASE("Live: AutoIndex makes the index that a query wants, where it may", "[live][define]") {
  if (!LiveServer::get().couchdb()) return;  // indexes of PouchDB Server are not read as views
  Database database("define");
  std::vector<std::string> documents;
  for (int i = 0; i < 5'000; ++i)
    documents.push_back(R"({"type":"product","price":)" + std::to_string(i) + "}");
  database.add(documents);
  const auto is_listed = [&] {
    Session other(database.name());
    const auto names = other.statistics(nullptr, "product").column("INDEX_NAME");
    return std::find(names.begin(), names.end(), Cell{"product_price"}) != names.end();
  };
  const std::string query = "SELECT price, _rev FROM product WHERE price = 7";
  Session reader(database.name(), "AutoIndex=yes;ReadOnly=yes");
  CHECK(reader.list(query) == std::vector<std::string>{"7"});
  Session session(database.name(), "AutoIndex=yes");
  const auto explained = session.query("EXPLAIN " + query);
  CHECK(explained.at(0, "notes").value_or("").find("AutoIndex") != std::string::npos);
  CHECK_FALSE(is_listed());
  const auto result = session.query(query);
  CHECK(result.rows.size() == 1);
  CHECK(result.warnings.empty());
  CHECK(is_listed());
  // Whether it is built by now or not.
  for (int times = 0; times < 3; ++times) CHECK(session.list(query) == std::vector<std::string>{"7"});
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

TEST_CASE("Live: what CREATE TABLE states is demanded of INSERT and UPDATE", "[live][define]") {
  Database database("define");
  Session session(database.name());
  session.query(
      "CREATE TABLE item (sku VARCHAR(5) PRIMARY KEY, price DECIMAL(6,2) DEFAULT 1.5, n SMALLINT NOT NULL, "
      "made DATE)");
  session.query("CREATE TABLE other (sku VARCHAR(5) PRIMARY KEY)");
  session.query("INSERT INTO item VALUES ('a', 2.345, 1, '2025-03-01')");
  session.query("INSERT INTO item (sku, n) VALUES ('b', 2), ('c', 3)");
  session.query("INSERT INTO other VALUES ('a')");
  CHECK(session.list("SELECT _id FROM item ORDER BY _id") ==
        std::vector<std::string>{"item:a", "item:b", "item:c"});
  CHECK(session.list("SELECT price FROM item ORDER BY sku") ==
        std::vector<std::string>{"2.35", "1.5", "1.5"});
  CHECK(session.state("INSERT INTO item (sku, n) VALUES ('a', 9)") == "23000");
  CHECK(session.state("INSERT INTO item (sku, n) VALUES ('d', 1), ('a', 9)") == "23000");
  CHECK(session.state("INSERT INTO item (sku) VALUES ('d')") == "23000");
  CHECK(session.state("INSERT INTO item (sku, n) VALUES ('d', NULL)") == "23000");
  CHECK(session.state("INSERT INTO item (n) VALUES (1)") == "23000");
  CHECK(session.state("INSERT INTO item (sku, n) VALUES ('too long', 1)") == "22001");
  CHECK(session.state("INSERT INTO item (sku, n) VALUES (?, ?)", {"d", 40000}) == "22003");
  CHECK(session.state("UPDATE item SET n = NULL WHERE sku = 'a'") == "23000");
  CHECK(session.state("UPDATE item SET n = 99999 WHERE sku = 'a'") == "22003");
  CHECK(session.state("UPDATE item SET sku = 'x' WHERE sku = 'a'") == "42000");
  CHECK(session.value("SELECT COUNT(*) FROM item") == "3");
  session.query("UPDATE item SET price = DEFAULT WHERE sku = 'a'");
  CHECK(session.value("SELECT price FROM item WHERE sku = 'a'") == "1.5");
  CHECK(session.state("UPDATE item SET n = DEFAULT WHERE sku = 'a'") == "23000");
  // MERGE demands the same, and makes the same documents.
  const std::string merge =
      "MERGE INTO item t USING (VALUES ('a', 7), ('m', 8)) AS s (k, n) ON t.sku = s.k WHEN MATCHED THEN "
      "UPDATE SET ";
  session.query(merge + "n = s.n, price = DEFAULT WHEN NOT MATCHED THEN INSERT (sku, n) VALUES (s.k, s.n)");
  CHECK(session.list("SELECT _id || ' ' || n || ' ' || price FROM item WHERE n > 6 ORDER BY _id") ==
        std::vector<std::string>{"item:a 7 1.5", "item:m 8 1.5"});
  CHECK(session.state(merge + "n = DEFAULT") == "23000");
  CHECK(session.state("MERGE INTO item t USING (VALUES ('q')) AS s (k) ON t.sku = s.k WHEN NOT MATCHED THEN "
                      "INSERT (sku) VALUES (s.k)") == "23000");
  CHECK(session.state(
            "INSERT INTO item (_id, sku, n) VALUES ('item:a', 'a', 1) ON CONFLICT (_id) DO UPDATE SET "
            "n = DEFAULT") == "23000");
}

TEST_CASE("Live: ALTER TABLE changes the definition and the documents", "[live][define]") {
  Database database("define");
  database.add({R"({"_id":"1","type":"t","a":12345678901234567890,"n":{"x":1.50}})",
                R"({"_id":"2","type":"t"})", R"({"_id":"3","type":"u","a":1})"});
  Session session(database.name());
  session.query("ALTER TABLE t ADD COLUMN b INTEGER DEFAULT 7");
  CHECK(session.list("SELECT b FROM t ORDER BY _id") == std::vector<std::string>{"7", "7"});
  CHECK(session.state("ALTER TABLE t ADD COLUMN b INTEGER") == "42S21");
  CHECK(session.state("ALTER TABLE t ADD COLUMN c INTEGER NOT NULL") == "23000");
  session.query("CREATE INDEX by_a ON t (a)");
  session.query("ALTER TABLE t RENAME COLUMN a TO big");
  const std::string body = LiveServer::get().must("GET", database.path("1"));
  if (LiveServer::get().couchdb()) CHECK(body.find("\"big\":12345678901234567890") != std::string::npos);
  CHECK(body.find("\"a\":") == std::string::npos);
  CHECK(session.state("ALTER TABLE t RENAME COLUMN b TO big") == "42S21");
  CHECK(session.state("DROP INDEX by_a ON t") == "00000");
  session.query("ALTER TABLE t DROP COLUMN b");
  CHECK(session.state("SELECT b FROM t") == "42S22");
  CHECK(session.state("ALTER TABLE t DROP COLUMN b") == "42S22");
  CHECK(LiveServer::get().must("GET", database.path("3")).find("\"a\":1") !=
        std::string::npos);  // another type
}

TEST_CASE("Live: DROP TABLE removes its documents, indexes and definition, and nothing else",
          "[live][define]") {
  Database database("define");
  std::vector<std::string> documents{R"({"_id":"kept","type":"other"})"};
  for (int i = 0; i < 2500; ++i)
    documents.push_back(R"({"_id":"d)" + std::to_string(i) + R"(","type":"t","n":)" + std::to_string(i) +
                        "}");
  database.add(documents);
  Session session(database.name());
  session.query("ALTER TABLE t ADD COLUMN n INTEGER");
  session.query("CREATE INDEX by_n ON t (n)");
  session.query("DROP TABLE t");
  CHECK(session.state("SELECT * FROM t") == "42S02");
  CHECK(session.state("DROP TABLE t") == "42S02");
  CHECK(session.state("DROP TABLE IF EXISTS t") == "00000");
  CHECK(session.state("DROP INDEX by_n") == "42S12");
  CHECK(session.value("SELECT COUNT(*) FROM \"" + database.name() + "\"") == "1");
  session.query("CREATE TABLE t (x INTEGER)");
  CHECK(session.query("SELECT * FROM t").rows.empty());
}

TEST_CASE("Live: a name before a dot that is no database is told at its place", "[live][define]") {
  Database database("define");
  database.add({R"({"type":"product","price":1})"});
  Session session(database.name());
  for (const char* sql :
       {"SELECT * FROM dbo.product", "SELECT * FROM INFORMATION_SCHEMA.TABLES", "DROP INDEX product.by_price",
        "INSERT INTO dbo.product (price) VALUES (1)", "DELETE FROM dbo.product", "DROP TABLE dbo.product"}) {
    CAPTURE(sql);
    std::string message;
    CHECK(session.state(sql, {}, &message) == "42S02");
    CHECK_THAT(message, Catch::Contains("no schemas") && Catch::Contains("(line 1, column "));
  }
}
