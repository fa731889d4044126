// What the parser says when it cannot go on: what was expected, what was found, and what was probably meant.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "sql/other_products.h"
#include "sql/parser_impl.h"

namespace couch::sql {
namespace {

constexpr size_t shown_length = 40;

// Damerau's distance with adjacent swaps: SELCET, FORM and WEHRE are one slip of the finger.
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
  std::iota(last.begin(), last.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        now[j] = std::min(now[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, now);
  }
  return last[b.size()];
}

bool begins_operand(const Token& token) {
  switch (token.kind) {
    case TokenKind::Word:
      return standing(token.word) != Standing::Reserved || token.word == Word::Case ||
             token.word == Word::Null;
    case TokenKind::Quoted:
    case TokenKind::String:
    case TokenKind::Hex:
    case TokenKind::Number:
    case TokenKind::Parameter: return true;
    default: return false;
  }
}

}  // namespace

std::string Parser::shown(const Token& token) const {
  if (token.kind == TokenKind::End) return "the end of the statement";
  const std::string_view text = text_.substr(token.span.begin, token.span.end - token.span.begin);
  if (text.size() <= shown_length) return std::string(text);
  size_t end = shown_length;
  while ((static_cast<unsigned char>(text[end]) & 0xC0u) == 0x80u) --end;  // not inside a character
  return fmt::format("{}…", text.substr(0, end));
}

std::string Parser::place(Span span) const {
  const std::string_view before = text_.substr(0, span.begin);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const size_t start = before.rfind('\n') + 1;  // npos + 1 is 0
  const auto column =
      1 + std::count_if(before.begin() + static_cast<std::ptrdiff_t>(start), before.end(),
                        [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; });
  return fmt::format("line {}, column {}", line, column);
}

// "did you mean WHERE?", for the word found or for an alias before it that was probably to be a keyword;
// empty if nothing is near.
std::string Parser::guess(std::string_view what) const {
  const auto nearest = [&](const Token& token) -> std::string_view {
    if (token.kind != TokenKind::Word) return {};
    const std::string word = upper(text_of(token));
    if (word.size() > 20) return {};
    std::string_view best;
    size_t least = word.size() < 4 ? 2 : 3;  // one slip in a short word, two in a longer one
    const auto consider = [&](std::string_view candidate) {
      if (candidate.size() < 3 || candidate == word) return;
      const size_t d = distance(word, candidate);
      if (d < least && d < candidate.size() / 2 + 1) {
        least = d;
        best = candidate;
      }
    };
    for (size_t i = 0; i < tried_count_; ++i) consider(spelling(tried_[i]));
    if (find_word(what) != Word::None) consider(what);
    return best;
  };
  const auto lacks_by = [](const Token& token) {
    return token.word == Word::Order || token.word == Word::Group;
  };
  const auto joins = [](const Token& token) {
    return token.word == Word::Left || token.word == Word::Right || token.word == Word::Full ||
           token.word == Word::Inner || token.word == Word::Cross || token.word == Word::Natural;
  };
  if (lacks_by(peek()) && !next_is(Word::By))
    return fmt::format("did you mean {} BY?", spelling(peek().word));
  if (at_ > 0 && bare_alias_ == at_ - 1 && lacks_by(tokens_.list[bare_alias_])) {
    return fmt::format("did you mean {} BY?", spelling(tokens_.list[bare_alias_].word));
  }
  if (at_ > 0 && bare_alias_ == at_ - 1 && joins(tokens_.list[bare_alias_]) && is_name(peek()) &&
      nearest(peek()) != spelling(Word::Join)) {
    return fmt::format("did you mean {} JOIN?", spelling(tokens_.list[bare_alias_].word));
  }
  if (const auto word = nearest(peek()); !word.empty()) return fmt::format("did you mean {}?", word);
  if (at_ > 0 && bare_alias_ == at_ - 1) {
    const Token& alias = tokens_.list[bare_alias_];
    if (const auto word = nearest(alias); !word.empty())
      return fmt::format("did you mean {} instead of {}?", word, shown(alias));
  }
  return {};
}

bool Parser::parenthesis_is_open() const {
  size_t open = 0;
  for (size_t i = 0; i < at_; ++i) {
    const TokenKind kind = tokens_.list[i].kind;
    if (kind == TokenKind::OpenParen) ++open;
    if (kind == TokenKind::CloseParen && open > 0) --open;
  }
  return open > 0;
}

// Where the word found, or the alias that was read before it, begins a clause of another product, or is used
// as one.
std::string Parser::clause_elsewhere() const {
  const Token& found = peek();
  if (found.word == Word::With && peek(1).kind == TokenKind::OpenParen)
    return "hints and options of other products are left out";
  if (at_ == 0) return {};
  const Token& previous = tokens_.list[at_ - 1];
  if (previous.word == Word::Exists && previous.kind == TokenKind::Word && begins_operand(found))
    return "EXISTS takes a query in parentheses";
  for (const Token* token : {&found, bare_alias_ == at_ - 1 ? &previous : &found}) {
    if (token->kind != TokenKind::Word) continue;
    if (const auto here = clause_here(text_of(*token)); !here.empty()) return std::string{here};
  }
  return {};
}

// "ORDER BY stands before LIMIT": the clause found belongs before one that its query has had already.
std::string Parser::clause_out_of_order() const {
  enum Rank : uint8_t { None, From, Where, Group, Having, Set, Order, Limit };
  const auto rank_at = [&](size_t i) {
    const size_t ahead = i - at_;  // wraps where i is behind, and peek() adds at_ again
    const Token& token = peek(ahead);
    switch (token.word) {
      case Word::From: return From;
      case Word::Where: return Where;
      case Word::Having: return Having;
      case Word::Union:
      case Word::Except:
      case Word::Intersect: return Set;
      case Word::Group: return at_clause(token, ahead) ? Group : None;
      case Word::Order: return at_clause(token, ahead) ? Order : None;
      case Word::Limit:
      case Word::Fetch: return at_clause(token, ahead) ? Limit : None;
      default: return None;
    }
  };
  constexpr std::string_view names[] = {"",         "FROM", "WHERE", "GROUP BY", "HAVING", "a set operation",
                                        "ORDER BY", "LIMIT"};
  const Rank found = rank_at(at_);
  if (found == None) return {};
  size_t depth = 0;
  std::string_view later;  // the first such clause of the SELECT
  for (size_t i = at_; i-- > 0;) {
    const Token& token = tokens_.list[i];
    if (token.kind == TokenKind::CloseParen) ++depth;
    if (token.kind == TokenKind::OpenParen && depth-- == 0) return {};
    if (depth > 0) continue;
    if (const Rank before = rank_at(i); before > found)
      later = token.word == Word::Fetch ? std::string_view{"FETCH"} : names[before];
    if (token.word != Word::Select) continue;
    if (later.empty()) return {};
    return found == Set ? fmt::format("{} stands after the last part, or in parentheses", later)
                        : fmt::format("{} stands before {}", names[found], later);
  }
  return {};
}

void Parser::fail_expected(std::string_view what, std::string_view hint) const {
  const Token& found = peek();
  std::string message = fmt::format("expected {}", what);
  const Token* const previous = at_ > 0 ? &tokens_.list[at_ - 1] : nullptr;
  const bool after_comma = previous != nullptr && previous->kind == TokenKind::Comma;
  if (previous != nullptr) message += fmt::format(" after {}", after_comma ? "the comma" : shown(*previous));
  message += fmt::format(", found {}", shown(found));
  std::string help(hint);
  if (help.empty() && after_comma &&
      (found.kind == TokenKind::CloseParen || standing(found.word) == Standing::Reserved)) {
    help = "remove the comma";
  }
  const bool list_may_go_on = what == ")" || what == "the end of the statement";
  if (help.empty() && list_may_go_on) help = clause_elsewhere();
  if (help.empty() && list_may_go_on) help = clause_out_of_order();
  if (help.empty()) help = guess(what);
  if (help.empty() && found.kind == TokenKind::CloseParen && !parenthesis_is_open()) help = "no ( is open";
  const bool keyword = found.word != Word::None && found.word != Word::Case && found.word != Word::Null &&
                       peek(1).kind != TokenKind::OpenParen;
  if (help.empty() && list_may_go_on && previous != nullptr && !keyword && begins_operand(found) &&
      begins_operand(*previous)) {
    help = found.kind == TokenKind::String && previous->kind == TokenKind::String
               ? "two texts are joined by ||, listed with a comma"
               : "is a comma missing?";
  }
  if (!help.empty()) message += fmt::format("; {}", help);
  throw Error(ErrorKind::Syntax, message, found.span);
}

void Parser::fail_unsupported(Span span, std::string_view what, std::string_view instead) const {
  throw Error(ErrorKind::NotSupported,
              instead.empty() ? fmt::format("{} is not supported", what)
                              : fmt::format("{} is not supported; {}", what, instead),
              span);
}

void Parser::fail_too_deep(Span span) const {
  throw Error(ErrorKind::TooComplex,
              fmt::format("the statement is nested more than {} levels deep here", max_expression_depth),
              span);
}

}  // namespace couch::sql
