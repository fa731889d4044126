#include "sql/id_between.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace couch::sql {

namespace {

std::pair<uint32_t, size_t> code_point(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  uint32_t point = length == 1 ? lead : lead & (0x7Fu >> length);
  for (size_t i = 1; i < length && i < text.size(); ++i)
    point = point << 6 | (static_cast<unsigned char>(text[i]) & 0x3F);
  return {point, std::min(length, text.size())};
}

void append(std::string& out, uint32_t point) {
  if (point >= 0xD800 && point < 0xE000) point = 0xD7FF;  // no characters
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0 | point >> 6);
    out += static_cast<char>(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    out += static_cast<char>(0xE0 | point >> 12);
    out += static_cast<char>(0x80 | (point >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (point & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | point >> 18);
    out += static_cast<char>(0x80 | (point >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (point >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (point & 0x3F));
  }
}

// Where digits, or the letters of a case, end: ids go on with the same kind mostly.
uint32_t after_its_kind(uint32_t point) {
  if (point >= '0' && point <= '9') return '9' + 1;
  if (point >= 'A' && point <= 'Z') return 'Z' + 1;
  if (point >= 'a' && point <= 'z') return 'z' + 1;
  constexpr uint32_t last_ascii = 0x7E, last = 0x10FFFF;
  return point < last_ascii ? last_ascii : last;
}

}  // namespace

std::string id_between(std::string_view low, std::string_view high) {
  // Code points are ordered as their bytes are, and a middle of code points is text that JSON can hold.
  std::string middle;
  size_t at = 0;
  while (at < low.size() && at < high.size()) {
    const auto [a, length] = code_point(low.substr(at));
    const auto [b, length_b] = code_point(high.substr(at));
    if (a != b) break;
    middle.append(low.substr(at, length));
    at += length;
  }
  if (at >= high.size()) return {};
  const uint32_t below = at < low.size() ? code_point(low.substr(at)).first : 0;
  const uint32_t above = code_point(high.substr(at)).first;
  if (above > below + 1) {
    append(middle, below + (above - below) / 2);
  } else if (at < low.size()) {
    // Neighbours such as "a…" and "b": somewhere above the rest of the lower one.
    const size_t length = code_point(low.substr(at)).second;
    middle.append(low.substr(at, length));
    const std::string_view rest = low.substr(at + length);
    const uint32_t next = rest.empty() ? 0 : code_point(rest).first;
    append(middle, next + std::max<uint32_t>((after_its_kind(next) - next) / 2, 1));
  }
  return middle > low && middle < high ? middle : std::string{};
}

}  // namespace couch::sql
