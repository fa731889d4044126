#include "sql/define/views.h"

#include <fmt/format.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <map>
#include <utility>

#include "sql/bound.h"
#include "sql/define/indexes.h"
#include "sql/define/server_word.h"
#include "sql/define/target.h"
#include "sql/json_text.h"
#include "sql/names.h"
#include "sql/parser.h"
#include "sql/plan/reduce_query.h"
#include "sql/saved_view.h"
#include "sql/walk.h"

namespace couch::sql::define {

namespace {

// The columns that WHERE holds equal to something: they go first, so that one value of them is one range of
// keys.
void equalities(const ast::Expr* where, std::vector<uint32_t>& out) {
  if (!where) return;
  if (auto* all = std::get_if<ast::Logical>(&where->node); all && all->conjunction) {
    for (const auto& term : all->terms) equalities(term.get(), out);
    return;
  }
  auto* compare = std::get_if<ast::Compare>(&where->node);
  if (!compare || compare->op != ast::CompareOp::Equal) return;
  for (const auto* side : {compare->left.get(), compare->right.get()}) {
    if (auto* column = std::get_if<ast::BoundColumn>(&side->node)) out.push_back(column->column);
  }
}

// The groups that the server can keep for a query; nullopt: it cannot.
std::optional<MaterializedView> groups_of(const ast::Query& query, const plan::Sight& sight) {
  auto reads = plan::grouped_reads(query, sight);
  if (!reads || reads->size() != 1) return std::nullopt;
  const plan::GroupedRead& read = reads->front();
  const Table& table = *sight.bound.relations[read.relation].table;
  MaterializedView out;
  if (table.kind == TableKind::Typed) {
    out.discriminator_path = table.discriminator_path;
    out.discriminator = table.discriminator;
  }
  std::vector<uint32_t> keys;
  const auto add = [&](uint32_t column) {
    if (read.columns.contains(column) && std::find(keys.begin(), keys.end(), column) == keys.end())
      keys.push_back(column);
  };
  std::vector<uint32_t> equal;
  equalities(read.select->where.get(), equal);
  for (uint32_t column : equal) add(column);
  const auto add_all = [&](const ast::ExprPtr& expr, const auto& self) -> void {
    if (auto* column = std::get_if<ast::BoundColumn>(&expr->node)) {
      if (column->relation == output_relation)
        self(read.select->items[column->column].expr, self);
      else
        add(column->column);
    }
    for_each_child(*expr, [&](const ast::ExprPtr& child) { self(child, self); });
  };
  for (const auto& element : read.select->group_by) {
    for (const auto& set : element.sets) {
      for (const auto& key : set) add_all(key, add_all);
    }
  }
  for (uint32_t column : read.columns) add(column);
  for (uint32_t number : keys) {
    const Column& column = table.columns[number];
    if (table.kind == TableKind::Typed && column.path == table.discriminator_path) continue;
    out.keys.push_back({column.path, class_of(column.type)});
  }
  for (uint32_t number : read.measured)
    out.measures.push_back({table.columns[number].path, class_of(table.columns[number].type)});
  return out;
}

std::string design_of(std::string_view view) {
  return saved_view_id(view).substr(std::string_view{"_design/"}.size());
}

std::vector<Column> columns_of(const std::vector<ResultColumn>& results) {
  std::vector<Column> out;
  for (const ResultColumn& result : results) {
    Column column;
    column.name = result.name;
    column.type = result.type;
    column.nullable = result.nullable;
    out.push_back(std::move(column));
  }
  return out;
}

class CreateView final : public Definition {
 public:
  explicit CreateView(ast::CreateView statement) : statement_(std::move(statement)) {}
  std::string_view name() const override { return "CREATE VIEW"; }
  std::string done_before() const override {
    return "the view was created before, and is built by the first query that reads it";
  }

