#pragma once
// Shapes of conditions and queries.
#include <vector>

#include "sql/ast.h"
#include "sql/bound.h"

namespace couch::sql::plan {

// The terms of a condition's ANDs, in order; none for a null condition.
std::vector<const ast::Expr*> conjuncts(const ast::Expr* condition);

// True: the query reads one base table, once, from its start to its end (joins, subqueries, set operations
// and CTEs may read one more often).
bool scans_one_table_once(const Bound& bound, const ast::Query& query, uint32_t* relation);

// Where a row of the other side meets none: the sides that a join fills with NULLs.
struct FilledSides {
  bool left, right;
};
FilledSides filled_sides(ast::JoinKind kind);

// Evaluated again, it may give something else (RAND). Subqueries count.
bool is_volatile(const ast::Expr& expr);
bool is_volatile(const ast::Query& query);

}  // namespace couch::sql::plan
