#include <catch2/catch.hpp>
#include <set>

#include "driver/config/keywords.h"
#include "driver/config/settings.h"
#include "driver/odbc_error.h"

using namespace couch::driver;
namespace http = couch::http;
namespace sql = couch::sql;

namespace {

Settings settings(const std::string& text) {
  auto parsed = parse_settings(parse_connection_string(text));
  CHECK(parsed.unknown.empty());
  return parsed.settings;
}

// The message of HY024, or what happened instead.
std::string refusal(const std::string& text) {
  try {
    parse_settings(parse_connection_string(text));
  } catch (const OdbcError& error) {
    CHECK(error.state() == SqlState::sHY024);
    return error.what();
  }
  return "accepted";
}

std::vector<std::string> servers(const std::string& text) { return settings(text).endpoint.servers; }

}  // namespace

TEST_CASE("Every keyword's documented default is the one that holds when nothing is given", "[config]") {
  const Settings none = settings("");
  for (const Keyword& keyword : keywords()) {
    if (keyword.fallback.empty() || keyword.kind == KeywordKind::Manager) continue;
    INFO(keyword.name);
    const Settings given = settings(std::string{keyword.name} + "=" + std::string{keyword.fallback});
    CHECK(given.endpoint.servers == none.endpoint.servers);
    CHECK(given.endpoint.max_connections == none.endpoint.max_connections);
    CHECK(given.endpoint.fetch_memory == none.endpoint.fetch_memory);
    CHECK(given.endpoint.connect_timeout == none.endpoint.connect_timeout);
    CHECK(given.login_timeout == none.login_timeout);
    CHECK(given.query_timeout == none.query_timeout);
    CHECK(given.type_field == none.type_field);
    CHECK(given.sample_size == none.sample_size);
    CHECK(given.max_columns == none.max_columns);
    CHECK(given.max_tables == none.max_tables);
    CHECK(given.flatten_arrays == none.flatten_arrays);
    CHECK(given.transaction_memory == none.transaction_memory);
    CHECK(given.auto_index == none.auto_index);
    CHECK(given.transactions == none.transactions);
    CHECK(given.async_fetch == none.async_fetch);
    CHECK(given.log_level == none.log_level);
    CHECK(given.sql.mismatch == none.sql.mismatch);
    CHECK(given.sql.collation == none.sql.collation);
    CHECK(given.sql.read_only == none.sql.read_only);
    CHECK(given.sql.require_index == none.sql.require_index);
    CHECK(given.sql.parallel == none.sql.parallel);
    CHECK(given.sql.max_varchar_size == none.sql.max_varchar_size);
  }
}

TEST_CASE("No two keywords share a name or an alias", "[config]") {
  std::set<const Keyword*> seen;
  size_t names = 0;
  for (const Keyword& keyword : keywords()) {
    INFO(keyword.name);
    CHECK(find_keyword(keyword.name) == &keyword);
    for (const auto alias : list_items(keyword.aliases)) CHECK(find_keyword(alias) == &keyword);
    names += 1;
    seen.insert(&keyword);
  }
  CHECK(seen.size() == names);
  CHECK(find_keyword("user id") == find_keyword("UID"));
  CHECK(find_keyword("LOGIN_TIMEOUT") == find_keyword("LoginTimeout"));
  CHECK(find_keyword("") == nullptr);
}

TEST_CASE("Server takes hosts, ports and IPv6 addresses", "[config]") {
  CHECK(servers("") == std::vector<std::string>{"http://localhost:5984"});
  CHECK(servers("Server=db.example") == std::vector<std::string>{"http://db.example:5984"});
  CHECK(servers("Server=db.example;SSLMode=require") == std::vector<std::string>{"https://db.example:6984"});
  CHECK(servers("Host=a;Port=80") == std::vector<std::string>{"http://a:80"});
  CHECK(servers("Server=a, b:81 ,[::1]:82,[fe80::1],::2;Port=80") ==
        std::vector<std::string>{"http://a:80", "http://b:81", "http://[::1]:82", "http://[fe80::1]:80",
                                 "http://[::2]:80"});
  CHECK_THAT(refusal("Server=a,,b"), Catch::Contains("Server takes host"));
  CHECK_THAT(refusal("Server=a:0"), Catch::Contains("1 to 65535"));
  CHECK_THAT(refusal("Server=a:99999"), Catch::Contains("1 to 65535"));
  CHECK_THAT(refusal("Server=[::1:5984"), Catch::Contains("not closed"));
  CHECK_THAT(refusal("Server=http://a"), Catch::Contains("goes into URL"));
  CHECK_THAT(refusal("Server=a/b"), Catch::Contains("letters"));
  CHECK_THAT(refusal("Server={a b}"), Catch::Contains("letters"));
  CHECK_THAT(refusal("Server=:5984"), Catch::Contains("Server takes"));
  CHECK_THAT(refusal("Server=[]:5984"), Catch::Contains("Server takes"));
}

