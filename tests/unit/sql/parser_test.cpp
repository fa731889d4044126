#include "sql/parser.h"

#include <catch2/catch.hpp>
#include <limits>

using namespace couch::sql;

namespace {

const ast::Query& query_of(const ast::Statement& statement) {
  return *std::get<ast::QueryPtr>(statement.node);
}

// The value of `SELECT <literal>`.
Value literal(std::string_view text) {
  const ast::Statement statement = parse("SELECT " + std::string(text));
  const auto& select = std::get<ast::Select>(query_of(statement).body->node);
  return std::get<ast::Literal>(select.items.front().expr->node).value;
}

std::string printed(std::string_view text) { return print(parse(text)); }

struct Failure {
  ErrorKind kind;
  std::string message;
  std::string at;  // the text under the span
};
Failure failure(std::string_view text) {
  try {
    const std::string result = printed(text);
    return {ErrorKind::Engine, "parsed as " + result, {}};
  } catch (const Error& e) {
    const Span span = e.span().value_or(Span{});
    return {e.kind(), e.what(), std::string(text.substr(span.begin, span.end - span.begin))};
  }
}

}  // namespace

// ---- names

TEST_CASE("parse: words of the language are names wherever the grammar can tell", "[sql][parser][names]") {
  const std::string_view statement = GENERATE(
      as<std::string_view>{},  //
      "SELECT order FROM group WHERE date > DATE '2020-01-01'", "SELECT count FROM t",
      "SELECT key, value FROM t ORDER BY order DESC", "SELECT t.from, t.select, t.where FROM t",
      "SELECT user, type, timestamp, time, year, first, last, name, left, right, desc, asc FROM t",
      "SELECT limit, offset, top, rows, row, range, values, default, end, set, on, by, to, for FROM t LIMIT "
      "5",
      "SELECT a AS from, b AS select FROM t AS where",
      "SELECT LEFT(left, 2), RIGHT(right, 2), DATE(date), COUNT(count) FROM left LEFT JOIN right ON on = 1",
      "SELECT interval, interval - 'x', date - time FROM t",
      "SELECT CASE end WHEN 1 THEN end ELSE end END AS end FROM t",
      "SELECT SUM(a) OVER (ORDER BY order) AS over FROM t GROUP BY group HAVING filter",
      "SELECT key FROM values ORDER BY nulls NULLS FIRST, desc DESC",
      "SELECT first, next FROM t FETCH FIRST 5 ROWS WITH TIES",
      "INSERT INTO values (values, from, select) VALUES (1, 2, 3)",
      "UPDATE set SET set = set, from = (default) WHERE values = default", "DELETE FROM key WHERE key = key",
      "WITH recursive AS (SELECT 1) SELECT * FROM recursive",
      "CREATE TABLE table (primary BIGINT, key VARCHAR(5), check DATE, unique BIT, PRIMARY KEY (primary))");
  CHECK(printed(statement) == statement);
}

TEST_CASE("parse: aliases without AS, and the words that begin a clause instead", "[sql][parser][names]") {
  CHECK(printed("SELECT a b, c order, d group, e left FROM t u") ==
        "SELECT a AS b, c AS order, d AS group, e AS left FROM t AS u");
  // Microsoft Query's headings.
  CHECK(printed("SELECT SUM(a) AS 'Sum of a' FROM t") == "SELECT SUM(a) AS \"Sum of a\" FROM t");
  CHECK(printed("SELECT SUM(a) over FROM t window") == "SELECT SUM(a) AS over FROM t AS window");
  CHECK(printed("SELECT a FROM t cross CROSS JOIN u natural WHERE a = 1") ==
        "SELECT a FROM t AS cross CROSS JOIN u AS natural WHERE a = 1");
}

TEST_CASE("parse: quoted names keep that they are exact, plain ones that they are not",
          "[sql][parser][names]") {
  const ast::Statement statement = parse("SELECT \"A\".b, `c d`, [e]]f] FROM t");
  const auto& select = std::get<ast::Select>(query_of(statement).body->node);
  const auto& first = std::get<ast::ColumnRef>(select.items[0].expr->node).name;
  CHECK(first[0].quoted);
  CHECK_FALSE(first[1].quoted);
  CHECK(first[1].span.begin == 11);
  CHECK(print(statement) == "SELECT \"A\".b, \"c d\", \"e]f\" FROM t");
}

