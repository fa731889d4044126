#pragma once
// How the leaves of one plan help each other: which are read after which others, by the keys that these have,
// and which share one answer.
#include "sql/plan/plan.h"

namespace couch::sql::plan {

// Fills `keyed`, `order` and `read_with` of a plan whose leaves are planned one by one.
void plan_joins(Engine& plan, const Context& context);

}  // namespace couch::sql::plan
