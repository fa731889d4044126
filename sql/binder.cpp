#include "sql/binder.h"

#include <utility>

#include "sql/typing.h"
#include "sql/walk.h"

namespace couch::sql {

namespace {

[[noreturn]] void not_yet(std::string_view what, Span span) {
  throw Error(ErrorKind::NotSupported, std::string{what} + " is not supported by this version", span);
}

// The query of a statement that reads; throws for all that do not. A new kind of statement breaks the build
// here.
ast::Query& reading(ast::Statement& statement) {
  Span span = statement.span;
  return std::visit(
      [&](auto& node) -> ast::Query& {
        using T = std::remove_cvref_t<decltype(node)>;
        if constexpr (std::is_same_v<T, ast::QueryPtr>)
          return *node;
        else if constexpr (std::is_same_v<T, ast::Explain>)
          return reading(*node.statement);
        else if constexpr (std::is_same_v<T, ast::Insert>)
          not_yet("INSERT", span);
        else if constexpr (std::is_same_v<T, ast::Update>)
          not_yet("UPDATE", span);
        else if constexpr (std::is_same_v<T, ast::Delete>)
          not_yet("DELETE", span);
        else if constexpr (std::is_same_v<T, ast::Merge>)
          not_yet("MERGE", span);
        else if constexpr (std::is_same_v<T, ast::Truncate>)
          not_yet("TRUNCATE", span);
        else if constexpr (std::is_same_v<T, ast::CreateTable>)
          not_yet("CREATE TABLE", span);
        else if constexpr (std::is_same_v<T, ast::AlterTable>)
          not_yet("ALTER TABLE", span);
        else if constexpr (std::is_same_v<T, ast::CreateIndex>)
          not_yet("CREATE INDEX", span);
        else if constexpr (std::is_same_v<T, ast::CreateView>)
          not_yet("CREATE VIEW", span);
        else if constexpr (std::is_same_v<T, ast::CreateDatabase>)
          not_yet("CREATE DATABASE", span);
        else if constexpr (std::is_same_v<T, ast::Drop>)
          not_yet("DROP", span);
        else if constexpr (std::is_same_v<T, ast::RefreshSchema>)
          not_yet("REFRESH SCHEMA", span);
        else if constexpr (std::is_same_v<T, ast::Transaction>)
          not_yet("a transaction statement", span);
        else {
          static_assert(std::is_same_v<T, ast::CallProcedure>);
          not_yet("calling procedures", span);
        }
      },
      statement.node);
}

}  // namespace

Bound bind(ast::Statement statement, Catalog& catalog) {
  Bound bound;
  bound.statement = std::move(statement);
  bound.parameters.resize(bound.statement.parameters, ParameterInfo{text_type(), true, false});
  ast::Query& query = reading(bound.statement);
  Binder binder(bound, catalog);
  bound.columns = binder.query(query, nullptr);
  return bound;
}

const std::string* literal_text(const ast::Expr& expr) {
  auto literal = std::get_if<ast::Literal>(&expr.node);
  return literal ? std::get_if<std::string>(&literal->value) : nullptr;
}

void outputs_of(ast::QueryBody& body, size_t index, std::vector<ast::ExprPtr*>& outputs) {
  std::visit(
      [&](auto& node) {
        using T = std::remove_cvref_t<decltype(node)>;
        if constexpr (std::is_same_v<T, ast::Select>)
          outputs.push_back(&node.items[index].expr);
        else if constexpr (std::is_same_v<T, ast::Values>) {
          for (auto& row : node.rows) outputs.push_back(&row[index]);
        } else if constexpr (std::is_same_v<T, ast::SetOperation>) {
          outputs_of(*node.left, index, outputs);
          outputs_of(*node.right, index, outputs);
        } else {
          static_assert(std::is_same_v<T, ast::Nested>);
          outputs_of(*node.query->body, index, outputs);
        }
      },
      body.node);
}

}  // namespace couch::sql
