#include "driver/bridge_request.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <utility>
#include <vector>

#include "sql/json_text.h"

namespace couch::driver {
namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;
// CouchDB refuses request lines past about 8 KB (400 with an empty body); escaping makes a byte up to three.
constexpr size_t longest_query = 6000;

void text(Writer& writer, std::string_view value) {
  writer.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}
void raw(Writer& writer, std::string_view json) {
  writer.RawValue(json.data(), json.size(), rapidjson::kObjectType);
}

size_t escaped_size(std::string_view value) {
  size_t size = 0;
  for (char c : value)
    size += (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? 1 : 3;
  return size;
}

// Parameters whose values are JSON, but for ids (startkey_docid), which are sent as they are in a query and
// as a string in a body.
struct Parameter {
  std::string_view name;
  std::string json;
  bool id = false;
};

http::Request read_request(std::string path, const std::vector<Parameter>& parameters,
                           std::string_view keys) {
  http::Request request;
  request.path = std::move(path);
  size_t size = request.path.size();
  for (const auto& [name, json, id] : parameters) size += name.size() + escaped_size(json) + 2;
  const bool in_body = size > longest_query;
  if (!in_body)
    for (const auto& [name, json, id] : parameters)
      request.query.emplace_back(name, id ? sql::string_of(json) : json);
  if (!in_body && keys.empty()) return request;

  request.method = "POST";
  rapidjson::StringBuffer buffer;
  Writer writer{buffer};
  writer.StartObject();
  if (in_body)
    for (const auto& [name, json, id] : parameters) {
      text(writer, name);
      raw(writer, json);
    }
  if (!keys.empty()) {
    text(writer, "keys");
    raw(writer, keys);
  }
  writer.EndObject();
  request.body.assign(buffer.GetString(), buffer.GetSize());
  return request;
}

}  // namespace

std::string scope_path(const sql::DocumentRequest& request) {
  std::string path = "/" + http::escape_segment(request.database);
  if (!request.partition.empty()) path += "/_partition/" + http::escape_segment(request.partition);
  return path;
}

http::Request all_docs_request(const std::string& scope, const sql::AllDocs& read, uint64_t limit) {
  std::vector<Parameter> parameters{{"limit", std::to_string(limit)}};
  if (read.include_docs) parameters.push_back({"include_docs", "true"});
  if (read.descending) parameters.push_back({"descending", "true"});
  if (read.start) parameters.push_back({"startkey", sql::json_string(*read.start)});
  if (read.end) {
    parameters.push_back({"endkey", sql::json_string(*read.end)});
    if (!read.inclusive_end) parameters.push_back({"inclusive_end", "false"});
  }
  return read_request(scope + "/_all_docs", parameters, {});
}

http::Request ids_request(const std::string& scope, const sql::ByIds& read) {
  std::vector<Parameter> parameters{{"limit", std::to_string(read.ids.size())}};
  if (read.include_docs) parameters.push_back({"include_docs", "true"});
  std::string keys = "[";
  for (const auto& id : read.ids) keys += (keys.size() > 1 ? "," : "") + sql::json_string(id);
  return read_request(scope + "/_all_docs", parameters, keys + "]");
}

http::Request find_request(const std::string& scope, const sql::Find& read, uint64_t limit,
                           const std::string& bookmark) {
  rapidjson::StringBuffer buffer;
  Writer writer{buffer};
  writer.StartObject();
  text(writer, "selector");
  raw(writer, read.selector);
  text(writer, "limit");  // 25 unless stated
  writer.Uint64(limit);
  const auto list = [&](std::string_view name, const std::vector<std::string>& items) {
    if (items.empty()) return;
    text(writer, name);
    writer.StartArray();
    for (const auto& item : items) text(writer, item);
    writer.EndArray();
  };
  list("fields", read.fields);
  if (!read.sort.empty()) {
    text(writer, "sort");
    raw(writer, read.sort);
  }
  list("use_index", read.use_index);
  if (!bookmark.empty()) {
    text(writer, "bookmark");
    text(writer, bookmark);
  }
  writer.EndObject();
  http::Request request;
  request.method = "POST";
  request.path = scope + "/_find";
  request.body.assign(buffer.GetString(), buffer.GetSize());
  return request;
}

http::Request view_request(const std::string& scope, const sql::ViewRead& read, uint64_t limit) {
  std::vector<Parameter> parameters{{"limit", std::to_string(limit)},
                                    {"reduce", read.reduce ? "true" : "false"}};
  if (read.group) parameters.push_back({"group", "true"});
  if (read.group_level > 0) parameters.push_back({"group_level", std::to_string(read.group_level)});
  if (read.include_docs) parameters.push_back({"include_docs", "true"});
  if (read.descending) parameters.push_back({"descending", "true"});
  if (!read.start_key.empty()) parameters.push_back({"startkey", read.start_key});
  if (read.start_key_docid)
    parameters.push_back({"startkey_docid", sql::json_string(*read.start_key_docid), true});
  if (!read.end_key.empty()) parameters.push_back({"endkey", read.end_key});
  if (read.end_key_docid) parameters.push_back({"endkey_docid", sql::json_string(*read.end_key_docid), true});
  if (!read.end_key.empty() && !read.inclusive_end) parameters.push_back({"inclusive_end", "false"});
  std::string keys;
  for (const auto& key : read.keys) keys += (keys.empty() ? "[" : ",") + key;
  if (!keys.empty()) keys += "]";
  return read_request(scope + "/_design/" + http::escape_segment(read.design_document) + "/_view/" +
                          http::escape_segment(read.view),
                      parameters, keys);
}

}  // namespace couch::driver
