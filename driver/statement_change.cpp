// Execution of what changes documents: all parameter sets in one call, one row count, RETURNING as one
// result.
#include <algorithm>
#include <limits>
#include <utility>

#include "driver/bridge.h"
#include "driver/connection.h"
#include "driver/dynamic_function.h"
#include "driver/rowset_change.h"
#include "driver/statement.h"

namespace couch::driver {

namespace {

// The rows of each set, one after the other.
class Sequence final : public sql::Rows {
 public:
  explicit Sequence(std::vector<std::unique_ptr<sql::Rows>> parts) : parts_(std::move(parts)) {}
  const std::vector<sql::ResultColumn>& columns() const override { return parts_.front()->columns(); }
  bool next() override {
    for (; at_ < parts_.size(); ++at_) {
      if (parts_[at_]->next()) return true;
    }
    return false;
  }
  sql::Cell cell(size_t i) override { return parts_[at_]->cell(i); }
  std::vector<std::string> take_warnings() override {
    std::vector<std::string> out;
    for (auto& part : parts_) {
      for (auto& warning : part->take_warnings()) out.push_back(std::move(warning));
    }
    return out;
  }

 private:
  std::vector<std::unique_ptr<sql::Rows>> parts_;
  size_t at_ = 0;
};

}  // namespace

// When retries of conflicts end: a little before the timer would end everything with HYT00, so that the
// application hears of the conflict.
std::optional<std::chrono::steady_clock::time_point> Statement::retry_deadline() const {
  using namespace std::chrono_literals;
  const SQLULEN seconds =
      std::min<SQLULEN>(value_of(SQL_ATTR_QUERY_TIMEOUT), std::numeric_limits<int32_t>::max());
  if (seconds == 0) return std::nullopt;
  const std::chrono::milliseconds limit = std::chrono::seconds{seconds};
  return std::chrono::steady_clock::now() + limit - std::min<std::chrono::milliseconds>(limit / 5, 500ms);
}

// failed: sets that could not be read; their records and statuses are there already.
Outcome Statement::run_changes(size_t failed) {
  const auto& sets = parameters_->sets();
  const bool array = sets.size() > 1;
  SQLUSMALLINT* const statuses = ipd_->header.array_status_ptr;
  SQLULEN* const processed = ipd_->header.rows_processed_ptr;
  cursor_.reset();
  row_count_ = 0;
  sql::change::Transaction* const transaction = session_->manual_commit().transaction();
  sql::Execution execution{.documents = open_documents(),
                           .stop = stop_.flag(),
                           .limit = 0,
                           .catalog = &catalog_,
                           .transaction = transaction,
                           .deadline = retry_deadline()};
  // WHERE CURRENT OF: the row that the cursor is on now, for every set.
  std::shared_ptr<Statement> cursor_of;
  std::optional<Current> current;
  std::optional<sql::CursorRow> row;
  if (!prepared_->current_of().empty()) {
    cursor_of = named_cursor();
    current = cursor_of->current_row();
    row.emplace(*current->table, current->version);
    execution.row = &*row;
  }
  const DynamicFunction function = dynamic_function(prepared_->function());
  diagnostics().set_dynamic_function(function.name, function.code);

  std::vector<size_t> usable;
  for (size_t i = 0; i < sets.size(); ++i) {
    if (!sets[i].ignored && !sets[i].error) usable.push_back(i);
  }
  size_t done = 0;
  std::vector<std::unique_ptr<sql::Rows>> results;
  const auto warn = [&](std::vector<std::string> warnings, size_t set) {
    for (auto& warning : warnings)
      diagnostics().warn(SqlState::s01000, std::move(warning),
                         array ? static_cast<SQLLEN>(set + 1) : SQL_NO_ROW_NUMBER);
    return !warnings.empty() || sets[set].fraction_lost;
  };
  const auto succeeded = [&](size_t set, uint64_t affected, bool warned) {
    ++done;
    row_count_ += static_cast<SQLLEN>(affected);
    if (statuses) statuses[set] = warned ? SQL_PARAM_SUCCESS_WITH_INFO : SQL_PARAM_SUCCESS;
  };
  const auto broke = [&](size_t set, const std::exception_ptr& error) {
    ++failed;
    if (statuses) statuses[set] = SQL_PARAM_ERROR;
    if (!array || stop_.requested()) std::rethrow_exception(error);
    diagnostics().add(error, static_cast<SQLLEN>(set + 1));
  };
  if (array && prepared_->takes_sets()) {
    std::vector<std::vector<sql::Value>> values;
    values.reserve(usable.size());
    for (const size_t set : usable) values.push_back(sets[set].values);
    auto outcomes = prepared_->execute_sets(values, execution);
    if (processed) *processed = sets.size();
    for (size_t i = 0; i < usable.size(); ++i) {
      if (outcomes[i].error)
        broke(usable[i], outcomes[i].error);
      else
        succeeded(usable[i], outcomes[i].affected, warn(std::move(outcomes[i].warnings), usable[i]));
    }
  } else {
    for (const size_t set : usable) {
      if (processed) *processed = set + 1;
      try {
        // What fails in the middle leaves nothing of it in a transaction.
        std::optional<sql::change::Transaction::Scope> scope;
        if (transaction) scope.emplace(*transaction);
        auto rows = prepared_->execute(sets[set].values, execution);
        if (scope) scope->keep();
        bool warned = warn(rows->take_warnings(), set);
        if (row && rows->affected() == 0) {
          warned = true;
          diagnostics().warn(SqlState::s01001, conflict_message,
                             array ? static_cast<SQLLEN>(set + 1) : SQL_NO_ROW_NUMBER);
        }
        succeeded(set, rows->affected().value_or(0), warned);
        if (!prepared_->columns().empty()) results.push_back(std::move(rows));
      } catch (...) {
        broke(set, std::current_exception());
      }
    }
    if (processed) *processed = sets.size();
  }
  diagnostics().set_row_count(row_count_);
  if (row && row_count_ > 0)
    cursor_of->row_changed(current->row, current->version, function.code == SQL_DIAG_DYNAMIC_DELETE_CURSOR);
  state_ = State::Executed;
  const bool nothing = done == 0 && failed > 0;
  if (nothing) {
    forget_results();
    state_ = prepared_by_application_ ? State::Prepared : State::Allocated;
    return Outcome::Error;
  }
  if (!results.empty()) {
    open(std::make_unique<Sequence>(std::move(results)), value_of(SQL_ATTR_MAX_ROWS));
    return Outcome::Success;
  }
  // ODBC 3, SQLExecute: "a searched update, insert, or delete statement that does not affect any rows".
  const bool touched_none = !row && row_count_ == 0 && failed == 0 && !usable.empty();
  return touched_none && !odbc2() ? Outcome::NoData : Outcome::Success;
}

}  // namespace couch::driver
