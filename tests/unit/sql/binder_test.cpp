#include <catch2/catch.hpp>

#include "shop_catalog.h"
#include "sql/bound.h"
#include "sql/parser.h"

using namespace couch::sql;
using couch::sql::test::ShopCatalog;

namespace {

Bound bound(const std::string& text) {
  ShopCatalog catalog;
  return bind(parse(text), catalog);
}

// "name TYPE [NOT NULL], …"
std::string columns(const std::string& text) {
  std::string result;
  for (const ResultColumn& c : bound(text).columns) {
    if (!result.empty()) result += ", ";
    result +=
        c.name + ' ' + name_of(c.type) + (c.nullable ? "" : " NOT NULL") + (c.named ? "" : " (unnamed)");
  }
  return result;
}

std::string parameters(const std::string& text) {
  std::string result;
  for (const ParameterInfo& p : bound(text).parameters)
    result += (result.empty() ? "" : ", ") + name_of(p.type) + (p.inferred ? "" : " (guessed)");
  return result;
}

struct Failure {
  std::string message;
  ErrorKind kind;
  std::string at;
};
Failure failure(const std::string& text) {
  try {
    bound(text);
  } catch (const Error& e) {
    Failure f{e.what(), e.kind(), ""};
    if (e.span()) f.at = text.substr(e.span()->begin, e.span()->end - e.span()->begin);
    return f;
  }
  FAIL("bound: " << text);
  return {};
}

// The bound condition as text, its columns by their names.
std::string where(const std::string& condition) {
  Bound b = bound("SELECT 1 FROM person WHERE " + condition);
  auto& query = std::get<ast::QueryPtr>(b.statement.node);
  std::string text = print(*std::get<ast::Select>(query->body->node).where);
  for (size_t i = b.relations[0].columns.size(); i-- > 0;) {
    std::string number = "\"#0." + std::to_string(i) + '"';
    for (size_t at = text.find(number); at != std::string::npos; at = text.find(number))
      text.replace(at, number.size(), b.relations[0].columns[i].name);
  }
  return text;
}

}  // namespace

TEST_CASE("A star gives every column but the hidden ones, in the table's order", "[binder]") {
  CHECK(columns("SELECT * FROM orders") ==
        "_id VARCHAR(255) NOT NULL, _rev VARCHAR(64) NOT NULL, type VARCHAR(255), person_id VARCHAR(255), "
        "amount BIGINT, code VARCHAR(255), since DATE");
  CHECK(columns("SELECT o.*, _doc FROM orders o").ends_with("since DATE, _doc LONGVARCHAR NOT NULL"));
  CHECK(failure("SELECT *").kind == ErrorKind::Syntax);
  CHECK(failure("SELECT x.* FROM orders o").kind == ErrorKind::UnknownTable);
}

TEST_CASE("Result columns are named as users expect", "[binder]") {
  CHECK(columns("SELECT age, age AS a, age + 1, p.name, ADDR.City FROM person p") ==
        "age BIGINT, a BIGINT, age + 1 BIGINT (unnamed), name VARCHAR(255), addr.city VARCHAR(255)");
  Bound b = bound("SELECT _rev AS r FROM person p");
  CHECK(b.columns[0].base_column == "_rev");
  CHECK(b.columns[0].table_alias == "p");
  CHECK(b.columns[0].row_version);
}

TEST_CASE("Names: quoted ones are exact, unquoted ones match exactly first, then by the only spelling",
          "[binder]") {
  CHECK(columns("SELECT NAME FROM PERSON") == "name VARCHAR(255)");
  CHECK(failure("SELECT \"NAME\" FROM person").kind == ErrorKind::UnknownColumn);
  CHECK(columns("SELECT name FROM Odd") == "name VARCHAR(255)");
  Failure ambiguous = failure("SELECT NAME FROM odd");
  CHECK(ambiguous.kind == ErrorKind::AmbiguousName);
  CHECK_THAT(ambiguous.message, Catch::Contains("Name") && Catch::Contains("name"));
  CHECK(columns("SELECT \"a\\.b\" FROM Odd") == "a\\.b BIGINT");
}

