// Links that break, answers that are cut or wrong, servers that ask to come back later.
#include <catch2/catch.hpp>
#include <thread>

#include "http/client.h"
#include "http/retry.h"
#include "tests/support/scripted_couch.h"
#include "tests/unit/http/expect.h"

using namespace couch::http;
using namespace couch::test;
using namespace std::chrono_literals;

namespace {

const std::string body =
    "{\"total_rows\":3,\"rows\":[\r\n{\"id\":\"a\"},\r\n{\"id\":\"b\"},\r\n{\"id\":\"c\"}\r\n]}";
const Rows whole_rows{R"({"id":"a"})", R"({"id":"b"})", R"({"id":"c"})"};

// Reads until the error; what came before it must be the first rows.
Error error_after_rows(RowStream& stream) {
  Rows rows;
  const auto error = error_of([&] {
    while (const auto row = stream.next()) rows.push_back(text(*row));
  });
  CHECK(rows.size() <= whole_rows.size());
  CHECK(std::equal(rows.begin(), rows.end(), whole_rows.begin()));
  return error;
}

}  // namespace

TEST_CASE("An answer cut after any of its bytes is a broken link, streamed or whole", "[http][fault]") {
  const bool chunked = GENERATE(false, true);
  const bool reset = GENERATE(false, true);
  ScriptedCouch couch;
  const auto client = Client::create(endpoint_of(couch));
  for (size_t size = 0; size < body.size() + (chunked ? 1 : 0); ++size) {
    auto route = couch.on_get("/db");
    route.answer(body).cut_after(size);
    if (chunked) route.chunked();
    if (reset) route.reset_after(size);
    CAPTURE(chunked, reset, size);
    auto request = get("/db");
    request.idempotent = false;  // once is enough here
    const auto streamed = error_after_rows(*client->stream(request));
    REQUIRE(streamed.kind() == ErrorKind::LinkFailure);
    const auto whole = error_of([&] { client->send(request); });
    REQUIRE(whole.kind() == ErrorKind::LinkFailure);
    if (!reset) REQUIRE_THAT(streamed.what(), Contains("ended early"));
    REQUIRE(client->dead());
  }
}

TEST_CASE("A Content-Length that is wrong is a broken link", "[http][fault]") {
  ScriptedCouch couch;
  const auto client = Client::create(endpoint_of(couch));
  for (size_t claimed = 0; claimed < body.size() + 3; ++claimed) {
    if (claimed == body.size()) continue;
    couch.on_get("/db").answer(body).claim_length(claimed);
    CAPTURE(claimed);
    auto request = get("/db");
    request.idempotent = false;
    REQUIRE(error_after_rows(*client->stream(request)).kind() == ErrorKind::LinkFailure);
    if (claimed > 0) REQUIRE(error_of([&] { client->send(request); }).kind() == ErrorKind::LinkFailure);
  }
  CHECK(client->send(get("/_up")).status == 200);  // and what was left on the wire spoils nothing
}

TEST_CASE("An answer that is cut is not asked for again: its rows were handed out", "[http][fault]") {
  ScriptedCouch couch;
  const auto route = couch.on_get("/db").answer(body).cut_after(40).then().answer(body);
  const auto stream = Client::create(endpoint_of(couch))->stream(get("/db"));
  CHECK(error_after_rows(*stream).kind() == ErrorKind::LinkFailure);
  CHECK(error_of([&] { stream->next(); }).kind() == ErrorKind::LinkFailure);  // and it stays so
  CHECK(route.calls() == 1);
}

TEST_CASE("The server's error in a 200 is an error", "[http][fault]") {
  ScriptedCouch couch;
  couch.on_get("/db").answer(R"({"error":"timeout","reason":"no answer from the shards"})");
  const auto error = error_of([&] { Client::create(endpoint_of(couch))->stream(get("/db"))->next(); });
  CHECK(error.kind() == ErrorKind::ServerFailure);
  CHECK(error.error() == "timeout");
}

TEST_CASE("A link that breaks before an answer is tried again, a bounded number of times", "[http][fault]") {
  ScriptedCouch couch;
  const auto client = Client::create(endpoint_of(couch));
  SECTION("and works once the server is there") {
    const auto route = couch.on_get("/db").drop().then().drop().then().answer(body);
    CHECK(rows_of(*client->stream(get("/db"))) == whole_rows);
    CHECK(route.calls() == 3);
  }
  SECTION("and gives up") {
    const auto route = couch.on_get("/db").drop();
    CHECK(error_of([&] { client->send(get("/db")); }).kind() == ErrorKind::LinkFailure);
    CHECK(route.calls() == 1 + endpoint_of(couch).max_retries);
  }
}

