#include <catch2/catch.hpp>

#include "sql/parser.h"

using namespace couch::sql;

namespace {

std::string printed(std::string_view text) { return print(parse(text)); }

}  // namespace

TEST_CASE("print: parentheses stand where they are needed, and nowhere else", "[sql][printer]") {
  const auto [text, expected] = GENERATE(table<std::string_view, std::string_view>({
      {"((a + b)) * (c)", "(a + b) * c"},
      {"(a * b) + c", "a * b + c"},
      {"a - (b - c)", "a - (b - c)"},
      {"(a - b) - c", "a - b - c"},
      {"a || (b || c)", "a || b || c"},
      {"(a || b) + c", "(a || b) + c"},
      {"(a AND b) OR (c AND (d OR e))", "a AND b OR c AND (d OR e)"},
      {"a AND (b AND c)", "a AND b AND c"},
      {"NOT (a AND b)", "NOT (a AND b)"},
      {"NOT (a = b)", "NOT a = b"},
      {"(NOT a) = b", "(NOT a) = b"},
      {"(a = b) = c", "(a = b) = c"},
      {"(a IS NULL) IS TRUE", "(a IS NULL) IS TRUE"},
      {"- (- a)", "- -a"},
      {"-(-5)", "- -5"},
      {"-(a + b)", "-(a + b)"},
      {"(-5) * 2", "-5 * 2"},
      {"a BETWEEN (b OR c) AND d", "a BETWEEN (b OR c) AND d"},
      {"(a, (b, c))", "(a, (b, c))"},
  }));
  CHECK(printed("SELECT " + std::string(text)) == "SELECT " + std::string(expected));
}

TEST_CASE("print: values are written so that they are read as the same", "[sql][printer]") {
  const std::string_view value = GENERATE(
      as<std::string_view>{}, "NULL", "TRUE", "-9223372036854775808", "1.5", "0.1", "1000.0", "1e+300",
      "5e-300", "-0.0", "12345678901234567890", "1.2345678901234567890", "1e400", "'it''s'", "X'00FF'",
      "DATE '2020-01-31'", "TIME '10:15:30.25'", "TIMESTAMP '2020-01-31 10:15:30'",
      "GUID '12345678-1234-1234-1234-123456789abc'", "INTERVAL '-1-2' YEAR TO MONTH",
      "INTERVAL '5 10:05:30.25' DAY TO SECOND", "INTERVAL '90' MINUTE", "INTERVAL '1:05' HOUR TO MINUTE");
  CHECK(printed("SELECT " + std::string(value)) == "SELECT " + std::string(value));
}