TEST_CASE("Dotted paths reach into documents where they are no qualifier", "[binder]") {
  for (auto text : {"SELECT addr.city FROM person", "SELECT person.addr.city FROM person",
                    "SELECT p.addr.city FROM person p", "SELECT p.\"addr.city\" FROM person p",
                    "SELECT shop.person.addr.city FROM shop.person",
                    "SELECT shop.person.addr.city FROM person", "SELECT addr.city FROM person addr"}) {
    INFO(text);
    CHECK(columns(text) == "addr.city VARCHAR(255)");
  }
  CHECK(failure("SELECT person.name FROM person p").kind == ErrorKind::UnknownColumn);
}

TEST_CASE("NULL in a select list takes the type of what stands in its place elsewhere", "[binder]") {
  CHECK(columns("SELECT age AS x FROM person UNION ALL SELECT NULL") == "x BIGINT");
  CHECK(columns("SELECT NULL AS x UNION ALL SELECT since FROM person") == "x DATE");
  CHECK(columns("SELECT NULL AS x UNION (SELECT NULL UNION ALL (SELECT NULL INTERSECT SELECT active FROM "
                "person ORDER BY 1))") == "x BIT");
  CHECK(columns("(SELECT NULL AS x) EXCEPT VALUES (1)") == "x INTEGER");
  CHECK(columns("SELECT * FROM (SELECT NULL AS x UNION ALL SELECT 1) t") == "x INTEGER");
  CHECK(columns("WITH q(x) AS (SELECT NULL UNION ALL SELECT 1) SELECT x FROM q") == "x INTEGER");
  CHECK(columns("SELECT COALESCE((SELECT NULL), 1) AS x") == "x INTEGER NOT NULL");
  CHECK(columns("SELECT COALESCE((SELECT NULL UNION SELECT NULL), 1) AS x") == "x INTEGER NOT NULL");
  CHECK(columns("SELECT (SELECT NULL) AS x UNION ALL SELECT age FROM person") == "x BIGINT");
  CHECK(parameters("SELECT ? UNION ALL SELECT NULL UNION ALL SELECT age FROM person") == "BIGINT");
}

TEST_CASE("NULLs alone are text once nothing around them can say otherwise", "[binder]") {
  for (auto text : {"SELECT NULL AS x", "(SELECT NULL AS x)", "SELECT (SELECT NULL) AS x",
                    "SELECT NULL AS x UNION SELECT NULL", "SELECT x FROM (SELECT NULL AS x) t",
                    "WITH q(x) AS (SELECT NULL) SELECT x FROM q",
                    "WITH RECURSIVE q(x) AS (SELECT NULL UNION SELECT x FROM q) SELECT x FROM q"}) {
    INFO(text);
    CHECK(columns(text).starts_with("x VARCHAR("));
  }
}

TEST_CASE("A recursive table's column that begins with NULL has the type of the rows that follow",
          "[binder]") {
  CHECK(columns("WITH RECURSIVE q(v, w) AS (SELECT 1, NULL UNION ALL SELECT v + 1, v FROM q WHERE v < 11) "
                "SELECT w FROM q") == "w BIGINT");
  CHECK(columns("WITH RECURSIVE q(v, w) AS (SELECT 1, NULL UNION ALL SELECT v + 1, DATE '2020-01-01' FROM q "
                "WHERE v < 11) SELECT w FROM q") == "w DATE");
  CHECK(
      columns("WITH RECURSIVE q(v, w) AS (SELECT 1, NULL UNION ALL SELECT v + 1, CASE WHEN v > 5 THEN v ELSE "
              "w END FROM q WHERE v < 11) SELECT w FROM q") == "w BIGINT");
}

