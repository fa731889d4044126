#include <catch2/catch.hpp>

#include "driver/odbc_error.h"
#include "driver/types.h"
#include "tests/unit/driver/catalog_fake_schema.h"
#include "tests/unit/driver/convert_harness.h"

namespace couch::driver {

namespace {

using catalog::Argument;
using test::FakeSchema;
using test::shape;
using test::told;

constexpr auto null = std::nullopt;
const std::vector<std::string> names{"TABLE_CAT", "TABLE_SCHEM", "TABLE_NAME", "TABLE_TYPE"};

std::string listed(FakeSchema& schema, const Argument& cat, const Argument& schem, const Argument& table,
                   const Argument& types, bool metadata_id = false) {
  return told(catalog::tables(schema, cat, schem, table, types, metadata_id), names);
}

std::string column_names(FakeSchema& schema, const Argument& cat, const Argument& table,
                         const Argument& column, bool metadata_id = false) {
  return told(catalog::columns(schema, cat, null, table, column, metadata_id), {"TABLE_NAME", "COLUMN_NAME"});
}

}  // namespace

TEST_CASE("from_values: rows come in order, and the end stays the end", "[catalog]") {
  sql::ResultColumn column;
  column.name = "n";
  auto rows = catalog::from_values({column}, {{int64_t{1}}, {std::string{"two"}}, {}});
  CHECK(rows->columns().size() == 1);
  REQUIRE(rows->next());
  CHECK(std::get<int64_t>(rows->cell(0)) == 1);
  REQUIRE(rows->next());
  CHECK(std::get<std::string_view>(rows->cell(0)) == "two");
  REQUIRE(rows->next());
  CHECK_FALSE(rows->next());
  CHECK_FALSE(rows->next());
}

TEST_CASE(
    "SQLTables: null pointers list the current catalog's tables, and the other databases by their names",
    "[catalog]") {
  FakeSchema schema;
  CHECK(listed(schema, null, null, null, null) ==
        "_users|NULL|_users|SYSTEM TABLE\n"
        "crm|NULL|crm|TABLE\n"
        "my_db|NULL|my_db|TABLE\n"
        "myxdb|NULL|myxdb|TABLE\n"
        "shop|NULL|Person|TABLE\n"
        "shop|NULL|film|TABLE\n"
        "shop|NULL|film_cast|TABLE\n"
        "shop|NULL|shop|TABLE\n"
        "shop|NULL|films/by_year|VIEW\n");
  CHECK(schema.sampled == std::vector<std::string>{"shop"});
  CHECK(listed(schema, "%", "%", "%", "%") == listed(schema, null, null, null, null));
  CHECK(listed(schema, null, "", null, "") == listed(schema, null, null, null, null));
}

TEST_CASE("SQLTables: an empty catalog has no tables, and neither has a schema", "[catalog]") {
  FakeSchema schema;
  CHECK(listed(schema, "", null, null, null) == "");
  CHECK(listed(schema, null, "dbo", null, null) == "");
  CHECK(listed(schema, null, null, "", null) == "");
}

TEST_CASE("SQLTables: SQL_ALL_CATALOGS, SQL_ALL_SCHEMAS and SQL_ALL_TABLE_TYPES enumerate", "[catalog]") {
  FakeSchema schema;
  CHECK(told(catalog::tables(schema, "%", "", "", null, false)) ==
        "_users|NULL|NULL|NULL|NULL\ncrm|NULL|NULL|NULL|NULL\nmy_db|NULL|NULL|NULL|NULL\nmyxdb|NULL|NULL|"
        "NULL|NULL\nshop|NULL|NULL|NULL|NULL\n");
  CHECK(told(catalog::tables(schema, "", "%", "", null, false)) == "");
  CHECK(told(catalog::tables(schema, "", "", "", "%", false)) ==
        "NULL|NULL|NULL|SYSTEM TABLE|NULL\nNULL|NULL|NULL|TABLE|NULL\nNULL|NULL|NULL|VIEW|NULL\n");
  CHECK(schema.sampled.empty());
}

TEST_CASE("SQLTables: a list of types may be quoted or not, in any case, with blanks", "[catalog]") {
  FakeSchema schema;
  const std::string view = "shop|NULL|films/by_year|VIEW\n", system = "_users|NULL|_users|SYSTEM TABLE\n";
  CHECK(listed(schema, null, null, null, "VIEW") == view);
  CHECK(listed(schema, null, null, null, "'VIEW'") == view);
  CHECK(listed(schema, null, null, null, " view , alias") == view);
  CHECK(listed(schema, null, null, null, "'SYSTEM TABLE','VIEW'") == system + view);
  CHECK(listed(schema, "shop", null, "film%", "TABLE,VIEW") ==
        "shop|NULL|film|TABLE\nshop|NULL|film_cast|TABLE\nshop|NULL|films/by_year|VIEW\n");
  CHECK(listed(schema, null, null, null, "SYNONYM") == "");
}

TEST_CASE("SQLTables: a catalog asked for by name is looked into, and no other is", "[catalog]") {
  FakeSchema schema;
  CHECK(listed(schema, "crm", null, null, null) == "crm|NULL|client|TABLE\ncrm|NULL|crm|TABLE\n");
  CHECK(schema.sampled == std::vector<std::string>{"crm"});
  CHECK(schema.listed_databases == 0);
  CHECK(listed(schema, "nowhere", null, null, null) == "");
}

TEST_CASE("SQLTables: a database name with an underscore means that database though it is a pattern",
          "[catalog]") {
  FakeSchema schema;
  CHECK(listed(schema, "my_db", null, null, null) ==
        "my_db|NULL|my_db|TABLE\nmy_db|NULL|note|TABLE\nmyxdb|NULL|myxdb|TABLE\n");
  CHECK(schema.sampled == std::vector<std::string>{"my_db"});
  CHECK(listed(schema, R"(my\_db)", null, null, null) == "my_db|NULL|my_db|TABLE\nmy_db|NULL|note|TABLE\n");
  CHECK(listed(schema, "sh%", null, "film", null) == "shop|NULL|film|TABLE\n");
}

TEST_CASE("SQLTables: a table's literal name does not list the other databases", "[catalog]") {
  FakeSchema schema;
  CHECK(listed(schema, null, null, "film", null) == "shop|NULL|film|TABLE\n");
  CHECK(listed(schema, null, null, "crm", null) == "crm|NULL|crm|TABLE\n");
  CHECK(schema.listed_databases == 0);
}

TEST_CASE("SQLTables: names match exactly where they can, and without case otherwise", "[catalog]") {
  FakeSchema schema;
  auto shouting = std::make_shared<sql::Table>(*schema.content["shop"][0]);
  shouting->name = "FILM";
  schema.content["shop"].push_back(shouting);
  CHECK(listed(schema, "shop", null, "film", null) == "shop|NULL|film|TABLE\n");
  CHECK(listed(schema, "shop", null, "FILM", null) == "shop|NULL|FILM|TABLE\n");
  CHECK(listed(schema, "shop", null, "PERSON", null) == "shop|NULL|Person|TABLE\n");
  CHECK(listed(schema, "SHOP", null, "p%N", null) == "shop|NULL|Person|TABLE\n");
  CHECK(listed(schema, "shop", null, "FiLm", null) == "shop|NULL|FILM|TABLE\nshop|NULL|film|TABLE\n");
}

TEST_CASE("Catalog patterns: %, _ and the escape", "[catalog]") {
  FakeSchema schema;
  const auto add = [&](const std::string& name) {
    auto t = std::make_shared<sql::Table>();
    t->catalog = "t";
    t->name = name;
    schema.content["t"].push_back(t);
  };
  for (const char* name : {"a_b", "axb", "a%b", "a\\b", "ab", "a日b", "Ärger", ""}) add(name);
  const auto found = [&](const char* pattern) {
    std::string text = told(catalog::tables(schema, "t", null, pattern, null, false), {"TABLE_NAME"});
    for (char& c : text)
      if (c == '\n') c = ' ';
    return text;
  };
  CHECK(found("a_b") == std::string("a%b a\\b a_b axb a日b "));
  CHECK(found("a\\_b") == "a_b ");
  CHECK(found("a\\%b") == "a%b ");
  CHECK(found("a\\\\b") == "a\\b ");
  CHECK(found("a%b") == std::string("a%b a\\b a_b ab axb a日b "));
  CHECK(found("a%%b_") == "");
  CHECK(found("%_b") == std::string("a%b a\\b a_b ab axb a日b "));
  CHECK(found("ärg%") == std::string("Ärger "));
  CHECK(found("a\\") == "");
}

TEST_CASE("Catalog patterns: one with many % ends soon", "[catalog]") {
  FakeSchema schema;
  auto t = std::make_shared<sql::Table>();
  t->catalog = "t";
  t->name = std::string(20'000, 'a');
  schema.content["t"] = {t};
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "a%";
  CHECK(told(catalog::tables(schema, "t", null, pattern + "b", null, false)) == "");
}

TEST_CASE("SQL_ATTR_METADATA_ID: arguments are identifiers, not patterns", "[catalog]") {
  FakeSchema schema;
  CHECK(listed(schema, "shop", null, "person ", null, true) == "shop|NULL|Person|TABLE\n");
  CHECK(listed(schema, "shop", null, "\"person\"", null, true) == "");
  CHECK(listed(schema, "shop", null, "\"Person\"", null, true) == "shop|NULL|Person|TABLE\n");
  CHECK(listed(schema, "shop", null, "film%", null, true) == "");
  CHECK(column_names(schema, "shop", "FILM", "YEAR", true) == "film|year\n");
  CHECK(told(catalog::primary_keys(schema, "SHOP", null, "FILM", true), {"COLUMN_NAME"}) == "_id\n");
}

TEST_CASE("SQLTables: remarks say what a table is and what was left out", "[catalog]") {
  FakeSchema schema;
  CHECK(told(catalog::tables(schema, "shop", null, "%film%", null, false), {"TABLE_NAME", "REMARKS"}) ==
        "film|documents whose type is 'film'; left out: by_user, scores\n"
        "film_cast|the elements of cast in film\n"
        "films/by_year|view by_year of design document films\n");
  CHECK(told(catalog::tables(schema, null, null, "crm", null, false), {"REMARKS"}) ==
        "every document of the database\n");
}

TEST_CASE("SQLColumns: every column of a row agrees with the type", "[catalog]") {
  FakeSchema schema;
  CHECK(told(catalog::columns(schema, null, null, "film", null, false)) ==
        "shop|NULL|film|_id|-9|VARCHAR|255|510|NULL|NULL|0|left out: by_user, scores|NULL|-9|NULL|510|1|NO\n"
        "shop|NULL|film|_rev|-9|VARCHAR|255|510|NULL|NULL|0|NULL|NULL|-9|NULL|510|2|NO\n"
        "shop|NULL|film|type|-9|VARCHAR|255|510|NULL|NULL|1|NULL|NULL|-9|NULL|510|3|YES\n"
        "shop|NULL|film|title|-9|VARCHAR|300|600|NULL|NULL|1|NULL|NULL|-9|NULL|600|4|YES\n"
        "shop|NULL|film|year|-5|BIGINT|19|8|0|10|1|NULL|NULL|-5|NULL|NULL|5|YES\n"
        "shop|NULL|film|price|8|DOUBLE|53|8|NULL|2|1|NULL|NULL|8|NULL|NULL|6|YES\n"
        "shop|NULL|film|since|93|TIMESTAMP|23|16|3|NULL|1|NULL|NULL|9|3|NULL|7|YES\n"
        "shop|NULL|film|odd|-9|VARCHAR|255|510|NULL|NULL|1|mixed: values of several types, each as its "
        "text|NULL|-9|NULL|510|8|YES\n"
        "shop|NULL|film|tags|-10|LONGVARCHAR|4001|8002|NULL|NULL|1|JSON of objects or "
        "arrays|NULL|-10|NULL|8002|9|YES\n");
}

TEST_CASE("SQLColumns: without a table it stays in its catalog, and rows are in order", "[catalog]") {
  FakeSchema schema;
  CHECK(column_names(schema, null, null, R"(\_id)") == "film|_id\nfilm_cast|_id\nshop|_id\n");
  CHECK(schema.listed_databases == 0);
  CHECK(schema.sampled == std::vector<std::string>{"shop"});
  CHECK(column_names(schema, "crm", null, null) == "crm|_id\ncrm|_rev\ncrm|type\n");
  CHECK(column_names(schema, "", null, null) == "");
  CHECK(column_names(schema, "none", null, null) == "");
  schema.set_current("");
  CHECK(column_names(schema, null, null, null) == "");
}

TEST_CASE("SQLColumns: _doc is listed only when it is asked for by name", "[catalog]") {
  FakeSchema schema;
  CHECK(column_names(schema, null, "film", "_doc") == "film|_doc\n");
  CHECK(column_names(schema, null, "film", R"(\_doc)") == "film|_doc\n");
  CHECK(column_names(schema, null, "film", "%d%") == "film|_id\nfilm|odd\n");
}

TEST_CASE("SQLPrimaryKeys: _id, with _index for an array's elements, nothing for a view", "[catalog]") {
  FakeSchema schema;
  CHECK(told(catalog::primary_keys(schema, null, null, "film", false)) == "shop|NULL|film|_id|1|PRIMARY\n");
  CHECK(told(catalog::primary_keys(schema, null, null, "film_cast", false)) ==
        "shop|NULL|film_cast|_id|1|PRIMARY\nshop|NULL|film_cast|_index|2|PRIMARY\n");
  CHECK(told(catalog::primary_keys(schema, null, null, "films/by_year", false)) == "");
  CHECK(told(catalog::primary_keys(schema, null, null, "nothing", false)) == "");
  CHECK(test::outcome([&] { return told(catalog::primary_keys(schema, null, null, null, false)); }) ==
        "HY009");
}

TEST_CASE("SQLForeignKeys: an array's table refers to its parent, asked from either side", "[catalog]") {
  FakeSchema schema;
  const std::string row = "shop|NULL|film|_id|shop|NULL|film_cast|_id|1|0|0|film_cast_parent|PRIMARY|7\n";
  CHECK(told(catalog::foreign_keys(schema, null, null, "film", null, null, null, false)) == row);
  CHECK(told(catalog::foreign_keys(schema, null, null, null, null, null, "film_cast", false)) == row);
  CHECK(told(catalog::foreign_keys(schema, null, null, "film", null, null, "film_cast", false)) == row);
  CHECK(told(catalog::foreign_keys(schema, null, null, "shop", null, null, "film_cast", false)) == "");
  CHECK(told(catalog::foreign_keys(schema, null, null, "film_cast", null, null, null, false)) == "");
  CHECK(told(catalog::foreign_keys(schema, null, null, null, null, null, "film", false)) == "");
  CHECK(test::outcome([&] {
          return told(catalog::foreign_keys(schema, null, null, null, null, null, null, false));
        }) == "HY009");
}

TEST_CASE("SQLStatistics: the table's own row, its key, and the Mango indexes that hold its rows",
          "[catalog]") {
  FakeSchema schema;
  CHECK(told(catalog::statistics(schema, null, null, "film", SQL_INDEX_ALL, SQL_QUICK, false)) ==
        "shop|NULL|film|NULL|NULL|NULL|0|NULL|NULL|NULL|1200|NULL|NULL\n"
        "shop|NULL|film|0|NULL|PRIMARY|3|1|_id|A|1200|NULL|NULL\n"
        "shop|NULL|film|1|cheap|prices|3|1|price|A|NULL|NULL|{\"price\":{\"$lt\":5}}\n"
        "shop|NULL|film|1|idx|years|3|1|type|A|NULL|NULL|NULL\n"
        "shop|NULL|film|1|idx|years|3|2|year|A|NULL|NULL|NULL\n");
  CHECK(schema.listed_indexes == 1);
  CHECK(told(catalog::statistics(schema, null, null, "film_cast", SQL_INDEX_UNIQUE, SQL_ENSURE, false),
             {"INDEX_NAME", "COLUMN_NAME"}) == "NULL|NULL\nPRIMARY|_id\nPRIMARY|_index\n");
  CHECK(schema.listed_indexes == 1);
  CHECK(test::outcome([&] {
          return told(catalog::statistics(schema, null, null, "film", 7, SQL_QUICK, false));
        }) == "HY100");
  CHECK(test::outcome([&] { return told(catalog::statistics(schema, null, null, "film", 0, 7, false)); }) ==
        "HY101");
  CHECK(test::outcome([&] { return told(catalog::statistics(schema, null, null, null, 0, 0, false)); }) ==
        "HY009");
}

TEST_CASE("SQLColumns: an ODBC 2 application gets ODBC 2's date codes", "[catalog]") {
  FakeSchema schema;
  const std::vector<std::string> told_columns{"DATA_TYPE", "SQL_DATA_TYPE", "SQL_DATETIME_SUB"};
  CHECK(told(catalog::columns(schema, null, null, "film", "since", false, true), told_columns) ==
        "11|11|NULL\n");
  CHECK(told(catalog::columns(schema, null, null, "film", "year", false, true), told_columns) ==
        "-5|-5|NULL\n");
}

TEST_CASE("SQLSpecialColumns: _id identifies a row, _rev changes with it", "[catalog]") {
  FakeSchema schema;
  const auto special = [&](SQLUSMALLINT kind, const char* table, SQLUSMALLINT scope, SQLUSMALLINT nullable) {
    return told(catalog::special_columns(schema, kind, null, null, table, scope, nullable, false));
  };
  CHECK(special(SQL_BEST_ROWID, "film", SQL_SCOPE_CURROW, SQL_NULLABLE) ==
        "2|_id|-9|VARCHAR|255|510|NULL|1\n");
  CHECK(special(SQL_BEST_ROWID, "film", SQL_SCOPE_SESSION, SQL_NO_NULLS) ==
        "2|_id|-9|VARCHAR|255|510|NULL|1\n");
  CHECK(special(SQL_BEST_ROWID, "film_cast", SQL_SCOPE_CURROW, SQL_NULLABLE) ==
        "2|_id|-9|VARCHAR|255|510|NULL|1\n2|_index|-5|BIGINT|19|8|0|1\n");
  CHECK(special(SQL_BEST_ROWID, "films/by_year", SQL_SCOPE_CURROW, SQL_NULLABLE) == "");
  CHECK(special(SQL_ROWVER, "film", SQL_SCOPE_CURROW, SQL_NULLABLE) ==
        "NULL|_rev|-9|VARCHAR|255|510|NULL|1\n");
  CHECK(special(SQL_ROWVER, "film_cast", SQL_SCOPE_CURROW, SQL_NULLABLE) == "");
  CHECK(test::outcome([&] { return special(9, "film", 0, 0); }) == "HY097");
  CHECK(test::outcome([&] { return special(SQL_BEST_ROWID, "film", 9, 0); }) == "HY098");
  CHECK(test::outcome([&] { return special(SQL_BEST_ROWID, "film", 0, 9); }) == "HY099");
}

TEST_CASE("SQLTablePrivileges and SQLColumnPrivileges: what can be listed can be read", "[catalog]") {
  FakeSchema schema;
  CHECK(told(catalog::table_privileges(schema, null, null, "film%", false)) ==
        "shop|NULL|film|NULL|PUBLIC|SELECT|NO\nshop|NULL|film_cast|NULL|PUBLIC|SELECT|NO\nshop|NULL|films/"
        "by_year|NULL|PUBLIC|SELECT|NO\n");
  CHECK(told(catalog::column_privileges(schema, null, null, "film_cast", "%", false)) ==
        "shop|NULL|film_cast|_id|NULL|PUBLIC|SELECT|NO\nshop|NULL|film_cast|_index|NULL|PUBLIC|SELECT|NO\n"
        "shop|NULL|film_cast|name|NULL|PUBLIC|SELECT|NO\n");
  CHECK(test::outcome([&] {
          return told(catalog::column_privileges(schema, null, null, null, "%", false));
        }) == "HY009");
}

TEST_CASE("SQLProcedures and SQLProcedureColumns", "[catalog]") {
  CHECK(told(catalog::procedures(null, null, "rep%", false)) ==
        "NULL|NULL|replicate|4|0|1|Copies the documents of one database to another that differ; continuous: "
        "from now on. A copy, a backup or a synchronisation|1\n");
  CHECK(told(catalog::procedures("shop", "", "COMPACT", true)).starts_with("NULL|NULL|compact|1|0|1|"));
  CHECK(told(catalog::procedures(null, "x", null, false)) == "");
  CHECK(told(catalog::procedure_columns(null, null, "compact", null, false)) ==
        "NULL|NULL|compact|database|1|-9|VARCHAR|255|510|NULL|NULL|1|the database; NULL: the "
        "connection's|NULL|-9|NULL|510|1|YES\n"
        "NULL|NULL|compact|ok|3|-7|BIT|1|1|NULL|NULL|0|NULL|NULL|-7|NULL|NULL|1|NO\n");
  CHECK(told(catalog::procedure_columns(null, null, "no_such", null, false)) == "");
}

TEST_CASE("SQLGetTypeInfo: all types, in order of their codes", "[catalog]") {
  CHECK(told(catalog::type_info(SQL_ALL_TYPES, false)) ==
        "GUID|-11|36|{guid '|'}|NULL|1|0|2|NULL|0|NULL|NULL|NULL|NULL|-11|NULL|NULL|NULL\n"
        "LONGVARCHAR|-10|8000000|'|'|NULL|1|1|3|NULL|0|NULL|NULL|NULL|NULL|-10|NULL|NULL|NULL\n"
        "VARCHAR|-9|8000000|'|'|length|1|1|3|NULL|0|NULL|NULL|NULL|NULL|-9|NULL|NULL|NULL\n"
        "BIT|-7|1|NULL|NULL|NULL|1|0|2|NULL|0|NULL|NULL|NULL|NULL|-7|NULL|NULL|NULL\n"
        "BIGINT|-5|19|NULL|NULL|NULL|1|0|2|0|0|0|NULL|0|0|-5|NULL|10|NULL\n"
        "LONGVARBINARY|-4|8000000|X'|'|NULL|1|0|2|NULL|0|NULL|NULL|NULL|NULL|-4|NULL|NULL|NULL\n"
        "VARBINARY|-3|8000000|X'|'|length|1|0|2|NULL|0|NULL|NULL|NULL|NULL|-3|NULL|NULL|NULL\n"
        "DECIMAL|3|38|NULL|NULL|precision,scale|1|0|2|0|0|0|NULL|0|38|3|NULL|10|NULL\n"
        "INTEGER|4|10|NULL|NULL|NULL|1|0|2|0|0|0|NULL|0|0|4|NULL|10|NULL\n"
        "SMALLINT|5|5|NULL|NULL|NULL|1|0|2|0|0|0|NULL|0|0|5|NULL|10|NULL\n"
        "REAL|7|24|NULL|NULL|NULL|1|0|2|0|0|0|NULL|NULL|NULL|7|NULL|2|NULL\n"
        "DOUBLE|8|53|NULL|NULL|NULL|1|0|2|0|0|0|NULL|NULL|NULL|8|NULL|2|NULL\n"
        "DATE|91|10|{d '|'}|NULL|1|0|2|NULL|0|NULL|NULL|NULL|NULL|9|1|NULL|NULL\n"
        "TIME|92|18|{t '|'}|precision|1|0|2|NULL|0|NULL|NULL|0|9|9|2|NULL|NULL\n"
        "TIMESTAMP|93|29|{ts '|'}|precision|1|0|2|NULL|0|NULL|NULL|0|9|9|3|NULL|NULL\n"
        "INTERVAL YEAR|101|9|INTERVAL '|' YEAR|precision|1|0|2|NULL|0|NULL|NULL|NULL|NULL|10|1|NULL|9\n"
        "INTERVAL MONTH|102|9|INTERVAL '|' MONTH|precision|1|0|2|NULL|0|NULL|NULL|NULL|NULL|10|2|NULL|9\n"
        "INTERVAL DAY|103|9|INTERVAL '|' DAY|precision|1|0|2|NULL|0|NULL|NULL|NULL|NULL|10|3|NULL|9\n"
        "INTERVAL HOUR|104|9|INTERVAL '|' HOUR|precision|1|0|2|NULL|0|NULL|NULL|NULL|NULL|10|4|NULL|9\n"
        "INTERVAL MINUTE|105|9|INTERVAL '|' MINUTE|precision|1|0|2|NULL|0|NULL|NULL|NULL|NULL|10|5|NULL|9\n"
        "INTERVAL SECOND|106|19|INTERVAL '|' SECOND|precision|1|0|2|NULL|0|NULL|NULL|0|9|10|6|NULL|9\n"
        "INTERVAL YEAR TO MONTH|107|12|INTERVAL '|' YEAR TO "
        "MONTH|precision|1|0|2|NULL|0|NULL|NULL|NULL|NULL|10|7|NULL|9\n"
        "INTERVAL DAY TO HOUR|108|12|INTERVAL '|' DAY TO "
        "HOUR|precision|1|0|2|NULL|0|NULL|NULL|NULL|NULL|10|8|NULL|9\n"
        "INTERVAL DAY TO MINUTE|109|15|INTERVAL '|' DAY TO "
        "MINUTE|precision|1|0|2|NULL|0|NULL|NULL|NULL|NULL|10|9|NULL|9\n"
        "INTERVAL DAY TO SECOND|110|28|INTERVAL '|' DAY TO "
        "SECOND|precision|1|0|2|NULL|0|NULL|NULL|0|9|10|10|NULL|9\n"
        "INTERVAL HOUR TO MINUTE|111|12|INTERVAL '|' HOUR TO "
        "MINUTE|precision|1|0|2|NULL|0|NULL|NULL|NULL|NULL|10|11|NULL|9\n"
        "INTERVAL HOUR TO SECOND|112|25|INTERVAL '|' HOUR TO "
        "SECOND|precision|1|0|2|NULL|0|NULL|NULL|0|9|10|12|NULL|9\n"
        "INTERVAL MINUTE TO SECOND|113|22|INTERVAL '|' MINUTE TO "
        "SECOND|precision|1|0|2|NULL|0|NULL|NULL|0|9|10|13|NULL|9\n");
}

TEST_CASE("SQLGetTypeInfo: one type, and ODBC 2's date codes", "[catalog]") {
  const auto type = [](SQLSMALLINT code, bool odbc2) {
    return told(catalog::type_info(code, odbc2),
                {"TYPE_NAME", "DATA_TYPE", "SQL_DATA_TYPE", "SQL_DATETIME_SUB"});
  };
  CHECK(type(SQL_BIGINT, false) == "BIGINT|-5|-5|NULL\n");
  CHECK(type(SQL_TYPE_DATE, false) == "DATE|91|9|1\n");
  CHECK(type(SQL_TYPE_DATE, true) == "DATE|9|9|NULL\n");
  CHECK(type(SQL_DATE, true) == "DATE|9|9|NULL\n");
  CHECK(type(SQL_TIME, true) == "TIME|10|10|NULL\n");
  CHECK(type(SQL_TIMESTAMP, true) == "TIMESTAMP|11|11|NULL\n");
  CHECK(type(SQL_CHAR, false) == "");
}

TEST_CASE("Catalog functions: results have ODBC 3.8's columns", "[catalog]") {
  FakeSchema schema;
  CHECK(shape(catalog::tables(schema, null, null, null, null, false)) ==
        "TABLE_CAT varchar\nTABLE_SCHEM varchar\nTABLE_NAME varchar\nTABLE_TYPE varchar\nREMARKS varchar\n");
  const std::string column_tail =
      "DATA_TYPE smallint not null\nTYPE_NAME varchar not null\nCOLUMN_SIZE integer\nBUFFER_LENGTH "
      "integer\nDECIMAL_DIGITS smallint\n"
      "NUM_PREC_RADIX smallint\nNULLABLE smallint not null\nREMARKS varchar\nCOLUMN_DEF "
      "varchar\nSQL_DATA_TYPE smallint not null\n"
      "SQL_DATETIME_SUB smallint\nCHAR_OCTET_LENGTH integer\nORDINAL_POSITION integer not null\nIS_NULLABLE "
      "varchar\n";
  CHECK(
      shape(catalog::columns(schema, null, null, null, null, false)) ==
      "TABLE_CAT varchar\nTABLE_SCHEM varchar\nTABLE_NAME varchar not null\nCOLUMN_NAME varchar not null\n" +
          column_tail);
  CHECK(shape(catalog::procedure_columns(null, null, null, null, false)) ==
        "PROCEDURE_CAT varchar\nPROCEDURE_SCHEM varchar\nPROCEDURE_NAME varchar not null\nCOLUMN_NAME "
        "varchar not null\n"
        "COLUMN_TYPE smallint not null\n" +
            column_tail);
  CHECK(shape(catalog::procedures(null, null, null, false)) ==
        "PROCEDURE_CAT varchar\nPROCEDURE_SCHEM varchar\nPROCEDURE_NAME varchar not null\nNUM_INPUT_PARAMS "
        "integer\n"
        "NUM_OUTPUT_PARAMS integer\nNUM_RESULT_SETS integer\nREMARKS varchar\nPROCEDURE_TYPE smallint\n");
  CHECK(shape(catalog::primary_keys(schema, null, null, "film", false)) ==
        "TABLE_CAT varchar\nTABLE_SCHEM varchar\nTABLE_NAME varchar not null\nCOLUMN_NAME varchar not null\n"
        "KEY_SEQ smallint not null\nPK_NAME varchar\n");
  CHECK(shape(catalog::foreign_keys(schema, null, null, "film", null, null, null, false)) ==
        "PKTABLE_CAT varchar\nPKTABLE_SCHEM varchar\nPKTABLE_NAME varchar not null\nPKCOLUMN_NAME varchar "
        "not null\n"
        "FKTABLE_CAT varchar\nFKTABLE_SCHEM varchar\nFKTABLE_NAME varchar not null\nFKCOLUMN_NAME varchar "
        "not null\n"
        "KEY_SEQ smallint not null\nUPDATE_RULE smallint\nDELETE_RULE smallint\nFK_NAME varchar\nPK_NAME "
        "varchar\n"
        "DEFERRABILITY smallint\n");
  CHECK(shape(catalog::statistics(schema, null, null, "film", 1, 0, false)) ==
        "TABLE_CAT varchar\nTABLE_SCHEM varchar\nTABLE_NAME varchar not null\nNON_UNIQUE "
        "smallint\nINDEX_QUALIFIER varchar\n"
        "INDEX_NAME varchar\nTYPE smallint not null\nORDINAL_POSITION smallint\nCOLUMN_NAME "
        "varchar\nASC_OR_DESC varchar\n"
        "CARDINALITY integer\nPAGES integer\nFILTER_CONDITION varchar\n");
  CHECK(shape(catalog::special_columns(schema, SQL_BEST_ROWID, null, null, "film", 0, 0, false)) ==
        "SCOPE smallint\nCOLUMN_NAME varchar not null\nDATA_TYPE smallint not null\nTYPE_NAME varchar not "
        "null\n"
        "COLUMN_SIZE integer\nBUFFER_LENGTH integer\nDECIMAL_DIGITS smallint\nPSEUDO_COLUMN smallint\n");
  CHECK(shape(catalog::table_privileges(schema, null, null, null, false)) ==
        "TABLE_CAT varchar\nTABLE_SCHEM varchar\nTABLE_NAME varchar not null\nGRANTOR varchar\nGRANTEE "
        "varchar not null\n"
        "PRIVILEGE varchar not null\nIS_GRANTABLE varchar\n");
  CHECK(shape(catalog::column_privileges(schema, null, null, "film", null, false)) ==
        "TABLE_CAT varchar\nTABLE_SCHEM varchar\nTABLE_NAME varchar not null\nCOLUMN_NAME varchar not "
        "null\nGRANTOR varchar\n"
        "GRANTEE varchar not null\nPRIVILEGE varchar not null\nIS_GRANTABLE varchar\n");
  CHECK(
      shape(catalog::type_info(SQL_ALL_TYPES, false)) ==
      "TYPE_NAME varchar not null\nDATA_TYPE smallint not null\nCOLUMN_SIZE integer\nLITERAL_PREFIX varchar\n"
      "LITERAL_SUFFIX varchar\nCREATE_PARAMS varchar\nNULLABLE smallint not null\nCASE_SENSITIVE smallint "
      "not null\n"
      "SEARCHABLE smallint not null\nUNSIGNED_ATTRIBUTE smallint\nFIXED_PREC_SCALE smallint not null\n"
      "AUTO_UNIQUE_VALUE smallint\nLOCAL_TYPE_NAME varchar\nMINIMUM_SCALE smallint\nMAXIMUM_SCALE smallint\n"
      "SQL_DATA_TYPE smallint not null\nSQL_DATETIME_SUB smallint\nNUM_PREC_RADIX "
      "integer\nINTERVAL_PRECISION smallint\n");
}

}  // namespace couch::driver
