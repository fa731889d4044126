// CREATE TABLE: what is stated, how it is kept, and what it demands of rows.
#include <catch2/catch.hpp>

#include "sql/define/check.h"
#include "sql/define/columns.h"
#include "sql/define/table_definition.h"
#include "sql/error.h"
#include "sql/type_text.h"
#include "tests/support/run_sql.h"

using namespace couch::sql;
using namespace couch::test::model;
using couch::sql::define::checked;
using Strings = std::vector<std::string>;

namespace {

Error failure(FakeCouch& couch, const std::string& sql) {
  try {
    run(couch, sql);
  } catch (const Error& error) {
    return error;
  }
  FAIL("no error: " << sql);
  throw;
}

Column declared(const std::string& type, bool not_null = false, std::string default_text = {}) {
  return define::column_of({"c", type_named(type).value(), not_null, std::move(default_text)});
}

ErrorKind refusal(const Column& column, Value value) {
  try {
    checked(column, std::move(value));
  } catch (const Error& error) {
    CHECK_THAT(error.what(), Catch::Contains("column c"));
    return error.kind();
  }
  FAIL("no error");
  throw;
}

Value text(std::string value) { return value; }

// The body of the design document that a CREATE TABLE writes.
std::string written(const std::string& sql) {
  FakeCouch couch{"shop"};
  run(couch, sql);
  return std::get<PutDesignAction>(couch.actions.at(0)).body;
}

}  // namespace

TEST_CASE("CREATE TABLE writes a design document", "[define][create table]") {
  CHECK(
      written(
          "CREATE TABLE product (sku VARCHAR(40) NOT NULL, price DECIMAL(10,2) DEFAULT 0, "
          "size.width DOUBLE, \"a\\.b\" JSON, made TIMESTAMP(3) DEFAULT CURRENT_TIMESTAMP, note VARCHAR)") ==
      R"j({"_id":"_design/odbc-table:product","odbc":{"version":1,"table":"product","type_field":"type",)j"
      R"j("type":"product","columns":[{"name":"sku","type":"VARCHAR(40)","not_null":true},)j"
      R"j({"name":"price","type":"DECIMAL(10,2)","default":"0"},{"name":"size.width","type":"DOUBLE"},)j"
      R"j({"name":"a\\.b","type":"JSON"},)j"
      R"j({"name":"made","type":"TIMESTAMP(3)","default":"CURRENT_TIMESTAMP"},)j"
      R"j({"name":"note","type":"VARCHAR(255)"}]}})j");
  CHECK_THAT(written("CREATE TABLE t (a INTEGER PRIMARY KEY, b DATE)"),
             Catch::Contains(R"j({"name":"a","type":"INTEGER","not_null":true})j") &&
                 Catch::Contains(R"j("primary_key":["a"])j"));
  CHECK_THAT(written("CREATE TABLE t (_id VARCHAR(20) PRIMARY KEY, b DATE)"),
             Catch::Contains(R"j({"name":"_id","type":"VARCHAR(20)","not_null":true})j") &&
                 !Catch::Contains("primary_key"));
}

TEST_CASE("A definition is read as it was written", "[define][create table]") {
  const std::string body =
      written("CREATE TABLE \"odd / name\" (a BIGINT, b CHAR(3) DEFAULT 'x''y', PRIMARY KEY (b, a))");
  const auto definition = define::definition_in(body);
  REQUIRE(definition);
  CHECK(definition->table == "odd / name");
  CHECK(definition->columns.at(1).default_text == "'x''y'");
  CHECK(definition->primary_key == Strings{"b", "a"});
  CHECK(define::to_json(*definition) == body);
  CHECK_FALSE(define::definition_in(R"j({"_id":"_design/x","views":{}})j"));
  CHECK_FALSE(
      define::definition_in(R"j({"odbc":{"version":2,"table":"t","type_field":"type","columns":[]}})j"));
  CHECK_FALSE(define::definition_in(
      R"j({"odbc":{"version":1,"table":"t","type_field":"type","columns":[{"name":"a","type":"MONEY"}]}})j"));
  CHECK_FALSE(define::definition_in("no JSON"));
}

TEST_CASE("A primary key has an index", "[define][create table]") {
  FakeCouch couch{"shop"};
  run(couch, "CREATE TABLE t (a INTEGER, b VARCHAR(5), PRIMARY KEY (b, a))");
  const auto index = std::find_if(couch.actions.begin(), couch.actions.end(), [](const Action& action) {
    return std::holds_alternative<CreateIndexAction>(action);
  });
  REQUIRE(index != couch.actions.end());
  CHECK(
      std::get<CreateIndexAction>(*index).definition ==
      R"j({"index":{"fields":["type","b","a"]},"ddoc":"odbc-index:t:PRIMARY","name":"PRIMARY","type":"json"})j");
  CHECK(couch.redefinitions == Strings{"shop"});
}

