#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sql/change/json.h"
#include "sql/change/splice.h"
#include "sql/define/check.h"
#include "sql/define/columns.h"
#include "sql/define/documents_of.h"
#include "sql/define/indexes.h"
#include "sql/define/server_word.h"
#include "sql/define/stored.h"
#include "sql/define/tables.h"
#include "sql/define/target.h"
#include "sql/json_text.h"
#include "sql/names.h"
#include "sql/path.h"

namespace couch::sql::define {

namespace {

using Path = std::vector<std::string>;

mango::Selector condition(const Path& path, mango::Operator op, std::string operand) {
  return mango::Selector{mango::Field{path, {mango::Test{op, std::move(operand)}}}};
}
mango::Selector present(const Path& path) { return condition(path, mango::Operator::Exists, "true"); }
mango::Selector missing(const Path& path) { return condition(path, mango::Operator::Exists, "false"); }
mango::Selector null(const Path& path) { return condition(path, mango::Operator::Equal, "null"); }

// What all three share: the table, and its definition, which is made where there is none yet.
class AlterTable : public Definition {
 public:
  explicit AlterTable(ast::AlterTable statement) : statement_(std::move(statement)) {}
  std::string_view name() const override { return "ALTER TABLE"; }

  std::vector<std::string> carry_out(Site& site) const override {
    const TargetName where = target_name(statement_.name, site.catalog);
    const auto table = target(where, site.catalog);
    if (table->kind != TableKind::Typed) not_for(*table, "ALTER TABLE", where.span);
    alter(site, *table, where.span);
    site.catalog.redefined(where.database);
    return {};
  }

 protected:
  virtual void alter(Site& site, const Table& table, Span span) const = 0;

  // A column that can be taken away or renamed.
  const Column& own_column(const Table& table) const {
    const ast::Identifier& name = statement_.column.name;
    const Column& column = column_named(table, {name});
    if (column.source != ColumnSource::Path || !column.array_steps.empty() ||
        column.path == table.discriminator_path || !mango::nameable(column.path))
      throw Error(ErrorKind::NotSupported, fmt::format("{} is no column that can be altered", column.name),
                  name.span);
    if (column.key > 0)
      throw Error(ErrorKind::NotSupported,
                  fmt::format("{} is part of the primary key, which makes the documents' _id", column.name),
                  name.span);
    return column;
  }

  // Reads the definition as it is now, changes it and writes it, again where somebody came between.
  template <class Change>
  void redefine(Site& site, const Table& table, Span span, Change&& change) const {
    constexpr int tries = 5;
    for (int i = 0; i < tries; ++i) {
      auto definition = stored_definition(site, table.catalog, table.name);
      if (!definition) {
        definition.emplace();
        definition->table = table.name;
        definition->type = table.discriminator;
        definition->type_field = sql::column_name(table.discriminator_path);
      }
      if (!change(*definition)) return;
      if (store(site, table.catalog, table.name, to_json(*definition), span) == Stored::Written) return;
    }
    throw Error(ErrorKind::Conflict, fmt::format("others keep changing the definition of {}", table.name),
                span);
  }

  // The table's own indexes that hold the column are dropped; with a new path they are made anew on that.
  static void move_indexes(Site& site, const Table& table, const Path& path, const Path* to, Span span) {
    const std::string prefix = index_prefix(table.name);
    for (const Index& index : site.catalog.indexes(table.catalog)) {
      const bool holds = std::find(index.fields.begin(), index.fields.end(), path) != index.fields.end();
      if (!holds || !index.design_document.starts_with(prefix)) continue;
      const auto dropped =
          site.documents.perform(DropIndexAction{table.catalog, index.design_document, index.name});
      constexpr long gone = 404;
      if (!succeeded(dropped) && dropped.status != gone)
        throw Error(ErrorKind::Denied, fmt::format("index {}: {}", index.name, said(dropped)), span);
      if (!to) continue;
      auto fields = index.fields;
      std::replace(fields.begin(), fields.end(), path, *to);
      make_index(site, table, index.name, fields, span, index.partitioned);
    }
  }

  ast::AlterTable statement_;
};

class AddColumn final : public AlterTable {
 public:
  explicit AddColumn(ast::AlterTable statement) : AlterTable(std::move(statement)), column_(stated()) {}

 private:
  ColumnDefinition stated() const {
    if (statement_.column.primary_key)
      throw Error(ErrorKind::NotSupported, "a primary key is stated when the table is created",
                  statement_.column.name.span);
    if (statement_.column.name.text == "_id")
      throw Error(ErrorKind::ColumnExists, "every table has _id already", statement_.column.name.span);
    return stated_column(statement_.column);
  }