TEST_CASE("quote_identifier: quotes what would not be read as the same name", "[sql][parser][names]") {
  CHECK(quote_identifier("a") == "a");
  CHECK(quote_identifier("größe") == "größe");
  CHECK(quote_identifier("order") == "order");
  CHECK(quote_identifier("a b") == "\"a b\"");
  CHECK(quote_identifier("a\"b") == "\"a\"\"b\"");
  CHECK(quote_identifier("from") == "\"from\"");
  CHECK(quote_identifier("on") == "\"on\"");
  CHECK(quote_identifier("0") == "\"0\"");
  CHECK(quote_identifier("") == "\"\"");
  CHECK(quote_identifier("a.b") == "\"a.b\"");
}

TEST_CASE(
    "reserved_words: each one needs quotes as a column or table, and none of the commonest names is there",
    "[sql][parser][names]") {
  for (const std::string_view word : reserved_words()) {
    INFO(word);
    CHECK_THROWS_AS(parse("SELECT * FROM " + std::string(word) + " WHERE x = 1"), Error);
    CHECK(quote_identifier(word).front() == '"');
  }
  for (const std::string_view name :
       {"USER",  "ORDER",     "GROUP", "VALUE", "VALUES", "KEY",  "DATE",  "TYPE",
        "COUNT", "TIMESTAMP", "TIME",  "YEAR",  "FIRST",  "LAST", "NAME",  "LEFT",
        "RIGHT", "DESC",      "END",   "START", "LIMIT",  "SET",  "TABLE", "INDEX"}) {
    INFO(name);
    CHECK(std::find(reserved_words().begin(), reserved_words().end(), name) == reserved_words().end());
    CHECK_NOTHROW(parse("SELECT " + std::string(name) + " FROM " + std::string(name) + " WHERE " +
                        std::string(name) + " = 1"));
  }
}

// ---- literals

TEST_CASE("parse: a number is exact, whatever its size", "[sql][parser][literals]") {
  CHECK(literal("42") == Value(int64_t{42}));
  CHECK(literal("0042") == Value(int64_t{42}));
  CHECK(literal("9223372036854775807") == Value(std::numeric_limits<int64_t>::max()));
  CHECK(literal("-9223372036854775808") == Value(std::numeric_limits<int64_t>::min()));
  CHECK(literal("9223372036854775808") == Value(Decimal{"9223372036854775808"}));
  CHECK(literal("1.5") == Value(1.5));
  CHECK(literal("0.10") == Value(0.1));
  CHECK(literal("1e3") == Value(1000.0));
  CHECK(literal("123456789.012345") == Value(123456789.012345));  // 15 digits
  CHECK(literal("123456789.0123456") == Value(Decimal{"123456789.0123456"}));
  CHECK(literal("1.00000000000000000000") == Value(1.0));
  CHECK(literal("1e400") == Value(Decimal{"1e400"}));
  CHECK(literal("1e-400") == Value(Decimal{"1e-400"}));
  CHECK(literal("-.5") == Value(-0.5));
  CHECK(failure("SELECT 1e7000").kind == ErrorKind::OutOfRange);
  CHECK(failure("SELECT 1e99999999999999999999").kind == ErrorKind::OutOfRange);
}

TEST_CASE("parse: literals of every type, as SQL and as ODBC writes them", "[sql][parser][literals]") {
  CHECK(literal("NULL") == Value());
  CHECK(literal("TRUE") == Value(true));
  CHECK(literal("'it''s'") == Value(std::string("it's")));
  CHECK(literal("X'00fF'") == Value(Binary{std::string("\0\xFF", 2)}));
  CHECK(literal("DATE '2024-02-29'") == Value(Date{2024, 2, 29}));
  CHECK(literal("{ D  '2024-02-29' }") == Value(Date{2024, 2, 29}));
  CHECK(literal("TIME '23:59:59.25'") == Value(Time{23, 59, 59, 250'000'000}));
  CHECK(literal("{t '10:15:00'}") == Value(Time{10, 15, 0, 0}));
  CHECK(literal("{ts '2024-01-31 10:15:30'}") == Value(Timestamp{{2024, 1, 31}, {10, 15, 30, 0}}));
  CHECK(literal("TIMESTAMP '2024-01-31T23:30:00-02:00'") == Value(Timestamp{{2024, 2, 1}, {1, 30, 0, 0}}));
  CHECK(literal("{guid '12345678-1234-1234-1234-123456789aBc'}") ==
        Value(std::string("12345678-1234-1234-1234-123456789aBc")));
}

