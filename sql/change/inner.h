#pragma once
// The queries inside a statement that changes something: which rows, and what the values are. They are built
// as trees, bound and run as any query is, so that a change knows all that a SELECT knows.
#include <memory>
#include <string>
#include <vector>

#include "sql/ast.h"
#include "sql/bound.h"
#include "sql/session.h"

namespace couch::sql::change {

struct Inner {
  std::unique_ptr<const Prepared> prepared;  // null: there is none
  std::vector<uint32_t> parameters;          // by the query's own number: the statement's

  explicit operator bool() const { return prepared != nullptr; }
  // `all`: the statement's values, as the application gave them.
  std::unique_ptr<Rows> run(const std::vector<Value>& all, Documents& documents,
                            const Execution& execution) const;
};

// Takes the query's parameters for its own numbers, binds it, and gives `infos` (the statement's) what the
// binder found out of them.
struct BoundInner {
  Bound bound;
  std::vector<uint32_t> parameters;
};
BoundInner bind_inner(ast::QueryPtr query, Catalog& catalog, std::vector<ParameterInfo>& infos);
Inner prepare_inner(const std::string& text, BoundInner bound, Catalog& catalog, const Options& options);
// Of a change that may be explained: then its queries give their plans instead of rows.
struct ChangeOptions : Options {
  bool explain = false;
};
Inner prepare_inner(const std::string& text, BoundInner bound, Catalog& catalog,
                    const ChangeOptions& options);

// ---- parts of trees
ast::ExprPtr column_ref(const ast::Identifier& qualifier, std::string_view column);
ast::SelectItem item_of(ast::ExprPtr expr);
// FROM name AS alias. hint: forces an access path.
ast::TableRefPtr table_ref(ast::Name name, const ast::Identifier& alias, Span span,
                           std::string_view hint = {});
// A table of LocalTables.
ast::TableRefPtr local_ref(std::string_view database, const ast::Identifier& alias, Span span);
// What the query calls database.called.column is called.column: a local table has another database.
void forget_database(ast::Query& query, std::string_view database, std::string_view called);
ast::QueryPtr select_query(ast::Select select, Span span);

}  // namespace couch::sql::change
