#pragma once
// The children of an expression and the expressions of a query, for passes that do not care which node it is.
#include <type_traits>

#include "sql/ast.h"

namespace couch::sql {

namespace walk_detail {
template <class T, class Visit>
void window(T& w, Visit& visit) {
  for (auto& e : w.partition_by) visit(e);
  for (auto& o : w.order_by) visit(o.key);
  if (w.frame) {
    if (w.frame->start_offset) visit(w.frame->start_offset);
    if (w.frame->end_offset) visit(w.frame->end_offset);
  }
}
}  // namespace walk_detail

// Calls visit(ExprPtr&) (const ExprPtr& for a const expression) for each direct child, left to right; null
// ones are left out. Subqueries are not entered: `query`, when given, is called with each QueryPtr.
template <class E, class Visit, class VisitQuery>
void for_each_child(E& expr, Visit&& visit, VisitQuery&& query) {
  static_assert(std::is_same_v<std::remove_const_t<E>, ast::Expr>);
  auto maybe = [&](auto& child) {
    if (child) visit(child);
  };
  std::visit(
      [&](auto& n) {
        using T = std::remove_cvref_t<decltype(n)>;
        if constexpr (std::is_same_v<T, ast::Literal> || std::is_same_v<T, ast::ColumnRef> ||
                      std::is_same_v<T, ast::Star> || std::is_same_v<T, ast::Parameter> ||
                      std::is_same_v<T, ast::Default> || std::is_same_v<T, ast::BoundColumn>) {
        } else if constexpr (std::is_same_v<T, ast::Unary> || std::is_same_v<T, ast::Cast>) {
          visit(n.operand);
        } else if constexpr (std::is_same_v<T, ast::Binary> || std::is_same_v<T, ast::Compare> ||
                             std::is_same_v<T, ast::Distinct>) {
          visit(n.left);
          visit(n.right);
        } else if constexpr (std::is_same_v<T, ast::Logical>) {
          for (auto& t : n.terms) visit(t);
        } else if constexpr (std::is_same_v<T, ast::IsNull> || std::is_same_v<T, ast::IsTruth>) {
          visit(n.subject);
        } else if constexpr (std::is_same_v<T, ast::Between>) {
          visit(n.subject);
          visit(n.low);
          visit(n.high);
        } else if constexpr (std::is_same_v<T, ast::In>) {
          visit(n.subject);
          for (auto& e : n.list) visit(e);
        } else if constexpr (std::is_same_v<T, ast::InQuery> || std::is_same_v<T, ast::Quantified>) {
          visit(n.subject);
          query(n.query);
        } else if constexpr (std::is_same_v<T, ast::Like>) {
          visit(n.subject);
          visit(n.pattern);
          maybe(n.escape);
        } else if constexpr (std::is_same_v<T, ast::Exists> || std::is_same_v<T, ast::ScalarQuery>) {
          query(n.query);
        } else if constexpr (std::is_same_v<T, ast::Row>) {
          for (auto& e : n.items) visit(e);
        } else if constexpr (std::is_same_v<T, ast::Case>) {
          maybe(n.subject);
          for (auto& b : n.branches) {
            visit(b.when);
            visit(b.then);
          }
          maybe(n.otherwise);
        } else {
          static_assert(std::is_same_v<T, ast::Call>);
          for (auto& e : n.arguments) visit(e);
          for (auto& o : n.order_by) visit(o.key);
          maybe(n.filter);
          if (n.over) walk_detail::window(*n.over, visit);
        }
      },
      expr.node);
}

template <class E, class Visit>
void for_each_child(E& expr, Visit&& visit) {
  for_each_child(expr, visit, [](auto&) {});
}

// Calls visit(ExprPtr&) for the roots of all expressions of a query: of its parts, set operations, derived
// tables and WITH elements. Subqueries inside those expressions are the visitor's to enter.
template <class Q, class Visit>
void for_each_expression(Q& query, Visit&& visit);

namespace walk_detail {
template <class T, class Visit>
void table(T& ref, Visit& visit) {
  std::visit(
      [&](auto& n) {
        using N = std::remove_cvref_t<decltype(n)>;
        if constexpr (std::is_same_v<N, ast::DerivedTable>) {
          for_each_expression(*n.query, visit);
        } else if constexpr (std::is_same_v<N, ast::Join>) {
          table(*n.left, visit);
          table(*n.right, visit);
          if (n.on) visit(n.on);
        } else {
          static_assert(std::is_same_v<N, ast::NamedTable>);
        }
      },
      ref.node);
}

template <class S, class Visit>
void behind_from(S& select, Visit& visit) {
  if (select.where) visit(select.where);
  for (auto& element : select.group_by) {
    for (auto& set : element.sets) {
      for (auto& key : set) visit(key);
    }
  }
  if (select.having) visit(select.having);
  for (auto& w : select.windows) window(w.window, visit);
}

template <class T, class Visit>
void body(T& node, Visit& visit) {
  std::visit(
      [&](auto& n) {
        using N = std::remove_cvref_t<decltype(n)>;
        if constexpr (std::is_same_v<N, ast::Select>) {
          for (auto& item : n.items) visit(item.expr);
          for (auto& ref : n.from) table(*ref, visit);
          behind_from(n, visit);
        } else if constexpr (std::is_same_v<N, ast::Values>) {
          for (auto& row : n.rows) {
            for (auto& e : row) visit(e);
          }
        } else if constexpr (std::is_same_v<N, ast::SetOperation>) {
          body(*n.left, visit);
          body(*n.right, visit);
        } else {
          static_assert(std::is_same_v<N, ast::Nested>);
          for_each_expression(*n.query, visit);
        }
      },
      node.node);
}
}  // namespace walk_detail

// The same of one SELECT, without its FROM.
template <class S, class Visit>
void for_each_own_expression(S& select, Visit&& visit) {
  for (auto& item : select.items) visit(item.expr);
  walk_detail::behind_from(select, visit);
}

template <class Q, class Visit>
void for_each_expression(Q& query, Visit&& visit) {
  for (auto& common : query.with) for_each_expression(*common.query, visit);
  walk_detail::body(*query.body, visit);
  for (auto& item : query.order_by) visit(item.key);
  if (query.limit) visit(query.limit);
  if (query.offset) visit(query.offset);
}

}  // namespace couch::sql
