#pragma once
// The database, table and columns that a definition names.
#include <memory>
#include <string>

#include "sql/ast.h"
#include "sql/table.h"

namespace couch::sql::define {

struct TargetName {
  std::string database;
  const ast::Identifier& table;
  Span span;  // of the whole name
  bool qualified = false;
};
// "table" or "database.table". Throws Error(UnknownTable) where no database is chosen.
TargetName target_name(const ast::Name& name, const Catalog& catalog);

// nullptr: there is none.
std::shared_ptr<const Table> find_target(const TargetName& name, Catalog& catalog);
// Throws Error(UnknownTable) with the nearest names.
std::shared_ptr<const Table> target(const TargetName& name, Catalog& catalog);

// nullptr: there is none. Throws Error(AmbiguousName).
const Column* find_column(const Table& table, const ast::Name& name);
// Throws Error(UnknownColumn) with the nearest names.
const Column& column_named(const Table& table, const ast::Name& name);

// "x is the whole database": for statements that are for documents of one type only.
[[noreturn]] void not_for(const Table& table, std::string_view what, Span span);

}  // namespace couch::sql::define
