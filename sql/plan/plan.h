#pragma once
// How a query is run: operators over leaves. What a later planner adds (reduces, joins by keys, parallel
// ranges) are more alternatives of Plan and Access.
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sql/ast.h"
#include "sql/plan/conditions.h"
#include "sql/plan/keyed.h"
#include "sql/plan/leaf.h"
#include "sql/plan/reduced.h"

namespace couch::sql::plan {

// One leaf answers the whole query: cells go from its JSON to the application.
struct Direct {
  Leaf leaf;
  std::vector<uint32_t> slots;  // by result column: the leaf's slot
  uint64_t offset = 0;
  std::optional<uint64_t> limit;  // rows after the offset
};

// COUNT(*) of a whole database, which the server knows.
struct CountAll {
  DocumentRequest request;
};

// SQLite answers over the leaves' rows.
struct Engine {
  std::string sql;
  std::vector<Leaf> leaves;
  // By leaf: ways to read it that wait for others, best taken when their tables are there; none: it is asked
  // for at once.
  std::vector<std::vector<KeyedRead>> keyed;
  std::vector<size_t> order;  // of the leaves: what a leaf waits for stands before it
  // By leaf: the leaf whose answer it is read from, too (its own number: nobody else's). Whole databases are
  // read once, however many tables of it the query has.
  std::vector<size_t> read_with;
  std::shared_ptr<const Folded> folded;
  std::shared_ptr<const Conditions> conditions;  // the leaves' pointers lead there
  bool streams = false;                          // the only leaf is read while SQLite runs, not stored first
  // The rows that it gives where its leaf reads only what may be among the first: fewer where somebody
  // deleted some of them meanwhile, and then this is done instead. 0: as many as there are.
  uint64_t rows = 0;
  std::shared_ptr<const Otherwise> otherwise;
};

using Plan = std::variant<Direct, CountAll, Engine, Reduced>;

// What becomes of a plan that went by what no longer holds.
struct Otherwise {
  Plan plan;
  std::exception_ptr error;  // there is no other way (RequireIndex)
};

// max_rows: SQL_ATTR_MAX_ROWS, 0 = all. Throws Error, located. reduces: counts of indexes may answer.
Plan plan_query(const ast::Query& query, const Context& context, uint64_t max_rows, bool reduces = true);

}  // namespace couch::sql::plan
