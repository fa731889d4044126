#pragma once
// Values of catalog rows.
#include <sql.h>
#include <sqlext.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "sql/table.h"
#include "sql/value.h"

namespace couch::driver::catalog {

// Sizes are columns of 32 bits.
template <class T>
sql::Value size_value(T size) {
  constexpr auto most = static_cast<uint64_t>(std::numeric_limits<SQLINTEGER>::max());
  return static_cast<int64_t>(std::min<uint64_t>(static_cast<uint64_t>(size), most));
}
// 0 stands for "does not apply".
inline sql::Value or_null(int64_t value) { return value == 0 ? sql::Value{} : sql::Value{value}; }

// Stated NOT NULL, or there in every document.
inline bool accepts_null(const sql::Column& column) { return column.nullable && !column.not_null; }

// _id, and of an array's elements _index too. A view's rows have no key: one document may give several with
// the same key.
inline bool is_key_column(const sql::Table& table, const sql::Column& column) {
  if (table.kind == sql::TableKind::View) return false;
  return column.source == sql::ColumnSource::Id ||
         (table.kind == sql::TableKind::Array && column.source == sql::ColumnSource::Index);
}

// ODBC 2 has other codes for dates; SQL_DATA_TYPE then is the same as DATA_TYPE.
inline SQLSMALLINT odbc2_code(SQLSMALLINT code) {
  switch (code) {
    case SQL_TYPE_DATE: return SQL_DATE;
    case SQL_TYPE_TIME: return SQL_TIME;
    case SQL_TYPE_TIMESTAMP: return SQL_TIMESTAMP;
    default: return code;
  }
}

// The columns of the primary key, in its order: those that CREATE TABLE states, which make the _id; else
// is_key_column's.
inline std::vector<const sql::Column*> primary_key(const sql::Table& table) {
  std::vector<const sql::Column*> stated, own;
  for (const sql::Column& column : table.columns) {
    if (column.key > 0) stated.push_back(&column);
    if (is_key_column(table, column)) own.push_back(&column);
  }
  std::sort(stated.begin(), stated.end(), [](const auto* a, const auto* b) { return a->key < b->key; });
  return stated.empty() ? own : stated;
}

constexpr const char* primary_key_name = "PRIMARY";

}  // namespace couch::driver::catalog
