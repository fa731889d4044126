// A tree back to SQL: statements other than queries.
#include "sql/printer_impl.h"

namespace couch::sql {

void Printer::statement(const ast::Statement& statement) {
  std::visit([&](const auto& alternative) { node(alternative); }, statement.node);
}

void Printer::node(const ast::QueryPtr& node) { query(*node); }

void Printer::node(const ast::Explain& node) {
  put("EXPLAIN ");
  statement(*node.statement);
}

void Printer::node(const ast::Insert& node) {
  put("INSERT INTO ");
  name(node.table, Place::Expression);
  if (!node.columns.empty()) {
    put(" (");
    list(node.columns, [&](const ast::Name& column) { name(column, Place::NameOnly); });
    put(")");
  }
  put(" ");
  if (node.source)
    query(*node.source);
  else
    put("DEFAULT VALUES");
  if (node.on_conflict) {
    put(" ON CONFLICT");
    if (!node.on_conflict->target.empty()) {
      put(" ");
      names(node.on_conflict->target);
    }
    if (node.on_conflict->update) {
      put(" DO UPDATE");
      assignments(node.on_conflict->assignments);
      change_condition(node.on_conflict->where, std::nullopt);
    } else {
      put(" DO NOTHING");
    }
  }
  returning(node.returning);
}

void Printer::node(const ast::Update& node) {
  put("UPDATE ");
  name(node.table, Place::Expression);
  as(node.alias);
  assignments(node.assignments);
  change_condition(node.where, node.current_of);
  returning(node.returning);
}

void Printer::node(const ast::Delete& node) {
  put("DELETE FROM ");
  name(node.table, Place::Expression);
  as(node.alias);
  change_condition(node.where, node.current_of);
  returning(node.returning);
}

void Printer::assignments(const std::vector<ast::Assignment>& assignments) {
  put(" SET ");
  list(assignments, [&](const ast::Assignment& item) {
    name(item.target, Place::NameOnly);
    put(" = ");
    set_value(*item.value);
  });
}

void Printer::change_condition(const ast::ExprPtr& where, const std::optional<ast::Identifier>& current_of) {
  if (current_of) {
    put(" WHERE CURRENT OF ");
    identifier(*current_of, Place::NameOnly);
  }
  if (where) {
    put(" WHERE ");
    expr(*where);
  }
}

void Printer::returning(const ast::Returning& returning) {
  if (returning.items.empty()) return;
  put(" RETURNING ");
  select_items(returning.items);
}

void Printer::node(const ast::Merge& node) {
  put("MERGE INTO ");
  name(node.table, Place::Expression);
  as(node.alias);
  put(" USING ");
  const bool parentheses = std::holds_alternative<ast::Join>(node.source->node);
  if (parentheses) put("(");
  table(*node.source);
  if (parentheses) put(")");
  put(" ON ");
  expr(*node.on);
  for (const auto& branch : node.branches) {
    put(branch.matched ? " WHEN MATCHED" : " WHEN NOT MATCHED");
    if (branch.condition) {
      put(" AND ");
      expr(*branch.condition);
    }
    put(" THEN ");
    switch (branch.action) {
      case ast::MergeBranch::Action::Nothing: put("DO NOTHING"); break;
      case ast::MergeBranch::Action::Delete: put("DELETE"); break;
      case ast::MergeBranch::Action::Update:
        put("UPDATE");
        assignments(branch.assignments);
        break;
      case ast::MergeBranch::Action::Insert:
        put("INSERT");
        if (!branch.columns.empty()) {
          put(" (");
          list(branch.columns, [&](const ast::Name& column) { name(column, Place::NameOnly); });
          put(")");
        }
        put(" VALUES (");
        list(branch.values, [&](const ast::ExprPtr& item) { set_value(*item); });
        put(")");
        break;
    }
  }
  returning(node.returning);
}

void Printer::node(const ast::Truncate& node) {
  put("TRUNCATE TABLE ");
  name(node.table, Place::Expression);
}

void Printer::column_definition(const ast::ColumnDefinition& column) {
  identifier(column.name, Place::NameOnly);
  put(" ");
  type(column.type);
  if (column.default_value) {
    put(" DEFAULT ");
    expr(*column.default_value, Level::Concat);
  }
  if (column.not_null) put(" NOT NULL");
  if (column.primary_key) put(" PRIMARY KEY");
}

void Printer::node(const ast::CreateTable& node) {
  put(node.if_not_exists ? "CREATE TABLE IF NOT EXISTS " : "CREATE TABLE ");
  name(node.name, Place::Expression);
  put(" (");
  list(node.columns, [&](const ast::ColumnDefinition& column) { column_definition(column); });
  if (!node.primary_key.empty()) {
    put(node.columns.empty() ? "PRIMARY KEY " : ", PRIMARY KEY ");
    names(node.primary_key);
  }
  put(")");
}

void Printer::node(const ast::AlterTable& node) {
  put("ALTER TABLE ");
  name(node.name, Place::Expression);
  switch (node.action) {
    case ast::AlterTable::Action::Add:
      put(" ADD COLUMN ");
      column_definition(node.column);
      break;
    case ast::AlterTable::Action::Drop:
      put(" DROP COLUMN ");
      identifier(node.column.name, Place::NameOnly);
      break;
    case ast::AlterTable::Action::Rename:
      put(" RENAME COLUMN ");
      identifier(node.column.name, Place::NameOnly);
      put(" TO ");
      identifier(node.new_name, Place::NameOnly);
      break;
  }
}

void Printer::node(const ast::CreateIndex& node) {
  put(node.if_not_exists ? "CREATE INDEX IF NOT EXISTS " : "CREATE INDEX ");
  identifier(node.name, Place::Expression);
  put(" ON ");
  name(node.table, Place::Expression);
  put(" (");
  list(node.columns, [&](const ast::Name& column) { name(column, Place::NameOnly); });
  put(node.partitioned ? ") PARTITIONED" : ")");
}

void Printer::node(const ast::CreateView& node) {
  put(node.if_not_exists ? "CREATE VIEW IF NOT EXISTS " : "CREATE VIEW ");
  name(node.name, Place::Expression);
  put(" AS ");
  query(*node.query);
}

void Printer::node(const ast::CreateDatabase& node) {
  put(node.if_not_exists ? "CREATE DATABASE IF NOT EXISTS " : "CREATE DATABASE ");
  identifier(node.name, Place::Expression);
  if (node.partitioned) put(" PARTITIONED");
}

void Printer::node(const ast::Drop& node) {
  put("DROP ");
  switch (node.what) {
    case ast::Drop::What::Table: put("TABLE "); break;
    case ast::Drop::What::Index: put("INDEX "); break;
    case ast::Drop::What::View: put("VIEW "); break;
    case ast::Drop::What::Database: put("DATABASE "); break;
  }
  if (node.if_exists) put("IF EXISTS ");
  name(node.name, Place::Expression);
  if (node.on_table) {
    put(" ON ");
    name(*node.on_table, Place::Expression);
  }
}

void Printer::node(const ast::RefreshSchema&) { put("REFRESH SCHEMA"); }

void Printer::node(const ast::Transaction& node) {
  switch (node.action) {
    case ast::Transaction::Action::Begin: put("BEGIN"); break;
    case ast::Transaction::Action::Commit: put("COMMIT"); break;
    case ast::Transaction::Action::Rollback: put("ROLLBACK"); break;
    case ast::Transaction::Action::Savepoint: put("SAVEPOINT "); break;
    case ast::Transaction::Action::RollbackTo: put("ROLLBACK TO SAVEPOINT "); break;
    case ast::Transaction::Action::Release: put("RELEASE SAVEPOINT "); break;
  }
  if (node.savepoint) identifier(*node.savepoint, Place::NameOnly);
}

void Printer::node(const ast::CallProcedure& node) {
  put(node.returns_value ? "? = CALL " : "CALL ");
  name(node.name, Place::Expression);
  put("(");
  exprs(node.arguments);
  put(")");
}

}  // namespace couch::sql
