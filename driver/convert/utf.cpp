#include "driver/convert/utf.h"

#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace couch::driver::utf {

namespace {

constexpr UChar32 replacement = 0xFFFD;

const uint8_t* bytes_of(std::string_view text) { return reinterpret_cast<const uint8_t*>(text.data()); }

uint16_t unit_at(const void* utf16, size_t i) {
  uint16_t unit;
  std::memcpy(&unit, static_cast<const char*>(utf16) + 2 * i, sizeof unit);
  return unit;
}
void put_unit(void* out, size_t i, uint32_t unit) {
  const auto narrow = static_cast<uint16_t>(unit);
  std::memcpy(static_cast<char*>(out) + 2 * i, &narrow, sizeof narrow);
}

// Length of the ASCII run that starts at `from`.
size_t ascii_run(std::string_view text, size_t from) {
  size_t i = from;
  for (; i + 8 <= text.size(); i += 8) {
    uint64_t eight;
    std::memcpy(&eight, text.data() + i, 8);
    if (eight & 0x8080808080808080u) break;
  }
  while (i < text.size() && static_cast<signed char>(text[i]) >= 0) ++i;
  return i - from;
}

// The character at `i`, and moves past it. U+FFFD for what is not UTF-8.
UChar32 next_character(const uint8_t* s, size_t& i, size_t size) {
  UChar32 c;
  U8_NEXT_OR_FFFD(s, i, size, c);
  return c;
}

void append(std::string& out, UChar32 c) {
  uint8_t encoded[4];
  size_t n = 0;
  U8_APPEND_UNSAFE(encoded, n, static_cast<uint32_t>(c));
  out.append(reinterpret_cast<const char*>(encoded), n);
}

}  // namespace

bool is_ascii(std::string_view text) noexcept { return ascii_run(text, 0) == text.size(); }

size_t utf16_length(std::string_view text) noexcept {
  size_t units = 0, i = 0;
  while (true) {
    const size_t run = ascii_run(text, i);
    units += run;
    i += run;
    if (i == text.size()) return units;
    while (i < text.size() && static_cast<signed char>(text[i]) < 0)
      units += next_character(bytes_of(text), i, text.size()) > 0xFFFF ? 2u : 1u;
  }
}

size_t characters(std::string_view text) noexcept {
  size_t count = 0, i = 0;
  while (true) {
    const size_t run = ascii_run(text, i);
    count += run;
    i += run;
    if (i == text.size()) return count;
    for (; i < text.size() && static_cast<signed char>(text[i]) < 0; ++count)
      next_character(bytes_of(text), i, text.size());
  }
}

Moved to_utf16(std::string_view text, void* out, size_t capacity) noexcept {
  size_t i = 0, written = 0;
  while (i < text.size() && written < capacity) {
    const size_t run = std::min(ascii_run(text, i), capacity - written);
    for (size_t n = 0; n < run; ++n) put_unit(out, written + n, static_cast<unsigned char>(text[i + n]));
    i += run;
    written += run;
    while (i < text.size() && written < capacity && static_cast<signed char>(text[i]) < 0) {
      const size_t before = i;
      const UChar32 c = next_character(bytes_of(text), i, text.size());
      if (c <= 0xFFFF) {
        put_unit(out, written++, static_cast<uint32_t>(c));
      } else if (capacity - written >= 2) {
        put_unit(out, written++, static_cast<uint32_t>(U16_LEAD(c)));
        put_unit(out, written++, static_cast<uint32_t>(U16_TRAIL(c)));
      } else {
        return {before, written};  // a pair is never cut
      }
    }
  }
  return {i, written};
}

std::string to_utf16_bytes(std::string_view text) {
  const size_t units = utf16_length(text);
  std::string out(units * 2, '\0');
  to_utf16(text, out.data(), units);
  return out;
}

std::string to_utf8(const void* utf16, size_t units) {
  std::string out;
  out.reserve(units + units / 8);
  for (size_t i = 0; i < units;) {
    const uint16_t unit = unit_at(utf16, i++);
    if (unit < 0x80) {
      out.push_back(static_cast<char>(unit));
    } else if (!U16_IS_SURROGATE(unit)) {
      append(out, unit);
    } else if (U16_IS_SURROGATE_LEAD(unit) && i < units && U16_IS_TRAIL(unit_at(utf16, i))) {
      append(out, U16_GET_SUPPLEMENTARY(unit, unit_at(utf16, i)));
      ++i;
    } else {
      append(out, replacement);
    }
  }
  return out;
}

bool is_valid(std::string_view text) noexcept {
  size_t i = 0;
  while (true) {
    i += ascii_run(text, i);
    if (i == text.size()) return true;
    while (i < text.size() && static_cast<signed char>(text[i]) < 0) {
      UChar32 c;
      U8_NEXT(bytes_of(text), i, text.size(), c);
      if (c < 0) return false;
    }
  }
}

std::string repaired(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 8);
  for (size_t i = 0; i < text.size();) {
    const size_t run = ascii_run(text, i);
    out.append(text.substr(i, run));
    i += run;
    while (i < text.size() && static_cast<signed char>(text[i]) < 0)
      append(out, next_character(bytes_of(text), i, text.size()));
  }
  return out;
}

size_t whole_utf8(std::string_view text, size_t limit) noexcept {
  if (limit >= text.size()) return text.size();
  while (limit > 0 && U8_IS_TRAIL(static_cast<uint8_t>(text[limit]))) --limit;
  return limit;
}

}  // namespace couch::driver::utf
