#pragma once
// BEGIN, COMMIT, ROLLBACK and what is done with savepoints, as prepared statements: who owns the connection's
// transaction carries them out.
#include <string>
#include <vector>

#include "sql/ast.h"
#include "sql/session.h"

namespace couch::sql {

// Every Prepared of kind Transaction is one.
class PreparedTransaction final : public Prepared {
 public:
  using Action = ast::Transaction::Action;
  explicit PreparedTransaction(const ast::Transaction& node)
      : action_(node.action), savepoint_(node.savepoint ? node.savepoint->text : std::string{}) {}

  Action action() const { return action_; }
  const std::string& savepoint() const { return savepoint_; }  // compared without regard to case

  const std::vector<ResultColumn>& columns() const override { return columns_; }
  const std::vector<ParameterInfo>& parameters() const override { return parameters_; }
  StatementKind kind() const override { return StatementKind::Transaction; }
  std::unique_ptr<Rows> execute(const std::vector<Value>&, const Execution&) const override {
    throw Error(ErrorKind::Engine, "transaction statements are carried out by the transaction's owner");
  }
  bool is_current(Catalog&) const override { return true; }

 private:
  Action action_;
  std::string savepoint_;
  std::vector<ResultColumn> columns_;
  std::vector<ParameterInfo> parameters_;
};

}  // namespace couch::sql