TEST_CASE("parse: intervals of each class, signed outside and inside", "[sql][parser][literals]") {
  const auto interval = [](std::string_view text) { return std::get<Interval>(literal(text)); };
  CHECK(interval("INTERVAL '1-2' YEAR TO MONTH").months == 14);
  CHECK(interval("INTERVAL -'1-2' YEAR TO MONTH").months == -14);
  CHECK(interval("{INTERVAL '-3' MONTH}").months == -3);
  CHECK(interval("INTERVAL -'-3' MONTH").months == 3);
  const Interval days = interval("INTERVAL -'5 10:15:30.25' DAY TO SECOND");
  CHECK(days.seconds == -(5 * 86400 + 10 * 3600 + 15 * 60 + 30));
  CHECK(days.nanoseconds == -250'000'000);
  CHECK(days.leading == IntervalField::Day);
  CHECK(days.trailing == IntervalField::Second);
  CHECK(interval("INTERVAL 90 MINUTE").seconds == 5400);
  CHECK(interval("INTERVAL '100' DAY(3)").seconds == 8'640'000);

  CHECK(failure("SELECT INTERVAL '100' DAY(2)").kind == ErrorKind::IntervalOverflow);
  CHECK(failure("SELECT INTERVAL '5 24' DAY TO HOUR").kind == ErrorKind::IntervalOverflow);
  CHECK(failure("SELECT INTERVAL '5' DAY TO HOUR").message ==
        "'5' is no such interval: it is written '5 10'");
  CHECK(failure("SELECT INTERVAL '1 day'").kind == ErrorKind::Syntax);
  CHECK(failure("SELECT INTERVAL '1' MONTH TO DAY").kind == ErrorKind::Syntax);
}

TEST_CASE("parse: a date that is none is 22007, one that the calendar lacks 22008",
          "[sql][parser][literals]") {
  const auto [text, kind] = GENERATE(table<std::string_view, ErrorKind>({
      {"{d '2024-02-30'}", ErrorKind::DatetimeOverflow},
      {"DATE '2023-13-01'", ErrorKind::DatetimeOverflow},
      {"{t '25:00:00'}", ErrorKind::DatetimeOverflow},
      {"{ts '2024-01-31 10:60:00'}", ErrorKind::DatetimeOverflow},
      {"{d '2024-2-3'}", ErrorKind::InvalidDatetime},
      {"{d '20240203'}", ErrorKind::InvalidDatetime},
      {"{d '2024-02-03 10:00:00'}", ErrorKind::InvalidDatetime},
      {"{t 'noon'}", ErrorKind::InvalidDatetime},
      {"TIMESTAMP ''", ErrorKind::InvalidDatetime},
  }));
  const Failure f = failure("SELECT " + std::string(text));
  CHECK(f.kind == kind);
  CHECK(f.at.front() == '\'');
}

// ---- expressions

TEST_CASE("parse: operators bind as SQL has it", "[sql][parser][expressions]") {
  const auto [text, full] = GENERATE(table<std::string_view, std::string_view>({
      {"a OR b AND NOT c = d", "or(a, and(b, not(=(c, d))))"},
      {"a + b * c - d", "-(+(a, *(b, c)), d)"},
      {"a || b + c = d", "=(||(a, +(b, c)), d)"},
      {"-a * b", "*(minus(a), b)"},
      {"a - -b", "-(a, minus(b))"},
      {"a BETWEEN b AND c AND d", "and(between(a, b, c), d)"},
      {"a = b IS TRUE", "is true(=(a, b))"},
      {"NOT a IN (1) OR b", "or(not(in(a)), b)"},
      {"a NOT LIKE b ESCAPE c AND d", "and(not like(a, b, c), d)"},
      {"(a, b) = (c, d)", "=(row(a, b), row(c, d))"},
      {"(a) + ((b))", "+(a, b)"},
      {"a IS NOT DISTINCT FROM b + c", "is not distinct from(a, +(b, c))"},
  }));
  // The outline in one line: label(children).
  struct Brief {
    std::string operator()(const std::vector<std::string>& lines, size_t& i) const {
      const auto indent = [](const std::string& line) { return line.find_first_not_of(' '); };
      const size_t depth = indent(lines[i]);
      std::string label = lines[i].substr(depth);
      label = label.substr(0, label.rfind(' '));
      for (const std::string prefix : {"column ", "literal "}) {
        if (label.rfind(prefix, 0) == 0) label.erase(0, prefix.size());
      }
      ++i;
      std::string children;
      while (i < lines.size() && indent(lines[i]) > depth) {
        if (lines[i].substr(indent(lines[i])) == "list") {
          const size_t list = indent(lines[i++]);
          while (i < lines.size() && indent(lines[i]) > list) ++i;
          continue;
        }
        if (lines[i].substr(indent(lines[i])) == "escape") {
          ++i;
        }
        children += (children.empty() ? "" : ", ") + (*this)(lines, i);
      }
      return children.empty() ? label : label + "(" + children + ")";
    }
  };
  std::vector<std::string> lines;
  std::istringstream in(dump(parse("SELECT " + std::string(text))));
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  size_t i = 4;  // statement, query, select, item
  CHECK(Brief()(lines, i) == full);
}

