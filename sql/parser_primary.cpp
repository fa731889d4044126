// Operands of expressions: names, parentheses, CASE, subqueries.
#include <algorithm>

#include "sql/parser_impl.h"

namespace couch::sql {

ast::ExprPtr Parser::primary() {
  const Token& token = peek();
  switch (token.kind) {
    case TokenKind::Number: return number(false, token.span);
    case TokenKind::String: {
      const Token text = take();
      return literal(text.span, Value(text_of(text)));
    }
    case TokenKind::Hex: {
      const Token hex = take();
      return literal(hex.span, Value(Binary{bytes_of_hex(text_of(hex))}));
    }
    case TokenKind::Parameter: return parameter();
    case TokenKind::OpenParen: return parenthesised_primary();
    case TokenKind::OpenBrace: return escape_primary();
    case TokenKind::Word: return word_primary();
    case TokenKind::Quoted: return column_reference();
    default: fail_expected("an expression");
  }
}

ast::ExprPtr Parser::word_primary() {
  const Token token = peek();
  const bool parenthesis = peek(1).kind == TokenKind::OpenParen;
  switch (token.word) {
    case Word::Null: take(); return literal(token.span, Value());
    case Word::True: take(); return literal(token.span, Value(true));
    case Word::False: take(); return literal(token.span, Value(false));
    case Word::Case: return case_expression();
    case Word::Cast:
      if (parenthesis) return cast();
      break;
    case Word::Convert:
      if (parenthesis) return convert();
      break;
    case Word::Exists:
      if (parenthesis) return exists();
      break;
    case Word::CurrentDate:
    case Word::CurrentTime:
    case Word::CurrentTimestamp:
    case Word::CurrentUser:
    case Word::Localtime:
    case Word::Localtimestamp: return niladic();
    case Word::Row:
      if (parenthesis) {
        take();
        const Token open = take();
        const Height height(*this);
        std::vector<ast::ExprPtr> items = expressions();
        close(open);
        const uint32_t below = height.get();
        return make(since(token.span), ast::Row{std::move(items)}, below);
      }
      break;
    default: break;
  }
  if (at_typed_literal()) return typed_literal();
  if (at_oracle_join(1)) fail_oracle_join();
  if (parenthesis && standing(token.word) != Standing::Reserved) return call();
  if (!at_expression_name()) {
    if (standing(token.word) == Standing::Reserved && peek(1).kind == TokenKind::Dot) {
      fail_expected("an expression", "as a name this word needs quotes, \"…\"");
    }
    fail_expected("an expression");
  }
  return column_reference();
}

// t.y = u.y(+), Oracle's outer join.
bool Parser::at_oracle_join(size_t ahead) const {
  return peek(ahead).kind == TokenKind::OpenParen && peek(ahead + 1).kind == TokenKind::Plus &&
         peek(ahead + 2).kind == TokenKind::CloseParen;
}

void Parser::fail_oracle_join() {
  while (!at(TokenKind::OpenParen)) take();
  const Span begin = here();
  take();
  take();
  take();
  fail_unsupported(since(begin), "(+)", "write LEFT JOIN … ON …");
}

ast::ExprPtr Parser::column_reference() {
  const Span begin = here();
  ast::Name name = name_from(identifier("an expression"));
  if (at_oracle_join(0)) fail_oracle_join();
  if (at(TokenKind::OpenParen)) {
    if (name.size() > 1) fail_unsupported(since(begin), "a qualified function name");
    fail(ErrorKind::Syntax, name.front().span, "a function's name stands without quotes");
  }
  return make(since(begin), ast::ColumnRef{std::move(name)});
}

ast::ExprPtr Parser::parameter() {
  const Token token = take();
  return make(token.span, ast::Parameter{parameters_++});
}

ast::ExprPtr Parser::scalar(Parenthesised inner) {
  const uint32_t below = inner.query->depth;
  return make(inner.span, ast::ScalarQuery{std::move(inner.query)}, below);
}

ast::ExprPtr Parser::parenthesised_primary() {
  Parenthesised inner = parenthesised();
  return inner.query ? scalar(std::move(inner)) : std::move(inner.expr);
}

// ( … ): a query, a value or a row. With several parentheses that shows only behind the inner ones: ((SELECT
// 1) UNION SELECT 2) is a query,
// ((SELECT 1) + 1) a value.
Parser::Parenthesised Parser::parenthesised() {
  const Nesting nesting(*this);
  const Token open = take();
  if (at_query()) {
    ast::QueryPtr inner = query();
    close(open);
    return {nullptr, std::move(inner), since(open.span)};
  }
  if (at(TokenKind::OpenParen)) return after_inner(parenthesised(), open);
  ast::ExprPtr value = row_or_value(expression(), open);
  return {std::move(value), nullptr, since(open.span)};
}

Parser::Parenthesised Parser::after_inner(Parenthesised inner, const Token& open) {
  if (inner.query) {
    if (at_set_operation() || at_query_tail()) {
      const Span begin = inner.span;
      ast::QueryPtr whole = finish_query(std::make_unique<ast::Query>(), operand_of(std::move(inner)), begin);
      close(open);
      return {nullptr, std::move(whole), since(open.span)};
    }
    if (accept(TokenKind::CloseParen)) return {nullptr, std::move(inner.query), since(open.span)};
    inner.expr = scalar(std::move(inner));
  }
  if (accept(TokenKind::CloseParen)) return {std::move(inner.expr), nullptr, since(open.span)};
  ast::ExprPtr value = row_or_value(operators(std::move(inner.expr), Level::Or), open);
  return {std::move(value), nullptr, since(open.span)};
}

ast::ExprPtr Parser::row_or_value(ast::ExprPtr first, const Token& open) {
  if (!at(TokenKind::Comma)) {
    close(open);
    first->span = since(open.span);
    return first;
  }
  uint32_t below = first->depth;
  std::vector<ast::ExprPtr> items;
  items.push_back(std::move(first));
  while (accept(TokenKind::Comma)) {
    items.push_back(expression());
    below = std::max(below, items.back()->depth);
  }
  close(open);
  return make(since(open.span), ast::Row{std::move(items)}, below);
}

ast::ExprPtr Parser::exists() {
  const Span begin = take().span;
  ast::QueryPtr query = query_in_parentheses("a query after EXISTS");
  const uint32_t below = query->depth;
  return make(since(begin), ast::Exists{std::move(query)}, below);
}

ast::ExprPtr Parser::case_expression() {
  const Nesting nesting(*this);
  const Token begin = take();
  const Height height(*this);
  ast::Case node;
  if (!at(Word::When)) node.subject = expression();
  if (!at(Word::When)) fail_expected("WHEN");
  while (accept(Word::When)) {
    ast::CaseWhen branch;
    branch.when = expression();
    expect(Word::Then);
    branch.then = expression();
    node.branches.push_back(std::move(branch));
  }
  if (accept(Word::Else)) node.otherwise = expression();
  if (!accept(Word::EndWord)) fail_expected("END", "the CASE at " + place(begin.span) + " is not closed");
  const uint32_t below = height.get();
  return make(since(begin.span), std::move(node), below);
}

ast::ExprPtr Parser::value_or_default() {
  if (peek().word == Word::Default) {
    switch (peek(1).kind) {
      case TokenKind::Comma:
      case TokenKind::CloseParen:
      case TokenKind::Semicolon:
      case TokenKind::End: return make(take().span, ast::Default{});
      case TokenKind::Word:  // SET a = DEFAULT WHERE …
        if (standing(peek(1).word) == Standing::Reserved || peek(1).word == Word::Returning)
          return make(take().span, ast::Default{});
        break;
      default: break;
    }
  }
  return expression();
}

}  // namespace couch::sql
