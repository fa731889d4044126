#include "sql/mango/like.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace couch::sql::mango {

namespace {

size_t length_of_code_point(std::string_view text, size_t at) {
  auto lead = static_cast<unsigned char>(text[at]);
  size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  return std::min(length, text.size() - at);
}

// A literal piece of a PCRE pattern. Control characters in hexadecimal: a pattern is a C string to the
// server.
void append_literal(std::string& out, std::string_view code_point) {
  auto c = static_cast<unsigned char>(code_point.front());
  bool plain = c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  if (plain) {
    out += code_point;
  } else if (c < 0x20 || c == 0x7F) {
    out += fmt::format("\\x{{{:02x}}}", c);
  } else {
    out += '\\';
    out += code_point;
  }
}

}  // namespace

std::optional<LikePattern> like_pattern(std::string_view pattern, std::string_view escape) {
  // More than one character is an error, which the engine raises (22025).
  if (!escape.empty() && length_of_code_point(escape, 0) != escape.size()) return std::nullopt;
  // Pieces between '%'. Each but the last is taken at its first place, in an atomic group: the first place is
  // as good as any, and PCRE calls a pattern that backtracks too often "no match" in silence.
  std::vector<std::string> pieces(1);
  LikePattern out;
  bool in_prefix = true, first_piece_is_literal = true;
  for (size_t i = 0; i < pattern.size();) {
    size_t length = length_of_code_point(pattern, i);
    std::string_view c = pattern.substr(i, length);
    i += length;
    if (!escape.empty() && c == escape) {
      if (i >= pattern.size()) return std::nullopt;
      length = length_of_code_point(pattern, i);
      c = pattern.substr(i, length);
      if (c != "%" && c != "_" && c != escape) return std::nullopt;
      i += length;
    } else if (c == "%") {
      in_prefix = false;
      pieces.emplace_back();
      continue;
    } else if (c == "_") {
      in_prefix = false;
      if (pieces.size() == 1) first_piece_is_literal = false;
      pieces.back() += '.';
      continue;
    }
    append_literal(pieces.back(), c);
    if (in_prefix) out.prefix += c;
  }
  out.literal = in_prefix;
  out.only_prefix = pieces.size() > 1 &&
                    std::all_of(pieces.begin() + 1, pieces.end(), [](const auto& p) { return p.empty(); }) &&
                    first_piece_is_literal;
  out.regex = "(*UTF)(?s)^" + pieces.front();
  for (size_t i = 1; i + 1 < pieces.size(); ++i) {
    if (!pieces[i].empty()) out.regex += "(?>.*?" + pieces[i] + ")";
  }
  if (pieces.size() == 1) {
    out.regex += "\\z";
  } else if (!pieces.back().empty()) {
    out.regex += ".*" + pieces.back() + "\\z";
  }
  return out;
}

std::string exact_regex(std::string_view text) {
  std::string out = "(*UTF)^";
  for (size_t i = 0; i < text.size();) {
    size_t length = length_of_code_point(text, i);
    append_literal(out, text.substr(i, length));
    i += length;
  }
  return out + "\\z";
}

std::optional<std::string> after_prefix(std::string_view prefix) {
  std::string out{prefix};
  while (!out.empty()) {
    size_t at = out.size() - 1;
    while (at > 0 && (static_cast<unsigned char>(out[at]) & 0xC0) == 0x80) --at;
    uint32_t code = 0;
    auto lead = static_cast<unsigned char>(out[at]);
    code = lead < 0x80 ? lead : lead < 0xE0 ? lead & 0x1Fu : lead < 0xF0 ? lead & 0x0Fu : lead & 0x07u;
    for (size_t i = at + 1; i < out.size(); ++i)
      code = code << 6 | (static_cast<unsigned char>(out[i]) & 0x3Fu);
    out.resize(at);
    if (code >= 0x10FFFF) continue;
    ++code;
    if (code >= 0xD800 && code <= 0xDFFF) code = 0xE000;
    auto put = [&](uint32_t byte) { out += static_cast<char>(byte); };
    if (code < 0x80) {
      put(code);
    } else if (code < 0x800) {
      put(0xC0 | code >> 6), put(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
      put(0xE0 | code >> 12), put(0x80 | (code >> 6 & 0x3F)), put(0x80 | (code & 0x3F));
    } else {
      put(0xF0 | code >> 18), put(0x80 | (code >> 12 & 0x3F)), put(0x80 | (code >> 6 & 0x3F)),
          put(0x80 | (code & 0x3F));
    }
    return out;
  }
  return std::nullopt;
}

}  // namespace couch::sql::mango