TEST_CASE("parse: special syntax of functions becomes arguments", "[sql][parser][calls]") {
  const auto [text, arguments] = GENERATE(table<std::string_view, std::vector<std::string>>({
      {"EXTRACT(year FROM a)", {"'YEAR'", "a"}},
      {"TRIM(LEADING 'x' FROM a)", {"'LEADING'", "'x'", "a"}},
      {"TRIM(BOTH FROM a)", {"'BOTH'", "' '", "a"}},
      {"TRIM('x' FROM a)", {"'BOTH'", "'x'", "a"}},
      {"TRIM(leading)", {"leading"}},
      {"TRIM(leading || 'x', 'y')", {"leading || 'x'", "'y'"}},
      {"POSITION('x' IN a || b)", {"'x'", "a || b"}},
      {"POSITION('x', a)", {"'x'", "a"}},
      {"SUBSTRING(a FROM 2 FOR 3)", {"a", "2", "3"}},
      {"SUBSTRING(a FOR 3)", {"a", "1", "3"}},
      {"SUBSTRING(a, 2)", {"a", "2"}},
      {"OVERLAY(a PLACING 'x' FROM 2 FOR 1)", {"a", "'x'", "2", "1"}},
      {"TIMESTAMPADD(SQL_TSI_DAY, 1, a)", {"'DAY'", "1", "a"}},
      {"{fn timestampdiff(sql_tsi_frac_second, a, b)}", {"'FRAC_SECOND'", "a", "b"}},
      {"DATEADD(month, 1, a)", {"'MONTH'", "1", "a"}},
      {"GROUP_CONCAT(a SEPARATOR ';')", {"a", "';'"}},
      {"COUNT(*)", {"*"}},
      {"CURRENT_TIMESTAMP(3)", {"3"}},
      {"{fn CURRENT_DATE()}", {}},
  }));
  const ast::Statement statement = parse("SELECT " + std::string(text));
  const auto& call =
      std::get<ast::Call>(std::get<ast::Select>(query_of(statement).body->node).items.front().expr->node);
  std::vector<std::string> got;
  for (const auto& argument : call.arguments) got.push_back(print(*argument));
  CHECK(got == arguments);
}

TEST_CASE("parse: types by SQL's names and by ODBC's", "[sql][parser][types]") {
  const auto [text, type] = GENERATE(table<std::string_view, std::string_view>({
      {"CAST(a AS int)", "INTEGER"},
      {"CAST(a AS DOUBLE PRECISION)", "DOUBLE"},
      {"CAST(a AS FLOAT(24))", "REAL"},
      {"CAST(a AS FLOAT)", "DOUBLE"},
      {"CAST(a AS DECIMAL(18, 2))", "DECIMAL(18,2)"},
      {"CAST(a AS NUMERIC(5))", "DECIMAL(5)"},
      {"CAST(a AS CHARACTER VARYING(20))", "VARCHAR(20)"},
      {"CAST(a AS VARCHAR)", "VARCHAR"},
      {"CAST(a AS LONG VARBINARY)", "LONGVARBINARY"},
      {"CAST(a AS TIMESTAMP(3) WITHOUT TIME ZONE)", "TIMESTAMP(3)"},
      {"CAST(a AS INTERVAL DAY(3) TO SECOND(6))", "INTERVAL DAY TO SECOND"},
      {"{fn CONVERT(a, SQL_WVARCHAR)}", "VARCHAR"},
      {"{fn CONVERT(a, SQL_TYPE_TIMESTAMP)}", "TIMESTAMP(9)"},
      {"{fn CONVERT(a, SQL_INTERVAL_YEAR_TO_MONTH)}", "INTERVAL YEAR TO MONTH"},
      {"CONVERT(a, BIGINT)", "BIGINT"},
  }));
  CHECK(printed("SELECT " + std::string(text)) == "SELECT CAST(a AS " + std::string(type) + ")");
}