TEST_CASE("CREATE TABLE says what it cannot do, before anything is sent", "[define][create table]") {
  FakeCouch couch{"shop"};
  couch.table("product", {column("sku", TypeKind::Varchar)});
  struct Case {
    const char* sql;
    ErrorKind kind;
  };
  for (const auto& [sql, kind] :
       {Case{"CREATE TABLE product (a INTEGER)", ErrorKind::TableExists},
        Case{"CREATE TABLE Product (a INTEGER)", ErrorKind::TableExists},
        Case{"CREATE TABLE nowhere.t (a INTEGER)", ErrorKind::UnknownDatabase},
        Case{"CREATE TABLE t (a INTEGER, A INTEGER)", ErrorKind::ColumnExists},
        Case{"CREATE TABLE t (a INTEGER, a.b INTEGER)", ErrorKind::WrongArguments},
        Case{"CREATE TABLE t (a BLOB)", ErrorKind::NotSupported},
        Case{"CREATE TABLE t (a GUID)", ErrorKind::NotSupported},
        Case{"CREATE TABLE t (_rev VARCHAR(9))", ErrorKind::WrongArguments},
        Case{"CREATE TABLE t (_id INTEGER)", ErrorKind::WrongArguments},
        Case{"CREATE TABLE t (a INTEGER DEFAULT 'x')", ErrorKind::TypeMismatch},
        Case{"CREATE TABLE t (a VARCHAR(2) DEFAULT 'xyz')", ErrorKind::StringTruncation},
        Case{"CREATE TABLE t (a INTEGER DEFAULT b)", ErrorKind::UnknownColumn},
        Case{"CREATE TABLE t (a DOUBLE PRIMARY KEY)", ErrorKind::WrongArguments},
        Case{"CREATE TABLE t (a DATE, PRIMARY KEY (b))", ErrorKind::UnknownColumn},
        Case{"CREATE TABLE t (a DATE PRIMARY KEY, PRIMARY KEY (a))", ErrorKind::Syntax},
        Case{"CREATE TABLE t (_id VARCHAR(9), a DATE, PRIMARY KEY (_id, a))", ErrorKind::WrongArguments}}) {
    INFO(sql);
    const Error error = failure(couch, sql);
    CHECK(error.kind() == kind);
    CHECK_THAT(error.what(), Catch::Contains("line 1, column"));
  }
  CHECK(couch.actions.empty());
  CHECK_NOTHROW(run(couch, "CREATE TABLE IF NOT EXISTS product (a INTEGER)"));
  CHECK(couch.actions.empty());
}

TEST_CASE("CREATE TABLE that another one forestalled, and one that is forbidden", "[define][create table]") {
  FakeCouch couch{"shop"};
  couch.on_action = [](const Action&) { return ActionAnswer{409, R"j({"error":"conflict","reason":"x"})j"}; };
  CHECK(failure(couch, "CREATE TABLE t (a INTEGER)").kind() == ErrorKind::TableExists);
  CHECK_NOTHROW(run(couch, "CREATE TABLE IF NOT EXISTS t (a INTEGER)"));
  couch.on_action = [](const Action&) {
    return ActionAnswer{403, R"j({"error":"forbidden","reason":"admins only"})j"};
  };
  const Error denied = failure(couch, "CREATE TABLE t (a INTEGER)");
  CHECK(denied.kind() == ErrorKind::Denied);
  CHECK_THAT(denied.what(), Catch::Contains("admins only") && Catch::Contains("SchemaFile"));
}

