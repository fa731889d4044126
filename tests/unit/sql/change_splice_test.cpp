// Changing named fields in a document's text.
#include <catch2/catch.hpp>
#include <random>

#include "sql/change/json.h"
#include "sql/change/splice.h"
#include "sql/error.h"
#include "sql/json_text.h"
#include "tests/support/json.h"

using namespace couch::sql;
using namespace couch::sql::change;
using Text = std::optional<std::string>;

namespace {

std::string edited(std::string_view text, const std::vector<Path>& paths, const std::vector<Text>& values) {
  return Edits{paths}.apply(text, values);
}

}  // namespace

TEST_CASE("A field that is written leaves every other byte as it is", "[change][splice]") {
  const std::string text =
      R"({ "_id":"a" , "big":123456789012345678901234567890,"e":1e-7, "z":-0.0,"x":1,"n":{"a":[1, 2],"b":"é\u0000"} })";
  CHECK(
      edited(text, {{"x"}}, {"2"}) ==
      R"({ "_id":"a" , "big":123456789012345678901234567890,"e":1e-7, "z":-0.0,"x":2,"n":{"a":[1, 2],"b":"é\u0000"} })");
  CHECK(
      edited(text, {{"n", "b"}}, {"null"}) ==
      R"({ "_id":"a" , "big":123456789012345678901234567890,"e":1e-7, "z":-0.0,"x":1,"n":{"a":[1, 2],"b":null} })");
  CHECK(edited(R"({"a":1})", {{"b"}}, {"2"}) == R"({"a":1,"b":2})");
  CHECK(edited(R"({})", {{"b"}}, {"2"}) == R"({"b":2})");
  CHECK(edited(R"({"a":1 })", {{"b", "c"}}, {"2"}) == R"({"a":1,"b":{"c":2} })");
}

TEST_CASE("Removing a field takes its comma along", "[change][splice]") {
  const Text none;
  CHECK(edited(R"({"a":1, "b":2, "c":3})", {{"a"}}, {none}) == R"({"b":2, "c":3})");
  CHECK(edited(R"({"a":1, "b":2, "c":3})", {{"b"}}, {none}) == R"({"a":1, "c":3})");
  CHECK(edited(R"({"a":1, "b":2, "c":3})", {{"c"}}, {none}) == R"({"a":1, "b":2})");
  CHECK(edited(R"({"a":1, "b":2})", {{"a"}, {"b"}}, {none, none}) == R"({})");
  CHECK(edited(R"({"a":1, "b":2})", {{"a"}, {"b"}, {"c"}}, {none, none, "3"}) == R"({"c":3})");
  CHECK(edited(R"({"a":{"x":1}})", {{"a", "x"}}, {none}) == R"({"a":{}})");
  CHECK(edited(R"({"a":5})", {{"a", "x"}}, {none}) == R"({"a":5})");
  CHECK(edited(R"({"a":1,"a":2,"b":3})", {{"a"}}, {none}) == R"({"b":3})");
}

TEST_CASE("Of a name that stands twice the last one is written, for it is the one that counts",
          "[change][splice]") {
  CHECK(edited(R"({"a":1,"b":0,"a":2})", {{"a"}}, {"9"}) == R"({"a":1,"b":0,"a":9})");
  CHECK(edited(R"({"a\u0062":1})", {{"ab"}}, {"9"}) == R"({"a\u0062":9})");
}

TEST_CASE("Objects on the way are made where there is nothing, and nothing else gives way",
          "[change][splice]") {
  CHECK(edited(R"({"a":null})", {{"a", "b", "c"}, {"a", "d"}}, {"1", "2"}) == R"({"a":{"b":{"c":1},"d":2}})");
  CHECK_THROWS_AS(edited(R"({"a":"text"})", {{"a", "b"}}, {"1"}), Error);
  CHECK_THROWS_AS(edited(R"({"a":[1]})", {{"a", "b"}}, {"1"}), Error);
  CHECK_THROWS_AS((Edits{{{"a"}, {"a", "b"}}}), Error);
  CHECK_THROWS_AS((Edits{{{"a", "b"}, {"a"}}}), Error);
  CHECK_THROWS_AS((Edits{{{"a"}, {"a"}}}), Error);
}

TEST_CASE("Random texts: what is not named is there byte for byte, what is named reads as it was written",
          "[change][splice][property]") {
  std::mt19937 random{7};
  const std::vector<std::string> names{"a", "b", "odd name", "é", "\"", "a.b", "$x", ""};
  const std::vector<std::string> values{"1",
                                        "123456789012345678901234567890",
                                        "1e-7",
                                        "-0.0",
                                        "null",
                                        "\"t,}\\\"\"",
                                        "[1, {\"a\": 2}]",
                                        "{ \"a\" : 1, \"b\":[ ] }",
                                        "true",
                                        "1.10"};
  const auto pick = [&](const auto& list) { return list[random() % list.size()]; };
  for (int round = 0; round < 3000; ++round) {
    std::vector<std::pair<std::string, std::string>> members;
    std::string text = "{";
    for (const auto& name : names) {
      if (random() % 3 == 0) continue;
      if (text.size() > 1) text += random() % 2 ? ", " : ",";
      members.emplace_back(name, pick(values));
      text += json_string(name) + (random() % 2 ? ":" : " : ") + members.back().second;
    }
    text += "}";
    const std::string name = pick(names);
    const Text value = random() % 4 == 0 ? Text{} : Text{pick(values)};
    CAPTURE(text, name, value.value_or("removed"));
    const std::string after = edited(text, {{name}}, {value});
    CHECK_NOTHROW(couch::test::model::parse_json(after));
    for (const auto& [known, before] : members) {
      if (known != name) CHECK(std::string{member_of(after, known)} == before);
    }
    CHECK(std::string{member_of(after, name)} == value.value_or(""));
  }
}

TEST_CASE("New ids grow, and no two are the same", "[change][json]") {
  std::string last;
  for (int i = 0; i < 10000; ++i) {
    const std::string id = new_id();
    REQUIRE(id.size() == 36);
    REQUIRE(id > last);
    last = id;
  }
}

TEST_CASE("Values as documents hold them", "[change][json]") {
  CHECK(json_of(Value{true}) == "true");
  CHECK(json_of(Value{int64_t{-5}}) == "-5");
  CHECK(json_of(Value{0.1}) == "0.1");
  CHECK(json_of(Value{Decimal{"123456789012345678901234567890"}}) == "123456789012345678901234567890");
  CHECK(json_of(Value{Decimal{".5"}}) == "0.5");
  CHECK(json_of(Value{Decimal{"-007.50"}}) == "-7.50");
  CHECK(json_of(Value{Decimal{"5."}}) == "5");
  CHECK(json_of(Value{std::string{"a\"b\\\n\x01é\0z", 10}}) == R"("a\"b\\\n\u0001é\u0000z")");
  CHECK(json_of(Value{Date{2025, 3, 1}}) == R"("2025-03-01")");
  CHECK(json_of(Value{Timestamp{{2025, 3, 1}, {8, 30, 0, 250000000}}}) == R"("2025-03-01T08:30:00.25")");
  CHECK(json_of(Value{Binary{"\xca\xfe"}}) == R"("CAFE")");
  CHECK_THROWS_AS(json_of(Value{std::numeric_limits<double>::infinity()}), Error);
}