  void alter(Site& site, const Table& table, Span span) const override {
    const Span named = statement_.column.name.span;
    for (const Column& other : table.columns) {
      if (!other.declared && other.name != "_rev") continue;
      if (fit(statement_.column.name, other.name) != NameFit::None)
        throw Error(ErrorKind::ColumnExists,
                    fmt::format("table {} has a column {} already", table.name, other.name), named);
      if (in_the_way(other.name, column_.name))
        throw Error(ErrorKind::WrongArguments,
                    fmt::format("{} and {} stand in each other's way: one is a field of the other",
                                other.name, column_.name),
                    named);
    }
    // Rows that are there have to keep what the column promises.
    const Column column = column_of(column_);
    if (column.not_null && any_document(site, table, {null(column.path)})) refuse_null(table, named);
    if (!column_.default_text.empty()) {
      fill(site, table, column, span);
    } else if (column.not_null && any_document(site, table, {missing(column.path)})) {
      refuse_null(table, named);
    }
    redefine(site, table, span, [&](TableDefinition& definition) {
      for (const auto& other : definition.columns)
        if (other.name == column_.name)
          throw Error(ErrorKind::ColumnExists,
                      fmt::format("table {} has a column {} already", table.name, other.name), named);
      definition.columns.push_back(column_);
      return true;
    });
  }

  [[noreturn]] void refuse_null(const Table& table, Span span) const {
    throw Error(
        ErrorKind::NullNotAllowed,
        fmt::format("{} cannot be NOT NULL: there are documents of {} without a value; state a DEFAULT, or "
                    "UPDATE them first",
                    column_.name, table.name),
        span);
  }

  void fill(Site& site, const Table& table, const Column& column, Span span) const {
    const Execution execution{.documents = site.documents, .stop = site.stop};
    const auto value = default_of(column, site.options, execution);
    const std::vector<std::optional<std::string>> json{change::json_of(value.value_or(Value{}))};
    const change::Edits edits{{column.path}};
    rewrite(
        site, table, {missing(column.path)},
        [&](std::string_view document) -> std::optional<std::string> {
          if (!member_of(document, column.path).empty()) return std::nullopt;
          return edits.apply(document, json);
        },
        span);
  }

  ColumnDefinition column_;
};

// The definition first: rows that are written meanwhile lack the field already.
class DropColumn final : public AlterTable {
 public:
  using AlterTable::AlterTable;

 private:
  void alter(Site& site, const Table& table, Span span) const override {
    const Column& column = own_column(table);
    move_indexes(site, table, column.path, nullptr, span);
    if (column.declared)
      redefine(site, table, span, [&](TableDefinition& definition) {
        return std::erase_if(definition.columns,
                             [&](const ColumnDefinition& one) { return one.name == column.name; }) > 0;
      });
    const change::Edits edits{{column.path}};
    const std::vector<std::optional<std::string>> nothing{std::nullopt};
    rewrite(
        site, table, {present(column.path)},
        [&](std::string_view document) -> std::optional<std::string> {
          if (member_of(document, column.path).empty()) return std::nullopt;
          return edits.apply(document, nothing);
        },
        span);
  }
};

class RenameColumn final : public AlterTable {
 public:
  using AlterTable::AlterTable;

 private:
  void alter(Site& site, const Table& table, Span span) const override {
    const Column& column = own_column(table);
    const ast::Identifier& wanted = statement_.new_name;
    ColumnDefinition renamed{wanted.text, column.type, column.not_null, column.default_text};
    const auto to = split_path(wanted.text);
    if (!to || to->front().starts_with('_'))
      throw Error(ErrorKind::WrongArguments, fmt::format("{} is no name for a column", wanted.text),
                  wanted.span);
    if (*to == column.path) return;
    const bool taken = std::any_of(table.columns.begin(), table.columns.end(), [&](const Column& other) {
      return &other != &column && (other.declared || other.hidden) &&
             fit(wanted, other.name) != NameFit::None;
    });
    // A field that only documents know counts too: it would be overwritten.
    if (taken || any_document(site, table, {present(column.path), present(*to)}))
      throw Error(ErrorKind::ColumnExists,
                  fmt::format("table {} has a column {} already", table.name, wanted.text), wanted.span);
    if (in_the_way(wanted.text, column.name))
      throw Error(ErrorKind::WrongArguments,
                  fmt::format("{} and {} stand in each other's way: one is a field of the other", column.name,
                              wanted.text),
                  wanted.span);
    const change::Edits edits{{column.path, *to}};
    rewrite(
        site, table, {present(column.path)},
        [&](std::string_view document) -> std::optional<std::string> {
          const std::string_view value = member_of(document, column.path);
          if (value.empty()) return std::nullopt;
          const std::vector<std::optional<std::string>> moved{std::nullopt, std::string{value}};
          return edits.apply(document, moved);
        },
        span);
    if (column.declared)
      redefine(site, table, span, [&](TableDefinition& definition) {
        for (auto& one : definition.columns)
          if (one.name == column.name) one.name = renamed.name;
        return true;
      });
    move_indexes(site, table, column.path, &*to, span);
  }
};

}  // namespace

std::unique_ptr<const Definition> alter_table(ast::AlterTable statement) {
  switch (statement.action) {
    case ast::AlterTable::Action::Add: return std::make_unique<AddColumn>(std::move(statement));
    case ast::AlterTable::Action::Drop: return std::make_unique<DropColumn>(std::move(statement));
    case ast::AlterTable::Action::Rename: return std::make_unique<RenameColumn>(std::move(statement));
  }
  return nullptr;
}

}  // namespace couch::sql::define
