#pragma once
// What positioned changes need to know of the rows of a cursor: which documents they are, as they were read,
// and what has become of them through the cursor.
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sql/updatable.h"

namespace couch::sql::change {
class Snapshot;
}

namespace couch::driver {

class Cursor;

struct ChangeableRow {
  sql::RowVersion version;
  bool deleted = false;
  // Changed by a statement (WHERE CURRENT OF): the cells that were fetched are not its values any more.
  bool stale = false;
};

class ChangeableRows {
 public:
  // query outlives it. seen: the connection's own changes when the rows were read; null: it had none.
  // parameters: those that the query was executed with.
  ChangeableRows(const sql::UpdatableQuery& query, std::shared_ptr<const sql::change::Snapshot> seen,
                 std::vector<sql::Value> parameters)
      : query_(query), seen_(std::move(seen)), parameters_(std::move(parameters)) {}

  const sql::UpdatableQuery& query() const noexcept { return query_; }
  const std::vector<sql::Value>& parameters() const noexcept { return parameters_; }
  // A row of the cursor's rowset, from 0. Good until the next fetch.
  ChangeableRow& row(const Cursor& cursor, size_t row);

 private:
  const sql::UpdatableQuery& query_;
  std::shared_ptr<const sql::change::Snapshot> seen_;
  std::vector<sql::Value> parameters_;
  std::map<uint64_t, ChangeableRow> rows_;  // of the rowset, by the row's number in the result
};

}  // namespace couch::driver
