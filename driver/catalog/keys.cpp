// SQLPrimaryKeys and SQLForeignKeys.
#include <algorithm>
#include <tuple>

#include "driver/catalog/match.h"
#include "driver/catalog/shapes.h"
#include "driver/catalog/values.h"
#include "driver/odbc_error.h"

namespace couch::driver::catalog {

namespace {

using sql::Value;
using ValueRow = std::vector<Value>;

const sql::Column* id_of(const sql::Table& table) {
  for (const sql::Column& c : table.columns)
    if (c.source == sql::ColumnSource::Id) return &c;
  return nullptr;
}

// An array's elements belong to the document they are in: they go when it goes, and there is no other way for
// them to be.
ValueRow foreign_row(const sql::Table& parent, const sql::Table& child) {
  return {parent.catalog,
          {},
          parent.name,
          id_of(parent)->name,
          child.catalog,
          {},
          child.name,
          id_of(child)->name,
          int64_t{1},
          int64_t{SQL_CASCADE},
          int64_t{SQL_CASCADE},
          child.name + "_parent",
          std::string{primary_key_name},
          int64_t{SQL_NOT_DEFERRABLE}};
}

}  // namespace

Result primary_keys(schema::Schema& schema, const Argument& catalog, const Argument& schema_name,
                    const Argument& table, bool metadata_id) {
  std::vector<ValueRow> rows;
  if (const Table found = table_named(schema, catalog, schema_name, table, metadata_id)) {
    int64_t sequence = 0;
    for (const sql::Column* c : primary_key(*found))
      rows.push_back({found->catalog, {}, found->name, c->name, ++sequence, std::string{primary_key_name}});
  }
  return from_values(columns_of(Function::PrimaryKeys), std::move(rows));
}

Result foreign_keys(schema::Schema& schema, const Argument& pk_catalog, const Argument& pk_schema,
                    const Argument& pk_table, const Argument& fk_catalog, const Argument& fk_schema,
                    const Argument& fk_table, bool metadata_id) {
  if (!pk_table && !fk_table)
    throw OdbcError{SqlState::sHY009, "neither PKTableName nor FKTableName names a table"};
  std::vector<ValueRow> rows;
  const auto add = [&](const Table& parent, const Table& child) {
    if (child->kind == sql::TableKind::Array && child->parent == parent->name &&
        child->catalog == parent->catalog && id_of(*parent) && id_of(*child))
      rows.push_back(foreign_row(*parent, *child));
  };
  // Keys never leave their database.
  const Table parent = pk_table ? table_named(schema, pk_catalog, pk_schema, pk_table, metadata_id) : nullptr;
  const Table child = fk_table ? table_named(schema, fk_catalog, fk_schema, fk_table, metadata_id) : nullptr;
  if (parent && child) {
    add(parent, child);
  } else if (parent && !fk_table) {
    for (const Table& other : tables_of(schema, parent->catalog, NameMatch::pattern({}, false)))
      add(parent, other);
  } else if (child && !pk_table && !child->parent.empty()) {
    for (const Table& other : tables_of(schema, child->catalog, NameMatch::name(child->parent, false)))
      add(other, child);
  }
  return from_values(columns_of(Function::ForeignKeys), std::move(rows));
}

}  // namespace couch::driver::catalog
