#pragma once
// The Rows of a plan.
#include <atomic>
#include <memory>
#include <vector>

#include "sql/documents.h"
#include "sql/plan/plan.h"
#include "sql/value.h"

namespace couch::sql {

// A statement that runs: what its rows borrow from. The plan's pointers into the tree are good as long as
// `bound` is.
struct Running {
  std::shared_ptr<const Bound> bound;
  std::shared_ptr<const std::vector<ResultColumn>> columns;
  std::vector<Value> parameters;  // coerced
  CollationKind collation = CollationKind::Server;
  MismatchPolicy mismatch = MismatchPolicy::Null;
  std::string database, user;  // the connection's, for DATABASE() and USER()
  const std::atomic<bool>* stop = nullptr;
  uint64_t limit = 0;     // SQL_ATTR_MAX_ROWS
  uint32_t parallel = 1;  // requests of one leaf at once
  Timestamp now;          // what CURRENT_TIMESTAMP is, in UTC
};

// Sends the plan's requests; does not wait for answers.
std::unique_ptr<Rows> run(plan::Plan plan, Running running, Documents& documents);

// Rows that are there already.
std::unique_ptr<Rows> rows_of(std::vector<ResultColumn> columns, std::vector<std::vector<Value>> rows);

}  // namespace couch::sql