TEST_CASE("parse: a type that is none says what types there are", "[sql][parser][types]") {
  CHECK_THAT(failure("SELECT CAST(a AS INTEGR)").message,
             Catch::StartsWith("expected a type after AS, found INTEGR; for example BIGINT"));
  CHECK(failure("SELECT CAST(a AS VARCHAR(0))").message == "a length is at least 1");
  CHECK(failure("SELECT CAST(a AS DECIMAL(5,6))").kind == ErrorKind::Syntax);
  CHECK(failure("SELECT CAST(a AS DATE(3))").kind == ErrorKind::Syntax);
  CHECK(failure("SELECT {fn CONVERT(a, SQL_STRING)}").kind == ErrorKind::Syntax);
  CHECK(failure("SELECT {fn CONVERT(a, SQL_INTERVAL_MONTH_TO_DAY)}").kind == ErrorKind::Syntax);
}

// ---- queries

TEST_CASE("parse: parameters are numbered in the order of the text", "[sql][parser]") {
  const ast::Statement statement =
      parse("SELECT TOP ? a, ? FROM t WHERE TRIM(? FROM ?) = {fn LEFT(?, 1)} ORDER BY 1 OFFSET ? ROWS");
  CHECK(statement.parameters == 6);
  const auto& query = query_of(statement);
  CHECK(std::get<ast::Parameter>(query.limit->node).index == 0);
  CHECK(std::get<ast::Parameter>(query.offset->node).index == 5);
  CHECK(parse("{?=call p(?)}").parameters == 2);
  CHECK(parse("EXPLAIN SELECT ?").parameters == 1);
}

TEST_CASE("parse: INTERSECT binds tighter than UNION and EXCEPT, which lean left", "[sql][parser][queries]") {
  CHECK(printed("SELECT 1 UNION (SELECT 2 INTERSECT SELECT 3)") ==
        "SELECT 1 UNION SELECT 2 INTERSECT SELECT 3");
  CHECK(printed("(SELECT 1 UNION SELECT 2) INTERSECT SELECT 3") ==
        "(SELECT 1 UNION SELECT 2) INTERSECT SELECT 3");
  CHECK(printed("(SELECT 1 EXCEPT SELECT 2) EXCEPT SELECT 3") == "SELECT 1 EXCEPT SELECT 2 EXCEPT SELECT 3");
  CHECK(printed("SELECT 1 EXCEPT (SELECT 2 EXCEPT SELECT 3)") ==
        "SELECT 1 EXCEPT (SELECT 2 EXCEPT SELECT 3)");
  CHECK(printed("SELECT 1 UNION ALL (SELECT 2 UNION SELECT 3)") ==
        "SELECT 1 UNION ALL (SELECT 2 UNION SELECT 3)");
  CHECK(printed("SELECT 1 MINUS SELECT 2") == "SELECT 1 EXCEPT SELECT 2");
}

TEST_CASE("parse: a table may be called MINUS, WITH, AT or COLLATE", "[sql][parser][names]") {
  for (const std::string name : {"minus", "with", "at", "collate"}) {
    INFO(name);
    const auto same = [&](const std::string& before, const std::string& after) {
      std::string quoted = printed(before + '"' + name + '"' + after);
      std::erase(quoted, '"');
      CHECK(printed(before + name + after) == quoted);
    };
    same("INSERT INTO ", " (a) VALUES (1)");
    same("INSERT INTO ", " (SELECT 1)");
    same("INSERT INTO ", " SELECT 1");
    same("UPDATE ", " SET a = 1");
    same("DELETE FROM ", " WHERE a = 1");
    same("SELECT a FROM ", " MINUS SELECT b FROM t");
    same("SELECT * FROM t JOIN ", " ON t.a = 1");
    same("WITH ", " (a) AS (SELECT 1) SELECT 2");
    same("CREATE TABLE ", " (a INTEGER)");
  }
  CHECK(printed("SELECT a FROM minus MINUS SELECT a FROM t MINUS (SELECT 2)") ==
        "SELECT a FROM minus EXCEPT SELECT a FROM t EXCEPT SELECT 2");
}

TEST_CASE("parse: what parentheses hold shows only inside of them", "[sql][parser][queries]") {
  CHECK(printed("((SELECT 1) UNION SELECT 2) LIMIT 3") == "SELECT 1 UNION SELECT 2 LIMIT 3");
  CHECK(printed("((SELECT 1 LIMIT 1)) UNION (SELECT 2 ORDER BY 1)") ==
        "(SELECT 1 LIMIT 1) UNION (SELECT 2 ORDER BY 1)");
  CHECK(printed("SELECT ((SELECT 1) UNION SELECT 2)") == "SELECT (SELECT 1 UNION SELECT 2)");
  CHECK(printed("SELECT ((SELECT 1) + 2, 3)") == "SELECT ((SELECT 1) + 2, 3)");
  CHECK(printed("SELECT a IN ((SELECT 1)), a IN ((SELECT 1), 2), a IN ((1, 2)), a IN ((1), 2)") ==
        "SELECT a IN (SELECT 1), a IN ((SELECT 1), 2), a IN ((1, 2)), a IN (1, 2)");
  CHECK(printed("SELECT * FROM ((SELECT 1) UNION SELECT 2) AS t") ==
        "SELECT * FROM (SELECT 1 UNION SELECT 2) AS t");
  CHECK(printed("SELECT * FROM ((SELECT 1) a JOIN (b) ON 1 = 1)") ==
        "SELECT * FROM (SELECT 1) AS a JOIN b ON 1 = 1");
  CHECK(printed("(SELECT 1 LIMIT 5) LIMIT 3") == "(SELECT 1 LIMIT 5) LIMIT 3");
}

