#include "tests/support/live_server.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <stdexcept>

namespace couch::test {
namespace {

constexpr std::string_view prefix = "live_";
constexpr std::time_t forgotten_after = 6 * 60 * 60;  // seconds; no run of the tier takes so long

size_t collect(char* bytes, size_t size, size_t count, void* into) {
  static_cast<std::string*>(into)->append(bytes, size * count);
  return size * count;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16).ptr == text.data() + i + 3) {
      out += static_cast<char>(value);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

// What an earlier run left behind because it was killed.
void drop_forgotten(const LiveServer& server) {
  const auto answer = server.ask("GET", "/_all_dbs");
  rapidjson::Document names;
  if (names.Parse(answer.body).HasParseError() || !names.IsArray()) return;
  for (const auto& name : names.GetArray()) {
    const std::string_view text(name.GetString(), name.GetStringLength());
    if (!text.starts_with(prefix)) continue;
    std::time_t made = 0;
    const char* digits = text.data() + prefix.size();
    if (std::from_chars(digits, text.data() + text.size(), made).ptr == digits) continue;
    if (made + forgotten_after < std::time(nullptr)) server.ask("DELETE", "/" + percent_encoded(text));
  }
}

}  // namespace

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

const LiveServer& LiveServer::get() {
  static const auto* server = [] {
    auto* made = new LiveServer;  // outlives every static object that a test may have
    drop_forgotten(*made);
    return made;
  }();
  return *server;
}

LiveServer::LiveServer() {
  const char* text = std::getenv("COUCHDB_URL");
  if (!text || !*text) {
    throw std::runtime_error(
        "the live tests need a server: set COUCHDB_URL=http://user:password@host:5984 (and "
        "SERVER_KIND=pouchdb for "
        "PouchDB Server), or run scripts/test live");
  }
  std::string_view rest = text;
  const auto colon = rest.find("://");
  if (colon == std::string_view::npos)
    throw std::runtime_error(fmt::format("COUCHDB_URL is no URL: {}", text));
  scheme_ = rest.substr(0, colon);
  rest.remove_prefix(colon + 3);
  rest = rest.substr(0, rest.find('/'));
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
    const auto login = rest.substr(0, at);
    const auto split = login.find(':');
    user_ = percent_decoded(login.substr(0, split));
    if (split != std::string_view::npos) password_ = percent_decoded(login.substr(split + 1));
    rest.remove_prefix(at + 1);
  }
  port_ = scheme_ == "https" ? 443 : 80;
  if (const auto split = rest.rfind(':'); split != std::string_view::npos && rest.back() != ']') {
    const auto digits = rest.substr(split + 1);
    if (std::from_chars(digits.data(), digits.data() + digits.size(), port_).ec != std::errc()) {
      throw std::runtime_error("COUCHDB_URL has no port that is a number");
    }
    rest = rest.substr(0, split);
  }
  host_ = rest;
  url_ = fmt::format("{}://{}:{}", scheme_, host_, port_);
  const char* kind = std::getenv("SERVER_KIND");
  const std::string_view given = kind ? kind : "couchdb";
  if (given != "couchdb" && given != "pouchdb") {
    throw std::runtime_error(fmt::format("SERVER_KIND is couchdb or pouchdb, not {}", given));
  }
  couchdb_ = given == "couchdb";
}

HttpAnswer LiveServer::ask(std::string_view method, const std::string& path, const std::string& body) const {
  // A handle a thread keeps its connection alive.
  static const bool started = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  thread_local const std::unique_ptr<CURL, void (*)(CURL*)> curl(started ? curl_easy_init() : nullptr,
                                                                 curl_easy_cleanup);
  if (!curl) throw std::runtime_error("libcurl does not start");
  const std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers(
      curl_slist_append(nullptr, "Content-Type: application/json"), curl_slist_free_all);
  HttpAnswer answer;
  curl_easy_reset(curl.get());
  const std::string verb(method), url = url_ + path;
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_CUSTOMREQUEST, verb.c_str());
  if (verb == "HEAD") curl_easy_setopt(curl.get(), CURLOPT_NOBODY, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  if (!user_.empty()) {
    curl_easy_setopt(curl.get(), CURLOPT_USERNAME, user_.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_PASSWORD, password_.c_str());
  }
  if (!body.empty() || verb == "POST") {
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body.c_str());
  }
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, 300L);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, collect);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &answer.body);
  if (const auto code = curl_easy_perform(curl.get()); code != CURLE_OK) {
    throw std::runtime_error(fmt::format("{} {}: {}", verb, url, curl_easy_strerror(code)));
  }
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  return answer;
}

