// Queries: WITH, set operations, ORDER BY and LIMIT.
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
  if (!inner.query)
    fail(ErrorKind::Syntax, inner.span, "expected " + std::string(what) + ", found a value in parentheses");
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
  if (auto* const nested = std::get_if<ast::Nested>(&query->body->node);
      nested != nullptr && !adds_something(*query)) {
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
  query.recursive =
      peek(1).word != Word::As && peek(1).kind != TokenKind::OpenParen && accept(Word::Recursive);
  do {
    query.with.push_back(common_table());
  } while (accept(TokenKind::Comma));
}

ast::CommonTable Parser::common_table() {
  ast::CommonTable table;
  table.name = table_identifier("a name for the query");
  if (at(TokenKind::OpenParen)) table.columns = identifier_list();
  expect(Word::As);
  if (at(Word::Materialized))
    take();
  else
    accept_words(Word::Not, Word::Materialized);
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
  return at(Word::Union) || at(Word::Except) || at(Word::Intersect) ||
         (peek().word == Word::Minus && at_clause(peek(), 0));
}

bool Parser::at_query_tail() {
  return at_words(Word::Order, Word::By) || at(Word::Limit) || at(Word::Offset) || at(Word::Fetch) ||
         at(Word::For);
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
  if (at(Word::Corresponding))
    fail_unsupported(here(), "CORRESPONDING", "list the columns in the same order");
  return all;
}

ast::QueryBodyPtr Parser::chain(ast::SetOp op, bool all, std::vector<ast::QueryBodyPtr> operands) {
  if (operands.size() > leaning_chain) return balanced(op, all, operands, 0, operands.size());
  ast::QueryBodyPtr left = std::move(operands.front());
  for (size_t i = 1; i < operands.size(); ++i)
    left = combine(op, all, std::move(left), std::move(operands[i]));
  return left;
}

ast::QueryBodyPtr Parser::balanced(ast::SetOp op, bool all, std::vector<ast::QueryBodyPtr>& operands,
                                   size_t begin, size_t end) {
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
    if (at(Word::Limit))
      limit_clause(query);
    else if (at(Word::Fetch))
      fetch_clause(query);
    else if (at(Word::Offset)) {
      if (query.offset) fail(ErrorKind::Syntax, here(), "this query has an OFFSET already");
      take();
      query.offset = expression(Level::Concat);
      if (!accept(Word::Rows)) accept(Word::Row);
    } else if (at(Word::For))
      for_clause(query);
    else
      return;
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
  const bool one =
      (peek().word == Word::Row || peek().word == Word::Rows) && (next_is(Word::Only) || next_is(Word::With));
  if (one)
    query.limit = literal(here(), Value(int64_t{1}));
  else
    query.limit = expression(Level::Concat);
  if (at(Word::Percent)) fail_unsupported(here(), "FETCH … PERCENT");
  if (!accept(Word::Rows) && !accept(Word::Row)) fail_expected("ROWS");
  if (accept(Word::Only)) return;
  if (!accept_words(Word::With, Word::Ties)) fail_expected("ONLY or WITH TIES");
  query.with_ties = true;
}

// FOR UPDATE locks nothing in CouchDB: conflicts are found when a document is written. It makes a cursor
// whose rows can be changed, where they can be.
void Parser::for_clause(ast::Query& query) {
  take();
  if (accept(Word::Read) || accept(Word::Fetch)) {
    expect(Word::Only);
    return;
  }
  if (accept(Word::Update))
    query.for_update = true;
  else if (!accept(Word::Share))
    fail_expected("UPDATE, SHARE, READ ONLY or FETCH ONLY");
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
    if (accept_words(Word::Nulls, Word::First))
      item.nulls_first = true;
    else if (accept_words(Word::Nulls, Word::Last))
      item.nulls_first = false;
    item.span = since(begin);
    list.push_back(std::move(item));
  } while (accept(TokenKind::Comma));
  return list;
}

}  // namespace couch::sql