TEST_CASE("parse: LIMIT, TOP and FETCH are one, in each vendor's words", "[sql][parser][queries]") {
  CHECK(printed("SELECT TOP 5 a FROM t") == "SELECT a FROM t LIMIT 5");
  CHECK(printed("SELECT TOP (2 + 3) a FROM t") == "SELECT a FROM t LIMIT 2 + 3");
  CHECK(printed("SELECT a FROM t LIMIT 10, 5") == "SELECT a FROM t LIMIT 5 OFFSET 10");
  CHECK(printed("SELECT a FROM t LIMIT ALL OFFSET 3") == "SELECT a FROM t OFFSET 3");
  CHECK(printed("SELECT a FROM t OFFSET 3 ROWS FETCH NEXT ROW ONLY") == "SELECT a FROM t LIMIT 1 OFFSET 3");
  CHECK(printed("SELECT TOP 2 a FROM t UNION SELECT 1") == "(SELECT a FROM t LIMIT 2) UNION SELECT 1");
  CHECK(printed("SELECT a FROM t FOR UPDATE OF a, b NOWAIT") == "SELECT a FROM t");
  CHECK(printed("SELECT a FROM t FOR READ ONLY") == "SELECT a FROM t");
  CHECK_THAT(failure("SELECT TOP 5 a FROM t LIMIT 5").message,
             Catch::Contains("has a LIMIT, TOP or FETCH already"));
}

TEST_CASE("parse: the conditions of nested joins may stand behind them all", "[sql][parser][queries]") {
  CHECK(printed("SELECT * FROM {oj a LEFT OUTER JOIN b LEFT OUTER JOIN c ON b.x = c.x ON a.x = b.x}") ==
        "SELECT * FROM a LEFT JOIN (b LEFT JOIN c ON b.x = c.x) ON a.x = b.x");
}

TEST_CASE("parse: hints go to the table they stand behind, other places ignore them",
          "[sql][parser][queries]") {
  CHECK(printed(
            "SELECT /*+ x */ * FROM t /*+ find */ AS a /*+ b */, (SELECT 1) /*+ c */ WHERE /*+ d */ 1 = 1") ==
        "SELECT * FROM t AS a /*+ find b */, (SELECT 1) /*+ c */ WHERE 1 = 1");
}

TEST_CASE("parse: every SELECT's parts keep their place in the text", "[sql][parser][queries]") {
  const std::string_view text = "SELECT a, (b + 1) AS c FROM t WHERE d LIKE 'x%' ORDER BY e DESC";
  const ast::Statement statement = parse(text);
  const auto& query = query_of(statement);
  const auto& select = std::get<ast::Select>(query.body->node);
  const auto under = [&](Span span) { return text.substr(span.begin, span.end - span.begin); };
  CHECK(under(statement.span) == text);
  CHECK(under(query.body->span) == "SELECT a, (b + 1) AS c FROM t WHERE d LIKE 'x%'");
  CHECK(under(select.items[1].expr->span) == "(b + 1)");
  CHECK(under(select.items[1].alias->span) == "c");
  CHECK(under(select.from[0]->span) == "t");
  CHECK(under(select.where->span) == "d LIKE 'x%'");
  CHECK(under(query.order_by[0].span) == "e DESC");
}

// ---- messages

