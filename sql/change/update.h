#pragma once
// UPDATE, DELETE and TRUNCATE: reads the rows, changes the named fields in each document's text, writes them,
// and begins again with those that somebody else has changed meanwhile.
#include <memory>
#include <string_view>

#include "sql/ast.h"
#include "sql/session.h"

namespace couch::sql::change {

std::unique_ptr<const Prepared> prepare_update(std::string_view text, ast::Statement& tree, Catalog& catalog,
                                               const Options& options);

}  // namespace couch::sql::change
