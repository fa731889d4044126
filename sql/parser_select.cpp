// SELECT itself, and VALUES.
#include "sql/parser_impl.h"

namespace couch::sql {

Parser::Operand Parser::select() {
  const Height height(*this);
  const Span begin = take().span;
  Operand result;
  result.body = std::make_unique<ast::QueryBody>();
  auto& select = result.body->node.emplace<ast::Select>();
  if (accept(Word::Distinct)) {
    select.distinct = true;
    if (peek(1).kind == TokenKind::OpenParen && at(Word::On))
      fail_unsupported(here(), "DISTINCT ON", "use GROUP BY or ROW_NUMBER() OVER (…)");
  } else {
    accept(Word::All);
  }
  top_clause(result);
  select.items = select_items();
  if (at(Word::Into)) fail_unsupported(here(), "SELECT … INTO", "write INSERT INTO … SELECT …");
  if (accept(Word::From)) select.from = from_list();
  select.where = optional_where();
  if (accept_words(Word::Group, Word::By)) select.group_by = grouping();
  if (accept(Word::Having)) select.having = expression();
  if (at_clause(peek(), 0) && accept(Word::Window)) select.windows = named_windows();
  result.body->span = since(begin);
  result.body->depth = raised(height.get(), 1, result.body->span);
  return result;
}

// TOP n, TOP (expression); elsewhere top is a name.
void Parser::top_clause(Operand& operand) {
  const Token& next = peek(1);
  if (peek().word != Word::Top) return;
  if (next.kind != TokenKind::Number && next.kind != TokenKind::Parameter &&
      next.kind != TokenKind::OpenParen)
    return;
  take();
  operand.top = at(TokenKind::OpenParen) ? parenthesised_primary() : primary();
  if (at(Word::Percent) && peek(1).kind != TokenKind::Comma && peek(1).word != Word::From)
    fail_unsupported(here(), "TOP … PERCENT");
  operand.with_ties = accept_words(Word::With, Word::Ties);
}

ast::ExprPtr Parser::star() {
  if (at(TokenKind::Star)) return make(take().span, ast::Star{});
  size_t i = 0;
  while (is_name(peek(i)) && peek(i + 1).kind == TokenKind::Dot) i += 2;
  if (i == 0 || peek(i).kind != TokenKind::Star) return nullptr;
  const Span begin = here();
  ast::Name qualifier = name_from(table_identifier("a table's name"));
  expect(TokenKind::Dot);
  expect(TokenKind::Star);
  return make(since(begin), ast::Star{std::move(qualifier)});
}

ast::SelectItem Parser::select_item() {
  ast::SelectItem item;
  item.expr = star();
  if (item.expr) return item;
  item.expr = expression();
  if (at(Word::Collate) && at_clause(peek(), 0))
    fail_unsupported(here(), "COLLATE", "the connection's Collation keyword decides");
  if (peek().word == Word::At && next_is(Word::Time)) fail_unsupported(here(), "AT TIME ZONE");
  // Microsoft Query writes the headings of its columns as text: AS 'Sum of price'.
  if (at(Word::As) && peek(1).kind == TokenKind::String) {
    take();
    const Token heading = take();
    item.alias = ast::Identifier{text_of(heading), true, heading.span};
  } else {
    item.alias = alias("an alias");
  }
  return item;
}

std::vector<ast::SelectItem> Parser::select_items() {
  std::vector<ast::SelectItem> items;
  do {
    items.push_back(select_item());
  } while (accept(TokenKind::Comma));
  return items;
}

ast::ExprPtr Parser::optional_where() { return accept(Word::Where) ? expression() : nullptr; }

// ---- GROUP BY

std::vector<ast::GroupingElement> Parser::grouping() {
  std::vector<ast::GroupingElement> list;
  do {
    list.push_back(grouping_element());
  } while (accept(TokenKind::Comma));
  if (accept_words(Word::With, Word::Rollup)) {  // MySQL: GROUP BY a, b WITH ROLLUP
    ast::GroupingElement rollup;
    rollup.kind = ast::GroupingKind::Rollup;
    for (auto& element : list) {
      if (element.kind != ast::GroupingKind::Plain)
        fail(ErrorKind::Syntax, here(), "WITH ROLLUP follows plain columns only");
      rollup.sets.push_back(std::move(element.sets.front()));
    }
    list.clear();
    list.push_back(std::move(rollup));
  }
  return list;
}

ast::GroupingElement Parser::grouping_element() {
  ast::GroupingElement element;
  const bool parenthesis = peek(1).kind == TokenKind::OpenParen;
  if (parenthesis && accept(Word::Rollup)) {
    element.kind = ast::GroupingKind::Rollup;
    element.sets = grouping_sets(false);
  } else if (parenthesis && accept(Word::Cube)) {
    element.kind = ast::GroupingKind::Cube;
    element.sets = grouping_sets(false);
  } else if (accept_words(Word::Grouping, Word::Sets)) {
    element.kind = ast::GroupingKind::Sets;
    element.sets = grouping_sets(true);
  } else {
    element.sets.push_back(grouping_set());
  }
  return element;
}

std::vector<std::vector<ast::ExprPtr>> Parser::grouping_sets(bool empty_allowed) {
  const Token open = expect(TokenKind::OpenParen);
  std::vector<std::vector<ast::ExprPtr>> sets;
  do {
    if (peek(1).kind == TokenKind::OpenParen && (at(Word::Rollup) || at(Word::Cube))) {
      fail_unsupported(here(), "ROLLUP or CUBE inside of GROUPING SETS", "list its sets");
    }
    const Span begin = here();
    sets.push_back(grouping_set());
    if (sets.back().empty() && !empty_allowed)
      fail(ErrorKind::Syntax, since(begin), "an empty set stands in GROUPING SETS only");
  } while (accept(TokenKind::Comma));
  close(open);
  return sets;
}

// a, (a, b) or ()
std::vector<ast::ExprPtr> Parser::grouping_set() {
  std::vector<ast::ExprPtr> set;
  if (at(TokenKind::OpenParen) && peek(1).kind == TokenKind::CloseParen) {
    take();
    take();
    return set;
  }
  ast::ExprPtr expr = expression();
  if (auto* const row = std::get_if<ast::Row>(&expr->node)) return std::move(row->items);
  set.push_back(std::move(expr));
  return set;
}

Parser::Operand Parser::values() {
  const Height height(*this);
  const Span begin = take().span;
  Operand result;
  result.body = std::make_unique<ast::QueryBody>();
  auto& values = result.body->node.emplace<ast::Values>();
  do {
    const Token open = expect(TokenKind::OpenParen);
    std::vector<ast::ExprPtr> row;
    do {
      row.push_back(value_or_default());
    } while (accept(TokenKind::Comma));
    close(open);
    values.rows.push_back(std::move(row));
  } while (accept(TokenKind::Comma));
  result.body->span = since(begin);
  result.body->depth = raised(height.get(), 1, result.body->span);
  return result;
}

}  // namespace couch::sql
