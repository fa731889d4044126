#pragma once
// Hints after a table, /*+ … */: they force a way to its documents where it can answer (the laws' tests use
// each), and are what to try when the planner errs.
#include <optional>
#include <string>
#include <string_view>

#include "sql/error.h"
#include "sql/plan/leaf.h"

namespace couch::sql::plan {

struct Hint {
  std::optional<Access> access;  // ALL_DOCS: Scan, FIND: Find, INDEX [name]: Index, BY_ID: ByIds or IdRange
  std::string index;             // INDEX name
  bool engine = false;           // ENGINE: through SQLite even where that is not needed
  bool keys = false;             // KEYS: by the values of what it is joined with, however many they are

  bool forces(Access a) const { return access == a; }
  bool allows(Access a) const {
    return !access || access == a || (access == Access::ByIds && a == Access::IdRange);
  }
};

// Throws Error(Syntax) with `span`.
Hint read_hint(std::string_view text, Span span);

}  // namespace couch::sql::plan
