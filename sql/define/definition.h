#pragma once
// Statements that define: databases, tables, indexes. A definition first looks at what there is and then
// sends what changes it; nothing of it can be undone (docs/sql-dialect.md, Definitions).
#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "sql/ast.h"
#include "sql/documents.h"
#include "sql/session.h"
#include "sql/table.h"

namespace couch::sql::define {

// What a definition is carried out with.
struct Site {
  Documents& documents;
  Catalog& catalog;
  const std::atomic<bool>& stop;
  const Options& options;
};

class Definition {
 public:
  Definition() = default;
  Definition(const Definition&) = delete;
  Definition& operator=(const Definition&) = delete;
  virtual ~Definition() = default;
  // "CREATE TABLE"; static text.
  virtual std::string_view name() const = 0;
  // What is said when it failed after a change had been confirmed.
  virtual std::string done_before() const;
  // Throws Error, located in the statement. Warnings are sentences for the application. What goes wrong after
  // the definition itself was carried out is a warning or passed over, but for a cancellation.
  virtual std::vector<std::string> carry_out(Site& site) const = 0;
};

// Only for CREATE, ALTER and DROP. What the text alone shows to be wrong is said here.
std::unique_ptr<const Definition> definition_of(ast::Statement statement);

// The whole statement, ready to be executed; `explain`: its rows are the requests that it would send.
std::unique_ptr<const Prepared> prepare(std::string text, ast::Statement statement, bool explain,
                                        const Options& options);

}  // namespace couch::sql::define
