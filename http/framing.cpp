#include "http/framing.h"

#include <fmt/core.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <bit>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace couch::http {
namespace {

[[noreturn]] void malformed(const char* what) {
  throw Error{ErrorKind::LinkFailure, fmt::format("the server's answer is malformed: {}", what)};
}

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

enum class Class : uint8_t { Bad, Plain, Quote, OpenObject, OpenArray, CloseObject, CloseArray };

// What may stand in a value outside of its strings: space, separators, and the characters of numbers, true,
// false and null. The "HTTP/1.1" of a second answer written into the first one is none of these.
constexpr std::array<Class, 256> classes = [] {
  std::array<Class, 256> table{};
  for (const char c : std::string_view{" \r\n\t,:0123456789+-.eEtrufalsn"})
    table[static_cast<uint8_t>(c)] = Class::Plain;
  table['"'] = Class::Quote;
  table['{'] = Class::OpenObject;
  table['['] = Class::OpenArray;
  table['}'] = Class::CloseObject;
  table[']'] = Class::CloseArray;
  return table;
}();

Class class_of(char c) { return classes[static_cast<uint8_t>(c)]; }

bool of_word(char c) { return class_of(c) == Class::Plain && c != ',' && c != ':' && !is_space(c); }

// The first byte that is special in a string: a quote, a backslash, or a control character (which JSON
// forbids there).
const char* string_stop(const char* at, const char* end) {
#ifdef __SSE2__
  const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), control = _mm_set1_epi8(0x1f);
  for (; end - at >= 16; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i stops =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)),
                     _mm_cmpeq_epi8(_mm_min_epu8(bytes, control), bytes));
    if (const auto mask = static_cast<uint32_t>(_mm_movemask_epi8(stops))) return at + std::countr_zero(mask);
  }
#endif
  while (at != end && *at != '"' && *at != '\\' && static_cast<uint8_t>(*at) > 0x1f) ++at;
  return at;
}

std::string member_text(const rapidjson::Value& object, const char* name) {
  const auto found = object.FindMember(name);
  return found != object.MemberEnd() && found->value.IsString() ? found->value.GetString() : "";
}

}  // namespace

namespace detail {

void ValueScanner::begin(char first) {
  done_ = in_string_ = escaped_ = false;
  depth_ = 0;
  word_ = of_word(first);
  if (!word_ && first != '"' && first != '{' && first != '[') malformed("a value is missing");
}

void ValueScanner::open(bool object) {
  if (depth_ == max_depth) malformed("nested too deeply");
  const uint64_t bit = uint64_t{1} << (depth_ % 64);
  auto& word = objects_[depth_ / 64];
  word = object ? word | bit : word & ~bit;
  ++depth_;
}

void ValueScanner::close(bool object) {
  if (depth_ == 0) malformed("a bracket too many");
  --depth_;
  if (((objects_[depth_ / 64] >> (depth_ % 64)) & 1) != (object ? 1 : 0)) malformed("brackets do not match");
  done_ = depth_ == 0;
}

const char* ValueScanner::scan_string(const char* at, const char* end) {
  for (;;) {
    if (escaped_) {
      if (at == end) return at;
      if (static_cast<uint8_t>(*at) <= 0x1f) malformed("a control character in a string");
      escaped_ = false;
      ++at;
    }
    at = string_stop(at, end);
    if (at == end) return at;
    const char c = *at++;
    if (c == '"') {
      in_string_ = false;
      done_ = depth_ == 0;
      return at;
    }
    if (c != '\\') malformed("a control character in a string");
    escaped_ = true;
  }
}

const char* ValueScanner::scan(const char* at, const char* end) {
  if (word_) {
    while (at != end && of_word(*at)) ++at;
    done_ = at != end;
    return at;
  }
  if (in_string_) at = scan_string(at, end);
  while (at != end && !done_) {
    switch (class_of(*at++)) {
      case Class::Plain: break;
      case Class::Quote:
        in_string_ = true;
        at = scan_string(at, end);
        break;
      case Class::OpenObject: open(true); break;
      case Class::OpenArray: open(false); break;
      case Class::CloseObject: close(true); break;
      case Class::CloseArray: close(false); break;
      case Class::Bad: malformed("something else than JSON in the middle");
    }
  }
  return at;
}

}  // namespace detail

