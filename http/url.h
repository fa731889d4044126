#pragma once
// Server URLs: taken apart, checked, and shown without what must not be shown.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace couch::http {

struct BaseUrl {
  std::string text;       // "http://host:port[/prefix]", without a final slash
  std::string host_port;  // "host:port", for messages and as the pool's key
  bool tls = false;
  bool loopback = false;  // this machine, as far as its name tells
};

// Throws Error (InvalidSetting): not http or https, no host, credentials inside (they belong in UID and PWD;
// not repeated in the message).
BaseUrl parse_base_url(const std::string& text);

// Percent-escapes all but RFC 3986's unreserved characters.
std::string escape(std::string_view text);

// "?a=b&c=d", or nothing.
std::string query_string(const std::vector<std::pair<std::string, std::string>>& query);

}  // namespace couch::http
