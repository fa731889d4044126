// AutoIndex=yes: which queries make the index that EXPLAIN advises, how often, and when it is used.
#include "sql/define/auto_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

#include "sql/define/indexes.h"
#include "tests/support/run_sql.h"

using namespace couch::sql;
using namespace couch::test::model;
using Strings = std::vector<std::string>;

namespace {

struct Shop {
  Shop() {
    couch.table("item", {column("price", TypeKind::BigInt), column("name", TypeKind::Varchar)});
    for (int i = 0; i < 20; ++i)
      couch.put(fmt::format(R"({{"_id":"i{0:02}","type":"item","price":{0},"name":"n{0}"}})", i));
    couch.database_facts.documents = 100'000;  // as if
    options.auto_index = std::make_shared<define::AutoIndex>();
    couch.on_action = [this](const Action& action) { return answer(action); };
  }

  // The query's warnings.
  Strings ask(const std::string& sql) {
    std::atomic<bool> stop{false};
    Execution execution{.documents = couch, .stop = stop, .catalog = &couch};
    Strings said;
    auto result = prepare(sql, couch, options)->execute({}, execution);
    const auto collect = [&] {
      for (auto& warning : result->take_warnings()) said.push_back(std::move(warning));
    };
    collect();
    while (result->next()) collect();
    return said;
  }
  size_t made() const {
    return static_cast<size_t>(std::count_if(couch.actions.begin(), couch.actions.end(), [](const auto& one) {
      return std::holds_alternative<CreateIndexAction>(one);
    }));
  }

  // There are only these design documents.
  ActionAnswer answer(const Action& action) const {
    const auto* read = std::get_if<ReadAction>(&action);
    if (!read || read->path.size() != 2) return {200, R"({"ok":true})"};
    const auto found = designs.find(read->path.back());
    return found == designs.end() ? ActionAnswer{404, R"({"error":"not_found","reason":"missing"})"}
                                  : ActionAnswer{200, found->second};
  }
  // The design document of the last index that was asked for; empty: none.
  std::string wanted() const {
    for (auto action = couch.actions.rbegin(); action != couch.actions.rend(); ++action) {
      const auto* index = std::get_if<CreateIndexAction>(&*action);
      if (!index) continue;
      const auto from = index->definition.find("odbc-index:");
      return index->definition.substr(from, index->definition.find('"', from) - from);
    }
    return {};
  }

  FakeCouch couch;
  Options options;
  std::map<std::string, std::string> designs;  // by their names without "_design/"
};

// As CouchDB keeps an index.
std::string design(const std::string& name, const std::string& def, const std::string& more = {}) {
  return R"({"_id":"_design/x","_rev":"1-x","language":"query","views":{")" + name +
         R"(":{"map":{},"reduce":"_count","options":{"def":)" + def + "}}}" + more + "}";
}

}  // namespace

TEST_CASE("AutoIndex makes an index once, and only where it pays", "[autoindex]") {
  Shop shop;
  CHECK(shop.ask("SELECT name FROM item WHERE price = 7").empty());
  REQUIRE(shop.made() == 1);
  for (const auto& action : shop.couch.actions) {
    if (auto* index = std::get_if<CreateIndexAction>(&action))
      CHECK(index->definition.find(R"("fields":["type","price"])") != std::string::npos);
  }
  shop.ask("SELECT name FROM item WHERE price = 8");
  CHECK(shop.made() == 1);
  shop.ask("SELECT name FROM item ORDER BY name, price LIMIT 3");
  CHECK(shop.made() == 2);
  shop.ask("SELECT name FROM item");
  shop.ask("SELECT price FROM item WHERE _id = 'i01' AND name = 'n1'");
  CHECK(shop.made() == 2);
}

TEST_CASE("AutoIndex leaves small databases and read-only connections alone", "[autoindex]") {
  Shop small;
  small.couch.database_facts.documents = 20;
  small.ask("SELECT name FROM item WHERE price = 7");
  CHECK(small.couch.actions.empty());
  Shop reader;
  reader.options.read_only = true;
  reader.ask("SELECT name FROM item WHERE price = 7");
  CHECK(reader.couch.actions.empty());
  Shop off;
  off.options.auto_index = nullptr;
  off.ask("SELECT name FROM item WHERE price = 7");
  CHECK(off.couch.actions.empty());
}

