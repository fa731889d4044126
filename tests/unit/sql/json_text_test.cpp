#include "sql/json_text.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace couch::sql;

TEST_CASE("JSON strings: to the text and back, controls and quotes escaped, UTF-8 as it is", "[json_text]") {
  const std::string odd{"a\"b\\\n\x01\x1f é😀\0z", 16};
  CHECK(json_string("") == R"("")");
  CHECK(json_string("é😀") == "\"é😀\"");
  CHECK(json_string("\"\\\n\x01") == R"("\"\\\n\u0001")");
  CHECK(string_of(json_string(odd)) == odd);
  CHECK(string_of(R"("\u0061\ud83d\ude00")") == "a😀");
  for (const char* no : {"", "\"", "1", "null", "[\"a\"]", R"("\x")"}) CHECK(string_of(no).empty());
  CHECK(string_of(std::string(100000, '[')).empty());
}

TEST_CASE("Members stand where they are written, blanks, nesting and escaped names included", "[json_text]") {
  const std::string object = R"( { "a" : 1 ,"b":{"a":[1,"}"]}, "a":"x\"y" , "\u0063" :null})";
  const auto members = members_of(object);
  REQUIRE(members.size() == 4);
  CHECK(members[0].key == "\"a\"");
  CHECK(members[1].value == R"({"a":[1,"}"]})");
  CHECK(members[3].named("c"));
  CHECK_FALSE(members[3].named("\\u0063"));
  CHECK(member_of(object, "a") == R"("x\"y")");
  CHECK(member_of(object, std::vector<std::string>{"b", "a"}) == R"([1,"}"])");
  CHECK(member_of(object, std::vector<std::string>{"a", "b"}).empty());
  CHECK(member_of(object, std::vector<std::string>{}) == object);
}

TEST_CASE("Members of a text that is cut or no JSON: what could be read, and no more", "[json_text]") {
  const std::string whole = R"({"a":1,"b":{"c":"d"},"e":[2]})";
  for (size_t size = 0; size < whole.size(); ++size) {
    const std::string cut = whole.substr(0, size);
    for (const auto& member : members_of(cut)) {
      CHECK(member.key.data() >= cut.data());
      CHECK(member.value.data() + member.value.size() <= cut.data() + cut.size());
    }
  }
  CHECK(members_of("[1]").empty());
  CHECK(members_of("{a:1}").empty());
  CHECK(members_of(R"({"a" 1})").empty());
  CHECK(members_of(R"({"a":1,})").size() == 1);
  CHECK(members_of(R"({"a":1,"b":})").size() == 1);
  CHECK(members_of(R"({"a":1 "b":2})").size() == 1);
}

TEST_CASE("Well formed is one value, whole and in UTF-8, however deep", "[json_text]") {
  CHECK(well_formed(R"( {"a":[1,null,"x"]} )"));
  CHECK(well_formed(std::string(50000, '[') + std::string(50000, ']')));
  for (const char* no : {"", "{", "1 2", "{\"a\":}", "\"\xff\""}) CHECK_FALSE(well_formed(no));
}
