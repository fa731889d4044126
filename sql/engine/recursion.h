#pragma once
// What SQLite cannot do in the part of a recursive query that reads its own rows.
#include "sql/ast.h"
#include "sql/bound.h"

namespace couch::sql::engine {

// Throws Error(NotSupported), located, for a window function beside the element's own rows. Those in a
// derived table and in the first part are SQLite's own business, and it does them.
void refuse_windows(const ast::CommonTable& element, const Bound& bound);

}  // namespace couch::sql::engine
