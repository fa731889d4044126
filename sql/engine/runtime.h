#pragma once
// What printed SQL (sqlite_text.h) needs of a SQLite connection: the functions couch_…, the collations
// "couch" and "decimal", and a way out for errors: a function that fails inside SQLite leaves its Error here,
// whole, and raise() throws it.
#include <cstdint>
#include <exception>
#include <memory>
#include <string>

#include "sql/session.h"
#include "sql/turn.h"
#include "sql/value.h"

struct sqlite3;

namespace couch::sql::engine {

struct RuntimeOptions {
  // What "couch" is: CouchDB's order (ICU root, every default), or bytes. Already Binary where
  // ServerTraits.icu_order is false.
  CollationKind collation = CollationKind::Server;
  // What an implicit conversion of a value that does not convert gives (docs/sql-dialect.md, Classes).
  MismatchPolicy mismatch = MismatchPolicy::Null;
  std::string database, user;  // DATABASE(), USER()
};

// One a SQLite connection, used by the thread that uses the connection. Must live as long as the connection
// does.
class Runtime {
 public:
  // Registers everything. Throws Error(Engine).
  static std::unique_ptr<Runtime> install(sqlite3* connection, RuntimeOptions options);

  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  // Before each execution: forgets errors and counts, and fixes CURRENT_TIMESTAMP (UTC).
  void begin(const Timestamp& now);
  // After a SQLite call failed with `code`: throws what a function left, else what the code means
  // (Interrupted, TooComplex, Engine).
  [[noreturn]] void raise(int code);
  // For code that runs below SQLite (virtual tables): keeps the exception for raise().
  void keep(std::exception_ptr error);
  // How many values an implicit conversion turned into NULL since the last call.
  uint64_t take_mismatches();

  const RuntimeOptions& options() const { return options_; }
  const Timestamp& now() const { return now_; }
  void count_mismatch() { ++mismatches_; }
  // Of two values, by a collation: so many of them give way.
  void count_comparison() noexcept {
    if (++comparisons_ % comparisons_between_turns == 0) give_way();
  }

 private:
  Runtime(sqlite3* connection, RuntimeOptions options);
  static constexpr uint32_t comparisons_between_turns = 1024;  // well below a millisecond

  sqlite3* connection_;
  RuntimeOptions options_;
  Timestamp now_;
  std::exception_ptr error_;
  uint64_t mismatches_ = 0;
  uint32_t comparisons_ = 0;
};

}  // namespace couch::sql::engine
