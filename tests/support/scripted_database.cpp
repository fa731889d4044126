#include "tests/support/scripted_database.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <optional>

#include "tests/support/mango_oracle.h"
#include "tests/support/scripted_couch.h"
#include "tests/support/selector.h"
#include "tests/support/view_rows.h"

namespace couch::test {
namespace {

using rapidjson::Document;
using rapidjson::Value;
using Answer = ScriptedDatabase::Answer;
using Members = std::vector<std::pair<std::string, std::string>>;  // name and the value's own text

std::string quoted(std::string_view text) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer{buffer};
  writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
  return buffer.GetString();
}

Answer failure(int status, std::string_view error, std::string_view reason) {
  return {status, "{\"error\":" + quoted(error) + ",\"reason\":" + quoted(reason) + "}\n", false};
}

Document parse(const std::string& json) {
  Document document;
  if (document.Parse(json.data(), json.size()).HasParseError()) throw BadSelector{"invalid UTF-8 JSON"};
  return document;
}

// Where the value that begins at `at` ends, in JSON known to be valid.
size_t value_end(const std::string& json, size_t at) {
  int depth = 0;
  for (bool string = false; at < json.size(); ++at) {
    const char c = json[at];
    if (string) {
      if (c == '\\') ++at;
      string = c != '"';
      if (!string && depth == 0) return at + 1;
      if (c == '\\') string = true;
    } else if (c == '"') {
      string = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if ((c == '}' || c == ']' || c == ',') && depth == 0) {
      return at;
    } else if ((c == '}' || c == ']') && --depth == 0) {
      return at + 1;
    }
  }
  return at;
}

// The members of an object with every byte of their values: numbers keep their digits.
Members members(const std::string& json) {
  constexpr auto space = " \r\n\t";
  Members result;
  size_t at = json.find_first_not_of(space, json.find('{') + 1);
  while (at < json.size() && json[at] == '"') {
    const size_t name_end = value_end(json, at);
    const auto name = parse(json.substr(at, name_end - at));
    at = json.find_first_not_of(space, json.find(':', name_end) + 1);
    const size_t end = value_end(json, at);
    result.emplace_back(std::string{name.GetString(), name.GetStringLength()}, json.substr(at, end - at));
    at = json.find_first_not_of(space, end);
    if (at < json.size() && json[at] == ',') at = json.find_first_not_of(space, at + 1);
  }
  return result;
}

std::string object(const Members& list) {
  std::string out = "{";
  for (const auto& [name, value] : list) out += (out.size() > 1 ? "," : "") + quoted(name) + ':' + value;
  return out + '}';
}

// `fields`: the nesting stays, what is missing is left out, _id is not added.
std::string project(const std::string& json, const Value& fields) {
  std::map<std::string, std::vector<std::string>>
      inner;  // first step -> what follows it; empty text: the whole value
  for (const auto& field : fields.GetArray()) {
    const std::string path = field.GetString();
    const size_t dot = path.find('.');
    inner[path.substr(0, dot)].push_back(dot == std::string::npos ? "" : path.substr(dot + 1));
  }
  Members kept;
  for (auto& [name, value] : members(json)) {
    const auto found = inner.find(name);
    if (found == inner.end()) continue;
    if (std::find(found->second.begin(), found->second.end(), "") != found->second.end()) {
      kept.emplace_back(name, value);
    } else if (value.front() == '{') {
      Document rest{rapidjson::kArrayType};
      for (const auto& path : found->second)
        rest.PushBack(Value{path, rest.GetAllocator()}, rest.GetAllocator());
      if (auto part = project(value, rest); part != "{}") kept.emplace_back(name, std::move(part));
    }
  }
  return object(kept);
}

std::string bookmark(size_t position) { return "g1AAAA" + std::to_string(position); }

// A list's options come from the query or, by POST, from the body.
class Options {
 public:
  explicit Options(const Asked& asked) : asked_(asked) {
    if (!asked.body.empty()) body_ = parse(asked.body);
    if (!asked.body.empty() && !body_.IsObject()) throw BadSelector{"Request body must be a JSON object"};
  }
  // JSON text, as views' keys are given; empty: none.
  std::string json(const char* name) const {
    if (const auto text = asked_.parameter(name)) return *text;
    if (!body(name)) return {};
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer{buffer};
    body(name)->Accept(writer);
    return buffer.GetString();
  }
  // As it stands in a query, or a string in a body.
  std::optional<std::string> text(const char* name) const {
    if (auto text = asked_.parameter(name)) return text;
    return body(name) ? std::optional{string_of(*body(name))} : std::nullopt;
  }
  const Value* body(const char* name) const {
    if (!body_.IsObject()) return nullptr;
    const auto found = body_.FindMember(name);
    return found == body_.MemberEnd() ? nullptr : &found->value;
  }
  bool flag(const char* name, bool otherwise) const {
    if (const auto text = asked_.parameter(name)) return *text == "true";
    return body(name) ? body(name)->IsTrue() : otherwise;
  }
  uint64_t number(const char* name, uint64_t otherwise) const {
    if (const auto text = asked_.parameter(name)) return std::stoull(*text);
    if (!body(name)) return otherwise;
    if (!body(name)->IsUint64()) throw BadSelector{std::string{"Invalid value for "} + name};
    return body(name)->GetUint64();
  }
  std::optional<std::string> id(const char* name, const char* other) const {
    for (const char* key : {name, other}) {
      if (const auto text = asked_.parameter(key)) return string_of(parse(*text));
      if (body(key)) return string_of(*body(key));
    }
    return std::nullopt;
  }
  std::optional<std::vector<std::string>> keys() const {
    Document parsed;
    const Value* list = body("keys");
    if (const auto text = asked_.parameter("keys")) list = &(parsed = parse(*text));
    if (!list) return std::nullopt;
    if (!list->IsArray()) throw BadSelector{"`keys` member must be an array."};
    std::vector<std::string> result;
    for (const auto& key : list->GetArray()) result.push_back(string_of(key));
    return result;
  }

 private:
  static std::string string_of(const Value& value) {
    if (!value.IsString()) throw BadSelector{"ids are strings"};
    return {value.GetString(), value.GetStringLength()};
  }
  const Asked& asked_;
  Document body_;
};

}  // namespace

struct ScriptedDatabase::Contents {
  struct Stored {
    std::string json, rev;
    uint64_t seq = 0;
  };
  std::string name;
  std::map<std::string, Stored> documents;  // by the ids' bytes, as _all_docs has them
  uint64_t seq = 0;
  bool partitioned = false;