TEST_CASE("parse: an error says what was expected, what was found, and what was probably meant",
          "[sql][parser][errors]") {
  const auto [text, message, at] = GENERATE(table<std::string_view, std::string_view, std::string_view>({
      {"SELECT a FROM t WHERE b AND", "expected an expression after AND, found the end of the statement", ""},
      {"SELECT a, FROM t", "expected an expression after the comma, found FROM; remove the comma", "FROM"},
      {"SELECT f(a,) FROM t", "expected an expression after the comma, found ); remove the comma", ")"},
      {"SELCT a",
       "expected a statement such as SELECT, INSERT, UPDATE, DELETE or CREATE TABLE, found SELCT; did you "
       "mean SELECT?",
       "SELCT"},
      {"SELECT a FORM t",
       "expected the end of the statement after FORM, found t; did you mean FROM instead of FORM?", "t"},
      {"SELECT a FROM t WEHRE b = 1",
       "expected the end of the statement after WEHRE, found b; did you mean WHERE instead of WEHRE?", "b"},
      {"SELECT a FROM t ORDER a",
       "expected the end of the statement after ORDER, found a; did you mean ORDER BY?", "a"},
      {"SELECT a FROM t WHERE b = 1 GROUP a",
       "expected the end of the statement after 1, found GROUP; did you mean GROUP BY?", "GROUP"},
      {"SELECT a FROM t INNER JION u",
       "expected the end of the statement after INNER, found JION; did you mean JOIN?", "JION"},
      {"SELECT a FROM t LEFT OUTER JION u", "expected JOIN after OUTER, found JION; did you mean JOIN?",
       "JION"},
      {"SELECT a b c FROM t", "expected the end of the statement after b, found c; is a comma missing?", "c"},
      {"SELECT f(a b)", "expected ) after a, found b; is a comma missing?", "b"},
      {"SELECT (a + 1 FROM t", "expected ) after 1, found FROM; the ( at line 1, column 8 is not closed",
       "FROM"},
      {"SELECT a) FROM t", "expected the end of the statement after a, found ); no ( is open", ")"},
      {"SELECT a FROM t WHERE b = 'x' 'y'",
       "expected the end of the statement after 'x', found 'y'; two texts are joined by ||, listed with a "
       "comma",
       "'y'"},
      {"SELECT a 'b'", "expected a comma or an alias after a, found 'b'; names stand in \"…\", not in '…'",
       "'b'"},
      {"SELECT a FROM 'b'", "expected a table after FROM, found 'b'; names stand in \"…\", not in '…'",
       "'b'"},
      {"SELECT a FROM t JOIN u WHERE b",
       "expected ON or USING after u, found WHERE; a join of everything with everything is CROSS JOIN",
       "WHERE"},
      {"SELECT a FROM t WHERE a < b < c",
       "comparisons do not chain: join two of them with AND, or put the first one in parentheses", "<"},
      {"SELECT a LIKE 'x' {escape '!'} + 1 FROM t",
       "a comparison that is computed with needs parentheses: (… LIKE …)", "+"},
      {"SELECT TIMESTAMPDIFF(SQL_TSI_DAY, )",
       "expected an expression after the comma, found ); remove the comma", ")"},
      {"SELECT a FROM t WHERE a IN ()", "expected at least one value after (, found )", ")"},
      {"SELECT CASE WHEN a THEN b FROM t",
       "expected END after b, found FROM; the CASE at line 1, column 8 is not closed", "FROM"},
      {"SELECT a IS 5",
       "expected NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM after IS, found 5; values are compared with = "
       "or IS NOT DISTINCT FROM",
       "5"},
      {"SELECT select.a FROM t",
       "expected an expression after SELECT, found select; as a name this word needs quotes, \"…\"",
       "select"},
      {"SELECT 1; SELECT 2", "only one statement is run at a time: nothing may follow the semicolon",
       "SELECT"},
      {"  ", "the statement is empty", ""},
      {"INSERT INTO t (a) VALUS (1)", "expected VALUES or SELECT after ), found VALUS; did you mean VALUES?",
       "VALUS"},
      {"UPDATE t SET a == 1", "unexpected ==: SQL compares with a single =", "=="},
      {"SELECT {x 'y'}", "expected d, t, ts, fn, guid or interval after {, found x; { begins an ODBC escape",
       "x"},
      {"SELECT {fn a}", "expected a function call after fn, found a", "a"},
      {"SELECT SUM(*) FROM t", "expected an expression after (, found *; only COUNT takes *", "*"},
      {"SELECT {guid 'x'}", "a GUID is written xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx, in hexadecimal digits",
       "'x'"},
      {"UPDATE t SET (a, b) = (1)", "there are fewer values than columns", "(1)"},
      {"CREATE TABLE q (id)", "expected a type after id, found )", ")"},
      {"SELECT a FROM t WITH (NOLOCK)",
       "expected the end of the statement after t, found WITH; hints and options of other products are left "
       "out",
       "WITH"},
      {"SELECT a FROM t LEFT u ON t.a = u.a",
       "expected the end of the statement after LEFT, found u; did you mean LEFT JOIN?", "u"},
      {"SELECT a FROM t CONNECT BY PRIOR a = b",
       "expected the end of the statement after CONNECT, found BY; write WITH RECURSIVE", "BY"},
      {"SELECT a FROM t WHERE b = 1 CONNECT BY PRIOR a = b",
       "expected the end of the statement after 1, found CONNECT; write WITH RECURSIVE", "CONNECT"},
      {"SELECT a FROM t WHERE b = 1 QUALIFY ROW_NUMBER() OVER () = 1",
       "expected the end of the statement after 1, found QUALIFY; write SELECT … FROM (SELECT …) AS t WHERE "
       "…",
       "QUALIFY"},
      {"SELECT a FROM t WHERE EXISTS x",
       "expected the end of the statement after EXISTS, found x; EXISTS takes a query in parentheses", "x"},
      {"SELECT a FROM t LIMIT 3 ORDER BY k",
       "expected the end of the statement after 3, found ORDER; ORDER BY stands before LIMIT", "ORDER"},
      {"SELECT a FROM t HAVING COUNT(*) > 1 GROUP BY a",
       "expected the end of the statement after 1, found GROUP; GROUP BY stands before HAVING", "GROUP"},
      {"SELECT a FROM (SELECT a FROM t ORDER BY a WHERE a > 1) AS x",
       "expected ) after a, found WHERE; WHERE stands before ORDER BY", "WHERE"},
      {"SELECT a FROM t ORDER BY a UNION SELECT b FROM u",
       "expected the end of the statement after a, found UNION; ORDER BY stands after the last part, or in "
       "parentheses",
       "UNION"},
      {"SELECT a FROM t WHERE b = 1 WHERE c = 2", "expected the end of the statement after 1, found WHERE",
       "WHERE"},
      {"SELECT a FROM t WHERE b =< 1", "unexpected =<: write <=", "=<"},
      {"SELECT a FROM t WHERE b => 1", "unexpected =>: write >=", "=>"},
  }));
  const Failure f = failure(text);
  CHECK(f.message == message);
  CHECK(f.at == at);
}

