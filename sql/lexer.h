#pragma once
// Text to tokens. Pure, linear in the length of the text.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sql/token.h"

namespace couch::sql {

// A hint, /*+ … */, stands between two tokens and belongs to the grammar only behind a table.
struct Hint {
  uint32_t before = 0;  // index of the token that follows
  Span span;            // the text inside, trimmed
};

struct Tokens {
  std::vector<Token> list;  // ends with TokenKind::End, whose span is empty and right behind the last token
  std::vector<Hint> hints;  // in order
};

// Comments, white space (Unicode's too), a byte order mark and the long form of ODBC's escapes, --(* … *)--,
// are left out. Throws Error(Syntax) for bad UTF-8, unclosed quotes and comments, and characters that begin
// nothing; Error(TooComplex) past max_statement_bytes.
Tokens tokenize(std::string_view statement);

// A Word as it stands; a Quoted or String without its quotes; a Hex's digits; otherwise the token's own text.
std::string token_text(std::string_view statement, const Token& token);

// A name that needs no quotes, judging by its characters alone.
bool is_plain_name(std::string_view name);
// The same of a name's later parts, which may begin with a digit: key.0
bool is_plain_part(std::string_view name);

}  // namespace couch::sql