  const Stored& store(const std::string& json, const std::string& id_of_path) {
    const auto parsed = parse(json);
    if (!parsed.IsObject()) throw std::invalid_argument("not a JSON object: " + json);
    std::string id = id_of_path;
    if (id.empty()) {
      if (!parsed.HasMember("_id") || !parsed["_id"].IsString())
        throw std::invalid_argument("a document without _id: " + json);
      id = parsed["_id"].GetString();
    }
    Stored stored{{}, {}, ++seq};
    if (parsed.HasMember("_rev")) {
      stored.rev = parsed["_rev"].GetString();
    } else {
      char digest[33];
      std::snprintf(digest, sizeof digest, "%016zx%016zx", std::hash<std::string>{}(json),
                    std::hash<std::string>{}(id));
      stored.rev = std::string{"1-"} + digest;
    }
    Members all{{"_id", quoted(id)}, {"_rev", quoted(stored.rev)}};  // first, as CouchDB writes them
    for (auto& member : members(json))
      if (member.first != "_id" && member.first != "_rev") all.push_back(std::move(member));
    stored.json = object(all);
    return documents[id] = std::move(stored);
  }

  static std::string row(const std::string& id, const Stored& stored, bool with_document) {
    return "{\"id\":" + quoted(id) + ",\"key\":" + quoted(id) + ",\"value\":{\"rev\":" + quoted(stored.rev) +
           "}" + (with_document ? ",\"doc\":" + stored.json : "") + "}";
  }

