// Who asks, and over which encryption.
#include "http/auth.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "http/client.h"
#include "tests/support/certificates.h"
#include "tests/support/scripted_couch.h"
#include "tests/unit/http/expect.h"

using namespace couch::http;
using namespace couch::test;

namespace {

Endpoint with_user(const ScriptedCouch& couch, Auth auth, std::string password = "s3cret pass") {
  auto endpoint = endpoint_of(couch);
  endpoint.auth = auth;
  endpoint.user = "zoë";
  endpoint.password = std::move(password);
  return endpoint;
}

}  // namespace

TEST_CASE("Basic: every request carries the credentials", "[http][auth]") {
  ScriptedCouch couch;
  couch.require_user("zoë", "s3cret pass");
  const auto client = Client::create(with_user(couch, Auth::Basic));
  client->connect();
  client->send(get("/_all_dbs"));
  for (const auto& asked : couch.asked())
    CHECK(asked.header("authorization") ==
          "Basic em/Dqzpz"
          "M2NyZXQgcGFzcw==");
}

TEST_CASE("Without credentials none are sent, and a 401 says what to set", "[http][auth]") {
  ScriptedCouch couch;
  couch.require_user("zoë", "s3cret pass");
  const auto client = Client::create(endpoint_of(couch));
  const auto error = error_of([&] { client->send(get("/_all_dbs")); });
  CHECK(error.kind() == ErrorKind::NotAuthorized);
  CHECK_THAT(error.what(), Contains("UID") && Contains("PWD"));
  CHECK(couch.asked().at(0).header("authorization").empty());
}

TEST_CASE("A wrong password fails at connect()", "[http][auth]") {
  ScriptedCouch couch;
  couch.require_user("zoë", "s3cret pass");
  const auto auth = GENERATE(Auth::Basic, Auth::Session);
  const auto client = Client::create(with_user(couch, auth, "wr0ng-one"));
  const auto error = error_of([&] { client->connect(); });
  CHECK(error.kind() == ErrorKind::NotAuthorized);
  CHECK_THAT(error.what(), Contains("Name or password is incorrect") && !Contains("wr0ng-one"));
  CHECK(couch.asked().size() == 1);  // CouchDB locks a user out after five wrong ones
}

TEST_CASE("Session: one login, then its cookie", "[http][auth]") {
  ScriptedCouch couch;
  couch.require_user("zoë", "s3cret \"pass");
  const auto client = Client::create(with_user(couch, Auth::Session, "s3cret \"pass"));
  client->connect();
  std::vector<std::unique_ptr<RowStream>> streams;
  for (int i = 0; i < 10; ++i) streams.push_back(client->stream(get("/_all_dbs")));
  for (auto& stream : streams) rows_of(*stream);
  CHECK(couch.asked("POST", "/_session").size() == 1);
  for (const auto& asked : couch.asked("GET", "/_all_dbs")) {
    CHECK(asked.header("cookie").rfind("AuthSession=", 0) == 0);
    CHECK(asked.header("authorization").empty());
  }
}

TEST_CASE("Session: requests that start together share the first login", "[http][auth]") {
  ScriptedCouch couch;
  couch.require_user("zoë", "s3cret pass");
  const auto client = Client::create(with_user(couch, Auth::Session));
  std::vector<std::unique_ptr<RowStream>> streams;
  for (int i = 0; i < 10; ++i) streams.push_back(client->stream(get("/_all_dbs")));
  for (auto& stream : streams) rows_of(*stream);
  CHECK(couch.asked("POST", "/_session").size() == 1);
}

TEST_CASE("Session: one that ran out is renewed once", "[http][auth]") {
  ScriptedCouch couch;
  couch.require_user("zoë", "s3cret pass");
  const auto client = Client::create(with_user(couch, Auth::Session));
  client->connect();
  couch.expire_sessions();
  CHECK(client->send(get("/_all_dbs")).status == 200);
  CHECK(couch.asked("POST", "/_session").size() == 2);
  CHECK(couch.asked("GET", "/_all_dbs").size() == 2);
}

TEST_CASE("Session: a 401 that a login does not mend is an error", "[http][auth]") {
  ScriptedCouch couch;
  couch.require_user("zoë", "s3cret pass");
  couch.on_get("/db").error(401, "unauthorized", "You are not authorized to access this db.");
  const auto client = Client::create(with_user(couch, Auth::Session));
  CHECK(error_of([&] { client->send(get("/db")); }).kind() == ErrorKind::NotAuthorized);
  CHECK(couch.asked("GET", "/db").size() == 2);
}

