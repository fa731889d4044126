#include "sql/define/table_definition.h"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <utility>

#include "sql/json_text.h"
#include "sql/path.h"
#include "sql/type_text.h"

namespace couch::sql::define {

namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;
constexpr int version = 1;

void text(Writer& out, std::string_view value) {
  out.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}
void member(Writer& out, const char* name, std::string_view value) {
  out.Key(name);
  text(out, value);
}

std::optional<ColumnDefinition> column_in(const rapidjson::Value& value) {
  if (!value.IsObject()) return std::nullopt;
  ColumnDefinition column;
  column.name = text_in(value, "name");
  const auto type = type_named(text_in(value, "type"));
  if (!type || !split_path(column.name)) return std::nullopt;
  column.type = *type;
  const auto not_null = value.FindMember("not_null");
  column.not_null = not_null != value.MemberEnd() && not_null->value.IsBool() && not_null->value.GetBool();
  column.default_text = text_in(value, "default");
  return column;
}

}  // namespace

std::string design_document_of(std::string_view table) { return "odbc-table:" + std::string{table}; }

std::string to_json(const TableDefinition& definition) {
  rapidjson::StringBuffer buffer;
  Writer out{buffer};
  out.StartObject();
  member(out, "_id", "_design/" + design_document_of(definition.table));
  if (!definition.rev.empty()) member(out, "_rev", definition.rev);
  out.Key("odbc");
  out.StartObject();
  out.Key("version");
  out.Int(version);
  member(out, "table", definition.table);
  member(out, "type_field", definition.type_field);
  member(out, "type", definition.type);
  out.Key("columns");
  out.StartArray();
  for (const auto& column : definition.columns) {
    out.StartObject();
    member(out, "name", column.name);
    member(out, "type", type_text(column.type));
    if (column.not_null) {
      out.Key("not_null");
      out.Bool(true);
    }
    if (!column.default_text.empty()) member(out, "default", column.default_text);
    out.EndObject();
  }
  out.EndArray();
  if (!definition.primary_key.empty()) {
    out.Key("primary_key");
    out.StartArray();
    for (const auto& name : definition.primary_key) text(out, name);
    out.EndArray();
  }
  out.EndObject();
  out.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

std::string to_deletion(const TableDefinition& definition) {
  rapidjson::StringBuffer buffer;
  Writer out{buffer};
  out.StartObject();
  member(out, "_id", "_design/" + design_document_of(definition.table));
  member(out, "_rev", definition.rev);
  out.Key("_deleted");
  out.Bool(true);
  out.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

std::optional<TableDefinition> definition_in(std::string_view design_document) {
  rapidjson::Document parsed;
  parsed.Parse<rapidjson::kParseIterativeFlag>(design_document.data(), design_document.size());
  const rapidjson::Value& document = parsed;
  if (parsed.HasParseError() || !document.IsObject()) return std::nullopt;
  const auto odbc = document.FindMember("odbc");
  if (odbc == document.MemberEnd() || !odbc->value.IsObject()) return std::nullopt;
  const auto& stated = odbc->value;
  const auto known = stated.FindMember("version");
  if (known == stated.MemberEnd() || !known->value.IsInt() || known->value.GetInt() != version)
    return std::nullopt;
  TableDefinition definition;
  definition.table = text_in(stated, "table");
  definition.type_field = text_in(stated, "type_field");
  definition.type = text_in(stated, "type");
  definition.rev = text_in(document, "_rev");
  if (definition.table.empty() || !split_path(definition.type_field)) return std::nullopt;
  const auto columns = stated.FindMember("columns");
  if (columns == stated.MemberEnd() || !columns->value.IsArray()) return std::nullopt;
  for (const auto& one : columns->value.GetArray()) {
    auto column = column_in(one);
    if (!column) return std::nullopt;
    definition.columns.push_back(*std::move(column));
  }
  const auto key = stated.FindMember("primary_key");
  if (key != stated.MemberEnd() && key->value.IsArray()) {
    for (const auto& name : key->value.GetArray())
      if (name.IsString()) definition.primary_key.emplace_back(name.GetString(), name.GetStringLength());
  }
  return definition;
}

}  // namespace couch::sql::define
