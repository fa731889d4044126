#include "sql/plan/reduce_query.h"

#include <algorithm>
#include <string_view>

#include "sql/decode/raw.h"
#include "sql/functions.h"
#include "sql/plan/hint.h"
#include "sql/walk.h"

namespace couch::sql::plan {

namespace {

using ast::Expr;
using ast::ExprPtr;

bool any_of(const Expr& expr, auto&& test) {
  if (test(expr)) return true;
  bool found = false;
  for_each_child(expr, [&](const ExprPtr& child) { found = found || any_of(*child, test); });
  return found;
}

bool differs_by_row(const Expr& expr) {
  auto* call = std::get_if<ast::Call>(&expr.node);
  return call && call->name == "RAND";
}

bool is_window(const Expr& expr) {
  auto* call = std::get_if<ast::Call>(&expr.node);
  if (!call) return false;
  const Function* function = find_function(call->name);
  return call->over || (function && function->kind == FunctionKind::Window);
}

class Reader {
 public:
  explicit Reader(const Sight& sight) : sight_(sight) {}

  bool query(const ast::Query& query) {
    for (const auto& common : query.with) {
      if (!this->query(*common.query)) return false;
    }
    if ((query.limit && !stands_alone(*query.limit)) || (query.offset && !stands_alone(*query.offset)))
      return false;
    return body(*query.body, &query);
  }

  std::vector<GroupedRead> take() { return std::move(out_); }

 private:
  bool body(const ast::QueryBody& body, const ast::Query* owner) {
    return std::visit([&](const auto& node) { return this->node(node, owner); }, body.node);
  }
  bool node(const ast::SetOperation& operation, const ast::Query*) {
    return body(*operation.left, nullptr) && body(*operation.right, nullptr);
  }
  bool node(const ast::Nested& nested, const ast::Query*) { return query(*nested.query); }
  bool node(const ast::Values& values, const ast::Query*) {
    return std::all_of(values.rows.begin(), values.rows.end(), [&](const auto& row) {
      return std::all_of(row.begin(), row.end(), [&](const ExprPtr& e) { return stands_alone(*e); });
    });
  }
  bool node(const ast::Select& select, const ast::Query* owner) {
    if (!all_of(select, owner, [&](const Expr& expr) { return subqueries(expr); })) return false;
    bool base = false;
    for (const auto& from : select.from) {
      if (!table(*from, base)) return false;
    }
    if (!base) return reads_no_table(select, owner);
    return select.from.size() == 1 && std::holds_alternative<ast::NamedTable>(select.from.front()->node) &&
           grouped(select, owner);
  }

  // base: a base table is in it.
  bool table(const ast::TableRef& ref, bool& base) {
    if (auto* named = std::get_if<ast::NamedTable>(&ref.node)) {
      base = base || sight_.bound.relations[named->relation].kind == RelationKind::Base;
      return true;
    }
    if (auto* derived = std::get_if<ast::DerivedTable>(&ref.node))
      return !derived->lateral && query(*derived->query);
    const auto& join = std::get<ast::Join>(ref.node);
    bool inside = false;
    return table(*join.left, inside) && table(*join.right, inside) && !inside &&
           (!join.on || (subqueries(*join.on) && !reads_table(*join.on)));
  }

  // What a SELECT computes, and its ORDER BY.
  static bool all_of(const ast::Select& select, const ast::Query* owner, auto&& test) {
    bool all = true;
    for_each_own_expression(select, [&](const ExprPtr& expr) { all = all && test(*expr); });
    if (owner) {
      for (const auto& item : owner->order_by) all = all && test(*item.key);
    }
    return all;
  }

  // Subqueries, wherever they stand, are queries of the same kind.
  bool subqueries(const Expr& expr) {
    bool all = true;
    for_each_child(
        expr, [&](const ExprPtr& child) { all = all && subqueries(*child); },
        [&](const ast::QueryPtr& query) { all = all && this->query(*query); });
    return all;
  }

  // What stands beside no table reads no column of one: it would be an outer query's, and had to be one of
  // the keys of its groups.
  bool reads_no_table(const ast::Select& select, const ast::Query* owner) const {
    return all_of(select, owner, [&](const Expr& expr) { return !reads_table(expr); });
  }
  bool reads_table(const Expr& expr) const {
    return any_of(expr, [&](const Expr& one) {
      auto* column = std::get_if<ast::BoundColumn>(&one.node);
      return column && column->relation != output_relation &&
             sight_.bound.relations[column->relation].kind == RelationKind::Base;
    });
  }
  bool stands_alone(const Expr& expr) const { return !has_query(expr) && !reads_table(expr); }

