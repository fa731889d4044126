#include "driver/manual_commit.h"

#include <utility>

#include "driver/odbc_error.h"

namespace couch::driver {

void ManualCommit::refuse() {
  // The first thing that many programs meet: pyodbc asks for manual commit unless told otherwise.
  throw OdbcError{
      SqlState::sHYC00,
      "manual commit is switched off for this data source (Transactions=no): connect in autocommit, "
      "in pyodbc with connect(..., autocommit=True)"};
}

ManualCommit::ManualCommit(bool allowed, uint64_t memory) : allowed_(allowed), transaction_(memory) {}

void ManualCommit::set_autocommit(bool on) {
  if (!on && !allowed_) refuse();
  std::scoped_lock lock{mutex_};
  autocommit_ = on;
  begun_ = false;
}

sql::change::Transaction* ManualCommit::transaction() {
  std::scoped_lock lock{mutex_};
  return autocommit_ && !begun_ ? nullptr : &transaction_;
}

bool ManualCommit::pending() const { return !transaction_.empty(); }

void ManualCommit::tell(std::string_view database, std::string_view type) {
  std::scoped_lock lock{mutex_};
  for (const Told& known : told_)
    if (known.database == database && known.type == type) return;
  told_.push_back({std::string{database}, std::string{type}});
}

std::vector<ManualCommit::Told> ManualCommit::take_told() {
  std::scoped_lock lock{mutex_};
  return std::exchange(told_, {});
}

void ManualCommit::begin() {
  if (!allowed_) refuse();
  std::scoped_lock lock{mutex_};
  if (begun_ || !transaction_.empty())
    throw OdbcError{SqlState::s25001, "a transaction is open already: COMMIT or ROLLBACK it first"};
  // In manual commit every statement is inside one: BEGIN only says so.
  begun_ = autocommit_;
}

void ManualCommit::over() {
  std::scoped_lock lock{mutex_};
  begun_ = false;
}

sql::change::Transaction& ManualCommit::required(const char* statement) {
  if (auto* open = transaction()) return *open;
  throw OdbcError{SqlState::s25000,
                  "{} has no transaction to work on: the connection is in autocommit (BEGIN opens one)",
                  statement};
}

}  // namespace couch::driver
