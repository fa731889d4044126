#include <fmt/format.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <utility>

#include "sql/json_text.h"
#include "sql/plan/explain.h"

namespace couch::sql::plan {

namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

void member(Writer& out, const char* name, const std::string& json) {
  if (json.empty()) return;
  out.Key(name);
  out.RawValue(json.data(), json.size(), rapidjson::kObjectType);
}

std::string object(auto&& fill) {
  rapidjson::StringBuffer buffer;
  Writer out{buffer};
  out.StartObject();
  fill(out);
  out.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

std::string list(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const auto& text : texts) out += (out.size() > 1 ? "," : "") + json_string(text);
  return out + "]";
}

// As it stands in a URL; what need not be escaped stays legible.
std::string escaped(std::string_view text, std::string_view also_plain) {
  std::string out;
  for (char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       std::string_view{"-._~"}.find(c) != std::string_view::npos ||
                       also_plain.find(c) != std::string_view::npos;
    if (plain) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

// The limit that is stated where all rows are wanted (driver/bridge_request.h).
constexpr uint64_t all_rows = 268435455;

class Query {
 public:
  void add(std::string_view name, std::string_view value) {
    text_ += text_.empty() ? '?' : '&';
    text_ += name;
    text_ += '=';
    text_ += escaped(value, ",:@!$()*;/'");
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

void add_limit(Query& query, const std::optional<uint64_t>& limit,
               const std::optional<uint64_t>& expected = std::nullopt) {
  uint64_t rows = limit.value_or(all_rows);
  query.add("limit", fmt::format("{}", std::min(rows, expected.value_or(rows))));
}

RequestText text_of(const AllDocs& read) {
  Query query;
  if (read.include_docs) query.add("include_docs", "true");
  if (read.start) query.add("startkey", json_string(*read.start));
  if (read.end) query.add("endkey", json_string(*read.end));
  if (read.end && !read.inclusive_end) query.add("inclusive_end", "false");
  if (read.descending) query.add("descending", "true");
  add_limit(query, read.limit, read.expected);
  return {"GET", "_all_docs" + query.text(), {}};
}

RequestText text_of(const ByIds& read) {
  Query query;
  query.add("limit", fmt::format("{}", read.ids.size()));
  if (read.include_docs) query.add("include_docs", "true");
  return {"POST", "_all_docs" + query.text(),
          object([&](Writer& out) { member(out, "keys", list(read.ids)); })};
}

RequestText text_of(const Find& read) {
  return {"POST", "_find", object([&](Writer& out) {
            member(out, "selector", read.selector);
            if (!read.fields.empty()) member(out, "fields", list(read.fields));
            member(out, "sort", read.sort);
            if (!read.use_index.empty()) member(out, "use_index", list(read.use_index));
            member(out, "limit", fmt::format("{}", read.limit.value_or(all_rows)));
          })};
}

RequestText text_of(const ViewRead& read) {
  Query query;
  query.add("reduce", read.reduce ? "true" : "false");
  if (read.group) query.add("group", "true");
  if (read.group_level != 0) query.add("group_level", fmt::format("{}", read.group_level));
  if (!read.start_key.empty()) query.add("startkey", read.start_key);
  if (!read.end_key.empty()) query.add("endkey", read.end_key);
  if (!read.inclusive_end) query.add("inclusive_end", "false");
  if (read.start_key_docid) query.add("startkey_docid", *read.start_key_docid);
  if (read.end_key_docid) query.add("endkey_docid", *read.end_key_docid);
  if (read.descending) query.add("descending", "true");
  if (read.include_docs) query.add("include_docs", "true");
  add_limit(query, read.limit, read.expected);
  RequestText out{"GET",
                  fmt::format("_design/{}/_view/{}{}", escaped(read.design_document, {}),
                              escaped(read.view, {}), query.text()),
                  {}};
  if (!read.keys.empty()) {
    out.method = "POST";
    std::string keys = "[";
    for (const auto& key : read.keys) keys += (keys.size() > 1 ? "," : "") + key;
    out.body = object([&](Writer& writer) { member(writer, "keys", keys + "]"); });
  }
  return out;
}

RequestText text_of(const Rank& rank) {
  Query query;
  if (!rank.from.empty()) query.add("startkey", json_string(rank.from));
  query.add("limit", "1");
  return {"GET", "_all_docs" + query.text(), {}};
}

RequestText text_of(const DatabaseCount&) { return {"GET", "", {}}; }

}  // namespace

RequestText request_text(const DocumentRequest& request) {
  RequestText out = std::visit([](const auto& what) { return text_of(what); }, request.what);
  if (is_one_document(request)) out = {"GET", escaped(std::get<ByIds>(request.what).ids.front(), ":@,"), {}};
  std::string base = "/" + escaped(request.database, {});
  if (!request.partition.empty()) base += "/_partition/" + escaped(request.partition, {});
  out.path = out.path.empty() ? base : base + "/" + out.path;
  return out;
}

}  // namespace couch::sql::plan
