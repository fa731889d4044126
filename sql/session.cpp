#include "sql/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include "sql/change/change.h"
#include "sql/change/overlay.h"
#include "sql/coercion.h"
#include "sql/datetime.h"
#include "sql/define/auto_index.h"
#include "sql/define/definition.h"
#include "sql/located.h"
#include "sql/parser.h"
#include "sql/plan/conditions.h"
#include "sql/plan/explain.h"
#include "sql/plan/flatten.h"
#include "sql/plan/fold.h"
#include "sql/plan/hint.h"
#include "sql/plan/plan.h"
#include "sql/prepared_query.h"
#include "sql/procedure/procedure.h"
#include "sql/rows.h"
#include "sql/transaction_statement.h"
#include "sql/updatable.h"

namespace couch::sql {

namespace {

Timestamp utc_now() {
  using namespace std::chrono;
  auto now = system_clock::now().time_since_epoch();
  auto seconds = duration_cast<std::chrono::seconds>(now);
  auto rest = duration_cast<nanoseconds>(now - seconds);
  return timestamp_of(seconds.count(), static_cast<uint32_t>(rest.count())).value_or(Timestamp{});
}

// Warnings from before there were rows, given with theirs.
class RowsWithWarnings : public Rows {
 public:
  RowsWithWarnings(std::unique_ptr<Rows> rows, std::vector<std::string> warnings)
      : rows_(std::move(rows)), warnings_(std::move(warnings)) {}
  const std::vector<ResultColumn>& columns() const override { return rows_->columns(); }
  bool next() override { return rows_->next(); }
  Cell cell(size_t i) override { return rows_->cell(i); }
  std::vector<std::string> take_warnings() override {
    auto out = std::exchange(warnings_, {});
    for (auto& warning : rows_->take_warnings()) out.push_back(std::move(warning));
    return out;
  }

 private:
  std::unique_ptr<Rows> rows_;
  std::vector<std::string> warnings_;
};

class PreparedQuery : public Prepared {
 public:
  PreparedQuery(std::string text, Bound bound, Catalog& catalog, const Options& options)
      : text_(std::move(text)), options_(options), database_(catalog.current()) {
    explain_ = std::holds_alternative<ast::Explain>(bound.statement.node);
    columns_ =
        std::make_shared<std::vector<ResultColumn>>(explain_ ? plan::explain_columns() : bound.columns);
    plan::flatten(bound, query_of(bound));
    bound_ = std::make_shared<const Bound>(std::move(bound));
    for (const auto& relation : bound_->relations) {
      if (relation.kind != RelationKind::Base) continue;
      if (!asked_server_) traits_ = catalog.traits();
      asked_server_ = true;
      const std::string& database = relation.table->catalog;
      if (!facts_.contains(database)) facts_.emplace(database, catalog.facts(database));
      if (relation.table->kind == TableKind::View || indexes_.contains(database)) continue;
      indexes_.emplace(database, catalog.indexes(database));
      materialized_.emplace(database, catalog.materialized_views(database));
    }
    if (!options_.statistics) options_.statistics = std::make_shared<plan::StatisticsMemory>();
    collation_ = traits_.icu_order ? options_.collation : CollationKind::Binary;
    // What cannot be done is said when the statement is prepared.
    sqlite_ = engine::sqlite_text(*bound_, query(), collation_);
    for (const auto& relation : bound_->relations) plan::read_hint(relation.hint, relation.span);
    conditions_ = plan::conditions_of(*bound_, query());
    foldable_ = plan::foldable(query(), *conditions_);
  }

  const std::vector<ResultColumn>& columns() const override { return *columns_; }
  const std::vector<ParameterInfo>& parameters() const override { return bound_->parameters; }

  StatementKind kind() const override { return explain_ ? StatementKind::Explain : StatementKind::Query; }

