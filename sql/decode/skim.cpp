#include "sql/decode/skim.h"

#include <bit>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace couch::sql::decode {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The first byte that a string cannot hold as it is: a quote, a backslash, a control character; or the end.
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

// The value of four hexadecimal digits; -1: they are none.
int hex4(const char* at) {
  int value = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = at[i];
    const int digit = is_digit(c)            ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

}  // namespace

bool Skimmer::read(Node& root, std::string_view json, uint64_t stamp, std::vector<Raw>& raws) {
  at_ = json.data();
  end_ = at_ + json.size();
  stamp_ = stamp;
  raws_ = raws.data();
  unescaped_used_ = 0;
  depth_ = 0;
  if (json.empty() || *at_ != '{' || !value(&root)) return false;
  blanks();
  return at_ == end_;
}

// The byte after the row is 0, which no state takes: so none runs past the end.
bool Skimmer::value(Node* node) {
  std::string_view text;
  switch (*at_) {
    case '"':
      if (!string(node != nullptr, text)) return false;
      if (node) keep(*node, RawKind::String, text);
      return true;
    case '{': return nested(node, RawKind::Object);
    case '[': return nested(node, RawKind::Array);
    case 't':
      if (node) keep(*node, RawKind::True, {});
      return word("true");
    case 'f':
      if (node) keep(*node, RawKind::False, {});
      return word("false");
    case 'n':
      if (node) keep(*node, RawKind::Null, {});
      return word("null");
    default:
      if (!number(text)) return false;
      if (node) keep(*node, RawKind::Number, text);
      return true;
  }
}

bool Skimmer::nested(Node* node, RawKind kind) {
  if (++depth_ > max_depth) return false;
  const char* const begin = at_;
  const bool is_object = kind == RawKind::Object;
  const bool enter = node && (is_object ? node->has_members() : node->has_elements());
  if (!(!enter ? skip() : is_object ? object(*node) : array(*node))) return false;
  --depth_;
  if (node) keep(*node, kind, {begin, node->slices ? static_cast<size_t>(at_ - begin) : 0});
  return true;
}

bool Skimmer::object(Node& node) {
  ++at_;
  blanks();
  if (*at_ == '}') return ++at_, true;
  for (;;) {
    if (*at_ != '"') return false;
    const char* const key = ++at_;
    at_ = string_stop(at_, end_);
    if (at_ == end_ || *at_ != '"') return false;
    Node* const child = node.find({key, static_cast<size_t>(at_ - key)});
    ++at_;
    blanks();
    if (*at_ != ':') return false;
    ++at_;
    blanks();
    if (child) {
      if (child->seen == stamp_) return false;
      child->seen = stamp_;
    }
    if (!value(child)) return false;
    blanks();
    if (*at_ == '}') return ++at_, true;
    if (*at_ != ',') return false;
    ++at_;
    blanks();
  }
}

bool Skimmer::array(Node& node) {
  ++at_;
  blanks();
  if (*at_ == ']') return ++at_, true;
  for (uint32_t index = 0;; ++index) {
    if (!value(node.at(index))) return false;
    blanks();
    if (*at_ == ']') return ++at_, true;
    if (*at_ != ',') return false;
    ++at_;
    blanks();
  }
}

// An object or array that nobody looks into.
bool Skimmer::skip() {
  const bool is_object = *at_ == '{';
  const char close = is_object ? '}' : ']';
  ++at_;
  blanks();
  if (*at_ == close) return ++at_, true;
  for (std::string_view text;;) {
    if (is_object) {
      if (*at_ != '"' || !string(false, text)) return false;
      blanks();
      if (*at_ != ':') return false;
      ++at_;
      blanks();
    }
    if (!value(nullptr)) return false;
    blanks();
    if (*at_ == close) return ++at_, true;
    if (*at_ != ',') return false;
    ++at_;
    blanks();
  }
}

bool Skimmer::string(bool wanted, std::string_view& text) {
  const char* const begin = ++at_;
  at_ = string_stop(at_, end_);
  if (at_ == end_) return false;
  if (*at_ != '"') {
    at_ = begin;
    return unescape(wanted, text);
  }
  text = {begin, static_cast<size_t>(at_ - begin)};
  ++at_;
  return true;
}

bool Skimmer::unescape(bool wanted, std::string_view& text) {
  // No text is longer than its JSON; the first such string of a row makes room for all of them.
  if (wanted && unescaped_used_ == 0 && unescaped_.size() < static_cast<size_t>(end_ - at_))
    unescaped_.resize(static_cast<size_t>(end_ - at_) * 2);
  char* const begin = wanted ? unescaped_.data() + unescaped_used_ : nullptr;
  char* to = begin;
  const auto put = [&](int byte) {
    if (wanted) *to++ = static_cast<char>(byte);
  };
  for (;;) {
    const char* const plain = at_;
    at_ = string_stop(at_, end_);
    if (wanted)
      for (const char* p = plain; p != at_; ++p) *to++ = *p;
    if (at_ == end_) return false;
    const char stop = *at_++;
    if (stop == '"') break;
    if (stop != '\\') return false;
    switch (*at_++) {
      case '"': put('"'); break;
      case '\\': put('\\'); break;
      case '/': put('/'); break;
      case 'b': put('\b'); break;
      case 'f': put('\f'); break;
      case 'n': put('\n'); break;
      case 'r': put('\r'); break;
      case 't': put('\t'); break;
      case 'u': {
        const int unit = end_ - at_ < 4 ? -1 : hex4(at_);
        // Surrogates are characters past U+FFFF, mostly written as they are; lone ones are errors.
        if (unit < 0 || (unit >= 0xd800 && unit <= 0xdfff)) return false;
        at_ += 4;
        if (unit < 0x80) {
          put(unit);
        } else if (unit < 0x800) {
          put(0xc0 | unit >> 6);
          put(0x80 | (unit & 0x3f));
        } else {
          put(0xe0 | unit >> 12);
          put(0x80 | (unit >> 6 & 0x3f));
          put(0x80 | (unit & 0x3f));
        }
        break;
      }
      default: return false;
    }
  }
  if (wanted) {
    text = {begin, static_cast<size_t>(to - begin)};
    unescaped_used_ += text.size();
  }
  return true;
}

bool Skimmer::number(std::string_view& digits) {
  const char* const begin = at_;
  if (*at_ == '-') ++at_;
  if (*at_ == '0') {
    ++at_;
  } else {
    if (!is_digit(*at_)) return false;
    while (is_digit(*at_)) ++at_;
  }
  if (*at_ == '.') {
    ++at_;
    if (!is_digit(*at_)) return false;
    while (is_digit(*at_)) ++at_;
  }
  if (*at_ == 'e' || *at_ == 'E') {
    ++at_;
    if (*at_ == '+' || *at_ == '-') ++at_;
    const char* const exponent = at_;
    while (is_digit(*at_)) ++at_;
    if (at_ == exponent || at_ - exponent > 2) return false;  // perhaps past the doubles' range
  }
  digits = {begin, static_cast<size_t>(at_ - begin)};
  return digits.size() < 200;
}

bool Skimmer::word(std::string_view expected) {
  if (static_cast<size_t>(end_ - at_) < expected.size() || std::string_view{at_, expected.size()} != expected)
    return false;
  at_ += expected.size();
  return true;
}

}  // namespace couch::sql::decode
