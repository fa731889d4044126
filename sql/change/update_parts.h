#pragma once
// UPDATE, DELETE and TRUNCATE taken apart: they are one statement here, and read their rows by one query.
#include <optional>
#include <string_view>
#include <vector>

#include "sql/ast.h"
#include "sql/change/fields.h"

namespace couch::sql::change {

struct UpdateParts {
  ast::Name table;
  std::optional<ast::Identifier> alias;
  std::vector<ast::Assignment> assignments;
  ast::ExprPtr where;
  std::optional<ast::Identifier> current_of;
  ast::Returning returning;
  bool removes = false;
  Span span;

  // How the statement calls its table.
  const ast::Identifier& called() const { return alias ? *alias : table.back(); }
  // FROM of the query that reads the rows.
  ast::TableRefPtr from() const;
};
UpdateParts parts_of(ast::Statement& tree);

// SELECT _id, _doc (or _rev, where the documents themselves are not needed), the computed values FROM t WHERE
// …
constexpr size_t first_computed = 2;

struct Reading {
  ast::QueryPtr query;
  std::vector<Operand> operands;
};
// Takes assignments and WHERE out of the parts.
Reading reading_of(UpdateParts& parts, bool whole, ast::TableRefPtr from);

}  // namespace couch::sql::change