  // ---- one SELECT over one base table
  bool grouped(const ast::Select& select, const ast::Query* owner) {
    const auto& named = std::get<ast::NamedTable>(select.from.front()->node);
    const Relation& relation = sight_.bound.relations[named.relation];
    if (read_hint(relation.hint, relation.span).of_documents()) return false;
    TableKind kind = relation.table->kind;
    if (kind != TableKind::Typed && kind != TableKind::Database) return false;
    read_ = {};
    read_.relation = named.relation;
    read_.select = &select;

    std::vector<const Expr*> results;  // what is computed of groups, or of rows where nothing groups
    for (const auto& item : select.items) results.push_back(item.expr.get());
    if (select.having) results.push_back(select.having.get());
    if (owner) {
      for (const auto& item : owner->order_by) results.push_back(item.key.get());
    }
    aggregates_ = std::any_of(results.begin(), results.end(),
                              [](const Expr* e) { return any_of(*e, is_aggregate_call); });
    groups_ = !select.group_by.empty() || aggregates_ || select.having;
    auto windowed = [](const Expr* e) { return any_of(*e, is_window); };
    const bool windows = !select.windows.empty() || std::any_of(results.begin(), results.end(), windowed);
    if (!groups_ && (!select.distinct || windows)) return false;
    only_strict_ = true;
    strict_.clear();

    if (select.where && !of_rows(*select.where)) return false;
    for (const auto& element : select.group_by) {
      for (const auto& set : element.sets) {
        for (const auto& key : set) {
          const Expr* expr = key.get();
          if (auto* output = std::get_if<ast::BoundColumn>(&expr->node);
              output && output->relation == output_relation)
            expr = select.items[output->column].expr.get();
          if (!bare_or_steady(*expr)) return false;
        }
      }
    }
    for (const Expr* expr : results) {
      if (!(groups_ ? of_groups(*expr) : bare_or_steady(*expr))) return false;
    }
    if (groups_ && select.group_by.empty() && only_strict_ && strict_.size() == 1)
      read_.ignored_nulls = *strict_.begin();
    for (uint32_t column : read_.columns) read_.measured.erase(column);
    out_.push_back(std::move(read_));
    return true;
  }

  // Notes the columns that are read; false: one of them cannot be told by keys.
  bool take_columns(const Expr& expr) {
    if (auto* column = std::get_if<ast::BoundColumn>(&expr.node)) {
      if (column->relation == output_relation) return true;
      if (column->relation != read_.relation) return false;
      const Table& table = *sight_.bound.relations[read_.relation].table;
      const Column& own = table.columns[column->column];
      if (!table.is_discriminator(own) && !key_tells(own, sight_)) return false;
      read_.columns.insert(column->column);
      return true;
    }
    bool all = true;
    for_each_child(expr, [&](const ExprPtr& child) { all = all && take_columns(*child); });
    return all;
  }

  // Values that group as one may differ: text that the collation holds equal, digits of equal numbers.
  bool is_loose(const Expr& expr) const {
    const Column* column = plain_column(expr, sight_.bound);
    return column && (column->type.kind == TypeKind::Decimal || class_of(column->type) == TypeClass::Text);
  }
  bool has_loose(const Expr& expr) const {
    return any_of(expr, [&](const Expr& e) { return is_loose(e); });
  }

  // Its value is the same for all rows that group as one.
  bool is_steady(const Expr& expr) const {
    if (any_of(expr, differs_by_row)) return false;
    if (!has_loose(expr)) return true;
    auto plain = [&](const ExprPtr& e) { return is_loose(*e) || !has_loose(*e); };
    return std::visit(
        [&](const auto& n) {
          using T = std::remove_cvref_t<decltype(n)>;
          if constexpr (std::is_same_v<T, ast::Compare> || std::is_same_v<T, ast::Distinct>) {
            return plain(n.left) && plain(n.right);
          } else if constexpr (std::is_same_v<T, ast::IsNull>) {
            return plain(n.subject);
          } else if constexpr (std::is_same_v<T, ast::Between>) {
            return plain(n.subject) && plain(n.low) && plain(n.high);
          } else if constexpr (std::is_same_v<T, ast::In>) {
            return plain(n.subject) && std::all_of(n.list.begin(), n.list.end(), plain);
          } else if constexpr (std::is_same_v<T, ast::Logical>) {
            return std::all_of(n.terms.begin(), n.terms.end(),
                               [&](const ExprPtr& t) { return is_steady(*t); });
          } else if constexpr (std::is_same_v<T, ast::Unary>) {
            return n.op == ast::UnaryOp::Not && is_steady(*n.operand);
          } else if constexpr (std::is_same_v<T, ast::IsTruth>) {
            return is_steady(*n.subject);
          } else {
            return false;
          }
        },
        expr.node);
  }
  bool of_rows(const Expr& expr) { return is_steady(expr) && take_columns(expr); }
  bool bare_or_steady(const Expr& expr) { return (is_loose(expr) || is_steady(expr)) && take_columns(expr); }

  // Outside of aggregates there are groups' keys only, and a group's key may be any of its values.
  bool of_groups(const Expr& expr) {
    if (differs_by_row(expr)) return false;
    if (is_aggregate_call(expr)) return aggregate(std::get<ast::Call>(expr.node));
    if (std::holds_alternative<ast::BoundColumn>(expr.node)) return take_columns(expr);
    bool all = true;
    for_each_child(expr, [&](const ExprPtr& child) { all = all && of_groups(*child); });
    return all;
  }

