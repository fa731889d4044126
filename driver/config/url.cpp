#include "driver/config/url.h"

#include <algorithm>

#include "driver/odbc_error.h"

namespace couch::driver {
namespace {

constexpr std::string_view form = "http[s]://user:password@host:port/prefix/database";

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool starts_with_ignoring_case(std::string_view text, std::string_view lower_case) {
  return text.size() >= lower_case.size() &&
         std::equal(lower_case.begin(), lower_case.end(), text.begin(), [](char a, char b) {
           return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b);
         });
}

std::string decoded(std::string_view part, std::string_view what) {
  auto text = percent_decoded(part);
  if (!text)
    throw OdbcError{
        SqlState::sHY024,
        "URL: the {} holds a % that is not followed by two hexadecimal digits, or a NUL; write % as %25",
        what};
  return *std::move(text);
}

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size() || hex(text[i + 1]) < 0 || hex(text[i + 2]) < 0) return std::nullopt;
      c = static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
      i += 2;
    }
    if (c == '\0') return std::nullopt;
    out += c;
  }
  return out;
}

std::string without_credentials(std::string_view url) {
  const size_t scheme = url.find("://");
  const size_t begin = scheme == std::string_view::npos ? 0 : scheme + 3;
  const size_t at = url.rfind('@');
  if (at == std::string_view::npos || at < begin) return std::string{url};
  return std::string{url.substr(0, begin)} + "***" + std::string{url.substr(at)};
}

ServerUrl parse_url(std::string_view text) {
  ServerUrl url;
  std::string_view rest = text;
  if (starts_with_ignoring_case(rest, "https://")) {
    url.https = true;
    rest.remove_prefix(8);
  } else if (starts_with_ignoring_case(rest, "http://")) {
    rest.remove_prefix(7);
  } else {
    throw OdbcError{SqlState::sHY024, "URL takes {}; it begins with neither http:// nor https://", form};
  }
  if (rest.find_first_of("?#") != std::string_view::npos)
    throw OdbcError{SqlState::sHY024,
                    "URL takes {}, without ? and #; settings are keywords of their own, and in a name ? is "
                    "%3F and # is %23",
                    form};

  const size_t slash = std::min(rest.find('/'), rest.size());
  std::string_view authority = rest.substr(0, slash), path = rest.substr(slash);
  if (const size_t at = authority.rfind('@'); at != std::string_view::npos) {
    const std::string_view credentials = authority.substr(0, at);
    authority.remove_prefix(at + 1);
    const size_t colon = credentials.find(':');
    url.user = decoded(credentials.substr(0, colon), "user's name");
    if (colon != std::string_view::npos) url.password = decoded(credentials.substr(colon + 1), "password");
  }
  if (authority.empty()) throw OdbcError{SqlState::sHY024, "URL takes {}; it names no host", form};
  url.hosts = authority;

  const size_t last = path.rfind('/');
  if (last != std::string_view::npos) {
    if (const auto name = path.substr(last + 1); !name.empty())
      url.database = decoded(name, "database's name");
    url.prefix = path.substr(0, last);
    while (!url.prefix.empty() && url.prefix.back() == '/') url.prefix.pop_back();
    decoded(url.prefix, "path");  // only checked: it is sent as it was written
  }
  return url;
}

}  // namespace couch::driver