TEST_CASE("Session: the cookie that an answer renews is the next one sent", "[http][auth]") {
  ScriptedCouch couch;
  couch.on_get("/db").answer("{}").header("Set-Cookie", "AuthSession=renewed; Version=1; Path=/; HttpOnly");
  couch.on_get("/next").answer("{}");
  const auto client = Client::create(with_user(couch, Auth::Session));
  client->send(get("/db"));
  client->send(get("/next"));
  CHECK(couch.asked("GET", "/next").at(0).header("cookie") == "AuthSession=renewed");
}

TEST_CASE("Session: a server that gives no cookie is named", "[http][auth]") {
  ScriptedCouch couch;
  couch.on_post("/_session").answer("{\"ok\":true}");
  const auto error = error_of([&] { Client::create(with_user(couch, Auth::Session))->connect(); });
  CHECK(error.kind() == ErrorKind::NotAuthorized);
  CHECK_THAT(error.what(), Contains("Auth=Basic"));
}

TEST_CASE("Session: a login that is never answered is a connection timeout", "[http][auth]") {
  ScriptedCouch couch;
  const auto gate = couch.on_post("/_session").hold();
  auto endpoint = with_user(couch, Auth::Session);
  endpoint.connect_timeout = std::chrono::milliseconds{50};
  CHECK(error_of([&] { Client::create(endpoint)->connect(); }).kind() == ErrorKind::ConnectTimeout);
}

TEST_CASE("JWT: the token is sent, and a server that ignores it is noticed", "[http][auth]") {
  ScriptedCouch couch;
  auto endpoint = endpoint_of(couch);
  endpoint.auth = Auth::Jwt;
  endpoint.token = "aaa.bbb.ccc";
  const auto client = Client::create(endpoint);
  client->connect();
  CHECK(couch.asked().at(0).header("authorization") == "Bearer aaa.bbb.ccc");
  couch.on_get("/_session").answer(R"({"ok":true,"userCtx":{"name":null,"roles":[]}})");
  const auto error = error_of([&] { client->connect(); });
  CHECK(error.kind() == ErrorKind::NotAuthorized);
  CHECK_THAT(error.what(), Contains("Token") && !Contains("aaa.bbb"));
}

