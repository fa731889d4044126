#pragma once
// What a change gives: how many rows it touched, and those of RETURNING.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sql/change/inner.h"
#include "sql/change/local.h"
#include "sql/value.h"

namespace couch::sql::change {

// RETURNING, of one statement: a query over the documents as they were written (deleted: as they were).
struct Returning {
  Inner query;  // none: there is no RETURNING

  const std::vector<ResultColumn>& columns() const;
};
// table: what the rows are described by, with what the statement adds to it. called: the statement's name of
// it.
Returning prepare_returning(const std::string& text, ast::Returning& returning, const Table& table,
                            const ast::Identifier& called, Span span, Catalog& catalog,
                            const Options& options, std::vector<ParameterInfo>& infos);

struct Result {
  uint64_t affected = 0;
  std::vector<std::string> warnings;
  std::vector<LocalDocument> written;  // for RETURNING
};
std::unique_ptr<Rows> rows_of(Result result, const Returning& returning, const std::vector<Value>& parameters,
                              const Execution& execution);

}  // namespace couch::sql::change