  std::unique_ptr<Rows> execute(const std::vector<Value>& parameters,
                                const Execution& execution) const override {
    return located_in(text_, [&] {
      // Its answers hold the changes that there are now.
      if (auto* own = dynamic_cast<change::OverlayDocuments*>(&execution.documents)) own->begin_query();
      // Planned with the parameters' values: which index, which ids and whether there can be rows at all
      // depend on them. It costs microseconds; the server is asked only where a wrong choice would cost much
      // more than the question.
      std::vector<Value> values = coerced(parameters, bound_->parameters);
      const Timestamp now = utc_now();
      std::shared_ptr<const plan::Folded> folded;
      if (!foldable_.empty()) {
        folded = plan::fold(foldable_, {*bound_, collation_, options_.mismatch, database_, options_.user,
                                        values, now, execution.stop});
      }
      // What an index holds is not what the connection's own changes make of it.
      ServerTraits traits = traits_;
      for (const auto& relation : bound_->relations) {
        if (relation.kind == RelationKind::Base && execution.documents.pending(relation.table->catalog))
          traits.index_as_view = false;
      }
      plan::Statistics statistics{execution.documents, *options_.statistics};
      std::map<std::string, std::vector<Index>> built;
      if (options_.auto_index) {
        built = indexes_;
        for (auto& [database, list] : built)
          options_.auto_index->leave_out_unbuilt(database, list, execution.documents);
      }
      const auto& indexes = options_.auto_index ? built : indexes_;
      plan::Context context{*bound_, options_,    collation_,     traits,      indexes,
                            values,  text_,       sqlite_,        conditions_, &execution.documents,
                            &facts_, &statistics, &materialized_, folded};
      plan::Plan plan = plan::plan_query(query(), context, explain_ ? 0 : execution.limit);
      std::vector<std::string> warnings;
      if (options_.auto_index) warnings = make_indexes(plan, execution);
      if (explain_) return rows_of(*columns_, plan::explain(plan, context));
      Running running{bound_,    columns_,      std::move(values), collation_,      options_.mismatch,
                      database_, options_.user, &execution.stop,   execution.limit, options_.parallel,
                      now};
      std::unique_ptr<Rows> rows = run(std::move(plan), std::move(running), execution.documents);
      if (!warnings.empty()) rows = std::make_unique<RowsWithWarnings>(std::move(rows), std::move(warnings));
      return rows;
    });
  }

  bool is_current(Catalog& catalog) const override {
    for (const auto& relation : bound_->relations) {
      if (relation.kind != RelationKind::Base || relation.assumed_parameter) continue;
      if (catalog.table(relation.table->catalog, relation.table->name, true) != relation.table) return false;
    }
    return true;
  }

 private:
  static ast::Query& query_of(Bound& bound) {
    ast::Statement* statement = &bound.statement;
    if (auto* explain = std::get_if<ast::Explain>(&statement->node)) statement = explain->statement.get();
    return *std::get<ast::QueryPtr>(statement->node);
  }
  // Those that the plan's tables want; EXPLAIN says only that they would be made.
  std::vector<std::string> make_indexes(plan::Plan& plan, const Execution& execution) const {
    std::vector<plan::Leaf*> leaves;
    if (auto* direct = std::get_if<plan::Direct>(&plan)) leaves.push_back(&direct->leaf);
    if (auto* engine = std::get_if<plan::Engine>(&plan))
      for (auto& leaf : engine->leaves) leaves.push_back(&leaf);
    std::vector<std::string> warnings;
    for (auto* leaf : leaves) {
      const std::string& database = leaf->shape.table->catalog;
      if (!leaf->wants_index || !execution.catalog || execution.transaction ||
          database != execution.catalog->current())
        continue;
      if (explain_) {
        leaf->notes.push_back("AutoIndex makes the index that helps when this is executed");
        continue;
      }
      auto said = options_.auto_index->make(database, leaf->advice, *execution.catalog, options_, execution);
      warnings.insert(warnings.end(), said.begin(), said.end());
    }
    return warnings;
  }

  const ast::Query& query() const {
    const ast::Statement* statement = &bound_->statement;
    if (auto* explain = std::get_if<ast::Explain>(&statement->node)) statement = explain->statement.get();
    return *std::get<ast::QueryPtr>(statement->node);
  }

  std::string text_;
  Options options_;
  std::string database_;
  bool explain_ = false, asked_server_ = false;
  std::shared_ptr<const Bound> bound_;
  std::shared_ptr<const std::vector<ResultColumn>> columns_;
  ServerTraits traits_;
  std::map<std::string, std::vector<Index>> indexes_;  // by database
  std::map<std::string, DatabaseFacts> facts_;         // by database
  std::map<std::string, std::vector<MaterializedView>> materialized_;
  CollationKind collation_ = CollationKind::Server;
  engine::SqliteText sqlite_;
  std::shared_ptr<const plan::Conditions> conditions_;
  std::vector<const ast::Expr*> foldable_;
};

class PreparedRefresh : public Prepared {
 public:
  const std::vector<ResultColumn>& columns() const override { return columns_; }
  const std::vector<ParameterInfo>& parameters() const override { return parameters_; }
  StatementKind kind() const override { return StatementKind::Refresh; }
  std::unique_ptr<Rows> execute(const std::vector<Value>&, const Execution&) const override {
    throw Error(ErrorKind::Engine, "REFRESH SCHEMA is carried out by the catalog's owner");
  }
  bool is_current(Catalog&) const override { return true; }