  static Answer list(const std::string& head, const std::vector<std::string>& rows, const std::string& tail) {
    std::string body = head + "[\r\n";
    for (size_t i = 0; i < rows.size(); ++i) body += rows[i] + (i + 1 < rows.size() ? ",\r\n" : "");
    return {200, body + "\r\n]" + tail, true};
  }

  Answer info() const {
    const auto count = std::to_string(documents.size());
    return {200,
            "{\"instance_start_time\":\"1795204844\",\"db_name\":" + quoted(name) +
                ",\"purge_seq\":\"0-g1AAAABXeJz\",\"update_seq\":\"" + std::to_string(seq) +
                "-g1AAAACbeJz\",\"sizes\":{\"file\":78242,\"external\":938,\"active\":6650},\"props\":{" +
                (partitioned ? "\"partitioned\":true" : "") + "},\"doc_del_count\":0,\"doc_count\":" + count +
                ",\"disk_format_version\":8,\"compact_running\":false,\"cluster\":{\"q\":2,\"n\":1,\"w\":1,"
                "\"r\":1}}\n",
            false};
  }

  Answer by_id(const Options& options, bool design_only) const {
    const bool with_documents = options.flag("include_docs", false),
               descending = options.flag("descending", false);
    std::vector<std::string> rows;
    if (const auto keys = options.keys()) {
      for (const auto& key : *keys) {
        const auto found = documents.find(key);
        rows.push_back(found == documents.end() ? "{\"key\":" + quoted(key) + ",\"error\":\"not_found\"}"
                                                : row(key, found->second, with_documents));
      }
      return list("{\"total_rows\":" + std::to_string(documents.size()) + ",\"offset\":null,\"rows\":", rows,
                  "}\n");
    }
    const auto key = options.id("key", "key");
    auto first = options.id("startkey", "start_key"), last = options.id("endkey", "end_key");
    if (key) first = last = key;
    const bool inclusive = options.flag("inclusive_end", true);
    std::vector<const std::pair<const std::string, Stored>*> order;
    for (const auto& each : documents)
      if (!design_only || each.first.rfind("_design/", 0) == 0) order.push_back(&each);
    const size_t total = order.size();
    if (descending) std::reverse(order.begin(), order.end());
    auto before = [&](const std::string& a, const std::string& b) { return descending ? b < a : a < b; };
    uint64_t skip = options.number("skip", 0), limit = options.number("limit", UINT64_MAX);
    size_t offset = 0;
    for (const auto* each : order) {
      if (first && before(each->first, *first)) {
        ++offset;
        continue;
      }
      if (last && (before(*last, each->first) || (!inclusive && each->first == *last))) break;
      if (skip > 0) {
        --skip;
        ++offset;
        continue;
      }
      if (rows.size() >= limit) break;
      rows.push_back(row(each->first, each->second, with_documents));
    }
    return list(
        "{\"total_rows\":" + std::to_string(total) + ",\"offset\":" + std::to_string(offset) + ",\"rows\":",
        rows, "}\n");
  }

  Answer changes(const Options& options) const {
    std::vector<const std::pair<const std::string, Stored>*> order;
    for (const auto& each : documents) order.push_back(&each);
    std::sort(order.begin(), order.end(), [](auto* a, auto* b) { return a->second.seq < b->second.seq; });
    const uint64_t since = options.number("since", 0);  // as it begins: "3-g1AAAAC…"
    std::erase_if(order, [&](auto* each) { return each->second.seq <= since; });
    const size_t all = order.size();
    if (options.flag("descending", false)) std::reverse(order.begin(), order.end());
    const uint64_t limit = options.number("limit", UINT64_MAX);
    if (order.size() > limit) order.resize(limit);
    std::string body = "{\"results\":[\n";
    for (const auto* each : order) {
      body += "{\"seq\":\"" + std::to_string(each->second.seq) +
              "-g1AAAACbeJz\",\"id\":" + quoted(each->first) +
              ",\"changes\":[{\"rev\":" + quoted(each->second.rev) + "}]" +
              (options.flag("include_docs", false) ? ",\"doc\":" + each->second.json : "") + "}" +
              (each == order.back() ? "" : ",\r\n");
    }
    return {200,
            body + "\n],\n\"last_seq\":\"" + std::to_string(order.empty() ? seq : order.back()->second.seq) +
                "-g1AAAACbeJz\",\"pending\":" + std::to_string(all - order.size()) + "}\n",
            true};
  }

