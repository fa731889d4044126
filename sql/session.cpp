#include "sql/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sql/change/change.h"
#include "sql/define/definition.h"
#include "sql/located.h"
#include "sql/parser.h"
#include "sql/prepared_query.h"
#include "sql/procedure/procedure.h"
#include "sql/transaction_statement.h"
#include "sql/updatable.h"

namespace couch::sql {

namespace {

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
    return prepared_select(std::string{text}, std::move(whole), catalog, options);
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
