#pragma once
// What a query inside another one has to do with it: which tables are its own, what it reads of those around.
#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "sql/ast.h"
#include "sql/bound.h"

namespace couch::sql::plan {

struct Surroundings {
  std::set<uint32_t> declared, read;  // relations: of its FROM clauses and WITH; that columns are read of
  std::vector<uint32_t> tables;       // of the declared ones, those that are no WITH element's
};

// RAND() counts as something from outside: such a query is not asked twice, nor before its time.
Surroundings surroundings_of(const Bound& bound, const ast::Query& query);

// The tables of a query that reads nothing from outside; nullopt: it does.
std::optional<std::vector<uint32_t>> tables_alone(const Bound& bound, const ast::Query& query);

}  // namespace couch::sql::plan