TEST_CASE("parse: SQL that is not of this language is refused as such, with what to write instead",
          "[sql][parser][errors]") {
  const auto [text, message] = GENERATE(table<std::string_view, std::string_view>({
      {"SELECT a INTO b FROM t", "SELECT … INTO is not supported; write INSERT INTO … SELECT …"},
      {"SELECT DISTINCT ON (a) b FROM t",
       "DISTINCT ON is not supported; use GROUP BY or ROW_NUMBER() OVER (…)"},
      {"SELECT a COLLATE nocase FROM t",
       "COLLATE is not supported; the connection's Collation keyword decides"},
      {"SELECT a FROM t WHERE b ILIKE 'x'", "ILIKE is not supported; write LOWER(a) LIKE LOWER(b)"},
      {"SELECT * FROM unnest(a)",
       "a table function is not supported; an array's elements are a table of their own: PARENT_FIELD"},
      {"SELECT * FROM a CROSS APPLY b",
       "APPLY is not supported; write a join, or a subquery in the select list"},
      {"SELECT a FROM t, u WHERE t.y = u.y(+)", "(+) is not supported; write LEFT JOIN … ON …"},
      {"SELECT a FROM t, u WHERE y(+) = b", "(+) is not supported; write LEFT JOIN … ON …"},
      {"REPLACE INTO t (a) VALUES (1)",
       "REPLACE is not supported; write INSERT … ON CONFLICT DO UPDATE SET …"},
      {"INSERT IGNORE INTO t (a) VALUES (1)",
       "INSERT IGNORE is not supported; write INSERT … ON CONFLICT DO NOTHING"},
      {"UPDATE a JOIN b ON a.x = b.x SET a.y = 1",
       "UPDATE of several tables is not supported; use a subquery, or MERGE INTO … USING … ON …"},
      {"SELECT CONVERT(VARCHAR(10), n + 1) FROM t",
       "CONVERT with the type first is not supported; write CAST(n + 1 AS VARCHAR(10))"},
      {"SELECT CONVERT(INT, n) FROM t", "CONVERT with the type first is not supported; write CAST(n AS INT)"},
      {"UPDATE a SET x = 1 FROM b", "UPDATE … FROM is not supported; use a subquery, or MERGE"},
      {"CREATE UNIQUE INDEX i ON t (a)", "UNIQUE is not supported; only _id is unique in CouchDB"},
      {"GRANT SELECT ON t TO u", "GRANT is not supported"},
      {"SELECT TOP 5 PERCENT a FROM t", "TOP … PERCENT is not supported"},
  }));
  const Failure f = failure(text);
  CHECK(f.kind == ErrorKind::NotSupported);
  CHECK(f.message == message);
}
