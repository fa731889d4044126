#include "sql/plan/uncorrelated.h"

#include <algorithm>
#include <set>
#include <utility>

#include "sql/binder.h"
#include "sql/plan/surroundings.h"
#include "sql/walk.h"

namespace couch::sql::plan {

namespace {

using ast::Expr;
using ast::ExprPtr;

const ast::Query& query_of(const Bound& bound) {
  const ast::Statement* statement = &bound.statement;
  if (auto* explain = std::get_if<ast::Explain>(&statement->node)) statement = explain->statement.get();
  return *std::get<ast::QueryPtr>(statement->node);
}
ast::Query& query_of(Bound& bound) { return const_cast<ast::Query&>(query_of(std::as_const(bound))); }

bool has_scalar_query(const ast::Query& query);

bool has_scalar_query(const Expr& expr) {
  bool found = std::holds_alternative<ast::ScalarQuery>(expr.node);
  for_each_child(
      expr, [&](const ExprPtr& child) { found = found || has_scalar_query(*child); },
      [&](const ast::QueryPtr& inner) { found = found || has_scalar_query(*inner); });
  return found;
}
bool has_scalar_query(const ast::Query& query) {
  bool found = false;
  for_each_expression(query, [&](const ExprPtr& root) { found = found || has_scalar_query(*root); });
  return found;
}

// Compares as a parameter of that type does.
bool is_plain(const Type& type) {
  if (type.mixed || type.json || type.kind == TypeKind::Guid) return false;
  switch (class_of(type)) {
    case TypeClass::Bit:
    case TypeClass::Number:
    case TypeClass::Text:
    case TypeClass::Date:
    case TypeClass::Time:
    case TypeClass::Timestamp: return true;
    case TypeClass::Null:
    case TypeClass::Binary:
    case TypeClass::Interval: return false;
  }
  return false;
}

class Taker {
 public:
  explicit Taker(Bound& bound) : bound_(bound) {}

  void query(ast::Query& query) {
    for_each_expression(query, [&](ExprPtr& root) { expression(root, false); });
  }
  std::vector<std::pair<ast::QueryPtr, Type>> take() { return std::move(taken_); }

 private:
  // beside_id: it is compared with _id, byte for byte.
  void expression(ExprPtr& expr, bool beside_id) {
    auto* compare = std::get_if<ast::Compare>(&expr->node);
    const bool ids = compare && (is_id(*compare->left) || is_id(*compare->right));
    for_each_child(
        *expr, [&](ExprPtr& child) { expression(child, ids); },
        [&](ast::QueryPtr& inner) { query(*inner); });
    auto* scalar = std::get_if<ast::ScalarQuery>(&expr->node);
    if (!scalar || !is_plain(expr->type) || (gives_id(*scalar->query) && !beside_id)) return;
    const auto tables = tables_alone(bound_, *scalar->query);
    const auto is_base = [&](uint32_t r) { return bound_.relations[r].kind == RelationKind::Base; };
    if (!tables || std::none_of(tables->begin(), tables->end(), is_base)) return;
    const auto number = static_cast<uint32_t>(bound_.parameters.size());
    bound_.parameters.push_back({expr->type, true, true});
    taken_.emplace_back(std::move(scalar->query), expr->type);
    expr->node = ast::Parameter{number};
    expr->nullable = true;
    expr->depth = 1;
  }

  bool is_id(const Expr& expr) const {
    auto* column = std::get_if<ast::BoundColumn>(&expr.node);
    if (!column || column->relation == output_relation) return false;
    return bound_.relations[column->relation].columns[column->column].is_id_or_revision();
  }
  bool gives_id(ast::Query& query) const {
    std::vector<ExprPtr*> outputs;
    outputs_of(*query.body, 0, outputs);
    return std::any_of(outputs.begin(), outputs.end(), [&](ExprPtr* output) { return is_id(**output); });
  }

  Bound& bound_;
  std::vector<std::pair<ast::QueryPtr, Type>> taken_;
};

// Without the tables of other parts: they would be read.
std::vector<Relation> own_relations(const Bound& bound, const ast::Query& query) {
  const auto declared = surroundings_of(bound, query).declared;
  std::vector<Relation> out = bound.relations;
  for (uint32_t number = 0; number < out.size(); ++number) {
    if (declared.contains(number)) continue;
    out[number] = Relation{};
    out[number].kind = RelationKind::Derived;
  }
  return out;
}

}  // namespace

bool has_scalar_query(const Bound& bound) { return has_scalar_query(query_of(bound)); }

std::optional<Apart> apart(Bound bound) {
  Taker taker{bound};
  taker.query(query_of(bound));
  auto taken = taker.take();
  if (taken.empty()) return std::nullopt;
  Apart out;
  for (auto& [query, type] : taken) {
    Bound value;
    value.relations = own_relations(bound, *query);
    ResultColumn column;
    column.name = "value";
    column.type = type;
    value.columns.push_back(std::move(column));
    value.parameters = bound.parameters;
    value.right_joins = bound.right_joins;
    value.statement.span = query->span;
    value.statement.parameters = bound.statement.parameters;
    value.statement.node = std::move(query);
    out.values.push_back(std::move(value));
  }
  bound.relations = own_relations(bound, query_of(bound));
  out.rest = std::move(bound);
  return out;
}

}  // namespace couch::sql::plan
