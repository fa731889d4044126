#include "sql/engine/recursion.h"

#include <algorithm>
#include <type_traits>
#include <variant>

#include "sql/walk.h"

namespace couch::sql::engine {

namespace {

bool reads(const ast::TableRef& ref, uint32_t element, const Bound& bound) {
  return std::visit(
      [&](const auto& n) {
        using T = std::remove_cvref_t<decltype(n)>;
        if constexpr (std::is_same_v<T, ast::NamedTable>) {
          const Relation& relation = bound.relations[n.relation];
          return relation.kind == RelationKind::Common && relation.common == element;
        } else if constexpr (std::is_same_v<T, ast::Join>) {
          return reads(*n.left, element, bound) || reads(*n.right, element, bound);
        } else {
          static_assert(std::is_same_v<T, ast::DerivedTable>);
          return false;
        }
      },
      ref.node);
}

void refuse(const ast::ExprPtr& expr) {
  auto call = std::get_if<ast::Call>(&expr->node);
  if (call && call->over)
    throw Error(ErrorKind::NotSupported,
                "a window function in the recursive part of WITH RECURSIVE is not supported by this version",
                expr->span);
  for_each_child(*expr, refuse);
}

void refuse_in(const ast::QueryBody& body, uint32_t element, const Bound& bound) {
  if (auto operation = std::get_if<ast::SetOperation>(&body.node)) {
    refuse_in(*operation->left, element, bound);
    refuse_in(*operation->right, element, bound);
    return;
  }
  auto select = std::get_if<ast::Select>(&body.node);
  if (!select) return;
  const bool recursive = std::any_of(select->from.begin(), select->from.end(),
                                     [&](const auto& ref) { return reads(*ref, element, bound); });
  if (recursive) for_each_own_expression(*select, refuse);
}

}  // namespace

void refuse_windows(const ast::CommonTable& element, const Bound& bound) {
  refuse_in(*element.query->body, element.relation, bound);
}

}  // namespace couch::sql::engine
