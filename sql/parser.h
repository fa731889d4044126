#pragma once
// Text to tree. Pure; throws Error(Syntax | TooComplex) with the place. Never overflows the stack: depth and length are bounded.
#include <string>
#include <string_view>

#include "sql/ast.h"

namespace couch::sql {

inline constexpr uint32_t max_expression_depth = 400;   // nesting past it: TooComplex
inline constexpr size_t max_statement_bytes = 16u << 20;

// One statement; a closing semicolon and comments are allowed. ODBC escapes are grammar.
ast::Statement parse(std::string_view statement);

// The statement with its ODBC escapes resolved and everything else as it was (SQLNativeSql).
std::string native(std::string_view statement);

// Canonical SQL text of a tree, for messages, EXPLAIN and golden tests; parse(print(t)) prints the same.
std::string print(const ast::Statement& statement);
std::string print(const ast::Query& query);
std::string print(const ast::Expr& expr);

// "a", or "\"a b\"" where it needs quoting.
std::string quote_identifier(std::string_view name);

}  // namespace couch::sql
