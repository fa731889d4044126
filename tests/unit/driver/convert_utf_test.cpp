#include <unicode/ustring.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <random>
#include <vector>

#include "driver/convert/utf.h"

namespace couch::driver {

namespace {

// ICU's own conversion, which the loops here must agree with.
std::string by_icu(std::string_view text) {
  std::vector<UChar> units(text.size() + 1);
  int32_t length = 0;
  UErrorCode error = U_ZERO_ERROR;
  u_strFromUTF8WithSub(units.data(), static_cast<int32_t>(units.size()), &length, text.data(),
                       static_cast<int32_t>(text.size()), 0xFFFD, nullptr, &error);
  REQUIRE(U_SUCCESS(error));
  return {reinterpret_cast<const char*>(units.data()), static_cast<size_t>(length) * 2};
}

std::string random_bytes(std::mt19937& random) {
  // Bytes that make and break sequences: ASCII, leads, trails.
  static constexpr unsigned char pool[] = {'a',  'b',  0,    0x7F, 0x80, 0xBF, 0xC2, 0xC3, 0xE0, 0xA0,
                                           0xE6, 0x97, 0xED, 0x9F, 0xF0, 0x90, 0xF4, 0x8F, 0xFF};
  std::string text;
  for (auto n = random() % 24; n > 0; --n) text.push_back(static_cast<char>(pool[random() % sizeof pool]));
  if (random() % 4 == 0) text.insert(random() % (text.size() + 1), "long enough for the fast path");
  return text;
}

}  // namespace

TEST_CASE("UTF-8 to UTF-16 agrees with ICU, also for bytes that are no UTF-8", "[convert][utf]") {
  std::mt19937 random{1};
  for (int i = 0; i < 50'000; ++i) {
    const std::string text = random_bytes(random);
    const std::string expected = by_icu(text);
    REQUIRE(utf::to_utf16_bytes(text) == expected);
    REQUIRE(utf::utf16_length(text) * 2 == expected.size());
    REQUIRE(utf::to_utf16_bytes(utf::repaired(text)) == expected);
    REQUIRE(utf::is_valid(text) == (utf::repaired(text) == text));
    REQUIRE(utf::is_valid(utf::repaired(text)));
  }
}

TEST_CASE("UTF-8 to UTF-16 stops before what does not fit, at each capacity", "[convert][utf]") {
  std::mt19937 random{2};
  for (int i = 0; i < 3'000; ++i) {
    const std::string text = random_bytes(random);
    const std::string whole = utf::to_utf16_bytes(text);
    for (size_t capacity = 0; capacity <= whole.size() / 2; ++capacity) {
      std::vector<char> out(2 * capacity + 1);
      const auto moved = utf::to_utf16(text, out.data() + 1, capacity);
      REQUIRE(moved.written <= capacity);
      REQUIRE(capacity - moved.written <= 1);
      const std::string done(out.data() + 1, 2 * moved.written);
      REQUIRE(done + utf::to_utf16_bytes(std::string_view{text}.substr(moved.read)) == whole);
    }
  }
}

TEST_CASE("UTF-16 to UTF-8 and back", "[convert][utf]") {
  const std::u16string text = u"a\u00E9\u65E5\U0001F600\0z";
  const std::string utf8 = utf::to_utf8(text.data(), text.size());
  CHECK(utf8 == std::string("aé日😀"));
  const std::u16string lone{u'a', 0xD83D, u'b', 0xDE00, 0xD83D};
  CHECK(utf::to_utf8(lone.data(), lone.size()) == "a\uFFFDb\uFFFD\uFFFD");
}

TEST_CASE("Characters are code points", "[convert][utf]") {
  CHECK(utf::characters("") == 0);
  CHECK(utf::characters("aé日😀z") == 5);
  CHECK(utf::characters("\xFF\xFF") == 2);
}

}  // namespace couch::driver
