#pragma once
// Whether a connection's changes wait for COMMIT, and those that do (docs/transactions.md). Shared by its
// statements; any thread at any time.
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "sql/change/transaction.h"

namespace couch::driver {

class ManualCommit {
 public:
  // `allowed`: Transactions; `memory`: TransactionMemory.
  ManualCommit(bool allowed, uint64_t memory);

  // SQL_ATTR_AUTOCOMMIT. Throws OdbcError HYC00 where manual commit is not allowed. On again: the caller
  // commits first.
  void set_autocommit(bool on);
  // Null: each statement commits itself. Lives as long as this.
  sql::change::Transaction* transaction();
  // A statement of the transaction has written documents of this type of the database; taken when it is over.
  struct Told {
    std::string database, type;
  };
  void tell(std::string_view database, std::string_view type);
  std::vector<Told> take_told();
  // Something would be lost by ROLLBACK.
  bool pending() const;

  // Throws OdbcError HYC00: what Transactions=no answers who asks for manual commit.
  [[noreturn]] static void refuse();

  // BEGIN, in autocommit: until the next COMMIT or ROLLBACK. Throws OdbcError 25001 inside a transaction.
  void begin();
  // BEGIN's transaction is over.
  void over();
  // The one to work on. Throws OdbcError 25000: in autocommit, and no BEGIN.
  sql::change::Transaction& required(const char* statement);

 private:
  const bool allowed_;
  mutable std::mutex mutex_;
  sql::change::Transaction transaction_;
  bool autocommit_ = true, begun_ = false;
  std::vector<Told> told_;
};

}  // namespace couch::driver
