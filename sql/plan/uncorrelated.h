#pragma once
// Subqueries that stand for a value and read nothing from outside: WHERE age = (SELECT MAX(age) FROM person).
// Apart from the query around them, each has a plan of its own, and their values are constants of the rest's.
#include <optional>
#include <vector>

#include "sql/bound.h"

namespace couch::sql::plan {

struct Apart {
  // Each is to give at most one row of one column. In the order in which they can be asked: what one holds is
  // before it.
  std::vector<Bound> values;
  Bound rest;
};

// Parameter first + i stands for the value of query i, in the rest and in the queries after it; `first` is how
// many parameters the statement has. Relations keep their numbers; those of the other parts are no tables
// there. Spans point into the statement's text as before. nullopt: there are no such subqueries. Values that
// a parameter would compare in another way (of columns of several classes, JSON, intervals, BINARY; _id beside
// other text) stay where they are.
std::optional<Apart> apart(Bound bound);

// There is a subquery that stands for a value: apart() may find something.
bool has_scalar_query(const Bound& bound);

}  // namespace couch::sql::plan
