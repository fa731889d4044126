#pragma once
// A bound query, ready to run: what prepare() makes of a SELECT, and what a change reads its rows with.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sql/engine/sqlite_text.h"
#include "sql/plan/conditions.h"
#include "sql/plan/plan.h"
#include "sql/plan/statistics.h"
#include "sql/session.h"

namespace couch::sql {

// A SELECT or its EXPLAIN, as parsed.
std::unique_ptr<const Prepared> prepared_select(std::string text, ast::Statement statement, Catalog& catalog,
                                                const Options& options);

// text: the statement's, for messages and EXPLAIN; the tree's spans point into it.
std::unique_ptr<const Prepared> prepared_query(std::string text, Bound bound, Catalog& catalog,
                                               const Options& options);

class PreparedQuery : public Prepared {
 public:
  PreparedQuery(std::string text, Bound bound, Catalog& catalog, const Options& options);

  const std::vector<ResultColumn>& columns() const override { return *columns_; }
  const std::vector<ParameterInfo>& parameters() const override { return bound_->parameters; }
  StatementKind kind() const override { return explain_ ? StatementKind::Explain : StatementKind::Query; }
  std::unique_ptr<Rows> execute(const std::vector<Value>& parameters,
                                const Execution& execution) const override;
  bool is_current(Catalog& catalog) const override;

  const Bound& bound() const { return *bound_; }
  // The same query, for the views and indexes that the database has now. A copy of a query is cheap.
  PreparedQuery renewed(Catalog& catalog, const std::string& database) const;

 private:
  friend class PlannedQuery;

  // Of each database.
  struct Known {
    std::map<std::string, std::vector<Index>> indexes;
    std::map<std::string, DatabaseFacts> facts;
    std::map<std::string, std::vector<MaterializedView>> materialized;
  };

  const ast::Query& query() const;

  std::string text_;
  Options options_;
  std::string database_;
  bool explain_ = false, asked_server_ = false;
  std::shared_ptr<const Bound> bound_;
  std::shared_ptr<const std::vector<ResultColumn>> columns_;
  ServerTraits traits_;
  std::shared_ptr<const Known> known_;
  CollationKind collation_ = CollationKind::Server;
  std::shared_ptr<const engine::SqliteText> sqlite_;
  std::shared_ptr<const plan::Conditions> conditions_;
  std::vector<const ast::Expr*> foldable_;
};

// One execution of a query, planned and not begun. Borrows the query and what is in the execution.
class PlannedQuery {
 public:
  enum class Ask : uint8_t { Server, Nobody };

  // values: coerced, of all parameters. limit: rows at most, 0 = all. ask: whether the server may be asked
  // what its indexes and ids are; a plan without that is good for a guess.
  PlannedQuery(const PreparedQuery& query, std::vector<Value> values, Timestamp now,
               const Execution& execution, uint64_t limit, Ask ask = Ask::Server);
  PlannedQuery(const PlannedQuery&) = delete;
  PlannedQuery& operator=(const PlannedQuery&) = delete;

  const plan::Plan& plan() const { return plan_; }
  // An index or view that the planner chose is read: it may be gone (sql/second_plan.h).
  bool reads_views() const;
  std::vector<std::vector<Value>> explained();
  // Sends the requests; once, and nothing else of it may be used then.
  std::unique_ptr<Rows> start();

 private:
  // The indexes that the plan's tables want; EXPLAIN says only that they would be made.
  std::vector<std::string> make_indexes(bool only_explained);

  const PreparedQuery& query_;
  const Execution& execution_;
  Timestamp now_;
  uint64_t limit_;
  std::vector<Value> values_;
  ServerTraits traits_;
  plan::Statistics statistics_;
  std::map<std::string, std::vector<Index>> built_;  // where AutoIndex builds some
  plan::Context context_;
  plan::Plan plan_;
};

// What CURRENT_TIMESTAMP is while a statement runs, in UTC.
Timestamp utc_now();

// The rows with warnings from before there were rows, given with theirs.
std::unique_ptr<Rows> with_warnings(std::unique_ptr<Rows> rows, std::vector<std::string> warnings);

}  // namespace couch::sql
