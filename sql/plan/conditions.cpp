#include "sql/plan/conditions.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "sql/functions.h"
#include "sql/plan/conjuncts.h"
#include "sql/plan/substitute.h"
#include "sql/plan/surroundings.h"
#include "sql/typing.h"
#include "sql/walk.h"

namespace couch::sql::plan {

namespace {

using ast::Expr;

// What an expression reads.
struct Reads {
  std::set<uint32_t> relations;
  bool query = false;      // a subquery is in it
  bool volatile_ = false;  // it may give another value the next time
};

void collect(const Expr& expr, Reads& reads) {
  if (auto* column = std::get_if<ast::BoundColumn>(&expr.node)) reads.relations.insert(column->relation);
  if (auto* call = std::get_if<ast::Call>(&expr.node))
    reads.volatile_ = reads.volatile_ || call->name == "RAND";
  for_each_child(
      expr, [&](const ast::ExprPtr& child) { collect(*child, reads); },
      [&](const ast::QueryPtr&) { reads.query = true; });
}

Reads reads_of(const Expr& expr) {
  Reads reads;
  collect(expr, reads);
  return reads;
}

// An aggregate or a window function is in it.
bool has_beyond_row(const Expr& expr) {
  auto* call = std::get_if<ast::Call>(&expr.node);
  const Function* function = call ? find_function(call->name) : nullptr;
  bool found = call && (!function || function->kind != FunctionKind::Scalar || call->over);
  for_each_child(expr, [&](const ast::ExprPtr& child) { found = found || has_beyond_row(*child); });
  return found;
}
bool has_window(const Expr& expr) {
  auto* call = std::get_if<ast::Call>(&expr.node);
  bool found = call && call->over;
  for_each_child(expr, [&](const ast::ExprPtr& child) { found = found || has_window(*child); });
  return found;
}

// Values that are equal are not told apart by it (texts that the collation holds equal, 1 and 1.0).
bool respects_equality(const Expr& expr) {
  bool kind =
      std::holds_alternative<ast::Compare>(expr.node) || std::holds_alternative<ast::In>(expr.node) ||
      std::holds_alternative<ast::Between>(expr.node) || std::holds_alternative<ast::Logical>(expr.node) ||
      std::holds_alternative<ast::IsNull>(expr.node) || std::holds_alternative<ast::Distinct>(expr.node) ||
      std::holds_alternative<ast::BoundColumn>(expr.node) ||
      std::holds_alternative<ast::Literal>(expr.node) || std::holds_alternative<ast::Parameter>(expr.node);
  auto* sign = std::get_if<ast::Unary>(&expr.node);
  if (!kind && !sign) return false;
  bool all = true;
  for_each_child(expr, [&](const ast::ExprPtr& child) { all = all && respects_equality(*child); });
  return all;
}

class Collector {
 public:
  explicit Collector(const Bound& bound) : bound_(bound), out_(std::make_shared<Conditions>()) {
    out_->by_relation.resize(bound.relations.size());
    out_->links.resize(bound.relations.size());
    common_uses_.resize(bound.relations.size());
  }

  std::shared_ptr<Conditions> run(const ast::Query& root) {
    look(root);
    query(root);
    spread();
    return std::move(out_);
  }

