#pragma once
// Conditions on a view's key as the range of keys to read.
#include <string>
#include <vector>

#include "sql/ast.h"
#include "sql/mango/push_down.h"
#include "sql/table.h"

namespace couch::sql::plan {

struct ViewRange {
  bool never = false;
  std::string start, end;  // JSON texts, inclusive; empty: open
  std::vector<const ast::Expr*> pushed, residual;
};

// Inclusive on both sides and therefore a superset: every condition remains.
ViewRange view_range(const std::vector<const ast::Expr*>& conditions, uint32_t relation, const Table& table,
                     const mango::PushDownOptions& options);

}  // namespace couch::sql::plan