TEST_CASE("EXPLAIN says what AutoIndex would do, and does not do it", "[autoindex]") {
  Shop shop;
  CHECK_THAT(explain(shop.couch, "SELECT name FROM item WHERE price = 7", "notes", {}, shop.options).front(),
             Catch::Contains("AutoIndex"));
  CHECK(shop.couch.actions.empty());
  CHECK_THAT(
      explain(shop.couch, "SELECT name FROM item WHERE price = 7", "index_that_helps", {}, shop.options)
          .front(),
      Catch::Contains("CREATE INDEX"));
}

TEST_CASE("A refused index is a warning, once, and the query has its rows", "[autoindex]") {
  Shop shop;
  shop.couch.on_action = [&](const Action& action) {
    return std::holds_alternative<CreateIndexAction>(action)
               ? ActionAnswer{403, R"({"error":"forbidden","reason":"no design documents"})"}
               : shop.answer(action);
  };
  const auto said = shop.ask("SELECT name FROM item WHERE price = 7");
  REQUIRE(said.size() == 1);
  CHECK_THAT(said.front(), Catch::Contains("AutoIndex") && Catch::Contains("no design documents"));
  CHECK(shop.ask("SELECT name FROM item WHERE price = 7").empty());
  CHECK(shop.made() == 1);
}

TEST_CASE("AutoIndex takes another name where its own is another index's, and leaves that alone",
          "[autoindex]") {
  const std::string fields = R"({"fields":["type","price"]})";
  struct Taken {
    std::string by, what;
  };
  const auto taken = GENERATE_COPY(
      Taken{"other fields", design("item_price", R"({"fields":["type","name"]})")},
      Taken{"other fields in that order", design("item_price", R"({"fields":["price","type"]})")},
      Taken{"a partial index",
            design("item_price", R"({"fields":["type","price"],"partial_filter_selector":{"a":1}})")},
      Taken{"a view of that design document", design("other", fields)}, Taken{"somebody's code", "{}"});
  INFO(taken.by);
  Shop shop;
  shop.designs["odbc-index:item:item_price"] = taken.what;
  const std::string query = "SELECT name FROM item WHERE price = 7";
  CHECK(shop.ask(query).empty());
  CHECK(shop.made() == 1);
  CHECK(shop.wanted() == "odbc-index:item:item_price_2");
}

TEST_CASE("AutoIndex says nothing and makes nothing where another connection was first", "[autoindex]") {
  Shop shop;
  shop.designs["odbc-index:item:item_price"] = design("item_price", R"({"fields":["type","price"]})");
  CHECK(shop.ask("SELECT name FROM item WHERE price = 7").empty());
  CHECK(shop.made() == 0);
  CHECK(shop.couch.redefinitions.size() == 1);  // from now on it is known
}

TEST_CASE("An index that AutoIndex made is used when the server has built it", "[autoindex]") {
  Shop shop;
  std::string pending = "5";
  shop.couch.on_action = [&](const Action& action) {
    if (std::holds_alternative<CreateIndexAction>(action)) {
      Index index;
      index.design_document = define::index_design_document("item", "item_price");
      index.name = "item_price";
      index.fields = {{"type"}, {"price"}};
      shop.couch.index(index);
    }
    if (const auto answer = shop.answer(action); answer.status == 404) return answer;
    return ActionAnswer{200, R"({"view_index":{"updates_pending":{"minimum":0,"total":)" + pending + "}}}"};
  };
  const std::string query = "SELECT name FROM item WHERE price = 7";
  shop.ask(query);
  const auto way = [&] { return explain(shop.couch, query, "operation", {}, shop.options).front(); };
  CHECK(way() == "all documents");
  pending = "0";
  CHECK(way() == "rows of index item_price");
}