TEST_CASE("Unknown names are answered with the nearest ones and a way out", "[binder]") {
  Failure column = failure("SELECT agee FROM person");
  CHECK(column.kind == ErrorKind::UnknownColumn);
  CHECK(column.at == "agee");
  CHECK_THAT(column.message, Catch::Contains("Did you mean \"age\"") && Catch::Contains("SchemaFile"));
  CHECK_THAT(failure("SELECT 1 FROM person WHERE name = \"Ann\"").message,
             Catch::Contains("single quotes: 'Ann'"));
  Failure table = failure("SELECT 1 FROM persn");
  CHECK(table.kind == ErrorKind::UnknownTable);
  CHECK(table.at == "persn");
  CHECK_THAT(table.message, Catch::Contains("\"person\""));
  CHECK_THAT(failure("SELECT 1 FROM crm.persn").message, Catch::Contains("no database \"crm\""));
  CHECK_THAT(failure("SELECT LENGHT(name) FROM person").message, Catch::Contains("\"LENGTH\""));
}

TEST_CASE("What other products write is answered with what is written here", "[binder]") {
  const auto says = [](const std::string& text, const std::string& at, const std::string& help) {
    CAPTURE(text);
    const Failure f = failure(text);
    CHECK(f.at == at);
    CHECK_THAT(f.message, Catch::Contains(help));
  };
  says("SELECT GETDATE()", "GETDATE()", "Write NOW().");
  says("SELECT SYSDATE FROM person", "SYSDATE", "Write NOW().");
  says("SELECT DATEADD(day, 1, since) FROM person", "DATEADD(day, 1, since)", "Write TIMESTAMPADD(");
  says("SELECT IIF(age > 1, 1, 2) FROM person", "IIF(age > 1, 1, 2)", "Write CASE WHEN");
  says("SELECT name FROM person WHERE ROWNUM <= 3", "ROWNUM", "FETCH FIRST 3 ROWS ONLY, or LIMIT 3");
  says("SELECT 1 FROM dual", "dual", "Leave FROM out");
  says("SELECT person.name FROM person y", "person.name", "person is called y here.");
  says("SELECT 1 FROM dbo.person", "dbo.person", "there are no schemas");
  says("SELECT name + 'x' FROM person", "'x'", "texts are joined with ||");
  says("SELECT age + 'x' FROM person", "'x'", "texts are joined with ||");
  // Nothing of this where it would be wrong.
  CHECK_THAT(failure("SELECT age - 'x' FROM person").message, !Catch::Contains("||"));
  CHECK_THAT(failure("SELECT y.nam FROM person y").message, !Catch::Contains("called"));
  CHECK_NOTHROW(bound("SELECT age + '1', '2' + '3' FROM person"));
}

TEST_CASE("A table that nobody knows is assumed where the WHERE states its type", "[binder]") {
  CHECK(bound("SELECT login FROM users WHERE type = 'user'").relations[0].table->discriminator == "user");
  CHECK(bound("SELECT u.login FROM users u WHERE u.login = 'x' AND 'user' = u.type")
            .relations[0]
            .table->discriminator == "user");
  Bound b = bound("SELECT login FROM users WHERE login = ? AND type = ?");
  CHECK(b.relations[0].assumed_parameter == 1u);
  CHECK(b.relations[0].table->name == "users");
  CHECK(failure("SELECT login FROM users WHERE type = 'user' OR login = 'x'").kind ==
        ErrorKind::UnknownTable);
  CHECK(failure("SELECT login FROM users WHERE type <> 'user'").kind == ErrorKind::UnknownTable);
}

