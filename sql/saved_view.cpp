#include "sql/saved_view.h"

#include <fmt/format.h>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <utility>

namespace couch::sql {

namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer, rapidjson::UTF8<>, rapidjson::ASCII<>>;
using Json = rapidjson::Value;

constexpr const char* member_name = "odbc_view";
constexpr int version = 1;

void text(Writer& out, std::string_view value) {
  out.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}

void texts(Writer& out, const std::vector<std::string>& list) {
  out.StartArray();
  for (const auto& one : list) text(out, one);
  out.EndArray();
}

// JSON in ASCII is JavaScript, too.
std::string script(const std::vector<std::string>& list) {
  rapidjson::StringBuffer buffer;
  Writer out{buffer};
  texts(out, list);
  return {buffer.GetString(), buffer.GetSize()};
}

const char* class_name(TypeClass of) {
  switch (of) {
    case TypeClass::Bit: return "boolean";
    case TypeClass::Number: return "number";
    default: return "string";
  }
}
TypeClass class_named(std::string_view name) {
  return name == "boolean" ? TypeClass::Bit : name == "number" ? TypeClass::Number : TypeClass::Text;
}

void fields(Writer& out, const std::vector<MaterializedView::Field>& list) {
  out.StartArray();
  for (const auto& field : list) {
    out.StartObject();
    out.Key("path");
    texts(out, field.path);
    out.Key("class");
    out.String(class_name(field.of));
    out.EndObject();
  }
  out.EndArray();
}

const Json* member(const Json& object, const char* name) {
  if (!object.IsObject()) return nullptr;
  auto found = object.FindMember(name);
  return found == object.MemberEnd() ? nullptr : &found->value;
}
std::string text_in(const Json& object, const char* name) {
  const Json* found = member(object, name);
  return found && found->IsString() ? std::string{found->GetString(), found->GetStringLength()}
                                    : std::string{};
}
int64_t number_in(const Json& object, const char* name) {
  const Json* found = member(object, name);
  return found && found->IsInt64() ? found->GetInt64() : 0;
}
std::vector<std::string> texts_in(const Json& object, const char* name) {
  std::vector<std::string> out;
  const Json* list = member(object, name);
  if (!list || !list->IsArray()) return out;
  for (const auto& one : list->GetArray()) {
    if (one.IsString()) out.emplace_back(one.GetString(), one.GetStringLength());
  }
  return out;
}
std::vector<MaterializedView::Field> fields_in(const Json& object, const char* name) {
  std::vector<MaterializedView::Field> out;
  const Json* list = member(object, name);
  if (!list || !list->IsArray()) return out;
  for (const auto& one : list->GetArray())
    out.push_back({texts_in(one, "path"), class_named(text_in(one, "class"))});
  return out;
}

void definition(Writer& out, const SavedView& view) {
  out.StartObject();
  out.Key("version");
  out.Int(version);
  out.Key("name");
  text(out, view.name);
  out.Key("query");
  text(out, view.query);
  out.Key("columns");
  out.StartArray();
  for (const Column& column : view.columns) {
    out.StartObject();
    out.Key("name");
    text(out, column.name);
    out.Key("kind");
    out.Int(static_cast<int>(column.type.kind));
    out.Key("size");
    out.Uint(column.type.size);
    out.Key("scale");
    out.Int(column.type.scale);
    out.Key("nullable");
    out.Bool(column.nullable);
    out.EndObject();
  }
  out.EndArray();
  if (view.groups) {
    out.Key("groups");
    out.StartObject();
    out.Key("type_field");
    texts(out, view.groups->discriminator_path);
    out.Key("type");
    text(out, view.groups->discriminator);
    out.Key("keys");
    fields(out, view.groups->keys);
    out.Key("measures");
    fields(out, view.groups->measures);
    out.EndObject();
  }
  out.EndObject();
}

}  // namespace

std::string saved_view_id(std::string_view name) { return "_design/odbc-view:" + std::string{name}; }