TEST_CASE("Proxy: user, roles and the user name's HMAC", "[http][auth]") {
  // RFC 2202, test case 2.
  CHECK(proxy_token("Jefe", "what do ya want for nothing?") == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  ScriptedCouch couch;
  auto endpoint = with_user(couch, Auth::Proxy);
  endpoint.token = "the_secret";
  endpoint.roles = "users,blogger";
  couch.on_get("/_session").answer(R"({"ok":true,"userCtx":{"name":"zoë","roles":[]}})");
  Client::create(endpoint)->connect();
  const auto asked = couch.asked().at(0);
  CHECK(asked.header("x-auth-couchdb-username") == "zoë");
  CHECK(asked.header("x-auth-couchdb-roles") == "users,blogger");
  CHECK(asked.header("x-auth-couchdb-token") == proxy_token("the_secret", "zoë"));
}

TEST_CASE("Secrets that a server repeats do not reach a message", "[http][auth]") {
  ScriptedCouch couch;
  auto endpoint = with_user(couch, Auth::Basic, "hunter2hunter2");
  couch.on_get("/db").error(403, "forbidden", "hunter2hunter2 is a bad password");
  couch.on_get("/text").status(500).answer("your password hunter2hunter2 was wrong");
  const auto client = Client::create(endpoint);
  CHECK_THAT(error_of([&] { client->send(get("/db")); }).what(),
             !Contains("hunter2") && Contains("bad password"));
  CHECK_THAT(error_of([&] { client->send(get("/text")); }).what(),
             !Contains("hunter2") && Contains("your password"));
}

TEST_CASE("A proxy gets the requests", "[http][auth]") {
  ScriptedCouch proxy;
  proxy.on_get("http://couch.example:5984/_up").answer("{}");
  Endpoint endpoint;
  endpoint.servers = {"http://couch.example:5984"};
  endpoint.proxy = proxy.url();
  CHECK(Client::create(endpoint)->send(get("/_up")).status == 200);
}

TEST_CASE("TLS: what is verified is what SSLMode says", "[http][tls]") {
  static const Certificates certificates;
  const auto connect = [&](const Certificates::Pair& server, TlsMode mode, const std::string& ca) {
    ScriptedCouch couch{ScriptedCouch::Tls{server.certificate, server.key, {}}};
    auto endpoint = endpoint_of(couch);
    endpoint.tls = mode;
    endpoint.ca_file = ca;
    Client::create(endpoint)->connect();
  };
  SECTION("a good certificate passes everywhere") {
    for (const auto mode : {TlsMode::Require, TlsMode::VerifyCa, TlsMode::VerifyFull})
      CHECK_NOTHROW(connect(certificates.server(), mode, certificates.ca()));
  }
  SECTION("without verification anything passes") {
    CHECK_NOTHROW(connect(certificates.expired(), TlsMode::Require, {}));
    CHECK_NOTHROW(connect(certificates.misnamed(), TlsMode::Require, certificates.other_ca()));
  }
  SECTION("an unknown authority fails both verifications, and the message names CAFile") {
    for (const auto mode : {TlsMode::VerifyCa, TlsMode::VerifyFull})
      for (const auto& ca : {std::string{}, certificates.other_ca()}) {
        const auto error = error_of([&] { connect(certificates.server(), mode, ca); });
        CHECK(error.kind() == ErrorKind::CannotConnect);
        CHECK_THAT(error.what(), Contains("certificate") && Contains("CAFile") && Contains("SSLMode"));
      }
  }
  SECTION("another host's certificate fails verify-full only, and the message says so") {
    CHECK_NOTHROW(connect(certificates.misnamed(), TlsMode::VerifyCa, certificates.ca()));
    const auto error =
        error_of([&] { connect(certificates.misnamed(), TlsMode::VerifyFull, certificates.ca()); });
    CHECK(error.kind() == ErrorKind::CannotConnect);
    CHECK_THAT(error.what(), Contains("another host") && Contains("verify-ca"));
  }
  SECTION("an expired certificate fails both") {
    for (const auto mode : {TlsMode::VerifyCa, TlsMode::VerifyFull}) {
      const auto error = error_of([&] { connect(certificates.expired(), mode, certificates.ca()); });
      CHECK(error.kind() == ErrorKind::CannotConnect);
      CHECK_THAT(error.what(), Contains("expired"));
    }
  }
}

TEST_CASE("TLS: client certificates", "[http][tls]") {
  static const Certificates certificates;
  ScriptedCouch couch{
      ScriptedCouch::Tls{certificates.server().certificate, certificates.server().key, certificates.ca()}};
  auto endpoint = endpoint_of(couch);
  endpoint.ca_file = certificates.ca();
  SECTION("the right one passes") {
    endpoint.client_certificate = certificates.client().certificate;
    endpoint.client_key = certificates.client().key;
    CHECK_NOTHROW(Client::create(endpoint)->connect());
  }
  SECTION("without one the message names the keyword") {
    // In TLS 1.3 the server's alert comes after the handshake, and may be lost when it closes at once.
    const auto error = error_of([&] { Client::create(endpoint)->connect(); });
    CHECK((error.kind() == ErrorKind::CannotConnect || error.kind() == ErrorKind::LinkFailure));
    CHECK_THAT(error.what(), Contains("ClientCert"));
  }
  SECTION("a file that holds none is a wrong setting") {
    endpoint.client_certificate = certificates.client().key;
    endpoint.client_key = certificates.client().key;
    const auto error = error_of([&] { Client::create(endpoint)->connect(); });
    CHECK(error.kind() == ErrorKind::InvalidSetting);
    CHECK_THAT(error.what(), Contains("ClientCert"));
  }
}

TEST_CASE("TLS: a CAFile without certificates is a wrong setting", "[http][tls]") {
  static const Certificates certificates;
  ScriptedCouch couch{ScriptedCouch::Tls{certificates.server().certificate, certificates.server().key, {}}};
  auto endpoint = endpoint_of(couch);
  endpoint.ca_file = certificates.directory() + "/nonsense.pem";
  std::ofstream{endpoint.ca_file} << "nonsense\n";
  const auto error = error_of([&] { Client::create(endpoint)->connect(); });
  CHECK(error.kind() == ErrorKind::InvalidSetting);
  CHECK_THAT(error.what(), Contains("CAFile"));
}

TEST_CASE("TLS: https to a server that speaks http, and the reverse, are explained", "[http][tls]") {
  ScriptedCouch plain;
  auto endpoint = endpoint_of(plain);
  endpoint.servers = {"https://127.0.0.1:" + std::to_string(plain.port())};
  endpoint.connect_timeout = std::chrono::milliseconds{5000};
  const auto error = error_of([&] { Client::create(endpoint)->connect(); });
  CHECK(error.kind() == ErrorKind::CannotConnect);
  CHECK_THAT(error.what(), Contains("SSLMode"));

  static const Certificates certificates;
  ScriptedCouch encrypted{
      ScriptedCouch::Tls{certificates.server().certificate, certificates.server().key, {}}};
  endpoint.servers = {"http://127.0.0.1:" + std::to_string(encrypted.port())};
  const auto reverse = error_of([&] { Client::create(endpoint)->connect(); });
  CHECK_THAT(reverse.what(), Contains("127.0.0.1:" + std::to_string(encrypted.port())));
  CHECK((reverse.kind() == ErrorKind::CannotConnect || reverse.kind() == ErrorKind::LinkFailure));
}
