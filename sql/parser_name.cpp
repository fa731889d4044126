// Names, and where a word that is also a keyword can be one.
#include "sql/parser_impl.h"

namespace couch::sql {
namespace {

bool begins_value(const Token& token) {
  return token.kind == TokenKind::Number || token.kind == TokenKind::Parameter ||
         token.kind == TokenKind::String;
}

// These clauses stand behind something: where a name has to begin they are none, so the word is the name. (A
// call is told by its parenthesis before this is asked.)
bool only_follows(Word word) {
  return word == Word::Collate || word == Word::At || word == Word::With || word == Word::Minus;
}

}  // namespace

// Words such as ORDER are names but for the places where what follows makes them a clause.
bool Parser::at_clause(const Token& token, size_t ahead) const {
  const Token& next = peek(ahead + 1);
  switch (token.word) {
    case Word::Group:
    case Word::Order:
    case Word::Partition: return next.word == Word::By;
    case Word::Left:
    case Word::Right:
    case Word::Full: return next.word == Word::Join || next.word == Word::Outer;
    case Word::Inner: return next.word == Word::Join;
    case Word::Cross:
    case Word::Outer: return next.word == Word::Join || next.word == Word::Apply;
    case Word::Natural:
      return next.word == Word::Join || next.word == Word::Inner || next.word == Word::Left ||
             next.word == Word::Right || next.word == Word::Full;
    case Word::Limit:
    case Word::Offset: return begins_value(next);
    case Word::Fetch: return next.word == Word::First || next.word == Word::Next;
    case Word::For:
      return next.word == Word::Update || next.word == Word::Read || next.word == Word::Share ||
             next.word == Word::Fetch;
    case Word::Window: return is_name(next) && peek(ahead + 2).word == Word::As;
    case Word::Minus:
      return next.word == Word::Select || next.word == Word::All || next.word == Word::Distinct ||
             next.word == Word::Values || next.kind == TokenKind::OpenParen;
    case Word::With:
      return next.word == Word::Rollup || next.word == Word::Cube || next.kind == TokenKind::OpenParen;
    case Word::Collate: return is_name(next);
    case Word::At: return next.word == Word::Time;
    default: return false;
  }
}

bool Parser::at_expression_name() const {
  const Token& token = peek();
  if (token.kind == TokenKind::Quoted) return true;
  if (token.kind != TokenKind::Word || standing(token.word) == Standing::Reserved) return false;
  return only_follows(token.word) || !at_clause(token, 0);
}

bool Parser::at_table_name() const {
  const Token& token = peek();
  if (token.kind == TokenKind::Quoted) return true;
  if (token.kind != TokenKind::Word || standing(token.word) == Standing::Reserved ||
      standing(token.word) == Standing::NoTable)
    return false;
  return only_follows(token.word) || !at_clause(token, 0);
}

bool Parser::at_bare_alias() {
  const Token& token = peek();
  if (token.kind == TokenKind::Quoted) return true;
  if (token.kind != TokenKind::Word || standing(token.word) != Standing::Free || at_clause(token, 0))
    return false;
  switch (token.word) {
    // A clause that was left unfinished, rather than an odd alias.
    case Word::Group:
    case Word::Order:
    case Word::Left:
    case Word::Right:
    case Word::Full:
    case Word::Inner:
    case Word::Cross:
    case Word::Natural: return peek(1).kind != TokenKind::End;
    default: return true;
  }
}

ast::Identifier Parser::identifier(std::string_view what) {
  if (!is_name(peek())) {
    if (at(TokenKind::String)) fail_expected(what, "names stand in \"…\", not in '…'");
    fail_expected(what);
  }
  const Token token = take();
  return {text_of(token), token.kind == TokenKind::Quoted, token.span};
}

ast::Identifier Parser::table_identifier(std::string_view what) {
  if (!at_table_name()) {
    if (peek().kind == TokenKind::Word && standing(peek().word) >= Standing::NoTable &&
        peek(1).kind == TokenKind::Dot) {
      fail_expected(what, "as a name this word needs quotes, \"…\"");
    }
    if (at(TokenKind::String)) fail_expected(what, "names stand in \"…\", not in '…'");
    fail_expected(what);
  }
  return identifier(what);
}

ast::Name Parser::name_from(ast::Identifier first) {
  ast::Name name;
  name.push_back(std::move(first));
  while (at(TokenKind::Dot) && peek(1).kind != TokenKind::Star) {
    take();
    name.push_back(identifier("a name"));
  }
  return name;
}

ast::Name Parser::table_name(std::string_view what) { return name_from(table_identifier(what)); }

// Where nothing but a column can stand every word is a name.
ast::Name Parser::column_name() { return name_from(identifier("a column's name")); }

std::optional<ast::Identifier> Parser::alias(std::string_view what) {
  if (accept(Word::As)) return identifier(what);
  if (at(TokenKind::String))
    fail_expected(std::string("a comma or ") + std::string(what), "names stand in \"…\", not in '…'");
  if (!at_bare_alias()) return std::nullopt;
  bare_alias_ = at_;
  // What was tried before the alias is kept: if the statement cannot go on behind it, it was probably one of
  // those.
  const size_t tried = tried_count_;
  const ast::Identifier name = identifier(what);
  tried_count_ = tried;
  return name;
}

std::vector<ast::Identifier> Parser::identifier_list() {
  const Token open = expect(TokenKind::OpenParen);
  std::vector<ast::Identifier> list;
  do {
    list.push_back(identifier("a column's name"));
  } while (accept(TokenKind::Comma));
  close(open);
  return list;
}

}  // namespace couch::sql
