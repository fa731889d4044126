#include "driver/convert/guid.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>

#include "driver/convert/number.h"

namespace couch::driver {

static_assert(sizeof(SQLGUID) == 16);

namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string_view unwrapped(std::string_view text) {
  text = trimmed(text);
  if (text.size() < 2 || text.front() != '{' || text.back() != '}') return text;
  text = trimmed(text.substr(1, text.size() - 2));
  if (text.size() < 6 || text.back() != '\'') return text;
  const std::string_view word = text.substr(0, 4);
  if (word != "guid" && word != "GUID") return text;
  text = trimmed(text.substr(4));
  return text.size() >= 2 && text.front() == '\'' ? text.substr(1, text.size() - 2) : text;
}

}  // namespace

std::optional<SQLGUID> parse_guid(std::string_view text) {
  text = unwrapped(text);
  if (text.size() != 36) return std::nullopt;
  std::array<uint8_t, 16> bytes{};
  size_t digits = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int value = hex_value(text[i]);
    if (value < 0) return std::nullopt;
    bytes[digits / 2] = static_cast<uint8_t>(bytes[digits / 2] * 16 + value);
    ++digits;
  }
  SQLGUID guid{};
  for (size_t i = 0; i < 4; ++i) guid.Data1 = guid.Data1 << 8 | bytes[i];
  guid.Data2 = static_cast<decltype(guid.Data2)>(bytes[4] << 8 | bytes[5]);
  guid.Data3 = static_cast<decltype(guid.Data3)>(bytes[6] << 8 | bytes[7]);
  for (size_t i = 0; i < 8; ++i) guid.Data4[i] = bytes[8 + i];
  return guid;
}

std::string guid_text(const SQLGUID& g) {
  return fmt::format("{:08x}-{:04x}-{:04x}-{:02x}{:02x}-{:02x}{:02x}{:02x}{:02x}{:02x}{:02x}", g.Data1,
                     g.Data2, g.Data3, g.Data4[0], g.Data4[1], g.Data4[2], g.Data4[3], g.Data4[4], g.Data4[5],
                     g.Data4[6], g.Data4[7]);
}

}  // namespace couch::driver
