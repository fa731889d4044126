#include <catch2/catch.hpp>

#include "sql/parser.h"

using namespace couch::sql;

TEST_CASE("native: escapes are resolved, all else stays as it was", "[sql][native]") {
  const auto [statement, expected] = GENERATE(table<std::string_view, std::string_view>({
      {"select  a -- {d '2020-01-01'}\nFROM t", "select  a -- {d '2020-01-01'}\nFROM t"},
      {"SELECT {d '2020-01-31'}, {t '10:15:30'}, {ts '2020-01-31 10:15:30.5'}",
       "SELECT DATE '2020-01-31', TIME '10:15:30', TIMESTAMP '2020-01-31 10:15:30.5'"},
      {"SELECT {fn CONCAT({ FN ucase( a )}, 'x' ) }FROM t", "SELECT CONCAT(ucase( a ), 'x' )FROM t"},
      {"SELECT{fn ABS(-1)}", "SELECT ABS(-1)"},
      {"SELECT * FROM {oj a LEFT OUTER JOIN b ON a.x=b.x}WHERE y",
       "SELECT * FROM a LEFT OUTER JOIN b ON a.x=b.x WHERE y"},
      {"SELECT a FROM t WHERE a LIKE 'x!_%' {escape '!'}", "SELECT a FROM t WHERE a LIKE 'x!_%' escape '!'"},
      {"SELECT {fn CONVERT(a, SQL_INTEGER)}, {interval '5' DAY}",
       "SELECT CONVERT(a, SQL_INTEGER), interval '5' DAY"},
      {"{call p(1)}", "call p(1)"},
      {"{ ?= call p(?)}", "?= call p(?)"},
      {"SELECT {fn ABS(1) -- c\n} FROM t", "SELECT ABS(1) -- c\n FROM t"},
      {"SELECT '{d ''2020-01-01''}', \"{fn}\"", "SELECT '{d ''2020-01-01''}', \"{fn}\""},
  }));
  CHECK(native(statement) == expected);
  CHECK(print(parse(native(statement))) == print(parse(statement)));
}

TEST_CASE("native: a statement that is none says so, with the place", "[sql][native]") {
  CHECK_THROWS_WITH(native("SELECT {fn UCASE(a) FROM t"),
                    "expected } after ), found FROM; the { at line 1, column 8 is not closed");
  CHECK_THROWS_WITH(native("SELECT {d '2020-02-30'}"), "there is no date '2020-02-30'");
}
