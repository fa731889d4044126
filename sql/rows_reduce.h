#pragma once
// Rows that indexes' counts answer.
#include <memory>

#include "sql/rows.h"

namespace couch::sql {

std::unique_ptr<Rows> reduced_rows(plan::Reduced plan, Running running, Documents& documents);

}  // namespace couch::sql
