#pragma once
// What a query says of the rows of each base table before anything else happens: the conditions that they
// must pass, and the values of other rows that they must meet.
//
// Both are of rows that "make a difference": without those that fail, the query gives the same rows, whatever
// the tables hold. They come from WHERE, and from the ON of inner joins; from the ON of an outer join for the
// side that it fills with NULLs; never from WHERE for such a side. They go into derived tables, WITH elements
// that are read once and the sides of set operations where no LIMIT, window or aggregate is between.
#include <memory>
#include <vector>

#include "sql/ast.h"
#include "sql/bound.h"

namespace couch::sql::plan {

// column = value: a row of the table whose column equals none of the values makes no difference.
struct Link {
  uint32_t column = 0;               // of the table
  const ast::Expr* value = nullptr;  // over the relation `source`
  uint32_t source = 0;
  const ast::Query* query =
      nullptr;                   // of `source`, where that is no base table; without `value`: a subquery,
                                 // whose only column has the values. It reads nothing from outside.
  std::vector<uint32_t> tables;  // the base relations that `source` or `query` reads
};

struct Conditions {
  // By relation. Conditions on it alone, or on constants.
  std::vector<std::vector<const ast::Expr*>> by_relation;
  std::vector<std::vector<Link>> links;
  std::vector<ast::ExprPtr> owned;  // those of the above that the statement's tree does not hold
};

std::shared_ptr<const Conditions> conditions_of(const Bound& bound, const ast::Query& query);

}  // namespace couch::sql::plan
