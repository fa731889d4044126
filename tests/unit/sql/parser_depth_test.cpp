// Whatever is nested or chained, and however often: an answer or an error, in time that is linear in the
// text.
#include <catch2/catch.hpp>
#include <functional>

#include "sql/parser.h"

using namespace couch::sql;

namespace {

std::string repeat(std::string_view text, size_t n) {
  std::string out;
  out.reserve(text.size() * n);
  while (n-- > 0) out += text;
  return out;
}

struct Shape {
  std::string_view name;
  std::string begin, each, middle, closing;
  std::string text(size_t n) const { return begin + repeat(each, n) + middle + repeat(closing, n); }
};

const Shape& nested() {
  static const std::vector<Shape>* const shapes = new std::vector<Shape>{
      {"parentheses", "SELECT ", "(", "1", ")"},
      {"sums in parentheses", "SELECT ", "(1+", "1", ")"},
      {"every operator", "SELECT ", "(1 OR 1 AND NOT 1 = 1 || 1 + 1 * -", "1", ")"},
      {"NOT", "SELECT ", "NOT ", "1", ""},
      {"signs", "SELECT ", "- ", "a", ""},
      {"CASE", "SELECT ", "CASE WHEN a THEN 1 ELSE ", "1", " END"},
      {"calls", "SELECT ", "f(", "1", ")"},
      {"function escapes", "SELECT ", "{fn f(", "1", ")}"},
      {"CAST", "SELECT ", "CAST(", "1", " AS INT)"},
      {"scalar subqueries", "SELECT ", "(SELECT ", "1", ")"},
      {"EXISTS", "SELECT 1 WHERE ", "EXISTS (SELECT 1 WHERE ", "1 = 1", ")"},
      {"IN with queries", "SELECT 1 WHERE ", "a IN (SELECT 1 WHERE ", "1 = 1", ")"},
      {"IN with lists", "SELECT 1 WHERE ", "a IN (", "1", ")"},
      {"derived tables", "SELECT * FROM ", "(SELECT * FROM ", "t", ") x"},
      {"tables in parentheses", "SELECT * FROM ", "(", "t", ")"},
      {"joins in parentheses", "SELECT * FROM ", "(t JOIN ", "t", " ON 1 = 1)"},
      {"joins with their conditions behind", "SELECT * FROM t", " JOIN t", "", " ON 1 = 1"},
      {"join escapes", "SELECT * FROM ", "{oj t LEFT JOIN ", "t", " ON 1 = 1}"},
      {"set operations to the right", "", "(SELECT 1 UNION ", "SELECT 1", ")"},
      {"set operations to the left", "", "(", "SELECT 1", " UNION SELECT 1)"},
      {"WITH", "", "WITH a AS (", "SELECT 1", ") SELECT 1"},
      {"windows", "SELECT ", "f(1) OVER (PARTITION BY ", "1", ")"},
      {"a chain of sums", "SELECT a", " + a", "", ""},
      {"a chain of IS", "SELECT a", " IS NULL", "", ""},
      {"a chain of EXCEPT", "SELECT 1", " EXCEPT SELECT 1", "", ""},
      {"a chain of mixed unions", "SELECT 1", " UNION SELECT 1 UNION ALL SELECT 1", "", ""},
      {"a chain of joins", "SELECT * FROM t", " CROSS JOIN t", "", ""},
  };
  return (*shapes)[static_cast<size_t>(GENERATE(range(0, 27)))];
}

}  // namespace

TEST_CASE("parse: nesting as deep as people and programs write it works", "[sql][parser][depth]") {
  const Shape& shape = nested();
  INFO(shape.name);
  const ast::Statement statement = parse(shape.text(40));
  const std::string text = print(statement);
  CHECK(print(parse(text)) == text);
  CHECK_FALSE(dump(statement).empty());
}

TEST_CASE("parse: nesting without end is too complex, and nothing worse", "[sql][parser][depth]") {
  const Shape& shape = nested();
  INFO(shape.name);
  const size_t levels = GENERATE(380u, 10'000u, 100'000u);
  try {
    const ast::Statement statement = parse(shape.text(levels));
    CHECK(levels < max_expression_depth);
    CHECK_FALSE(dump(statement).empty());
    CHECK_FALSE(print(statement).empty());
  } catch (const Error& e) {
    CHECK(e.kind() == ErrorKind::TooComplex);
    CHECK(e.span().has_value());
  }
}

TEST_CASE("parse: an unclosed nest of any depth is an error", "[sql][parser][depth]") {
  const std::string_view open =
      GENERATE(as<std::string_view>{}, "(", "{fn f(", "((SELECT ", "CASE ", "/* ", "a IN (");
  CHECK_THROWS_AS(parse("SELECT " + repeat(open, 100'000)), Error);
}

TEST_CASE("parse: chains of a hundred thousand stay shallow where the operator allows it",
          "[sql][parser][depth]") {
  const auto [name, begin, each] = GENERATE(table<std::string_view, std::string_view, std::string_view>({
      {"AND", "SELECT a", " AND a"},
      {"OR", "SELECT a", " OR a"},
      {"||", "SELECT a", " || a"},
      {"UNION ALL", "SELECT 1", " UNION ALL SELECT 1"},
      {"INTERSECT", "SELECT 1", " INTERSECT SELECT 1"},
      {"a list", "SELECT a", ", a"},
      {"tables", "SELECT * FROM t", ", t"},
      {"IN", "SELECT a IN (1) ", ", a IN (1, 2)"},
      {"rows", "INSERT INTO t VALUES (1)", ", (?)"},
      {"the parts of a name", "SELECT a", ".a"},
  }));
  INFO(name);
  const ast::Statement statement = parse(std::string(begin) + repeat(each, 100'000));
  if (const auto* const query = std::get_if<ast::QueryPtr>(&statement.node)) CHECK((*query)->depth < 40);
  CHECK(print(statement).size() > 200'000);
}

TEST_CASE("parse: conditions that nest in parentheses become one flat chain", "[sql][parser][depth]") {
  const ast::Statement statement = parse("SELECT " + repeat("(", 300) + "a" + repeat(" OR b)", 300));
  const auto& query = *std::get<ast::QueryPtr>(statement.node);
  const auto& item = *std::get<ast::Select>(query.body->node).items.front().expr;
  CHECK(std::get<ast::Logical>(item.node).terms.size() == 301);
  CHECK(item.depth == 2);
}
