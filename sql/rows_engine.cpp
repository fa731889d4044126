#include "sql/rows_engine.h"

#include <sqlite3.h>

#include <exception>
#include <optional>
#include <string>
#include <utility>

#include "sql/engine/database.h"
#include "sql/engine/encoding.h"
#include "sql/engine/tables.h"
#include "sql/leaf_filler.h"

namespace couch::sql {

namespace {

// Through SQLite. Requests are sent at once; the leaves are read and the query starts with the first row that
// is asked for.
class EngineRows : public Rows {
 public:
  EngineRows(plan::Engine plan, Running running, Documents& documents)
      : plan_(std::move(plan)),
        running_(std::move(running)),
        documents_(documents),
        leaves_(plan_, running_, documents) {}

  const std::vector<ResultColumn>& columns() const override { return *running_.columns; }
  bool next() override {
    if (ended_) return false;
    if (!statement_ && !instead_) start();
    if (instead_) return instead_->next();
    bool more = (running_.limit == 0 || given_ < running_.limit) && database_->step(*statement_);
    if (!more) {
      mismatches_ += database_->runtime().take_mismatches();
      ended_ = true;
      return false;
    }
    ++given_;
    return true;
  }
  Cell cell(size_t i) override {
    if (instead_) return instead_->cell(i);
    return engine::decode(statement_->get(), static_cast<int>(i), (*running_.columns)[i].type);
  }
  std::vector<std::string> take_warnings() override {
    if (instead_) return instead_->take_warnings();
    std::vector<std::string> out;
    leaves_.collect(ended_, out);
    if (database_) mismatches_ += database_->runtime().take_mismatches();
    if (mismatches_ > 0 && ended_) {
      out.push_back(conversion_warning(std::exchange(mismatches_, 0)));
    }
    return out;
  }

 private:
  void start() {
    database_ = engine_for(running_);
    if (plan_.streams) {
      const plan::Leaf& leaf = plan_.leaves.front();
      engine::stream_table(*database_, {leaf.relation, leaf.shape.table.get(), &leaf.shape.columns},
                           leaves_.only(), running_.collation);
    } else {
      leaves_.fill(*database_);
    }
    statement_.emplace(database_->prepare(plan_.sql));
    engine::bind_all(statement_->get(), running_.parameters);
    if (plan_.rows > 0 && !has_rows(plan_.rows)) {
      if (plan_.otherwise->error) std::rethrow_exception(plan_.otherwise->error);
      instead_ = run(plan_.otherwise->plan, running_, documents_);
    }
  }

  // So many; some of those that were to be the first may be gone.
  bool has_rows(uint64_t wanted) {
    uint64_t rows = 0;
    while (rows < wanted && database_->step(*statement_)) ++rows;
    sqlite3_reset(statement_->get());
    database_->runtime().take_mismatches();  // counted when the rows are given
    return rows == wanted;
  }

  plan::Engine plan_;
  Running running_;
  Documents& documents_;
  LeafFiller leaves_;
  std::unique_ptr<engine::Database> database_;
  std::optional<engine::Statement> statement_;  // goes before its database
  std::unique_ptr<Rows> instead_;
  uint64_t given_ = 0, mismatches_ = 0;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<engine::Database> engine_for(const Running& running) {
  engine::RuntimeOptions options;
  options.collation = running.collation;
  options.mismatch = running.mismatch;
  options.database = running.database;
  options.user = running.user;
  auto database = std::make_unique<engine::Database>(std::move(options), *running.stop);
  database->runtime().begin(running.now);
  return database;
}

std::unique_ptr<Rows> engine_rows(plan::Engine plan, Running running, Documents& documents) {
  return std::make_unique<EngineRows>(std::move(plan), std::move(running), documents);
}

}  // namespace couch::sql
