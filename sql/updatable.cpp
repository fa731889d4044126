#include "sql/updatable.h"

#include <fmt/format.h>

#include <utility>

#include "sql/change/inner.h"
#include "sql/change/local.h"
#include "sql/change/reading.h"
#include "sql/error.h"
#include "sql/located.h"
#include "sql/parser.h"
#include "sql/prepared_query.h"
#include "sql/rows.h"
#include "sql/walk.h"

namespace couch::sql {

namespace {

// SELECT … FROM one table, each row of which is a row of the result.
ast::Select* simple_select(ast::Statement& tree) {
  auto* query = std::get_if<ast::QueryPtr>(&tree.node);
  if (!query) return nullptr;
  auto* select = std::get_if<ast::Select>(&(*query)->body->node);
  if (!select || select->distinct || !select->group_by.empty() || select->having || select->from.size() != 1)
    return nullptr;
  const auto* table = std::get_if<ast::NamedTable>(&select->from.front()->node);
  return table && select->from.front()->column_aliases.empty() ? select : nullptr;
}

bool has_window(const ast::Expr& expr) {
  const auto* call = std::get_if<ast::Call>(&expr.node);
  bool found = call && call->over;
  for_each_child(expr, [&](const ast::ExprPtr& child) { found = found || has_window(*child); });
  return found;
}

const ast::Identifier& called(const ast::Select& select) {
  const ast::TableRef& ref = *select.from.front();
  return ref.alias ? *ref.alias : std::get<ast::NamedTable>(ref.node).name.back();
}

void add_identity(ast::Select& select) {
  const ast::Identifier table = called(select);
  for (const char* column : {"_id", "_rev"}) {
    ast::SelectItem item = change::item_of(change::column_ref(table, column));
    // No name that an ORDER BY could mean.
    item.alias = ast::Identifier{std::string{"\x01"} + column, true, table.span};
    select.items.push_back(std::move(item));
  }
}

class PreparedUpdatable final : public Prepared, public UpdatableQuery {
 public:
  PreparedUpdatable(std::string text, std::shared_ptr<const Table> table,
                    std::vector<std::optional<uint32_t>> columns, std::unique_ptr<const Prepared> query,
                    change::Inner again)
      : text_(std::move(text)),
        table_(std::move(table)),
        table_columns_(std::move(columns)),
        query_(std::move(query)),
        again_(std::move(again)),
        columns_(query_->columns().begin(), query_->columns().end() - 2) {}

  const std::vector<ResultColumn>& columns() const override { return columns_; }
  const std::vector<ParameterInfo>& parameters() const override { return query_->parameters(); }
  StatementKind kind() const override { return StatementKind::Query; }
  std::unique_ptr<Rows> execute(const std::vector<Value>& parameters,
                                const Execution& execution) const override {
    return query_->execute(parameters, execution);
  }
  bool is_current(Catalog& catalog) const override { return query_->is_current(catalog); }
  const UpdatableQuery* updatable() const override { return this; }

  const std::shared_ptr<const Table>& table() const override { return table_; }
  size_t id_column() const override { return columns_.size(); }
  size_t revision_column() const override { return columns_.size() + 1; }
  const Column* column(size_t i) const override {
    const auto& place = table_columns_[i];
    return place ? &table_->columns[*place] : nullptr;
  }
  std::unique_ptr<Rows> read_again(const std::vector<std::string>& ids, const std::vector<Value>& parameters,
                                   const Execution& execution) const override {
    if (!again_) {
      throw Error(ErrorKind::NotSupported,
                  "a row of this query cannot be read again by itself: close the "
                  "cursor and execute the query once more");
    }
    return located_in(text_, [&] {
      change::LocalDocuments local(execution.documents);
      local.add(change::fresh_database, change::read_documents(execution.documents, table_->catalog, ids));
      auto rows = again_.run(parameters, local, execution);
      std::vector<std::vector<Value>> out;
      while (rows->next()) {
        auto& row = out.emplace_back();
        for (size_t i = 0; i < columns_.size() + 2; ++i) row.push_back(own(rows->cell(i)));
      }
      return rows_of(query_->columns(), std::move(out));
    });
  }

