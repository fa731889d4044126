#pragma once
// Statements that change documents: INSERT, UPDATE, DELETE, MERGE, TRUNCATE. sql::prepare() comes here.
#include <memory>
#include <string_view>

#include "sql/ast.h"
#include "sql/session.h"

namespace couch::sql::change {

// explain: its rows are how it would be carried out.
// nullptr: the statement changes no documents. Takes the tree apart otherwise. Throws Error, located.
std::unique_ptr<const Prepared> prepare_change(std::string_view text, ast::Statement& tree, Catalog& catalog,
                                               const Options& options, bool explain = false);

}  // namespace couch::sql::change
