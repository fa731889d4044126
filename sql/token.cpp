#include "sql/token.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "sql/parser.h"

namespace couch::sql {
namespace {

struct WordEntry {
  std::string_view spelling;
  Standing standing;
};

constexpr WordEntry words[] = {
#define COUCH_SQL_WORD(enumerator, spelling, standing) {spelling, Standing::standing},
    COUCH_SQL_WORDS(COUCH_SQL_WORD)
#undef COUCH_SQL_WORD
};
static_assert(std::size(words) < 255, "Word is a byte");
static_assert(std::is_sorted(std::begin(words), std::end(words),
                             [](const WordEntry& a, const WordEntry& b) { return a.spelling < b.spelling; }));

constexpr size_t longest_word =
    std::max_element(std::begin(words), std::end(words), [](const WordEntry& a, const WordEntry& b) {
      return a.spelling.size() < b.spelling.size();
    })->spelling.size();

constexpr bool needs_quotes(const WordEntry& entry) {
  return entry.standing == Standing::Reserved || entry.standing == Standing::NoTable;
}
constexpr size_t reserved_count =
    static_cast<size_t>(std::count_if(std::begin(words), std::end(words), needs_quotes));
constexpr std::array<std::string_view, reserved_count> reserved = [] {
  std::array<std::string_view, reserved_count> list;
  size_t n = 0;
  for (const WordEntry& entry : words) {
    if (needs_quotes(entry)) list[n++] = entry.spelling;
  }
  return list;
}();

}  // namespace

Word find_word(std::string_view text) {
  if (text.empty() || text.size() > longest_word) return Word::None;
  std::array<char, longest_word> buffer{};
  std::transform(text.begin(), text.end(), buffer.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  const std::string_view upper(buffer.data(), text.size());
  const WordEntry* const found =
      std::lower_bound(std::begin(words), std::end(words), upper,
                       [](const WordEntry& entry, std::string_view key) { return entry.spelling < key; });
  if (found == std::end(words) || found->spelling != upper) return Word::None;
  return static_cast<Word>(found - words + 1);
}

std::string_view spelling(Word word) {
  return word == Word::None ? std::string_view{} : words[static_cast<size_t>(word) - 1].spelling;
}

Standing standing(Word word) {
  return word == Word::None ? Standing::Free : words[static_cast<size_t>(word) - 1].standing;
}

std::string_view spelling(TokenKind kind) {
  switch (kind) {
    case TokenKind::Comma: return ",";
    case TokenKind::Dot: return ".";
    case TokenKind::OpenParen: return "(";
    case TokenKind::CloseParen: return ")";
    case TokenKind::OpenBrace: return "{";
    case TokenKind::CloseBrace: return "}";
    case TokenKind::Semicolon: return ";";
    case TokenKind::Plus: return "+";
    case TokenKind::Minus: return "-";
    case TokenKind::Star: return "*";
    case TokenKind::Slash: return "/";
    case TokenKind::Percent: return "%";
    case TokenKind::Concat: return "||";
    case TokenKind::Equal: return "=";
    case TokenKind::NotEqual: return "<>";
    case TokenKind::Less: return "<";
    case TokenKind::LessEqual: return "<=";
    case TokenKind::Greater: return ">";
    case TokenKind::GreaterEqual: return ">=";
    case TokenKind::Parameter: return "?";
    case TokenKind::End: return "the end of the statement";
    case TokenKind::Word: return "a word";
    case TokenKind::Quoted: return "a quoted name";
    case TokenKind::String: return "a string";
    case TokenKind::Hex: return "a binary string";
    case TokenKind::Number: return "a number";
  }
  return {};
}

std::span<const std::string_view> reserved_words() { return reserved; }

}  // namespace couch::sql
