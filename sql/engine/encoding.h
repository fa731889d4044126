#pragma once
// How values stand in SQLite, both ways. Columns are declared without a type, so SQLite's affinities never
// convert anything.
//
//   NULL                 NULL
//   BIT                  INTEGER 0, 1
//   SMALLINT … BIGINT    INTEGER; a JSON fraction in such a column, and an integer past 64 bits, REAL
//   REAL, DOUBLE         REAL or INTEGER (SQLite compares the two exactly)
//   DECIMAL              TEXT of its digits: compared under the collation "decimal", computed by our
//   functions only text, GUID           TEXT, UTF-8, U+0000 allowed DATE                 TEXT 'YYYY-MM-DD'
//   TIME                 TEXT 'HH:MM:SS[.f]', TIMESTAMP TEXT 'YYYY-MM-DD HH:MM:SS[.f]': no trailing zeros, so
//   bytes are ordered as time is INTERVAL             INTEGER: months, or nanoseconds binary BLOB
//
// SQLite's own errors in these calls (out of memory) are thrown as Error(Engine).
#include <vector>

#include "sql/value.h"

struct sqlite3_stmt;
struct sqlite3_context;

namespace couch::sql::engine {

// Binds parameter `index` (1-based). The bytes are copied.
void bind(sqlite3_stmt* statement, int index, const Value& value);
// Binds parameters 1, 2 …; the statement may use only some of them.
void bind_all(sqlite3_stmt* statement, const std::vector<Value>& values);
// Binds a cell of a column of type `type`. Its bytes are borrowed: step and reset before they go.
void bind(sqlite3_stmt* statement, int index, const Cell& cell, const Type& type);
// A virtual table's column, or a function's result. The bytes are copied.
void result(sqlite3_context* context, const Cell& cell, const Type& type);
// Column `index` (0-based) of the current row as a value of `type`. Borrowed until the statement steps.
Cell decode(sqlite3_stmt* statement, int index, const Type& type);

}  // namespace couch::sql::engine
