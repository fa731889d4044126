#pragma once
// Finds where the rows of a streamed answer begin and end: by JSON (strings, escapes, nesting), in chunks cut
// anywhere. CouchDB ends its rows in newlines and PouchDB does not, and a string may look like anything, so
// lines mean nothing here.
//
// It is strict about structure: brackets must match, strings must hold no control character, between rows
// stands a comma and nothing else, and after the last bracket only space. So an answer that was cut, or into
// which the server wrote a second "HTTP/1.1 500 …" when it gave up in the middle, is an error and never the
// end. The inside of a row (commas, numbers, escapes) is checked by whoever parses it.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/error.h"

namespace couch::http {

namespace detail {

// One JSON value, byte by byte.
class ValueScanner {
 public:
  static constexpr uint32_t max_depth = 2048;  // brackets; bounds what a hostile answer can make a parser do
  void begin(char first);                      // the first byte, which scan() gets too
  // Past the value's end if that lies in [at, end) and done(), else `end`. A number or word ends before the
  // byte after it.
  const char* scan(const char* at, const char* end);
  bool done() const { return done_; }

 private:
  const char* scan_string(const char* at, const char* end);
  void open(bool object);
  void close(bool object);
  bool done_ = false, word_ = false, in_string_ = false, escaped_ = false;
  uint32_t depth_ = 0;
  std::array<uint64_t, max_depth / 64> objects_{};  // a bit a depth: brace or bracket
};

}  // namespace detail

// Rows are the elements of the first member named "rows", "docs" or "results" of the answer's object, or of
// the answer itself if that is an array. Used by one thread. Every member throws Error: LinkFailure when the
// answer is malformed or incomplete.
class RowFramer {
 public:
  static constexpr size_t max_envelope = 4u << 20;  // bytes outside the rows

  // More: `input` is used up. Row: a row ends here and `input` starts after it. Either way `piece` is the
  // part of `input` that belongs to the row at hand (empty: none); a row is the pieces since the last Row,
  // put together. A row is told when the comma or bracket after it proves that it ended there: a brace may be
  // one byte of an answer that is garbled, and CouchDB writes {"error":…} where it gives up.
  enum class Found : uint8_t { More, Row };
  Found next(std::string_view& input, std::string_view& piece);

  // The body has ended. Throws unless the answer is whole; ServerFailure with CouchDB's error and reason when
  // it holds those instead of rows, or after them.
  void finish();
  // The answer was whole: finish() will not throw LinkFailure.
  bool complete() const { return state_ == State::Done; }

  // The members outside the rows, as the text of a JSON object ("{}": none). Complete after finish().
  const std::string& envelope() const { return envelope_; }

 private:
  enum class State : uint8_t {
    Begin,
    FirstMember,
    NextMember,
    Key,
    Colon,
    Member,
    Outside,
    AfterMember,
    FirstRow,
    NextRow,
    Row,
    AfterRow,
    Done
  };
  void step(const char*& at);  // one structural byte
  void begin_row(const char* at);
  void outside(std::string_view bytes);  // appends to the envelope, within its bound

  State state_ = State::Begin;
  bool found_ = false, array_ = false;  // rows were met; the answer is an array
  detail::ValueScanner value_;
  std::string key_, envelope_ = "{";
};

}  // namespace couch::http
