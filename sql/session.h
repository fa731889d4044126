#pragma once
// The front of sql/: text in, described plan out, rows when run. driver/ uses this and no other part of the
// language.
#include <atomic>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sql/bound.h"
#include "sql/documents.h"
#include "sql/table.h"
#include "sql/value.h"

namespace couch::sql {

enum class MismatchPolicy : uint8_t { Null, Error };
enum class CollationKind : uint8_t { Server, Binary };

namespace plan {
class StatisticsMemory;
}
namespace define {
class AutoIndex;
}

struct Options {
  MismatchPolicy mismatch = MismatchPolicy::Null;
  CollationKind collation = CollationKind::Server;
  bool read_only = false;
  bool require_index = false;
  uint32_t parallel = 4;  // key ranges read at once
  uint32_t max_varchar_size = 4000;
  std::string user;  // USER()
  // What the planner asked the server lately (sql/plan/statistics.h), of one connection. Null: each statement
  // its own.
  std::shared_ptr<plan::StatisticsMemory> statistics;
  // Makes the indexes that queries want (sql/define/auto_index.h), of one connection. Null: none are made.
  std::shared_ptr<define::AutoIndex> auto_index;
};

namespace change {
class Transaction;  // pending changes of a connection in manual-commit mode (sql/change)
struct Pending;
}  // namespace change

class UpdatableQuery;

// A row of a cursor as it was read: what a positioned change demands of its document (an optimistic lock).
// Such a change leaves it as the row is then.
struct RowVersion {
  std::string id;
  std::string revision;                            // empty: the connection has changed it and not committed
  std::shared_ptr<const change::Pending> pending;  // that change; null: there was none
};
// The row that WHERE CURRENT OF names, and its cursor's table.
struct CursorRow {
  const Table& table;
  RowVersion& version;
};

// What a statement is executed with. All of it outlives the Rows.
struct Execution {
  Documents& documents;
  // Set to true by any thread: next() and execute() throw Error(Interrupted), also while SQLite works.
  const std::atomic<bool>& stop;
  uint64_t limit = 0;          // SQL_ATTR_MAX_ROWS, 0 = all
  // Told of what changed (Catalog::wrote, redefined), and asked again where an index is gone; null: nobody is.
  Catalog* catalog = nullptr;
  change::Transaction* transaction = nullptr;  // null: autocommit
  // Of the query timeout: retries of conflicts end there.
  std::optional<std::chrono::steady_clock::time_point> deadline = std::nullopt;
  const CursorRow* row = nullptr;  // where Prepared::current_of() names a cursor
  bool inner = false;              // a query of a change: it makes no indexes
};

enum class StatementKind : uint8_t { Query, Explain, Change, Definition, Transaction, Procedure, Refresh };

// What became of one parameter set of execute_sets().
struct SetOutcome {
  uint64_t affected = 0;
  std::exception_ptr error;  // null: it succeeded
  std::vector<std::string> warnings;
};

// A statement that was prepared. Immutable; may be executed many times, by one thread at a time.
class Prepared {
 public:
  virtual ~Prepared() = default;
  virtual const std::vector<ResultColumn>& columns() const = 0;  // empty: no result set
  virtual const std::vector<ParameterInfo>& parameters() const = 0;
  virtual StatementKind kind() const = 0;
  // What ODBC's diagnostics call it (SQL_DIAG_DYNAMIC_FUNCTION): "CREATE TABLE". Static text; empty for
  // queries.
  virtual std::string_view function() const { return {}; }
  // Starts it; what changes something is done when this returns. parameters.size() ==
  // this->parameters().size().
  virtual std::unique_ptr<Rows> execute(const std::vector<Value>& parameters,
                                        const Execution& execution) const = 0;
  // A change without RETURNING for all sets of a parameter array at once: one outcome a set, in order; sets
  // that fail do not keep others from succeeding. Only where takes_sets().
  virtual bool takes_sets() const { return false; }
  virtual std::vector<SetOutcome> execute_sets(std::span<const std::vector<Value>> sets,
                                               const Execution& execution) const;
  // UPDATE, DELETE … WHERE CURRENT OF: the cursor's name; empty: it names none. A document that is not as its
  // row was read is left alone and no error: affected() is 0. The statement never tries again.
  virtual std::string_view current_of() const { return {}; }
  // The same for several rows of the cursor at once, each with its own parameters: one outcome a row.
  virtual std::vector<SetOutcome> execute_rows(std::span<RowVersion* const> rows,
                                               std::span<const std::vector<Value>> sets,
                                               const Execution& execution) const;
  // A query that was prepared for it and whose rows are documents (sql/updatable.h). Null: any other.
  virtual const UpdatableQuery* updatable() const { return nullptr; }
  // False: a table, view or index that it reads is known differently by now (REFRESH SCHEMA, a new sample,
  // somebody else's definition); prepare the text again.
  virtual bool is_current(Catalog& catalog) const = 0;
  // Kind Refresh (REFRESH SCHEMA): not execute(), but whoever owns the catalog carries it out.
};

// Parses, binds and plans. Throws Error, its message located in the text. updatable: where the statement is a
// query whose rows can be changed, prepares for it, as FOR UPDATE does.
std::unique_ptr<const Prepared> prepare(std::string_view statement, Catalog& catalog, const Options& options,
                                        bool updatable = false);

}  // namespace couch::sql
