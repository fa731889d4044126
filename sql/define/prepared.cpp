// Definitions as prepared statements.
#include <fmt/format.h>

#include <exception>
#include <utility>

#include "sql/define/changing.h"
#include "sql/define/definition.h"
#include "sql/define/rehearsal.h"
#include "sql/located.h"
#include "sql/part_done.h"
#include "sql/plan/explain.h"
#include "sql/rows.h"

namespace couch::sql::define {

namespace {

// A definition that was carried out: no rows.
class Done final : public Rows {
 public:
  explicit Done(std::vector<std::string> warnings) : warnings_(std::move(warnings)) {}
  const std::vector<ResultColumn>& columns() const override {
    static const std::vector<ResultColumn> none;
    return none;
  }
  bool next() override { return false; }
  Cell cell(size_t) override { return {}; }
  std::vector<std::string> take_warnings() override { return std::exchange(warnings_, {}); }

 private:
  std::vector<std::string> warnings_;
};

class PreparedDefinition final : public Prepared {
 public:
  PreparedDefinition(std::string text, ast::Statement statement, bool explain, const Options& options)
      : text_(std::move(text)),
        definition_(definition_of(std::move(statement))),
        explain_(explain),
        options_(options) {
    if (explain) columns_ = plan::explain_columns();
  }

  const std::vector<ResultColumn>& columns() const override { return columns_; }
  const std::vector<ParameterInfo>& parameters() const override { return parameters_; }
  StatementKind kind() const override {
    return explain_ ? StatementKind::Explain : StatementKind::Definition;
  }
  std::string_view function() const override { return explain_ ? "" : definition_->name(); }

  std::unique_ptr<Rows> execute(const std::vector<Value>&, const Execution& execution) const override {
    Changing documents{execution.documents};
    try {
      return carried_out(documents, execution);
    } catch (const std::exception&) {
      for (const auto& database : documents.databases()) execution.catalog->redefined(database);
      if (documents.done() == 0) throw;
      std::throw_with_nested(PartDone{definition_->done_before()});
    }
  }

  // Names are looked up when it is executed.
  bool is_current(Catalog&) const override { return true; }

 private:
  std::unique_ptr<Rows> carried_out(Documents& documents, const Execution& execution) const {
    return located_in(text_, [&]() -> std::unique_ptr<Rows> {
      if (execution.catalog == nullptr)
        throw Error(ErrorKind::Engine, "a definition needs the catalog that it changes");
      if (explain_) {
        Rehearsal rehearsal{execution.documents};
        Site site{rehearsal, *execution.catalog, execution.stop, options_};
        definition_->carry_out(site);
        return rows_of(columns_, rehearsal.rows());
      }
      if (execution.transaction != nullptr) {
        throw Error(
            ErrorKind::ActiveTransaction,
            std::string{definition_->name()} +
                " cannot be part of a transaction: COMMIT or ROLLBACK, and run it with autocommit on");
      }
      Site site{documents, *execution.catalog, execution.stop, options_};
      return std::make_unique<Done>(definition_->carry_out(site));
    });
  }

  std::string text_;
  std::unique_ptr<const Definition> definition_;
  bool explain_;
  Options options_;
  std::vector<ResultColumn> columns_;
  std::vector<ParameterInfo> parameters_;
};

}  // namespace

std::unique_ptr<const Prepared> prepare(std::string text, ast::Statement statement, bool explain,
                                        const Options& options) {
  return std::make_unique<PreparedDefinition>(std::move(text), std::move(statement), explain, options);
}

}  // namespace couch::sql::define
