#pragma once
// How discovery asks the server: requests with the caller's stop and deadline.
#include <rapidjson/document.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "http/client.h"
#include "sql/json_text.h"

namespace couch::driver::schema {

struct Asking {
  std::shared_ptr<http::Client> client;
  const http::Stop* stop = nullptr;
  std::optional<std::chrono::steady_clock::time_point> deadline;

  http::Request bounded(http::Request request) const;
  std::unique_ptr<http::RowStream> stream(http::Request request) const {
    return client->stream(bounded(std::move(request)));
  }
  // An object; throws http::Error LinkFailure when it is none.
  rapidjson::Document get(const std::string& path) const;
  // The same with a deadline that is at most so far away.
  Asking within(std::chrono::milliseconds time) const;
};

// Errors that say something of what was asked, and not of the connection or the statement: discovery can do
// without that part.
bool harmless(const http::Error& error);

using sql::text_in;
// The number in `object`; 0 when there is none.
uint64_t number_in(const rapidjson::Value& object, const char* name);

}  // namespace couch::driver::schema
