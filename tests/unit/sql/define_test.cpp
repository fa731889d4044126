// CREATE and DROP of databases and indexes: what is sent, and what becomes of the server's answers.
#include <catch2/catch.hpp>

#include "sql/define/indexes.h"
#include "sql/error.h"
#include "sql/session.h"
#include "tests/support/run_sql.h"

using namespace couch::sql;
using namespace couch::test::model;
using Strings = std::vector<std::string>;

namespace {

FakeCouch shop() {
  FakeCouch couch{"shop"};
  Column flattened = column("tags.0", TypeKind::Varchar);
  flattened.array_steps = {1};
  couch.table("product", {column("sku", TypeKind::Varchar), column("price", TypeKind::Double),
                          column("size.width", TypeKind::Double), flattened});
  couch.table("shop", {column("type", TypeKind::Varchar), column("sku", TypeKind::Varchar)});
  return couch;
}

// The requests of EXPLAIN, "METHOD /path body".
Strings requests(FakeCouch& couch, const std::string& sql) {
  auto paths = explain(couch, sql, "request"), bodies = explain(couch, sql, "body");
  for (size_t i = 0; i < paths.size(); ++i)
    if (bodies[i] != "NULL" && !bodies[i].empty()) paths[i] += " " + bodies[i];
  return paths;
}

Error failure(FakeCouch& couch, const std::string& sql, const Options& options = {}) {
  try {
    run(couch, sql, {}, options);
  } catch (const Error& error) {
    return error;
  }
  FAIL("no error: " << sql);
  throw;
}

ActionAnswer refusal(long status, const std::string& error, const std::string& reason) {
  return {status, R"({"error":")" + error + R"(","reason":")" + reason + R"("})"};
}

bool reads_design_document(const Action& action) {
  const auto* read = std::get_if<ReadAction>(&action);
  return read && read->path.size() == 2 && read->path.front() == "_design";
}

}  // namespace

TEST_CASE("CREATE INDEX puts the discriminator first", "[define]") {
  FakeCouch couch = shop();
  CHECK(run(couch, "CREATE INDEX by_price ON product (price DESC, size.width)").rows.empty());
  const auto* made = std::get_if<CreateIndexAction>(&couch.actions.at(2));
  REQUIRE(made);
  CHECK(made->database == "shop");
  CHECK(
      made->definition ==
      R"({"index":{"fields":["type","price","size.width"]},"ddoc":"odbc-index:product:by_price","name":"by_price","type":"json"})");
  CHECK(couch.redefinitions == Strings{"shop"});
  // Built at once, not by the first query.
  const auto* build = std::get_if<ReadAction>(&couch.actions.at(3));
  REQUIRE(build);
  CHECK(build->path == Strings{"_design", "odbc-index:product:by_price", "_view", "by_price"});

  SECTION("of all documents: only what is named") {
    couch.actions.clear();
    run(couch, "CREATE INDEX t ON shop.shop (type, sku)");
    CHECK(std::get<CreateIndexAction>(couch.actions.at(2)).definition ==
          R"({"index":{"fields":["type","sku"]},"ddoc":"odbc-index:shop:t","name":"t","type":"json"})");
  }
  SECTION("in a partitioned database it is of the whole database") {
    couch.actions.clear();
    couch.on_action = [](const Action& action) {
      if (reads_design_document(action)) return refusal(404, "not_found", "missing");
      if (std::holds_alternative<ReadAction>(action))
        return ActionAnswer{200, R"({"props":{"partitioned":true}})"};
      return ActionAnswer{200, R"({"result":"created"})"};
    };
    run(couch, "CREATE INDEX s ON product (sku)");
    CHECK_THAT(std::get<CreateIndexAction>(couch.actions.at(2)).definition,
               Catch::Contains(R"("partitioned":false)"));
    // Asked for: the server's own choice there.
    couch.actions.clear();
    run(couch, "CREATE INDEX s ON product (sku) PARTITIONED");
    REQUIRE(couch.actions.size() == 3);  // nothing outside a partition could build it
    CHECK_THAT(std::get<CreateIndexAction>(couch.actions.at(2)).definition, !Catch::Contains("partitioned"));
  }
  SECTION("of partitions where there are none") {
    CHECK(failure(couch, "CREATE INDEX s ON product (sku) PARTITIONED").kind() == ErrorKind::NotSupported);
  }
}

