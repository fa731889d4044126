// Conditions on one field as ranges of an index's keys.
#include "sql/plan/key_range.h"

#include <catch2/catch.hpp>

using namespace couch::sql::plan;
using namespace couch::sql::mango;

namespace {

std::string text_of(const KeyRanges& ranges) {
  std::string out;
  for (const auto& r : ranges) {
    if (!out.empty()) out += " ";
    out += (r.includes_low ? "[" : "(") + r.low + "," + r.high + (r.includes_high ? "]" : ")");
  }
  return out;
}

std::string ranges(const Selector& selector, bool exact = true) {
  bool was_exact = true;
  std::string out = text_of(ranges_of(selector, {"a"}, &was_exact));
  CHECK(was_exact == exact);
  return out;
}

Selector field(std::vector<Test> tests) { return Selector{Field{{"a"}, std::move(tests)}}; }

}  // namespace

TEST_CASE("Keys are ordered as CouchDB orders them", "[keys]") {
  const char* ordered[] = {"null", "false", "true",  "-1e3",  "-2", "0", "1.5", "12345678901234567890123",
                           "\"\"", "\"a\"", "\"A\"", "\"b\"", "[]", "{}"};
  for (size_t i = 0; i < std::size(ordered); ++i) {
    for (size_t k = 0; k < std::size(ordered); ++k) {
      INFO(ordered[i] << " and " << ordered[k]);
      CHECK((compare_keys(ordered[i], ordered[k]) < 0) == (i < k));
    }
  }
  CHECK(compare_keys("1", "1.0") == 0);
  CHECK(compare_keys(R"("a")", R"("a\u0001")") == 0);
}

TEST_CASE("Tests of a field are ranges of its values", "[keys]") {
  CHECK(ranges(field({{Operator::Greater, "5"}, {Operator::Less, "\"\""}})) == "(5,\"\")");
  CHECK(ranges(field({{Operator::GreaterEqual, "5"}, {Operator::LessEqual, "3"}})).empty());
  CHECK(ranges(field({{Operator::In, R"([3,"a,]","a\u0001",3.0,1])"}})) ==
        R"([1,1] [3,3] ["a\u0001","a\u0001"] ["a,]","a,]"])");
  CHECK(ranges(field({{Operator::NotEqual, "5"}, {Operator::Greater, "true"}, {Operator::Less, "\"\""}})) ==
        "(true,5) (5,\"\")");
  CHECK(ranges(field({{Operator::Equal, "5"}, {Operator::Regex, "\"x\""}}), false) == "[5,5]");
  CHECK(ranges(field({{Operator::NotIn, R"([7,"a",5])"}, {Operator::Greater, "true"}})) ==
        R"((true,5) (5,7) (7,"a") ("a",])");
  CHECK(ranges(any({field({{Operator::Equal, "5"}}), field({{Operator::Less, "6"}}),
                    field({{Operator::Greater, "9"}})})) == "[,6) (9,]");
  CHECK(ranges(any({field({{Operator::Equal, "5"}}), field({{Operator::Exists, "false"}})}), false) == "[,]");
  CHECK(ranges(Selector{Field{{"b"}, {{Operator::Equal, "5"}}}}, false) == "[,]");
}

TEST_CASE("A condition on one field alone is a set of its values", "[keys]") {
  const auto keys = [](const Selector& selector) {
    const auto condition = key_condition(selector);
    return condition ? (condition->exact ? "" : "about ") + text_of(condition->keys) : "none";
  };
  CHECK(keys(field({{Operator::Greater, "5"}, {Operator::Less, "\"\""}})) == "(5,\"\")");
  CHECK(keys(field({{Operator::Exists, "true"}})) == "[,]");
  CHECK(keys(field({{Operator::Exists, "false"}})) == "none");
  CHECK(keys(field({{Operator::Regex, "\"x\""}})) == "about [,]");
  CHECK(keys(all({field({{Operator::Greater, "5"}}), Selector{Field{{"b"}, {{Operator::Equal, "5"}}}}})) ==
        "none");
  CHECK(keys(any({field({{Operator::Less, "5"}}), field({{Operator::Equal, "7"}})})) == "[,5) [7,7]");
  CHECK(keys(everything()) == "none");
}

TEST_CASE("Ranges of two conditions have in common what both allow", "[keys]") {
  const KeyRanges some{{"1", "3"}, {"5", "7", true, false}, {"9", ""}};
  CHECK(text_of(both(some, {{"2", "6"}})) == "[2,3] [5,6]");
  CHECK(text_of(both(some, {{"", "1"}, {"6", "9", false, true}})) == "[1,1] (6,7) [9,9]");
  CHECK(both(some, {{"3", "5", false, false}}).empty());
  CHECK(both(some, {{"7", "8"}}).empty());
  CHECK(text_of(both(some, every_key())) == text_of(some));
}
