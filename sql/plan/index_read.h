#pragma once
// How a query's conditions narrow one JSON index, read as the view that it is: `_design/D/_view/N`, whose
// keys are arrays of the index's fields.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sql/ast.h"
#include "sql/documents.h"
#include "sql/mango/push_down.h"
#include "sql/plan/key_range.h"
#include "sql/table.h"

namespace couch::sql::plan {

// What is known of a table's rows: a condition as a selector; without one, the table's type or several
// conditions together.
struct Term {
  const ast::Expr* condition = nullptr;
  bool of_query = true;  // false: the table's type
  mango::Pushed pushed;
};

// Keys that begin with `fixed`, and whose next field is in `next`.
struct KeySpan {
  std::vector<std::string> fixed;  // JSON texts
  KeyRange next;                   // open: any
  bool whole = false;              // `fixed`, or with `next`, is all of the index's fields

  // Makes it a read's range.
  void bound(ViewRead& read, bool descending) const;
};

struct IndexRead {
  const Index* index = nullptr;
  bool never = false;                     // no document passes
  std::vector<KeySpan> spans;             // apart from one another
  std::vector<std::string> keys;          // instead of several spans: whole keys
  size_t points = 0;                      // leading fields with one value or a few
  bool ranged = false;                    // the field after these has bounds that the query gave
  bool of_query = false;                  // more than the table's type narrows it
  std::vector<const ast::Expr*> decided;  // conditions that hold for all that is read
  std::vector<const ast::Expr*> used;     // conditions that it knows of; `decided` among them

  // What is to be asked: without documents, limits and order.
  std::vector<ViewRead> reads(bool descending) const;
};

// nullopt: the index may lack a row of the table (it holds no document that lacks one of its fields), or
// another one (partial indexes).
std::optional<IndexRead> index_read(const Index& index, const std::vector<Term>& terms, const Table& table);

// Are the columns fields of the index, or below one, so that its keys have them? Its type's field, too.
bool covers(const Index& index, const Table& table, const std::vector<uint32_t>& columns);

}  // namespace couch::sql::plan
