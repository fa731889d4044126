// Queries: WITH, set operations, SELECT and what follows it.
#include <algorithm>

#include "sql/parser_impl.h"

namespace couch::sql {
namespace {

constexpr size_t leaning_chain = 64;  // as for ||: longer chains of one associative operation are balanced

// Its ORDER BY, LIMIT or WITH belong to the parentheses.
bool adds_something(const ast::Query& query) {
  return !query.with.empty() || !query.order_by.empty() || query.limit || query.offset;
}

}  // namespace

bool Parser::at_query(size_t ahead) const {
  const Token& token = peek(ahead);
  const Token& next = peek(ahead + 1);
  switch (token.word) {
    case Word::Select: return true;
    case Word::With: return is_name(next) && standing(next.word) != Standing::Reserved;
    case Word::Values: return next.kind == TokenKind::OpenParen;
    default: return false;
  }
}

ast::QueryPtr Parser::query() {
  const Nesting nesting(*this, 2 * query_depth);
  const Height height(*this);
  const Span begin = here();
  auto query = std::make_unique<ast::Query>();
  if (at(Word::With)) with_clause(*query);
  return finish_query(std::move(query), operand(), begin);
}

ast::QueryPtr Parser::query_in_parentheses(std::string_view what) {
  if (!at(TokenKind::OpenParen)) fail_expected(what);
  if (!at_query(1) && peek(1).kind != TokenKind::OpenParen) {
    take();
    fail_expected(what);
  }
  Parenthesised inner = parenthesised();
  if (!inner.query) fail(ErrorKind::Syntax, inner.span, "expected " + std::string(what) + ", found a value in parentheses");
  return std::move(inner.query);
}

// Everything behind the first SELECT.
ast::QueryPtr Parser::finish_query(ast::QueryPtr query, Operand first, Span begin) {
  const Height height(*this);
  uint32_t below = std::max({first.body->depth, depth_of(first.top), query->depth});
  for (const auto& table : query->with) below = std::max(below, table.query->depth);
  Operand whole = set_operations(std::move(first));
  query->body = std::move(whole.body);
  if (whole.top) {
    query->limit = std::move(whole.top);
    query->with_ties = whole.with_ties;
  }
  query_tail(*query);
  below = std::max({below, query->body->depth, height.get()});
  if (auto* const nested = std::get_if<ast::Nested>(&query->body->node); nested != nullptr && !adds_something(*query)) {
    ast::QueryPtr inner = std::move(nested->query);  // redundant parentheses
    inner->span = since(begin);
    return inner;
  }
  query->span = since(begin);
  query->depth = raised(below, query_depth, query->span);
  return query;
}

void Parser::with_clause(ast::Query& query) {
  take();
  // RECURSIVE may be the table's own name.
  query.recursive = peek(1).word != Word::As && peek(1).kind != TokenKind::OpenParen && accept(Word::Recursive);
  do {
    query.with.push_back(common_table());
  } while (accept(TokenKind::Comma));
}

ast::CommonTable Parser::common_table() {
  ast::CommonTable table;
  table.name = table_identifier("a name for the query");
  if (at(TokenKind::OpenParen)) table.columns = identifier_list();
  expect(Word::As);
  if (at(Word::Materialized)) take();
  else accept_words(Word::Not, Word::Materialized);
  table.query = query_in_parentheses("a query in parentheses");
  return table;
}

// ---- set operations

Parser::Operand Parser::operand() {
  if (at(Word::Select)) return select();
  if (peek(1).kind == TokenKind::OpenParen && at(Word::Values)) return values();
  if (!at(TokenKind::OpenParen)) fail_expected("SELECT, VALUES or a query in parentheses");
  Parenthesised inner = parenthesised();
  if (!inner.query) fail(ErrorKind::Syntax, inner.span, "expected a query, found a value in parentheses");
  return operand_of(std::move(inner));
}

Parser::Operand Parser::operand_of(Parenthesised inner) {
  Operand result;
  if (!adds_something(*inner.query)) {
    result.body = std::move(inner.query->body);
    return result;
  }
  result.body = std::make_unique<ast::QueryBody>();
  result.body->span = inner.span;
  result.body->depth = raised(inner.query->depth, 1, inner.span);
  result.body->node = ast::Nested{std::move(inner.query)};
  return result;
}

// In a set operation TOP is its SELECT's own: the SELECT becomes a query in parentheses.
ast::QueryBodyPtr Parser::sealed(Operand operand) {
  if (!operand.top) return std::move(operand.body);
  const Span span = operand.body->span;
  auto query = std::make_unique<ast::Query>();
  query->span = span;
  query->depth = raised(std::max(operand.body->depth, operand.top->depth), query_depth, span);
  query->body = std::move(operand.body);
  query->limit = std::move(operand.top);
  query->with_ties = operand.with_ties;
  auto body = std::make_unique<ast::QueryBody>();
  body->span = span;
  body->depth = raised(query->depth, 1, span);
  body->node = ast::Nested{std::move(query)};
  return body;
}

bool Parser::at_set_operation() {
  return at(Word::Union) || at(Word::Except) || at(Word::Intersect) || (peek().word == Word::Minus && at_clause(peek(), 0));
}

bool Parser::at_query_tail() {
  return at_words(Word::Order, Word::By) || at(Word::Limit) || at(Word::Offset) || at(Word::Fetch) || at(Word::For);
}

Parser::Operand Parser::set_operations(Operand first) {
  Operand left = intersections(std::move(first));
  while (at(Word::Union) || at(Word::Except) || (peek().word == Word::Minus && at_clause(peek(), 0))) {
    // A run of the same operation, as long as it lasts.
    const ast::SetOp op = take().word == Word::Union ? ast::SetOp::Union : ast::SetOp::Except;
    const bool all = set_quantifier();
    std::vector<ast::QueryBodyPtr> run;
    run.push_back(sealed(std::move(left)));
    run.push_back(sealed(intersections(operand())));
    while (op == ast::SetOp::Union && at(Word::Union) && next_is(Word::All) == all) {
      take();
      set_quantifier();
      run.push_back(sealed(intersections(operand())));
    }
    left = Operand{chain(op, all, std::move(run)), nullptr, false};
  }
  return left;
}

Parser::Operand Parser::intersections(Operand first) {
  while (at(Word::Intersect)) {
    take();
    const bool all = set_quantifier();
    std::vector<ast::QueryBodyPtr> run;
    run.push_back(sealed(std::move(first)));
    run.push_back(sealed(operand()));
    while (at(Word::Intersect) && next_is(Word::All) == all) {
      take();
      set_quantifier();
      run.push_back(sealed(operand()));
    }
    first = Operand{chain(ast::SetOp::Intersect, all, std::move(run)), nullptr, false};
  }
  return first;
}

bool Parser::set_quantifier() {
  const bool all = accept(Word::All);
  if (!all) accept(Word::Distinct);
  if (at(Word::Corresponding)) fail_unsupported(here(), "CORRESPONDING", "list the columns in the same order");
  return all;
}

ast::QueryBodyPtr Parser::chain(ast::SetOp op, bool all, std::vector<ast::QueryBodyPtr> operands) {
  if (operands.size() > leaning_chain) return balanced(op, all, operands, 0, operands.size());
  ast::QueryBodyPtr left = std::move(operands.front());
  for (size_t i = 1; i < operands.size(); ++i) left = combine(op, all, std::move(left), std::move(operands[i]));
  return left;
}

ast::QueryBodyPtr Parser::balanced(ast::SetOp op, bool all, std::vector<ast::QueryBodyPtr>& operands, size_t begin, size_t end) {
  if (end - begin == 1) return std::move(operands[begin]);
  const size_t middle = begin + (end - begin) / 2;
  ast::QueryBodyPtr left = balanced(op, all, operands, begin, middle);
  return combine(op, all, std::move(left), balanced(op, all, operands, middle, end));
}

ast::QueryBodyPtr Parser::combine(ast::SetOp op, bool all, ast::QueryBodyPtr left, ast::QueryBodyPtr right) {
  auto body = std::make_unique<ast::QueryBody>();
  body->span = {left->span.begin, right->span.end};
  body->depth = raised(std::max(left->depth, right->depth), 1, body->span);
  body->node = ast::SetOperation{op, all, std::move(left), std::move(right)};
  return body;
}

// ---- ORDER BY, LIMIT …

void Parser::query_tail(ast::Query& query) {
  if (accept_words(Word::Order, Word::By)) query.order_by = order_items();
  while (true) {
    if (at(Word::Limit)) limit_clause(query);
    else if (at(Word::Fetch)) fetch_clause(query);
    else if (at(Word::Offset)) {
      if (query.offset) fail(ErrorKind::Syntax, here(), "this query has an OFFSET already");
      take();
      query.offset = expression(Level::Concat);
      if (!accept(Word::Rows)) accept(Word::Row);
    } else if (at(Word::For)) for_clause();
    else return;
  }
}

void Parser::limit_clause(ast::Query& query) {  // LIMIT n, LIMIT ALL, LIMIT offset, n (MySQL)
  if (query.limit) fail(ErrorKind::Syntax, here(), "this query has a LIMIT, TOP or FETCH already");
  take();
  if (accept(Word::All)) return;
  query.limit = expression(Level::Concat);
  if (!at(TokenKind::Comma)) return;
  if (query.offset) fail(ErrorKind::Syntax, here(), "this query has an OFFSET already");
  take();
  query.offset = std::move(query.limit);
  query.limit = expression(Level::Concat);
}

void Parser::fetch_clause(ast::Query& query) {  // FETCH {FIRST | NEXT} [n] {ROW | ROWS} {ONLY | WITH TIES}
  if (query.limit) fail(ErrorKind::Syntax, here(), "this query has a LIMIT, TOP or FETCH already");
  take();
  if (!accept(Word::First) && !accept(Word::Next)) fail_expected("FIRST or NEXT");
  const bool one = (peek().word == Word::Row || peek().word == Word::Rows) && (next_is(Word::Only) || next_is(Word::With));
  if (one) query.limit = literal(here(), Value(int64_t{1}));
  else query.limit = expression(Level::Concat);
  if (at(Word::Percent)) fail_unsupported(here(), "FETCH … PERCENT");
  if (!accept(Word::Rows) && !accept(Word::Row)) fail_expected("ROWS");
  if (accept(Word::Only)) return;
  if (!accept_words(Word::With, Word::Ties)) fail_expected("ONLY or WITH TIES");
  query.with_ties = true;
}

// FOR UPDATE locks nothing in CouchDB: conflicts are found when a document is written. So it means nothing, and does no harm.
void Parser::for_clause() {
  take();
  if (accept(Word::Read) || accept(Word::Fetch)) {
    expect(Word::Only);
    return;
  }
  if (!accept(Word::Update) && !accept(Word::Share)) fail_expected("UPDATE, SHARE, READ ONLY or FETCH ONLY");
  if (accept(Word::Of)) {
    do {
      column_name();
    } while (accept(TokenKind::Comma));
  }
  accept(Word::Nowait);
}

std::vector<ast::OrderItem> Parser::order_items() {
  std::vector<ast::OrderItem> list;
  do {
    ast::OrderItem item;
    const Span begin = here();
    item.key = expression();
    item.descending = accept(Word::Desc);
    if (!item.descending) accept(Word::Asc);
    if (accept_words(Word::Nulls, Word::First)) item.nulls_first = true;
    else if (accept_words(Word::Nulls, Word::Last)) item.nulls_first = false;
    item.span = since(begin);
    list.push_back(std::move(item));
  } while (accept(TokenKind::Comma));
  return list;
}

// ---- SELECT

Parser::Operand Parser::select() {
  const Height height(*this);
  const Span begin = take().span;
  Operand result;
  result.body = std::make_unique<ast::QueryBody>();
  auto& select = result.body->node.emplace<ast::Select>();
  if (accept(Word::Distinct)) {
    select.distinct = true;
    if (peek(1).kind == TokenKind::OpenParen && at(Word::On)) fail_unsupported(here(), "DISTINCT ON", "use GROUP BY or ROW_NUMBER() OVER (…)");
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
  if (next.kind != TokenKind::Number && next.kind != TokenKind::Parameter && next.kind != TokenKind::OpenParen) return;
  take();
  operand.top = at(TokenKind::OpenParen) ? parenthesised_primary() : primary();
  if (at(Word::Percent) && peek(1).kind != TokenKind::Comma && peek(1).word != Word::From) fail_unsupported(here(), "TOP … PERCENT");
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
  if (at(Word::Collate) && at_clause(peek(), 0)) fail_unsupported(here(), "COLLATE", "the connection's Collation keyword decides");
  if (peek().word == Word::At && next_is(Word::Time)) fail_unsupported(here(), "AT TIME ZONE");
  item.alias = alias("an alias");
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
      if (element.kind != ast::GroupingKind::Plain) fail(ErrorKind::Syntax, here(), "WITH ROLLUP follows plain columns only");
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
    if (sets.back().empty() && !empty_allowed) fail(ErrorKind::Syntax, since(begin), "an empty set stands in GROUPING SETS only");
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