 private:
  std::vector<ResultColumn> columns_;
  std::vector<ParameterInfo> parameters_;
};

// Which part of sql/ a statement is for. A new kind of statement breaks the build here.
struct Dispatch {
  using Made = std::unique_ptr<const Prepared>;
  std::string_view text;
  ast::Statement& whole;      // as parsed
  ast::Statement& statement;  // without EXPLAIN
  Catalog& catalog;
  const Options& options;

  bool explained() const { return &whole != &statement; }

  Made operator()(const ast::QueryPtr&) const {
    return std::make_unique<PreparedQuery>(std::string{text}, bind(std::move(whole), catalog), catalog,
                                           options);
  }
  Made operator()(const ast::Explain&) const { not_yet("EXPLAIN of EXPLAIN"); }

  Made operator()(const ast::Insert&) const { return change("INSERT"); }
  Made operator()(const ast::Update&) const { return change("UPDATE"); }
  Made operator()(const ast::Delete&) const { return change("DELETE"); }
  Made operator()(const ast::Merge&) const { return change("MERGE"); }
  Made operator()(const ast::Truncate&) const { return change("TRUNCATE"); }

  Made operator()(const ast::CreateTable&) const { return definition("CREATE TABLE"); }
  Made operator()(const ast::AlterTable&) const { return definition("ALTER TABLE"); }
  Made operator()(const ast::CreateIndex&) const { return definition("CREATE INDEX"); }
  Made operator()(const ast::CreateView&) const { return definition("CREATE VIEW"); }
  Made operator()(const ast::CreateDatabase&) const { return definition("CREATE DATABASE"); }
  Made operator()(const ast::Drop&) const { return definition("DROP"); }

  Made operator()(const ast::RefreshSchema&) const {
    if (explained()) not_yet("EXPLAIN of REFRESH SCHEMA");
    return std::make_unique<PreparedRefresh>();
  }
  Made operator()(const ast::Transaction& node) const {
    if (explained()) not_yet("EXPLAIN of a transaction statement");
    return std::make_unique<PreparedTransaction>(node);
  }
  Made operator()(const ast::CallProcedure& call) const {
    if (explained()) not_yet("EXPLAIN of CALL");
    return procedure::prepare(std::string{text}, call, statement.span, statement.parameters, options);
  }

 private:
  Made change(std::string_view what) const {
    writes(what);
    // EXPLAIN counts the parameters of both.
    if (explained()) statement.parameters = std::max(statement.parameters, whole.parameters);
    auto made = change::prepare_change(text, statement, catalog, options, explained());
    if (!made) not_yet(what);
    return made;
  }
  Made definition(std::string_view what) const {
    writes(what);
    return define::prepare(std::string{text}, std::move(statement), explained(), options);
  }
  // Before anything is asked or sent. EXPLAIN changes nothing.
  void writes(std::string_view what) const {
    if (options.read_only && !explained())
      throw Error(ErrorKind::ReadOnly, fmt::format("{} is refused: the connection is read only", what),
                  statement.span);
  }
  [[noreturn]] void not_yet(std::string_view what) const {
    throw Error(ErrorKind::NotSupported,
                fmt::format("{} is not supported by this version of the driver", what), statement.span);
  }
};

}  // namespace

std::unique_ptr<const Prepared> prepared_query(std::string text, Bound bound, Catalog& catalog,
                                               const Options& options) {
  return std::make_unique<PreparedQuery>(std::move(text), std::move(bound), catalog, options);
}

std::vector<SetOutcome> Prepared::execute_sets(std::span<const std::vector<Value>>, const Execution&) const {
  throw Error(ErrorKind::NotSupported, "this statement is executed set by set");
}

std::vector<SetOutcome> Prepared::execute_rows(std::span<RowVersion* const>,
                                               std::span<const std::vector<Value>>, const Execution&) const {
  throw Error(ErrorKind::NotSupported, "this statement names no cursor");
}

std::unique_ptr<const Prepared> prepare(std::string_view statement, Catalog& catalog, const Options& options,
                                        bool updatable) {
  return located_in(statement, [&]() -> std::unique_ptr<const Prepared> {
    ast::Statement tree = parse(statement);
    if (auto* query = std::get_if<ast::QueryPtr>(&tree.node); query && (updatable || (*query)->for_update)) {
      if (auto made = prepare_updatable(statement, catalog, options)) return made;
    }
    auto* explain = std::get_if<ast::Explain>(&tree.node);
    ast::Statement& subject = explain ? *explain->statement : tree;
    return std::visit(Dispatch{statement, tree, subject, catalog, options}, subject.node);
  });
}

}  // namespace couch::sql
