#pragma once
// MERGE INTO t USING source ON … WHEN [NOT] MATCHED …: the source joined with the target, each pair for the
// first branch that takes it.
#include <memory>
#include <string_view>

#include "sql/ast.h"
#include "sql/change/explained.h"
#include "sql/session.h"

namespace couch::sql::change {

std::unique_ptr<const Change> prepare_merge(std::string_view text, ast::Statement& tree, Catalog& catalog,
                                            const ChangeOptions& options);

}  // namespace couch::sql::change
