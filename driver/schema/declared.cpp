#include "driver/schema/declared.h"

#include <algorithm>
#include <utility>

#include "driver/schema/columns.h"
#include "sql/define/columns.h"
#include "sql/path.h"

namespace couch::driver::schema {

namespace {

bool begins_with(const std::vector<std::string>& path, const std::vector<std::string>& beginning) {
  return path.size() >= beginning.size() && std::equal(beginning.begin(), beginning.end(), path.begin());
}

}  // namespace

std::shared_ptr<const sql::Table> declared_table(const sql::define::TableDefinition& definition,
                                                 const std::string& database, const Rules& rules,
                                                 const sql::Table* sampled) {
  auto table = std::make_shared<sql::Table>();
  table->catalog = database;
  table->name = definition.table;
  table->discriminator_path = sql::split_path(definition.type_field).value_or(rules.type_field);
  table->discriminator = definition.type;
  table->declared = true;
  if (sampled != nullptr) table->estimated_rows = sampled->estimated_rows;

  Columns columns{rules.max_columns, rules.max_varchar_size};
  sql::Column id = id_column(nullptr, rules.max_varchar_size);
  std::vector<sql::Column> stated;
  for (const auto& one : definition.columns) {
    sql::Column column = sql::define::column_of(one);
    for (size_t i = 0; i < definition.primary_key.size(); ++i)
      if (definition.primary_key[i] == column.name) column.key = static_cast<uint32_t>(i + 1);
    if (column.name == "_rev") continue;
    if (column.source == sql::ColumnSource::Id) {
      if (sql::class_of(column.type) != sql::TypeClass::Text) continue;  // it is one in every document
      id.type = column.type;
      id.declared = column.declared;
      id.not_null = column.not_null;
    } else {
      stated.push_back(std::move(column));
    }
  }
  columns.add(std::move(id));
  columns.add(rev_column());
  for (const auto& column : stated) columns.add(column);
  bool discriminator_stated = std::any_of(stated.begin(), stated.end(), [&](const sql::Column& column) {
    return column.path == table->discriminator_path;
  });
  if (sampled != nullptr) {
    for (const sql::Column& column : sampled->columns) {
      if (column.source != sql::ColumnSource::Path || column.hidden) continue;
      // What stands inside a stated object is part of that column.
      const bool known = std::any_of(stated.begin(), stated.end(), [&](const sql::Column& other) {
        return begins_with(column.path, other.path) || other.name == column.name;
      });
      if (!known && column.path != table->discriminator_path) columns.add(column);
    }
    for (const std::string& what : sampled->left_out) columns.leave_out(what);
  }
  if (!discriminator_stated) {
    sql::Column type;
    type.name = sql::column_name(table->discriminator_path);
    type.path = table->discriminator_path;
    type.type = id_column(nullptr, rules.max_varchar_size).type;
    type.hidden = true;
    columns.add(std::move(type));
  }
  columns.add(document_column());
  columns.move_to(*table);
  return table;
}

}  // namespace couch::driver::schema
