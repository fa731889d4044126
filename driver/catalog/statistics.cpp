// SQLStatistics.
#include <algorithm>
#include <optional>
#include <tuple>

#include "driver/catalog/match.h"
#include "driver/catalog/shapes.h"
#include "driver/catalog/values.h"
#include "driver/odbc_error.h"
#include "sql/define/indexes.h"

namespace couch::driver::catalog {

namespace {

using sql::Value;
using ValueRow = std::vector<Value>;

ValueRow statistics_row(const sql::Table& table, SQLSMALLINT type) {
  ValueRow row(columns_of(Function::Statistics).size());
  row[0] = table.catalog;
  row[2] = table.name;
  row[6] = int64_t{type};
  row[10] = size_value(table.estimated_rows);
  return row;
}

ValueRow index_row(const sql::Table& table, bool unique, Value qualifier, std::string name, size_t ordinal,
                   const std::string& column, Value filter) {
  ValueRow row = statistics_row(table, SQL_INDEX_OTHER);
  row[3] = int64_t{unique ? SQL_FALSE : SQL_TRUE};  // NON_UNIQUE
  row[4] = std::move(qualifier);
  row[5] = std::move(name);
  row[7] = static_cast<int64_t>(ordinal);
  row[8] = column;
  row[9] = std::string{"A"};  // CouchDB keeps every index ascending, and reads it both ways
  row[12] = std::move(filter);
  if (!unique) row[10] = Value{};  // how many different keys there are is not known
  return row;
}

const sql::Column* column_at(const sql::Table& table, const std::vector<std::string>& path) {
  for (const sql::Column& c : table.columns) {
    if (c.source == sql::ColumnSource::Path && c.path == path) return &c;
    if (path.size() == 1 && c.source == sql::ColumnSource::Id && path[0] == "_id") return &c;
    if (path.size() == 1 && c.source == sql::ColumnSource::Rev && path[0] == "_rev") return &c;
  }
  return nullptr;
}

// The columns of an index, or nothing when it is on a field that is no column of the table: it holds none of
// the table's rows then.
std::vector<std::string> index_columns(const sql::Table& table, const sql::Index& index) {
  std::vector<std::string> names;
  for (const auto& path : index.fields) {
    if (const sql::Column* column = column_at(table, path))
      names.push_back(column->name);
    else
      return {};
  }
  return names;
}

void add_indexes(std::vector<ValueRow>& rows, const sql::Table& table, std::vector<sql::Index> indexes) {
  std::sort(indexes.begin(), indexes.end(), [](const sql::Index& a, const sql::Index& b) {
    return std::tie(a.design_document, a.name) < std::tie(b.design_document, b.name);
  });
  for (const sql::Index& index : indexes) {
    // The primary key's own index is listed as that.
    if (index.name == primary_key_name &&
        index.design_document == sql::define::index_design_document(table.name, primary_key_name))
      continue;
    const auto names = index_columns(table, index);
    for (size_t i = 0; i < names.size(); ++i)
      rows.push_back(index_row(table, false, index.design_document, index.name, i + 1, names[i],
                               index.partial ? Value{index.partial_filter} : Value{}));
  }
}

}  // namespace

Result statistics(schema::Schema& schema, const Argument& catalog, const Argument& schema_name,
                  const Argument& table, SQLUSMALLINT unique, SQLUSMALLINT reserved, bool metadata_id) {
  if (unique != SQL_INDEX_UNIQUE && unique != SQL_INDEX_ALL)
    throw OdbcError{SqlState::sHY100, "Unique is {}, neither SQL_INDEX_UNIQUE nor SQL_INDEX_ALL", unique};
  if (reserved != SQL_QUICK && reserved != SQL_ENSURE)
    throw OdbcError{SqlState::sHY101, "Reserved is {}, neither SQL_QUICK nor SQL_ENSURE", reserved};
  std::vector<ValueRow> rows;
  if (const Table found = table_named(schema, catalog, schema_name, table, metadata_id)) {
    // Ordered by NON_UNIQUE, TYPE, INDEX_QUALIFIER, INDEX_NAME, ORDINAL_POSITION; the table's own row has
    // NULLs there and comes first.
    rows.push_back(statistics_row(*found, SQL_TABLE_STAT));
    size_t ordinal = 0;
    for (const sql::Column* c : primary_key(*found))
      rows.push_back(index_row(*found, true, {}, primary_key_name, ++ordinal, c->name, {}));
    const bool documents = found->kind == sql::TableKind::Typed || found->kind == sql::TableKind::Database;
    if (unique == SQL_INDEX_ALL && documents) add_indexes(rows, *found, schema.indexes(found->catalog));
  }
  return from_values(columns_of(Function::Statistics), std::move(rows));
}

}  // namespace couch::driver::catalog