  Answer find(const Options& options) const {
    const Value* selector = options.body("selector");
    if (!selector) return failure(400, "missing_required_key", "Missing required key: selector");
    const Value* fields = options.body("fields");
    bool descending = false;
    if (const Value* sort = options.body("sort"); sort && sort->Size() > 0) {
      const Value& by = (*sort)[0];
      const bool object_form = by.IsObject();
      const std::string field = object_form ? by.MemberBegin()->name.GetString() : by.GetString();
      if (field != "_id" || sort->Size() > 1)
        return failure(400, "no_usable_index",
                       "No index exists for this sort, try indexing by the sort fields.");
      descending = object_form && by.MemberBegin()->value == "desc";
    }
    uint64_t skip = options.number("skip", 0);
    const uint64_t limit = options.number("limit", 25);
    if (const Value* mark = options.body("bookmark");
        mark && mark->IsString() && std::string_view{mark->GetString()}.rfind("g1AAAA", 0) == 0)
      skip += std::stoull(mark->GetString() + 6);
    const uint64_t start = skip;
    std::vector<const Stored*> order;
    for (const auto& [id, stored] : documents)
      if (id.rfind("_design/", 0) != 0) order.push_back(&stored);
    if (descending) std::reverse(order.begin(), order.end());
    std::vector<std::string> rows;
    for (const auto* each : order) {
      if (rows.size() >= limit) break;
      if (!matches(*selector, parse(each->json))) continue;
      if (skip > 0) {
        --skip;
        continue;
      }
      rows.push_back(fields && fields->IsArray() ? project(each->json, *fields) : each->json);
    }
    const auto mark = rows.empty() ? "nil" : bookmark(start + rows.size());
    return list("{\"docs\":", rows,
                ",\r\n\"bookmark\": \"" + mark +
                    "\",\r\n\"warning\": \"No matching index found, create an index to optimize query "
                    "time.\"}\r\n\n");
  }

  // JSON indexes are design documents in CouchDB, too.
  std::vector<sql::Index> indexes() const {
    std::vector<sql::Index> out;
    for (const auto& [id, stored] : documents) {
      if (!id.starts_with("_design/")) continue;
      const auto design = model::parse_json(stored.json);
      const auto* language = design.find("language");
      if (!language || language->text != "query") continue;
      for (const auto& [view, definition] : design.find("views")->members) {
        if (!definition.find("options")) continue;  // as no JSON index is
        sql::Index index;
        index.design_document = id.substr(8);
        index.name = view;
        for (const auto& field : definition.find("options")->find("def")->find("fields")->items)
          index.fields.push_back(model::mango_path(field.text));
        const auto* options = design.find("options");
        const auto* of_partition = options ? options->find("partitioned") : nullptr;
        index.partitioned = partitioned && !(of_partition && of_partition->kind == model::Json::Kind::False);
        out.push_back(std::move(index));
      }
    }
    return out;
  }

  Answer list_indexes() const {
    std::string body =
        R"({"total_rows":1,"indexes":[{"ddoc":null,"name":"_all_docs","type":"special","def":{"fields":[{"_id":"asc"}]}})";
    for (const auto& index : indexes()) {
      body += ",{\"ddoc\":" + quoted("_design/" + index.design_document) + ",\"name\":" + quoted(index.name) +
              ",\"type\":\"json\",\"partitioned\":" + (index.partitioned ? "true" : "false") +
              ",\"def\":{\"fields\":[";
      for (const auto& field : index.fields) {
        std::string path;
        for (const auto& step : field) path += (path.empty() ? "" : ".") + step;
        body += std::string{body.back() == '[' ? "" : ","} + "{" + quoted(path) + ":\"asc\"}";
      }
      body += "]}}";
    }
    return {200, body + "]}\n", false};
  }

