#include "driver/schema/written.h"

#include <algorithm>
#include <utility>

#include "driver/schema/columns.h"

namespace couch::driver::schema {
namespace {

void add_columns(sql::Table& table, const std::vector<sql::Column>& columns, const Rules& rules) {
  for (const sql::Column& column : columns) {
    const bool there = std::any_of(table.columns.begin(), table.columns.end(), [&](const sql::Column& known) {
      return known.source == sql::ColumnSource::Path && known.path == column.path;
    });
    if (there || table.columns.size() > rules.max_columns) continue;
    const auto last = std::find_if(table.columns.begin(), table.columns.end(), [](const sql::Column& known) {
      return known.source == sql::ColumnSource::Document;
    });
    settle_type(*table.columns.insert(last, column), rules.max_varchar_size);
  }
}

std::shared_ptr<const sql::Table> with(const sql::Table& table, const std::vector<sql::Column>& columns,
                                       const Rules& rules) {
  auto out = std::make_shared<sql::Table>(table);
  add_columns(*out, columns, rules);
  return out;
}

sql::Column type_column(const std::vector<std::string>& path) {
  sql::Column column;
  for (const auto& step : path) {
    if (!column.name.empty()) column.name += '.';
    for (const char c : step) {
      if (c == '.' || c == '\\') column.name += '\\';
      column.name += c;
    }
  }
  column.path = path;
  column.type.kind = sql::TypeKind::Varchar;
  column.type.size = 255;
  return column;
}

using Tables = std::vector<std::shared_ptr<const sql::Table>>;

void write(Tables& tables, const std::string& database, const Rules& rules, const std::string& type,
           const std::vector<sql::Column>& columns) {
  bool found = false;
  for (auto& table : tables) {
    const bool typed = table->kind == sql::TableKind::Typed && table->discriminator == type;
    if (!typed && table->kind != sql::TableKind::Database) continue;
    found = found || typed;
    table = with(*table, columns, rules);
  }
  const bool named =
      std::any_of(tables.begin(), tables.end(), [&](const auto& table) { return table->name == type; });
  // A type that has the database's name, or that of an array's table, changes other names: the next sample
  // sees to that.
  if (found || named || rules.type_field.empty()) return;
  sql::Table table;
  table.catalog = database;
  table.name = table.discriminator = type;
  table.discriminator_path = rules.type_field;
  table.columns = {id_column(nullptr, rules.max_varchar_size), rev_column(), document_column()};
  std::vector<sql::Column> all{type_column(rules.type_field)};
  all.insert(all.end(), columns.begin(), columns.end());
  add_columns(table, all, rules);
  const auto place = std::find_if(tables.begin(), tables.end(), [&](const auto& other) {
    return other->kind != sql::TableKind::Typed || other->name > type;
  });
  tables.insert(place, std::make_shared<const sql::Table>(std::move(table)));
}

void unwrite(Tables& tables, const std::string& type) {
  std::erase_if(tables, [&](const auto& table) {
    return table->kind == sql::TableKind::Typed && table->discriminator == type && !table->declared &&
           table->estimated_rows == 0;
  });
}

}  // namespace

std::shared_ptr<const Database> with_written(const Database& known, const Rules& rules,
                                             const std::string& type,
                                             const std::vector<sql::Column>& columns) {
  auto out = std::make_shared<Database>(known);
  write(out->tables, known.name, rules, type, columns);
  write(out->sampled, known.name, rules, type, columns);
  return out;
}

std::shared_ptr<const Database> without_written(const Database& known, const std::string& type) {
  auto out = std::make_shared<Database>(known);
  unwrite(out->tables, type);
  unwrite(out->sampled, type);
  return out;
}

}  // namespace couch::driver::schema
