#include "http/client.h"

#include <catch2/catch.hpp>
#include <thread>

#include "http/loop.h"
#include "tests/support/scripted_couch.h"
#include "tests/unit/http/expect.h"

using namespace couch::http;
using namespace couch::test;

TEST_CASE("connect() returns the server's greeting", "[http][client]") {
  ScriptedCouch couch;
  const auto client = Client::create(endpoint_of(couch));
  CHECK(client->connect().find("\"version\":\"3.5.0\"") != std::string::npos);
  CHECK_FALSE(client->dead());
  CHECK(couch.asked().at(0).header("user-agent").rfind("couchdb-odbc/", 0) == 0);
}

TEST_CASE("connect() says when something else than CouchDB answers", "[http][client]") {
  ScriptedCouch couch;
  couch.on_get("/").answer("<html>It works!</html>");
  const auto error = error_of([&] { Client::create(endpoint_of(couch))->connect(); });
  CHECK(error.kind() == ErrorKind::CannotConnect);
  CHECK_THAT(error.what(), Contains("not a CouchDB") && Contains(std::to_string(couch.port())));
}

TEST_CASE("A refused connection names the host, the port and the keywords", "[http][client]") {
  ScriptedCouch couch;
  couch.stop_listening();
  const auto client = Client::create(endpoint_of(couch));
  const auto error = error_of([&] { client->connect(); });
  CHECK(error.kind() == ErrorKind::CannotConnect);
  CHECK_THAT(error.what(),
             Contains("127.0.0.1:" + std::to_string(couch.port())) && Contains("Server") && Contains("Port"));
  CHECK(client->dead());
}

TEST_CASE("A server that accepts and never answers is a connection timeout", "[http][client]") {
  ScriptedCouch couch;
  const auto gate = couch.on_get("/").hold();
  auto endpoint = endpoint_of(couch);
  endpoint.connect_timeout = std::chrono::milliseconds{50};
  const auto error = error_of([&] { Client::create(endpoint)->connect(); });
  CHECK(error.kind() == ErrorKind::ConnectTimeout);
  CHECK_THAT(error.what(), Contains("LoginTimeout"));
}

TEST_CASE("A request is sent as it was given", "[http][client]") {
  ScriptedCouch couch;
  couch.on("PUT", "/a%2Fb/c").status(201).answer(R"({"ok":true})");
  Request request;
  request.method = "PUT";
  request.path = '/' + escape_segment("a/b") + "/c";
  request.query = {{"startkey", "\"ä &=+\""}, {"limit", "5"}};
  request.body = R"({"x":1})";
  const auto response = Client::create(endpoint_of(couch))->send(request);
  CHECK(response.status == 201);
  CHECK(response.body == R"({"ok":true})");
  const auto asked = couch.asked().at(0);
  CHECK(asked.parameter("startkey") == "\"ä &=+\"");
  CHECK(asked.parameter("limit") == "5");
  CHECK(asked.body == R"({"x":1})");
  CHECK(asked.header("content-type") == "application/json");
  CHECK(asked.header("expect").empty());
}

TEST_CASE("Every method arrives, with a body only where there is one", "[http][client]") {
  const auto method = GENERATE(as<std::string>{}, "GET", "HEAD", "POST", "PUT", "DELETE");
  ScriptedCouch couch;
  couch.on(method, "/db").answer("{}");
  Request request;
  request.method = method;
  request.path = "/db";
  const auto response = Client::create(endpoint_of(couch))->send(request);
  CHECK(response.body == (method == "HEAD" ? "" : "{}"));
  CHECK(couch.asked("" + method, "/db").size() == 1);
}

