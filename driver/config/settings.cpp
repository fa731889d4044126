#include "driver/config/settings.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "driver/config/draft.h"
#include "driver/config/keywords.h"
#include "driver/config/url.h"
#include "driver/odbc_error.h"
#include "sql/path.h"

namespace couch::driver {
namespace {

// One server of the list: host, or host:port; an IPv6 address in brackets, or bare where no port follows it.
struct Host {
  std::string name;  // with brackets where it is an IPv6 address
  std::optional<uint16_t> port;
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

[[noreturn]] void refuse_server(std::string_view why) {
  throw OdbcError{SqlState::sHY024,
                  "Server takes host, host:port or [IPv6 address]:port, several separated by commas: {}",
                  why};
}

Host parse_host(std::string_view text) {
  if (text.empty()) refuse_server("one of them is empty");
  if (text.find("://") != std::string_view::npos)
    refuse_server("an address with http:// or https:// goes into URL");
  std::string_view name = text, port;
  bool has_port = false;
  if (text.front() == '[') {
    const size_t close = text.find(']');
    if (close == std::string_view::npos) refuse_server("a [ is not closed");
    name = text.substr(0, close + 1);
    const std::string_view rest = text.substr(close + 1);
    if (!rest.empty() && rest.front() != ':') refuse_server("after ] only :port may follow");
    has_port = !rest.empty();
    if (has_port) port = rest.substr(1);
  } else if (const size_t colon = text.find(':');
             colon != std::string_view::npos && colon == text.rfind(':')) {
    name = text.substr(0, colon);
    port = text.substr(colon + 1);
    has_port = true;
  }
  Host host;
  if (has_port) {
    uint16_t number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (error != std::errc{} || end != port.data() + port.size() || number == 0)
      refuse_server("a port is a number from 1 to 65535");
    host.port = number;
  }
  const bool address = name.find(':') != std::string_view::npos;
  const std::string_view bare = name.starts_with('[') ? name.substr(1, name.size() - 2) : name;
  const auto allowed = [&](char c) {
    const bool word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      c == '-' || c == '.' || c == '_';
    return address ? word || c == ':' || c == '%' : word || static_cast<unsigned char>(c) >= 0x80;
  };
  if (bare.empty() || !std::all_of(bare.begin(), bare.end(), allowed))
    refuse_server("a host's name holds letters, digits, - and .");
  host.name = address ? "[" + std::string{bare} + "]" : std::string{bare};
  return host;
}

// Walks the attributes in order; the first occurrence of a keyword stands, whatever its value.
class Reader {
 public:
  explicit Reader(ParsedSettings& out) : unknown_(out.unknown) {}

  void take(const std::string& name, const std::string& value) {
    const Keyword* keyword = find_keyword(name);
    if (keyword == nullptr) return report(name);
    if (!taken_.insert(keyword->name).second || value.empty()) return;
    const KeywordValue checked = check_value(*keyword, value);
    if (keyword->name == "URL") return take_url(checked.text);
    if (keyword->apply != nullptr) keyword->apply(draft_, checked);
  }

  Settings finish();

 private:
  void report(const std::string& name) {
    constexpr size_t shown = 64;
    std::string message =
        fmt::format("unknown keyword '{}{}'", name.substr(0, shown), name.size() > shown ? "…" : "");
    const auto near = nearest_keywords(name);
    for (size_t i = 0; i < near.size(); ++i)
      message += (i == 0 ? "; did you mean " : i + 1 == near.size() ? " or " : ", ") + near[i];
    unknown_.push_back(std::move(message));
  }

  // The URL stands where its parts would stand.
  void take_url(const std::string& text) {
    const ServerUrl url = parse_url(text);
    if (taken_.insert("Server").second) {
      draft_.servers = url.hosts;
      draft_.prefix = url.prefix;
      draft_.https = url.https;
      // In a URL the scheme's own port is meant; a Port of the DSN belongs to the DSN's server.
      if (taken_.insert("Port").second) draft_.port = static_cast<uint16_t>(url.https ? 443 : 80);
    }
    if (url.database && taken_.insert("Database").second) draft_.settings.database = *url.database;
    if (url.user && taken_.insert("UID").second) {
      draft_.settings.endpoint.user = *url.user;
      if (url.password && taken_.insert("PWD").second) draft_.settings.endpoint.password = *url.password;
    }
  }

