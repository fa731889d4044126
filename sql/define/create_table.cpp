#include <fmt/format.h>

#include <utility>

#include "sql/define/columns.h"
#include "sql/define/indexes.h"
#include "sql/define/stored.h"
#include "sql/define/tables.h"
#include "sql/define/target.h"
#include "sql/path.h"

namespace couch::sql::define {

namespace {

class CreateTable final : public Definition {
 public:
  explicit CreateTable(ast::CreateTable statement)
      : statement_(std::move(statement)), stated_(stated_table(statement_)) {
    const std::string& name = statement_.name.back().text;
    if (name.find('\0') != std::string::npos)
      throw Error(ErrorKind::Syntax, "a table's name cannot hold U+0000", statement_.name.back().span);
  }
  std::string_view name() const override { return "CREATE TABLE"; }
  std::string done_before() const override {
    return "the table was created before, perhaps without the index on its primary key, which CREATE INDEX "
           "makes";
  }

  std::vector<std::string> carry_out(Site& site) const override {
    const TargetName where = target_name(statement_.name, site.catalog);
    if (!site.catalog.has_database(where.database))
      throw Error(ErrorKind::UnknownDatabase, fmt::format("there is no database {}", where.database),
                  where.span);
    if (const auto present = find_target(where, site.catalog)) {
      if (statement_.if_not_exists) return {};
      throw Error(ErrorKind::TableExists,
                  present->declared || present->kind != TableKind::Typed
                      ? fmt::format("there is a table {} already", present->name)
                      : fmt::format("there are documents of the type {0} already, which make a table; state "
                                    "columns of it by ALTER TABLE {0} ADD COLUMN",
                                    present->name),
                  where.span);
    }
    TableDefinition definition;
    definition.table = definition.type = where.table.text;
    definition.type_field = column_name(site.catalog.type_field());
    definition.columns = stated_.columns;
    definition.primary_key = stated_.primary_key;
    std::vector<std::string> warnings;
    switch (store(site, where.database, definition.table, to_json(definition), where.span)) {
      case Stored::Conflict:  // somebody was faster
        site.catalog.redefined(where.database);
        if (statement_.if_not_exists) return {};
        throw Error(ErrorKind::TableExists, fmt::format("there is a table {} already", definition.table),
                    where.span);
      case Stored::Written: break;
    }
    if (!definition.primary_key.empty()) {
      // As any SQL database has it: finding rows by their key is what keys are for.
      Table table;
      table.catalog = where.database;
      table.name = table.discriminator = definition.table;
      table.discriminator_path = site.catalog.type_field();
      std::vector<std::vector<std::string>> fields;
      for (const auto& name : definition.primary_key) fields.push_back(split_path(name).value());
      try {
        make_index(site, table, "PRIMARY", fields, where.span);
      } catch (const std::exception& error) {
        if (site.stop) throw;
        // The table is there, and works without.
        warnings.push_back(fmt::format("the table has no index on its primary key: {}", error.what()));
      }
    }
    site.catalog.redefined(where.database);
    return warnings;
  }

 private:
  ast::CreateTable statement_;
  StatedTable stated_;
};

}  // namespace

std::unique_ptr<const Definition> create_table(ast::CreateTable statement) {
  return std::make_unique<CreateTable>(std::move(statement));
}

}  // namespace couch::sql::define
