#include <fmt/format.h>

#include <algorithm>

#include "sql/parser_impl.h"

namespace couch::sql {

ast::Statement parse(std::string_view statement) { return Parser(statement).parse(); }

ast::Statement Parser::parse() {
  ast::Statement statement;
  const Span begin = here();
  statement_body(statement);
  statement.span = since(begin);
  const bool ended = at(TokenKind::Semicolon);
  while (accept(TokenKind::Semicolon)) {
  }
  if (!at(TokenKind::End)) {
    if (ended)
      fail(ErrorKind::Syntax, here(),
           "only one statement is run at a time: nothing may follow the semicolon");
    fail_expected("the end of the statement");
  }
  statement.parameters = parameters_;
  return statement;
}

Token Parser::take() {
  const Token token = peek();
  if (at_ + 1 < tokens_.list.size()) ++at_;
  tried_count_ = 0;
  return token;
}

bool Parser::at(Word word) {
  if (peek().word == word) return true;
  if (tried_count_ < tried_.size()) tried_[tried_count_++] = word;
  return false;
}

bool Parser::at_words(Word first, Word second) {
  if (peek().word == first) return next_is(second);
  return at(first);
}

bool Parser::accept(TokenKind kind) {
  if (!at(kind) || kind == TokenKind::End) return false;
  take();
  return true;
}

bool Parser::accept(Word word) {
  if (!at(word)) return false;
  take();
  return true;
}

bool Parser::accept_words(Word first, Word second) {
  if (!at_words(first, second)) return false;
  take();
  take();
  return true;
}

Token Parser::expect(TokenKind kind) {
  if (!at(kind)) fail_expected(spelling(kind));
  return take();
}

Token Parser::expect(Word word) {
  if (!at(word)) fail_expected(spelling(word));
  return take();
}

void Parser::close(const Token& open) {
  const TokenKind kind = open.kind == TokenKind::OpenBrace ? TokenKind::CloseBrace : TokenKind::CloseParen;
  if (accept(kind)) return;
  const bool clause = at(TokenKind::End) || at(TokenKind::Semicolon) ||
                      (at_clause(peek(), 0) || standing(peek().word) == Standing::Reserved);
  std::string help = clause_elsewhere();
  if (help.empty()) help = clause_out_of_order();
  if (help.empty() && clause)
    help = fmt::format("the {} at {} is not closed", spelling(open.kind), place(open.span));
  fail_expected(spelling(kind), help);
}

std::string Parser::hint_here() const {
  auto hint = std::lower_bound(tokens_.hints.begin(), tokens_.hints.end(), at_,
                               [](const Hint& h, size_t before) { return h.before < before; });
  std::string all;
  for (; hint != tokens_.hints.end() && hint->before == at_; ++hint) {
    if (!all.empty()) all += ' ';
    all += text_.substr(hint->span.begin, hint->span.end - hint->span.begin);
  }
  return all;
}

}  // namespace couch::sql
