#include "sql/lexer.h"

#include <fmt/format.h>

#include <algorithm>

#include "sql/parser.h"

namespace couch::sql {
namespace {

constexpr size_t npos = std::string_view::npos;

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
constexpr bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
constexpr bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }
constexpr bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
constexpr bool is_high_surrogate_lead(unsigned char lead, unsigned char next) {
  return lead == 0xED && next >= 0xA0;
}

// The length of the well-formed UTF-8 sequence at `at` (Unicode 15, table 3-7), 0 if there is none.
size_t sequence_length(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto continues = [&](size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
  const unsigned lead = byte(at);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4 || !continues(at + 1)) return 0;
  if (lead < 0xE0) return 2;
  if (!continues(at + 2)) return 0;
  const unsigned next = byte(at + 1);
  if (lead < 0xF0) {
    const bool overlong = lead == 0xE0 && next < 0xA0;
    return overlong ||
                   is_high_surrogate_lead(static_cast<unsigned char>(lead), static_cast<unsigned char>(next))
               ? 0
               : 3;
  }
  if (!continues(at + 3)) return 0;
  const bool outside = (lead == 0xF0 && next < 0x90) || (lead == 0xF4 && next >= 0x90);
  return outside ? 0 : 4;
}

// The code point at `at`, which begins a well-formed sequence of `length` bytes.
char32_t decode(std::string_view text, size_t at, size_t length) {
  const auto byte = [&](size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(text[at + i])); };
  switch (length) {
    case 1: return byte(0);
    case 2: return (byte(0) & 0x1F) << 6 | (byte(1) & 0x3F);
    case 3: return (byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
    default:
      return (byte(0) & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F);
  }
}

// Statements are pasted from web pages and word processors: their spaces are spaces.
constexpr bool is_wide_space(char32_t c) {
  return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200B) || c == 0x2028 ||
         c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

// Their quotes are no quotes: which one was meant cannot be told, and inside a name they are hardly ever
// meant.
constexpr bool is_typographic_quote(char32_t c) {
  return (c >= 0x2018 && c <= 0x201F) || c == 0xFF02 || c == 0xFF07;
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Tokens run() {
    if (text_.size() > max_statement_bytes) {
      throw Error(ErrorKind::TooComplex, fmt::format("the statement has {} bytes; at most {} are allowed",
                                                     text_.size(), max_statement_bytes));
    }
    check_encoding();
    while (skip_blank()) next();
    const uint32_t end = tokens_.list.empty() ? 0 : tokens_.list.back().span.end;
    tokens_.list.push_back({TokenKind::End, Word::None, {end, end}});
    return std::move(tokens_);
  }

 private:
  [[noreturn]] static void fail(size_t begin, size_t end, const std::string& message) {
    throw Error(ErrorKind::Syntax, message, Span{static_cast<uint32_t>(begin), static_cast<uint32_t>(end)});
  }

  char at(size_t i) const { return i < text_.size() ? text_[i] : '\0'; }
  bool starts(std::string_view what) const { return text_.substr(at_, what.size()) == what; }

  void check_encoding() const {
    for (size_t i = 0; i < text_.size();) {
      const size_t length = sequence_length(text_, i);
      if (length == 0) {
        fail(i, i + 1,
             fmt::format("the statement is not UTF-8: byte 0x{:02X}", static_cast<unsigned char>(text_[i])));
      }
      i += length;
    }
  }

  void add(TokenKind kind, size_t end, Word word = Word::None) {
    tokens_.list.push_back({kind, word, {static_cast<uint32_t>(at_), static_cast<uint32_t>(end)}});
    at_ = end;
  }

  // The token that ends exactly here, without a space between; null otherwise.
  const Token* adjacent() const {
    return !tokens_.list.empty() && tokens_.list.back().span.end == at_ ? &tokens_.list.back() : nullptr;
  }
  bool behind_name() const {
    const Token* const t = adjacent();
    return t != nullptr && (t->kind == TokenKind::Quoted ||
                            (t->kind == TokenKind::Word && standing(t->word) != Standing::Reserved));
  }

  // Moves to the next token's first byte; false at the end.
  bool skip_blank() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (is_space(c)) {
        ++at_;
      } else if (c == '-' && at(at_ + 1) == '-') {
        skip_line_comment();
      } else if (c == '/' && at(at_ + 1) == '*') {
        skip_comment();
      } else if (!is_ascii(c)) {
        const size_t length = sequence_length(text_, at_);
        if (!is_wide_space(decode(text_, at_, length))) return true;
        at_ += length;
      } else {
        return true;
      }
    }
    return false;
  }

  void skip_line_comment() {
    // ODBC's long form for escapes: --(*vendor(Microsoft),product(ODBC) d '1999-12-31'*)--. Other vendors'
    // drivers skip it.
    if (starts("--(*") && !no_vendor_end_) {
      const size_t end = text_.find("*)--", at_ + 4);
      if (end != npos) {
        at_ = end + 4;
        return;
      }
      no_vendor_end_ = true;  // searched once, not once a comment
    }
    const size_t end = text_.find_first_of("\r\n", at_);
    at_ = end == npos ? text_.size() : end;
  }

  void skip_comment() {  // nested, as SQL:1999 has it
    const size_t open = at_;
    const bool hint = at(at_ + 2) == '+';
    size_t depth = 1;
    size_t i = at_ + 2;
    while (depth > 0) {
      i = text_.find_first_of("*/", i);
      if (i == npos || i + 1 >= text_.size())
        fail(open, open + 2, "this comment is not closed: */ is missing");
      if (text_[i] == '*' && text_[i + 1] == '/') {
        --depth;
        i += 2;
      } else if (text_[i] == '/' && text_[i + 1] == '*') {
        ++depth;
        i += 2;
      } else {
        ++i;
      }
    }
    at_ = i;
    if (!hint) return;
    size_t begin = open + 3, end = i - 2;
    while (begin < end && is_space(text_[begin])) ++begin;
    while (end > begin && is_space(text_[end - 1])) --end;
    if (begin < end) {
      tokens_.hints.push_back({static_cast<uint32_t>(tokens_.list.size()),
                               {static_cast<uint32_t>(begin), static_cast<uint32_t>(end)}});
    }
  }

  void next() {
    const char c = text_[at_];
    if (is_letter(c) || !is_ascii(c)) return word();
    if (is_digit(c)) return after_dot() ? part() : number();
    switch (c) {
      case '\'': return add(TokenKind::String, quoted(at_, '\''));
      case '"':
      case '`': return add(TokenKind::Quoted, quoted(at_, c));
      case '[': return bracketed();
      case '.':
        return is_digit(at(at_ + 1)) && !behind_name() && !after_part() ? number()
                                                                        : add(TokenKind::Dot, at_ + 1);
      default: return symbol(c);
    }
  }

  // In a.0 and key.0.x the digits are a part of the name.
  bool after_dot() const {
    const Token* const t = adjacent();
    return t != nullptr && t->kind == TokenKind::Dot;
  }
  bool after_part() const {
    const size_t n = tokens_.list.size();
    return n >= 2 && adjacent() != nullptr && tokens_.list[n - 1].kind == TokenKind::Word &&
           tokens_.list[n - 2].kind == TokenKind::Dot;
  }

  size_t name_end(size_t i) const {
    while (i < text_.size()) {
      const char c = text_[i];
      if (is_letter(c) || is_digit(c) || c == '$') {
        ++i;
        continue;
      }
      if (is_ascii(c)) break;
      const size_t length = sequence_length(text_, i);
      const char32_t point = decode(text_, i, length);
      if (is_typographic_quote(point)) {
        fail(i, i + length,
             fmt::format("unexpected {}: a typographic quotation mark; text stands in '…', names in \"…\"",
                         text_.substr(i, length)));
      }
      if (is_wide_space(point)) break;
      i += length;
    }
    return i;
  }

  void word() {
    const char c = text_[at_];
    if (at(at_ + 1) == '\'') {
      if (c == 'N' || c == 'n') return add(TokenKind::String, quoted(at_ + 1, '\''));
      if (c == 'X' || c == 'x') return hex();
    }
    const size_t end = name_end(at_);
    add(TokenKind::Word, end, find_word(text_.substr(at_, end - at_)));
  }

  void part() { add(TokenKind::Word, name_end(at_)); }

  void hex() {
    const size_t begin = at_ + 2;
    const size_t end = quoted(at_ + 1, '\'');
    const std::string_view digits = text_.substr(begin, end - 1 - begin);
    if (!std::all_of(digits.begin(), digits.end(), is_hex))
      fail(at_, end, "X'…' may hold hexadecimal digits only");
    if (digits.size() % 2 != 0)
      fail(at_, end, fmt::format("X'…' needs two digits a byte, found {} digits", digits.size()));
    add(TokenKind::Hex, end);
  }

  // From the opening quote at `open`; where the token ends. A doubled quote stands for one.
  size_t quoted(size_t open, char quote) const {
    size_t i = open + 1;
    while (true) {
      i = text_.find(quote, i);
      if (i == npos) {
        fail(open, open + 1,
             fmt::format("this {} is not closed: {} is missing", quote == '\'' ? "text" : "quoted name",
                         quote));
      }
      if (at(i + 1) != quote) return i + 1;
      i += 2;
    }
  }

  void bracketed() {  // [a name], ]] for ]
    if (behind_name() || (adjacent() != nullptr && adjacent()->kind == TokenKind::CloseParen)) {
      fail(at_, at_ + 1,
           "unexpected [: elements of arrays are rows of their own table, or JSON_VALUE(a, '$[0]')");
    }
    add(TokenKind::Quoted, quoted(at_, ']'));
  }

  void number() {
    size_t i = at_;
    const auto digits = [&] {
      while (is_digit(at(i))) ++i;
    };
    digits();
    if (at(i) == '.') {
      ++i;
      digits();
    }
    if ((at(i) == 'e' || at(i) == 'E') &&
        (is_digit(at(i + 1)) || ((at(i + 1) == '+' || at(i + 1) == '-') && is_digit(at(i + 2))))) {
      i += 2;
      digits();
    }
    const size_t end = name_end(i);
    if (end != i) {
      const std::string_view all = text_.substr(at_, end - at_);
      if (all.substr(0, 2) == "0x" || all.substr(0, 2) == "0X")
        fail(at_, end, fmt::format("binary strings are written X'{}'", all.substr(2, 20)));
      fail(at_, end,
           fmt::format("{} is neither a number nor a name; such names stand in \"…\"", all.substr(0, 40)));
    }
    add(TokenKind::Number, i);
  }

  void symbol(char c) {
    const char after = at(at_ + 1);
    switch (c) {
      case ',': return add(TokenKind::Comma, at_ + 1);
      case '(': return add(TokenKind::OpenParen, at_ + 1);
      case ')': return add(TokenKind::CloseParen, at_ + 1);
      case '{': return add(TokenKind::OpenBrace, at_ + 1);
      case '}': return add(TokenKind::CloseBrace, at_ + 1);
      case ';': return add(TokenKind::Semicolon, at_ + 1);
      case '+': return add(TokenKind::Plus, at_ + 1);
      case '*': return add(TokenKind::Star, at_ + 1);
      case '/': return add(TokenKind::Slash, at_ + 1);
      case '%': return add(TokenKind::Percent, at_ + 1);
      case '?': return add(TokenKind::Parameter, at_ + 1);
      case '-':
        if (after == '>')
          fail(at_, at_ + 2,
               "unexpected ->: fields of JSON text are read with JSON_VALUE(a, '$.b'), of documents as a.b");
        return add(TokenKind::Minus, at_ + 1);
      case '=':
        if (after == '=') fail(at_, at_ + 2, "unexpected ==: SQL compares with a single =");
        if (after == '<') fail(at_, at_ + 2, "unexpected =<: write <=");
        if (after == '>') fail(at_, at_ + 2, "unexpected =>: write >=");
        return add(TokenKind::Equal, at_ + 1);
      case '<':
        if (starts("<=>")) fail(at_, at_ + 3, "unexpected <=>: write IS NOT DISTINCT FROM");
        if (after == '>') return add(TokenKind::NotEqual, at_ + 2);
        if (after == '=') return add(TokenKind::LessEqual, at_ + 2);
        return add(TokenKind::Less, at_ + 1);
      case '>':
        return after == '=' ? add(TokenKind::GreaterEqual, at_ + 2) : add(TokenKind::Greater, at_ + 1);
      case '!':
        if (after == '=') return add(TokenKind::NotEqual, at_ + 2);
        fail(at_, at_ + 1, "unexpected !: write NOT, or <> between two values");
      case '|':
        if (after == '|') return add(TokenKind::Concat, at_ + 2);
        fail(at_, at_ + 1, "unexpected |: write OR between conditions, || between texts");
      case '&':
        fail(at_, at_ + (after == '&' ? 2 : 1),
             "unexpected &: write AND between conditions, || between texts");
      case '~': fail(at_, at_ + 1, "unexpected ~: regular expressions are matched with REGEXP");
      case '^': fail(at_, at_ + 1, "unexpected ^: write POWER(a, b)");
      case ']': fail(at_, at_ + 1, "unexpected ]: no [ is open");
      case ':':
        if (after == ':') fail(at_, at_ + 2, "unexpected ::: types are converted with CAST(a AS type)");
        fail(at_, at_ + 1, "unexpected :: parameters are written ?, without a name");
      case '@':
      case '$':
        fail(at_, at_ + 1,
             fmt::format(
                 "unexpected {}: parameters are written ?; a name with such characters stands in \"…\"", c));
      case '#':
        fail(at_, at_ + 1,
             "unexpected #: comments begin with --; a name with such characters stands in \"…\"");
      case '\\': fail(at_, at_ + 1, "unexpected \\: inside text a quote is doubled, 'it''s'");
      default: break;
    }
    const auto code = static_cast<unsigned char>(c);
    if (code < 0x20 || code == 0x7F)
      fail(at_, at_ + 1, fmt::format("unexpected control character U+{:04X}", code));
    fail(at_, at_ + 1, fmt::format("unexpected character {}", c));
  }

  std::string_view text_;
  size_t at_ = 0;
  bool no_vendor_end_ = false;
  Tokens tokens_;
};