  bool aggregate(const ast::Call& call) {
    if (call.filter && !of_rows(*call.filter)) return false;
    if (!call.order_by.empty() || call.ignore_nulls || call.arguments.size() != 1) return false;
    const Expr& argument = *call.arguments.front();
    const std::string_view name = call.name;
    if (name == "GROUPING") return true;
    if (name == "COUNT") {
      const Column* column = plain_column(argument, sight_.bound);
      const bool literal = std::holds_alternative<ast::Literal>(argument.node);
      // COUNT(DISTINCT 1) is 1, and COUNT(DISTINCT _id) the number of rows.
      if (std::holds_alternative<ast::Star>(argument.node) ||
          (column && is_own(argument) && is_always_there(*column)) || (literal && !call.distinct)) {
        only_strict_ = false;
        return true;
      }
      if (!call.distinct && measure(argument, false)) return strict(argument);
      return strict(argument) && bare_or_steady(argument);
    }
    if ((name == "MIN" || name == "MAX") && measure(argument, true)) return strict(argument);
    if (name == "MIN" || name == "MAX" || name == "EVERY" || name == "BOOL_AND" || name == "BOOL_OR")
      return strict(argument) && bare_or_steady(argument);
    if (name == "SUM" || name == "AVG") {
      if (!call.distinct && measure(argument, true)) return strict(argument);
      TypeClass of = class_of(argument.type);
      return (of == TypeClass::Number && argument.type.kind != TypeKind::Decimal) && strict(argument) &&
             of_rows(argument);
    }
    return false;
  }

  bool is_own(const Expr& column) const {
    return std::get<ast::BoundColumn>(column.node).relation == read_.relation;
  }

  // A plain column of which its number of values is wanted, or what is summed and compared of numbers.
  bool measure(const Expr& argument, bool as_number) {
    const Column* column = plain_column(argument, sight_.bound);
    if (!column || !key_tells(*column, sight_)) return false;
    if (!is_own(argument)) return false;
    if (as_number && (class_of(column->type) != TypeClass::Number || column->type.kind == TypeKind::Decimal))
      return false;
    if (sight_.bound.relations[read_.relation].table->is_discriminator(*column)) return false;
    read_.measured.insert(std::get<ast::BoundColumn>(argument.node).column);
    return true;
  }

  // Remembers whose NULLs the aggregates pass over.
  bool strict(const Expr& argument) {
    if (auto* column = std::get_if<ast::BoundColumn>(&argument.node)) {
      strict_.insert(column->column);
    } else {
      only_strict_ = false;
    }
    return true;
  }

  const Sight& sight_;
  std::vector<GroupedRead> out_;
  GroupedRead read_;
  bool aggregates_ = false, groups_ = false;
  bool only_strict_ = true;    // each aggregate is of a column
  std::set<uint32_t> strict_;  // those columns
};

}  // namespace

bool has_query(const Expr& expr) {
  bool found = false;
  for_each_child(
      expr, [&](const ExprPtr& child) { found = found || has_query(*child); },
      [&](const ast::QueryPtr&) { found = true; });
  return found;
}

bool is_aggregate_call(const Expr& expr) {
  auto* call = std::get_if<ast::Call>(&expr.node);
  if (!call || call->over) return false;
  const Function* function = find_function(call->name);
  return function && function->kind == FunctionKind::Aggregate;
}

bool is_always_there(const Column& column) {
  return column.source == ColumnSource::Id || column.source == ColumnSource::Rev ||
         column.source == ColumnSource::Document;
}

const Column* plain_column(const Expr& expr, const Bound& all) {
  auto* bound = std::get_if<ast::BoundColumn>(&expr.node);
  if (!bound || bound->relation == output_relation) return nullptr;
  const Relation& relation = all.relations[bound->relation];
  return relation.kind == RelationKind::Base ? &relation.table->columns[bound->column] : nullptr;
}

bool key_tells(const Column& column, const Sight& sight) {
  if (column.source != ColumnSource::Path || !column.array_steps.empty() ||
      decode::takes_any_value(column.type))
    return false;
  if (sight.mismatch == MismatchPolicy::Error) return false;
  switch (class_of(column.type)) {
    case TypeClass::Bit:
    case TypeClass::Number: return true;
    case TypeClass::Text: return sight.collation == CollationKind::Server;
    case TypeClass::Null:
    case TypeClass::Date:
    case TypeClass::Time:
    case TypeClass::Timestamp:
    case TypeClass::Binary:
    case TypeClass::Interval: return false;
  }
  return false;
}

std::optional<std::vector<GroupedRead>> grouped_reads(const ast::Query& query, const Sight& sight) {
  Reader reader{sight};
  if (!reader.query(query)) return std::nullopt;
  auto out = reader.take();
  if (out.empty()) return std::nullopt;
  return out;
}

}  // namespace couch::sql::plan