std::string LiveServer::must(std::string_view method, const std::string& path,
                             const std::string& body) const {
  auto answer = ask(method, path, body);
  if (answer.status >= 300) {
    throw std::runtime_error(
        fmt::format("{} {}: {} {}", method, path, answer.status, answer.body.substr(0, 500)));
  }
  return std::move(answer.body);
}

std::string unique_name(std::string_view what) {
  static std::atomic<unsigned> number{0};
  return fmt::format("{}{}_{}_{}_{}", prefix, std::time(nullptr), getpid(), ++number, what);
}

Database::Database(std::string_view what, std::string_view query) : name_(unique_name(what)) {
  LiveServer::get().must("PUT", path() + (query.empty() ? "" : "?" + std::string(query)));
}

Database::~Database() {
  try {
    LiveServer::get().ask("DELETE", path());
  } catch (const std::exception& error) {
    fmt::print(stderr, "the database {} is still there: {}\n", name_, error.what());
  }
}

std::string Database::path(std::string_view below) const {
  std::string out = "/" + percent_encoded(name_);
  if (!below.empty()) out.append("/").append(below);
  return out;
}

void Database::add(const std::vector<std::string>& documents) {
  constexpr size_t batch_bytes = 4 << 20;
  std::string body;
  const auto send = [&] {
    if (!body.empty()) bulk("{\"docs\":[" + body + "]}");
    body.clear();
  };
  for (const auto& document : documents) {
    if (body.size() + document.size() > batch_bytes) send();
    if (!body.empty()) body += ',';
    body += document;
  }
  send();
}

void Database::bulk(const std::string& body) {
  const auto answer = LiveServer::get().must("POST", path("_bulk_docs"), body);
  rapidjson::Document rows;
  rows.Parse(answer);
  if (!rows.IsArray()) throw std::runtime_error("_bulk_docs answered " + answer.substr(0, 500));
  for (const auto& row : rows.GetArray()) {
    if (row.HasMember("error")) {
      rapidjson::StringBuffer text;
      rapidjson::Writer<rapidjson::StringBuffer> writer(text);
      row.Accept(writer);
      throw std::runtime_error(std::string("_bulk_docs refused a document: ") + text.GetString());
    }
  }
}

namespace {

std::string json_string(std::string_view text) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
  return buffer.GetString();
}

}  // namespace

void Database::view(const std::string& design_document, const std::string& view, const std::string& map,
                    const std::string& reduce) {
  const auto place = path("_design/" + percent_encoded(design_document));
  const auto present = LiveServer::get().ask("GET", place);
  rapidjson::Document document;
  document.SetObject();
  if (present.status == 200) document.Parse(present.body);
  auto& memory = document.GetAllocator();
  if (!document.HasMember("views"))
    document.AddMember("views", rapidjson::Value(rapidjson::kObjectType), memory);
  rapidjson::Value definition(rapidjson::kObjectType);
  definition.AddMember("map", rapidjson::Value(map, memory), memory);
  if (!reduce.empty()) definition.AddMember("reduce", rapidjson::Value(reduce, memory), memory);
  document["views"].AddMember(rapidjson::Value(view, memory), definition, memory);
  rapidjson::StringBuffer text;
  rapidjson::Writer<rapidjson::StringBuffer> writer(text);
  document.Accept(writer);
  LiveServer::get().must("PUT", place, text.GetString());
}

void Database::index(const std::vector<std::string>& fields, const std::string& name,
                     const std::string& more) {
  std::string list;
  for (const auto& field : fields) list += (list.empty() ? "" : ",") + json_string(field);
  LiveServer::get().must(
      "POST", path("_index"),
      fmt::format(R"({{"index":{{"fields":[{}]}},"ddoc":{},"name":{},"type":"json"{}{}}})", list,
                  json_string(name), json_string(name), more.empty() ? "" : ",", more));
}

}  // namespace couch::test
