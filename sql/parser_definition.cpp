// Which statement it is; CREATE, ALTER, DROP, transactions, procedures.
#include <array>

#include "sql/parser_impl.h"

namespace couch::sql {

void Parser::statement_body(ast::Statement& statement) {
  if (at(TokenKind::End)) fail(ErrorKind::Syntax, here(), "the statement is empty");
  if (at(TokenKind::OpenParen) || at_query()) {
    if (!at(Word::With)) {
      statement.node = query();
      return;
    }
    // WITH … INSERT: the queries belong to its source.
    const Nesting nesting(*this, 2 * query_depth);
    const Height height(*this);
    const Span begin = here();
    auto whole = std::make_unique<ast::Query>();
    with_clause(*whole);
    if (!at(Word::Insert)) {
      if (at(Word::Update) || at(Word::Delete) || at(Word::Merge))
        fail_unsupported(since(begin), "WITH before " + shown(peek()));
      statement.node = finish_query(std::move(whole), operand(), begin);
      return;
    }
    ast::Insert result = insert();
    if (!result.source || !result.source->with.empty())
      fail_unsupported(since(begin), "WITH before this INSERT", "put it before the SELECT");
    result.source->with = std::move(whole->with);
    result.source->recursive = whole->recursive;
    for (const auto& table : result.source->with) {
      result.source->depth =
          std::max(result.source->depth, raised(table.query->depth, query_depth, result.source->span));
    }
    statement.node = std::move(result);
    return;
  }
  if (at(TokenKind::OpenBrace) || at(TokenKind::Parameter)) {
    statement.node = procedure_escape();
    return;
  }
  switch (peek().word) {
    case Word::Insert: statement.node = insert(); return;
    case Word::Update: statement.node = update(); return;
    case Word::Delete: statement.node = remove(); return;
    case Word::Merge: statement.node = merge(); return;
    case Word::Create: create(statement); return;
    case Word::Alter: statement.node = alter_table(); return;
    case Word::Drop: statement.node = drop(); return;
    case Word::Call: statement.node = procedure(); return;
    case Word::Truncate:
      take();
      accept(Word::Table);
      statement.node = ast::Truncate{table_name("a table")};
      return;
    case Word::Refresh:
      take();
      expect(Word::Schema);
      statement.node = ast::RefreshSchema{};
      return;
    case Word::Explain: {
      take();
      if (at(Word::Explain)) fail_expected("a statement");
      ast::Explain explain;
      explain.statement = std::make_unique<ast::Statement>();
      const Span begin = here();
      statement_body(*explain.statement);
      explain.statement->span = since(begin);
      explain.statement->parameters = parameters_;
      statement.node = std::move(explain);
      return;
    }
    case Word::Begin:
    case Word::Start:
    case Word::Commit:
    case Word::Rollback:
    case Word::Savepoint:
    case Word::Release: statement.node = transaction(); return;
    default: break;
  }
  if (at_words(Word::Replace, Word::Into))
    fail_unsupported(here(), "REPLACE", "write INSERT … ON CONFLICT DO UPDATE SET …");
  for (const Word word :
       {Word::Select, Word::Insert, Word::Update, Word::Delete, Word::Merge, Word::Create, Word::Alter,
        Word::Drop, Word::Call, Word::Truncate, Word::Refresh, Word::Explain, Word::Begin, Word::Commit,
        Word::Rollback, Word::Savepoint, Word::Values, Word::With}) {
    at(word);
  }
  constexpr std::array<std::string_view, 9> others{"GRANT", "REVOKE",  "SHOW",   "DESCRIBE", "USE",
                                                   "SET",   "ANALYZE", "VACUUM", "LOCK"};
  if (at(TokenKind::Word)) {
    const std::string word = upper(text_of(peek()));
    for (const std::string_view other : others) {
      if (word == other) fail_unsupported(here(), other);
    }
  }
  fail_expected("a statement such as SELECT, INSERT, UPDATE, DELETE or CREATE TABLE");
}

// ---- definitions

void Parser::create(ast::Statement& statement) {
  const Span begin = take().span;
  if (at_words(Word::Or, Word::Replace)) fail_unsupported(since(begin), "CREATE OR REPLACE", "DROP it first");
  if (at(Word::Temporary)) fail_unsupported(here(), "a temporary table");
  if (at(Word::Unique)) fail_unsupported(here(), "UNIQUE", "only _id is unique in CouchDB");
  if (accept(Word::Table))
    statement.node = create_table();
  else if (accept(Word::Index))
    statement.node = create_index();
  else if (accept(Word::View))
    statement.node = create_view();
  else if (accept(Word::Database))
    statement.node = create_database();
  else if (at(Word::Schema))
    fail_unsupported(here(), "CREATE SCHEMA", "a database is a catalog, and has no schemas");
  else
    fail_expected("TABLE, INDEX, VIEW or DATABASE");
}

bool Parser::if_not_exists() {
  if (!at_words(Word::If, Word::Not)) return false;
  take();
  take();
  expect(Word::Exists);
  return true;
}

ast::CreateTable Parser::create_table() {
  ast::CreateTable table;
  table.if_not_exists = if_not_exists();
  table.name = table_name("a name for the table");
  if (at(Word::As) || at_query())
    fail_unsupported(here(), "CREATE TABLE … AS", "create it, then INSERT INTO … SELECT …");
  const Token open = expect(TokenKind::OpenParen);
  do {
    if (at_table_constraint())
      table_constraint(table);
    else
      table.columns.push_back(column_definition());
  } while (accept(TokenKind::Comma));
  close(open);
  return table;
}

// PRIMARY KEY (…) is a constraint; `primary BIGINT` a column.
bool Parser::at_table_constraint() {
  const Token& next = peek(1);
  switch (peek().word) {
    case Word::Constraint: return is_name(next) && is_name(peek(2));
    case Word::Primary:
    case Word::Foreign: return next.word == Word::Key && peek(2).kind == TokenKind::OpenParen;
    case Word::Unique:
    case Word::Check: return next.kind == TokenKind::OpenParen;
    default: return false;
  }
}

void Parser::table_constraint(ast::CreateTable& table) {
  if (accept(Word::Constraint)) identifier("a name for the constraint");
  if (!at_words(Word::Primary, Word::Key)) {
    fail_unsupported(here(), "a constraint other than PRIMARY KEY",
                     "CouchDB checks documents with validate_doc_update functions");
  }
  const Span begin = take().span;
  take();
  if (!table.primary_key.empty())
    fail(ErrorKind::Syntax, since(begin), "this table has a primary key already");
  table.primary_key = identifier_list();
}

ast::ColumnDefinition Parser::column_definition() {
  ast::ColumnDefinition column;
  ast::Name name = column_name();
  column.name = std::move(name.front());
  for (size_t i = 1; i < name.size(); ++i) {  // addr.city is one column, with that path
    column.name.text += '.';
    column.name.text += name[i].text;
    column.name.quoted = true;
    column.name.span.end = name[i].span.end;
  }
  column.type = type();
  while (true) {
    if (accept_words(Word::Not, Word::Null))
      column.not_null = true;
    else if (accept(Word::Null))
      column.not_null = false;
    else if (accept_words(Word::Primary, Word::Key))
      column.primary_key = true;
    else if (accept(Word::Default))
      column.default_value = expression(Level::Concat);
    else if (at(Word::Unique) || at(Word::Check) || at(Word::References) || at(Word::Constraint) ||
             at(Word::Collate)) {
      fail_unsupported(here(), "a column constraint other than NOT NULL, DEFAULT and PRIMARY KEY",
                       "CouchDB checks documents with validate_doc_update functions");
    } else
      return column;
  }
}

ast::CreateIndex Parser::create_index() {
  ast::CreateIndex index;
  index.if_not_exists = if_not_exists();
  index.name = table_identifier("a name for the index");
  expect(Word::On);
  index.table = table_name("a table");
  const Token open = expect(TokenKind::OpenParen);
  do {
    index.columns.push_back(column_name());
    if (!accept(Word::Asc)) accept(Word::Desc);  // CouchDB reads an index both ways, and stores it ascending
  } while (accept(TokenKind::Comma));
  close(open);
  index.partitioned = accept(Word::Partitioned);
  if (at(Word::Where)) fail_unsupported(here(), "a partial index");
  return index;
}

ast::CreateView Parser::create_view() {
  ast::CreateView view;
  view.if_not_exists = if_not_exists();
  view.name = table_name("a name for the view");
  if (at(TokenKind::OpenParen))
    fail_unsupported(here(), "a view's column list", "name the columns in the SELECT");
  expect(Word::As);
  view.query = query();
  view.text =
      std::string(text_.substr(view.query->span.begin, view.query->span.end - view.query->span.begin));
  return view;
}

ast::CreateDatabase Parser::create_database() {
  ast::CreateDatabase database;
  database.if_not_exists = if_not_exists();
  database.name = table_identifier("a name for the database");
  database.partitioned = accept(Word::Partitioned);
  return database;
}

ast::AlterTable Parser::alter_table() {
  using Action = ast::AlterTable::Action;
  take();
  expect(Word::Table);
  ast::AlterTable alter{};
  alter.name = table_name("a table");
  const Span begin = here();
  if (accept(Word::Add)) {
    if (at_table_constraint()) fail_unsupported(here(), "adding a constraint");
    if (peek(1).kind == TokenKind::Word) accept(Word::Column);
    alter.action = Action::Add;
    alter.column = column_definition();
  } else if (accept(Word::Drop)) {
    if (is_name(peek(1))) accept(Word::Column);
    alter.action = Action::Drop;
    alter.column.name = identifier("a column's name");
  } else if (accept(Word::Rename)) {
    if (at(Word::To) && !next_is(Word::To))
      fail_unsupported(since(begin), "renaming a table", "its name is what its documents' type field says");
    if (is_name(peek(1)) && !next_is(Word::To)) accept(Word::Column);
    alter.action = Action::Rename;
    alter.column.name = identifier("a column's name");
    expect(Word::To);
    alter.new_name = identifier("a new name");
  } else if (at(Word::Alter)) {
    fail_unsupported(here(), "ALTER COLUMN", "DROP the column and ADD it");
  } else {
    fail_expected("ADD, DROP or RENAME");
  }
  return alter;
}

ast::Drop Parser::drop() {
  using What = ast::Drop::What;
  take();
  ast::Drop drop{};
  if (accept(Word::Table))
    drop.what = What::Table;
  else if (accept(Word::Index))
    drop.what = What::Index;
  else if (accept(Word::View))
    drop.what = What::View;
  else if (accept(Word::Database))
    drop.what = What::Database;
  else
    fail_expected("TABLE, INDEX, VIEW or DATABASE");
  if (at_words(Word::If, Word::Exists)) {
    take();
    take();
    drop.if_exists = true;
  }
  drop.name = table_name("a name");
  if (drop.what == What::Index && accept(Word::On)) drop.on_table = table_name("a table");
  if (at(Word::Cascade)) fail_unsupported(here(), "CASCADE");
  accept(Word::Restrict);
  return drop;
}

// ---- transactions

ast::Transaction Parser::transaction() {
  using Action = ast::Transaction::Action;
  ast::Transaction result{};
  const auto noise = [&] {
    if (!accept(Word::Transaction)) accept(Word::Work);
  };
  switch (take().word) {
    case Word::Begin:
      noise();
      result.action = Action::Begin;
      break;
    case Word::Start:
      expect(Word::Transaction);
      result.action = Action::Begin;
      break;
    case Word::Commit:
      noise();
      if (at(Word::And)) fail_unsupported(here(), "AND CHAIN");
      result.action = Action::Commit;
      break;
    case Word::Savepoint:
      result.action = Action::Savepoint;
      result.savepoint = identifier("a savepoint's name");
      break;
    case Word::Release:
      if (is_name(peek(1))) accept(Word::Savepoint);
      result.action = Action::Release;
      result.savepoint = identifier("a savepoint's name");
      break;
    default:  // ROLLBACK
      noise();
      if (at(Word::And)) fail_unsupported(here(), "AND CHAIN");
      result.action = Action::Rollback;
      if (accept(Word::To)) {
        if (is_name(peek(1))) accept(Word::Savepoint);
        result.action = Action::RollbackTo;
        result.savepoint = identifier("a savepoint's name");
      }
  }
  return result;
}

// ---- procedures: CALL p(…), {call p(…)}, {?=call p(…)}

ast::CallProcedure Parser::procedure() {
  expect(Word::Call);
  ast::CallProcedure call;
  // Nothing else can stand here, so MINUS (…) is one, too.
  call.name = name_from(identifier("a procedure's name"));
  if (at(TokenKind::OpenParen)) {
    const Token open = take();
    if (!at(TokenKind::CloseParen)) call.arguments = expressions();
    close(open);
  }
  return call;
}

ast::CallProcedure Parser::procedure_escape() {
  std::optional<Token> open;
  if (at(TokenKind::OpenBrace)) {
    if (!next_is(Word::Call) && peek(1).kind != TokenKind::Parameter) {
      take();
      fail_expected("call or ?=call", "{ begins an ODBC escape");
    }
    open = take();
    edits_.push_back({open->span, {}});
  }
  const bool returns_value = accept(TokenKind::Parameter);
  if (returns_value) {
    ++parameters_;
    expect(TokenKind::Equal);
  }
  ast::CallProcedure call = procedure();
  call.returns_value = returns_value;
  if (open) close_escape(*open);
  return call;
}

}  // namespace couch::sql
