#pragma once
// Procedures: what CouchDB does beside documents and queries, called by CALL name(…) and {call name(…)}
// (docs/procedures.md). One table describes them all: parsing, SQLProcedures,
// SQLProcedureColumns.
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sql/ast.h"
#include "sql/session.h"
#include "sql/value.h"

namespace couch::sql::procedure {

struct Argument {
  std::string_view name;
  Type type;
  std::string_view remarks;
  std::string_view default_text = {};  // SQL; empty: it has to be given
};

struct Procedure {
  std::string_view name, remarks;
  std::vector<Argument> arguments;
  std::vector<ResultColumn> columns;
  bool writes = false;  // refused on read-only connections
};

// In order of their names.
std::span<const Procedure> procedures();
// In any case; nullptr: there is none.
const Procedure* find_procedure(std::string_view name);

// Throws Error, located: an unknown name, too few or too many arguments, ReadOnly.
std::unique_ptr<const Prepared> prepare(std::string text, const ast::CallProcedure& call, Span span,
                                        uint32_t parameters, const Options& options);

// ---- what they do (procedure_*.cpp). `values`: one an argument, of its type, defaults filled in.
struct Call {
  Documents& documents;
  Catalog& catalog;
  std::vector<Value> values;
  std::string database() const;  // the first argument, else the connection's
  std::string text(size_t argument) const;
  bool flag(size_t argument) const;
};
using RowValues = std::vector<Value>;
std::vector<RowValues> replicate(const Call& call, bool cancel);
std::vector<RowValues> compact(const Call& call);
std::vector<RowValues> conflicts(const Call& call);
std::vector<RowValues> revisions(const Call& call);
// Read page by page, as they are fetched.
std::unique_ptr<Rows> changes(const Call& call, const Procedure& procedure, const std::atomic<bool>& stop);

}  // namespace couch::sql::procedure
