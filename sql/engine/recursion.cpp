#include "sql/engine/recursion.h"

#include <string>
#include <variant>

#include "sql/functions.h"
#include "sql/walk.h"

namespace couch::sql::engine {

namespace {

[[noreturn]] void not_supported(const std::string& what, Span span) {
  throw Error(ErrorKind::NotSupported,
              what + " in the recursive part of WITH RECURSIVE is not supported by this version", span);
}

class RecursivePart {
 public:
  RecursivePart(uint32_t element, const Bound& bound) : element_(element), bound_(bound) {}

  // first UNION [ALL] next, where `next` may see the element's rows.
  void query(const ast::Query& query) {
    auto* operation = std::get_if<ast::SetOperation>(&query.body->node);
    if (!operation || !mentions(*operation->right)) return;
    const ast::QueryBody& next = *operation->right;
    if (operation->op != ast::SetOp::Union)
      not_supported("the recursive table beside EXCEPT or INTERSECT", next.span);
    if (query.with_ties) not_supported("WITH TIES", query.span);
    auto* select = std::get_if<ast::Select>(&next.node);
    if (!select) not_supported("the recursive table in anything but one SELECT", next.span);
    this->select(*select, next.span);
  }

 private:
  void select(const ast::Select& select, Span span) {
    references_ = 0;
    for (const auto& ref : select.from) table(*ref);
    for_each_own_expression(select, [&](const ast::ExprPtr& expr) {
      if (references_ > 0) return refuse(*expr);
      if (mentions(*expr)) not_supported("the recursive table inside a subquery", expr->span);
    });
    if (references_ == 0) return;
    if (!select.group_by.empty() || select.having) not_supported("GROUP BY or HAVING", span);
  }

  void table(const ast::TableRef& ref) {
    if (is_own(ref)) {
      if (++references_ > 1) not_supported("the recursive table a second time", ref.span);
    } else if (auto* join = std::get_if<ast::Join>(&ref.node)) {
      table(*join->left);
      table(*join->right);
      if (join->on) refuse(*join->on);
    } else if (auto* derived = std::get_if<ast::DerivedTable>(&ref.node)) {
      // A simple one was put in its place before (sql/plan/flatten.h).
      if (mentions(*derived->query)) not_supported("the recursive table inside a derived table", ref.span);
    }
  }

  void refuse(const ast::Expr& expr) {
    auto* call = std::get_if<ast::Call>(&expr.node);
    const Function* function = call ? find_function(call->name) : nullptr;
    if (call && call->over) not_supported("a window function", expr.span);
    if (function && function->kind == FunctionKind::Aggregate) not_supported("an aggregate", expr.span);
    for_each_child(
        expr, [&](const ast::ExprPtr& child) { refuse(*child); },
        [&](const ast::QueryPtr& query) {
          if (mentions(*query)) not_supported("the recursive table inside a subquery", expr.span);
        });
  }

  bool is_own(const ast::TableRef& ref) const {
    auto* named = std::get_if<ast::NamedTable>(&ref.node);
    if (!named) return false;
    const Relation& relation = bound_.relations[named->relation];
    return relation.kind == RelationKind::Common && relation.common == element_;
  }

  // Anywhere in it. Each part is looked at once: parts may be nested deeply.
  bool mentions(const ast::Query& query) const {
    bool found = mentions(*query.body);
    for (const auto& common : query.with) found = found || mentions(*common.query);
    for (const auto& item : query.order_by) found = found || mentions(*item.key);
    return found;
  }
  bool mentions(const ast::QueryBody& body) const {
    if (auto* operation = std::get_if<ast::SetOperation>(&body.node))
      return mentions(*operation->left) || mentions(*operation->right);
    if (auto* nested = std::get_if<ast::Nested>(&body.node)) return mentions(*nested->query);
    bool found = false;
    const auto look = [&](const ast::ExprPtr& expr) { found = found || mentions(*expr); };
    if (auto* select = std::get_if<ast::Select>(&body.node)) {
      for (const auto& ref : select->from) found = found || mentions(*ref);
      for_each_own_expression(*select, look);
    } else {
      for (const auto& row : std::get<ast::Values>(body.node).rows) {
        for (const auto& value : row) look(value);
      }
    }
    return found;
  }
  bool mentions(const ast::TableRef& ref) const {
    if (auto* join = std::get_if<ast::Join>(&ref.node))
      return mentions(*join->left) || mentions(*join->right) || (join->on && mentions(*join->on));
    if (auto* derived = std::get_if<ast::DerivedTable>(&ref.node)) return mentions(*derived->query);
    return is_own(ref);
  }
  bool mentions(const ast::Expr& expr) const {
    bool found = false;
    for_each_child(
        expr, [&](const ast::ExprPtr& child) { found = found || mentions(*child); },
        [&](const ast::QueryPtr& query) { found = found || mentions(*query); });
    return found;
  }

  uint32_t element_;
  const Bound& bound_;
  size_t references_ = 0;  // of the SELECT that is looked at
};

}  // namespace

void check_recursion(const ast::CommonTable& element, const Bound& bound) {
  RecursivePart{element.relation, bound}.query(*element.query);
}

}  // namespace couch::sql::engine
