#pragma once
// Actions as EXPLAIN shows them.
#include "sql/documents.h"
#include "sql/plan/explain.h"

namespace couch::sql::define {

// The bridge words its own (escapes names, adds credentials of a replication).
plan::RequestText action_text(const Action& action);

}  // namespace couch::sql::define