TEST_CASE("A URL is taken apart", "[config]") {
  const Settings all = settings("URL={http://al%40ice:p%3Aa%2Fss@db.example:5985/couch/sales%2F2026}");
  CHECK(all.endpoint.servers == std::vector<std::string>{"http://db.example:5985/couch"});
  CHECK(all.endpoint.user == "al@ice");
  CHECK(all.endpoint.password == "p:a/ss");
  CHECK(all.database == "sales/2026");
  CHECK(all.endpoint.auth == http::Auth::Basic);
  CHECK(all.endpoint.tls == http::TlsMode::Disable);

  const Settings tls = settings("URL=https://db.example/shop");
  CHECK(tls.endpoint.servers == std::vector<std::string>{"https://db.example:443"});
  CHECK(tls.endpoint.tls == http::TlsMode::VerifyFull);
  CHECK(tls.endpoint.auth == http::Auth::None);
  CHECK(tls.database == "shop");

  CHECK(settings("URL=http://h:1/couch/").database.empty());
  CHECK(servers("URL=http://h:1/couch/") == std::vector<std::string>{"http://h:1/couch"});
  CHECK(servers("URL=HTTP://[::1]:5984") == std::vector<std::string>{"http://[::1]:5984"});
  CHECK(servers("URL=http://a:1,b:2/db") == std::vector<std::string>{"http://a:1", "http://b:2"});

  CHECK_THAT(refusal("URL=db.example/shop"), Catch::Contains("neither http:// nor https://"));
  CHECK_THAT(refusal("URL=http://h/db?x=1"), Catch::Contains("without ? and #"));
  CHECK_THAT(refusal("URL=http:///db"), Catch::Contains("names no host"));
  CHECK_THAT(refusal("URL=http://u:se%zzcret@h/db"), Catch::Contains("%25") && !Catch::Contains("cret"));
  CHECK_THAT(refusal("URL=http://u:se%00cret@h/db"), Catch::Contains("NUL") && !Catch::Contains("cret"));
  CHECK_THAT(refusal("URL=http://u:secret@ho st/db"), !Catch::Contains("secret"));
}

TEST_CASE("The first occurrence of a keyword stands, a URL's parts where the URL stands", "[config]") {
  CHECK(settings("Database=a;DB=b").database == "a");
  CHECK(settings("Database=;DB=b").database.empty());
  CHECK(settings("URL=http://h/a;Database=b").database == "a");
  CHECK(settings("Database=b;URL=http://h/a").database == "b");
  CHECK(servers("URL=http://h:1/a;Server=other;Port=7") == std::vector<std::string>{"http://h:1"});
  CHECK(servers("Server=other:7;URL=http://h:1/a") == std::vector<std::string>{"http://other:7"});
  // Somebody else's password is never sent with a user's name that overrides the URL's.
  const Settings bob = settings("UID=bob;URL=http://alice:secret@h/db");
  CHECK(bob.endpoint.user == "bob");
  CHECK(bob.endpoint.password.empty());
}

TEST_CASE("Authentication is inferred from what is given", "[config]") {
  CHECK(settings("").endpoint.auth == http::Auth::None);
  CHECK(settings("User=u;Password=p").endpoint.auth == http::Auth::Basic);
  CHECK(settings("Token=t").endpoint.auth == http::Auth::Jwt);
  CHECK(settings("UID=u;Token=t").endpoint.auth == http::Auth::Jwt);
  CHECK(settings("UID=u;Auth=session").endpoint.auth == http::Auth::Session);
  CHECK(settings("UID=u;Auth=None").endpoint.auth == http::Auth::None);
  CHECK_THAT(refusal("Auth=Basic"), Catch::Contains("needs UID"));
  CHECK_THAT(refusal("Auth=JWT;UID=u"), Catch::Contains("needs Token"));
  CHECK_THAT(refusal("Auth=Kerberos"),
             Catch::Contains("Auth takes one of None, Basic, Session, JWT, Proxy, not 'Kerberos'"));
  CHECK_THAT(refusal("UID={a:b}"), Catch::Contains("colon"));
}

