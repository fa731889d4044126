#pragma once
// Rows that SQLite makes of leaves' rows.
#include <memory>

#include "sql/engine/database.h"
#include "sql/rows.h"

namespace couch::sql {

// SQLite for one execution, its clock set.
std::unique_ptr<engine::Database> engine_for(const Running& running);

std::unique_ptr<Rows> engine_rows(plan::Engine plan, Running running, Documents& documents);

}  // namespace couch::sql
