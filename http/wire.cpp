#include "http/wire.h"

#include <fmt/core.h>

#include <algorithm>
#include <fstream>

#include "http/auth.h"
#include "http/login.h"
#include "http/loop.h"

namespace couch::http {
namespace {

[[noreturn]] void invalid(const std::string& message) { throw Error{ErrorKind::InvalidSetting, message}; }

std::vector<BaseUrl> parse_servers(const Endpoint& endpoint) {
  if (endpoint.servers.empty()) invalid("no server is given: set Server or URL");
  std::vector<BaseUrl> servers;
  for (const auto& text : endpoint.servers) {
    servers.push_back(parse_base_url(text));
    if (servers.back().tls && endpoint.tls == TlsMode::Disable)
      invalid(fmt::format("SSLMode=disable does not go with an https server ({})", servers.back().host_port));
  }
  return servers;
}

void check_file(const std::string& path, const char* keyword) {
  if (path.empty()) return;
  std::ifstream file{path};
  if (!file || file.peek() == std::ifstream::traits_type::eof())
    invalid(fmt::format("{}: the file {} cannot be read or is empty", keyword, path));
}

// A line break in a value would begin a header of its own.
void check_value(const std::string& text, const char* keyword) {
  if (std::any_of(text.begin(), text.end(),
                  [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }))
    invalid(fmt::format("{} holds a control character", keyword));
}

void check_credentials(const Endpoint& endpoint) {
  const bool needs_user =
      endpoint.auth == Auth::Basic || endpoint.auth == Auth::Session || endpoint.auth == Auth::Proxy;
  if (needs_user && endpoint.user.empty()) invalid("this kind of authentication needs a user: set UID");
  if ((endpoint.auth == Auth::Jwt || endpoint.auth == Auth::Proxy) && endpoint.token.empty())
    invalid(endpoint.auth == Auth::Jwt ? "Auth=JWT needs a Token"
                                       : "Auth=Proxy needs the server's secret as Token");
  if (endpoint.auth == Auth::Basic && endpoint.user.find(':') != std::string::npos)
    invalid("a user name with a colon cannot be sent with Auth=Basic: use Auth=Session");
  check_value(endpoint.user, "UID");
  check_value(endpoint.token, "Token");
}

}  // namespace

Site::Site(Endpoint settings)
    : endpoint(std::move(settings)),
      servers(parse_servers(endpoint)),
      wire{endpoint.tls, endpoint.ca_file, endpoint.client_certificate, endpoint.client_key, endpoint.proxy} {
  check_credentials(endpoint);
  check_file(endpoint.ca_file, "CAFile");
  check_file(endpoint.client_certificate, "ClientCert");
  check_file(endpoint.client_key, "ClientKey");
  if (!endpoint.client_key.empty() && endpoint.client_certificate.empty())
    invalid("ClientKey is given without ClientCert");
  if (endpoint.max_connections == 0) invalid("MaxConnections must be at least 1");
}

// The last reference may be the I/O thread's, or anybody's after the loop let go: nobody uses the login then.
// A parent process's login may have been caught in the middle of a change, so a forked child leaves it.
Site::~Site() {
  if (login_ && login_loop_->is_here()) delete login_;
}

Login& Site::login(Loop& loop) const {
  if (login_loop_ != &loop) {
    login_ = new Login;
    login_loop_ = &loop;
  }
  return *login_;
}

std::vector<std::string> Site::credentials() const {
  switch (endpoint.auth) {
    case Auth::Basic: return {"Authorization: Basic " + base64(endpoint.user + ':' + endpoint.password)};
    case Auth::Jwt: return {"Authorization: Bearer " + endpoint.token};
    case Auth::Proxy: {
      std::vector<std::string> headers{"X-Auth-CouchDB-UserName: " + endpoint.user,
                                       "X-Auth-CouchDB-Token: " + proxy_token(endpoint.token, endpoint.user)};
      headers.push_back(endpoint.roles.empty() ? "X-Auth-CouchDB-Roles;"
                                               : "X-Auth-CouchDB-Roles: " + endpoint.roles);
      return headers;
    }
    case Auth::None:
    case Auth::Session: return {};
  }
  return {};
}

std::string Site::without_secrets(std::string text) const {
  for (const auto* secret : {&endpoint.password, &endpoint.token}) {
    if (secret->empty()) continue;
    for (size_t at = 0; (at = text.find(*secret, at)) != std::string::npos; at += 3)
      text.replace(at, secret->size(), "***");
  }
  return text;
}

}  // namespace couch::http