std::string undoubled(std::string_view inside, char quote) {
  std::string out;
  out.reserve(inside.size());
  for (size_t i = 0; i < inside.size(); ++i) {
    out += inside[i];
    if (inside[i] == quote) ++i;
  }
  return out;
}

bool is_plain(std::string_view name) {
  for (size_t i = 0; i < name.size();) {
    const size_t length = sequence_length(name, i);
    if (length == 0) return false;
    if (length == 1) {
      if (!is_letter(name[i]) && !is_digit(name[i]) && name[i] != '$') return false;
    } else {
      const char32_t point = decode(name, i, length);
      if (is_wide_space(point) || is_typographic_quote(point)) return false;
    }
    i += length;
  }
  return !name.empty();
}

}  // namespace

Tokens tokenize(std::string_view statement) { return Lexer(statement).run(); }

std::string token_text(std::string_view statement, const Token& token) {
  std::string_view text = statement.substr(token.span.begin, token.span.end - token.span.begin);
  switch (token.kind) {
    case TokenKind::Quoted:
    case TokenKind::String:
    case TokenKind::Hex: {
      if (is_letter(text.front())) text.remove_prefix(1);  // N, X
      return undoubled(text.substr(1, text.size() - 2), text.back());
    }
    default: return std::string(text);
  }
}

bool is_plain_part(std::string_view name) { return is_plain(name); }
bool is_plain_name(std::string_view name) {
  return is_plain(name) && !is_digit(name.front()) && name.front() != '$';
}

}  // namespace couch::sql