TEST_CASE("CREATE INDEX refuses what CouchDB cannot index", "[define]") {
  FakeCouch couch = shop();
  CHECK(failure(couch, "CREATE INDEX i ON product (_id)").kind() == ErrorKind::NotSupported);
  CHECK(failure(couch, "CREATE INDEX i ON product (\"tags.0\")").kind() == ErrorKind::NotSupported);
  CHECK(failure(couch, "CREATE INDEX i ON product (sku, SKU)").kind() == ErrorKind::Syntax);
  CHECK(failure(couch, "CREATE INDEX i ON produkt (sku)").kind() == ErrorKind::UnknownTable);
  const Error unknown = failure(couch, "CREATE INDEX i ON product (prize)");
  CHECK(unknown.kind() == ErrorKind::UnknownColumn);
  CHECK_THAT(unknown.what(), Catch::Contains("price") && Catch::Contains("column 28"));
  CHECK(couch.actions.empty());
  couch.on_action = [](const Action& action) {
    if (reads_design_document(action)) return refusal(404, "not_found", "missing");
    return std::holds_alternative<ReadAction>(action) ? ActionAnswer{200, "{}"}
                                                      : refusal(403, "forbidden", "only admins");
  };
  const Error denied = failure(couch, "CREATE INDEX i ON product (sku)");
  CHECK(denied.kind() == ErrorKind::Denied);
  CHECK_THAT(denied.what(), Catch::Contains("only admins"));
}

TEST_CASE("Indexes that are there, and that are not", "[define]") {
  FakeCouch couch = shop();
  couch.index("odbc-index:product:by_price", {{"type"}, {"price"}});
  const Index known = couch.indexes("shop").at(0);
  INFO(known.design_document << "/" << known.name);
  CHECK(failure(couch, "DROP INDEX nothing").kind() == ErrorKind::UnknownIndex);
  CHECK_NOTHROW(run(couch, "DROP INDEX IF EXISTS nothing"));
  CHECK_NOTHROW(run(couch, "DROP INDEX IF EXISTS nothing ON nowhere"));
  CHECK(couch.actions.empty());
  run(couch, "DROP INDEX \"" + known.name + "\"");
  const auto& dropped = std::get<DropIndexAction>(couch.actions.at(0));
  CHECK(dropped.design_document == known.design_document);
  CHECK(dropped.name == known.name);
  CHECK(couch.redefinitions == Strings{"shop"});
}

TEST_CASE("DROP INDEX … ON a table leaves the indexes of other tables alone", "[define]") {
  FakeCouch couch = shop();
  Index made;
  made.design_document = "odbc-index:product:i";
  made.name = "i";
  made.fields = {{"type"}, {"price"}};
  couch.index(made);
  couch.index("by_hand", {{"type"}, {"sku"}});
  const Error missing = failure(couch, "DROP INDEX i ON shop.shop");
  CHECK(missing.kind() == ErrorKind::UnknownIndex);
  CHECK_THAT(missing.what(), Catch::Contains("no index i on shop.shop"));
  CHECK_NOTHROW(run(couch, "DROP INDEX IF EXISTS i ON shop.shop"));
  CHECK(failure(couch, "DROP INDEX \"odbc-index:product:i/i\" ON shop.shop").kind() ==
        ErrorKind::UnknownIndex);
  CHECK(couch.actions.empty());
  run(couch, "DROP INDEX i ON product");
  CHECK(std::get<DropIndexAction>(couch.actions.at(0)).design_document == "odbc-index:product:i");
  // What another program made is of no table, and so of each.
  run(couch, "DROP INDEX by_hand ON product");
  CHECK(std::get<DropIndexAction>(couch.actions.at(1)).design_document == "by_hand");
}

TEST_CASE("CREATE INDEX leaves alone what another program has put under its name since", "[define]") {
  FakeCouch couch = shop();
  couch.on_action = [](const Action& action) {
    if (reads_design_document(action))
      return ActionAnswer{
          200, R"({"language":"query","views":{"i":{"options":{"def":{"fields":["type","price"]}}}}})"};
    return ActionAnswer{200, R"({"result":"created"})"};
  };
  const Error taken = failure(couch, "CREATE INDEX i ON product (sku)");
  CHECK(taken.kind() == ErrorKind::IndexExists);
  CHECK_THAT(taken.what(), Catch::Contains("column 14"));
  CHECK_NOTHROW(run(couch, "CREATE INDEX IF NOT EXISTS i ON product (sku)"));
  for (const Action& action : couch.actions) CHECK(std::holds_alternative<ReadAction>(action));
  CHECK(couch.redefinitions == Strings{"shop", "shop"});
}

