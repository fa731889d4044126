// Function calls. Special syntax becomes arguments (ast.h, Call).
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sql/parser_impl.h"

namespace couch::sql {
namespace {

// TIMESTAMPADD's and TIMESTAMPDIFF's units, behind SQL_TSI_ (ODBC 3.8, appendix E).
constexpr std::array<std::string_view, 9> odbc_units{"FRAC_SECOND", "SECOND", "MINUTE",  "HOUR", "DAY",
                                                     "WEEK",        "MONTH",  "QUARTER", "YEAR"};

// Words with parentheses behind them that are syntax, never functions.
bool is_no_function(Word word) {
  switch (word) {
    case Word::Any:
    case Word::Cube:
    case Word::Lateral:
    case Word::On:
    case Word::Rollup:
    case Word::Some:
    case Word::Top:
    case Word::Values: return true;
    default: return false;
  }
}

}  // namespace

ast::ExprPtr Parser::call() {
  const Token name = peek();
  if (is_no_function(name.word)) fail_expected("an expression");
  const Nesting nesting(*this);
  take();
  const Height height(*this);
  ast::Call call;
  call.name = upper(text_of(name));
  const Token open = take();
  arguments(call, name.word);
  close(open);
  call_suffixes(call);
  const uint32_t below = height.get();
  return make(since(name.span), std::move(call), below);
}

ast::ExprPtr Parser::niladic() {  // CURRENT_DATE, CURRENT_TIMESTAMP(3), {fn CURRENT_DATE()}
  const Token name = take();
  ast::Call call;
  call.name = spelling(name.word);
  uint32_t below = 0;
  if (at(TokenKind::OpenParen)) {
    const Token open = take();
    if (at(TokenKind::Number)) {
      call.arguments.push_back(number(false, here()));
      below = 1;
    }
    close(open);
  }
  return make(since(name.span), std::move(call), below);
}

ast::ExprPtr Parser::cast() {
  const Nesting nesting(*this);
  const Span begin = take().span;
  const Token open = take();
  ast::ExprPtr operand = expression();
  expect(Word::As);
  Type target = type();
  close(open);
  const uint32_t below = operand->depth;
  return make(since(begin), ast::Cast{std::move(operand), target}, below);
}

ast::ExprPtr Parser::convert() {
  const Nesting nesting(*this);
  const Span begin = take().span;
  const Token open = take();
  const Token first = peek();
  ast::ExprPtr operand = expression();
  if (!at(TokenKind::Comma)) fail_expected("a comma and a type");
  take();
  if (is_type_name(first) && !is_type_name(peek())) {  // SQL Server has the type first
    const auto text = [&](Span span) { return text_.substr(span.begin, span.end - span.begin); };
    const Span type_span = operand->span;
    const ast::ExprPtr value = expression();
    fail_unsupported(since(begin), "CONVERT with the type first",
                     fmt::format("write CAST({} AS {})", text(value->span), text(type_span)));
  }
  Type target = odbc_type();
  close(open);
  const uint32_t below = operand->depth;
  return make(since(begin), ast::Cast{std::move(operand), target}, below);
}

void Parser::arguments(ast::Call& call, Word function) {
  switch (function) {
    case Word::Count:
      if (at(TokenKind::Star)) {
        call.arguments.push_back(make(take().span, ast::Star{}));
        return;
      }
      return generic_arguments(call, true);
    case Word::Extract: return extract_arguments(call);
    case Word::Trim: return trim_arguments(call);
    case Word::Position: return position_arguments(call);
    case Word::Substring: return substring_arguments(call);
    case Word::Overlay: return overlay_arguments(call);
    case Word::Timestampadd:
    case Word::Timestampdiff:
      unit_argument(call, true);
      expect(TokenKind::Comma);
      return further_arguments(call);
    case Word::Dateadd:
    case Word::Datediff:
    case Word::Datepart:
      if (at(TokenKind::Word) && peek(1).kind == TokenKind::Comma) {
        unit_argument(call, false);
        expect(TokenKind::Comma);
        return further_arguments(call);
      }
      return generic_arguments(call, false);
    default: return generic_arguments(call, true);
  }
}

// [DISTINCT | ALL] a, b [ORDER BY …] [SEPARATOR '…']
void Parser::generic_arguments(ast::Call& call, bool quantifier) {
  if (at(TokenKind::CloseParen)) return;
  if (quantifier) {
    call.distinct = accept(Word::Distinct);
    if (!call.distinct) accept(Word::All);
  }
  if (at(TokenKind::Star)) fail_expected("an expression", "only COUNT takes *");
  further_arguments(call);
  if (accept_words(Word::Order, Word::By)) call.order_by = order_items();
  if (accept(Word::Separator)) call.arguments.push_back(expression());  // MySQL's GROUP_CONCAT
}

// Behind a comma.
void Parser::further_arguments(ast::Call& call) {
  do {
    call.arguments.push_back(expression());
  } while (accept(TokenKind::Comma));
}

void Parser::extract_arguments(ast::Call& call) {
  if (at(TokenKind::Word) && peek(1).word == Word::From) {
    const Token field = take();
    take();
    call.arguments.push_back(text_literal(field.span, upper(text_of(field))));
    call.arguments.push_back(expression());
    return;
  }
  generic_arguments(call, false);
}

void Parser::trim_arguments(ast::Call& call) {
  const Token& side = peek();
  const Token& next = peek(1);
  const bool side_word = side.word == Word::Leading || side.word == Word::Trailing || side.word == Word::Both;
  // TRIM(leading) trims a column of that name.
  const bool value_follows =
      next.kind == TokenKind::String || next.kind == TokenKind::Number || next.kind == TokenKind::Parameter ||
      next.kind == TokenKind::Quoted || next.kind == TokenKind::Hex || next.kind == TokenKind::OpenBrace ||
      (next.kind == TokenKind::Word && ((standing(next.word) == Standing::Free && next.word != Word::Order) ||
                                        next.word == Word::Null || next.word == Word::Case));
  if (side_word && (value_follows || next.word == Word::From)) {
    const Token token = take();
    call.arguments.push_back(text_literal(token.span, std::string(spelling(token.word))));
    if (at(Word::From)) {
      call.arguments.push_back(text_literal(token.span, " "));
    } else {
      call.arguments.push_back(expression());
    }
    expect(Word::From);
    call.arguments.push_back(expression());
    return;
  }
  const Span begin = here();
  generic_arguments(call, false);
  if (call.arguments.size() == 1 && call.order_by.empty() && accept(Word::From)) {  // TRIM('x' FROM a)
    call.arguments.insert(call.arguments.begin(), text_literal({begin.begin, begin.begin}, "BOTH"));
    call.arguments.push_back(expression());
  }
}

void Parser::position_arguments(ast::Call& call) {  // POSITION(a IN b), POSITION(a, b)
  call.arguments.push_back(expression(Level::Concat));
  if (!accept(Word::In) && !accept(TokenKind::Comma)) fail_expected("IN");
  call.arguments.push_back(expression());
}

void Parser::substring_arguments(ast::Call& call) {  // SUBSTRING(a FROM b FOR c), SUBSTRING(a, b, c)
  call.arguments.push_back(expression());
  if (accept(Word::From)) {
    call.arguments.push_back(expression());
    if (accept(Word::For)) call.arguments.push_back(expression());
    return;
  }
  if (at(Word::For)) {
    call.arguments.push_back(literal(take().span, Value(int64_t{1})));
    call.arguments.push_back(expression());
    return;
  }
  if (accept(TokenKind::Comma)) further_arguments(call);
}

void Parser::overlay_arguments(ast::Call& call) {  // OVERLAY(a PLACING b FROM c FOR d), OVERLAY(a, b, c, d)
  call.arguments.push_back(expression());
  if (accept(Word::Placing)) {
    call.arguments.push_back(expression());
    expect(Word::From);
    call.arguments.push_back(expression());
    if (accept(Word::For)) call.arguments.push_back(expression());
    return;
  }
  if (accept(TokenKind::Comma)) further_arguments(call);
}

// The unit as a word (SQL_TSI_DAY, DAY), or as any text value.
void Parser::unit_argument(ast::Call& call, bool odbc) {
  if (!at(TokenKind::Word)) {
    call.arguments.push_back(expression());
    return;
  }
  std::string unit = upper(text_of(peek()));
  if (unit.rfind("SQL_TSI_", 0) == 0) unit.erase(0, 8);
  if (std::find(odbc_units.begin(), odbc_units.end(), unit) == odbc_units.end()) {
    if (odbc)
      fail_expected("a unit", "SQL_TSI_FRAC_SECOND, SECOND, MINUTE, HOUR, DAY, WEEK, MONTH, QUARTER or YEAR");
    call.arguments.push_back(expression());
    return;
  }
  call.arguments.push_back(text_literal(take().span, std::move(unit)));
}

// WITHIN GROUP (ORDER BY …), FILTER (WHERE …), IGNORE NULLS, OVER …
void Parser::call_suffixes(ast::Call& call) {
  if (at_words(Word::Within, Word::Group)) {
    take();
    take();
    const Token open = expect(TokenKind::OpenParen);
    expect(Word::Order);
    expect(Word::By);
    if (!call.order_by.empty())
      fail(ErrorKind::Syntax, here(), "this call has an ORDER BY among its arguments already");
    call.order_by = order_items();
    close(open);
  }
  if (peek(1).kind == TokenKind::OpenParen && at(Word::Filter)) {
    take();
    const Token open = take();
    expect(Word::Where);
    call.filter = expression();
    close(open);
  }
  if (at_words(Word::Ignore, Word::Nulls) || at_words(Word::Respect, Word::Nulls)) {
    call.ignore_nulls = take().word == Word::Ignore;
    take();
  }
  if (at_over()) call.over = over();
}

}  // namespace couch::sql