 private:
  // ---- first walk: which query each derived table and WITH element is, and how often the latter are read
  void look(const ast::Query& query) {
    for (const auto& common : query.with) {
      bool recursive = query.recursive && std::holds_alternative<ast::SetOperation>(common.query->body->node);
      if (!recursive) queries_[common.relation] = common.query.get();
      look(*common.query);
    }
    look(*query.body);
    for (const auto& item : query.order_by) look(*item.key);
    if (query.limit) look(*query.limit);
    if (query.offset) look(*query.offset);
  }
  void look(const ast::QueryBody& body) {
    if (auto* select = std::get_if<ast::Select>(&body.node)) {
      std::set<uint32_t> here;
      for (const auto& from : select->from) look(*from, true, here);
      here_[select] = std::move(here);
      for (const auto& item : select->items) look(*item.expr);
      if (select->where) look(*select->where);
      for (const auto& element : select->group_by) {
        for (const auto& set : element.sets) {
          for (const auto& key : set) look(*key);
        }
      }
      if (select->having) look(*select->having);
    } else if (auto* values = std::get_if<ast::Values>(&body.node)) {
      for (const auto& row : values->rows) {
        for (const auto& value : row) look(*value);
      }
    } else if (auto* operation = std::get_if<ast::SetOperation>(&body.node)) {
      look(*operation->left);
      look(*operation->right);
    } else if (auto* nested = std::get_if<ast::Nested>(&body.node)) {
      look(*nested->query);
    }
  }
  void look(const Expr& expr) {
    for_each_child(
        expr, [&](const ast::ExprPtr& child) { look(*child); },
        [&](const ast::QueryPtr& inner) { look(*inner); });
  }
  // kept: rows of this table reach the WHERE unless a condition drops them; no outer join fills it with
  // NULLs. Adds its relations to `reached` where that is so.
  void look(const ast::TableRef& ref, bool kept, std::set<uint32_t>& reached) {
    if (auto* named = std::get_if<ast::NamedTable>(&ref.node)) {
      const Relation& relation = bound_.relations[named->relation];
      if (relation.kind == RelationKind::Common) {
        ++common_uses_[relation.common];
        named_commons_[named->relation] = relation.common;
      }
      if (kept) reached.insert(named->relation);
    } else if (auto* derived = std::get_if<ast::DerivedTable>(&ref.node)) {
      queries_[derived->relation] = derived->query.get();
      look(*derived->query);
      if (kept && !derived->lateral) reached.insert(derived->relation);
    } else if (auto* join = std::get_if<ast::Join>(&ref.node)) {
      const auto [fills_left, fills_right] = filled_sides(join->kind);
      std::set<uint32_t> left, right;
      look(*join->left, true, left);
      look(*join->right, true, right);
      if (join->on) look(*join->on);
      if (kept && !fills_left) reached.insert(left.begin(), left.end());
      if (kept && !fills_right) reached.insert(right.begin(), right.end());
      sides_[join] = {std::move(left), std::move(right)};
    }
  }

  // ---- second walk
  void query(const ast::Query& query) {
    for (const auto& common : query.with) this->query(*common.query);
    body(*query.body);
    for (const auto& item : query.order_by) subqueries(*item.key);
    if (query.limit) subqueries(*query.limit);
    if (query.offset) subqueries(*query.offset);
  }
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
    for (const auto& from : select.from) table(*from);
    if (select.where) give(*select.where, here_.at(&select));
    for (const auto& item : select.items) subqueries(*item.expr);
    if (select.where) subqueries(*select.where);
    for (const auto& element : select.group_by) {
      for (const auto& set : element.sets) {
        for (const auto& key : set) subqueries(*key);
      }
    }
    if (select.having) subqueries(*select.having);
  }
  void table(const ast::TableRef& ref) {
    if (auto* derived = std::get_if<ast::DerivedTable>(&ref.node)) {
      query(*derived->query);
    } else if (auto* join = std::get_if<ast::Join>(&ref.node)) {
      table(*join->left);
      table(*join->right);
      if (!join->on) return;
      // A row that fails ON makes no difference on a side that is filled (it would be filled as well
      // without it), or on both sides of an inner join; on the other side of an outer join it stands in the
      // result all the same.
      const auto [fills_left, fills_right] = filled_sides(join->kind);
      const auto& [left, right] = sides_.at(join);
      std::set<uint32_t> narrowed;
      if (!fills_left) narrowed.insert(right.begin(), right.end());
      if (!fills_right) narrowed.insert(left.begin(), left.end());
      give(*join->on, narrowed);
      subqueries(*join->on);
    }
  }
  void subqueries(const Expr& expr) {
    for_each_child(
        expr, [&](const ast::ExprPtr& child) { subqueries(*child); },
        [&](const ast::QueryPtr& inner) { query(*inner); });
  }

  // ---- a condition that the rows of these relations must pass
  void give(const Expr& condition, const std::set<uint32_t>& relations) {
    for (const auto* term : conjuncts(&condition)) give_term(*term, relations);
  }

