// FROM: tables, derived tables and joins.
#include <algorithm>

#include "sql/parser_impl.h"

namespace couch::sql {
namespace {

ast::TableRefPtr make_table(Span span) {
  auto table = std::make_unique<ast::TableRef>();
  table->span = span;
  return table;
}

}  // namespace

std::vector<ast::TableRefPtr> Parser::from_list() {
  std::vector<ast::TableRefPtr> list;
  do {
    list.push_back(table_reference());
  } while (accept(TokenKind::Comma));
  return list;
}

ast::TableRefPtr Parser::table_reference() { return joined(table_primary()); }

ast::TableRefPtr Parser::table_primary() {
  if (at(TokenKind::OpenParen)) return parenthesised_table();
  if (at(TokenKind::OpenBrace)) return outer_join_escape();
  if (peek(1).kind == TokenKind::OpenParen && at(Word::Lateral)) {
    const Span begin = take().span;
    return derived_table(query_in_parentheses("a query behind LATERAL"), true, begin);
  }
  return named_table();
}

ast::TableRefPtr Parser::named_table() {
  const Span begin = here();
  ast::Name name = table_name("a table");
  if (at(TokenKind::OpenParen))
    fail_unsupported(since(begin), "a table function",
                     "an array's elements are a table of their own: PARENT_FIELD");
  ast::TableRefPtr table = make_table(begin);
  table->node = ast::NamedTable{std::move(name)};
  table_alias(*table);
  table->span = since(begin);
  table->depth = raised(0, 1, table->span);
  return table;
}

ast::TableRefPtr Parser::derived_table(ast::QueryPtr query, bool lateral, Span begin) {
  const uint32_t below = query->depth;
  ast::TableRefPtr table = make_table(begin);
  table->node = ast::DerivedTable{std::move(query), lateral};
  table_alias(*table);
  table->span = since(begin);
  table->depth = raised(below, 1, table->span);
  return table;
}

void Parser::table_alias(ast::TableRef& table) {  // [hint] [[AS] alias [(columns)]] [hint]
  const auto add_hint = [&](const std::string& hint) {
    if (!table.hint.empty() && !hint.empty()) table.hint += ' ';
    table.hint += hint;
  };
  add_hint(hint_here());
  const size_t before = at_;
  table.alias = alias("an alias");
  if (!table.alias) return;
  if (at(TokenKind::OpenParen)) table.column_aliases = identifier_list();
  if (at_ != before) add_hint(hint_here());
}

// ( … ) in FROM is a query or a join; with several parentheses that shows only inside.
ast::TableRefPtr Parser::parenthesised_table() {
  const Nesting nesting(*this, 2);
  const Token open = peek();
  if (at_query(1)) {
    Parenthesised inner = parenthesised();
    return derived_table(std::move(inner.query), false, open.span);
  }
  take();
  if (at(TokenKind::OpenParen)) {
    ast::TableRefPtr inner = parenthesised_table();
    // ((SELECT …) UNION …): what looked like a derived table was the first query of a larger one.
    auto* const derived = std::get_if<ast::DerivedTable>(&inner->node);
    const bool bare = derived != nullptr && !derived->lateral && !inner->alias && inner->hint.empty();
    if (bare && (at_set_operation() || at_query_tail())) {
      Parenthesised first{nullptr, std::move(derived->query), inner->span};
      ast::QueryPtr query =
          finish_query(std::make_unique<ast::Query>(), operand_of(std::move(first)), inner->span);
      close(open);
      return derived_table(std::move(query), false, open.span);
    }
    if (bare && accept(TokenKind::CloseParen))
      return derived_table(std::move(derived->query), false, open.span);
    inner = joined(std::move(inner));
    close(open);
    inner->span = since(open.span);
    if (at_bare_alias() || at(Word::As))
      fail(ErrorKind::Syntax, here(), "tables in parentheses take no alias: give one to each");
    return inner;
  }
  ast::TableRefPtr inner = table_reference();
  if (at(TokenKind::Comma)) fail_expected(")", "inside of parentheses tables are joined with CROSS JOIN");
  close(open);
  inner->span = since(open.span);
  if (at_bare_alias() || at(Word::As))
    fail(ErrorKind::Syntax, here(), "tables in parentheses take no alias: give one to each");
  return inner;
}

ast::TableRefPtr Parser::outer_join_escape() {  // {oj a LEFT OUTER JOIN b ON …}
  const Nesting nesting(*this, 2);
  const Span begin = here();
  if (!next_is(Word::Oj)) {
    take();
    fail_expected("oj", "{ begins an ODBC escape");
  }
  const Token open = open_escape({}, false);
  ast::TableRefPtr table = table_reference();
  if (!std::holds_alternative<ast::Join>(table->node)) fail_expected("a join");
  close_escape(open);
  table->span = since(begin);
  return table;
}

bool Parser::at_join() {
  if (at(Word::Join)) return true;
  switch (peek().word) {
    case Word::Inner:
    case Word::Left:
    case Word::Right:
    case Word::Full:
    case Word::Cross:
    case Word::Outer:
    case Word::Natural: return at_clause(peek(), 0);
    default:  // for «did you mean»
      at(Word::Inner);
      at(Word::Left);
      at(Word::Right);
      at(Word::Cross);
      return false;
  }
}

ast::TableRefPtr Parser::joined(ast::TableRefPtr left) {
  while (at_join()) left = one_join(std::move(left));
  return left;
}

ast::TableRefPtr Parser::one_join(ast::TableRefPtr left) {
  const Nesting nesting(*this, 2);
  const Span begin = here();
  ast::Join join{};
  join.kind = ast::JoinKind::Inner;
  join.natural = accept(Word::Natural);
  bool conditional = !join.natural;
  if (accept(Word::Left))
    join.kind = ast::JoinKind::Left;
  else if (accept(Word::Right))
    join.kind = ast::JoinKind::Right;
  else if (accept(Word::Full))
    join.kind = ast::JoinKind::Full;
  else if (!join.natural && (at(Word::Cross) || at(Word::Outer))) {
    const bool cross = take().word == Word::Cross;
    if (at(Word::Apply))
      fail_unsupported(since(begin), "APPLY", "write a join, or a subquery in the select list");
    if (!cross) fail_expected("APPLY", "OUTER stands behind LEFT, RIGHT or FULL");
    join.kind = ast::JoinKind::Cross;
    conditional = false;
  } else
    accept(Word::Inner);
  if (join.kind != ast::JoinKind::Inner && join.kind != ast::JoinKind::Cross) accept(Word::Outer);
  expect(Word::Join);

  ast::TableRefPtr right = table_primary();
  // a JOIN b JOIN c ON … ON …: the inner join comes first, its condition too (ODBC's nested outer joins are
  // written so).
  while (conditional && at_join()) right = one_join(std::move(right));
  uint32_t below = std::max(left->depth, right->depth);
  if (conditional && accept(Word::On)) {
    join.on = expression();
    below = std::max(below, join.on->depth);
  } else if (conditional && accept(Word::Using)) {
    join.using_columns = identifier_list();
  } else if (conditional) {
    fail_expected("ON or USING", "a join of everything with everything is CROSS JOIN");
  } else if (at(Word::On) || at(Word::Using)) {
    fail(ErrorKind::Syntax, here(),
         join.natural ? "NATURAL JOIN takes no condition" : "CROSS JOIN takes no condition; write JOIN");
  }
  ast::TableRefPtr table = make_table({left->span.begin, left->span.begin});
  table->span = since(table->span);
  join.left = std::move(left);
  join.right = std::move(right);
  table->node = std::move(join);
  table->depth = raised(below, 1, table->span);
  return table;
}

}  // namespace couch::sql
