// What CREATE VIEW writes, and what is read of it again.
#include "sql/saved_view.h"

#include <catch2/catch.hpp>

#include "tests/support/json.h"

using namespace couch::sql;
using couch::test::model::parse_json;

namespace {

SavedView sales() {
  SavedView view;
  view.name = "sales \"by\" city";
  view.query = "SELECT city, SUM(price) AS total FROM sale GROUP BY city";
  Column city, total;
  city.name = "city";
  city.type = {TypeKind::Varchar, 255};
  total.name = "total";
  total.type.kind = TypeKind::Double;
  view.columns = {city, total};
  view.groups = MaterializedView{view.name,
                                 {},
                                 {"type"},
                                 "sa'le\n\u2028",
                                 {{{"city", "a.b\"</script>"}, TypeClass::Text}},
                                 {{{"price"}, TypeClass::Number}}};
  return view;
}

}  // namespace

TEST_CASE("A saved view comes back as it was", "[define][views]") {
  const std::string json = to_json(sales());
  const auto document = parse_json(json);
  CHECK(document.find("_id")->text == "_design/odbc-view:sales \"by\" city");
  CHECK(document.find("views")->find("groups")->find("reduce")->text == "_stats");
  const auto view = saved_view(json);
  REQUIRE(view);
  CHECK(view->name == sales().name);
  CHECK(view->query == sales().query);
  REQUIRE(view->columns.size() == 2);
  CHECK(view->columns[0].type == sales().columns[0].type);
  REQUIRE(view->groups);
  CHECK(view->groups->design_document == "odbc-view:sales \"by\" city");
  CHECK(view->groups->discriminator == sales().groups->discriminator);
  CHECK(view->groups->keys[0].path == sales().groups->keys[0].path);
  CHECK(view->groups->measures[0].of == TypeClass::Number);
}

TEST_CASE("The map holds names as JavaScript strings", "[define][views]") {
  const std::string map = map_of(*sales().groups);
  CHECK(map.find(R"(["city","a.b\"</script>"])") != std::string::npos);
  CHECK(map.find("\n\xE2\x80\xA8") == std::string::npos);
  CHECK(map.find("\\u2028") != std::string::npos);
}

TEST_CASE("Other design documents are no saved views", "[define][views]") {
  CHECK_FALSE(saved_view(R"({"_id":"_design/x","views":{"v":{"map":"function(){}"}}})"));
  CHECK_FALSE(saved_view(R"({"_id":"_design/x","odbc_view":{"version":2,"name":"x","query":"SELECT 1"}})"));
  CHECK_FALSE(saved_view("[]"));
  CHECK_FALSE(saved_view("{"));
}
