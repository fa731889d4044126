#include "sql/engine/database.h"

#include <sqlite3.h>

#include <utility>

#include "sql/error.h"
#include "sql/turn.h"

namespace couch::sql::engine {

namespace {

// Called by SQLite between two steps of its machine, where it holds no mutex of its own (the connection has
// none, and its caches and files keep theirs for a single access).
int stopped(void* stop) {
  give_way();
  return static_cast<const std::atomic<bool>*>(stop)->load(std::memory_order_relaxed) ? 1 : 0;
}
constexpr int steps_between_looks = 1000;  // well below a millisecond

// Sorts keep 2 MiB in memory each, temporary tables 8 MiB, the rest goes to files. What a sort has in memory
// it sorts within one step, and where it compares no text it cannot be stopped or give way meanwhile: some 10
// ms. (The cache of the main database, which is empty, is what SQLite takes a sort's memory from.) Nothing is
// ever rolled back or survives the connection, so there is no journal.
constexpr const char* settings =
    "PRAGMA temp_store = FILE; PRAGMA main.cache_size = -2048; PRAGMA temp.cache_size = -8192; PRAGMA "
    "temp.journal_mode = OFF;"
    "PRAGMA temp.synchronous = OFF; PRAGMA trusted_schema = ON; PRAGMA automatic_index = ON";

// SQLite's Bloom filters (3.38 and later) hash text by its bytes or its length, whatever the collation says:
// a join then misses texts that are equal and not the same, as composed and decomposed accents are here, and
// 1 and 1.0 as DECIMAL. There is no other switch; the number is that of SQLite's sources
// (SQLITE_BloomFilter).
constexpr unsigned bloom_filters = 0x00080000;

}  // namespace

Statement::~Statement() { sqlite3_finalize(statement_); }

Database::Database(RuntimeOptions options, const std::atomic<bool>& stop) : stop_(stop) {
  constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY |
                        SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
  if (sqlite3_open_v2(":memory:", &connection_, flags, nullptr) != SQLITE_OK) {
    sqlite3_close(connection_);
    throw Error(ErrorKind::Engine, "SQLite cannot be started: out of memory");
  }
  try {
    sqlite3_limit(connection_, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit(connection_, SQLITE_LIMIT_TRIGGER_DEPTH, 0);
    sqlite3_limit(connection_, SQLITE_LIMIT_WORKER_THREADS, 0);
    sqlite3_progress_handler(connection_, steps_between_looks, stopped,
                             const_cast<std::atomic<bool>*>(&stop_));
    runtime_ = Runtime::install(connection_, std::move(options));
    run(settings);
    sqlite3_test_control(SQLITE_TESTCTRL_OPTIMIZATIONS, connection_, bloom_filters);
  } catch (...) {
    runtime_.reset();
    sqlite3_close(connection_);
    throw;
  }
}

Database::~Database() {
  // Statements are gone by now; functions and collations of the runtime go with the connection, so that goes
  // first.
  sqlite3_close_v2(connection_);
}

void Database::run(const std::string& sql) {
  int code = sqlite3_exec(connection_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) runtime_->raise(code);
}

Statement Database::prepare(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  int code =
      sqlite3_prepare_v3(connection_, sql.data(), static_cast<int>(sql.size()), 0, &statement, nullptr);
  if (code != SQLITE_OK) runtime_->raise(code);
  return Statement{statement};
}

bool Database::step(const Statement& statement) {
  int code = sqlite3_step(statement.get());
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) runtime_->raise(code);
  return false;
}

}  // namespace couch::sql::engine
