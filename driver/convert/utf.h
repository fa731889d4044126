#pragma once
// UTF-8 to UTF-16 and back. Text is UTF-8 inside the driver and at the narrow interface, UTF-16 at the wide
// one; U+0000 is a character like any other. What is not UTF-8 (or a lone surrogate) becomes U+FFFD, one for
// each maximal part, as Unicode and ICU have it. Decoding is ICU's (unicode/utf8.h); ICU's whole-string
// functions are not used as they count in int32_t, may cut a surrogate pair at the end of the buffer, and are
// several times slower than the loops here for ASCII, which most text is.
#include <sql.h>
#include <sqlext.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace couch::driver::utf {

// How many UTF-16 units `text` is.
size_t utf16_length(std::string_view text) noexcept;
// How many characters (code points) `text` is.
size_t characters(std::string_view text) noexcept;

struct Moved {
  size_t read;     // bytes of the source
  size_t written;  // UTF-16 units
};
// Writes as many whole characters as fit. `out` need not be aligned: applications bind columns inside packed
// rows.
Moved to_utf16(std::string_view text, void* out, size_t capacity_units) noexcept;
// The whole conversion, as bytes in this machine's order.
std::string to_utf16_bytes(std::string_view text);
// `units` need not be aligned.
std::string to_utf8(const void* utf16, size_t units);

bool is_ascii(std::string_view text) noexcept;
bool is_valid(std::string_view text) noexcept;
// The text with U+FFFD where it was not UTF-8.
std::string repaired(std::string_view text);
// The longest beginning of valid `text` that has at most `limit` bytes and ends between two characters.
size_t whole_utf8(std::string_view text, size_t limit) noexcept;

}  // namespace couch::driver::utf
