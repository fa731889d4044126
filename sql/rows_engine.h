#pragma once
// Rows that SQLite makes of leaves' rows.
#include <memory>

#include "sql/rows.h"

namespace couch::sql {

std::unique_ptr<Rows> engine_rows(plan::Engine plan, Running running, Documents& documents);

}  // namespace couch::sql
