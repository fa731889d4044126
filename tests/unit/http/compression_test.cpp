#include "http/compression.h"

#include <zlib.h>

#include <catch2/catch.hpp>

#include "http/wire.h"
#include "tests/unit/http/expect.h"

using namespace couch::http;
using namespace couch::test;

namespace {

std::string unzipped(const std::string& packed, size_t most) {
  std::string out(most, '\0');
  z_stream stream{};
  REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
  std::string input = packed;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(inflate(&stream, Z_FINISH) == Z_STREAM_END);
  CHECK(stream.avail_in == 0);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

Request write_of(std::string body) {
  auto request = get("/db/_bulk_docs");
  request.method = "POST";
  request.body = std::move(body);
  request.idempotent = false;
  request.compress = true;
  return request;
}

std::string large_body() {
  std::string body = R"({"docs":[)";
  for (int i = 0; i < 500; ++i)
    body += (i ? "," : "") + std::string{R"({"_id":")"} + std::to_string(i) + "\"}";
  return body + "]}";
}

}  // namespace

TEST_CASE("A compressed body unpacks to what it was", "[http][compression]") {
  for (const auto& body : {std::string{}, std::string{"x"}, large_body(), std::string(300'000, 'a')})
    CHECK(unzipped(gzip(body), body.size() + 1) == body);
}

TEST_CASE("Compression pays for large bodies that leave the machine", "[http][compression]") {
  Endpoint endpoint;
  endpoint.servers = {"http://couch.example:5984"};
  const Site far{endpoint};
  CHECK(compression_pays(far, 1 << 20));
  CHECK_FALSE(compression_pays(far, 500));
  for (const char* near_url : {"http://127.0.0.1:5984", "http://localhost", "https://[::1]:6984/couch"}) {
    endpoint.servers = {near_url};
    CHECK_FALSE(compression_pays(Site{endpoint}, 1 << 20));
  }
}

TEST_CASE("A write asks for compression and goes out packed, small ones as they are", "[http][compression]") {
  ScriptedCouch couch;
  couch.on_post("/db/_bulk_docs").status(201).answer("[]");
  auto endpoint = endpoint_of(couch);
  endpoint.compress_nearby = true;
  const auto client = Client::create(endpoint);
  const std::string body = large_body();
  CHECK(client->start(write_of(body))->wait().status == 201);
  CHECK(client->send(write_of(R"({"docs":[]})")).status == 201);
  const auto asked = couch.asked();
  CHECK(asked.at(0).header("content-encoding") == "gzip");
  CHECK(asked.at(0).body.size() < body.size());
  CHECK(unzipped(asked.at(0).body, body.size() + 1) == body);
  CHECK(asked.at(1).header("content-encoding").empty());
  CHECK(asked.at(1).body == R"({"docs":[]})");
}

TEST_CASE("A server that refuses a compressed body gets it plain, and so ever after", "[http][compression]") {
  ScriptedCouch couch;
  couch.on_post("/db/_bulk_docs").with([](const Asked& asked) {
    Reply reply;
    reply.status = asked.header("content-encoding").empty() ? 201 : 415;
    reply.body = reply.status == 201 ? "[]" : R"({"error":"bad_content_type","reason":"no gzip here"})";
    return reply;
  });
  auto endpoint = endpoint_of(couch);
  endpoint.compress_nearby = true;
  const auto client = Client::create(endpoint);
  const std::string body = large_body();
  CHECK(client->send(write_of(body)).status == 201);
  CHECK(client->send(write_of(body)).status == 201);
  const auto asked = couch.asked();
  REQUIRE(asked.size() == 3);
  CHECK(asked[1].body == body);
  CHECK(asked[2].body == body);
}
