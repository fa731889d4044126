#pragma once
// Whether a query sees of its tables no more than how many rows have which values: then a row for each
// different combination, with its number, is as good as the rows.
#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "sql/ast.h"
#include "sql/bound.h"
#include "sql/session.h"

namespace couch::sql::plan {

// What the analysis looks at.
struct Sight {
  const Bound& bound;
  CollationKind collation;
  MismatchPolicy mismatch;
};

// A base table that is the only one of a SELECT which groups, aggregates or is DISTINCT.
struct GroupedRead {
  uint32_t relation = 0;
  const ast::Select* select = nullptr;
  std::set<uint32_t> measured;  // only their number, sum, smallest and largest are wanted
  std::set<uint32_t> columns;   // that it reads, but for those that are only counted and never NULL (_id)
  std::optional<uint32_t> ignored_nulls;  // a row that has NULL in this column changes nothing
};

// One for each base table of the query; nullopt: one of them is read row by row, or what is computed of a
// value could differ between values that group as one (text that ICU holds equal).
std::optional<std::vector<GroupedRead>> grouped_reads(const ast::Query& query, const Sight& sight);

// A column whose values an index's keys tell: of one class, no dates (their texts differ where they are
// equal).
bool key_tells(const Column& column, const Sight& sight);

// Every document has it.
bool is_always_there(const Column& column);

// The one column that an expression is; nullptr: it is something else.
const Column* plain_column(const ast::Expr& expr, const Bound& bound);

// A subquery is in it.
bool has_query(const ast::Expr& expr);

bool is_aggregate_call(const ast::Expr& expr);

}  // namespace couch::sql::plan
