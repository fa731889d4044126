#include "sql/plan/conjuncts.h"

#include "sql/walk.h"

namespace couch::sql::plan {

namespace {

bool has_query(const ast::Expr& expr) {
  bool found = false;
  for_each_child(
      expr, [&](const ast::ExprPtr& child) { found = found || has_query(*child); },
      [&](const ast::QueryPtr&) { found = true; });
  return found;
}

// The only table of a query that is no more than selects around it, or null.
const ast::NamedTable* innermost(const ast::Query& query) {
  if (!query.with.empty()) return nullptr;
  for (const auto& item : query.order_by) {
    if (has_query(*item.key)) return nullptr;
  }
  if (auto* nested = std::get_if<ast::Nested>(&query.body->node)) return innermost(*nested->query);
  auto* select = std::get_if<ast::Select>(&query.body->node);
  if (!select || select->from.size() != 1) return nullptr;
  bool inner = false;
  auto look = [&](const ast::ExprPtr& expr) { inner = inner || (expr && has_query(*expr)); };
  for (const auto& item : select->items) look(item.expr);
  look(select->where);
  look(select->having);
  // Grouping sets are printed as a union of queries.
  for (const auto& element : select->group_by) {
    inner = inner || element.kind != ast::GroupingKind::Plain;
    for (const auto& set : element.sets) {
      for (const auto& key : set) look(key);
    }
  }
  if (inner) return nullptr;
  const auto& from = select->from.front()->node;
  if (auto* derived = std::get_if<ast::DerivedTable>(&from)) return innermost(*derived->query);
  return std::get_if<ast::NamedTable>(&from);
}

}  // namespace

std::vector<const ast::Expr*> conjuncts(const ast::Expr* condition) {
  if (!condition) return {};
  auto* logical = std::get_if<ast::Logical>(&condition->node);
  if (!logical || !logical->conjunction) return {condition};
  std::vector<const ast::Expr*> out;
  for (const auto& term : logical->terms) {
    for (const auto* inner : conjuncts(term.get())) out.push_back(inner);
  }
  return out;
}

bool scans_one_table_once(const Bound& bound, const ast::Query& query, uint32_t* relation) {
  uint32_t tables = 0;
  for (const auto& r : bound.relations) tables += r.kind == RelationKind::Base ? 1 : 0;
  const ast::NamedTable* table = tables == 1 ? innermost(query) : nullptr;
  if (!table || bound.relations[table->relation].kind != RelationKind::Base) return false;
  *relation = table->relation;
  return true;
}

FilledSides filled_sides(ast::JoinKind kind) {
  using ast::JoinKind;
  return {kind == JoinKind::Right || kind == JoinKind::Full,
          kind == JoinKind::Left || kind == JoinKind::Full};
}

bool is_volatile(const ast::Expr& expr) {
  auto* call = std::get_if<ast::Call>(&expr.node);
  bool found = call && call->name == "RAND";
  for_each_child(
      expr, [&](const ast::ExprPtr& child) { found = found || is_volatile(*child); },
      [&](const ast::QueryPtr& query) { found = found || is_volatile(*query); });
  return found;
}

bool is_volatile(const ast::Query& query) {
  bool found = false;
  for_each_expression(query, [&](const ast::ExprPtr& expr) { found = found || is_volatile(*expr); });
  return found;
}

}  // namespace couch::sql::plan
