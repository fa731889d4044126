#pragma once
// Queries that indexes answer without documents: an index of CouchDB counts its keys, whole ranges of them or
// group by group (docs/architecture.md, Reduces).
//
// Two forms. Figures: one row of COUNT, MIN and MAX, each from a request or two of its own. Groups: one row
// for each different combination of the columns that the query reads, with how many documents have it (its
// weight); SQLite runs the query over those few rows, its aggregates printed for rows that stand for several.
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sql/plan/plan.h"

namespace couch::sql::plan {

// nullopt: no index answers it, or not certainly.
std::optional<Reduced> plan_reduced(const ast::Query& query, const Context& context);

}  // namespace couch::sql::plan