TEST_CASE("Statuses become errors with CouchDB's error and reason", "[http][client]") {
  const auto [status, kind] = GENERATE(table<int, ErrorKind>({{400, ErrorKind::BadRequest},
                                                              {401, ErrorKind::NotAuthorized},
                                                              {403, ErrorKind::Forbidden},
                                                              {404, ErrorKind::NotFound},
                                                              {405, ErrorKind::BadRequest},
                                                              {409, ErrorKind::Conflict},
                                                              {412, ErrorKind::Exists},
                                                              {413, ErrorKind::TooLarge},
                                                              {500, ErrorKind::ServerFailure},
                                                              {502, ErrorKind::ServerFailure}}));
  ScriptedCouch couch;
  couch.on_get("/db").error(status, "some_error", "some reason");
  const auto client = Client::create(endpoint_of(couch));
  for (const bool streamed : {false, true}) {
    const auto error = error_of([&] {
      if (streamed)
        client->stream(get("/db"))->next();
      else
        client->send(get("/db"));
    });
    CHECK(error.kind() == kind);
    CHECK(error.status() == status);
    CHECK(error.error() == "some_error");
    CHECK(error.reason() == "some reason");
    CHECK_THAT(error.what(), Contains("some_error") && Contains("some reason") && Contains("/db") &&
                                 Contains(std::to_string(status)));
  }
  CHECK(client->send_raw(get("/db")).status == status);
}

TEST_CASE("Rows arrive in order, with what stands outside of them", "[http][client]") {
  ScriptedCouch couch;
  couch.on_get("/db/_all_docs")
      .answer(
          "{\"total_rows\":3,\"offset\":0,\"rows\":[\r\n{\"id\":\"a\"},\r\n{\"id\":\"b]}\"},\r\n3\r\n]}\n")
      .chunked(1);
  const auto stream = Client::create(endpoint_of(couch))->stream(get("/db/_all_docs"));
  CHECK(rows_of(*stream) == Rows{R"({"id":"a"})", R"({"id":"b]}"})", "3"});
  CHECK(stream->envelope() == R"({"total_rows":3,"offset":0})");
  CHECK_FALSE(stream->next());
}

TEST_CASE("A row may be overwritten, and the byte after it", "[http][client]") {
  ScriptedCouch couch;
  couch.on_get("/db").answer("[\"abc\",\"def\"]");
  const auto stream = Client::create(endpoint_of(couch))->stream(get("/db"));
  const auto first = *stream->next();
  std::fill_n(first.data(), first.size() + 1, 'X');
  CHECK(text(*stream->next()) == "\"def\"");
  CHECK_FALSE(stream->next());
}

TEST_CASE("Connections are kept and used again", "[http][client]") {
  ScriptedCouch couch;
  const auto client = Client::create(endpoint_of(couch));
  for (int i = 0; i < 20; ++i) client->send(get("/_up"));
  rows_of(*client->stream(get("/_all_dbs")));
  CHECK(couch.asked().size() == 21);
  CHECK(couch.accepted() == 1);
}

TEST_CASE("Several requests are on their way at once, and each reply is waited for by itself",
          "[http][client]") {
  ScriptedCouch couch;
  auto first = couch.on_post("/db/_bulk_docs").hold();
  couch.on_post("/other/_bulk_docs").status(202).answer(R"([{"ok":true}])");
  const auto client = Client::create(endpoint_of(couch));
  auto request = get("/db/_bulk_docs");
  request.method = "POST";
  request.body = R"({"docs":[]})";
  request.idempotent = false;
  const auto slow = client->start(request);
  request.path = "/other/_bulk_docs";
  const auto quick = client->start(request);
  CHECK(quick->wait().status == 202);
  REQUIRE(first.wait_until_reached());
  CHECK(slow->poll() == RowStream::Ready::Pending);
  first.answer("[]");
  CHECK(slow->wait().body == "[]");
}

TEST_CASE("A reply that is thrown away aborts its request; an error status is an error", "[http][client]") {
  ScriptedCouch couch;
  const auto gate = couch.on_get("/slow").hold();
  couch.on_get("/no").error(409, "conflict", "Document update conflict.");
  const auto client = Client::create(endpoint_of(couch));
  {
    const auto slow = client->start(get("/slow"));
    REQUIRE(gate.wait_until_reached());
  }
  CHECK(couch.wait_for_open_connections(0));
  const auto error = error_of([&] { client->start(get("/no"))->wait(); });
  CHECK(error.status() == 409);
  CHECK(error.kind() == ErrorKind::Conflict);
}