  void give_term(const Expr& term, const std::set<uint32_t>& relations) {
    if (auto* in = std::get_if<ast::InQuery>(&term.node)) return give_in(*in, relations);
    if (auto* exists = std::get_if<ast::Exists>(&term.node)) return give_exists(*exists, relations);
    Reads reads = reads_of(term);
    auto* compare = std::get_if<ast::Compare>(&term.node);
    if (compare && compare->op == ast::CompareOp::Equal) {
      equality(*compare->left, *compare->right, relations);
      equality(*compare->right, *compare->left, relations);
    }
    if (reads.query) return;
    if (reads.volatile_) return give_volatile(term, reads, relations);
    if (reads.relations.empty()) return give_constant(term, relations);
    for (uint32_t relation : relations) {
      if (reads.relations != std::set{relation}) continue;
      if (bound_.relations[relation].kind == RelationKind::Base)
        out_->by_relation[relation].push_back(&term);
      else
        give_inside(term, relation);
    }
  }

  // Another value each time: nobody asks it twice, but it has to be known that it is there.
  void give_volatile(const Expr& term, const Reads& reads, const std::set<uint32_t>& relations) {
    for (uint32_t relation : relations) {
      bool reaches = reads.relations.empty() || reads.relations == std::set{relation};
      if (reaches && bound_.relations[relation].kind == RelationKind::Base)
        out_->by_relation[relation].push_back(&term);
    }
  }

  // WHERE 1 = 0: what the relations are made of is not wanted either, whatever is made of it.
  void give_constant(const Expr& term, const std::set<uint32_t>& relations) {
    for (uint32_t relation : relations) {
      if (bound_.relations[relation].kind == RelationKind::Base) {
        out_->by_relation[relation].push_back(&term);
      } else if (const ast::Query* inside = query_inside(relation)) {
        for (uint32_t table : surroundings_of(bound_, *inside).tables)
          out_->by_relation[table].push_back(&term);
      }
    }
  }

  // A condition that reads a derived table's columns, as one on the rows that these are made of.
  void give_inside(const Expr& term, uint32_t relation) {
    const ast::Query* inside = query_inside(relation);
    if (inside) give_query(term, relation, *inside);
  }
  // The query of a derived table, or of a WITH element that is read here only.
  const ast::Query* query_inside(uint32_t relation) const {
    if (auto common = named_commons_.find(relation); common != named_commons_.end()) {
      if (common_uses_[common->second] != 1) return nullptr;
      auto found = queries_.find(common->second);
      return found == queries_.end() ? nullptr : found->second;
    }
    auto found = queries_.find(relation);
    return found == queries_.end() ? nullptr : found->second;
  }
  void give_query(const Expr& term, uint32_t relation, const ast::Query& inside) {
    if (inside.limit || inside.offset) return;
    give_body(term, relation, *inside.body, false);
  }
  // merged: rows that are equal have become one, of which the condition must not see which it is.
  void give_body(const Expr& term, uint32_t relation, const ast::QueryBody& body, bool merged) {
    if (auto* select = std::get_if<ast::Select>(&body.node))
      return give_select(term, relation, *select, merged);
    if (auto* nested = std::get_if<ast::Nested>(&body.node)) {
      if (!nested->query->limit && !nested->query->offset)
        give_body(term, relation, *nested->query->body, merged);
    } else if (auto* operation = std::get_if<ast::SetOperation>(&body.node)) {
      bool all = operation->op == ast::SetOp::Union && operation->all;
      give_body(term, relation, *operation->left, merged || !all);
      give_body(term, relation, *operation->right, merged || !all);
    }
  }
  void give_select(const Expr& term, uint32_t relation, const ast::Select& select, bool merged) {
    bool grouped = !select.group_by.empty() || select.having;
    bool windows = !select.windows.empty(), aggregates = false;
    for (const auto& item : select.items) {
      windows = windows || has_window(*item.expr);
      aggregates = aggregates || has_beyond_row(*item.expr);
    }
    if (windows || (aggregates && !grouped)) return;
    if ((merged || grouped || select.distinct) && !respects_equality(term)) return;
    std::set<uint32_t> columns;  // of the relation, that the term reads
    columns_of(term, relation, columns);
    for (uint32_t column : columns) {
      if (column >= select.items.size()) return;
      const Expr& item = *select.items[column].expr;
      Reads reads = reads_of(item);
      if (reads.query || reads.volatile_ || has_beyond_row(item)) return;
      if (grouped && !is_group_key(select, column, item)) return;
      if (is_binary(relation, column) != is_binary(item)) return;
    }
    auto inner = substituted(term, [&](const ast::BoundColumn& column) -> const Expr* {
      return column.relation == relation ? select.items[column.column].expr.get() : nullptr;
    });
    if (!inner) return;
    out_->owned.push_back(std::move(inner));
    give_term(*out_->owned.back(), here_.at(&select));
  }
  static void columns_of(const Expr& expr, uint32_t relation, std::set<uint32_t>& out) {
    auto* column = std::get_if<ast::BoundColumn>(&expr.node);
    if (column && column->relation == relation) out.insert(column->column);
    for_each_child(expr, [&](const ast::ExprPtr& child) { columns_of(*child, relation, out); });
  }
  // A plain column that all of the one grouping set's rows share.
  static bool is_group_key(const ast::Select& select, uint32_t index, const Expr& item) {
    auto* column = std::get_if<ast::BoundColumn>(&item.node);
    if (!column) return false;
    bool found = false;
    for (const auto& element : select.group_by) {
      if (element.kind != ast::GroupingKind::Plain) return false;
      for (const auto& set : element.sets) {
        for (const auto& key : set) {
          auto* other = std::get_if<ast::BoundColumn>(&key->node);
          if (!other) continue;
          found = found || (other->relation == column->relation && other->column == column->column) ||
                  (other->relation == output_relation && other->column == index);
        }
      }
    }
    return found;
  }

