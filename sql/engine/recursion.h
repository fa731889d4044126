#pragma once
// What SQLite cannot do in the part of a recursive query that reads its own rows.
#include "sql/ast.h"
#include "sql/bound.h"

namespace couch::sql::engine {

// Throws Error(NotSupported), located, for a window function, an aggregate or GROUP BY beside the element's
// own rows, and for these rows a second time or in a subquery. The first part may hold all of it.
void check_recursion(const ast::CommonTable& element, const Bound& bound);

}  // namespace couch::sql::engine
