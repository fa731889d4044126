#include "sql/plan/flatten.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "sql/functions.h"
#include "sql/plan/conjuncts.h"
#include "sql/plan/substitute.h"
#include "sql/walk.h"

namespace couch::sql::plan {

namespace {

using ast::Expr;
using ast::ExprPtr;

// What an item of a merged table may be: a value of its row alone, the same each time, that is no constant
// (in ORDER BY and GROUP BY those are positions).
struct ItemLook {
  bool columns = false, other = false;
};
void look(const Expr& expr, ItemLook& out) {
  if (auto* column = std::get_if<ast::BoundColumn>(&expr.node))
    (column->relation == output_relation ? out.other : out.columns) = true;
  if (auto* call = std::get_if<ast::Call>(&expr.node)) {
    const Function* function = find_function(call->name);
    if (!function || function->kind != FunctionKind::Scalar || call->over || call->name == "RAND")
      out.other = true;
  }
  for_each_child(
      expr, [&](const ExprPtr& child) { look(*child, out); },
      [&](const ast::QueryPtr&) { out.other = true; });
}
bool has_beyond_row(const Expr& expr) {
  auto* call = std::get_if<ast::Call>(&expr.node);
  const Function* function = call ? find_function(call->name) : nullptr;
  bool found = call && (!function || function->kind != FunctionKind::Scalar || call->over);
  for_each_child(expr, [&](const ExprPtr& child) { found = found || has_beyond_row(*child); });
  return found;
}

void visit_columns(Expr& expr, const auto& visit) {
  if (auto* column = std::get_if<ast::BoundColumn>(&expr.node)) return visit(expr, *column);
  for_each_child(
      expr, [&](ExprPtr& child) { visit_columns(*child, visit); },
      [&](ast::QueryPtr& inner) {
        for_each_expression(*inner, [&](ExprPtr& child) { visit_columns(*child, visit); });
      });
}

class Flattener {
 public:
  explicit Flattener(Bound& bound) : bound_(bound) {}

  void query(ast::Query& query) {
    for (auto& common : query.with) this->query(*common.query);
    body(*query.body, &query);
    for (auto& item : query.order_by) subqueries(*item.key);
    if (query.limit) subqueries(*query.limit);
    if (query.offset) subqueries(*query.offset);
  }

 private:
  void body(ast::QueryBody& body, ast::Query* owner) {
    if (auto* select = std::get_if<ast::Select>(&body.node)) {
      this->select(*select, owner);
    } else if (auto* operation = std::get_if<ast::SetOperation>(&body.node)) {
      this->body(*operation->left, nullptr);
      this->body(*operation->right, nullptr);
    } else if (auto* nested = std::get_if<ast::Nested>(&body.node)) {
      query(*nested->query);
    } else if (auto* values = std::get_if<ast::Values>(&body.node)) {
      for (auto& row : values->rows) {
        for (auto& value : row) subqueries(*value);
      }
    }
  }
  void subqueries(Expr& expr) {
    for_each_child(
        expr, [&](ExprPtr& child) { subqueries(*child); }, [&](ast::QueryPtr& inner) { query(*inner); });
  }

  void select(ast::Select& select, ast::Query* owner) {
    for (auto& from : select.from) inside(*from);
    for (auto& item : select.items) subqueries(*item.expr);
    if (select.where) subqueries(*select.where);
    for (auto& element : select.group_by) {
      for (auto& set : element.sets) {
        for (auto& key : set) subqueries(*key);
      }
    }
    if (select.having) subqueries(*select.having);
    // From the inside out: what is merged here has been flattened.
    std::vector<ExprPtr> conditions;
    std::map<uint32_t, std::vector<ast::SelectItem>> merged;
    ordered_ = !forgets_order(select);
    for (auto& from : select.from) merge(*from, true, conditions, merged);
    if (merged.empty()) return;
    replace(select, owner, merged);
    for (auto& condition : conditions) select.where = both(std::move(select.where), std::move(condition));
  }
  // The queries of derived tables, and those in the conditions of joins.
  void inside(ast::TableRef& ref) {
    if (auto* derived = std::get_if<ast::DerivedTable>(&ref.node)) {
      query(*derived->query);
    } else if (auto* join = std::get_if<ast::Join>(&ref.node)) {
      inside(*join->left);
      inside(*join->right);
      if (join->on) subqueries(*join->on);
    }
  }

  // kept: WHERE sees the table's rows as they are, so that its own WHERE can be there.
  void merge(ast::TableRef& ref, bool kept, std::vector<ExprPtr>& conditions,
             std::map<uint32_t, std::vector<ast::SelectItem>>& merged) {
    if (auto* join = std::get_if<ast::Join>(&ref.node)) {
      const auto [fills_left, fills_right] = filled_sides(join->kind);
      merge(*join->left, kept && !fills_left, conditions, merged);
      merge(*join->right, kept && !fills_right, conditions, merged);
      return;
    }
    auto* derived = std::get_if<ast::DerivedTable>(&ref.node);
    if (!derived || !kept || !mergeable(*derived)) return;
    auto inner = std::move(derived->query);
    uint32_t relation = derived->relation;
    auto& select = std::get<ast::Select>(inner->body->node);
    merged[relation] = std::move(select.items);
    if (select.where) conditions.push_back(std::move(select.where));
    ast::TableRefPtr all = std::move(select.from.front());
    for (size_t i = 1; i < select.from.size(); ++i) {
      auto cross = std::make_unique<ast::TableRef>();
      cross->span = ref.span;
      cross->depth = std::max(all->depth, select.from[i]->depth) + 1;
      ast::Join join;
      join.kind = ast::JoinKind::Cross;
      join.left = std::move(all);
      join.right = std::move(select.from[i]);
      cross->node = std::move(join);
      all = std::move(cross);
    }
    ref = std::move(*all);
  }

