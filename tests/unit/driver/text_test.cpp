#include "driver/text.h"

#include <catch2/catch.hpp>
#include <cstring>

#include "driver/odbc_error.h"

namespace couch::driver {
namespace {

const std::string film = "Amélie 🎬";  // 9 UTF-16 units, 12 bytes

SqlState state_of_reading(auto&& read) {
  try {
    read();
  } catch (const OdbcError& e) {
    return e.state();
  }
  FAIL("nothing was thrown");
  return SqlState::sHY000;
}

const SQLWCHAR* units(const char16_t* text) { return reinterpret_cast<const SQLWCHAR*>(text); }
const SQLCHAR* bytes(const char* text) { return reinterpret_cast<const SQLCHAR*>(text); }

}  // namespace

TEST_CASE("UTF-8 and UTF-16 turn into each other, past the BMP and with U+0000", "[driver][text]") {
  const std::u16string wide = u"a\u00e9\u30c9\U0001F3AC" + std::u16string(1, u'\0') + u"z";
  const std::string narrow = std::string{"aé\u30c9🎬"} + '\0' + 'z';
  CHECK(utf8_of(wide) == narrow);
  CHECK(utf16_of(narrow) == wide);
}

TEST_CASE("Text that is no Unicode is refused", "[driver][text]") {
  for (const char* bad : {"\x80", "a\xC3", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                          "\xF8\x88\x80\x80\x80", "\xFF"}) {
    CHECK(state_of_reading([&] { require_utf8(bad); }) == SqlState::s22018);
  }
  for (const char16_t unit : {char16_t{0xD800}, char16_t{0xDBFF}, char16_t{0xDC00}, char16_t{0xDFFF}}) {
    CHECK(state_of_reading([&] { utf8_of(std::u16string(1, unit) + u"a"); }) == SqlState::s22018);
  }
  CHECK_NOTHROW(require_utf8(film));
}

TEST_CASE("Lengths of arguments: SQL_NTS, counted, zero, negative, no pointer", "[driver][text]") {
  CHECK(Narrow::read(bytes("abc"), SQL_NTS) == "abc");
  CHECK(Narrow::read(bytes("abc"), 2) == "ab");
  CHECK(Narrow::read(bytes("abc"), 0).empty());
  CHECK(Wide::read(units(u"Amélie 🎬!"), 9) == film);
  CHECK(Wide::read(units(u"Amélie 🎬"), SQL_NTS) == film);
  CHECK_FALSE(Wide::read_optional(nullptr, SQL_NTS).has_value());
  CHECK(state_of_reading([] { Narrow::read(nullptr, SQL_NTS); }) == SqlState::sHY009);
  CHECK(state_of_reading([] { Narrow::read(bytes("abc"), -5); }) == SqlState::sHY090);
  CHECK(TextIn::bytes<Wide>(u"ab🎬", 4).read() == "ab");
  CHECK(TextIn::bytes<Narrow>("ab🎬", SQL_NTS).read() == "ab🎬");
}

TEST_CASE("A buffer of every size gets whole characters, a terminator, and the whole length",
          "[driver][text]") {
  const std::u16string wide = utf16_of(film);
  for (size_t capacity = 0; capacity <= film.size() + 2; ++capacity) {
    INFO("capacity " << capacity);
    char narrow[32];
    std::memset(narrow, 0x55, sizeof narrow);
    SQLSMALLINT length = -1;
    const bool whole = TextOut::characters<Narrow>(reinterpret_cast<SQLCHAR*>(narrow),
                                                   static_cast<SQLLEN>(capacity), &length)
                           .write(film);
    CHECK(whole == (capacity > film.size()));
    CHECK(static_cast<size_t>(length) == film.size());
    CHECK(narrow[capacity] == 0x55);  // not a byte too far
    if (capacity > 0) {
      CHECK(film.starts_with(narrow));
      CHECK_NOTHROW(require_utf8(narrow));
    }

    char16_t buffer[32];
    std::fill(std::begin(buffer), std::end(buffer), char16_t{0x5555});
    SQLINTEGER octets = -1;
    const bool fits = TextOut::bytes<Wide>(buffer, static_cast<SQLLEN>(capacity * 2), &octets).write(film);
    CHECK(fits == (capacity > wide.size()));
    CHECK(static_cast<size_t>(octets) == wide.size() * 2);
    CHECK(buffer[capacity] == 0x5555);
    if (capacity > 0) {
      CHECK(wide.starts_with(buffer));
      CHECK_NOTHROW(utf8_of(buffer));
    }
  }
}

TEST_CASE("Without a buffer only the length is told; a negative size is HY090", "[driver][text]") {
  SQLLEN length = 0;
  CHECK(TextOut::characters<Wide>(nullptr, 0, &length).write(film));
  CHECK(length == 9);
  CHECK(state_of_reading([&] { (void)TextOut::characters<Wide>(nullptr, -1, &length).write(film); }) ==
        SqlState::sHY090);
  // A length too large for its type is the largest that it can say.
  SQLSMALLINT small = 0;
  CHECK(TextOut::characters<Narrow>(nullptr, 0, &small).write(std::string(40000, 'x')));
  CHECK(small == 32767);
}

}  // namespace couch::driver
