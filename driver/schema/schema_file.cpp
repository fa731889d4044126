#include "driver/schema/schema_file.h"

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "driver/odbc_error.h"
#include "driver/schema/columns.h"
#include "sql/path.h"
#include "sql/type_text.h"

namespace couch::driver::schema {
namespace {

std::string text_of(const rapidjson::Value& value) { return {value.GetString(), value.GetStringLength()}; }

template <class... Args>
[[noreturn]] void refuse(fmt::format_string<Args...> format, Args&&... args) {
  throw OdbcError{SqlState::sHY024, "SchemaFile: {}", fmt::format(format, std::forward<Args>(args)...)};
}

const rapidjson::Value& object_in(const rapidjson::Value& in, const char* name, const std::string& where) {
  const auto member = in.FindMember(name);
  if (member == in.MemberEnd() || !member->value.IsObject())
    refuse("{} needs \"{}\", an object", where, name);
  return member->value;
}

}  // namespace

std::shared_ptr<const SchemaFile> SchemaFile::load(const std::string& file) {
  std::ifstream in{file, std::ios::binary};
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) refuse("{} cannot be read", file);
  return parse(text.str());
}

std::shared_ptr<const SchemaFile> SchemaFile::parse(const std::string& json) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(json.data(),
                                                                                         json.size());
  if (document.HasParseError())
    refuse("it is no JSON: {} (byte {})", rapidjson::GetParseError_En(document.GetParseError()),
           document.GetErrorOffset() + 1);
  if (!document.IsObject()) refuse("it must be an object of databases");
  auto file = std::make_shared<SchemaFile>();
  for (const auto& database : document.GetObject()) {
    const std::string database_name = text_of(database.name);
    if (!database.value.IsObject()) refuse("{} must be an object", database_name);
    Database& stated = file->databases_[database_name];
    if (const auto others = database.value.FindMember("others"); others != database.value.MemberEnd()) {
      if (!others->value.IsBool()) refuse("{}: \"others\" must be true or false", database_name);
      stated.others = others->value.GetBool();
    }
    for (const auto& table : object_in(database.value, "tables", database_name).GetObject()) {
      Table one;
      one.name = text_of(table.name);
      const std::string where = database_name + "." + one.name;
      if (!nameable(one.name)) refuse("{}: a table needs a name", database_name);
      if (!table.value.IsObject()) refuse("{} must be an object", where);
      one.type = one.name;
      if (const auto type = table.value.FindMember("type"); type != table.value.MemberEnd()) {
        if (!type->value.IsString()) refuse("{}: \"type\" must be a string", where);
        one.type = text_of(type->value);
      }
      for (const auto& column : object_in(table.value, "columns", where).GetObject()) {
        Column stated_column;
        stated_column.name = text_of(column.name);
        auto path = sql::split_path(stated_column.name);
        if (!path || !nameable(stated_column.name))
          refuse("{}: \"{}\" is no path of fields", where, stated_column.name);
        stated_column.path = *std::move(path);
        const auto type = column.value.IsString() ? sql::type_named(text_of(column.value)) : std::nullopt;
        if (!type)
          refuse(
              "{}.{}: the type must be BIT, SMALLINT, INTEGER, BIGINT, REAL, DOUBLE, DECIMAL(p,s), "
              "VARCHAR(n), LONGVARCHAR, DATE, TIME(n), TIMESTAMP(n) or JSON",
              where, stated_column.name);
        stated_column.type = *type;
        one.columns.push_back(std::move(stated_column));
      }
      stated.tables.push_back(std::move(one));
    }
  }
  return file;
}

bool SchemaFile::others(const std::string& database) const {
  const auto stated = databases_.find(database);
  return stated == databases_.end() || stated->second.others;
}

std::vector<std::shared_ptr<const sql::Table>> SchemaFile::tables(const std::string& database,
                                                                  const Rules& rules) const {
  std::vector<std::shared_ptr<const sql::Table>> tables;
  const auto stated = databases_.find(database);
  if (stated == databases_.end()) return tables;
  for (const Table& one : stated->second.tables) {
    auto table = std::make_shared<sql::Table>();
    table->catalog = database;
    table->name = one.name;
    table->discriminator_path = rules.type_field;
    table->discriminator = one.type;
    Columns columns{rules.max_columns, rules.max_varchar_size};
    columns.add(id_column(nullptr, rules.max_varchar_size));
    columns.add(rev_column());
    for (const Column& stated_column : one.columns) {
      if (stated_column.name == "_id" || stated_column.name == "_rev") continue;
      sql::Column column;
      column.name = stated_column.name;
      column.path = stated_column.path;
      column.type = stated_column.type;
      columns.add(std::move(column));
    }
    columns.add(document_column());
    columns.move_to(*table);
    tables.push_back(std::move(table));
  }
  return tables;
}

}  // namespace couch::driver::schema