TEST_CASE("A write whose fate is unknown is not repeated", "[http][fault]") {
  ScriptedCouch couch;
  const auto client = Client::create(endpoint_of(couch));
  const bool kept = GENERATE(false, true);
  if (kept)
    client->send(get("/_up"));  // libcurl would repeat it by itself on a connection that was used before
  const auto route = couch.on_post("/db/_bulk_docs").drop().then().answer("[]");
  auto request = get("/db/_bulk_docs");
  request.method = "POST";
  request.body = "{}";
  request.idempotent = false;
  const auto error = error_of([&] { client->send(request); });
  CHECK(error.kind() == ErrorKind::LinkFailure);
  if (kept) CHECK_THAT(error.what(), Contains("not known whether"));
  CHECK(route.calls() == 1);
}

TEST_CASE("A write that was sent is not called unsent because connecting anew failed", "[http][fault]") {
  ScriptedCouch couch;
  const auto client = Client::create(endpoint_of(couch));
  client->send(get("/_up"));  // on this connection libcurl would repeat the write, over a new one
  auto route = couch.on_post("/db/_bulk_docs");
  const auto gate = route.hold();
  auto request = get("/db/_bulk_docs");
  request.method = "POST";
  request.body = "{}";
  request.idempotent = false;
  const auto pending = client->start(request);
  REQUIRE(gate.wait_until_reached());
  couch.stop_listening();
  couch.drop_connections();
  const auto error = error_of([&] { pending->wait(); });
  CHECK(error.kind() == ErrorKind::LinkFailure);
  CHECK_THAT(error.what(), Contains("not known whether"));
}

TEST_CASE("Kept connections that went stale are replaced unseen", "[http][fault]") {
  ScriptedCouch couch;
  const auto client = Client::create(endpoint_of(couch));
  auto write = get("/_up");
  write.idempotent = false;
  client->send(get("/_up"));
  couch.drop_connections();
  CHECK(client->send(get("/_up")).status == 200);
  couch.drop_connections();
  CHECK(client->send(write).status == 200);
}

TEST_CASE("429 and 503 are tried again, other errors are not", "[http][fault]") {
  const int status = GENERATE(429, 503, 500);
  ScriptedCouch couch;
  const auto client = Client::create(endpoint_of(couch));
  const auto route =
      couch.on_get("/db").error(status, "busy", "later").header("Retry-After", "0").then().answer(body);
  CAPTURE(status);
  if (status == 500) {
    CHECK(error_of([&] { client->send(get("/db")); }).kind() == ErrorKind::ServerFailure);
    CHECK(route.calls() == 1);
  } else {
    CHECK(rows_of(*client->stream(get("/db"))) == whole_rows);
    CHECK(route.calls() == 2);
  }
}

TEST_CASE("A server that stays busy is an error with its words", "[http][fault]") {
  ScriptedCouch couch;
  const auto route = couch.on_get("/db").error(429, "too_many_requests", "calm down");
  const auto error = error_of([&] { Client::create(endpoint_of(couch))->send(get("/db")); });
  CHECK(error.kind() == ErrorKind::ServerFailure);
  CHECK_THAT(error.what(), Contains("calm down"));
  CHECK(route.calls() == 1 + endpoint_of(couch).max_retries);
}

TEST_CASE("Waiting times double with jitter, honour Retry-After, and are bounded", "[http][fault]") {
  Retry retry{20, 100ms};
  auto expected = 100ms;
  for (int i = 0; i < 20; ++i) {
    const auto delay = retry.next({});
    REQUIRE(delay);
    CHECK(*delay >= expected / 2);
    CHECK(*delay <= expected);
    expected = std::min(expected * 2, Retry::longest);
  }
  CHECK_FALSE(retry.next({}));
  CHECK(Retry(1, 100ms).next("2") == 2000ms);
  CHECK(Retry(1, 100ms).next("3600") == Retry::longest);
  CHECK(Retry(1, 100ms).next("99999999999999999999").value() <= 100ms);
  CHECK(Retry(1, 100ms).next("Fri, 20 Nov 2026 21:00:00 GMT").value() <= 100ms);
}

TEST_CASE("A deadline ends a request that waits for an answer", "[http][fault]") {
  ScriptedCouch couch;
  const auto gate = couch.on_get("/db").hold();
  const auto client = Client::create(endpoint_of(couch));
  auto request = get("/db");
  request.deadline = std::chrono::steady_clock::now() + 30ms;
  CHECK(error_of([&] { client->send(request); }).kind() == ErrorKind::QueryTimeout);
  request.deadline = std::chrono::steady_clock::now() + 30ms;
  CHECK(error_of([&] { client->stream(request)->next(); }).kind() == ErrorKind::QueryTimeout);
  CHECK(couch.wait_for_open_connections(0));  // both transfers were aborted
}

TEST_CASE("A deadline ends waiting between two attempts", "[http][fault]") {
  ScriptedCouch couch;
  couch.on_get("/db").error(503, "busy", "later").header("Retry-After", "10");
  auto request = get("/db");
  request.deadline = std::chrono::steady_clock::now() + 30ms;
  CHECK(error_of([&] { Client::create(endpoint_of(couch))->send(request); }).kind() ==
        ErrorKind::QueryTimeout);
}

