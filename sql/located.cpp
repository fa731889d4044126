#include <fmt/format.h>

#include <algorithm>

#include "sql/error.h"

namespace couch::sql {
namespace {

constexpr size_t widest = 100;  // code points of the line that are shown
constexpr size_t before_caret = 60;

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; }

size_t characters(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

// The byte behind the first n characters.
size_t bytes_of(std::string_view text, size_t n) {
  size_t i = 0;
  for (; i < text.size(); ++i) {
    if (begins_character(text[i]) && n-- == 0) break;
  }
  return i;
}

// One column each, and nothing that a terminal acts on.
std::string visible(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    const auto code = static_cast<unsigned char>(c);
    if (code < 0x20 || code == 0x7F) c = ' ';
  }
  return out;
}

}  // namespace

std::string located(std::string_view statement, Span span, std::string_view message) {
  size_t begin = std::min<size_t>(span.begin, statement.size());
  while (begin > 0 && begin < statement.size() && !begins_character(statement[begin])) --begin;
  const size_t end = std::clamp<size_t>(span.end, begin, statement.size());

  const std::string_view before = statement.substr(0, begin);
  const auto line_number = 1 + std::count(before.begin(), before.end(), '\n');
  const size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
  size_t line_end = std::min(statement.find_first_of("\r\n", begin), statement.size());
  if (begin > line_begin && statement[begin - 1] == '\r') line_end = begin - 1;

  std::string_view line = statement.substr(line_begin, std::max(line_begin, line_end) - line_begin);
  size_t column = characters(before.substr(line_begin));
  size_t marked = std::max<size_t>(
      1, characters(statement.substr(begin, std::min(end, line_end) - std::min(begin, line_end))));
  const size_t number = column + 1;

  std::string_view lead, trail;
  if (characters(line) > widest) {
    if (column > before_caret) {
      const size_t cut = column - before_caret;
      line.remove_prefix(bytes_of(line, cut));
      column -= cut;
      lead = "…";
    }
    if (characters(line) > widest) {
      line = line.substr(0, bytes_of(line, widest));
      trail = "…";
    }
  }
  marked = std::min(marked, widest > column ? widest - column : 1);
  const size_t indent = 2 + column + (lead.empty() ? 0 : 1);
  return fmt::format("{} (line {}, column {})\n  {}{}{}\n{}{}", message, line_number, number, lead,
                     visible(line), trail, std::string(indent, ' '), std::string(marked, '^'));
}

}  // namespace couch::sql
