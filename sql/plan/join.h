#pragma once
// Joins by keys: which leaves of a plan are read after which others, by their values.
#include "sql/plan/plan.h"

namespace couch::sql::plan {

// Fills `keyed` and `order` of a plan whose leaves are planned one by one.
void plan_joins(Engine& plan, const Context& context);

}  // namespace couch::sql::plan