TEST_CASE("A constant takes the class of what it is compared with", "[binder][coercion]") {
  CHECK(where("active = 1") == "active = TRUE");
  CHECK(where("active = 'false'") == "active = FALSE");
  CHECK(where("age = '30'") == "age = 30");
  CHECK(where("age > '3.5'") == "age > 3.5");
  CHECK(where("name = 5") == "name = '5'");
  CHECK(where("name = 2.5") == "name = '2.5'");
  CHECK(where("name = TRUE") == "name = 'true'");
  CHECK(where("since >= '2022-01-01'") == "since >= DATE '2022-01-01'");
  CHECK(where("seen >= '2022-01-01'") == "seen >= TIMESTAMP '2022-01-01 00:00:00'");
  CHECK(where("seen = DATE '2022-01-01'") == "seen = TIMESTAMP '2022-01-01 00:00:00'");
  CHECK(where("since IN ('2022-01-01', {d '2022-01-02'})") ==
        "since IN (DATE '2022-01-01', DATE '2022-01-02')");
  CHECK(where("wakes < '07:30'") == "wakes < TIME '07:30:00'");
  CHECK(where("'30' = age") == "30 = age");
  CHECK(where("1 = '1'") == "1 = 1");
  CHECK(where("age BETWEEN '1' AND 2.5") == "age BETWEEN 1 AND 2.5");
  CHECK(where("name IN (1, 'a')") == "name IN ('1', 'a')");
}

TEST_CASE("A constant that cannot is an error at its place", "[binder][coercion]") {
  Failure f = failure("SELECT 1 FROM person WHERE age = 'abc'");
  CHECK(f.kind == ErrorKind::TypeMismatch);
  CHECK(f.at == "'abc'");
  CHECK(failure("SELECT 1 FROM person WHERE since = 'soon'").kind == ErrorKind::InvalidDatetime);
  CHECK(failure("SELECT 1 FROM person WHERE since = '2022-02-30'").kind == ErrorKind::InvalidDatetime);
  CHECK(failure("SELECT 1 FROM person WHERE active = 2").kind == ErrorKind::TypeMismatch);
  CHECK(failure("SELECT 1 FROM person WHERE active = 'maybe'").kind == ErrorKind::TypeMismatch);
  CHECK(failure("SELECT 1 FROM person WHERE since = 5").kind == ErrorKind::WrongArguments);
  CHECK(failure("SELECT 1 FROM person WHERE age = since").kind == ErrorKind::WrongArguments);
  CHECK(failure("SELECT 1 FROM person WHERE age").kind == ErrorKind::WrongArguments);
  CHECK(failure("SELECT 1 FROM person WHERE name AND active").kind == ErrorKind::WrongArguments);
}

TEST_CASE("Parameters take their type from where they stand", "[binder]") {
  CHECK(parameters("SELECT 1 FROM person WHERE age = ? AND ? < since AND name LIKE ? AND active IN (?, ?)") ==
        "BIGINT, DATE, VARCHAR(255), BIT, BIT");
  CHECK(parameters("SELECT 1 FROM person WHERE seen BETWEEN ? AND ? LIMIT ? OFFSET ?") ==
        "TIMESTAMP(3), TIMESTAMP(3), BIGINT, BIGINT");
  CHECK(parameters("SELECT score * ?, LEFT(name, ?), ?, CAST(? AS DATE), COALESCE(?, age) FROM person") ==
        "DOUBLE, BIGINT, VARCHAR(255) (guessed), DATE, BIGINT");
  CHECK(
      parameters(
          "SELECT 1 FROM person WHERE age = (SELECT MAX(amount) FROM orders WHERE code = ?) AND age = -?") ==
      "VARCHAR(255), BIGINT");
  CHECK(parameters("SELECT 1 FROM person WHERE ? IN (SELECT amount FROM orders) AND (age, name) = (?, ?)") ==
        "BIGINT, BIGINT, VARCHAR(255)");
}

