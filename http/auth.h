#pragma once
// Credentials as CouchDB takes them.
#include <string>
#include <string_view>

namespace couch::http {

std::string base64(std::string_view bytes);

// X-Auth-CouchDB-Token: the user name's HMAC-SHA1 under the server's secret, in hex (CouchDB, Proxy
// Authentication; every release takes SHA-1).
std::string proxy_token(std::string_view secret, std::string_view user);

// {"name":…,"password":…} for POST /_session.
std::string login_body(std::string_view user, std::string_view password);

}  // namespace couch::http