  Answer create_index(const std::string& body) {
    const auto asked = model::parse_json(body);
    const std::string design = asked.find("ddoc")->text, view = asked.find("name")->text;
    const std::string fields = model::to_text(*asked.find("index")->find("fields"));
    const auto* apart = asked.find("partitioned");
    const std::string text =
        "{\"language\":\"query\"," +
        (apart ? "\"options\":{\"partitioned\":" + model::to_text(*apart) + "}," : std::string{}) +
        "\"views\":{" + quoted(view) + R"(:{"map":{},"reduce":"_count","options":{"def":{"fields":)" +
        fields + "}}}}}";
    const bool exists = documents.contains("_design/" + design);
    if (!exists) store(text, "_design/" + design);
    return {200,
            "{\"result\":\"" + std::string{exists ? "exists" : "created"} +
                "\",\"id\":" + quoted("_design/" + design) + ",\"name\":" + quoted(view) + "}\n",
            false};
  }

  Answer view(const std::string& design, const std::string& name_of_view, const Options& options) const {
    const auto known = indexes();
    const auto found = std::find_if(known.begin(), known.end(), [&](const sql::Index& index) {
      return index.design_document == design && index.name == name_of_view;
    });
    if (found == known.end()) return failure(404, "not_found", "missing_named_view");
    sql::ViewRead read;
    read.reduce = options.flag("reduce", true);
    read.group = options.flag("group", false);
    read.group_level = static_cast<uint32_t>(options.number("group_level", 0));
    read.include_docs = options.flag("include_docs", false);
    read.descending = options.flag("descending", false);
    read.inclusive_end = options.flag("inclusive_end", true);
    read.start_key = options.json("startkey");
    read.end_key = options.json("endkey");
    read.start_key_docid = options.text("startkey_docid");
    read.end_key_docid = options.text("endkey_docid");
    read.limit = options.number("limit", UINT64_MAX);
    if (const auto* keys = options.body("keys"))
      for (const auto& key : model::parse_json(options.json("keys")).items)
        if (keys->IsArray()) read.keys.push_back(model::to_text(key));
    std::map<std::string, std::string> texts;
    for (const auto& [id, stored] : documents) texts[id] = stored.json;
    const auto all = model::index_rows(texts, *found);
    const auto rows = model::view_answer(all, read, "_count");
    return list(read.reduce ? "{\"rows\":"
                            : "{\"total_rows\":" + std::to_string(all.size()) + ",\"offset\":0,\"rows\":",
                rows, "}\n");
  }

  // One document by its path: PUT with the revision that it has.
  Answer put(const std::string& id, const std::string& body) {
    std::string given;
    bool deleted = false;
    Members kept;
    for (const auto& [key, value] : members(body)) {
      if (key == "_rev") given = parse(value).GetString();
      if (key == "_deleted") deleted = value == "true";
      if (key != "_rev" && key != "_deleted") kept.emplace_back(key, value);
    }
    const auto found = documents.find(id);
    const std::string now = found == documents.end() ? std::string{} : found->second.rev;
    if (given != now) return failure(409, "conflict", "Document update conflict.");
    const std::string rev =
        std::to_string((now.empty() ? 0 : std::stoi(now)) + 1) + "-" + std::string(32, 'b');
    if (deleted) {
      documents.erase(found);
      ++seq;
    } else {
      kept.emplace_back("_rev", quoted(rev));
      store(object(kept), id);
    }
    return {201, "{\"ok\":true,\"id\":" + quoted(id) + ",\"rev\":" + quoted(rev) + "}\n", false};
  }

  // What is below _partition/NAME.
  Answer in_partition(const Asked& asked, const std::string& rest) {
    const size_t slash = rest.find('/');
    const std::string prefix = rest.substr(0, slash) + ":";
    Contents inside;
    inside.name = name;
    inside.partitioned = true;
    inside.seq = seq;
    for (const auto& [id, stored] : documents)
      if (id.starts_with(prefix) || id.starts_with("_design/")) inside.documents[id] = stored;
    if (rest.substr(slash + 1) == "_all_docs")
      std::erase_if(inside.documents, [](const auto& each) { return each.first.starts_with("_design/"); });
    return inside.dispatch(asked, rest.substr(slash + 1));
  }

