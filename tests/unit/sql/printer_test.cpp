#include <catch2/catch.hpp>

#include "sql/parser.h"

using namespace couch::sql;

namespace {

std::string printed(std::string_view text) { return print(parse(text)); }

}  // namespace

TEST_CASE("print: what it writes is parsed to what it writes", "[sql][printer]") {
  const std::string_view statement = GENERATE(as<std::string_view>{},                                    //
                                              "SELECT order FROM group WHERE date > DATE '2020-01-01'",  //
                                              "SELECT key.0, \"a b\".0 FROM t",                          //
                                              "SELECT a - (b - c) - -d FROM t",                          //
                                              "SELECT (SELECT 1) + 2",                                   //
                                              "SELECT a FROM t JOIN (u JOIN v ON u.x = v.x) ON t.x = u.x");
  CHECK(printed(statement) == statement);
}
