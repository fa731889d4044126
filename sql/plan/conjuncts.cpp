#include "sql/plan/conjuncts.h"

#include <set>
#include <utility>

#include "sql/walk.h"

namespace couch::sql::plan {

namespace {

struct Reads {
  std::set<uint32_t> relations;
  bool query = false;
};

void collect(const ast::Expr& expr, Reads& reads) {
  if (auto* column = std::get_if<ast::BoundColumn>(&expr.node)) reads.relations.insert(column->relation);
  for_each_child(
      expr, [&](const ast::ExprPtr& child) { collect(*child, reads); },
      [&](const ast::QueryPtr&) { reads.query = true; });
}

Reads reads_of(const ast::Expr& expr) {
  Reads reads;
  collect(expr, reads);
  return reads;
}

class Collector {
 public:
  explicit Collector(const Bound& bound) : by_relation_(bound.relations.size()) {}

  void query(const ast::Query& query) {
    for (const auto& common : query.with) this->query(*common.query);
    body(*query.body);
    for (const auto& item : query.order_by) subqueries(*item.key);
    if (query.limit) subqueries(*query.limit);
    if (query.offset) subqueries(*query.offset);
  }

  std::vector<std::vector<const ast::Expr*>> take() { return std::move(by_relation_); }

 private:
  void body(const ast::QueryBody& body) {
    std::visit([&](const auto& node) { this->node(node); }, body.node);
  }
  void node(const ast::SetOperation& operation) {
    body(*operation.left);
    body(*operation.right);
  }
  void node(const ast::Nested& nested) { query(*nested.query); }
  void node(const ast::Values& values) {
    for (const auto& row : values.rows) {
      for (const auto& value : row) subqueries(*value);
    }
  }
  void node(const ast::Select& select) {
    std::set<uint32_t> here;  // those whose rows WHERE sees as they are
    for (const auto& from : select.from) table(*from, true, here);
    if (select.where) give(*select.where, here);
    for (const auto& item : select.items) subqueries(*item.expr);
    if (select.where) subqueries(*select.where);
    for (const auto& element : select.group_by) {
      for (const auto& set : element.sets) {
        for (const auto& key : set) subqueries(*key);
      }
    }
    if (select.having) subqueries(*select.having);
  }

  // kept: rows of this table reach the WHERE unless a condition drops them; no outer join fills it with
  // NULLs. Adds its base relations to `reached` where that is so.
  void table(const ast::TableRef& ref, bool kept, std::set<uint32_t>& reached) {
    if (auto* named = std::get_if<ast::NamedTable>(&ref.node)) {
      if (kept) reached.insert(named->relation);
    } else if (auto* derived = std::get_if<ast::DerivedTable>(&ref.node)) {
      query(*derived->query);
    } else if (auto* join = std::get_if<ast::Join>(&ref.node)) {
      using ast::JoinKind;
      bool fills_left = join->kind == JoinKind::Right || join->kind == JoinKind::Full;
      bool fills_right = join->kind == JoinKind::Left || join->kind == JoinKind::Full;
      std::set<uint32_t> left, right;
      table(*join->left, true, left);
      table(*join->right, true, right);
      if (join->on) {
        // A row that fails ON makes no difference on a side that is filled (it would be filled as well
        // without it), or on both sides of an inner join; on the other side of an outer join it stands in the
        // result all the same.
        if (!fills_left) give(*join->on, right);
        if (!fills_right) give(*join->on, left);
        subqueries(*join->on);
      }
      if (kept && !fills_left) reached.insert(left.begin(), left.end());
      if (kept && !fills_right) reached.insert(right.begin(), right.end());
    }
  }

  void give(const ast::Expr& condition, const std::set<uint32_t>& relations) {
    for (const auto* term : conjuncts(&condition)) {
      Reads reads = reads_of(*term);
      if (reads.query || reads.relations.size() > 1) continue;
      for (uint32_t relation : relations) {
        if (reads.relations.empty() || reads.relations.contains(relation))
          by_relation_[relation].push_back(term);
      }
    }
  }

  void subqueries(const ast::Expr& expr) {
    for_each_child(
        expr, [&](const ast::ExprPtr& child) { subqueries(*child); },
        [&](const ast::QueryPtr& inner) { query(*inner); });
  }

  std::vector<std::vector<const ast::Expr*>> by_relation_;
};

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

std::vector<std::vector<const ast::Expr*>> conditions_by_relation(const Bound& bound,
                                                                  const ast::Query& query) {
  Collector collector{bound};
  collector.query(query);
  return collector.take();
}

bool scans_one_table_once(const Bound& bound, const ast::Query& query, uint32_t* relation) {
  uint32_t tables = 0;
  for (const auto& r : bound.relations) tables += r.kind == RelationKind::Base ? 1 : 0;
  const ast::NamedTable* table = tables == 1 ? innermost(query) : nullptr;
  if (!table || bound.relations[table->relation].kind != RelationKind::Base) return false;
  *relation = table->relation;
  return true;
}

}  // namespace couch::sql::plan
