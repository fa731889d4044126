#pragma once
// A private SQLite database for one execution: in memory but for what grows (temporary tables and sorts spill
// to files in TMPDIR), with bounded caches and limits. The application's own use of SQLite in this process is
// not touched.
#include <atomic>
#include <memory>
#include <string>

#include "sql/engine/runtime.h"

struct sqlite3;
struct sqlite3_stmt;

namespace couch::sql::engine {

// Owns a prepared statement.
class Statement {
 public:
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  ~Statement();
  Statement(Statement&& other) noexcept : statement_(other.statement_) { other.statement_ = nullptr; }
  Statement& operator=(Statement&&) = delete;
  sqlite3_stmt* get() const { return statement_; }

 private:
  sqlite3_stmt* statement_;
};

class Database {
 public:
  // stop: set by any thread, makes what runs throw Error(Interrupted); outlives this. Throws Error(Engine).
  Database(RuntimeOptions options, const std::atomic<bool>& stop);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Throws what went wrong: an error of ours from inside SQLite, or SQLite's own as Error(Engine | TooComplex
  // | Interrupted).
  void run(const std::string& sql);
  Statement prepare(const std::string& sql);
  // One row more? False: done.
  bool step(const Statement& statement);

  sqlite3* connection() const { return connection_; }
  Runtime& runtime() { return *runtime_; }
  const std::atomic<bool>& stop() const { return stop_; }

 private:
  sqlite3* connection_ = nullptr;
  const std::atomic<bool>& stop_;
  std::unique_ptr<Runtime> runtime_;
};

}  // namespace couch::sql::engine
