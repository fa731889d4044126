#include "sql/plan/surroundings.h"

#include <algorithm>
#include <utility>

#include "sql/walk.h"

namespace couch::sql::plan {

namespace {

using ast::Expr;

class Reader {
 public:
  Reader(const Bound& bound, Surroundings& out) : bound_(bound), out_(out) {}

  void query(const ast::Query& query) {
    declare(query);
    for_each_expression(query, [&](const ast::ExprPtr& expr) { expression(*expr); });
  }

 private:
  void declare(const ast::Query& query) {
    for (const auto& common : query.with) {
      out_.declared.insert(common.relation);
      declare(*common.query);
    }
    declare(*query.body);
  }
  void declare(const ast::QueryBody& node) {
    if (auto* select = std::get_if<ast::Select>(&node.node)) {
      for (const auto& from : select->from) declare(*from);
    } else if (auto* operation = std::get_if<ast::SetOperation>(&node.node)) {
      declare(*operation->left);
      declare(*operation->right);
    } else if (auto* nested = std::get_if<ast::Nested>(&node.node)) {
      declare(*nested->query);
    }
  }
  void declare(const ast::TableRef& ref) {
    if (auto* named = std::get_if<ast::NamedTable>(&ref.node)) {
      out_.declared.insert(named->relation);
      const Relation& relation = bound_.relations[named->relation];
      if (relation.kind == RelationKind::Common)
        out_.read.insert(relation.common);
      else
        out_.tables.push_back(named->relation);
    } else if (auto* derived = std::get_if<ast::DerivedTable>(&ref.node)) {
      out_.declared.insert(derived->relation);
      declare(*derived->query);
    } else if (auto* join = std::get_if<ast::Join>(&ref.node)) {
      declare(*join->left);
      declare(*join->right);
    }
  }
  void expression(const Expr& expr) {
    if (auto* column = std::get_if<ast::BoundColumn>(&expr.node);
        column && column->relation != output_relation)
      out_.read.insert(column->relation);
    if (auto* call = std::get_if<ast::Call>(&expr.node); call && call->name == "RAND")
      out_.read.insert(output_relation);  // never declared
    for_each_child(
        expr, [&](const ast::ExprPtr& child) { expression(*child); },
        [&](const ast::QueryPtr& inner) { query(*inner); });
  }

  const Bound& bound_;
  Surroundings& out_;
};

}  // namespace

Surroundings surroundings_of(const Bound& bound, const ast::Query& query) {
  Surroundings out;
  Reader{bound, out}.query(query);
  return out;
}

std::optional<std::vector<uint32_t>> tables_alone(const Bound& bound, const ast::Query& query) {
  Surroundings found = surroundings_of(bound, query);
  if (!std::includes(found.declared.begin(), found.declared.end(), found.read.begin(), found.read.end()))
    return std::nullopt;
  return std::move(found.tables);
}

}  // namespace couch::sql::plan
