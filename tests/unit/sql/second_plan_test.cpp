// An index that is gone when it is read.
#include <catch2/catch.hpp>
#include <stdexcept>

#include "sql/documents.h"
#include "tests/support/run_sql.h"

using namespace couch::sql;
using namespace couch::test::model;
using Strings = std::vector<std::string>;

namespace {

// As a carrier throws it.
struct Missing : std::runtime_error, NoSuchView {
  Missing() : std::runtime_error("there is no view ix"), NoSuchView{"db"} {}
};

// Its index "ix" was dropped by somebody, and it learns of that when it is told to look again.
class Couch : public FakeCouch {
 public:
  bool learns = true;
  int refused = 0;

  Couch() {
    table("person", {column("age", TypeKind::BigInt), column("city", TypeKind::Varchar)});
    for (auto document : {R"({"_id":"1","type":"person","age":20,"city":"Ulm"})",
                          R"({"_id":"2","type":"person","age":30,"city":"Bonn"})",
                          R"({"_id":"3","type":"person","age":30,"city":"Ulm"})"})
      put(std::string_view{document});
    index("ix", {{"type"}, {"age"}});
    before_answer = [this](const DocumentRequest& request) {
      const auto* view = std::get_if<ViewRead>(&request.what);
      if (!view || view->design_document != "ix") return;
      ++refused;
      throw Missing{};
    };
  }
  void redefined(std::string_view name) override {
    FakeCouch::redefined(name);
    if (learns) drop_index("ix");
  }
};

}  // namespace

TEST_CASE("A query whose index is gone is planned again", "[second_plan]") {
  const auto [sql, expected] = GENERATE(table<std::string, Strings>(
      {{"SELECT _id FROM person /*+ INDEX_ROWS ix */ WHERE age > 25", {"2", "3"}},
       {"SELECT UPPER(city) FROM person /*+ INDEX ix */ WHERE age = 30 ORDER BY city DESC", {"ULM", "BONN"}},
       {"SELECT COUNT(*) FROM person WHERE age > 25", {"2"}},
       {"SELECT a._id, b._id FROM person a /*+ INDEX_ROWS ix */ JOIN person b ON a.city = b.city WHERE a.age "
        "= 20 "
        "ORDER BY 2",
        {"1|1", "1|3"}},
       {"SELECT _id FROM person /*+ FIRST INDEX_ROWS ix */ WHERE age = (SELECT MAX(age) FROM person)",
        {"2", "3"}},
       {"SELECT _id FROM person /*+ FIRST */ WHERE city = (SELECT MIN(city) FROM person /*+ INDEX_ROWS ix */ "
        "WHERE age > 25)",
        {"2"}}}));
  CAPTURE(sql);
  Couch couch;
  CHECK_NOTHROW(rows(couch, sql));
  CHECK(couch.refused > 0);
  Couch again;
  CHECK(rows(again, sql) == expected);
}

TEST_CASE("A change whose index is gone is planned again", "[second_plan]") {
  Couch couch;
  std::atomic<bool> stop{false};
  const auto prepared = prepare("UPDATE person /*+ INDEX ix */ SET city = 'X' WHERE age = 30", couch, {});
  auto done = prepared->execute({}, {.documents = couch, .stop = stop, .catalog = &couch});
  CHECK(done->affected() == 2u);
  CHECK(couch.redefinitions == Strings{"db"});
}

TEST_CASE("An index that stays gone, or goes while rows are read, is an error", "[second_plan]") {
  Couch couch;
  const std::string sql = "SELECT _id FROM person /*+ INDEX_ROWS ix */ WHERE age > 25";
  SECTION("planned again once") {
    couch.learns = false;
    CHECK_THROWS_AS(rows(couch, sql), Missing);
    CHECK(couch.refused == 2);
    CHECK(couch.redefinitions == Strings{"db"});
  }
  SECTION("no row comes twice") {
    couch.before_answer = nullptr;
    couch.before_row = [n = 0]() mutable {
      if (++n == 2) throw Missing{};
    };
    CHECK_THROWS_AS(rows(couch, sql), Missing);
    CHECK(couch.redefinitions.empty());
  }
  SECTION("a view that the statement names is nobody's choice") {
    Table view;
    view.name = "ix/v";
    view.kind = TableKind::View;
    view.design_document = "ix";
    view.view = "v";
    view.columns = {column("id", TypeKind::Varchar)};
    couch.add(view);
    CHECK_THROWS_AS(rows(couch, "SELECT id FROM \"ix/v\""), Missing);
    CHECK(couch.redefinitions.empty());
  }
}
