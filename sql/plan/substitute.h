#pragma once
// Copies of conditions over other columns.
#include <functional>

#include "sql/ast.h"

namespace couch::sql::plan {

// A copy in which each column that `with` knows an expression for is a copy of that; `with` gives null for
// those that stay. Null: it has a subquery, an aggregate or a window function, which are not copied. Spans,
// types and nullability stay what they were.
ast::ExprPtr substituted(const ast::Expr& expr,
                         const std::function<const ast::Expr*(const ast::BoundColumn&)>& with);

}  // namespace couch::sql::plan
