#include <catch2/catch.hpp>
#include <random>

#include "driver/config/settings.h"
#include "driver/odbc_error.h"

using namespace couch::driver;

namespace {

std::string complaint(const std::string& text) {
  try {
    parse_connection_string(text);
  } catch (const OdbcError& error) {
    return error.what();
  }
  return "no complaint";
}

}  // namespace

TEST_CASE("A connection string is keyword=value pairs in order", "[config]") {
  CHECK(parse_connection_string("DRIVER={CouchDB};Server=a;UID=u") ==
        Attributes{{"DRIVER", "CouchDB"}, {"Server", "a"}, {"UID", "u"}});
  CHECK(parse_connection_string("").empty());
  CHECK(parse_connection_string(" ; ;; ").empty());
  CHECK(parse_connection_string("A=1;") == Attributes{{"A", "1"}});
  CHECK(parse_connection_string("  A  =  x y  ; B =\t2 ") == Attributes{{"A", "x y"}, {"B", "2"}});
  CHECK(parse_connection_string("A=;B=") == Attributes{{"A", ""}, {"B", ""}});
  CHECK(parse_connection_string("A=1;a=2") == Attributes{{"A", "1"}, {"a", "2"}});
  CHECK(parse_connection_string("A=b=c") == Attributes{{"A", "b=c"}});
}

TEST_CASE("Braces protect a value, and }} inside them is }", "[config]") {
  CHECK(parse_connection_string("PWD={a;b=c};X=1") == Attributes{{"PWD", "a;b=c"}, {"X", "1"}});
  CHECK(parse_connection_string("PWD={d;e}}f}") == Attributes{{"PWD", "d;e}f"}});
  CHECK(parse_connection_string("PWD={}") == Attributes{{"PWD", ""}});
  CHECK(parse_connection_string("PWD={}}}") == Attributes{{"PWD", "}"}});
  CHECK(parse_connection_string("PWD={ x }  ; Y={{}") == Attributes{{"PWD", " x "}, {"Y", "{"}});
  CHECK(parse_connection_string("PWD=a{b}c") == Attributes{{"PWD", "a{b}c"}});
  CHECK(parse_connection_string("Database={Größe😀}") == Attributes{{"Database", "Größe😀"}});
}

TEST_CASE("A malformed connection string is refused without quoting it", "[config]") {
  CHECK_THAT(complaint("PWD={secret"), Catch::Contains("{ there that no } closes (character 5)"));
  CHECK_THAT(complaint("PWD={sec}ret}"), Catch::Contains("goes on after a closing }"));
  CHECK_THAT(complaint("PWD=se;cret"),
             Catch::Contains("no keyword=value there") && Catch::Contains("(character 8)"));
  CHECK_THAT(complaint("=x"), Catch::Contains("no keyword before the ="));
  CHECK_THAT(complaint("{A}=x"), Catch::Contains("no keyword=value there"));
  CHECK_THAT(complaint(std::string("A=b\0c", 5)), Catch::Contains("NUL"));
  for (const auto* text : {"PWD={secret", "PWD={sec}ret}", "PWD=se;cret"})
    CHECK_THAT(complaint(text), !Catch::Contains("cret"));
}

TEST_CASE("Formatting is the inverse of parsing", "[config]") {
  std::mt19937 random{20261120};
  const std::string letters = "ab {}};;==[]()*!@,?\t\\\"'é";
  for (int round = 0; round < 2000; ++round) {
    Attributes attributes;
    for (size_t n = random() % 5; n > 0; --n) {
      std::string value;
      for (size_t length = random() % 8; length > 0; --length) value += letters[random() % letters.size()];
      attributes.emplace_back("Key" + std::to_string(n), value);
    }
    const std::string text = format_connection_string(attributes, false);
    INFO(text);
    CHECK(parse_connection_string(text) == attributes);
  }
}

TEST_CASE("A redacted connection string holds no secret", "[config]") {
  const Attributes attributes{{"Server", "h"},
                              {"UID", "bob"},
                              {"password", "hidden1"},
                              {"TOKEN", "hidden2"},
                              {"Pasword", "hidden3"},
                              {"URL", "http://u:hid@den4@h/db"},
                              {"HttpProxy", "u:hidden5@proxy:3128"},
                              {"PWD", ""}};
  const std::string text = format_connection_string(attributes, true);
  CHECK(text ==
        "Server=h;UID=bob;password=***;TOKEN=***;Pasword=***;URL={http://***@h/"
        "db};HttpProxy={***@proxy:3128};PWD=");
}