TEST_CASE("Aggregates and GROUP BY follow SQL, not SQLite", "[binder]") {
  CHECK(columns("SELECT name, COUNT(*), SUM(age), AVG(age), MIN(since) FROM person GROUP BY name") ==
        "name VARCHAR(255), COUNT(*) BIGINT NOT NULL (unnamed), SUM(age) BIGINT (unnamed), AVG(age) DOUBLE "
        "(unnamed), MIN(since) DATE (unnamed)");
  Failure bare = failure("SELECT name, MAX(age) FROM person");
  CHECK(bare.kind == ErrorKind::WrongArguments);
  CHECK(bare.at == "name");
  CHECK(failure("SELECT name FROM person GROUP BY age").at == "name");
  CHECK(failure("SELECT age + 1, COUNT(*) FROM person GROUP BY age + 2").at == "age");
  CHECK(failure("SELECT age, COUNT(*) FROM person GROUP BY age ORDER BY name").at == "name");
  CHECK(failure("SELECT age FROM person GROUP BY age HAVING name = 'x'").at == "name");
  CHECK(failure("SELECT 1 FROM person WHERE MAX(age) > 3").kind == ErrorKind::WrongArguments);
  CHECK(failure("SELECT MAX(MIN(age)) FROM person").kind == ErrorKind::WrongArguments);
  CHECK(failure("SELECT COUNT(*) AS n FROM person GROUP BY n").kind == ErrorKind::WrongArguments);
  CHECK(failure(
            "SELECT age, (SELECT MAX(amount) FROM orders o WHERE o.code = p.name) FROM person p GROUP BY age")
            .at == "p.name");
  CHECK_NOTHROW(
      bound("SELECT age + 1 AS next, COUNT(*) AS n FROM person GROUP BY age + 1 HAVING n > 1 ORDER BY n "
            "DESC, next"));
  CHECK_NOTHROW(bound("SELECT UPPER(name) AS u, COUNT(*) FROM person GROUP BY u"));
  CHECK_NOTHROW(bound("SELECT name, COUNT(*) FROM person GROUP BY 1 ORDER BY 2"));
  CHECK_NOTHROW(bound(
      "SELECT age, (SELECT MAX(amount) FROM orders o WHERE o.amount = p.age) FROM person p GROUP BY age"));
}

TEST_CASE("ORDER BY takes ordinals, aliases and expressions", "[binder]") {
  CHECK_NOTHROW(bound("SELECT name AS n, age FROM person ORDER BY n, 2 DESC, since, age * 2, n || 'x'"));
  CHECK(failure("SELECT name FROM person ORDER BY 2").kind == ErrorKind::WrongArguments);
  CHECK(failure("SELECT DISTINCT name FROM person ORDER BY age").kind == ErrorKind::WrongArguments);
  CHECK_NOTHROW(bound("SELECT DISTINCT UPPER(name) FROM person ORDER BY UPPER(name)"));
  CHECK(failure("SELECT name FROM person UNION SELECT code FROM orders ORDER BY age").kind ==
        ErrorKind::UnknownColumn);
}

TEST_CASE("Joins: scopes, USING, NATURAL and outer joins' NULLs", "[binder]") {
  CHECK(columns("SELECT o._id, p._id FROM orders o LEFT JOIN person p ON p._id = o.person_id") ==
        "_id VARCHAR(255) NOT NULL, _id VARCHAR(255)");
  CHECK(failure("SELECT since FROM orders o JOIN person p ON p._id = o.person_id").kind ==
        ErrorKind::AmbiguousName);
  CHECK(columns("SELECT since FROM orders o JOIN person p USING (since)") == "since DATE");
  CHECK(columns("SELECT * FROM (SELECT since, amount FROM orders) o FULL JOIN (SELECT since, age FROM "
                "person) p USING (since)") == "since DATE, amount BIGINT, age BIGINT");
  CHECK(columns("SELECT * FROM (SELECT since, amount FROM orders) o NATURAL JOIN (SELECT since, age FROM "
                "person) p") == "since DATE, amount BIGINT, age BIGINT");
  CHECK(failure("SELECT 1 FROM orders o JOIN person p USING (age)").kind == ErrorKind::UnknownColumn);
  CHECK(failure("SELECT 1 FROM orders JOIN orders ON 1 = 1").kind == ErrorKind::AmbiguousName);
  CHECK(failure("SELECT 1 FROM orders a, person b JOIN person c ON c.name = a.code").kind ==
        ErrorKind::UnknownColumn);
}

