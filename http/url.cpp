#include "http/url.h"

#include <curl/curl.h>
#include <fmt/core.h>

#include <algorithm>
#include <memory>

#include "http/client.h"
#include "http/error.h"

namespace couch::http {
namespace {

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

std::string part(CURLU* url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, flags) != CURLUE_OK) return {};
  std::string result{text};
  curl_free(text);
  return result;
}

[[noreturn]] void invalid(const std::string& text, std::string_view why) {
  // What stands before an @ may be a password.
  const auto shown = text.find('@') == std::string::npos ? fmt::format("\"{}\"", text) : std::string{"given"};
  throw Error{ErrorKind::InvalidSetting, fmt::format("the server URL {} {}", shown, why)};
}

}  // namespace

BaseUrl parse_base_url(const std::string& text) {
  std::unique_ptr<CURLU, FreeUrl> url{curl_url()};
  if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
    invalid(text, "is malformed: http://host:port is expected");
  const auto scheme = part(url.get(), CURLUPART_SCHEME), host = part(url.get(), CURLUPART_HOST);
  if (scheme != "http" && scheme != "https") invalid(text, "must begin with http:// or https://");
  if (host.empty()) invalid(text, "has no host");
  if (!part(url.get(), CURLUPART_USER).empty() || !part(url.get(), CURLUPART_PASSWORD).empty())
    invalid(text, "holds credentials: give them as UID and PWD");
  if (!part(url.get(), CURLUPART_QUERY).empty() || !part(url.get(), CURLUPART_FRAGMENT).empty())
    invalid(text, "must end with the host, the port or a path");
  BaseUrl base;
  base.tls = scheme == "https";
  base.host_port = host + ':' + part(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  base.loopback = host == "localhost" || host == "[::1]" || host.rfind("127.", 0) == 0;
  auto path = part(url.get(), CURLUPART_PATH);
  while (!path.empty() && path.back() == '/') path.pop_back();
  base.text = scheme + "://" + base.host_port + path;
  return base;
}

std::string escape(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size() + text.size() / 4);
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += digits[byte >> 4];
      out += digits[byte & 15];
    }
  }
  return out;
}

std::string escape_segment(std::string_view segment) { return escape(segment); }

std::string query_string(const std::vector<std::pair<std::string, std::string>>& query) {
  std::string out;
  for (const auto& [name, value] : query) {
    out += out.empty() ? '?' : '&';
    out += escape(name);
    out += '=';
    out += escape(value);
  }
  return out;
}

}  // namespace couch::http