std::string map_of(const MaterializedView& view) {
  // at(): the value at a path of objects; undefined where the path breaks off, as the driver reads it.
  // flaw: integers past 2^53 have lost digits here, and CouchDB reads the smallest doubles as 0.
  std::string out = R"(function (doc) {
  function at(path) {
    var value = doc;
    for (var i = 0; i < path.length; i++) {
      if (value === null || typeof value !== "object" || Array.isArray(value)) return undefined;
      if (!Object.prototype.hasOwnProperty.call(value, path[i])) return undefined;
      value = value[path[i]];
    }
    return value;
  }
  var flaw = 0;
  function checked(value) {
    var size = Math.abs(value);
    if (size > 9007199254740991 || (size !== 0 && size < 2.3e-308)) flaw = 1;
    return value;
  }
  function key(path, type) {
    var value = at(path);
    if (typeof value !== type) return null;
    return type === "number" ? checked(value) : value;
  }
  function measure(path, type) {
    var value = at(path);
    if (typeof value !== type) return {sum: 0, count: 0, min: 1e300, max: -1e300, sumsqr: 0};
    if (type !== "number") value = 0;
    checked(value);
    return {sum: value, count: 1, min: value, max: value, sumsqr: 0};
  }
)";
  if (!view.discriminator_path.empty())
    out += fmt::format("  if (at({}) !== {}[0]) return;\n", script(view.discriminator_path),
                       script({view.discriminator}));
  out += "  var row = [";
  if (!view.discriminator_path.empty()) out += script({view.discriminator}) + "[0]";
  bool first = view.discriminator_path.empty();
  for (const auto& field : view.keys) {
    out += fmt::format("{}key({}, \"{}\")", first ? "" : ", ", script(field.path), class_name(field.of));
    first = false;
  }
  out += "];\n  var values = [";
  for (size_t i = 0; i < view.measures.size(); ++i)
    out += fmt::format("{}measure({}, \"{}\")", i == 0 ? "" : ", ", script(view.measures[i].path),
                       class_name(view.measures[i].of));
  return out + "];\n  emit(row, [1, flaw].concat(values));\n}";
}

std::string to_json(const SavedView& view) {
  rapidjson::StringBuffer buffer;
  Writer out{buffer};
  out.StartObject();
  out.Key("_id");
  text(out, saved_view_id(view.name));
  out.Key("language");
  out.String("javascript");
  out.Key(member_name);
  definition(out, view);
  if (view.groups) {
    out.Key("views");
    out.StartObject();
    out.Key("groups");
    out.StartObject();
    out.Key("map");
    text(out, map_of(*view.groups));
    out.Key("reduce");
    out.String("_stats");
    out.EndObject();
    out.EndObject();
  }
  out.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

std::optional<SavedView> saved_view(std::string_view design_document) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(design_document.data(), design_document.size());
  if (document.HasParseError()) return std::nullopt;
  const Json* saved = member(document, member_name);
  if (!saved || number_in(*saved, "version") != version) return std::nullopt;
  SavedView out;
  out.name = text_in(*saved, "name");
  out.query = text_in(*saved, "query");
  if (out.name.empty() || out.query.empty()) return std::nullopt;
  if (const Json* columns = member(*saved, "columns"); columns && columns->IsArray()) {
    for (const auto& one : columns->GetArray()) {
      Column column;
      column.name = text_in(one, "name");
      column.path = {column.name};
      const int64_t kind = number_in(one, "kind");
      if (kind >= 0 && kind <= static_cast<int64_t>(TypeKind::IntervalDaySecond))
        column.type.kind = static_cast<TypeKind>(kind);
      column.type.size = static_cast<uint32_t>(number_in(one, "size"));
      column.type.scale = static_cast<int16_t>(number_in(one, "scale"));
      const Json* nullable = member(one, "nullable");
      column.nullable = !nullable || !nullable->IsBool() || nullable->GetBool();
      out.columns.push_back(std::move(column));
    }
  }
  if (const Json* groups = member(*saved, "groups"); groups && groups->IsObject()) {
    MaterializedView view;
    view.name = out.name;
    const std::string id = text_in(document, "_id");
    view.design_document = id.starts_with("_design/") ? id.substr(8) : id;
    view.discriminator_path = texts_in(*groups, "type_field");
    view.discriminator = text_in(*groups, "type");
    view.keys = fields_in(*groups, "keys");
    view.measures = fields_in(*groups, "measures");
    out.groups = std::move(view);
  }
  return out;
}

}  // namespace couch::sql