  std::vector<std::string> carry_out(Site& site) const override {
    const TargetName where = target_name(statement_.name, site.catalog);
    if (!site.catalog.has_database(where.database))
      throw Error(ErrorKind::UnknownTable, fmt::format("there is no database \"{}\"", where.database),
                  where.span);
    const std::string& called = where.table.text;
    // Not what `exact` false may find: a name in another case is another one.
    if (const auto known = site.catalog.table(where.database, called, true)) {
      if (statement_.if_not_exists && !known->query.empty()) return {};
      throw Error(ErrorKind::TableExists,
                  fmt::format("there is a {} {} in database {} already",
                              known->kind == TableKind::View ? "view" : "table", called, where.database),
                  where.span);
    }
    const Bound bound = bound_query(site.catalog);
    const auto& query = *std::get<ast::QueryPtr>(bound.statement.node);
    SavedView view;
    view.name = called;
    view.query = statement_.text;
    view.columns = columns_of(bound.columns);
    for (const Column& column : view.columns) {
      const auto same = std::count_if(view.columns.begin(), view.columns.end(),
                                      [&](const Column& c) { return c.name == column.name; });
      if (column.name.empty() || same > 1)
        throw Error(ErrorKind::Syntax,
                    fmt::format("a view's columns have names of their own, each once: write AS after {}",
                                column.name.empty() ? "an expression" : column.name),
                    where.span);
    }
    const ServerTraits traits = site.catalog.traits();
    const CollationKind collation = traits.icu_order ? site.options.collation : CollationKind::Binary;
    for (const auto& relation : bound.relations) {
      if (relation.kind == RelationKind::Base && relation.table->catalog != where.database)
        throw Error(ErrorKind::NotSupported, "a view reads tables of its own database only", where.span);
    }
    if (traits.couchdb) view.groups = groups_of(query, {bound, collation, MismatchPolicy::Null});
    const std::string design = design_of(called);
    const auto answer = site.documents.perform(PutDesignAction{where.database, design, to_json(view)});
    constexpr long conflict = 409;
    if (answer.status == conflict)
      throw Error(ErrorKind::TableExists,
                  fmt::format("there is a view {} in database {} already", called, where.database),
                  where.span);
    if (!succeeded(answer))
      throw Error(ErrorKind::Denied, fmt::format("view {}: {}", called, said(answer)), where.span);
    site.catalog.redefined(where.database);
    if (!view.groups)
      return {
          fmt::format("view {} is kept as a query: the server keeps groups of one table's columns (numbers, "
                      "text and BIT) with COUNT, "
                      "SUM, AVG, MIN and MAX of numbers",
                      called)};
    build(site,
          ReadAction{
              where.database, {"_design", design, "_view", "groups"}, {{"limit", "1"}, {"update", "lazy"}}});
    return {};
  }

 private:
  Bound bound_query(Catalog& catalog) const {
    try {
      return bind(parse(statement_.text), catalog);
    } catch (const Error& error) {
      if (!error.span()) throw;
      // Its place is in the query's own text.
      const uint32_t begin = statement_.query->span.begin;
      throw Error(error.kind(), error.what(), Span{error.span()->begin + begin, error.span()->end + begin});
    }
  }

  ast::CreateView statement_;
};

class DropView final : public Definition {
 public:
  explicit DropView(ast::Drop statement) : statement_(std::move(statement)) {}
  std::string_view name() const override { return "DROP VIEW"; }

  std::vector<std::string> carry_out(Site& site) const override {
    const TargetName where = target_name(statement_.name, site.catalog);
    const auto table = find_target(where, site.catalog);
    if (!table && statement_.if_exists) return {};
    if (!table) target(where, site.catalog);  // throws, with the nearest names
    if (table->query.empty()) {
      throw Error(
          ErrorKind::NotSupported,
          fmt::format("{} was not made by CREATE VIEW{}", table->name,
                      table->kind == TableKind::View ? ": its design document is somebody's code" : ""),
          where.span);
    }
    const auto answer =
        site.documents.perform(ReadAction{where.database, {"_design", table->design_document}, {}});
    if (!succeeded(answer)) {
      site.catalog.redefined(where.database);
      if (statement_.if_exists) return {};
      throw Error(ErrorKind::UnknownTable, fmt::format("view {}: {}", table->name, said(answer)), where.span);
    }
    if (text_of(answer, "_rev").empty())
      throw Error(ErrorKind::MalformedAnswer,
                  fmt::format("the answer about view {} is not what CouchDB gives", table->name), where.span);
    const auto gone = site.documents.perform(PutDesignAction{
        where.database, table->design_document,
        fmt::format(R"({{"_id":{},"_rev":{},"_deleted":true}})",
                    json_string("_design/" + table->design_document), json_string(text_of(answer, "_rev")))});
    site.catalog.redefined(where.database);
    if (!succeeded(gone))
      throw Error(ErrorKind::Denied, fmt::format("view {}: {}", table->name, said(gone)), where.span);
    return {};
  }

 private:
  ast::Drop statement_;
};

}  // namespace

std::unique_ptr<const Definition> create_view(ast::CreateView statement) {
  return std::make_unique<CreateView>(std::move(statement));
}

std::unique_ptr<const Definition> drop_view(ast::Drop statement) {
  return std::make_unique<DropView>(std::move(statement));
}

}  // namespace couch::sql::define