 private:
  std::string text_;
  std::shared_ptr<const Table> table_;
  std::vector<std::optional<uint32_t>> table_columns_;
  std::unique_ptr<const Prepared> query_;
  change::Inner again_;
  std::vector<ResultColumn> columns_;
};

// The same items over documents that are read again by their ids.
change::Inner prepare_again(std::string_view text, const Table& table, Catalog& catalog,
                            const Options& options) {
  ast::Statement tree = parse(text);
  ast::Select& select = *simple_select(tree);
  for (const auto& item : select.items) {
    if (has_window(*item.expr)) return {};
  }
  add_identity(select);
  change::LocalTables tables(catalog);
  tables.add(change::fresh_database, table);
  ast::Select whole;
  whole.items = std::move(select.items);
  whole.from.push_back(change::local_ref(change::fresh_database, called(select), tree.span));
  std::vector<ParameterInfo> infos(tree.parameters);
  try {
    const std::string statement{text};
    return change::prepare_inner(
        statement, change::bind_inner(change::select_query(std::move(whole), tree.span), tables, infos),
        tables, options);
  } catch (const Error&) {
    return {};  // its items name the table by its database, or a WITH element
  }
}

std::string full_name(const Table& table) {
  return quoted_identifier(table.catalog) + "." + quoted_identifier(table.name);
}

}  // namespace

std::unique_ptr<const Prepared> prepare_updatable(std::string_view statement, Catalog& catalog,
                                                  const Options& options) {
  ast::Statement tree = parse(statement);
  ast::Select* select = simple_select(tree);
  if (!select) return nullptr;
  add_identity(*select);
  std::optional<Bound> made;
  try {
    made = bind(std::move(tree), catalog);
  } catch (const Error&) {
    return nullptr;  // COUNT(*) has no _id; and what is wrong without it, too, is told by whoever asks next
  }
  Bound& bound = *made;
  const auto& whole = std::get<ast::Select>(std::get<ast::QueryPtr>(bound.statement.node)->body->node);
  const auto* named = std::get_if<ast::NamedTable>(&whole.from.front()->node);
  if (!named) return nullptr;  // a saved view
  const Relation& relation = bound.relations[named->relation];
  if (relation.kind != RelationKind::Base || relation.assumed_parameter) return nullptr;
  const std::shared_ptr<const Table> table = relation.table;
  const bool documents = table->kind == TableKind::Typed || table->kind == TableKind::Database;
  // One that nobody knows by its name could not be named in an UPDATE.
  if (!documents || catalog.table(table->catalog, table->name, true, nullptr) != table) return nullptr;
  std::vector<std::optional<uint32_t>> columns;
  for (size_t i = 0; i + 2 < whole.items.size(); ++i) {
    const auto* column = std::get_if<ast::BoundColumn>(&whole.items[i].expr->node);
    const bool own = column && column->relation == named->relation;
    columns.push_back(own ? std::optional{column->column} : std::nullopt);
  }
  change::Inner again = prepare_again(statement, *table, catalog, options);
  return std::make_unique<PreparedUpdatable>(
      std::string{statement}, table, std::move(columns),
      prepared_query(std::string{statement}, std::move(bound), catalog, options), std::move(again));
}

bool can_change(const Column& column) {
  return column.source == ColumnSource::Path && column.array_steps.empty() && column.key == 0;
}

bool can_state(const Column& column) {
  return column.source == ColumnSource::Id ||
         (column.source == ColumnSource::Path && column.array_steps.empty());
}

std::string positioned_update(const Table& table, const std::vector<const Column*>& columns) {
  std::string out = "UPDATE " + full_name(table) + " SET ";
  for (const Column* column : columns)
    out += fmt::format("{}{} = ?", column == columns.front() ? "" : ", ", quoted_identifier(column->name));
  return out + " WHERE CURRENT OF \"rowset\"";
}

std::string positioned_delete(const Table& table) {
  return "DELETE FROM " + full_name(table) + " WHERE CURRENT OF \"rowset\"";
}

std::string row_insert(const Table& table, const std::vector<const Column*>& columns) {
  std::string out = "INSERT INTO " + full_name(table);
  if (columns.empty()) return out + " DEFAULT VALUES";
  std::string names, values;
  for (const Column* column : columns) {
    names += (names.empty() ? "" : ", ") + quoted_identifier(column->name);
    values += values.empty() ? "?" : ", ?";
  }
  return out + " (" + names + ") VALUES (" + values + ")";
}

}  // namespace couch::sql