  // Whatever order the rows come in, the result is the same.
  static bool forgets_order(const ast::Select& select) {
    bool aggregates = false, others = false;
    const auto look = [&](const Expr& expr, const auto& self) -> void {
      auto* call = std::get_if<ast::Call>(&expr.node);
      const Function* function = call ? find_function(call->name) : nullptr;
      if (call && (!function || call->over || function->kind == FunctionKind::Window)) others = true;
      if (function && function->kind == FunctionKind::Aggregate && !call->over) {
        static constexpr std::array<std::string_view, 8> any_order{"COUNT", "SUM",   "AVG",      "MIN",
                                                                   "MAX",   "EVERY", "BOOL_AND", "BOOL_OR"};
        const bool fits = std::find(any_order.begin(), any_order.end(), call->name) != any_order.end();
        (fits ? aggregates : others) = true;
      }
      for_each_child(
          expr, [&](const ExprPtr& child) { self(*child, self); },
          [&](const ast::QueryPtr&) { others = true; });
    };
    for_each_own_expression(select, [&](const ExprPtr& expr) { look(*expr, look); });
    return aggregates && !others;
  }

  bool mergeable(const ast::DerivedTable& derived) const {
    const ast::Query& query = *derived.query;
    // ORDER BY in there has no meaning in SQL, but who wrote it alone expects it.
    if (derived.lateral || !query.with.empty() || query.limit || query.offset ||
        (ordered_ && !query.order_by.empty()))
      return false;
    auto* select = std::get_if<ast::Select>(&query.body->node);
    if (!select || select->distinct || select->from.empty() || !select->group_by.empty() || select->having ||
        !select->windows.empty())
      return false;
    const auto& used = bound_.relations[derived.relation].used;
    for (size_t i = 0; i < select->items.size(); ++i) {
      const Expr& item = *select->items[i].expr;
      if (has_beyond_row(item)) return false;
      ItemLook found;
      look(item, found);
      if (i < used.size() && used[i] && (found.other || !found.columns)) return false;
    }
    return true;
  }

  void replace(ast::Select& select, ast::Query* owner,
               const std::map<uint32_t, std::vector<ast::SelectItem>>& merged) {
    auto one = [&](ExprPtr& root) {
      visit_columns(*root, [&](Expr& expr, const ast::BoundColumn& column) {
        auto found = merged.find(column.relation);
        if (found == merged.end()) return;
        auto copy = substituted(*found->second.at(column.column).expr,
                                [](const ast::BoundColumn&) -> const Expr* { return nullptr; });
        copy->span = expr.span;
        // An outer join may fill it with NULLs here.
        copy->nullable = copy->nullable || expr.nullable;
        expr = std::move(*copy);
      });
    };
    ast::Query around;  // only to walk it
    around.body = std::make_unique<ast::QueryBody>();
    around.body->node = std::move(select);
    for_each_expression(around, one);
    select = std::move(std::get<ast::Select>(around.body->node));
    if (!owner) return;
    for (auto& item : owner->order_by) one(item.key);
  }

  static ExprPtr both(ExprPtr first, ExprPtr second) {
    if (!first) return second;
    if (!second) return first;
    auto out = std::make_unique<Expr>();
    out->span = first->span;
    out->depth = std::max(first->depth, second->depth) + 1;
    out->type = first->type;
    ast::Logical all;
    all.conjunction = true;
    for (auto* side : {&first, &second}) {
      auto* logical = std::get_if<ast::Logical>(&(*side)->node);
      if (logical && logical->conjunction) {
        std::move(logical->terms.begin(), logical->terms.end(), std::back_inserter(all.terms));
      } else {
        all.terms.push_back(std::move(*side));
      }
    }
    out->node = std::move(all);
    return out;
  }

  Bound& bound_;
  bool ordered_ = true;  // the order of a derived table's rows may be seen
};

}  // namespace

void flatten(Bound& bound, ast::Query& query) {
  Flattener{bound}.query(query);
  std::vector<std::vector<bool>> read;
  for (const auto& relation : bound.relations) read.emplace_back(relation.used.size(), false);
  for_each_expression(query, [&](ExprPtr& root) {
    visit_columns(*root, [&](Expr&, const ast::BoundColumn& column) {
      if (column.relation < read.size() && column.column < read[column.relation].size())
        read[column.relation][column.column] = true;
    });
  });
  for (size_t i = 0; i < read.size(); ++i) {
    if (bound.relations[i].kind == RelationKind::Base) bound.relations[i].used = std::move(read[i]);
  }
}

}  // namespace couch::sql::plan
