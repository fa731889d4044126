#include "sql/plan/fold.h"

#include <cmath>
#include <optional>
#include <utility>

#include "sql/engine/database.h"
#include "sql/engine/encoding.h"
#include "sql/engine/sqlite_text.h"
#include "sql/error.h"
#include "sql/functions.h"
#include "sql/plan/conjuncts.h"
#include "sql/plan/leaf.h"
#include "sql/plan/substitute.h"
#include "sql/walk.h"

namespace couch::sql::plan {

namespace {

using ast::Expr;
using ast::ExprPtr;

bool is_value(const Expr& expr) {
  if (auto* sign = std::get_if<ast::Unary>(&expr.node))
    return sign->op != ast::UnaryOp::Not && is_value(*sign->operand);
  return std::holds_alternative<ast::Literal>(expr.node) || std::holds_alternative<ast::Parameter>(expr.node);
}

// The same for all rows: no column, no subquery, nothing that changes while the query runs.
bool is_fixed(const Expr& expr) {
  if (std::holds_alternative<ast::BoundColumn>(expr.node) || std::holds_alternative<ast::Row>(expr.node))
    return false;
  if (auto* call = std::get_if<ast::Call>(&expr.node)) {
    const Function* function = find_function(call->name);
    if (!function || function->kind != FunctionKind::Scalar || call->over || call->name == "RAND")
      return false;
  }
  bool fixed = true;
  for_each_child(
      expr, [&](const ExprPtr& child) { fixed = fixed && is_fixed(*child); },
      [&](const ast::QueryPtr&) { fixed = false; });
  return fixed;
}

// What is worked out: the largest parts that are fixed and no value yet. Names of units and JSON paths are
// literals where they stand.
template <class Visit>
void for_each_part(const Expr& expr, const Visit& visit) {
  if (is_value(expr)) return;
  if (is_fixed(expr)) return visit(expr);
  for_each_child(expr, [&](const ExprPtr& child) { for_each_part(*child, visit); });
}

void collect(const Expr* condition, std::vector<const Expr*>& out) {
  bool any = false;
  for_each_part(*condition, [&](const Expr&) { any = true; });
  if (any) out.push_back(condition);
}

class Evaluator {
 public:
  explicit Evaluator(const FoldWith& with) : with_(with) {}

  std::optional<Value> value_of(const Expr& expr) {
    try {
      if (!database_) {
        engine::RuntimeOptions options;
        options.collation = with_.collation;
        options.mismatch = with_.mismatch;
        options.database = with_.database;
        options.user = with_.user;
        database_ = std::make_unique<engine::Database>(std::move(options), with_.stop);
      }
      database_->runtime().begin(with_.now);
      auto statement =
          database_->prepare("SELECT " + engine::sqlite_text(with_.bound, expr, with_.collation));
      engine::bind_all(statement.get(), with_.parameters);
      if (!database_->step(statement)) return std::nullopt;
      Value value = own(engine::decode(statement.get(), 0, expr.type));
      if (database_->runtime().take_mismatches() > 0) return std::nullopt;  // the query has to count them
      // No server is asked with these.
      if (std::holds_alternative<Interval>(value) || std::holds_alternative<Binary>(value))
        return std::nullopt;
      if (auto* number = std::get_if<double>(&value); number && !std::isfinite(*number)) return std::nullopt;
      return value;
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::Interrupted) throw;
      return std::nullopt;
    }
  }

 private:
  const FoldWith& with_;
  std::unique_ptr<engine::Database> database_;
};

// Puts values into a copy: the same walk as for_each_part's.
void put(Expr& expr, Evaluator& evaluator) {
  if (is_value(expr)) return;
  if (is_fixed(expr)) {
    auto value = evaluator.value_of(expr);
    if (!value) return;
    expr.node = ast::Literal{std::move(*value)};
    expr.depth = 1;
    return;
  }
  for_each_child(expr, [&](ExprPtr& child) { put(*child, evaluator); });
}

}  // namespace

std::vector<const Expr*> foldable(const ast::Query& query, const Conditions& conditions) {
  std::vector<const Expr*> out;
  if (auto* select = std::get_if<ast::Select>(&query.body->node)) {
    for (const auto* term : conjuncts(select->where.get())) collect(term, out);
  }
  for (const auto& list : conditions.by_relation) {
    for (const auto* condition : list) collect(condition, out);
  }
  return out;
}

std::vector<const Expr*> Context::known(const std::vector<const Expr*>& list) const {
  return folded ? folded->of(list) : list;
}

std::vector<const Expr*> Folded::of(const std::vector<const Expr*>& conditions) const {
  std::vector<const Expr*> out;
  out.reserve(conditions.size());
  for (const auto* condition : conditions) out.push_back(of(condition));
  return out;
}

std::shared_ptr<const Folded> fold(const std::vector<const Expr*>& conditions, const FoldWith& with) {
  auto out = std::make_shared<Folded>();
  Evaluator evaluator{with};
  for (const auto* condition : conditions) {
    if (out->folded_.contains(condition)) continue;
    auto copy = substituted(*condition, [](const ast::BoundColumn&) -> const Expr* { return nullptr; });
    if (!copy) continue;
    put(*copy, evaluator);
    out->folded_.emplace(condition, std::move(copy));
  }
  return out;
}

}  // namespace couch::sql::plan
