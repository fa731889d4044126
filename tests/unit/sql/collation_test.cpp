// The order of text is CouchDB's: what prefixes say of it.
#include "sql/engine/collation.h"

#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <vector>

using namespace couch::sql::engine;
using namespace std::string_literals;

namespace {

std::string utf8(uint32_t c) {
  const auto byte = [](uint32_t b) { return std::string(1, static_cast<char>(b)); };
  if (c < 0x80) return byte(c);
  if (c < 0x800) return byte(0xC0 | c >> 6) + byte(0x80 | (c & 0x3F));
  if (c < 0x10000) return byte(0xE0 | c >> 12) + byte(0x80 | (c >> 6 & 0x3F)) + byte(0x80 | (c & 0x3F));
  return byte(0xF0 | c >> 18) + byte(0x80 | (c >> 12 & 0x3F)) + byte(0x80 | (c >> 6 & 0x3F)) +
         byte(0x80 | (c & 0x3F));
}

// Order, case, accents (composed and decomposed), characters that collation ignores, contractions of several
// scripts.
const std::vector<std::string> texts{"",          "a",       "A",
                                     "ab",        "aB",      "a b",
                                     "e",         "é",       "e\u0301",
                                     "É",         "straße",  "STRASSE",
                                     "l·l",       "l",       "L·",
                                     "й",         "и\u0306", "и",
                                     "日本",      "日",      "😀",
                                     "😀a",        "한국",    "ı",
                                     "ﬀ",         "%",       "a!b",
                                     "a\\b",      "'",       "12",
                                     "2.5",       "-1",      " a",
                                     "\n",        "a\nb",    "\u00ad",
                                     "a\u00adb",  "a\u0001", "a\0b"s,
                                     "z",         "ä",       "å",
                                     "n\u0303",   "Zoë",     "กา",
                                     "เก",        "الله",    "ש",
                                     "{}",        "カー",    "a\u0327\u0306",
                                     "\u0301",    "ch",      "ǆ",
                                     "dž",        "i\u0307", "\uFFFE",
                                     "\U0010FFFF"};

void check(const std::string& prefix, const std::string& text) {
  const auto bounds = prefix_bounds(prefix);
  if (!bounds) return;
  if (compare_text(bounds->low, text) <= 0 && compare_text(text, bounds->high) < 0) return;
  FAIL_CHECK("'" << text << "' begins with '" << prefix << "' and is not between its bounds");
}

}  // namespace

TEST_CASE("What begins with a prefix lies between its bounds", "[collation]") {
  REQUIRE(prefix_bounds("ab"));
  CHECK(prefix_bounds("ab")->low == "ab");
  CHECK(prefix_bounds("hel")->low == "he");  // "l" and a middle dot are one in the order
  CHECK_FALSE(prefix_bounds("L"));
  CHECK_FALSE(prefix_bounds(""));
  CHECK_FALSE(prefix_bounds("и"));
  CHECK_FALSE(prefix_bounds("เ"));
  for (const auto& prefix : texts) {
    for (const auto& text : texts) {
      if (text.starts_with(prefix)) check(prefix, text);
      for (const auto& rest : texts) check(prefix, prefix + text + rest);
    }
  }
  // Whatever character comes next, alone and before an accent.
  for (const char* prefix : {"a", "l", "ab", "Zo", "é", "ß", "0", "_", "%", " ", "i", "s", "n"}) {
    for (uint32_t c = 0; c <= 0x10FFFF; c += c < 0x3400 ? 1 : 61) {
      if (c >= 0xD800 && c < 0xE000) continue;
      check(prefix, prefix + utf8(c));
      check(prefix, prefix + utf8(c) + "\u0306");
    }
  }
}
