#pragma once
// INSERT: of values, of a query, with ON CONFLICT; many parameter sets at once.
#include <memory>
#include <string_view>

#include "sql/ast.h"
#include "sql/session.h"

namespace couch::sql::change {

std::unique_ptr<const Prepared> prepare_insert(std::string_view text, ast::Statement& tree, Catalog& catalog,
                                               const Options& options);

// The table that an INSERT names; one that nobody knows is made: its documents' type is its name.
struct InsertTarget {
  std::shared_ptr<const Table> table;
  bool made = false;
};
InsertTarget insert_target(const ast::Name& name, Catalog& catalog);

}  // namespace couch::sql::change
