#include "sql/plan/substitute.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "sql/functions.h"

namespace couch::sql::plan {

namespace {

using ast::Expr;
using ast::ExprPtr;

class Copier {
 public:
  explicit Copier(const std::function<const Expr*(const ast::BoundColumn&)>& with) : with_(with) {}

  // Once it failed, what comes is incomplete and thrown away.
  ExprPtr copy(const Expr& from) {
    if (auto* column = std::get_if<ast::BoundColumn>(&from.node)) {
      if (const Expr* other = with_(*column)) {
        // The condition is shown as its author wrote it.
        auto out = Copier{stay_}.guarded(*other, failed_);
        if (out) out->span = from.span;
        return out;
      }
    }
    auto out = std::make_unique<Expr>();
    out->span = from.span;
    out->depth = from.depth;
    out->type = from.type;
    out->nullable = from.nullable;
    std::visit([&](const auto& node) { take(node, *out); }, from.node);
    return out;
  }
  bool failed() const { return failed_; }

 private:
  ExprPtr guarded(const Expr& from, bool& failed) {
    auto out = copy(from);
    failed = failed || failed_;
    return out;
  }
  ExprPtr maybe(const ExprPtr& from) { return from ? copy(*from) : nullptr; }
  std::vector<ExprPtr> all(const std::vector<ExprPtr>& from) {
    std::vector<ExprPtr> out;
    out.reserve(from.size());
    for (const auto& one : from) out.push_back(copy(*one));
    return out;
  }

  template <class Node>
  void take(const Node& node, Expr& out) {
    using T = Node;
    if constexpr (std::is_same_v<T, ast::Literal> || std::is_same_v<T, ast::Parameter> ||
                  std::is_same_v<T, ast::BoundColumn>) {
      out.node = node;
    } else if constexpr (std::is_same_v<T, ast::Unary>) {
      out.node = ast::Unary{node.op, copy(*node.operand)};
    } else if constexpr (std::is_same_v<T, ast::Cast>) {
      out.node = ast::Cast{copy(*node.operand), node.type, node.implicit};
    } else if constexpr (std::is_same_v<T, ast::Binary>) {
      out.node = ast::Binary{node.op, copy(*node.left), copy(*node.right)};
    } else if constexpr (std::is_same_v<T, ast::Compare>) {
      out.node = ast::Compare{node.op, copy(*node.left), copy(*node.right)};
    } else if constexpr (std::is_same_v<T, ast::Distinct>) {
      out.node = ast::Distinct{copy(*node.left), copy(*node.right), node.negated};
    } else if constexpr (std::is_same_v<T, ast::Logical>) {
      out.node = ast::Logical{node.conjunction, all(node.terms)};
    } else if constexpr (std::is_same_v<T, ast::IsNull>) {
      out.node = ast::IsNull{copy(*node.subject), node.negated};
    } else if constexpr (std::is_same_v<T, ast::IsTruth>) {
      out.node = ast::IsTruth{copy(*node.subject), node.value, node.negated};
    } else if constexpr (std::is_same_v<T, ast::Between>) {
      out.node = ast::Between{copy(*node.subject), copy(*node.low), copy(*node.high), node.negated};
    } else if constexpr (std::is_same_v<T, ast::In>) {
      out.node = ast::In{copy(*node.subject), all(node.list), node.negated};
    } else if constexpr (std::is_same_v<T, ast::Like>) {
      out.node =
          ast::Like{node.kind, copy(*node.subject), copy(*node.pattern), maybe(node.escape), node.negated};
    } else if constexpr (std::is_same_v<T, ast::Row>) {
      out.node = ast::Row{all(node.items)};
    } else if constexpr (std::is_same_v<T, ast::Case>) {
      ast::Case copied;
      copied.subject = maybe(node.subject);
      for (const auto& branch : node.branches)
        copied.branches.push_back({copy(*branch.when), copy(*branch.then)});
      copied.otherwise = maybe(node.otherwise);
      out.node = std::move(copied);
    } else if constexpr (std::is_same_v<T, ast::Call>) {
      const Function* function = find_function(node.name);
      failed_ = failed_ || !function || function->kind != FunctionKind::Scalar || node.over || node.filter ||
                !node.order_by.empty();
      ast::Call copied;
      copied.name = node.name;
      copied.arguments = all(node.arguments);
      copied.distinct = node.distinct;
      out.node = std::move(copied);
    } else {
      static_assert(std::is_same_v<T, ast::ColumnRef> || std::is_same_v<T, ast::Star> ||
                    std::is_same_v<T, ast::Default> || std::is_same_v<T, ast::InQuery> ||
                    std::is_same_v<T, ast::Exists> || std::is_same_v<T, ast::ScalarQuery> ||
                    std::is_same_v<T, ast::Quantified>);
      failed_ = true;
      out.node = ast::Literal{};
    }
  }

  const std::function<const Expr*(const ast::BoundColumn&)>& with_;
  bool failed_ = false;
  inline static const std::function<const Expr*(const ast::BoundColumn&)> stay_ =
      [](const ast::BoundColumn&) { return nullptr; };
};

}  // namespace

ExprPtr substituted(const Expr& expr, const std::function<const Expr*(const ast::BoundColumn&)>& with) {
  Copier copier{with};
  auto out = copier.copy(expr);
  return copier.failed() ? nullptr : std::move(out);
}

}  // namespace couch::sql::plan
