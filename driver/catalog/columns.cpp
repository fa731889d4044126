// SQLColumns and SQLSpecialColumns.
#include <algorithm>
#include <limits>

#include "driver/catalog/match.h"
#include "driver/catalog/remarks.h"
#include "driver/catalog/shapes.h"
#include "driver/catalog/values.h"
#include "driver/odbc_error.h"
#include "driver/types.h"

namespace couch::driver::catalog {

namespace {

using sql::Value;

std::vector<Value> column_row(const sql::Table& table, const sql::Column& column, size_t ordinal,
                              bool odbc2) {
  const TypeFacts f = facts_of(column.type);
  const SQLSMALLINT code = odbc2 ? odbc2_code(f.concise) : f.concise;
  const bool old_date = code != f.concise;
  const std::string remarks = remarks_of(table, column);
  return {
      table.catalog,
      {},
      table.name,
      column.name,
      int64_t{code},
      f.type_name,
      size_value(f.column_size),
      size_value(f.octet_length),
      f.has_decimal_digits ? Value{int64_t{f.decimal_digits}} : Value{},
      or_null(f.num_prec_radix),
      int64_t{accepts_null(column) ? SQL_NULLABLE : SQL_NO_NULLS},
      remarks.empty() ? Value{} : Value{remarks},
      column.default_text.empty() ? Value{} : Value{column.default_text},
      int64_t{old_date ? code : f.verbose},
      old_date ? Value{} : or_null(f.datetime_sub),
      f.char_octet_length == 0 ? Value{} : size_value(f.char_octet_length),
      static_cast<int64_t>(ordinal),
      std::string{accepts_null(column) ? "YES" : "NO"},
  };
}

// _doc is no part of *, and a tool that selects every listed column should not read each document twice. Who
// asks for it by name sees it.
bool listed(const sql::Column& column, const NameMatch& asked) {
  return !column.hidden ||
         (!asked.everything() && (asked.text() == column.name || asked.literal() == column.name));
}

std::vector<Value> special_row(const sql::Column& column, const Value& scope, bool odbc2) {
  const TypeFacts f = facts_of(column.type);
  return {scope,
          column.name,
          int64_t{odbc2 ? odbc2_code(f.concise) : f.concise},
          f.type_name,
          size_value(f.column_size),
          size_value(f.octet_length),
          f.has_decimal_digits ? Value{int64_t{f.decimal_digits}} : Value{},
          int64_t{SQL_PC_NOT_PSEUDO}};
}

}  // namespace

Result columns(schema::Schema& schema, const Argument& catalog, const Argument& schema_name,
               const Argument& table, const Argument& column, bool metadata_id, bool odbc2) {
  std::vector<std::vector<Value>> rows;
  const auto database = database_named(schema, catalog, metadata_id);
  if (database && no_schema_asked(schema_name)) {
    const NameMatch tables = NameMatch::pattern(table, metadata_id),
                    names = NameMatch::pattern(column, metadata_id);
    for (const Table& found : tables_of(schema, *database, tables)) {
      std::vector<const sql::Column*> candidates;
      for (const sql::Column& c : found->columns) candidates.push_back(&c);
      for (const sql::Column* c :
           matching(candidates, names, [](const sql::Column* p) -> const std::string& { return p->name; }))
        if (listed(*c, names))
          rows.push_back(column_row(*found, *c, static_cast<size_t>(c - found->columns.data()) + 1, odbc2));
    }
  }
  return from_values(columns_of(Function::Columns), std::move(rows));
}

Result special_columns(schema::Schema& schema, SQLUSMALLINT identifier_type, const Argument& catalog,
                       const Argument& schema_name, const Argument& table, SQLUSMALLINT scope,
                       SQLUSMALLINT nullable, bool metadata_id, bool odbc2) {
  if (identifier_type != SQL_BEST_ROWID && identifier_type != SQL_ROWVER)
    throw OdbcError{SqlState::sHY097, "IdentifierType {} is neither SQL_BEST_ROWID nor SQL_ROWVER",
                    identifier_type};
  if (scope > SQL_SCOPE_SESSION) throw OdbcError{SqlState::sHY098, "there is no scope {}", scope};
  if (nullable > SQL_NULLABLE)
    throw OdbcError{SqlState::sHY099, "Nullable is {}, neither SQL_NO_NULLS nor SQL_NULLABLE", nullable};
  std::vector<std::vector<Value>> rows;
  if (const Table found = table_named(schema, catalog, schema_name, table, metadata_id)) {
    for (const sql::Column& c : found->columns) {
      if (nullable == SQL_NO_NULLS && accepts_null(c)) continue;
      if (identifier_type == SQL_BEST_ROWID) {
        // A document keeps its _id for life, so the widest scope holds.
        if (is_key_column(*found, c)) rows.push_back(special_row(c, int64_t{SQL_SCOPE_SESSION}, odbc2));
      } else if (c.source == sql::ColumnSource::Rev) {
        rows.push_back(special_row(c, {}, odbc2));
      }
    }
  }
  return from_values(columns_of(Function::SpecialColumns), std::move(rows));
}

}  // namespace couch::driver::catalog