  void settle_tls();
  void settle_servers();
  void settle_auth();

  std::vector<std::string>& unknown_;
  std::set<std::string_view> taken_;
  SettingsDraft draft_;
};

void Reader::settle_tls() {
  http::Endpoint& endpoint = draft_.settings.endpoint;
  // Whoever names certificates wants TLS: plain text would be the wrong guess.
  const bool certificates = !endpoint.ca_file.empty() || !endpoint.client_certificate.empty();
  const bool wanted = draft_.https.value_or(certificates);
  endpoint.tls = draft_.tls.value_or(wanted ? http::TlsMode::VerifyFull : http::TlsMode::Disable);
  const bool tls = endpoint.tls != http::TlsMode::Disable;
  if (draft_.https && *draft_.https != tls)
    throw OdbcError{SqlState::sHY024, "the URL says {}, SSLMode says {}; they must agree",
                    *draft_.https ? "https" : "http", tls ? "TLS" : "disable"};
  if (!tls && certificates)
    throw OdbcError{SqlState::sHY024, "CAFile and ClientCert need TLS, but {} rules it out",
                    draft_.https ? "the URL's http" : "SSLMode=disable"};
  if (!endpoint.client_key.empty() && endpoint.client_certificate.empty())
    throw OdbcError{SqlState::sHY024, "ClientKey needs ClientCert"};
}

void Reader::settle_servers() {
  http::Endpoint& endpoint = draft_.settings.endpoint;
  const bool tls = endpoint.tls != http::TlsMode::Disable;
  const uint16_t port = draft_.port.value_or(static_cast<uint16_t>(tls ? 6984 : 5984));
  const std::string_view servers =
      draft_.servers.empty() ? find_keyword("Server")->fallback : std::string_view{draft_.servers};
  for (const auto item : list_items(servers)) {
    const Host host = parse_host(trimmed(item));
    endpoint.servers.push_back(fmt::format("{}://{}:{}{}", tls ? "https" : "http", host.name,
                                           host.port.value_or(port), draft_.prefix));
  }
}

void Reader::settle_auth() {
  http::Endpoint& endpoint = draft_.settings.endpoint;
  endpoint.auth = draft_.auth.value_or(!endpoint.token.empty()  ? http::Auth::Jwt
                                       : !endpoint.user.empty() ? http::Auth::Basic
                                                                : http::Auth::None);
  const auto need = [](bool given, std::string_view auth, std::string_view keyword) {
    if (!given) throw OdbcError{SqlState::sHY024, "Auth={} needs {}", auth, keyword};
  };
  switch (endpoint.auth) {
    case http::Auth::None: break;
    case http::Auth::Basic: need(!endpoint.user.empty(), "Basic", "UID"); break;
    case http::Auth::Session: need(!endpoint.user.empty(), "Session", "UID"); break;
    case http::Auth::Jwt: need(!endpoint.token.empty(), "JWT", "Token"); break;
    case http::Auth::Proxy: need(!endpoint.user.empty(), "Proxy", "UID"); break;
  }
  // RFC 7617: a colon ends the user's name.
  if (endpoint.auth == http::Auth::Basic && endpoint.user.find(':') != std::string::npos)
    throw OdbcError{SqlState::sHY024,
                    "UID holds a colon, which Basic authentication cannot send; use Auth=Session"};
}

Settings Reader::finish() {
  settle_tls();
  settle_servers();
  settle_auth();
  Settings& settings = draft_.settings;
  if (!sql::split_path(settings.type_field))
    throw OdbcError{
        SqlState::sHY024,
        "TypeField takes a field's name or a path such as meta.kind (a dot inside a name as \\.), not '{}'",
        settings.type_field};
  settings.sql.user = settings.endpoint.user;  // as SQL_USER_NAME
  settings.endpoint.connect_timeout = std::chrono::seconds{settings.login_timeout};
  constexpr uint32_t info = 2;
  settings.log_level = settings.log_file.empty() ? 0 : draft_.log_level.value_or(info);
  return std::move(settings);
}

}  // namespace

ParsedSettings parse_settings(const Attributes& attributes) {
  ParsedSettings out;
  Reader reader{out};
  for (const auto& [name, value] : attributes) reader.take(name, value);
  out.settings = reader.finish();
  return out;
}

}  // namespace couch::driver
