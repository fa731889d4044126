#pragma once
// Hints after a table, /*+ … */: they force a way to its documents where it can answer (the laws' tests use
// each), and are what to try when the planner errs.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sql/error.h"
#include "sql/plan/leaf.h"

namespace couch::sql::plan {

struct Hint {
  // ALL_DOCS: Scan, FIND: Find, BY_ID: ByIds or IdRange, INDEX [name]: any of the next three, INDEX_KEYS
  // [name]: IndexKeys, INDEX_ROWS [name]: IndexRows, INDEX_FIND [name]: Index. None: the cheapest way.
  std::vector<Access> ways;
  std::string index;      // the name; empty: any
  uint32_t parallel = 0;  // PARALLEL n: ranges of _id at once, however few documents there are; 0: not said
  bool engine = false;    // ENGINE: through SQLite even where that is not needed
  bool first = false;     // FIRST: subqueries that stand for a value are asked for before the rest is planned
  bool keys = false;      // KEYS: by the values of what it is joined with, however many they are
  bool partition = false,
       no_partition = false;  // PARTITION, NO_PARTITION: inside the partition that _id fixes

  bool forces(Access access) const;
  bool allows(Access access) const { return ways.empty() || forces(access); }
  // It says how the documents are read: indexes' counts do not answer then.
  bool of_documents() const;
};

// Throws Error(Syntax) with `span`.
Hint read_hint(std::string_view text, Span span);

}  // namespace couch::sql::plan