  // ---- links
  // NULL where an outer join filled its relation: only then do the relation's own rows give all its values.
  static bool is_column(const Expr& expr) {
    if (auto* cast = std::get_if<ast::Cast>(&expr.node)) return is_column(*cast->operand);
    return std::holds_alternative<ast::BoundColumn>(expr.node);
  }
  void equality(const Expr& column, const Expr& value, const std::set<uint32_t>& relations) {
    auto* own = std::get_if<ast::BoundColumn>(&column.node);
    if (!own || !relations.contains(own->relation)) return;
    Reads reads = reads_of(value);
    if (reads.volatile_ || reads.relations.contains(own->relation)) return;
    if (auto* scalar = std::get_if<ast::ScalarQuery>(&value.node)) return link(*own, *scalar->query);
    if (!is_column(value) || reads.relations.contains(output_relation)) return;
    Link link;
    link.value = &value;
    link.source = *reads.relations.begin();
    const Relation& source = bound_.relations[link.source];
    if (source.kind == RelationKind::Base) {
      link.tables = {link.source};
    } else {
      auto common = named_commons_.find(link.source);
      auto found = queries_.find(common == named_commons_.end() ? link.source : common->second);
      if (found == queries_.end()) return;
      auto tables = tables_alone(bound_, *found->second);
      if (!tables) return;
      link.query = found->second;
      link.tables = std::move(*tables);
    }
    this->link(*own, std::move(link));
  }
  void link(const ast::BoundColumn& own, const ast::Query& values) {
    auto tables = tables_alone(bound_, values);
    if (!tables) return;
    Link link;
    link.query = &values;
    link.tables = std::move(*tables);
    this->link(own, std::move(link));
  }
  // Into derived tables, down to the base table that the column is of.
  void link(const ast::BoundColumn& own, Link link) {
    if (bound_.relations[own.relation].kind == RelationKind::Base) {
      link.column = own.column;
      out_->links[own.relation].push_back(std::move(link));
      return;
    }
    const ast::Query* inside = query_inside(own.relation);
    if (inside && !inside->limit && !inside->offset) link_body(own, *inside->body, link);
  }
  void link_body(const ast::BoundColumn& own, const ast::QueryBody& body, const Link& link) {
    if (auto* nested = std::get_if<ast::Nested>(&body.node)) {
      if (!nested->query->limit && !nested->query->offset) link_body(own, *nested->query->body, link);
    } else if (auto* operation = std::get_if<ast::SetOperation>(&body.node)) {
      link_body(own, *operation->left, link);
      link_body(own, *operation->right, link);
    } else if (auto* select = std::get_if<ast::Select>(&body.node)) {
      bool grouped = !select->group_by.empty() || select->having;
      bool windows = !select->windows.empty(), aggregates = false;
      for (const auto& item : select->items) {
        windows = windows || has_window(*item.expr);
        aggregates = aggregates || has_beyond_row(*item.expr);
      }
      if (windows || (aggregates && !grouped) || own.column >= select->items.size()) return;
      const Expr& item = *select->items[own.column].expr;
      auto* column = std::get_if<ast::BoundColumn>(&item.node);
      if (!column || (grouped && !is_group_key(*select, own.column, item))) return;
      if (is_binary(own.relation, own.column) != is_binary(item)) return;
      if (here_.at(select).contains(column->relation)) this->link(*column, link);
    }
  }