TEST_CASE("A declared column takes what fits its type", "[define][check]") {
  CHECK(checked(declared("INTEGER"), int64_t{5}) == Value{int64_t{5}});
  CHECK(checked(declared("INTEGER"), text("42")) == Value{int64_t{42}});
  CHECK(checked(declared("INTEGER"), 2.5) == Value{int64_t{3}});
  CHECK(checked(declared("INTEGER"), Decimal{"-2.5"}) == Value{int64_t{-3}});
  CHECK(refusal(declared("INTEGER"), int64_t{1} << 31) == ErrorKind::OutOfRange);
  CHECK(refusal(declared("SMALLINT"), int64_t{32768}) == ErrorKind::OutOfRange);
  CHECK(checked(declared("SMALLINT"), int64_t{-32768}) == Value{int64_t{-32768}});
  CHECK(refusal(declared("BIGINT"), Decimal{"9223372036854775808"}) == ErrorKind::OutOfRange);
  CHECK(refusal(declared("BIGINT"), 1e19) == ErrorKind::OutOfRange);
  CHECK(refusal(declared("INTEGER"), text("x")) == ErrorKind::TypeMismatch);

  CHECK(checked(declared("DECIMAL(5,2)"), Decimal{"123.455"}) == Value{Decimal{"123.46"}});
  CHECK(checked(declared("DECIMAL(5,2)"), 0.1) == Value{Decimal{"0.1"}});
  CHECK(refusal(declared("DECIMAL(5,2)"), int64_t{1000}) == ErrorKind::OutOfRange);
  CHECK(refusal(declared("DECIMAL(5,2)"), Decimal{"999.995"}) == ErrorKind::OutOfRange);
  CHECK(refusal(declared("REAL"), 1e39) == ErrorKind::OutOfRange);

  CHECK(checked(declared("VARCHAR(3)"), text("abc")) == Value{std::string{"abc"}});
  CHECK(checked(declared("VARCHAR(3)"), int64_t{123}) == Value{std::string{"123"}});
  CHECK(refusal(declared("VARCHAR(3)"), text("abcd")) == ErrorKind::StringTruncation);
  CHECK(checked(declared("VARCHAR(2)"), text("\U0001F3AC")) == text("\U0001F3AC"));  // two UTF-16 units
  CHECK(refusal(declared("VARCHAR(2)"), text("\U0001F3ACx")) == ErrorKind::StringTruncation);

  CHECK(checked(declared("DATE"), text("2025-03-01")) == Value{Date{2025, 3, 1}});
  CHECK(refusal(declared("DATE"), text("yesterday")) == ErrorKind::InvalidDatetime);
  CHECK(refusal(declared("DATE"), Timestamp{{2025, 3, 1}, {8, 0, 0}}) == ErrorKind::DatetimeOverflow);
  CHECK(checked(declared("TIMESTAMP(3)"), Timestamp{{2025, 3, 1}, {8, 0, 0, 123456789}}) ==
        Value{Timestamp{{2025, 3, 1}, {8, 0, 0, 123000000}}});
  CHECK(checked(declared("BIT"), int64_t{1}) == Value{true});

  CHECK(is_null(checked(declared("DATE"), Value{})));
  CHECK(refusal(declared("DATE", true), Value{}) == ErrorKind::NullNotAllowed);
  // Columns that only a sample showed demand nothing.
  CHECK(checked(column("c", TypeKind::Date), text("yesterday")) == text("yesterday"));
}

TEST_CASE("What an INSERT leaves out has its default", "[define][check]") {
  FakeCouch couch;
  const std::atomic<bool> stop{false};
  const Execution execution{.documents = couch, .stop = stop};
  Table table;
  table.name = table.discriminator = "t";
  table.declared = true;
  table.columns = {declared("INTEGER", false, "1 + 1"), declared("VARCHAR(9)", true, "'x'"), declared("DATE"),
                   declared("TIMESTAMP(9)", false, "CURRENT_TIMESTAMP"), declared("INTEGER", true)};
  CHECK(define::listed_columns(table) == std::vector<size_t>{0, 1, 2, 3, 4});
  CHECK_THROWS_AS(define::Defaults(table, {}, {}), Error);
  const auto row = define::Defaults(table, {0, 4}, {}).row(execution);
  REQUIRE(row.size() == 2);
  CHECK(row[0].column == 1);
  CHECK(row[0].value == text("x"));
  CHECK(row[1].column == 3);
  CHECK(std::holds_alternative<Timestamp>(row[1].value));
  CHECK(define::default_of(table.columns[0], {}, execution) == Value{int64_t{2}});
  CHECK_FALSE(define::default_of(table.columns[2], {}, execution));
}

TEST_CASE("A primary key's values make the _id", "[define][check]") {
  Table table;
  table.name = table.discriminator = "order";
  table.columns = {declared("INTEGER"), declared("VARCHAR(9)"), declared("DATE")};
  CHECK(define::key_columns(table).empty());
  table.columns[1].key = 1;
  CHECK(define::key_columns(table) == std::vector<size_t>{1});
  CHECK(define::made_id(table, {text("a:b%")}) == "order:a:b%");
  table.columns[0].key = 2;
  CHECK(define::key_columns(table) == std::vector<size_t>{1, 0});
  CHECK(define::made_id(table, {text("a:b%"), int64_t{7}}) == "order:a%3Ab%25:7");
  CHECK_THROWS_AS(define::made_id(table, {text("a"), Value{}}), Error);
}