TEST_CASE("print: canonical statements are printed as they are", "[sql][printer]") {
  const std::string_view statement = GENERATE(
      as<std::string_view>{},
      "WITH RECURSIVE r (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM r WHERE n < 10) SELECT * FROM r",
      "SELECT DISTINCT t.*, COUNT(DISTINCT a, b) FILTER (WHERE c) AS n FROM db.t AS t(a, b) WHERE d GROUP BY "
      "a, ROLLUP (b, (c, d)), GROUPING SETS "
      "((), a), () HAVING n > 1 ORDER BY 1 DESC NULLS LAST, b NULLS FIRST LIMIT 5 OFFSET 3",
      "SELECT SUM(a) OVER (w ROWS BETWEEN 1 PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE TIES), LAG(b) IGNORE "
      "NULLS OVER (PARTITION BY c ORDER BY d) "
      "FROM t WINDOW w AS (PARTITION BY e)",
      "SELECT EXTRACT(YEAR FROM a), TRIM(LEADING 'x' FROM b), TIMESTAMPADD(SQL_TSI_DAY, 1, c), CURRENT_DATE, "
      "STRING_AGG(d, ',' ORDER BY e)",
      "SELECT * FROM a NATURAL LEFT JOIN b CROSS JOIN (c RIGHT JOIN d USING (x, y)) FULL JOIN LATERAL "
      "(SELECT 1) AS e ON TRUE",
      "SELECT a FROM t WHERE a = ALL (SELECT 1) AND NOT EXISTS (SELECT 1) AND (b, c) NOT IN (SELECT 1, 2) "
      "AND d NOT LIKE 'x' ESCAPE '!'",
      "SELECT a FROM t ORDER BY a OFFSET 2 ROWS FETCH FIRST 5 ROWS WITH TIES",
      "INSERT INTO t (a, b.c) VALUES (1, DEFAULT) ON CONFLICT (a) DO UPDATE SET b = EXCLUDED.b WHERE c "
      "RETURNING _id, _rev",
      "INSERT INTO t DEFAULT VALUES",
      "INSERT INTO t WITH x AS (SELECT 1) SELECT * FROM x ON CONFLICT DO NOTHING",
      "UPDATE t AS u SET a = 1, b.c = DEFAULT WHERE CURRENT OF cursor RETURNING *",
      "DELETE FROM t WHERE a = (SELECT MAX(b) FROM t)",
      "MERGE INTO t AS a USING (SELECT 1) AS s(x) ON a.x = s.x WHEN MATCHED AND a.y THEN DELETE WHEN MATCHED "
      "THEN UPDATE SET y = 1 WHEN NOT MATCHED "
      "THEN INSERT (x, y) VALUES (s.x, DEFAULT) WHEN NOT MATCHED THEN DO NOTHING",
      "TRUNCATE TABLE t",
      "CREATE TABLE IF NOT EXISTS t (a BIGINT DEFAULT 5 NOT NULL PRIMARY KEY, \"b.c\" VARCHAR(10), d "
      "DECIMAL(18,2), PRIMARY KEY (a, d))",
      "ALTER TABLE t ADD COLUMN a DATE", "ALTER TABLE t DROP COLUMN a", "ALTER TABLE t RENAME COLUMN a TO b",
      "CREATE INDEX IF NOT EXISTS i ON t (a, b.c)", "CREATE VIEW v AS SELECT 1",
      "CREATE DATABASE IF NOT EXISTS d PARTITIONED", "DROP TABLE IF EXISTS a.b", "DROP INDEX i ON t",
      "REFRESH SCHEMA", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT a", "ROLLBACK TO SAVEPOINT a",
      "RELEASE SAVEPOINT a", "CALL p(1, ?)", "CALL MINUS()", "? = CALL p()", "EXPLAIN DELETE FROM t");
  CHECK(printed(statement) == statement);
}

TEST_CASE("print: a time's precision stays what it is, none and every digit too", "[sql][printer]") {
  for (const char* type : {"TIME(0)", "TIMESTAMP(0)", "TIMESTAMP(3)", "TIMESTAMP(9)"}) {
    const std::string text = std::string{"CREATE TABLE t (a "} + type + ")";
    CHECK(printed(text) == text);
  }
  CHECK(printed("CREATE TABLE t (a TIMESTAMP)") == "CREATE TABLE t (a TIMESTAMP(9))");
}

TEST_CASE("print: a sign behind BOTH would make a difference of the two", "[sql][printer]") {
  CHECK(printed("SELECT TRIM(-a FROM b), TRIM(LEADING c FROM b)") ==
        "SELECT TRIM('BOTH', -a, b), TRIM('LEADING', c, b)");
  CHECK(printed("SELECT TRIM('BOTH', -a, b)") == "SELECT TRIM('BOTH', -a, b)");
}

TEST_CASE("print: a query and an expression of their own", "[sql][printer]") {
  const ast::Statement statement = parse("EXPLAIN SELECT a+1 FROM t");
  const auto& query = *std::get<ast::QueryPtr>(std::get<ast::Explain>(statement.node).statement->node);
  CHECK(print(query) == "SELECT a + 1 FROM t");
  CHECK(print(*std::get<ast::Select>(query.body->node).items.front().expr) == "a + 1");
}