void RowFramer::outside(std::string_view bytes) {
  if (envelope_.size() + bytes.size() > max_envelope) malformed("too much outside its rows");
  envelope_.append(bytes);
}

void RowFramer::begin_row(const char* at) {
  value_.begin(*at);
  state_ = State::Row;
}

// One byte that is neither space nor inside a value.
void RowFramer::step(const char*& at) {
  const char c = *at;
  switch (state_) {
    case State::Begin:
      if (c != '{' && c != '[') malformed("it is not JSON");
      array_ = found_ = c == '[';
      state_ = array_ ? State::FirstRow : State::FirstMember;
      break;
    case State::FirstMember:
    case State::NextMember:
      if (c == '}' && state_ == State::FirstMember) {
        envelope_ += '}';
        state_ = State::Done;
        break;
      }
      if (c != '"') malformed("a name is missing");
      key_.clear();
      value_.begin(c);
      state_ = State::Key;
      return;  // the quote belongs to the value
    case State::Colon:
      if (c != ':') malformed("a colon is missing");
      state_ = State::Member;
      break;
    case State::Member:
      if (c == '[' && !found_ && (key_ == "\"rows\"" || key_ == "\"docs\"" || key_ == "\"results\"")) {
        found_ = true;
        state_ = State::FirstRow;
        break;
      }
      outside(envelope_.size() > 1 ? "," : "");
      outside(key_);
      outside(":");
      value_.begin(c);
      state_ = State::Outside;
      return;
    case State::AfterMember:
      if (c != ',' && c != '}') malformed("a comma is missing");
      if (c == '}') envelope_ += '}';
      state_ = c == ',' ? State::NextMember : State::Done;
      break;
    case State::AfterRow:
      if (c != ',' && c != ']') malformed("a comma is missing between rows");
      state_ = c == ',' ? State::NextRow : array_ ? State::Done : State::AfterMember;
      if (c == ']' && array_) envelope_ += '}';
      break;
    case State::FirstRow:
      if (c == ']') {
        state_ = array_ ? State::Done : State::AfterMember;
        if (array_) envelope_ += '}';
        break;
      }
      begin_row(at);
      return;
    case State::NextRow: begin_row(at); return;
    case State::Done: malformed("it goes on after its end");
    case State::Key:
    case State::Outside:
    case State::Row: return;  // inside a value: next() scans those
  }
  ++at;
}

RowFramer::Found RowFramer::next(std::string_view& input, std::string_view& piece) {
  const char* at = input.data();
  const char* const end = at + input.size();
  piece = {};
  while (at != end) {
    if (state_ == State::Row) {
      const char* const begin = at;
      at = value_.scan(at, end);
      const auto size = static_cast<size_t>(at - begin);
      piece = {begin, size};
      if (!value_.done()) break;
      state_ = State::AfterRow;
      continue;
    }
    if (state_ == State::Key || state_ == State::Outside) {
      const char* const begin = at;
      at = value_.scan(at, end);
      const std::string_view bytes{begin, static_cast<size_t>(at - begin)};
      if (state_ == State::Outside) {
        outside(bytes);
      } else {
        if (key_.size() + bytes.size() > max_envelope) malformed("too much outside its rows");
        key_.append(bytes);
      }
      if (value_.done()) state_ = state_ == State::Key ? State::Colon : State::AfterMember;
      continue;
    }
    if (is_space(*at)) {
      ++at;
      continue;
    }
    const bool ends_row = state_ == State::AfterRow;
    step(at);
    if (ends_row) {
      input.remove_prefix(static_cast<size_t>(at - input.data()));
      return Found::Row;
    }
  }
  input = {};
  return Found::More;
}

void RowFramer::finish() {
  if (state_ != State::Done)
    throw Error{ErrorKind::LinkFailure, "the server's answer ended early: its JSON is cut off"};
  rapidjson::Document outside;
  outside.Parse<rapidjson::kParseIterativeFlag>(envelope_.data(), envelope_.size());
  if (outside.HasParseError()) malformed("outside its rows");
  const auto error = member_text(outside, "error"), reason = member_text(outside, "reason");
  if (!error.empty())
    throw Error{ErrorKind::ServerFailure, fmt::format("the server gave up: {}: {}", error, reason), 200,
                error, reason};
  if (!found_) malformed("it has no rows");
}

}  // namespace couch::http
