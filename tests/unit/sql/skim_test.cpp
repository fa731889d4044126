// The quick reader of rows against RapidJSON: what it takes, it takes with the same values.
#include "sql/decode/skim.h"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <catch2/catch.hpp>
#include <random>
#include <sstream>

using namespace couch::sql::decode;
using Random = std::mt19937_64;

namespace {

// Wanted: a, b.c, b.d.e, k[0], k[2], and the text of s.
constexpr size_t slots = 6;
void want(Node& root) {
  root.member("a").slots = {0};
  root.member("b").member("c").slots = {1};
  root.member("b").member("d").member("e").slots = {2};
  root.member("k").element(0).slots = {3};
  root.member("k").element(2).slots = {4};
  root.member("s").slots = {5};
  root.member("s").slices = true;
}

struct Reader {
  Node root;
  Skimmer skimmer;
  uint64_t stamp = 0;
  std::vector<Raw> raws;
  std::string bytes;

  Reader() { want(root); }
  bool read(const std::string& json) {
    bytes = json;  // with the 0 after it
    raws.assign(slots, Raw{});
    return skimmer.read(root, {bytes.data(), bytes.size()}, ++stamp, raws);
  }
};

std::string text(const rapidjson::Value& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer writer{buffer};
  value.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

// The value as RapidJSON has it; null: not there.
const rapidjson::Value* at(const rapidjson::Value& from, std::initializer_list<const char*> path) {
  const rapidjson::Value* value = &from;
  for (const char* name : path) {
    if (!value->IsObject()) return nullptr;
    const auto found = value->FindMember(name);
    if (found == value->MemberEnd()) return nullptr;
    value = &found->value;
  }
  return value;
}

const rapidjson::Value* element(const rapidjson::Value* array, unsigned index) {
  return array && array->IsArray() && index < array->Size() ? &(*array)[index] : nullptr;
}

void same(const Raw& raw, const rapidjson::Value* value, bool sliced) {
  if (!value) {
    CHECK(raw.kind == RawKind::Missing);
  } else if (value->IsString()) {
    CHECK(raw.kind == RawKind::String);
    CHECK(raw.text == std::string_view{value->GetString(), value->GetStringLength()});
  } else if (value->IsNumber()) {
    CHECK(raw.kind == RawKind::Number);
    CHECK(std::stod(std::string{raw.text}) == value->GetDouble());
  } else if (value->IsNull()) {
    CHECK(raw.kind == RawKind::Null);
  } else if (value->IsBool()) {
    CHECK(raw.kind == (value->GetBool() ? RawKind::True : RawKind::False));
  } else {
    CHECK(raw.kind == (value->IsObject() ? RawKind::Object : RawKind::Array));
    rapidjson::Document again;
    if (sliced) {
      again.Parse<rapidjson::kParseFullPrecisionFlag>(raw.text.data(), raw.text.size());
      CHECK(text(again) == text(*value));  // with names that are repeated inside
    } else {
      CHECK(raw.text.empty());
    }
  }
}

// True: taken, and checked.
bool agrees(Reader& reader, const std::string& json) {
  INFO(json);
  if (!reader.read(json)) return false;
  rapidjson::Document document;
  document.Parse<rapidjson::kParseFullPrecisionFlag>(json.data(), json.size());
  CHECK_FALSE(document.HasParseError());
  if (document.HasParseError()) return true;
  same(reader.raws[0], at(document, {"a"}), false);
  same(reader.raws[1], at(document, {"b", "c"}), false);
  same(reader.raws[2], at(document, {"b", "d", "e"}), false);
  same(reader.raws[3], element(at(document, {"k"}), 0), false);
  same(reader.raws[4], element(at(document, {"k"}), 2), false);
  same(reader.raws[5], at(document, {"s"}), true);
  return true;
}

size_t below(Random& random, size_t n) { return static_cast<size_t>(random() % n); }

std::string blanks(Random& random) {
  static constexpr const char* some[] = {"", "", "", "", " ", "\n", "\t\r "};
  return some[below(random, std::size(some))];
}

std::string value(Random& random, int depth) {
  static constexpr const char* scalars[] = {"0",
                                            "-1",
                                            "12.50",
                                            "1e5",
                                            "9007199254740993",
                                            "-0.0",
                                            "2E-7",
                                            "true",
                                            "false",
                                            "null",
                                            R"("")",
                                            R"("x")",
                                            R"("é")",
                                            R"("\n")",
                                            R"("a\"b\\")",
                                            R"("\u00e9\u0000z")",
                                            R"("0123456789abcdef\/0123")",
                                            R"("a string of more than sixteen bytes, plain")",
                                            R"("日本")",
                                            R"("{[,:]}")"};
  if (depth == 0 || below(random, 3) != 0) return scalars[below(random, std::size(scalars))];
  const bool object = below(random, 2) == 0;
  std::string out = object ? "{" : "[";
  static constexpr const char* names[] = {"a", "b", "c", "d", "e", "k", "s", "other", ""};
  std::vector<size_t> used;
  for (size_t i = 0, n = below(random, 4); i < n; ++i) {
    const size_t name = below(random, std::size(names));
    if (object && std::find(used.begin(), used.end(), name) != used.end()) continue;
    out += (out.size() > 1 ? "," : "") + blanks(random);
    if (object) out += '"' + std::string{names[name]} + '"' + blanks(random) + ":" + blanks(random);
    used.push_back(name);
    out += value(random, depth - 1) + blanks(random);
  }
  return out + (object ? "}" : "]");
}

std::string row(Random& random) {
  std::string out = "{";
  for (const char* name : {"x", "a", "b", "k", "s", "y"}) {
    if (below(random, 5) == 0) continue;
    out += (out.size() > 1 ? ",\"" : "\"") + std::string{name} + "\":" + blanks(random) + value(random, 3);
  }
  return out + blanks(random) + "}";
}

}  // namespace

