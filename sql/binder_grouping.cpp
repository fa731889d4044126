// GROUP BY, and what may stand beside it.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sql/binder.h"
#include "sql/coercion.h"
#include "sql/typing.h"
#include "sql/walk.h"

namespace couch::sql {

namespace {

using ast::Expr;
using ast::ExprPtr;

// Literals with their kind: 1 is not '1'.
std::string literal_print(const Value& value) { return fmt::format("{}:{}", value.index(), text_of(value)); }

class Fingerprint {
 public:
  explicit Fingerprint(const ast::Select* select) : select_(select) {}

  std::string of(const Expr& expr) {
    add(expr);
    return std::move(text_);
  }

 private:
  void add(const Expr& expr) {
    text_ += fmt::format("({}", expr.node.index());
    bool children = true;
    std::visit(
        [&](const auto& n) {
          using T = std::remove_cvref_t<decltype(n)>;
          if constexpr (std::is_same_v<T, ast::Literal>)
            text_ += literal_print(n.value);
          else if constexpr (std::is_same_v<T, ast::ColumnRef>)
            text_ += written(n.name);
          else if constexpr (std::is_same_v<T, ast::Parameter>)
            text_ += fmt::format("?{}", n.index);
          else if constexpr (std::is_same_v<T, ast::BoundColumn>) {
            if (n.relation == output_relation && select_ && n.column < select_->items.size()) {
              text_.resize(text_.rfind('('));
              add(*select_->items[n.column].expr);
              children = false;
              return;
            }
            text_ += fmt::format("{}.{}", n.relation, n.column);
          } else if constexpr (std::is_same_v<T, ast::Unary>)
            text_ += fmt::format("{}", static_cast<int>(n.op));
          else if constexpr (std::is_same_v<T, ast::Binary>)
            text_ += fmt::format("{}", static_cast<int>(n.op));
          else if constexpr (std::is_same_v<T, ast::Logical>)
            text_ += n.conjunction ? "&" : "|";
          else if constexpr (std::is_same_v<T, ast::Compare>)
            text_ += fmt::format("{}", static_cast<int>(n.op));
          else if constexpr (std::is_same_v<T, ast::Distinct> || std::is_same_v<T, ast::IsNull> ||
                             std::is_same_v<T, ast::Between> || std::is_same_v<T, ast::In>)
            text_ += n.negated ? "!" : "";
          else if constexpr (std::is_same_v<T, ast::IsTruth>)
            text_ += fmt::format("{}{}", static_cast<int>(n.value), n.negated);
          else if constexpr (std::is_same_v<T, ast::Like>)
            text_ += fmt::format("{}{}{}", static_cast<int>(n.kind), n.negated, n.escape != nullptr);
          else if constexpr (std::is_same_v<T, ast::InQuery> || std::is_same_v<T, ast::Exists> ||
                             std::is_same_v<T, ast::ScalarQuery> || std::is_same_v<T, ast::Quantified>)
            text_ += fmt::format("{}", static_cast<const void*>(n.query.get()));
          else if constexpr (std::is_same_v<T, ast::Case>)
            text_ += fmt::format("{}{}", n.subject != nullptr, n.otherwise != nullptr);
          else if constexpr (std::is_same_v<T, ast::Cast>)
            text_ += fmt::format("{}{}", name_of(n.type), n.implicit);
          else if constexpr (std::is_same_v<T, ast::Call>) {
            text_ += fmt::format("{}{}{}", n.name, n.distinct, n.arguments.size());
            // Two windows are never taken for the same.
            if (n.over || n.filter || !n.order_by.empty())
              text_ += fmt::format("{}", static_cast<const void*>(&n));
          } else {
            static_assert(std::is_same_v<T, ast::Star> || std::is_same_v<T, ast::Default> ||
                          std::is_same_v<T, ast::Row>);
          }
        },
        expr.node);
    if (!children) return;
    for_each_child(expr, [&](const ExprPtr& child) { add(*child); });
    text_ += ')';
  }