  // x IN (SELECT y …): rows meet those of the subquery, and the other way around where its rows stand as
  // they are.
  void give_in(const ast::InQuery& in, const std::set<uint32_t>& relations) {
    if (in.negated) return;
    auto* own = std::get_if<ast::BoundColumn>(&in.subject->node);
    if (own && relations.contains(own->relation)) link(*own, *in.query);
    const ast::Select* select = plain_rows(*in.query);
    if (!select || select->items.size() != 1) return;
    equality(*select->items.front().expr, *in.subject, here_.at(select));
    // What the subquery reads of the outer rows makes it a join.
    if (own) equality_outside(*own, *select->items.front().expr, *select, relations);
    if (select->where) outside(*select->where, *select, relations);
  }
  void give_exists(const ast::Exists& exists, const std::set<uint32_t>& relations) {
    const ast::Select* select = plain_rows(*exists.query);
    if (select && select->where) outside(*select->where, *select, relations);
  }
  // A subquery that has a row where its FROM and WHERE give one.
  static const ast::Select* plain_rows(const ast::Query& query) {
    if (!query.with.empty() || query.limit || query.offset) return nullptr;
    auto* select = std::get_if<ast::Select>(&query.body->node);
    if (!select || !select->group_by.empty() || select->having || !select->windows.empty()) return nullptr;
    for (const auto& item : select->items) {
      if (has_beyond_row(*item.expr)) return nullptr;
    }
    return select;
  }
  // Equalities in a subquery's WHERE that rows outside have to meet.
  void outside(const Expr& where, const ast::Select& select, const std::set<uint32_t>& relations) {
    for (const auto* term : conjuncts(&where)) {
      auto* compare = std::get_if<ast::Compare>(&term->node);
      if (!compare || compare->op != ast::CompareOp::Equal) continue;
      if (auto* own = std::get_if<ast::BoundColumn>(&compare->left->node))
        equality_outside(*own, *compare->right, select, relations);
      if (auto* own = std::get_if<ast::BoundColumn>(&compare->right->node))
        equality_outside(*own, *compare->left, select, relations);
    }
  }
  void equality_outside(const ast::BoundColumn& own, const Expr& value, const ast::Select& select,
                        const std::set<uint32_t>& relations) {
    if (!relations.contains(own.relation)) return;
    Reads reads = reads_of(value);
    if (!is_column(value)) return;
    uint32_t source = *reads.relations.begin();
    if (!here_.at(&select).contains(source) || bound_.relations[source].kind != RelationKind::Base) return;
    Link found;
    found.value = &value;
    found.source = source;
    found.tables = {source};
    link(own, std::move(found));
  }

