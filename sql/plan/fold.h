#pragma once
// Constant parts of conditions as their values, so that the server can be asked with them: CURRENT_DATE - 30
// days, CAST('2025-01-01' AS DATE), ? * 2. They are worked out by SQLite, as they would be in the query.
#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sql/ast.h"
#include "sql/bound.h"
#include "sql/plan/conditions.h"
#include "sql/session.h"
#include "sql/value.h"

namespace couch::sql::plan {

// Of a statement, found when it is prepared: conditions that have something to work out.
std::vector<const ast::Expr*> foldable(const ast::Query& query, const Conditions& conditions);

struct FoldWith {
  const Bound& bound;
  CollationKind collation;
  MismatchPolicy mismatch;
  const std::string &database, &user;
  const std::vector<Value>& parameters;  // coerced
  Timestamp now;
  const std::atomic<bool>& stop;
};

// Of one execution.
class Folded {
 public:
  // The condition with values in the places of its constant parts; itself where there are none.
  const ast::Expr* of(const ast::Expr* condition) const {
    auto found = folded_.find(condition);
    return found == folded_.end() ? condition : found->second.get();
  }
  std::vector<const ast::Expr*> of(const std::vector<const ast::Expr*>& conditions) const;

 private:
  friend std::shared_ptr<const Folded> fold(const std::vector<const ast::Expr*>& conditions,
                                            const FoldWith& with);
  std::map<const ast::Expr*, ast::ExprPtr> folded_;
};

// A part that fails (5 / 0) stays as it is: whether it is met is the query's to find out.
std::shared_ptr<const Folded> fold(const std::vector<const ast::Expr*>& conditions, const FoldWith& with);

}  // namespace couch::sql::plan
