// Literals, and the ODBC escapes that stand where a value does.
#include "sql/parser_impl.h"

namespace couch::sql {

ast::ExprPtr Parser::literal(Span span, Value value) { return make(span, ast::Literal{std::move(value)}); }

ast::ExprPtr Parser::number(bool negative, Span begin) {
  const Token token = take();
  const std::string_view text = text_.substr(token.span.begin, token.span.end - token.span.begin);
  const Span span = since(begin);
  return literal(span, number_value(text, negative, span));
}

// These words are names unless a string follows: SELECT date FROM t WHERE date > DATE '2020-01-01'.
bool Parser::at_typed_literal() const {
  const Token& token = peek();
  const Token& next = peek(1);
  switch (token.word) {
    case Word::Date:
    case Word::Time:
    case Word::Timestamp:
    case Word::Guid:
    case Word::Uuid: return next.kind == TokenKind::String;
    case Word::Interval: {
      if (next.kind == TokenKind::String) return true;
      // MySQL's INTERVAL 1 DAY, and the sign of INTERVAL -'1' DAY; `interval - 'x'` is a subtraction.
      const bool sign = next.kind == TokenKind::Minus || next.kind == TokenKind::Plus;
      const Token& value = peek(sign ? 2 : 1);
      if (value.kind != TokenKind::String && value.kind != TokenKind::Number) return false;
      const Token& field = peek(sign ? 3 : 2);
      return field.kind == TokenKind::Word && interval_field(text_of(field)).has_value();
    }
    default: return false;
  }
}

ast::ExprPtr Parser::typed_literal() {
  const Span begin = here();
  const Word word = peek().word;
  take();
  if (word == Word::Interval) return interval_literal(begin);
  if (word == Word::Guid || word == Word::Uuid) return guid_literal(begin);
  const Token token = take();
  const std::string text = text_of(token);
  if (word == Word::Date) return literal(since(begin), Value(date_value(text, token.span)));
  if (word == Word::Time) return literal(since(begin), Value(time_value(text, token.span)));
  return literal(since(begin), Value(timestamp_value(text, token.span)));
}

ast::ExprPtr Parser::interval_literal(Span begin) {  // behind INTERVAL: [+|-] '…' field [TO field]
  const bool negative = at(TokenKind::Minus);
  if (negative || at(TokenKind::Plus)) take();
  if (!at(TokenKind::String) && !at(TokenKind::Number)) fail_expected("a text such as '5'");
  const Token token = take();
  int leading_digits = 0;
  const Type type = interval_type(&leading_digits);
  const Interval value = interval_value(text_of(token), negative, type, leading_digits, token.span);
  return literal(since(begin), Value(value));
}

ast::ExprPtr Parser::guid_literal(Span begin) {
  const Token token = expect(TokenKind::String);
  std::string text = text_of(token);
  if (!is_guid(text)) {
    fail(ErrorKind::TypeMismatch, token.span,
         "a GUID is written xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx, in hexadecimal digits");
  }
  ast::ExprPtr expr = literal(since(begin), Value(std::move(text)));
  expr->type.kind = TypeKind::Guid;
  return expr;
}

ast::ExprPtr Parser::escape_primary() {
  const Span begin = here();
  const Nesting nesting(*this);
  const auto datetime = [&](std::string_view word, auto value) {
    const Token open = open_escape(word, false);
    const Token text = expect(TokenKind::String);
    Value result(value(text_of(text), text.span));
    close_escape(open);
    return literal(since(begin), std::move(result));
  };
  switch (peek(1).word) {
    case Word::D: return datetime("DATE", date_value);
    case Word::T: return datetime("TIME", time_value);
    case Word::Ts: return datetime("TIMESTAMP", timestamp_value);
    case Word::Fn: {
      const Token open = open_escape({}, false);
      const Word word = peek().word;
      const bool niladic_word = word == Word::CurrentDate || word == Word::CurrentTime ||
                                word == Word::CurrentTimestamp || word == Word::CurrentUser ||
                                word == Word::Localtime || word == Word::Localtimestamp;
      if (!at(TokenKind::Word) || (peek(1).kind != TokenKind::OpenParen && !niladic_word))
        fail_expected("a function call");
      ast::ExprPtr expr = word_primary();
      close_escape(open);
      expr->span = since(begin);
      return expr;
    }
    case Word::Guid: {
      const Token open = open_escape({}, true);
      ast::ExprPtr expr = guid_literal(begin);
      close_escape(open);
      expr->span = since(begin);
      return expr;
    }
    case Word::Interval: {
      const Token open = open_escape({}, true);
      ast::ExprPtr expr = interval_literal(begin);
      close_escape(open);
      expr->span = since(begin);
      return expr;
    }
    default: break;
  }
  take();
  fail_expected("d, t, ts, fn, guid or interval", "{ begins an ODBC escape");
}

// Takes { and the word that says which escape it is; native() replaces the two.
Token Parser::open_escape(std::string_view replacement, bool keep_word) {
  const Token open = take();
  edits_.push_back({open.span, {}});
  const Token word = take();
  if (!keep_word) edits_.push_back({word.span, replacement});
  return open;
}

void Parser::close_escape(const Token& open) {
  close(open);
  edits_.push_back({{since(open.span).end - 1, since(open.span).end}, {}});
}

}  // namespace couch::sql