TEST_CASE("Derived tables, WITH and recursion", "[binder]") {
  CHECK(columns("SELECT z.b FROM (SELECT name, age FROM person) AS z(a, b)") == "b BIGINT");
  CHECK(failure("SELECT 1 FROM (SELECT name, age FROM person) AS z(a)").kind == ErrorKind::WrongArguments);
  CHECK(columns("WITH t(n) AS (SELECT age FROM person) SELECT t.n, u.n FROM t, t u") == "n BIGINT, n BIGINT");
  CHECK(columns(
            "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 5) SELECT n FROM t") ==
        "n BIGINT");
  CHECK(failure("WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT 'x' FROM t) SELECT n FROM t").kind ==
        ErrorKind::WrongArguments);
  CHECK(failure("WITH t AS (SELECT 1 AS n FROM t) SELECT n FROM t").kind == ErrorKind::UnknownTable);
  CHECK(columns("SELECT (SELECT MAX(amount) FROM orders o WHERE o.person_id = p._id) AS m FROM person p") ==
        "m BIGINT");
  CHECK(failure("SELECT (SELECT name, age FROM person)").kind == ErrorKind::WrongArguments);
}

TEST_CASE("Set operations and CASE find a common type", "[binder]") {
  CHECK(columns("SELECT age FROM person UNION SELECT 2.5 FROM orders") == "age DOUBLE");
  CHECK(columns("SELECT since FROM person UNION ALL SELECT seen FROM person") == "since TIMESTAMP(3)");
  CHECK(columns("SELECT age AS x FROM person UNION SELECT name FROM person").starts_with("x VARCHAR(255)"));
  CHECK(failure("SELECT since FROM person UNION SELECT age FROM person").kind == ErrorKind::WrongArguments);
  CHECK(failure("SELECT 1, 2 UNION SELECT 1").kind == ErrorKind::WrongArguments);
  CHECK(columns("SELECT CASE WHEN active THEN since ELSE '2022-01-01' END AS d FROM person") == "d DATE");
  CHECK(columns("SELECT COALESCE(age, 'none') AS a FROM person") == "a VARCHAR(24) NOT NULL");
  CHECK(columns("SELECT COALESCE(since, NULL) AS a, NULL AS n FROM person") == "a DATE, n VARCHAR(255)");
  CHECK(columns("VALUES (1, 'a'), (2.5, NULL)") ==
        "column1 DOUBLE NOT NULL (unnamed), column2 VARCHAR(1) (unnamed)");
}

TEST_CASE("Arithmetic has SQL's types", "[binder]") {
  CHECK(columns("SELECT age / 2, age * 1.5, score + 1, big + 1, big * score, 1.5 + 2.25, since - since, seen "
                "+ INTERVAL '1' DAY, since + INTERVAL '2' HOUR FROM person") ==
        "age / 2 BIGINT (unnamed), age * 1.5 DOUBLE (unnamed), score + 1 DOUBLE (unnamed), big + 1 "
        "DECIMAL(21) (unnamed), big * score DOUBLE (unnamed), "
        "1.5 + 2.25 DOUBLE NOT NULL (unnamed), since - since INTERVAL DAY (unnamed), seen + INTERVAL "
        "'1' DAY TIMESTAMP(3) (unnamed), "
        "since + INTERVAL '2' HOUR TIMESTAMP (unnamed)");
  CHECK(failure("SELECT since + 1 FROM person").kind == ErrorKind::WrongArguments);
  CHECK(failure("SELECT since * age FROM person").kind == ErrorKind::WrongArguments);
  CHECK(failure("SELECT CAST(since AS BIGINT) FROM person").kind == ErrorKind::WrongArguments);
}

TEST_CASE("The binder takes queries; what changes something binds its own", "[binder]") {
  CHECK(failure("DELETE FROM person").kind == ErrorKind::NotSupported);
  CHECK(failure("INSERT INTO person (name) VALUES ('x')").kind == ErrorKind::NotSupported);
  CHECK(failure("COMMIT").kind == ErrorKind::NotSupported);
  CHECK_NOTHROW(bound("EXPLAIN SELECT name FROM person"));
}
