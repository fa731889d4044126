#include "driver/schema/schema_file.h"

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "driver/odbc_error.h"
#include "driver/schema/columns.h"
#include "driver/schema/declared.h"
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

sql::define::ColumnDefinition column_in(std::string name, const rapidjson::Value& stated,
                                        const std::string& where) {
  sql::define::ColumnDefinition column;
  column.name = std::move(name);
  if (!sql::split_path(column.name) || !nameable(column.name))
    refuse("{}: \"{}\" is no path of fields", where, column.name);
  const rapidjson::Value* type = &stated;
  if (stated.IsObject()) {
    const auto member = [&](const char* called) {
      const auto found = stated.FindMember(called);
      return found == stated.MemberEnd() ? nullptr : &found->value;
    };
    type = member("type");
    if (const auto* not_null = member("not_null")) {
      if (!not_null->IsBool()) refuse("{}.{}: \"not_null\" must be true or false", where, column.name);
      column.not_null = not_null->GetBool();
    }
    if (const auto* expression = member("default")) {
      if (!expression->IsString())
        refuse("{}.{}: \"default\" must be an SQL expression in a string", where, column.name);
      column.default_text = text_of(*expression);
    }
  }
  const auto known = type && type->IsString() ? sql::type_named(text_of(*type)) : std::nullopt;
  if (!known)
    refuse(
        "{}.{}: the type must be BIT, SMALLINT, INTEGER, BIGINT, REAL, DOUBLE, DECIMAL(p,s), "
        "VARCHAR(n), LONGVARCHAR, DATE, TIME(n), TIMESTAMP(n) or JSON",
        where, column.name);
  column.type = *known;
  return column;
}

std::vector<std::string> key_in(const rapidjson::Value& stated,
                                std::vector<sql::define::ColumnDefinition>& columns,
                                const std::string& where) {
  std::vector<std::string> key;
  if (!stated.IsArray()) refuse("{}: \"primary_key\" must be an array of columns", where);
  for (const auto& name : stated.GetArray()) {
    const auto column = std::find_if(columns.begin(), columns.end(), [&](const auto& one) {
      return name.IsString() && one.name == text_of(name);
    });
    if (column == columns.end()) refuse("{}: \"primary_key\" must be an array of columns", where);
    column->not_null = true;
    if (column->name != "_id") key.push_back(column->name);
  }
  return key;
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
      sql::define::TableDefinition one;
      one.table = one.type = text_of(table.name);
      const std::string where = database_name + "." + one.table;
      if (!nameable(one.table)) refuse("{}: a table needs a name", database_name);
      if (!table.value.IsObject()) refuse("{} must be an object", where);
      if (const auto type = table.value.FindMember("type"); type != table.value.MemberEnd()) {
        if (!type->value.IsString()) refuse("{}: \"type\" must be a string", where);
        one.type = text_of(type->value);
      }
      for (const auto& column : object_in(table.value, "columns", where).GetObject())
        one.columns.push_back(column_in(text_of(column.name), column.value, where));
      if (const auto key = table.value.FindMember("primary_key"); key != table.value.MemberEnd())
        one.primary_key = key_in(key->value, one.columns, where);
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
  for (sql::define::TableDefinition one : stated->second.tables) {
    one.type_field = sql::column_name(rules.type_field);
    tables.push_back(declared_table(one, database, rules, nullptr));
  }
  return tables;
}

}  // namespace couch::driver::schema
