#pragma once
// Text at the ODBC interface. Inside, all text is UTF-8. Narrow (ANSI) entry points take and give UTF-8
// whatever the locale is; wide ones take and give UTF-16 (SQLWCHAR is two bytes under unixODBC). A buffer's
// unit - bytes or characters - is in its type, because the ODBC functions differ: SQLDescribeColW counts
// characters, SQLGetInfoW counts bytes.
#include <sql.h>
#include <sqlext.h>
#include <sqlucode.h>

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace couch::driver {

static_assert(sizeof(SQLWCHAR) == sizeof(char16_t), "SQLWCHAR must be a UTF-16 unit");

// Throws OdbcError 22018 at an unpaired surrogate, with its place.
std::string utf8_of(std::u16string_view text);
// Throws OdbcError 22018 at bytes that are no UTF-8, with their place.
void require_utf8(std::string_view text);
// UTF-8 that is known to be valid; bytes that are not become U+FFFD.
std::u16string utf16_of(std::string_view text);

// The two families of entry points. `length` of read() is in characters of the family, or SQL_NTS; HY090 for
// other negative lengths, HY009 for a null pointer where text is needed.
struct Narrow {
  using Char = SQLCHAR;
  static std::string read(const Char* text, SQLLEN length);
  static std::optional<std::string> read_optional(const Char* text, SQLLEN length);
};
struct Wide {
  using Char = SQLWCHAR;
  static std::string read(const Char* text, SQLLEN length);
  static std::optional<std::string> read_optional(const Char* text, SQLLEN length);
};

// Text that an attribute's or field's value may be: a pointer and a length in bytes (or SQL_NTS), read only
// when the value is text.
class TextIn {
 public:
  template <class Text>
  static TextIn bytes(const void* text, SQLLEN length) {
    return TextIn{text, length, std::is_same_v<Text, Wide>};
  }
  // Throws OdbcError HY009, HY090, 22018 as Narrow::read and Wide::read do.
  std::string read() const;

 private:
  TextIn(const void* text, SQLLEN length, bool wide) : text_(text), length_(length), wide_(wide) {}
  const void* text_;
  SQLLEN length_;
  bool wide_;
};

// Where a function puts text: a buffer of the application's, and where it reports the whole text's length.
class TextOut {
 public:
  using LengthPointer = std::variant<std::monostate, SQLSMALLINT*, SQLINTEGER*, SQLLEN*>;

  // Capacity and reported length are characters of the family.
  template <class Text, class Length>
  static TextOut characters(typename Text::Char* buffer, SQLLEN capacity, Length* length) {
    return TextOut{buffer, capacity, length, std::is_same_v<Text, Wide>, false};
  }
  // Capacity and reported length are bytes, in the wide family too.
  template <class Text, class Length>
  static TextOut bytes(void* buffer, SQLLEN capacity, Length* length) {
    return TextOut{buffer, capacity, length, std::is_same_v<Text, Wide>, true};
  }

  // Writes as much as fits with its terminator, never half a character, and reports the whole length. False:
  // it was cut (01004). Throws OdbcError HY090 when the capacity is negative.
  [[nodiscard]] bool write(std::string_view utf8) const;
  // Throws as write() would, for functions that must not fail once they have done something.
  void check() const;

 private:
  template <class Length>
  TextOut(void* buffer, SQLLEN capacity, Length* length, bool wide, bool bytes)
      : buffer_(buffer), capacity_(capacity), wide_(wide), bytes_(bytes) {
    if (length) length_ = length;
  }
  void report(size_t characters) const;

  void* buffer_;
  SQLLEN capacity_;
  LengthPointer length_;
  bool wide_, bytes_;
};

}  // namespace couch::driver