  Answer bulk(const std::string& body) {
    std::string out = "[";
    std::string docs;
    for (const auto& [key, value] : members(body))
      if (key == "docs") docs = value;
    for (size_t at = docs.find('{'); at != std::string::npos && at < docs.size(); at = docs.find('{', at)) {
      const size_t end = value_end(docs, at);
      const std::string text = docs.substr(at, end - at);
      at = end;
      std::string id, given;
      bool deleted = false;
      Members kept;
      for (const auto& [key, value] : members(text)) {
        if (key == "_id") id = parse(value).GetString();
        if (key == "_rev") given = parse(value).GetString();
        if (key == "_deleted") deleted = value == "true";
        if (key != "_rev") kept.emplace_back(key, value);
      }
      const auto found = documents.find(id);
      const std::string now = found == documents.end() ? std::string{} : found->second.rev;
      if (out.size() > 1) out += ',';
      if (given != now) {
        out += "{\"id\":" + quoted(id) + R"(,"error":"conflict","reason":"Document update conflict."})";
        continue;
      }
      const std::string rev =
          std::to_string((now.empty() ? 0 : std::stoi(now)) + 1) + "-" + std::string(32, 'a');
      if (deleted) {
        documents.erase(found);
      } else {
        kept.emplace_back("_rev", quoted(rev));
        store(object(kept), id);
      }
      out += "{\"ok\":true,\"id\":" + quoted(id) + ",\"rev\":" + quoted(rev) + "}";
    }
    return {201, out + "]\n", false};
  }

  Answer dispatch(const Asked& asked, const std::string& rest) {
    if (rest.empty()) return info();
    const Options options{asked};
    if (rest == "_all_docs") return by_id(options, false);
    if (rest == "_design_docs") return by_id(options, true);
    if (rest == "_changes") return changes(options);
    if (rest == "_find") return find(options);
    if (rest == "_bulk_docs") return bulk(asked.body);
    if (rest == "_index" && asked.method == "GET") return list_indexes();
    if (rest == "_index" && asked.method == "POST") return create_index(asked.body);
    if (rest.starts_with("_index/_design/") && asked.method == "DELETE") {
      const std::string id = rest.substr(7, rest.find("/json/") - 7);
      if (documents.erase(id) == 0) return failure(404, "not_found", "missing");
      ++seq;
      return {200, "{\"ok\":true}\n", false};
    }
    if (rest == "_compact") return {202, "{\"ok\":true}\n", false};
    if (rest.starts_with("_partition/")) return in_partition(asked, rest.substr(11));
    if (const size_t at = rest.find("/_view/"); at != std::string::npos && rest.starts_with("_design/"))
      return view(rest.substr(8, at - 8), rest.substr(at + 7), options);
    if (asked.method == "PUT") return put(rest, asked.body);
    const auto found = documents.find(rest);
    if (found == documents.end()) return failure(404, "not_found", "missing");
    return {200, found->second.json + "\n", false};
  }
};

ScriptedDatabase::ScriptedDatabase(std::string name, const std::vector<std::string>& documents,
                                   bool partitioned)
    : contents_(std::make_unique<Contents>()) {
  contents_->name = std::move(name);
  contents_->partitioned = partitioned;
  for (const auto& json : documents) contents_->store(json, {});
}

ScriptedDatabase::~ScriptedDatabase() = default;

std::vector<std::string> ScriptedDatabase::documents() const {
  std::vector<std::string> out;
  for (const auto& [id, stored] : contents_->documents) out.push_back(stored.json);
  return out;
}

Answer ScriptedDatabase::answer(const Asked& asked, const std::string& rest) {
  try {
    return contents_->dispatch(asked, rest);
  } catch (const BadSelector& problem) {
    return failure(400, "bad_request", problem.what());
  } catch (const std::exception& problem) {
    return failure(400, "bad_request", problem.what());
  }
}

}  // namespace couch::test