TEST_CASE("TLS is on when https or a certificate says so, and never contradicts itself", "[config]") {
  CHECK(settings("CAFile=/ca.pem").endpoint.tls == http::TlsMode::VerifyFull);
  CHECK(settings("ClientCert=/c.pem;ClientKey=/k.pem").endpoint.tls == http::TlsMode::VerifyFull);
  CHECK(settings("SSLMode=VERIFY-CA").endpoint.tls == http::TlsMode::VerifyCa);
  CHECK(settings("SSLMode=require;URL=https://h/").endpoint.tls == http::TlsMode::Require);
  CHECK_THAT(refusal("URL=http://h/;SSLMode=verify-full"), Catch::Contains("must agree"));
  CHECK_THAT(refusal("URL=https://h/;SSLMode=disable"), Catch::Contains("must agree"));
  CHECK_THAT(refusal("CAFile=/ca.pem;SSLMode=disable"), Catch::Contains("need TLS"));
  CHECK_THAT(refusal("URL=http://h/;CAFile=/ca.pem"), Catch::Contains("need TLS"));
  CHECK_THAT(refusal("ClientKey=/k.pem"), Catch::Contains("ClientKey needs ClientCert"));
}

TEST_CASE("Values are checked, and the message says what is allowed", "[config]") {
  CHECK(settings("LoginTimeout=3").endpoint.connect_timeout == std::chrono::seconds{3});
  CHECK(settings("SampleSize=0").sample_size == 0);
  CHECK(settings("FetchMemory=1m").endpoint.fetch_memory == 1u << 20);
  CHECK(settings("FetchMemory=64KB").endpoint.fetch_memory == 64u << 10);
  CHECK(settings("FetchMemory=70000").endpoint.fetch_memory == 70000);
  CHECK(settings("TypeField=meta.kind").type_field == "meta.kind");
  CHECK(settings("LogFile=/tmp/x").log_level == 2);
  CHECK(settings("LogFile=/tmp/x;LogLevel=Debug").log_level == 3);
  CHECK(settings("LogLevel=debug").log_level == 0);
  for (const auto* yes : {"yes", "TRUE", "on", "1"})
    CHECK(settings(std::string{"ReadOnly="} + yes).sql.read_only);
  for (const auto* no : {"no", "False", "OFF", "0"})
    CHECK_FALSE(settings(std::string{"Transactions="} + no).transactions);

  CHECK_THAT(refusal("LoginTimeout=-1"),
             Catch::Contains("LoginTimeout takes a whole number from 0 to 2147483, not '-1'"));
  CHECK_THAT(refusal("LoginTimeout=3s"), Catch::Contains("'3s'"));
  CHECK_THAT(refusal("Port=0"), Catch::Contains("from 1 to 65535"));
  CHECK_THAT(refusal("SampleSize=99999999999999999999"), Catch::Contains("SampleSize takes"));
  CHECK_THAT(refusal("FetchMemory=1"), Catch::Contains("a size from 64K to 64G"));
  CHECK_THAT(refusal("FetchMemory=18446744073709551615G"), Catch::Contains("a size from"));
  CHECK_THAT(refusal("FetchMemory=M"), Catch::Contains("a size from"));
  CHECK_THAT(refusal("ReadOnly=maybe"), Catch::Contains("ReadOnly takes yes or no"));
  CHECK_THAT(refusal("TypeMismatch=warn"), Catch::Contains("one of null, error"));
  CHECK_THAT(refusal("TypeField=a..b"), Catch::Contains("TypeField takes"));
  CHECK_THAT(refusal("Collation=" + std::string(500, 'x')), Catch::Contains("x…'"));
}

TEST_CASE("A value with a NUL is refused, and a secret's value is not shown", "[config]") {
  try {
    parse_settings({{"PWD", std::string("se\0cret", 7)}});
    FAIL("accepted");
  } catch (const OdbcError& error) {
    CHECK(error.state() == SqlState::sHY024);
    CHECK_THAT(error.what(), Catch::Contains("PWD") && !Catch::Contains("cret"));
  }
}

TEST_CASE("An unknown keyword is reported with the nearest names", "[config]") {
  const auto parsed = parse_settings(
      parse_connection_string("Sever=a;Databse=b;Frobnicate=1;DRIVER=x;DSN=y;FILEDSN=z;SaveFile=w;Trace=no"));
  REQUIRE(parsed.unknown.size() == 3);
  CHECK_THAT(parsed.unknown[0], Catch::StartsWith("unknown keyword 'Sever'; did you mean Server"));
  CHECK_THAT(parsed.unknown[1], Catch::Contains("did you mean Database"));
  CHECK(parsed.unknown[2] == "unknown keyword 'Frobnicate'");
  CHECK(parsed.settings.dsn == "y");
  CHECK(parsed.settings.driver == "x");
}
