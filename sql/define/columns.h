#pragma once
// Columns as CREATE TABLE and ALTER TABLE state them.
#include <string>
#include <vector>

#include "sql/ast.h"
#include "sql/define/table_definition.h"
#include "sql/table.h"

namespace couch::sql::define {

// Names, types and defaults are checked as far as that goes without the server. Throws Error, located.
ColumnDefinition stated_column(const ast::ColumnDefinition& column);

// The columns of a whole table, and its key's names (none: _id). Throws Error, located.
struct StatedTable {
  std::vector<ColumnDefinition> columns;
  std::vector<std::string> primary_key;
};
StatedTable stated_table(const ast::CreateTable& statement);

// A column as the catalog will know it: for checking values before that.
Column column_of(const ColumnDefinition& definition);

// One path is the other's beginning: a value and an object cannot stand in the same place.
bool in_the_way(const std::string& one, const std::string& other);

}  // namespace couch::sql::define
