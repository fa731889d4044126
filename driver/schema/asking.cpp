#include "driver/schema/asking.h"

#include <algorithm>

namespace couch::driver::schema {

http::Request Asking::bounded(http::Request request) const {
  request.stop = stop;
  request.deadline = deadline;
  return request;
}

rapidjson::Document Asking::get(const std::string& path) const {
  http::Request request;
  request.path = path;
  const http::Response response = client->send(bounded(std::move(request)));
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(response.body.data(), response.body.size());
  if (document.HasParseError() || !document.IsObject())
    throw http::Error{http::ErrorKind::LinkFailure,
                      "the answer to GET " + path + " is not what CouchDB gives"};
  return document;
}

Asking Asking::within(std::chrono::milliseconds time) const {
  Asking sooner = *this;
  const auto latest = std::chrono::steady_clock::now() + time;
  sooner.deadline = deadline ? std::min(*deadline, latest) : latest;
  return sooner;
}

bool harmless(const http::Error& error) {
  switch (error.kind()) {
    case http::ErrorKind::Forbidden:
    case http::ErrorKind::NotFound:
    case http::ErrorKind::BadRequest:
    case http::ErrorKind::Conflict:
    case http::ErrorKind::Exists:
    case http::ErrorKind::TooLarge: return true;
    case http::ErrorKind::NotAuthorized: return error.status() == 401;
    case http::ErrorKind::ServerFailure: return error.status() >= 500;
    case http::ErrorKind::CannotConnect:
    case http::ErrorKind::LinkFailure:
    case http::ErrorKind::ConnectTimeout:
    case http::ErrorKind::QueryTimeout:
    case http::ErrorKind::Interrupted:
    case http::ErrorKind::InvalidSetting: return false;
  }
  return false;
}

uint64_t number_in(const rapidjson::Value& object, const char* name) {
  const auto member = object.FindMember(name);
  return member != object.MemberEnd() && member->value.IsUint64() ? member->value.GetUint64() : 0;
}

}  // namespace couch::driver::schema
