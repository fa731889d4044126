#pragma once
// Derived tables that are no more than columns and conditions of other tables become part of the query around
// them, as tools nest theirs: SELECT z.a FROM (SELECT a, b FROM t WHERE c > 1) z WHERE z.b = 2 is SELECT a
// FROM t WHERE c > 1 AND b = 2. So every plan for a plain query is one for the nested one, too, and only the
// columns that are wanted in the end are read.
#include "sql/bound.h"

namespace couch::sql::plan {

// Changes the statement's tree, and Relation::used of the tables.
void flatten(Bound& bound, ast::Query& query);

}  // namespace couch::sql::plan
