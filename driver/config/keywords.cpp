#include "driver/config/keywords.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "driver/config/draft.h"
#include "driver/odbc_error.h"
#include "sql/edit_distance.h"

namespace couch::driver {
namespace {

using Draft = SettingsDraft;
using Given = KeywordValue;

constexpr uint64_t operator""_KiB(unsigned long long n) { return n << 10; }
constexpr uint64_t operator""_MiB(unsigned long long n) { return n << 20; }
constexpr uint64_t operator""_GiB(unsigned long long n) { return n << 30; }
constexpr uint64_t seconds_at_most = 2'147'483;  // as milliseconds they still fit 32 bits

template <class Enum>
Enum choice(const Given& value) {
  return static_cast<Enum>(value.number);
}
uint32_t u32(const Given& value) { return static_cast<uint32_t>(value.number); }
bool on(const Given& value) { return value.number != 0; }

// A Choice's position is its enumerator's value.
static_assert(http::Auth{0} == http::Auth::None && http::Auth{1} == http::Auth::Basic &&
              http::Auth{2} == http::Auth::Session && http::Auth{3} == http::Auth::Jwt &&
              http::Auth{4} == http::Auth::Proxy);
static_assert(http::TlsMode{0} == http::TlsMode::Disable && http::TlsMode{1} == http::TlsMode::Require &&
              http::TlsMode{2} == http::TlsMode::VerifyCa && http::TlsMode{3} == http::TlsMode::VerifyFull);
static_assert(sql::MismatchPolicy{0} == sql::MismatchPolicy::Null &&
              sql::MismatchPolicy{1} == sql::MismatchPolicy::Error);
static_assert(sql::CollationKind{0} == sql::CollationKind::Server &&
              sql::CollationKind{1} == sql::CollationKind::Binary);

using enum KeywordKind;

// The order of a Choice's values is that of its enumeration.
constexpr std::array table{
    Keyword{.name = "Server",
            .aliases = "Host,Hostname,ServerName",
            .fallback = "localhost",
            .summary = "The server: `host` or `host:port`, an IPv6 address as `[::1]:5984`. Several, "
                       "separated by commas, are tried in turn.",
            .apply = [](Draft& d, const Given& v) { d.servers = v.text; }},
    Keyword{.name = "Port",
            .kind = Integer,
            .least = 1,
            .most = 65535,
            .summary = "The port of every server that names none: 5984, or 6984 with TLS.",
            .apply = [](Draft& d, const Given& v) { d.port = static_cast<uint16_t>(v.number); }},
    Keyword{
        .name = "URL",
        .aliases = "URI",
        .summary = "Instead of Server, Port, Database, UID and PWD: "
                   "`http[s]://user:password@host:port/prefix/database`, percent-encoded. A final slash "
                   "means that no database is named.",
    },  // taken apart by parse_settings()
    Keyword{.name = "Database",
            .aliases = "DB,Catalog,InitialCatalog,DatabaseName",
            .summary = "The database whose tables need no qualification.",
            .apply = [](Draft& d, const Given& v) { d.settings.database = v.text; }},
    Keyword{.name = "UID",
            .aliases = "User,UserName,UserID",
            .summary = "The user's name.",
            .apply = [](Draft& d, const Given& v) { d.settings.endpoint.user = v.text; }},
    Keyword{.name = "PWD",
            .aliases = "Password",
            .secret = true,
            .summary = "The user's password.",
            .apply = [](Draft& d, const Given& v) { d.settings.endpoint.password = v.text; }},
    Keyword{.name = "Auth",
            .aliases = "Authentication",
            .kind = Choice,
            .allowed = "None,Basic,Session,JWT,Proxy",
            .summary = "How to log in. Without it: JWT when Token is given, Basic when UID is, else None. "
                       "Session sends the password once and then a cookie.",
            .apply = [](Draft& d, const Given& v) { d.auth = choice<http::Auth>(v); }},
    Keyword{.name = "Token",
            .aliases = "JWT,AccessToken",
            .secret = true,
            .summary = "The bearer token for Auth=JWT; for Auth=Proxy the secret that signs the user's name.",
            .apply = [](Draft& d, const Given& v) { d.settings.endpoint.token = v.text; }},
    Keyword{.name = "SSLMode",
            .kind = Choice,
            .allowed = "disable,require,verify-ca,verify-full",
            .summary = "TLS: none; encrypted only; with a certificate that a known authority signed; for "
                       "this host too. verify-full with https, CAFile or ClientCert, else disable.",
            .apply = [](Draft& d, const Given& v) { d.tls = choice<http::TlsMode>(v); }},
    Keyword{.name = "CAFile",
            .aliases = "SSLRootCert",
            .kind = Path,
            .summary = "A PEM file of the authorities to trust instead of the system's.",
            .apply = [](Draft& d, const Given& v) { d.settings.endpoint.ca_file = v.text; }},
    Keyword{.name = "ClientCert",
            .aliases = "SSLCert",
            .kind = Path,
            .summary = "A PEM file with the client's certificate.",
            .apply = [](Draft& d, const Given& v) { d.settings.endpoint.client_certificate = v.text; }},
    Keyword{.name = "ClientKey",
            .aliases = "SSLKey",
            .kind = Path,
            .summary = "A PEM file with the certificate's key, when ClientCert does not hold it.",
            .apply = [](Draft& d, const Given& v) { d.settings.endpoint.client_key = v.text; }},
    Keyword{.name = "HttpProxy",
            .summary = "The proxy to go through: `http://host:port`.",
            .apply = [](Draft& d, const Given& v) { d.settings.endpoint.proxy = v.text; }},
    Keyword{.name = "LoginTimeout",
            .aliases = "ConnectTimeout,ConnectionTimeout",
            .kind = Integer,
            .fallback = "15",
            .most = seconds_at_most,
            .summary = "Seconds until connecting is given up; 0: never.",
            .apply = [](Draft& d, const Given& v) { d.settings.login_timeout = u32(v); }},
    Keyword{
        .name = "QueryTimeout",
        .kind = Integer,
        .fallback = "0",
        .most = seconds_at_most,
        .summary = "Seconds until a statement is given up; 0: never. SQL_ATTR_QUERY_TIMEOUT overrides it.",
        .apply = [](Draft& d, const Given& v) { d.settings.query_timeout = u32(v); }},
    Keyword{.name = "TypeField",
            .fallback = "type",
            .summary = "The field that names a document's type and so its table; a path such as `meta.kind` "
                       "where it is nested.",
            .apply = [](Draft& d, const Given& v) { d.settings.type_field = v.text; }},
    Keyword{.name = "SampleSize",
            .kind = Integer,
            .fallback = "1000",
            .most = 2'147'483'647,
            .summary = "Documents read to find tables, columns and types; 0: all of them.",
            .apply = [](Draft& d, const Given& v) { d.settings.sample_size = u32(v); }},
    Keyword{.name = "SchemaFile",
            .kind = Path,
            .summary = "A JSON file that states tables and columns, instead of what a sample shows.",
            .apply = [](Draft& d, const Given& v) { d.settings.schema_file = v.text; }},
    Keyword{
        .name = "TypeMismatch",
        .kind = Choice,
        .allowed = "null,error",
        .fallback = "null",
        .summary =
            "A value that does not fit its column's type reads as NULL, with a warning, or is an error.",
        .apply = [](Draft& d, const Given& v) { d.settings.sql.mismatch = choice<sql::MismatchPolicy>(v); }},
    Keyword{
        .name = "Collation",
        .kind = Choice,
        .allowed = "server,binary",
        .fallback = "server",
        .summary = "How text is ordered and compared: as the server does, or by code points.",
        .apply = [](Draft& d, const Given& v) { d.settings.sql.collation = choice<sql::CollationKind>(v); }},
    Keyword{.name = "MaxVarcharSize",
            .kind = Integer,
            .fallback = "4000",
            .least = 1,
            .most = 1'073'741'823,
            .summary = "The longest text, in characters, that is a VARCHAR; longer columns are LONG VARCHAR.",
            .apply = [](Draft& d, const Given& v) { d.settings.sql.max_varchar_size = u32(v); }},
    Keyword{.name = "MaxColumns",
            .kind = Integer,
            .fallback = "1000",
            .least = 8,
            .most = 32'767,
            .summary = "The most columns that a table shows.",
            .apply = [](Draft& d, const Given& v) { d.settings.max_columns = u32(v); }},
    Keyword{.name = "MaxTables",
            .kind = Integer,
            .fallback = "1000",
            .least = 1,
            .most = 1'000'000,
            .summary = "The most tables that a database shows.",
            .apply = [](Draft& d, const Given& v) { d.settings.max_tables = u32(v); }},
    Keyword{.name = "FlattenArrays",
            .kind = Integer,
            .fallback = "0",
            .most = 1000,
            .summary =
                "Columns `a.0` to `a.n-1` for the first n elements of each array `a`, beside its own table.",
            .apply = [](Draft& d, const Given& v) { d.settings.flatten_arrays = u32(v); }},
    Keyword{.name = "MaxConnections",
            .kind = Integer,
            .fallback = "64",
            .least = 1,
            .most = 10'000,
            .summary = "The most sockets to one server that the process opens.",
            .apply = [](Draft& d, const Given& v) { d.settings.endpoint.max_connections = u32(v); }},
    Keyword{.name = "FetchMemory",
            .kind = Bytes,
            .fallback = "16M",
            .least = 64_KiB,
            .most = 64_GiB,
            .summary = "Bytes of an answer that are held before the application fetches them.",
            .apply = [](Draft& d, const Given& v) { d.settings.endpoint.fetch_memory = v.number; }},
    Keyword{.name = "TransactionMemory",
            .kind = Bytes,
            .fallback = "256M",
            .least = 1_MiB,
            .most = 1024_GiB,
            .summary = "Bytes of uncommitted changes that a connection may hold.",
            .apply = [](Draft& d, const Given& v) { d.settings.transaction_memory = v.number; }},
    Keyword{.name = "Parallel",
            .kind = Integer,
            .fallback = "4",
            .least = 1,
            .most = 64,
            .summary = "Key ranges of one table that are read at once.",
            .apply = [](Draft& d, const Given& v) { d.settings.sql.parallel = u32(v); }},
    Keyword{.name = "AutoIndex",
            .kind = Boolean,
            .fallback = "no",
            .summary = "Create the index that an ORDER BY or a filter wants.",
            .apply = [](Draft& d, const Given& v) { d.settings.auto_index = on(v); }},
    Keyword{.name = "RequireIndex",
            .kind = Boolean,
            .fallback = "no",
            .summary = "Refuse statements that would read a whole table to filter it.",
            .apply = [](Draft& d, const Given& v) { d.settings.sql.require_index = on(v); }},
    Keyword{.name = "ReadOnly",
            .kind = Boolean,
            .fallback = "no",
            .summary = "Refuse every change.",
            .apply = [](Draft& d, const Given& v) { d.settings.sql.read_only = on(v); }},
    Keyword{.name = "Transactions",
            .kind = Boolean,
            .fallback = "yes",
            .summary = "Allow manual commit; no: the connection stays in autocommit.",
            .apply = [](Draft& d, const Given& v) { d.settings.transactions = on(v); }},
    Keyword{
        .name = "AsyncFetch",
        .kind = Boolean,
        .fallback = "no",
        .summary = "SQLFetch may answer SQL_STILL_EXECUTING too: for driver managers other than unixODBC.",
        .apply = [](Draft& d, const Given& v) { d.settings.async_fetch = on(v); }},
    Keyword{.name = "LogFile",
            .kind = Path,
            .summary = "Where to log; passwords and tokens are left out.",
            .apply = [](Draft& d, const Given& v) { d.settings.log_file = v.text; }},
    Keyword{.name = "LogLevel",
            .kind = Choice,
            .allowed = "off,error,info,debug",
            .fallback = "info",
            .summary = "How much to log to LogFile.",
            .apply = [](Draft& d, const Given& v) { d.log_level = u32(v); }},
    Keyword{
        .name = "DSN",
        .kind = Manager,
        .summary = "The data source in odbc.ini whose keywords come after those of the connection string.",
        .apply = [](Draft& d, const Given& v) { d.settings.dsn = v.text; }},
    Keyword{.name = "Driver",
            .kind = Manager,
            .summary = "The driver's name in odbcinst.ini, or its file.",
            .apply = [](Draft& d, const Given& v) { d.settings.driver = v.text; }},
    Keyword{.name = "FileDSN", .kind = Manager, .summary = "A file of keywords, read by the driver manager."},
    Keyword{.name = "SaveFile",
            .kind = Manager,
            .summary = "Where the driver manager saves the keywords of a successful connection."},
    Keyword{.name = "Description", .kind = Manager, .summary = "A note to people."},
    // What unixODBC itself reads from a data source, or desktop programs add to every connection string.
    Keyword{.name = "Setup",
            .aliases = "Trace,TraceFile,Debug,DebugFile,Threading,DontDLClose,CPTimeout,CPTimeToLive,CPReuse,"
                       "Pooling,DMEnvAttr,DMConnAttr,DMStmtAttr,"
                       "IconvEncoding,DisableGetFunctions,ExFetchMapping,NoWideChars,FileUsage,UsageCount,"
                       "APP,WSID,Language",
            .kind = Manager,
            .summary = ""},
};

bool ignored(char c) { return c == ' ' || c == '_'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool same(std::string_view a, std::string_view b) noexcept {
  size_t i = 0, j = 0;
  for (;; ++i, ++j) {
    while (i < a.size() && ignored(a[i])) ++i;
    while (j < b.size() && ignored(b[j])) ++j;
    if (i == a.size() || j == b.size()) return i == a.size() && j == b.size();
    if (lower(a[i]) != lower(b[j])) return false;
  }
}

[[noreturn]] void refuse(const Keyword& keyword, std::string_view value) {
  if (keyword.secret) throw OdbcError{SqlState::sHY024, "{} takes {}", keyword.name, allowed_values(keyword)};
  constexpr size_t shown = 60;
  throw OdbcError{SqlState::sHY024,        "{} takes {}, not '{}{}'", keyword.name,
                  allowed_values(keyword), value.substr(0, shown),    value.size() > shown ? "…" : ""};
}

std::optional<uint64_t> number(std::string_view text, bool units) {
  uint64_t scale = 1;
  if (units && !text.empty()) {
    const std::string_view letters = "kmg";
    if (text.size() > 1 && lower(text.back()) == 'b') text.remove_suffix(1);
    if (const auto at = letters.find(lower(text.back())); at != std::string_view::npos) {
      scale = uint64_t{1} << (10 * (at + 1));
      text.remove_suffix(1);
    }
  }
  uint64_t n = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (error != std::errc{} || end != text.data() + text.size() || n > UINT64_MAX / scale) return std::nullopt;
  return n * scale;
}

std::optional<bool> boolean(std::string_view text) {
  for (std::string_view yes : {"yes", "true", "on", "1"})
    if (same(text, yes)) return true;
  for (std::string_view no : {"no", "false", "off", "0"})
    if (same(text, no)) return false;
  return std::nullopt;
}

std::string joined(std::string_view list) {
  std::string out;
  for (const auto item : list_items(list)) out += (out.empty() ? "" : ", ") + std::string{item};
  return out;
}

std::string size_text(uint64_t bytes) {
  for (const auto& [letter, unit] : {std::pair{'G', 1_GiB}, std::pair{'M', 1_MiB}, std::pair{'K', 1_KiB}})
    if (bytes >= unit && bytes % unit == 0) return fmt::format("{}{}", bytes / unit, letter);
  return fmt::format("{}", bytes);
}

}  // namespace

std::span<const Keyword> keywords() noexcept { return table; }

std::vector<std::string_view> list_items(std::string_view list) {
  std::vector<std::string_view> items;
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    items.push_back(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return items;
}

const Keyword* find_keyword(std::string_view name) noexcept {
  for (const Keyword& keyword : table) {
    if (same(keyword.name, name)) return &keyword;
    for (std::string_view rest = keyword.aliases; !rest.empty();) {
      const size_t comma = std::min(rest.find(','), rest.size());
      if (same(rest.substr(0, comma), name)) return &keyword;
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }
  return nullptr;
}

std::vector<std::string> nearest_keywords(std::string_view name, size_t most) {
  std::vector<std::string_view> names;
  for (const Keyword& keyword : table) {
    if (keyword.kind == Manager) continue;
    names.push_back(keyword.name);
    for (const auto alias : list_items(keyword.aliases)) names.push_back(alias);
  }
  std::vector<std::string> near;
  for (const auto found : sql::nearest(name, names, names.size())) {
    std::string keyword{find_keyword(found)->name};
    if (near.size() < most && std::find(near.begin(), near.end(), keyword) == near.end())
      near.push_back(std::move(keyword));
  }
  return near;
}

std::vector<std::string_view> offered_values(const Keyword& keyword) {
  if (keyword.kind == Boolean) return {"yes", "no"};
  return list_items(keyword.allowed);
}

std::string allowed_values(const Keyword& keyword) {
  switch (keyword.kind) {
    case Text: return "text";
    case Path: return "a file name";
    case Integer: return fmt::format("a whole number from {} to {}", keyword.least, keyword.most);
    case Bytes:
      return fmt::format("a size from {} to {}, such as 4096, 64K, 16M or 1G", size_text(keyword.least),
                         size_text(keyword.most));
    case Boolean: return "yes or no (also true, false, on, off, 1, 0)";
    case Choice: return "one of " + joined(keyword.allowed);
    case Manager: break;
  }
  return "anything";
}

KeywordValue check_value(const Keyword& keyword, std::string_view value) {
  if (value.find('\0') != std::string_view::npos)
    throw OdbcError{SqlState::sHY024, "the value of {} holds a NUL character", keyword.name};
  KeywordValue out;
  out.text = value;
  switch (keyword.kind) {
    case Text:
    case Path:
    case Manager: break;
    case Integer:
    case Bytes: {
      const auto n = number(value, keyword.kind == Bytes);
      if (!n || *n < keyword.least || *n > keyword.most) refuse(keyword, value);
      out.number = *n;
      break;
    }
    case Boolean: {
      const auto b = boolean(value);
      if (!b) refuse(keyword, value);
      out.number = *b ? 1 : 0;
      break;
    }
    case Choice: {
      const auto items = list_items(keyword.allowed);
      const auto at =
          std::find_if(items.begin(), items.end(), [&](std::string_view item) { return same(item, value); });
      if (at == items.end()) refuse(keyword, value);
      out.text = *at;
      out.number = static_cast<uint64_t>(at - items.begin());
      break;
    }
  }
  return out;
}

}  // namespace couch::driver
