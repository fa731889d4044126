#pragma once
// The last step of every conversion to C: bytes into the application's buffer, lengths into its indicators.
// Buffers need not be aligned (row-wise binding may pack them), so everything is written by memcpy. Lengths
// are bytes and always the true remaining length.
#include <cstring>
#include <string_view>

#include "driver/convert/convert.h"

namespace couch::driver {

// Length and indicator of a value that is not NULL.
inline void set_length(const Target& target, SQLLEN length) {
  if (target.indicator && target.indicator != target.length)
    std::memset(target.indicator, 0, sizeof *target.indicator);
  if (target.length) std::memcpy(target.length, &length, sizeof length);
}

// A C type of fixed size. The capacity is ignored, as the specification says.
template <class T>
Converted write_fixed(const Target& target, const T& value, Converted how = Converted::Whole) {
  if (target.buffer) std::memcpy(target.buffer, &value, sizeof value);
  set_length(target, sizeof value);
  return how;
}

// UTF-8 text to SQL_C_CHAR or SQL_C_WCHAR, cut between characters. With `progress` the next part of it, which
// fills the buffer to its last unit: clients (pyodbc, and the example in SQLGetData's specification) take it
// for full, and put the halves of a character together again.
Converted write_text(const Target& target, Progress* progress, std::string_view text);

// Text of ASCII that is not character data: its first `must_fit` characters may not be cut (22003), the rest
// may (01004). A capacity of 0 asks for the length only.
Converted write_characters(const Target& target, Progress* progress, std::string_view ascii, size_t must_fit);

// SQL_C_BINARY of character and binary data: in parts.
Converted write_bytes(const Target& target, Progress* progress, std::string_view bytes);
// SQL_C_BINARY of the rest, which is never cut (22003).
Converted write_bytes_whole(const Target& target, std::string_view bytes);
// Binary data as hexadecimal digits, two a byte, to SQL_C_CHAR or SQL_C_WCHAR.
Converted write_hex(const Target& target, Progress* progress, std::string_view bytes);

}  // namespace couch::driver
