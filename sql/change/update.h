#pragma once
// UPDATE, DELETE and TRUNCATE: reads the rows, changes the named fields in each document's text, writes them,
// and begins again with those that somebody else has changed meanwhile.
#include <memory>
#include <string_view>

#include "sql/ast.h"
#include "sql/change/explained.h"
#include "sql/session.h"

namespace couch::sql::change {

std::unique_ptr<const Change> prepare_update(std::string_view text, ast::Statement& tree, Catalog& catalog,
                                             const ChangeOptions& options);

}  // namespace couch::sql::change