TEST_CASE("A deadline ends waiting for rows, not reading those that are there", "[http][fault]") {
  ScriptedCouch couch;
  auto gate = couch.on_get("/db").answer(body).chunked().hold_at(body.find("\r\n{\"id\":\"c\""));
  const auto stream = Client::create(endpoint_of(couch))->stream(get("/db"));
  CHECK(text(*stream->next()) == whole_rows[0]);
  stream->set_deadline(std::chrono::steady_clock::now());
  CHECK(text(*stream->next()) == whole_rows[1]);
  SECTION("and then it is over") {
    CHECK(error_of([&] { stream->next(); }).kind() == ErrorKind::QueryTimeout);
  }
  SECTION("unless it is moved") {
    stream->set_deadline(std::nullopt);
    gate.open();
    CHECK(text(*stream->next()) == whole_rows[2]);
    CHECK_FALSE(stream->next());
  }
}

TEST_CASE("A redirect is not followed", "[http][fault]") {
  ScriptedCouch couch, other;
  couch.on_get("/db").status(301).header(
      "Location", "http://user:pass@" + other.host() + ':' + std::to_string(other.port()) + "/db");
  const auto error = error_of([&] { Client::create(endpoint_of(couch))->send(get("/db")); });
  CHECK(error.kind() == ErrorKind::BadRequest);
  CHECK_THAT(error.what(), Contains(std::to_string(other.port())) && !Contains("pass"));
  CHECK(other.asked().empty());
}

TEST_CASE("Several servers: the first that answers is used, and the next when it goes", "[http][fault]") {
  ScriptedCouch gone, first, second;
  gone.stop_listening();
  auto endpoint = endpoint_of(gone);
  endpoint.servers = {gone.url(), first.url(), second.url()};
  const auto client = Client::create(endpoint);
  client->connect();
  CHECK(first.asked().size() == 1);
  first.stop_listening();
  first.drop_connections();
  auto write = get("/_up");
  write.idempotent = false;
  CHECK(client->send(write).status == 200);  // never sent to the first: so it may go to the second
  CHECK(second.asked().size() == 1);
  second.stop_listening();
  second.drop_connections();
  const auto error = error_of([&] { client->send(get("/_up")); });
  CHECK(error.kind() == ErrorKind::CannotConnect);
  for (const auto* each : {&gone, &first, &second})
    CHECK_THAT(error.what(), Contains(std::to_string(each->port())));
}

TEST_CASE("Several servers: one that accepts and is silent leaves time for the next", "[http][fault]") {
  ScriptedCouch silent, good;
  const auto gate = silent.on_get("/").hold();
  auto endpoint = endpoint_of(silent);
  endpoint.servers = {silent.url(), good.url()};
  endpoint.connect_timeout = 2000ms;
  const auto client = Client::create(endpoint);
  client->connect();
  CHECK(good.asked().size() == 1);
  CHECK_FALSE(client->dead());
}

TEST_CASE("Settings that cannot work are refused before anything is sent", "[http][fault]") {
  const auto refused = [](auto change) {
    Endpoint endpoint;
    endpoint.servers = {"http://127.0.0.1:1"};
    change(endpoint);
    return error_of([&] { Client::create(endpoint); });
  };
  for (const char* url :
       {"", "ftp://host", "http://", "http://host:99999", "http://host/?x=1", "127.0.0.1:5984\r\nX: y"}) {
    CAPTURE(url);
    CHECK(refused([&](Endpoint& e) { e.servers = {url}; }).kind() == ErrorKind::InvalidSetting);
  }
  const auto credentials = refused([](Endpoint& e) { e.servers = {"http://admin:hunter2@host"}; });
  CHECK(credentials.kind() == ErrorKind::InvalidSetting);
  CHECK_THAT(credentials.what(), !Contains("hunter2") && Contains("PWD"));
  CHECK_THAT(refused([](Endpoint& e) { e.servers.clear(); }).what(), Contains("Server"));
  CHECK_THAT(refused([](Endpoint& e) { e.ca_file = "/nowhere/ca.pem"; }).what(),
             Contains("CAFile") && Contains("/nowhere/ca.pem"));
  CHECK_THAT(refused([](Endpoint& e) { e.client_certificate = "/nowhere/c.pem"; }).what(),
             Contains("ClientCert"));
  CHECK_THAT(refused([](Endpoint& e) { e.servers = {"https://host"}, e.tls = TlsMode::Disable; }).what(),
             Contains("SSLMode"));
  CHECK_THAT(refused([](Endpoint& e) { e.auth = Auth::Basic; }).what(), Contains("UID"));
  CHECK_THAT(refused([](Endpoint& e) { e.auth = Auth::Jwt; }).what(), Contains("Token"));
  CHECK_THAT(refused([](Endpoint& e) { e.auth = Auth::Jwt, e.token = "a\r\nX-Evil: 1"; }).what(),
             Contains("Token") && !Contains("X-Evil"));
}
