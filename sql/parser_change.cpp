// Statements that change documents: INSERT, UPDATE, DELETE, MERGE.
#include "sql/parser_impl.h"

namespace couch::sql {

ast::Insert Parser::insert() {
  take();
  if (at_words(Word::Or, Word::Replace))
    fail_unsupported(here(), "INSERT OR REPLACE", "write INSERT … ON CONFLICT DO UPDATE SET …");
  if (at_words(Word::Ignore, Word::Into))
    fail_unsupported(here(), "INSERT IGNORE", "write INSERT … ON CONFLICT DO NOTHING");
  expect(Word::Into);
  ast::Insert insert;
  insert.table = table_name("a table");
  insert_columns(insert);
  if (accept_words(Word::Default, Word::Values)) {
    if (!insert.columns.empty())
      fail(ErrorKind::Syntax, insert.columns.front().front().span, "DEFAULT VALUES takes no column list");
  } else if (at_query() || at(TokenKind::OpenParen)) {
    insert.source = query();
  } else {
    at(Word::Select);
    at(Word::Values);
    fail_expected(insert.columns.empty() ? "a column list, VALUES or SELECT" : "VALUES or SELECT");
  }
  if (at(Word::On)) insert.on_conflict = on_conflict();
  insert.returning = returning();
  return insert;
}

void Parser::insert_columns(ast::Insert& insert) {
  if (!at(TokenKind::OpenParen) || at_query(1) || peek(1).kind == TokenKind::OpenParen) return;
  const Token open = take();
  if (at(TokenKind::CloseParen)) {  // INSERT INTO t () VALUES …
    fail_expected("a column's name");
  }
  do {
    insert.columns.push_back(column_name());
  } while (accept(TokenKind::Comma));
  close(open);
}

// ON CONFLICT [(columns)] DO {NOTHING | UPDATE SET … [WHERE …]}, or MySQL's ON DUPLICATE KEY UPDATE …
ast::OnConflict Parser::on_conflict() {
  take();
  ast::OnConflict conflict;
  if (accept_words(Word::Duplicate, Word::Key)) {
    expect(Word::Update);
    conflict.update = true;
    conflict.assignments = assignments();
    return conflict;
  }
  expect(Word::Conflict);
  if (at(TokenKind::OpenParen)) conflict.target = identifier_list();
  expect(Word::Do);
  if (accept(Word::Nothing)) return conflict;
  if (!accept(Word::Update)) fail_expected("NOTHING or UPDATE");
  expect(Word::Set);
  conflict.update = true;
  conflict.assignments = assignments();
  conflict.where = optional_where();
  return conflict;
}

ast::Update Parser::update() {
  take();
  ast::Update update;
  update.table = table_name("a table");
  update.alias = alias("an alias");
  if (at_join() || at(TokenKind::Comma))
    fail_unsupported(here(), "UPDATE of several tables", "use a subquery, or MERGE INTO … USING … ON …");
  expect(Word::Set);
  update.assignments = assignments();
  if (at(Word::From)) fail_unsupported(here(), "UPDATE … FROM", "use a subquery, or MERGE");
  change_condition(update.where, update.current_of);
  update.returning = returning();
  return update;
}

ast::Delete Parser::remove() {
  take();
  expect(Word::From);
  ast::Delete statement;
  statement.table = table_name("a table");
  statement.alias = alias("an alias");
  if (at(Word::Using)) fail_unsupported(here(), "DELETE … USING", "use a subquery, or MERGE");
  change_condition(statement.where, statement.current_of);
  statement.returning = returning();
  return statement;
}

void Parser::change_condition(ast::ExprPtr& where, std::optional<ast::Identifier>& current_of) {
  if (accept(Word::Where)) {
    if (accept_words(Word::Current, Word::Of))
      current_of = identifier("a cursor's name");
    else
      where = expression();
  }
  if (at(Word::Limit))
    fail_unsupported(here(), "LIMIT here", "choose the rows with _id IN (SELECT _id … LIMIT …)");
}

ast::Returning Parser::returning() {
  ast::Returning result;
  if (accept(Word::Returning)) result.items = select_items();
  return result;
}

std::vector<ast::Assignment> Parser::assignments() {
  std::vector<ast::Assignment> list;
  do {
    if (at(TokenKind::OpenParen))
      row_assignment(list);
    else
      assignment(list);
  } while (accept(TokenKind::Comma));
  return list;
}

void Parser::assignment(std::vector<ast::Assignment>& list) {
  ast::Assignment item;
  item.target = column_name();
  expect(TokenKind::Equal);
  item.value = value_or_default();
  list.push_back(std::move(item));
}

// (a, b) = (1, 2): the same as a = 1, b = 2
void Parser::row_assignment(std::vector<ast::Assignment>& list) {
  const Token open = take();
  const size_t first = list.size();
  do {
    list.emplace_back().target = column_name();
  } while (accept(TokenKind::Comma));
  close(open);
  expect(TokenKind::Equal);
  const Span begin = here();
  if (at(TokenKind::OpenParen) && at_query(1))
    fail_unsupported(begin, "an assignment from a query of several columns", "write one subquery a column");
  const Token values = expect(TokenKind::OpenParen);
  size_t i = first;
  do {
    if (i == list.size()) fail(ErrorKind::Syntax, here(), "there are more values than columns");
    list[i++].value = value_or_default();
  } while (accept(TokenKind::Comma));
  close(values);
  if (i < list.size()) fail(ErrorKind::Syntax, since(begin), "there are fewer values than columns");
}

ast::Merge Parser::merge() {
  take();
  expect(Word::Into);
  ast::Merge merge;
  merge.table = table_name("a table");
  merge.alias = alias("an alias");
  expect(Word::Using);
  merge.source = table_primary();
  expect(Word::On);
  merge.on = expression();
  if (!at(Word::When)) fail_expected("WHEN MATCHED or WHEN NOT MATCHED");
  while (at(Word::When)) merge.branches.push_back(merge_branch());
  merge.returning = returning();
  return merge;
}

ast::MergeBranch Parser::merge_branch() {
  using Action = ast::MergeBranch::Action;
  const Span begin = take().span;
  ast::MergeBranch branch{};
  branch.matched = !accept(Word::Not);
  expect(Word::Matched);
  if (at(Word::By)) fail_unsupported(since(begin), "WHEN NOT MATCHED BY");
  if (accept(Word::And)) branch.condition = expression();
  expect(Word::Then);
  if (accept_words(Word::Do, Word::Nothing)) {
    branch.action = Action::Nothing;
  } else if (branch.matched && accept(Word::Delete)) {
    branch.action = Action::Delete;
  } else if (branch.matched && accept(Word::Update)) {
    branch.action = Action::Update;
    expect(Word::Set);
    branch.assignments = assignments();
  } else if (!branch.matched && accept(Word::Insert)) {
    branch.action = Action::Insert;
    if (at(TokenKind::OpenParen)) {
      const Token open = take();
      do {
        branch.columns.push_back(column_name());
      } while (accept(TokenKind::Comma));
      close(open);
    }
    expect(Word::Values);
    const Token open = expect(TokenKind::OpenParen);
    do {
      branch.values.push_back(value_or_default());
    } while (accept(TokenKind::Comma));
    close(open);
  } else {
    fail_expected(branch.matched ? "UPDATE, DELETE or DO NOTHING" : "INSERT or DO NOTHING");
  }
  return branch;
}

}  // namespace couch::sql
