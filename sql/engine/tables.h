#pragma once
// Leaves' rows as tables of SQLite: r<relation> with columns c<column> (sqlite_text.h).
#include <cstdint>
#include <string>
#include <vector>

#include "sql/decode/row_reader.h"
#include "sql/engine/database.h"
#include "sql/session.h"
#include "sql/table.h"

namespace couch::sql::engine {

// What a table of SQLite is made for.
struct TableShape {
  uint32_t relation;
  const Table* table;                    // outlives the database
  const std::vector<uint32_t>* columns;  // of the table, by slot; outlives the database
};

// A temporary table that is filled with readers' rows. It spills to a file when it grows. Many rows want a
// transaction around them.
class TableFill {
 public:
  TableFill(Database& database, const TableShape& shape, CollationKind collation);
  // The reader's current row.
  void add(const decode::RowReader& rows);
  // Takes all rows out again.
  void clear();
  // Takes those out that come behind this value of a column in an order, or have none.
  void keep_up_to(uint32_t column, const Value& last, bool descending);

 private:
  Database& database_;
  TableShape shape_;
  std::string name_;
  Statement insert_;
};

// A virtual table over a reader that is still under way: its rows stream through SQLite, once. A second scan
// is an error (Error(Engine)): the planner streams only what is read once. reader: outlives the database.
void stream_table(Database& database, const TableShape& shape, decode::RowReader& rows,
                  CollationKind collation);

}  // namespace couch::sql::engine
