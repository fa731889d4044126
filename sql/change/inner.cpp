#include "sql/change/inner.h"

#include <algorithm>
#include <utility>

#include "sql/names.h"
#include "sql/prepared_query.h"
#include "sql/walk.h"

namespace couch::sql::change {

namespace {

class Collector {
 public:
  std::vector<ast::Parameter*> found;

  void query(ast::Query& query) {
    for_each_expression(query, [&](ast::ExprPtr& expr) { expression(expr); });
  }

 private:
  void expression(ast::ExprPtr& expr) {
    if (auto* parameter = std::get_if<ast::Parameter>(&expr->node)) found.push_back(parameter);
    for_each_child(
        *expr, [&](ast::ExprPtr& child) { expression(child); }, [&](ast::QueryPtr& inner) { query(*inner); });
  }
};

}  // namespace

std::unique_ptr<Rows> Inner::run(const std::vector<Value>& all, Documents& documents,
                                 const Execution& execution) const {
  std::vector<Value> own;
  own.reserve(parameters.size());
  for (const uint32_t index : parameters) own.push_back(all.at(index));
  return prepared->execute(own, {.documents = documents,
                                 .stop = execution.stop,
                                 .limit = 0,
                                 .catalog = execution.catalog,
                                 .transaction = execution.transaction,
                                 .deadline = execution.deadline,
                                 .inner = true});
}

BoundInner bind_inner(ast::QueryPtr query, Catalog& catalog, std::vector<ParameterInfo>& infos) {
  BoundInner inner;
  Collector collector;
  collector.query(*query);
  // The tree may hold a parameter in several places (MERGE's branches): one number, several mentions.
  for (const auto* parameter : collector.found) inner.parameters.push_back(parameter->index);
  std::sort(inner.parameters.begin(), inner.parameters.end());
  inner.parameters.erase(std::unique(inner.parameters.begin(), inner.parameters.end()),
                         inner.parameters.end());
  for (auto* parameter : collector.found) {
    const auto at = std::lower_bound(inner.parameters.begin(), inner.parameters.end(), parameter->index);
    parameter->index = static_cast<uint32_t>(at - inner.parameters.begin());
  }
  ast::Statement statement;
  statement.span = query->span;
  statement.parameters = static_cast<uint32_t>(inner.parameters.size());
  statement.node = std::move(query);
  inner.bound = bind(std::move(statement), catalog);
  for (size_t i = 0; i < inner.parameters.size(); ++i) infos[inner.parameters[i]] = inner.bound.parameters[i];
  return inner;
}

Inner prepare_inner(const std::string& text, BoundInner bound, Catalog& catalog, const Options& options) {
  Inner inner;
  inner.parameters = std::move(bound.parameters);
  inner.prepared = prepared_query(text, std::move(bound.bound), catalog, options);
  return inner;
}

Inner prepare_inner(const std::string& text, BoundInner bound, Catalog& catalog,
                    const ChangeOptions& options) {
  if (options.explain) {
    auto query = std::make_unique<ast::Statement>(std::move(bound.bound.statement));
    ast::Statement whole;
    whole.span = query->span;
    whole.parameters = query->parameters;
    whole.node = ast::Explain{std::move(query)};
    bound.bound.statement = std::move(whole);
  }
  return prepare_inner(text, std::move(bound), catalog, static_cast<const Options&>(options));
}

namespace {

void forget_database_in(ast::ExprPtr& expr, std::string_view database, std::string_view called) {
  if (auto* column = std::get_if<ast::ColumnRef>(&expr->node)) {
    ast::Name& name = column->name;
    if (name.size() > 2 && fit(name[0], database) != NameFit::None && fit(name[1], called) != NameFit::None)
      name.erase(name.begin());
  }
  for_each_child(
      *expr, [&](ast::ExprPtr& child) { forget_database_in(child, database, called); },
      [&](ast::QueryPtr& inner) { forget_database(*inner, database, called); });
}

}  // namespace

void forget_database(ast::Query& query, std::string_view database, std::string_view called) {
  for_each_expression(query, [&](ast::ExprPtr& expr) { forget_database_in(expr, database, called); });
}

ast::ExprPtr column_ref(const ast::Identifier& qualifier, std::string_view column) {
  auto expr = std::make_unique<ast::Expr>();
  expr->span = qualifier.span;
  expr->node = ast::ColumnRef{{qualifier, ast::Identifier{std::string{column}, true, qualifier.span}}};
  return expr;
}

ast::SelectItem item_of(ast::ExprPtr expr) {
  ast::SelectItem item;
  item.expr = std::move(expr);
  return item;
}

ast::TableRefPtr table_ref(ast::Name name, const ast::Identifier& alias, Span span, std::string_view hint) {
  auto ref = std::make_unique<ast::TableRef>();
  ref->span = span;
  ref->hint = hint;
  ref->alias = alias;
  ast::NamedTable named;
  named.name = std::move(name);
  ref->node = std::move(named);
  return ref;
}

ast::TableRefPtr local_ref(std::string_view database, const ast::Identifier& alias, Span span) {
  const ast::Identifier place{std::string{database}, true, span};
  return table_ref({place, alias}, alias, span, "ALL_DOCS");
}

ast::QueryPtr select_query(ast::Select select, Span span) {
  auto query = std::make_unique<ast::Query>();
  query->span = span;
  query->body = std::make_unique<ast::QueryBody>();
  query->body->span = span;
  query->body->node = std::move(select);
  return query;
}

}  // namespace couch::sql::change
