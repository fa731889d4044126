#include "driver/bridge_action.h"

#include <fmt/format.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <string_view>
#include <utility>

#include "http/error.h"
#include "sql/error.h"
#include "sql/json_text.h"

namespace couch::driver {

namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

void text(Writer& out, std::string_view value) {
  out.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}

std::string of_database(const std::string& name) { return "/" + http::escape_segment(name); }

// How the server reaches one of its own databases: CouchDB 3 takes no bare names
// (local_endpoints_not_supported), and asks itself with the credentials that it is given.
void replicated_database(Writer& out, const std::string& name, const http::Endpoint& endpoint, bool by_name) {
  const bool url = name.starts_with("http://") || name.starts_with("https://");
  if (url || by_name) return text(out, name);
  out.StartObject();
  out.Key("url");
  text(out, (endpoint.servers.empty() ? std::string{} : endpoint.servers.front()) + of_database(name));
  const auto header = [&](std::string_view field, std::string_view value) {
    text(out, field);
    text(out, value);
  };
  switch (endpoint.auth) {
    case http::Auth::None: break;
    case http::Auth::Basic:
    case http::Auth::Session:
      out.Key("auth");
      out.StartObject();
      out.Key("basic");
      out.StartObject();
      out.Key("username");
      text(out, endpoint.user);
      out.Key("password");
      text(out, endpoint.password);
      out.EndObject();
      out.EndObject();
      break;
    case http::Auth::Jwt:
      out.Key("headers");
      out.StartObject();
      header("Authorization", "Bearer " + endpoint.token);
      out.EndObject();
      break;
    case http::Auth::Proxy: break;  // its HMAC is for a person's requests: the server says 401
  }
  out.EndObject();
}

struct Requests {
  const http::Endpoint& endpoint;

  http::Request operator()(const sql::CreateDatabaseAction& action) const {
    auto request = changing("PUT", of_database(action.name));
    if (action.partitioned) request.query.emplace_back("partitioned", "true");
    return request;
  }
  http::Request operator()(const sql::DropDatabaseAction& action) const {
    return changing("DELETE", of_database(action.name));
  }
  http::Request operator()(const sql::CreateIndexAction& action) const {
    auto request = changing("POST", of_database(action.database) + "/_index");
    request.body = action.definition;
    request.idempotent = true;  // the same definition once more is "exists", a success
    return request;
  }
  http::Request operator()(const sql::DropIndexAction& action) const {
    // One segment, as PouchDB Server has it; CouchDB takes both.
    return changing("DELETE", of_database(action.database) + "/_index/" +
                                  http::escape_segment("_design/" + action.design_document) + "/json/" +
                                  http::escape_segment(action.name));
  }
  http::Request operator()(const sql::PutDesignAction& action) const {
    auto request = changing(
        "PUT", of_database(action.database) + "/_design/" + http::escape_segment(action.design_document));
    request.body = action.body;
    return request;
  }
  http::Request operator()(const sql::CompactAction& action) const {
    auto request = changing("POST", of_database(action.database) + "/_compact");
    request.body = "{}";
    request.idempotent = true;
    return request;
  }
  http::Request operator()(const sql::ReplicateAction& action) const {
    rapidjson::StringBuffer buffer;
    Writer out{buffer};
    out.StartObject();
    out.Key("source");
    replicated_database(out, action.source, endpoint, action.by_name);
    out.Key("target");
    replicated_database(out, action.target, endpoint, action.by_name);
    const auto flag = [&](const char* name, bool value) {
      if (!value) return;
      out.Key(name);
      out.Bool(true);
    };
    flag("create_target", action.create_target);
    flag("continuous", action.continuous);
    flag("cancel", action.cancel);
    out.EndObject();
    auto request = changing("POST", "/_replicate");
    request.body.assign(buffer.GetString(), buffer.GetSize());
    request.idempotent = true;  // it goes on where it was
    return request;
  }
  http::Request operator()(const sql::ReadAction& action) const {
    http::Request request;
    request.path = of_database(action.database);
    for (const std::string& segment : action.path) request.path += "/" + http::escape_segment(segment);
    request.query = action.query;
    return request;
  }

 private:
  static http::Request changing(std::string method, std::string path) {
    http::Request request;
    request.method = std::move(method);
    request.path = std::move(path);
    request.idempotent = false;
    return request;
  }
};

bool handled(const http::Error& error) {
  using enum http::ErrorKind;
  switch (error.kind()) {
    case BadRequest:
    case Forbidden:
    case NotFound:
    case Conflict:
    case Exists: return true;
    default: return false;
  }
}

[[noreturn]] void throw_unknown(const http::Error& error) {
  const auto text =
      fmt::format("no answer came: it is not known whether this was carried out: {}", error.what());
  // A statement that was stopped is told as that.
  if (error.kind() == http::ErrorKind::QueryTimeout || error.kind() == http::ErrorKind::Interrupted)
    throw http::Error{error.kind(), text, error.status(), error.error(), error.reason()};
  throw sql::Error{sql::ErrorKind::OutcomeUnknown, text};
}

// CouchDB answers every change with an object that says "ok" or "result"; anything else is somebody else's.
void require_word(const std::string& body) {
  if (sql::member_of(body, "ok") == "true" || !sql::member_of(body, "result").empty()) return;
  throw http::Error{http::ErrorKind::LinkFailure, "the server's answer is not what CouchDB gives"};
}

std::string body_of(const http::Error& error) {
  rapidjson::StringBuffer buffer;
  Writer out{buffer};
  out.StartObject();
  out.Key("error");
  text(out, error.error());
  out.Key("reason");
  text(out, error.reason());
  out.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace

sql::ActionAnswer perform_action(const Link& link, const sql::Action& action) {
  try {
    const auto response =
        link.client->send(link.bounded(std::visit(Requests{link.client->endpoint()}, action)));
    if (!std::holds_alternative<sql::ReadAction>(action)) require_word(response.body);
    return {response.status, response.body};
  } catch (const http::Error& error) {
    if (handled(error)) return {error.status(), body_of(error)};
    if (!std::holds_alternative<sql::ReadAction>(action) && error.may_have_happened()) throw_unknown(error);
    throw;
  }
}

}  // namespace couch::driver
