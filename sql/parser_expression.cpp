// Expressions: their operators. A level is one recursion: OR < AND < NOT < predicates < || < + - < * / % < sign < the rest
// (docs/sql-dialect.md).
#include <algorithm>

#include "sql/parser_impl.h"

namespace couch::sql {
namespace {

// Chains longer than this are built as balanced trees where the operator is associative; shorter ones lean
// left, as written.
constexpr size_t leaning_chain = 64;

std::optional<ast::CompareOp> compare_op(TokenKind kind) {
  switch (kind) {
    case TokenKind::Equal: return ast::CompareOp::Equal;
    case TokenKind::NotEqual: return ast::CompareOp::NotEqual;
    case TokenKind::Less: return ast::CompareOp::Less;
    case TokenKind::LessEqual: return ast::CompareOp::LessEqual;
    case TokenKind::Greater: return ast::CompareOp::Greater;
    case TokenKind::GreaterEqual: return ast::CompareOp::GreaterEqual;
    default: return std::nullopt;
  }
}

struct Arithmetic {
  ast::BinaryOp op;
  Level level;
};
std::optional<Arithmetic> arithmetic(TokenKind kind) {
  switch (kind) {
    case TokenKind::Plus: return Arithmetic{ast::BinaryOp::Add, Level::Sum};
    case TokenKind::Minus: return Arithmetic{ast::BinaryOp::Subtract, Level::Sum};
    case TokenKind::Star: return Arithmetic{ast::BinaryOp::Multiply, Level::Product};
    case TokenKind::Slash: return Arithmetic{ast::BinaryOp::Divide, Level::Product};
    case TokenKind::Percent: return Arithmetic{ast::BinaryOp::Modulo, Level::Product};
    default: return std::nullopt;
  }
}

Level tighter(Level level) { return static_cast<Level>(static_cast<uint8_t>(level) + 1); }

bool is_pattern_word(Word word) {
  return word == Word::In || word == Word::Like || word == Word::Between || word == Word::Regexp ||
         word == Word::Rlike || word == Word::Ilike || word == Word::Similar;
}

Span joined_span(const ast::ExprPtr& left, const ast::ExprPtr& right) {
  return {left->span.begin, right->span.end};
}

}  // namespace

ast::ExprPtr Parser::expression(Level level) {
  const Nesting nesting(*this);
  ast::ExprPtr left;
  switch (peek().kind) {
    case TokenKind::Plus:
    case TokenKind::Minus: left = sign(); break;
    case TokenKind::Word:
      if (peek().word == Word::Not) {
        if (level > Level::Not) fail(ErrorKind::Syntax, here(), "NOT needs parentheses here: (NOT …)");
        left = negation();
        break;
      }
      [[fallthrough]];
    default: left = primary(); break;
  }
  return operators(std::move(left), level);
}

std::vector<ast::ExprPtr> Parser::expressions() {
  std::vector<ast::ExprPtr> list;
  do {
    list.push_back(expression());
  } while (accept(TokenKind::Comma));
  return list;
}

// The operators behind `left` that bind at least as tightly as `level`.
ast::ExprPtr Parser::operators(ast::ExprPtr left, Level level) {
  while (true) {
    if (const auto op = arithmetic(peek().kind)) {
      if (op->level < level) return left;
      take();
      ast::ExprPtr right = expression(tighter(op->level));
      const uint32_t below = std::max(left->depth, right->depth);
      const Span span = joined_span(left, right);
      left = make(span, ast::Binary{op->op, std::move(left), std::move(right)}, below);
    } else if (at(TokenKind::Concat)) {
      if (level > Level::Concat) return left;
      left = concatenation(std::move(left));
    } else if (level <= Level::Predicate && at_predicate()) {
      left = predicate(std::move(left));
    } else if (level <= Level::And && at(Word::And)) {
      left = logical(std::move(left), true);
    } else if (level <= Level::Or && at(Word::Or)) {
      left = logical(std::move(left), false);
    } else {
      return left;
    }
  }
}

// Flat, whatever parentheses the text has around terms of the same kind: generated conditions nest by the
// hundred.
ast::ExprPtr Parser::logical(ast::ExprPtr left, bool conjunction) {
  std::vector<ast::ExprPtr> terms;
  const Span begin = left->span;
  const auto add = [&](ast::ExprPtr term) {
    auto* const same = std::get_if<ast::Logical>(&term->node);
    if (same == nullptr || same->conjunction != conjunction) {
      terms.push_back(std::move(term));
    } else if (terms.empty()) {
      terms = std::move(same->terms);
    } else {
      std::move(same->terms.begin(), same->terms.end(), std::back_inserter(terms));
    }
  };
  add(std::move(left));
  while (accept(conjunction ? Word::And : Word::Or)) add(expression(conjunction ? Level::Not : Level::And));
  uint32_t below = 0;
  for (const auto& term : terms) below = std::max(below, term->depth);
  return make(since(begin), ast::Logical{conjunction, std::move(terms)}, below);
}

ast::ExprPtr Parser::concatenation(ast::ExprPtr left) {
  std::vector<ast::ExprPtr> terms;
  terms.push_back(std::move(left));
  while (accept(TokenKind::Concat)) terms.push_back(expression(Level::Sum));
  if (terms.size() > leaning_chain) return balanced_concatenation(terms, 0, terms.size());
  ast::ExprPtr all = std::move(terms.front());
  for (size_t i = 1; i < terms.size(); ++i) {
    const uint32_t below = std::max(all->depth, terms[i]->depth);
    const Span span = joined_span(all, terms[i]);
    all = make(span, ast::Binary{ast::BinaryOp::Concat, std::move(all), std::move(terms[i])}, below);
  }
  return all;
}

ast::ExprPtr Parser::balanced_concatenation(std::vector<ast::ExprPtr>& terms, size_t begin, size_t end) {
  if (end - begin == 1) return std::move(terms[begin]);
  const size_t middle = begin + (end - begin) / 2;
  ast::ExprPtr left = balanced_concatenation(terms, begin, middle);
  ast::ExprPtr right = balanced_concatenation(terms, middle, end);
  const uint32_t below = std::max(left->depth, right->depth);
  const Span span = joined_span(left, right);
  return make(span, ast::Binary{ast::BinaryOp::Concat, std::move(left), std::move(right)}, below);
}

// ---- predicates

bool Parser::at_predicate() {
  const Token& token = peek();
  if (compare_op(token.kind)) return true;
  if (token.kind == TokenKind::OpenBrace) return false;
  if (at(Word::Is) || at(Word::In) || at(Word::Like) || at(Word::Between) || at(Word::Regexp) ||
      at(Word::Rlike))
    return true;
  if (token.word == Word::Ilike)
    return is_name(peek(1)) || peek(1).kind == TokenKind::String || peek(1).kind == TokenKind::Parameter;
  if (token.word == Word::Similar) return next_is(Word::To);
  return is_pattern_word(peek(1).word) && at(Word::Not);
}

// They do not chain: a < b < c compares the truth of a < b with c, which nobody means. Only IS may follow
// one.
ast::ExprPtr Parser::predicate(ast::ExprPtr left) {
  if (at(Word::Is)) return is(std::move(left));
  if (compare_op(peek().kind)) {
    left = comparison(std::move(left));
  } else {
    const bool negated = accept(Word::Not);
    const Token& token = peek();
    switch (token.word) {
      case Word::In: left = in(std::move(left), negated); break;
      case Word::Between: left = between(std::move(left), negated); break;
      case Word::Like:
      case Word::Regexp:
      case Word::Rlike: left = like(std::move(left), negated); break;
      case Word::Ilike: fail_unsupported(token.span, "ILIKE", "write LOWER(a) LIKE LOWER(b)");
      case Word::Similar: fail_unsupported(token.span, "SIMILAR TO", "write REGEXP");
      default: fail_expected("IN, LIKE or BETWEEN");
    }
  }
  if (at_predicate() && !at(Word::Is)) {
    fail(ErrorKind::Syntax, here(),
         "comparisons do not chain: join two of them with AND, or put the first one in parentheses");
  }
  return left;
}

ast::ExprPtr Parser::comparison(ast::ExprPtr left) {
  const ast::CompareOp op = *compare_op(take().kind);
  const Token& token = peek();
  const bool quantifier = token.word == Word::All || token.word == Word::Any || token.word == Word::Some;
  if (quantifier && peek(1).kind == TokenKind::OpenParen) {
    const bool all = token.word == Word::All;
    take();
    const Height height(*this);
    ast::QueryPtr query = query_in_parentheses(all ? "a query after ALL" : "a query after ANY");
    const uint32_t below = std::max(left->depth, height.get());
    const Span begin = left->span;
    return make(since(begin), ast::Quantified{op, std::move(left), all, std::move(query)}, below);
  }
  ast::ExprPtr right = expression(Level::Concat);
  const uint32_t below = std::max(left->depth, right->depth);
  const Span span = joined_span(left, right);
  return make(span, ast::Compare{op, std::move(left), std::move(right)}, below);
}

ast::ExprPtr Parser::is(ast::ExprPtr left) {
  const Span begin = left->span;
  const uint32_t below = left->depth;
  take();
  const bool negated = accept(Word::Not);
  if (accept(Word::Null)) return make(since(begin), ast::IsNull{std::move(left), negated}, below);
  const auto truth = [&](ast::Truth value) {
    return make(since(begin), ast::IsTruth{std::move(left), value, negated}, below);
  };
  if (accept(Word::True)) return truth(ast::Truth::True);
  if (accept(Word::False)) return truth(ast::Truth::False);
  if (accept(Word::Unknown)) return truth(ast::Truth::Unknown);
  if (accept_words(Word::Distinct, Word::From)) {
    ast::ExprPtr right = expression(Level::Concat);
    const uint32_t both = std::max(below, right->depth);
    return make(since(begin), ast::Distinct{std::move(left), std::move(right), negated}, both);
  }
  fail_expected("NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM",
                "values are compared with = or IS NOT DISTINCT FROM");
}

ast::ExprPtr Parser::in(ast::ExprPtr left, bool negated) {
  const Span begin = left->span;
  const Height height(*this);
  take();
  if (!at(TokenKind::OpenParen)) fail_expected("( and a list or a query");
  // A query in further parentheses is the query itself: as a value it could give one row only.
  if (at_query(1) || peek(1).kind == TokenKind::OpenParen) {
    Parenthesised list = parenthesised();
    if (list.query) {
      const uint32_t below = std::max(left->depth, height.get());
      return make(since(begin), ast::InQuery{std::move(left), std::move(list.query), negated}, below);
    }
    std::vector<ast::ExprPtr> items;
    auto* const row = std::get_if<ast::Row>(&list.expr->node);
    // ((1), 2) arrives as the row of its items, ((1, 2)) as that row in more parentheses: a list of one row.
    const bool one = row == nullptr || list.expr->span.begin != list.span.begin;
    if (one)
      items.push_back(std::move(list.expr));
    else
      items = std::move(row->items);
    const uint32_t below = std::max(left->depth, height.get());
    return make(since(begin), ast::In{std::move(left), std::move(items), negated}, below);
  }
  const Token open = take();
  if (at(TokenKind::CloseParen)) fail_expected("at least one value");
  std::vector<ast::ExprPtr> items = expressions();
  close(open);
  const uint32_t below = std::max(left->depth, height.get());
  return make(since(begin), ast::In{std::move(left), std::move(items), negated}, below);
}

ast::ExprPtr Parser::like(ast::ExprPtr left, bool negated) {
  const Span begin = left->span;
  const ast::LikeKind kind = take().word == Word::Like ? ast::LikeKind::Like : ast::LikeKind::Regexp;
  ast::ExprPtr pattern = expression(Level::Concat);
  ast::ExprPtr escape;
  if (kind == ast::LikeKind::Like) {
    if (at(TokenKind::OpenBrace) && next_is(Word::Escape)) {  // {escape '\'}
      const Token open = open_escape({}, true);
      escape = expression(Level::Concat);
      close_escape(open);
      // Without its braces what follows would be a part of the escape.
      if (arithmetic(peek().kind) || at(TokenKind::Concat))
        fail(ErrorKind::Syntax, here(), "a comparison that is computed with needs parentheses: (… LIKE …)");
    } else if (accept(Word::Escape)) {
      escape = expression(Level::Concat);
    }
  }
  const uint32_t below = std::max({left->depth, pattern->depth, depth_of(escape)});
  return make(since(begin), ast::Like{kind, std::move(left), std::move(pattern), std::move(escape), negated},
              below);
}

ast::ExprPtr Parser::between(ast::ExprPtr left, bool negated) {
  take();
  ast::ExprPtr low = expression(Level::Concat);
  expect(Word::And);
  ast::ExprPtr high = expression(Level::Concat);
  const uint32_t below = std::max({left->depth, low->depth, high->depth});
  const Span span = joined_span(left, high);
  return make(span, ast::Between{std::move(left), std::move(low), std::move(high), negated}, below);
}

// ---- prefixes

ast::ExprPtr Parser::negation() {
  const Span begin = take().span;
  ast::ExprPtr operand = expression(Level::Not);
  const uint32_t below = operand->depth;
  return make(since(begin), ast::Unary{ast::UnaryOp::Not, std::move(operand)}, below);
}

ast::ExprPtr Parser::sign() {
  const Token token = take();
  // A sign before digits is a part of the number: -9223372036854775808 is a BIGINT.
  if (token.kind == TokenKind::Minus && at(TokenKind::Number)) return number(true, token.span);
  ast::ExprPtr operand = expression(Level::Sign);
  const uint32_t below = operand->depth;
  const ast::UnaryOp op = token.kind == TokenKind::Minus ? ast::UnaryOp::Minus : ast::UnaryOp::Plus;
  return make(since(token.span), ast::Unary{op, std::move(operand)}, below);
}

}  // namespace couch::sql