  // ---- a.x = b.x AND a.x = 5: b.x = 5
  void spread() {
    std::set<std::pair<std::pair<uint32_t, uint32_t>, std::pair<uint32_t, uint32_t>>> done;
    for (bool more = true; more;) {
      more = false;
      for (uint32_t target = 0; target < out_->links.size(); ++target) {
        for (const auto& link : out_->links[target]) {
          auto* from = link.value && !link.query ? std::get_if<ast::BoundColumn>(&link.value->node) : nullptr;
          if (!from || from->relation == target) continue;
          // Of texts that are equal by the collation the bytes may differ, and those that are equal by their
          // bytes have another order in it.
          const bool binary = is_binary(target, link.column), from_binary = is_binary(*link.value);
          if (binary && !from_binary) continue;
          const auto conditions = out_->by_relation[from->relation];
          for (const auto* condition : conditions) {
            if (!is_comparison_of(*condition, *from)) continue;
            if (from_binary && !binary && !is_equality(*condition)) continue;
            auto key = std::pair{std::pair{target, link.column},
                                 std::pair{condition->span.begin, condition->span.end}};
            if (!done.insert(key).second) continue;
            more = add(target, link.column, *from, *condition) || more;
          }
        }
      }
    }
  }
  bool add(uint32_t target, uint32_t column, const ast::BoundColumn& from, const Expr& condition) {
    Expr own;
    own.node = ast::BoundColumn{target, column};
    own.type = bound_.relations[target].columns[column].type;
    auto copy = substituted(condition, [&](const ast::BoundColumn& c) -> const Expr* {
      return c.relation == from.relation && c.column == from.column ? &own : nullptr;
    });
    if (!copy) return false;
    out_->owned.push_back(std::move(copy));
    out_->by_relation[target].push_back(out_->owned.back().get());
    return true;
  }
  static bool is_equality(const Expr& condition) {
    auto* compare = std::get_if<ast::Compare>(&condition.node);
    auto* in = std::get_if<ast::In>(&condition.node);
    return (compare && compare->op == ast::CompareOp::Equal) || (in && !in->negated);
  }
  // The column beside constants, compared as its class is, and never true of NULL.
  static bool is_comparison_of(const Expr& condition, const ast::BoundColumn& column) {
    auto is_column = [&](const Expr& expr) {
      auto* other = std::get_if<ast::BoundColumn>(&expr.node);
      return other && other->relation == column.relation && other->column == column.column;
    };
    auto is_constant = [](const Expr& expr) {
      return respects_equality(expr) && reads_of(expr).relations.empty();
    };
    if (auto* compare = std::get_if<ast::Compare>(&condition.node)) {
      return (is_column(*compare->left) && is_constant(*compare->right)) ||
             (is_column(*compare->right) && is_constant(*compare->left));
    }
    if (auto* in = std::get_if<ast::In>(&condition.node)) {
      return is_column(*in->subject) && std::all_of(in->list.begin(), in->list.end(),
                                                    [&](const auto& item) { return is_constant(*item); });
    }
    auto* between = std::get_if<ast::Between>(&condition.node);
    return between && is_column(*between->subject) && is_constant(*between->low) &&
           is_constant(*between->high);
  }

  // _id and _rev, also those of derived tables, are compared by their bytes (engine/sqlite_printer.h).
  bool is_binary(uint32_t relation, uint32_t column) const {
    return bound_.relations[relation].columns[column].is_id_or_revision();
  }
  bool is_binary(const Expr& expr) const {
    auto* column = std::get_if<ast::BoundColumn>(&expr.node);
    return column && column->relation != output_relation && is_binary(column->relation, column->column);
  }

  const Bound& bound_;
  std::shared_ptr<Conditions> out_;
  std::map<uint32_t, const ast::Query*> queries_;  // of derived tables and WITH elements
  std::map<uint32_t, uint32_t> named_commons_;     // where a WITH element is read: its own number
  std::vector<uint32_t> common_uses_;
  std::map<const ast::Select*, std::set<uint32_t>> here_;  // relations whose rows WHERE sees as they are
  std::map<const ast::Join*, std::pair<std::set<uint32_t>, std::set<uint32_t>>> sides_;  // so for ON
};

}  // namespace

std::shared_ptr<const Conditions> conditions_of(const Bound& bound, const ast::Query& query) {
  return Collector{bound}.run(query);
}

}  // namespace couch::sql::plan
