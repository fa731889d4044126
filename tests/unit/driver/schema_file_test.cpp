#include "driver/schema/schema_file.h"

#include <catch2/catch.hpp>

#include "driver/odbc_error.h"
#include "sql/type_text.h"

using namespace couch;
using couch::driver::OdbcError;
using couch::driver::SqlState;
using couch::driver::schema::Rules;
using couch::driver::schema::SchemaFile;
using couch::sql::type_named;

namespace {
std::string complaint(const std::string& json) {
  try {
    SchemaFile::parse(json);
  } catch (const OdbcError& error) {
    CHECK(error.state() == SqlState::sHY024);
    return error.what();
  }
  return "accepted";
}
}  // namespace

TEST_CASE("A schema file states tables, columns and types, in order", "[schema][file]") {
  const auto file = SchemaFile::parse(R"json({"shop":{"others":false,"tables":{
      "products":{"type":"product","columns":{"sku":"varchar(40)","price":"DECIMAL(10, 2)","size.width":"DOUBLE","a\\.b":"JSON","at":"TIMESTAMP(3)"}},
      "empty":{"columns":{}}}}})json");
  CHECK_FALSE(file->others("shop"));
  CHECK(file->others("elsewhere"));
  CHECK(file->tables("elsewhere", Rules{}).empty());
  Rules rules;
  rules.type_field = {"kind"};
  const auto tables = file->tables("shop", rules);
  REQUIRE(tables.size() == 2);
  const auto& products = *tables[0];
  CHECK(products.name == "products");
  CHECK(products.discriminator == "product");
  CHECK(products.discriminator_path == std::vector<std::string>{"kind"});
  REQUIRE(products.columns.size() == 9);  // "kind" is there, but no part of *
  CHECK(products.columns[7].hidden);
  CHECK(products.columns[0].name == "_id");
  CHECK(products.columns[2].name == "sku");
  CHECK(products.columns[2].type.size == 40);
  CHECK(products.columns[3].type.size == 10);
  CHECK(products.columns[3].type.scale == 2);
  CHECK(products.columns[4].path == std::vector<std::string>{"size", "width"});
  CHECK(products.columns[5].path == std::vector<std::string>{"a.b"});
  CHECK(products.columns[5].type.json);
  CHECK(products.columns[6].type.scale == 3);
  CHECK(tables[1]->discriminator == "empty");
}

TEST_CASE("A schema file states what CREATE TABLE can", "[schema][file]") {
  const auto file = SchemaFile::parse(R"json({"shop":{"tables":{"product":{
      "columns":{"_id":{"type":"VARCHAR(80)"},"sku":{"type":"VARCHAR(40)"},"price":{"type":"DECIMAL(10,2)","not_null":true,"default":"0"}},
      "primary_key":["sku"]}}}})json");
  Rules rules;
  rules.type_field = {"type"};
  const auto table = file->tables("shop", rules).at(0);
  CHECK(table->declared);
  CHECK(table->columns[0].type.size == 80);
  CHECK(table->columns[2].key == 1);
  CHECK(table->columns[2].not_null);
  CHECK(table->columns[3].default_text == "0");
  CHECK_THAT(complaint(R"({"d":{"tables":{"t":{"columns":{"a":{"type":"BIT","not_null":1}}}}}})"),
             Catch::Contains("not_null"));
  CHECK_THAT(complaint(R"({"d":{"tables":{"t":{"columns":{"a":{"type":"BIT","default":1}}}}}})"),
             Catch::Contains("default"));
  CHECK_THAT(complaint(R"({"d":{"tables":{"t":{"columns":{"a":{}}}}}})"),
             Catch::Contains("the type must be"));
  CHECK_THAT(complaint(R"({"d":{"tables":{"t":{"columns":{"a":"BIT"},"primary_key":["b"]}}}})"),
             Catch::Contains("primary_key"));
}

TEST_CASE("A wrong schema file is refused with the place", "[schema][file]") {
  CHECK_THAT(complaint("{"), Catch::Contains("no JSON"));
  CHECK_THAT(complaint("[]"), Catch::Contains("an object of databases"));
  CHECK_THAT(complaint(R"({"shop":[]})"), Catch::Contains("shop must be an object"));
  CHECK_THAT(complaint(R"({"shop":{}})"), Catch::Contains("shop needs \"tables\""));
  CHECK_THAT(complaint(R"({"shop":{"others":"no","tables":{}}})"), Catch::Contains("true or false"));
  CHECK_THAT(complaint(R"({"shop":{"tables":{"t":{}}}})"), Catch::Contains("shop.t needs \"columns\""));
  CHECK_THAT(complaint(R"({"shop":{"tables":{"":{}}}})"), Catch::Contains("needs a name"));
  CHECK_THAT(complaint(R"({"shop":{"tables":{"t":{"type":1,"columns":{}}}}})"),
             Catch::Contains("\"type\" must be a string"));
  CHECK_THAT(complaint(R"({"shop":{"tables":{"t":{"columns":{"a..b":"BIT"}}}}})"),
             Catch::Contains("no path"));
  CHECK_THAT(complaint(R"({"shop":{"tables":{"t":{"columns":{"a":"BLOB"}}}}})"),
             Catch::Contains("shop.t.a: the type must be"));
  CHECK_THROWS_AS(SchemaFile::load("/nonexistent/schema.json"), OdbcError);
}

TEST_CASE("Types of a schema file are read as SQL writes them", "[schema][file]") {
  CHECK(sql::name_of(*type_named("bigint")) == "BIGINT");
  CHECK(sql::name_of(*type_named("VARCHAR")) == "VARCHAR(255)");
  CHECK(type_named("NUMERIC")->size == 38);
  CHECK(type_named("TIME")->scale == 0);
  for (const auto* wrong :
       {"", "VARCHAR(", "VARCHAR()", "VARCHAR(0)", "VARCHAR(1,2)", "DECIMAL(5,6)", "DECIMAL(5;2)", "BIT(1)",
        "TIMESTAMP(10)", "VARCHAR(-1)", "VARCHAR(99999999999)", "VARCHAR(1)x"})
    CHECK_FALSE(type_named(wrong));
}