  const ast::Select* select_;
  std::string text_;
};

bool is_aggregate(const Expr& expr) {
  auto call = std::get_if<ast::Call>(&expr.node);
  if (!call || call->over) return false;
  const Function* function = find_function(call->name);
  return function && function->kind == FunctionKind::Aggregate;
}

// Looks for a column of this SELECT outside aggregates and grouped expressions.
class UngroupedColumn {
 public:
  UngroupedColumn(const std::set<std::string>& grouped, const Scope& scope, const ast::Select& select)
      : grouped_(grouped), scope_(scope), select_(select) {}

  const Expr* find(const Expr& expr) {
    if (auto column = std::get_if<ast::BoundColumn>(&expr.node)) {
      if (column->relation == output_relation) return nullptr;  // the select list is checked itself
      if (!scope_.source_of(column->relation)) return nullptr;  // the outer query's: a constant here
      return grouped_.count(fingerprint(expr, &select_)) ? nullptr : &expr;
    }
    if (is_aggregate(expr)) return nullptr;
    if (!grouped_.empty() && grouped_.count(fingerprint(expr, &select_))) return nullptr;
    const Expr* found = nullptr;
    auto visit = [&](const ExprPtr& child) {
      if (!found) found = find(*child);
    };
    // A subquery may use grouped columns only, too.
    for_each_child(expr, visit, [&](const ast::QueryPtr& query) { for_each_expression(*query, visit); });
    return found;
  }

 private:
  const std::set<std::string>& grouped_;
  const Scope& scope_;
  const ast::Select& select_;
};

}  // namespace

std::string fingerprint(const Expr& expr, const ast::Select* outputs) {
  return Fingerprint(outputs).of(expr);
}

void Binder::group_by(ast::Select& select, SelectContext& context) {
  context.clause = Clause::GroupBy;
  const std::vector<ResultColumn>& columns = *context.outputs;
  for (ast::GroupingElement& element : select.group_by) {
    for (auto& set : element.sets) {
      for (ExprPtr& key : set) {
        auto literal = std::get_if<ast::Literal>(&key->node);
        auto number = literal ? std::get_if<int64_t>(&literal->value) : nullptr;
        if (number) {
          if (*number < 1 || static_cast<uint64_t>(*number) > columns.size()) {
            throw Error(ErrorKind::WrongArguments,
                        fmt::format("GROUP BY {}: there are {} result columns", *number, columns.size()),
                        key->span);
          }
          auto index = static_cast<uint32_t>(*number - 1);
          key->node = ast::BoundColumn{output_relation, index};
          key->type = columns[index].type;
          key->nullable = columns[index].nullable;
        } else {
          expression(key, context);
        }
        if (auto output = std::get_if<ast::BoundColumn>(&key->node);
            output && output->relation == output_relation) {
          std::vector<const Expr*> pending{select.items[output->column].expr.get()};
          while (!pending.empty()) {
            const Expr* e = pending.back();
            pending.pop_back();
            auto call = std::get_if<ast::Call>(&e->node);
            if (is_aggregate(*e) || (call && call->over)) {
              throw Error(ErrorKind::WrongArguments,
                          "GROUP BY cannot use a result column that is an aggregate or a window function",
                          key->span);
            }
            for_each_child(*e, [&](const ExprPtr& child) { pending.push_back(child.get()); });
          }
        }
      }
    }
  }
}

void Binder::check_grouped(const ast::Select& select, const SelectContext& context,
                           const std::vector<ast::OrderItem>* order_by) {
  if (select.group_by.empty() && !context.aggregates) return;
  std::set<std::string> grouped;
  for (const ast::GroupingElement& element : select.group_by) {
    for (const auto& set : element.sets) {
      for (const ExprPtr& key : set) grouped.insert(fingerprint(*key, &select));
    }
  }
  UngroupedColumn search(grouped, context.scope, select);
  auto check = [&](const Expr& expr) {
    const Expr* found = search.find(expr);
    if (!found) return;
    auto place = std::get<ast::BoundColumn>(found->node);
    throw Error(
        ErrorKind::WrongArguments,
        fmt::format("{} is neither grouped nor inside an aggregate: add it to GROUP BY, or take MIN, MAX …",
                    bound_.relations[place.relation].columns[place.column].name),
        found->span);
  };
  for (const ast::SelectItem& item : select.items) check(*item.expr);
  if (select.having) check(*select.having);
  if (order_by) {
    for (const ast::OrderItem& item : *order_by) check(*item.key);
  }
}

}  // namespace couch::sql
