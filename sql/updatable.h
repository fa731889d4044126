#pragma once
// Queries whose rows can be changed through their cursor (ODBC's SQL_CONCUR_ROWVER, SQL's FOR UPDATE): each
// row is one document of one table. They read the document's _id and _rev with it, in two columns behind
// those of the query.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/session.h"

namespace couch::sql {

class UpdatableQuery {
 public:
  virtual ~UpdatableQuery() = default;
  virtual const std::shared_ptr<const Table>& table() const = 0;
  // Columns of the Rows, from 0, that Prepared::columns() does not have.
  virtual size_t id_column() const = 0;
  virtual size_t revision_column() const = 0;
  // The table's column that result column i is; null: it is computed.
  virtual const Column* column(size_t i) const = 0;
  // Those documents' rows as they are now, whatever WHERE says of them: in any order, without those that are
  // gone. parameters: the query's. Throws Error(NotSupported) for what only the whole result tells (window
  // functions).
  virtual std::unique_ptr<Rows> read_again(const std::vector<std::string>& ids,
                                           const std::vector<Value>& parameters,
                                           const Execution& execution) const = 0;
};

// nullptr: the statement is no such query (or has an error, which prepare() tells).
std::unique_ptr<const Prepared> prepare_updatable(std::string_view statement, Catalog& catalog,
                                                  const Options& options);

// Whether a positioned UPDATE, or a new row, may state this column.
bool can_change(const Column& column);
bool can_state(const Column& column);
// UPDATE and DELETE … WHERE CURRENT OF a cursor over the table, and INSERT, each with one parameter a column.
std::string positioned_update(const Table& table, const std::vector<const Column*>& columns);
std::string positioned_delete(const Table& table);
std::string row_insert(const Table& table, const std::vector<const Column*>& columns);

}  // namespace couch::sql