TEST_CASE("A table's name is kept apart from its index's", "[define]") {
  CHECK(define::index_design_document("a", "b:c") == "odbc-index:a:b:c");
  CHECK(define::index_design_document("a:b", "c") == "odbc-index:a%3Ab:c");
  CHECK(define::index_prefix("50%") == "odbc-index:50%25:");
}

TEST_CASE("An error in a view's query is told at its place in the statement", "[define]") {
  FakeCouch couch = shop();
  CHECK_THAT(failure(couch, "CREATE VIEW v AS\nSELECT sku\nFROM nix").what(),
             Catch::Contains("(line 3, column 6)\n  FROM nix\n       ^^^"));
  CHECK_THAT(failure(couch, "EXPLAIN CREATE VIEW v AS SELECT nix FROM product").what(),
             Catch::Contains("column 33"));
}

TEST_CASE("CREATE and DROP DATABASE", "[define]") {
  FakeCouch couch = shop();
  run(couch, "CREATE DATABASE films PARTITIONED");
  CHECK(std::get<CreateDatabaseAction>(couch.actions.at(0)).name == "films");
  CHECK(std::get<CreateDatabaseAction>(couch.actions.at(0)).partitioned);
  run(couch, "DROP DATABASE films");
  CHECK(std::get<DropDatabaseAction>(couch.actions.at(1)).name == "films");
  CHECK(couch.redefinitions == Strings{"films", "films"});

  couch.on_action = [](const Action&) { return refusal(412, "file_exists", "it is there"); };
  CHECK(failure(couch, "CREATE DATABASE films").kind() == ErrorKind::TableExists);
  CHECK_NOTHROW(run(couch, "CREATE DATABASE IF NOT EXISTS films"));
  couch.on_action = [](const Action&) { return refusal(404, "not_found", "Database does not exist."); };
  CHECK(failure(couch, "DROP DATABASE films").kind() == ErrorKind::UnknownDatabase);
  CHECK_NOTHROW(run(couch, "DROP DATABASE IF EXISTS films"));
  couch.on_action = [](const Action&) { return refusal(400, "illegal_database_name", "Name: 'Films'"); };
  const Error named = failure(couch, "CREATE DATABASE Films");
  CHECK(named.kind() == ErrorKind::Syntax);
  CHECK_THAT(named.what(), Catch::Contains("lowercase"));
}

TEST_CASE("EXPLAIN of a definition shows its requests and sends none that changes anything", "[define]") {
  FakeCouch couch = shop();
  Options read_only;
  read_only.read_only = true;
  CHECK(requests(couch, "CREATE DATABASE films PARTITIONED") == Strings{"PUT /films?partitioned=true"});
  CHECK(
      requests(couch, "CREATE INDEX i ON product (sku)") ==
      Strings{
          "GET /shop/_design/odbc-index:product:i", "GET /shop",
          R"(POST /shop/_index {"index":{"fields":["type","sku"]},"ddoc":"odbc-index:product:i","name":"i","type":"json"})",
          "GET /shop/_design/odbc-index:product:i/_view/i?limit=0&reduce=false&update=lazy"});
  for (const Action& action : couch.actions) CHECK(std::holds_alternative<ReadAction>(action));
  CHECK_NOTHROW(explain(couch, "DROP DATABASE films", "request", {}, read_only));
}

TEST_CASE("A read-only connection defines nothing, and asks nothing", "[define]") {
  FakeCouch couch = shop();
  Options read_only;
  read_only.read_only = true;
  for (auto sql : {"CREATE DATABASE x", "DROP DATABASE x", "CREATE INDEX i ON product (sku)", "DROP INDEX i",
                   "CREATE TABLE t (a INTEGER)", "ALTER TABLE product ADD a INTEGER", "DROP TABLE product",
                   "INSERT INTO product (sku) VALUES ('a')", "DELETE FROM product"}) {
    INFO(sql);
    CHECK(failure(couch, sql, read_only).kind() == ErrorKind::ReadOnly);
  }
  CHECK(couch.actions.empty());
  CHECK(couch.requests.empty());
}
