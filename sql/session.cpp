#include "sql/session.h"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "sql/coercion.h"
#include "sql/parser.h"
#include "sql/plan/explain.h"
#include "sql/plan/hint.h"
#include "sql/plan/plan.h"
#include "sql/rows.h"

namespace couch::sql {

namespace {

// Every error of the statement says where.
template <class Body>
auto located_in(std::string_view statement, Body&& body) {
  try {
    return body();
  } catch (const Error& error) {
    if (!error.span()) throw;
    throw Error(error.kind(), located(statement, *error.span(), error.what()));
  }
}

class PreparedQuery : public Prepared {
 public:
  PreparedQuery(std::string text, Bound bound, Catalog& catalog, const Options& options)
      : text_(std::move(text)), options_(options), database_(catalog.current()) {
    explain_ = std::holds_alternative<ast::Explain>(bound.statement.node);
    columns_ =
        std::make_shared<std::vector<ResultColumn>>(explain_ ? plan::explain_columns() : bound.columns);
    bound_ = std::make_shared<const Bound>(std::move(bound));
    for (const auto& relation : bound_->relations) {
      if (relation.kind != RelationKind::Base) continue;
      if (!asked_server_) traits_ = catalog.traits();
      asked_server_ = true;
      const std::string& database = relation.table->catalog;
      if (relation.table->kind != TableKind::View && !indexes_.contains(database))
        indexes_.emplace(database, catalog.indexes(database));
    }
    collation_ = traits_.icu_order ? options_.collation : CollationKind::Binary;
    // What cannot be done is said when the statement is prepared.
    sqlite_ = engine::sqlite_text(*bound_, query(), collation_);
    for (const auto& relation : bound_->relations) plan::read_hint(relation.hint, relation.span);
  }

  const std::vector<ResultColumn>& columns() const override { return *columns_; }
  const std::vector<ParameterInfo>& parameters() const override { return bound_->parameters; }

  StatementKind kind() const override { return explain_ ? StatementKind::Explain : StatementKind::Query; }

  std::unique_ptr<Rows> execute(const std::vector<Value>& parameters,
                                const Execution& execution) const override {
    return located_in(text_, [&] {
      // Planned with the parameters' values: which index, which ids and whether there can be rows at all
      // depend on them. It costs microseconds; what asks the server was done once, when the statement was
      // prepared.
      std::vector<Value> values = coerced(parameters);
      plan::Context context{*bound_, options_, collation_, traits_, indexes_, values, text_, sqlite_};
      plan::Plan plan = plan::plan_query(query(), context, explain_ ? 0 : execution.limit);
      if (explain_) return rows_of(*columns_, plan::explain(plan, context));
      Running running{bound_,    columns_,      std::move(values), collation_,     options_.mismatch,
                      database_, options_.user, &execution.stop,   execution.limit};
      return run(std::move(plan), std::move(running), execution.documents);
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
  const ast::Query& query() const {
    const ast::Statement* statement = &bound_->statement;
    if (auto* explain = std::get_if<ast::Explain>(&statement->node)) statement = explain->statement.get();
    return *std::get<ast::QueryPtr>(statement->node);
  }

  std::vector<Value> coerced(const std::vector<Value>& parameters) const {
    const auto& infos = bound_->parameters;
    if (parameters.size() != infos.size()) {
      throw Error(ErrorKind::ParameterCount, fmt::format("the statement has {} parameters, {} were given",
                                                         infos.size(), parameters.size()));
    }
    std::vector<Value> out;
    out.reserve(infos.size());
    for (size_t i = 0; i < infos.size(); ++i) out.push_back(coerce_parameter(parameters[i], infos[i], i));
    return out;
  }

  std::string text_;
  Options options_;
  std::string database_;
  bool explain_ = false, asked_server_ = false;
  std::shared_ptr<const Bound> bound_;
  std::shared_ptr<const std::vector<ResultColumn>> columns_;
  ServerTraits traits_;
  std::map<std::string, std::vector<Index>> indexes_;  // by database
  CollationKind collation_ = CollationKind::Server;
  engine::SqliteText sqlite_;
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

// What this version does not do yet, by its own name.
std::string_view name_of(const ast::Statement& statement) {
  struct Name {
    std::string_view operator()(const ast::QueryPtr&) { return "SELECT"; }
    std::string_view operator()(const ast::Explain&) { return "EXPLAIN"; }
    std::string_view operator()(const ast::Insert&) { return "INSERT"; }
    std::string_view operator()(const ast::Update&) { return "UPDATE"; }
    std::string_view operator()(const ast::Delete&) { return "DELETE"; }
    std::string_view operator()(const ast::Merge&) { return "MERGE"; }
    std::string_view operator()(const ast::Truncate&) { return "TRUNCATE"; }
    std::string_view operator()(const ast::CreateTable&) { return "CREATE TABLE"; }
    std::string_view operator()(const ast::AlterTable&) { return "ALTER TABLE"; }
    std::string_view operator()(const ast::CreateIndex&) { return "CREATE INDEX"; }
    std::string_view operator()(const ast::CreateView&) { return "CREATE VIEW"; }
    std::string_view operator()(const ast::CreateDatabase&) { return "CREATE DATABASE"; }
    std::string_view operator()(const ast::Drop&) { return "DROP"; }
    std::string_view operator()(const ast::RefreshSchema&) { return "REFRESH SCHEMA"; }
    std::string_view operator()(const ast::Transaction&) { return "a transaction statement"; }
    std::string_view operator()(const ast::CallProcedure&) { return "CALL"; }
  };
  return std::visit(Name{}, statement.node);
}

const ast::Statement& explained(const ast::Statement& statement) {
  auto* explain = std::get_if<ast::Explain>(&statement.node);
  return explain ? *explain->statement : statement;
}

}  // namespace

std::vector<SetOutcome> Prepared::execute_sets(std::span<const std::vector<Value>>, const Execution&) const {
  throw Error(ErrorKind::NotSupported, "this statement is executed set by set");
}

std::unique_ptr<const Prepared> prepare(std::string_view statement, Catalog& catalog,
                                        const Options& options) {
  return located_in(statement, [&]() -> std::unique_ptr<const Prepared> {
    ast::Statement tree = parse(statement);
    if (std::holds_alternative<ast::RefreshSchema>(tree.node)) return std::make_unique<PreparedRefresh>();
    const ast::Statement& inner = explained(tree);
    if (!std::holds_alternative<ast::QueryPtr>(inner.node)) {
      throw Error(ErrorKind::NotSupported,
                  fmt::format("{} is not supported by this version of the driver", name_of(inner)),
                  inner.span);
    }
    return std::make_unique<PreparedQuery>(std::string{statement}, bind(std::move(tree), catalog), catalog,
                                           options);
  });
}

}  // namespace couch::sql