TEST_CASE("The quick reader gives RapidJSON's values for ordinary rows, and takes them",
          "[decode][property]") {
  Random random{20};
  Reader reader;
  for (int i = 0; i < 20000; ++i) CHECK(agrees(reader, row(random)));
}

TEST_CASE("What the quick reader takes of damaged rows, RapidJSON takes too", "[decode][property]") {
  Random random{21};
  Reader reader;
  int taken = 0;
  constexpr std::string_view damage = "\"\\{}[],:0-.eE+tfn \x01\x7f/u";
  for (int i = 0; i < 60000; ++i) {
    std::string json = row(random);
    for (size_t n = 1 + below(random, 2); n > 0; --n) {
      const size_t place = below(random, json.size());
      switch (below(random, 4)) {
        case 0: json.erase(place, 1); break;
        case 1: json.insert(place, 1, damage[below(random, damage.size())]); break;
        case 2: json[place] = damage[below(random, damage.size())]; break;
        default: json.resize(place); break;
      }
      if (json.empty()) json = "{";
    }
    taken += agrees(reader, json) ? 1 : 0;
  }
  CHECK(taken > 1000);  // damage inside a string or a number may leave JSON
}

TEST_CASE("The quick reader leaves to RapidJSON what is out of the ordinary", "[decode]") {
  Reader reader;
  const std::string deep(200, '[');
  for (const std::string& json :
       {std::string{R"({"a":1,"a":2})"}, std::string{R"({"\u0061":1})"}, std::string{R"({"a":1e400})"},
        std::string{R"({"a":"\ud83d\ude00"})"}, R"({"x":)" + deep + std::string(200, ']') + "}",
        std::string{R"([{"a":1}])"}, std::string{"{}x"}, std::string{}, std::string{R"({"a":01})"},
        std::string{"{\"a\":\"x\0y\"}", 11}, std::string{R"({"a":"\ud800"})"}, std::string{R"({"x":tru)"}}) {
    INFO(json);
    CHECK_FALSE(reader.read(json));
  }
}
