#pragma once
// Text to tree. Pure; throws Error(Syntax | TooComplex) with the place. Never overflows the stack: depth and
// length are bounded.
#include <span>
#include <string>
#include <string_view>

#include "sql/ast.h"

namespace couch::sql {

// Nesting past it: TooComplex. It bounds the height of every tree, so that whoever walks one may recurse;
// brackets that leave no node are bounded by the same number.
inline constexpr uint32_t max_expression_depth = 400;
inline constexpr uint32_t query_depth =
    4;  // what a subquery counts: walking one takes more stack than walking an operator
inline constexpr size_t max_statement_bytes = 16u << 20;

// One statement; a closing semicolon and comments are allowed. ODBC escapes are grammar.
// Also throws Error(InvalidDatetime | DatetimeOverflow | IntervalOverflow | OutOfRange) for what a literal
// says, and Error(NotSupported) for what is SQL but not of this language.
ast::Statement parse(std::string_view statement);

// The statement with its ODBC escapes resolved and everything else, comments and white space too, as it was
// (SQLNativeSql). Throws what parse does; parse(native(s)) is the same tree as parse(s).
std::string native(std::string_view statement);

// Canonical SQL text of a tree, for messages, EXPLAIN and golden tests; parse(print(t)) prints the same.
std::string print(const ast::Statement& statement);
std::string print(const ast::Query& query);
std::string print(const ast::Expr& expr);

// The tree as an outline, a node a line with its bytes in the text: for golden tests, and for whoever wonders
// what a statement became.
std::string dump(const ast::Statement& statement);

// "a", or "\"a b\"" where it needs quoting.
std::string quote_identifier(std::string_view name);
// "\"a\"", whatever it is.
std::string quoted_identifier(std::string_view name);

// The words that need quotes as a name (but for after a dot and after AS), upper case, in order; for
// SQL_KEYWORDS. All others are free.
std::span<const std::string_view> reserved_words();

}  // namespace couch::sql
