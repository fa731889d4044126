#include "tests/unit/driver/catalog_fake_schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/unit/driver/convert_harness.h"

namespace couch::driver::test {

namespace {

using sql::ColumnSource;
using sql::TypeKind;

sql::Column column(std::string name, TypeKind kind, uint32_t size = 0,
                   ColumnSource source = ColumnSource::Path) {
  sql::Column c;
  if (source == ColumnSource::Path) c.path = {name};
  c.name = std::move(name);
  c.source = source;
  c.type.kind = kind;
  c.type.size = size;
  c.nullable = source == ColumnSource::Path;
  return c;
}

std::vector<sql::Column> document_columns() {
  return {column("_id", TypeKind::Varchar, 255, ColumnSource::Id),
          column("_rev", TypeKind::Varchar, 255, ColumnSource::Rev)};
}

std::shared_ptr<sql::Table> made(std::string catalog, std::string name, sql::TableKind kind) {
  auto t = std::make_shared<sql::Table>();
  t->catalog = std::move(catalog);
  t->name = std::move(name);
  t->kind = kind;
  return t;
}

std::shared_ptr<const sql::Table> films() {
  auto t = made("shop", "film", sql::TableKind::Typed);
  t->discriminator_path = {"type"};
  t->discriminator = "film";
  t->columns = document_columns();
  t->columns.push_back(column("type", TypeKind::Varchar, 255));
  t->columns.push_back(column("title", TypeKind::Varchar, 300));
  t->columns.push_back(column("year", TypeKind::BigInt));
  t->columns.push_back(column("price", TypeKind::Double));
  t->columns.push_back(column("since", TypeKind::Timestamp));
  t->columns.back().type.scale = 3;
  t->columns.push_back(column("odd", TypeKind::Varchar, 255));
  t->columns.back().type.mixed = true;
  t->columns.push_back(column("tags", TypeKind::LongVarchar, 4001));
  t->columns.back().type.json = true;
  auto whole = column("_doc", TypeKind::LongVarchar, 0, ColumnSource::Document);
  whole.hidden = true;
  t->columns.push_back(whole);
  t->left_out = {"by_user", "scores"};
  t->estimated_rows = 1200;
  return t;
}

std::shared_ptr<const sql::Table> film_cast() {
  auto t = made("shop", "film_cast", sql::TableKind::Array);
  t->discriminator_path = {"type"};
  t->discriminator = "film";
  t->array_path = {"cast"};
  t->parent = "film";
  t->columns = {column("_id", TypeKind::Varchar, 255, ColumnSource::Id),
                column("_index", TypeKind::BigInt, 0, ColumnSource::Index),
                column("name", TypeKind::Varchar, 255)};
  t->estimated_rows = 9000;
  return t;
}

std::shared_ptr<const sql::Table> whole(std::string database) {
  auto t = made(database, database, sql::TableKind::Database);
  t->columns = document_columns();
  t->columns.push_back(column("type", TypeKind::Varchar, 255));
  return t;
}

std::shared_ptr<const sql::Table> by_year() {
  auto t = made("shop", "films/by_year", sql::TableKind::View);
  t->design_document = "films";
  t->view = "by_year";
  t->columns = {column("id", TypeKind::Varchar, 255, ColumnSource::Id), column("key", TypeKind::BigInt),
                column("value", TypeKind::BigInt)};
  return t;
}

std::string text_of_value(const sql::Cell& cell) {
  std::string text = shown(sql::own(cell));
  if (text.size() >= 2 && text.front() == '\'') text = text.substr(1, text.size() - 2);
  return text;
}

}  // namespace

FakeSchema::FakeSchema() {
  content["shop"] = {films(), made("shop", "Person", sql::TableKind::Typed), film_cast(), whole("shop"),
                     by_year()};
  content["crm"] = {whole("crm"), made("crm", "client", sql::TableKind::Typed)};
  content["my_db"] = {whole("my_db"), made("my_db", "note", sql::TableKind::Typed)};
  content["myxdb"] = {whole("myxdb")};
  content["_users"] = {whole("_users")};
}

std::vector<std::string> FakeSchema::databases() {
  ++listed_databases;
  std::vector<std::string> names;
  for (const auto& [name, tables] : content) names.push_back(name);
  return names;
}

std::vector<std::shared_ptr<const sql::Table>> FakeSchema::tables(const std::string& database) {
  sampled.push_back(database);
  return content.at(database);
}

std::shared_ptr<const sql::Table> FakeSchema::table(std::string_view database, std::string_view name, bool,
                                                    std::vector<std::string>*) {
  for (const auto& t : content.at(std::string{database}))
    if (t->name == name) return t;
  return nullptr;
}

bool FakeSchema::has_database(std::string_view database) { return content.count(std::string{database}) > 0; }

std::vector<sql::Index> FakeSchema::indexes(std::string_view database) {
  ++listed_indexes;
  if (database != "shop") return {};
  sql::Index years{
      .design_document = "idx", .name = "years", .fields = {{"type"}, {"year"}}, .partial_filter = {}};
  sql::Index cheap{.design_document = "cheap",
                   .name = "prices",
                   .fields = {{"price"}},
                   .partial = true,
                   .partial_filter = R"({"price":{"$lt":5}})"};
  sql::Index other{.design_document = "idx", .name = "authors", .fields = {{"author"}}, .partial_filter = {}};
  return {years, cheap, other};
}

std::string told(const catalog::Result& result, const std::vector<std::string>& names) {
  std::vector<size_t> picked;
  const auto& columns = result->columns();
  for (const std::string& name : names) {
    const auto at =
        std::find_if(columns.begin(), columns.end(), [&](const auto& c) { return c.name == name; });
    INFO("column " << name);
    REQUIRE(at != columns.end());
    picked.push_back(static_cast<size_t>(at - columns.begin()));
  }
  std::string out;
  while (result->next()) {
    std::string line;
    for (size_t i : picked) line += (line.empty() ? "" : "|") + text_of_value(result->cell(i));
    out += line + "\n";
  }
  CHECK_FALSE(result->next());
  return out;
}

std::string told(const catalog::Result& result) {
  std::vector<std::string> names;
  for (const auto& column : result->columns()) names.push_back(column.name);
  return told(result, names);
}

std::string shape(const catalog::Result& result) {
  std::string out;
  for (const auto& column : result->columns()) {
    const auto kind = column.type.kind;
    const char* type = kind == TypeKind::Varchar    ? "varchar"
                       : kind == TypeKind::SmallInt ? "smallint"
                       : kind == TypeKind::Integer  ? "integer"
                                                    : "?";
    out += fmt::format("{} {}{}\n", column.name, type, column.nullable ? "" : " not null");
  }
  return out;
}

}  // namespace couch::driver::test
