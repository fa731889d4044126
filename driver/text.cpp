#include "driver/text.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "driver/odbc_error.h"

namespace couch::driver {
namespace {

constexpr char32_t invalid = 0xFFFFFFFF;
constexpr char32_t replacement = 0xFFFD;

// Takes one code point off the front of `text` at `at`; `invalid` (and one byte) where there is none.
char32_t take(std::string_view text, size_t& at) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  if (lead < 0x80) return text[at++] & 0x7F;
  const size_t count = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || at + count > text.size()) return ++at, invalid;
  char32_t point = lead & (0xFFu >> (count + 1));
  for (size_t i = 1; i < count; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return ++at, invalid;
    point = (point << 6) | (byte(at + i) & 0x3Fu);
  }
  const bool overlong = (count == 3 && point < 0x800) || (count == 4 && point < 0x10000);
  if (overlong || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return ++at, invalid;
  at += count;
  return point;
}

void append(std::string& out, char32_t point) {
  const auto put = [&](char32_t c) { out.push_back(static_cast<char>(c)); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0 | (point >> 6)), put(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    put(0xE0 | (point >> 12)), put(0x80 | ((point >> 6) & 0x3F)), put(0x80 | (point & 0x3F));
  } else {
    put(0xF0 | (point >> 18)), put(0x80 | ((point >> 12) & 0x3F)), put(0x80 | ((point >> 6) & 0x3F)),
        put(0x80 | (point & 0x3F));
  }
}

// The longest prefix of at most `limit` bytes that ends between two characters.
size_t whole_characters(std::string_view text, size_t limit) {
  if (text.size() <= limit) return text.size();
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
  return limit;
}
size_t whole_characters(std::u16string_view text, size_t limit) {
  if (text.size() <= limit) return text.size();
  if (limit > 0 && (text[limit - 1] & 0xFC00) == 0xD800) --limit;
  return limit;
}

template <class Char>
std::optional<std::basic_string_view<Char>> input(const Char* text, SQLLEN length) {
  if (length < 0 && length != SQL_NTS) throw OdbcError{SqlState::sHY090, "a text's length is {}", length};
  if (!text) {
    // An empty text may come without a buffer.
    return std::nullopt;
  }
  return std::basic_string_view<Char>{
      text, length == SQL_NTS ? std::char_traits<Char>::length(text) : static_cast<size_t>(length)};
}

}  // namespace

std::string utf8_of(std::u16string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    char32_t point = text[i];
    if ((point & 0xFC00) == 0xD800 && i + 1 < text.size() && (text[i + 1] & 0xFC00) == 0xDC00) {
      point = 0x10000 + ((point & 0x3FF) << 10) + (text[++i] & 0x3FF);
    } else if ((point & 0xF800) == 0xD800) {
      throw OdbcError{SqlState::s22018, "the text is not valid UTF-16: an unpaired surrogate at character {}",
                      i + 1};
    }
    append(out, point);
  }
  return out;
}

void require_utf8(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const size_t start = at;
    if (take(text, at) == invalid) {
      throw OdbcError{SqlState::s22018,
                      "the text is not valid UTF-8 at byte {}: narrow text must be UTF-8 in every locale",
                      start + 1};
    }
  }
}

std::u16string utf16_of(std::string_view text) {
  std::u16string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    char32_t point = take(text, at);
    if (point == invalid) point = replacement;
    if (point < 0x10000) {
      out.push_back(static_cast<char16_t>(point));
    } else {
      out.push_back(static_cast<char16_t>(0xD7C0 + (point >> 10)));
      out.push_back(static_cast<char16_t>(0xDC00 | (point & 0x3FF)));
    }
  }
  return out;
}

std::optional<std::string> Narrow::read_optional(const Char* text, SQLLEN length) {
  const auto bytes = input(reinterpret_cast<const char*>(text), length);
  if (!bytes) return std::nullopt;
  require_utf8(*bytes);
  return std::string{*bytes};
}

std::optional<std::string> Wide::read_optional(const Char* text, SQLLEN length) {
  const auto units = input(reinterpret_cast<const char16_t*>(text), length);
  if (!units) return std::nullopt;
  return utf8_of(*units);
}

std::string Narrow::read(const Char* text, SQLLEN length) {
  auto read = read_optional(text, length);
  if (!read) throw OdbcError{SqlState::sHY009, "a text is a null pointer"};
  return *std::move(read);
}

std::string Wide::read(const Char* text, SQLLEN length) {
  auto read = read_optional(text, length);
  if (!read) throw OdbcError{SqlState::sHY009, "a text is a null pointer"};
  return *std::move(read);
}

std::string TextIn::read() const {
  if (!wide_) return Narrow::read(static_cast<const SQLCHAR*>(text_), length_);
  const SQLLEN characters = length_ > 0 ? length_ / static_cast<SQLLEN>(sizeof(SQLWCHAR)) : length_;
  return Wide::read(static_cast<const SQLWCHAR*>(text_), characters);
}

void TextOut::report(size_t characters) const {
  const size_t length = characters * (wide_ && bytes_ ? sizeof(SQLWCHAR) : 1);
  std::visit(
      [&](auto pointer) {
        if constexpr (!std::is_same_v<decltype(pointer), std::monostate>) {
          using Number = std::remove_pointer_t<decltype(pointer)>;
          *pointer = static_cast<Number>(
              std::min<size_t>(length, static_cast<size_t>(std::numeric_limits<Number>::max())));
        }
      },
      length_);
}

void TextOut::check() const {
  if (capacity_ < 0) throw OdbcError{SqlState::sHY090, "a buffer's length is {}", capacity_};
}

bool TextOut::write(std::string_view utf8) const {
  check();
  auto capacity = static_cast<size_t>(capacity_);
  if (!wide_) {
    report(utf8.size());
    if (!buffer_) return true;
    if (capacity == 0) return false;
    const size_t n = whole_characters(utf8, capacity - 1);
    std::memcpy(buffer_, utf8.data(), n);
    static_cast<char*>(buffer_)[n] = '\0';
    return n == utf8.size();
  }
  const std::u16string wide = utf16_of(utf8);
  report(wide.size());
  if (!buffer_) return true;
  if (bytes_) capacity /= sizeof(SQLWCHAR);
  if (capacity == 0) return false;
  const size_t n = whole_characters(std::u16string_view{wide}, capacity - 1);
  // memcpy: the application's buffer need not be aligned for characters where its length is in bytes.
  std::memcpy(buffer_, wide.data(), n * sizeof(char16_t));
  constexpr char16_t end = 0;
  std::memcpy(static_cast<char*>(buffer_) + n * sizeof(char16_t), &end, sizeof end);
  return n == wide.size();
}

}  // namespace couch::driver
