#pragma once
// Short words for the tests of http/.
#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "http/client.h"
#include "tests/support/scripted_couch.h"

namespace couch::test {

using Catch::Matchers::Contains;
using Rows = std::vector<std::string>;

inline http::Endpoint endpoint_of(const ScriptedCouch& couch) {
  http::Endpoint endpoint;
  endpoint.servers = {couch.url()};
  endpoint.retry_delay = std::chrono::milliseconds{1};
  return endpoint;
}

inline http::Request get(std::string path) {
  http::Request request;
  request.path = std::move(path);
  return request;
}

inline std::string text(std::span<const char> bytes) { return {bytes.data(), bytes.size()}; }

inline Rows rows_of(http::RowStream& stream) {
  Rows rows;
  while (const auto row = stream.next()) rows.push_back(text(*row));
  return rows;
}

// What `body` throws; the test fails when it throws nothing.
template <class Body>
http::Error error_of(Body&& body) {
  try {
    body();
  } catch (const http::Error& error) {
    INFO(error.what());
    return error;
  }
  FAIL("no error was thrown");
  throw std::logic_error{"not reached"};
}

}  // namespace couch::test
