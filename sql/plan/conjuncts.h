#pragma once
// Which ANDed conditions of a query each base table can be narrowed by before anything else happens.
#include <vector>

#include "sql/ast.h"
#include "sql/bound.h"

namespace couch::sql::plan {

// The terms of a condition's ANDs, in order; none for a null condition.
std::vector<const ast::Expr*> conjuncts(const ast::Expr* condition);

// By relation: conditions (on it alone, or on constants) that every row of it must pass to make any
// difference. From WHERE and the ON of inner joins; from the ON of an outer join for the side that it fills
// with NULLs; never from WHERE for such a side. Subqueries are included.
std::vector<std::vector<const ast::Expr*>> conditions_by_relation(const Bound& bound,
                                                                  const ast::Query& query);

// True: the query reads one base table, once, from its start to its end (joins, subqueries, set operations
// and CTEs may read one more often).
bool scans_one_table_once(const Bound& bound, const ast::Query& query, uint32_t* relation);

}  // namespace couch::sql::plan
