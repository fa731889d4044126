// What computes long gives way to the other calls of its thread.
#include "sql/turn.h"

#include <catch2/catch.hpp>
#include <cerrno>
#include <string>

#include "sql/engine/database.h"

using namespace couch::sql;

namespace {

// Counts how often it could have been another's turn.
class Turns final : public Turn {
 public:
  Turns() { set_running(this); }
  ~Turns() { set_running(nullptr); }
  void pass() noexcept override { ++count; }
  uint64_t count = 0;
};

constexpr const char* numbers =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) ";

uint64_t turns_of(const std::string& sql) {
  const std::atomic<bool> stop{false};
  engine::Database database{{}, stop};
  const engine::Statement statement = database.prepare(numbers + sql);
  Turns turns;
  while (database.step(statement)) {
  }
  return turns.count;
}

}  // namespace

TEST_CASE("A thread that runs nothing else has nobody to give way to", "[engine][turn]") {
  CHECK(Turn::running() == nullptr);
  give_way();
}

TEST_CASE("SQLite gives way while it computes, before its first row", "[engine][turn]") {
  CHECK(turns_of("SELECT COUNT(*) FROM n") >= 100);
}

TEST_CASE("A sort gives way while it compares texts, which is within one step of SQLite's machine",
          "[engine][turn]") {
  const uint64_t as_numbers = turns_of("SELECT i FROM n ORDER BY i * 7919 % 20011");
  // At least some 14 comparisons a row, which takes ten steps without them.
  const uint64_t rows = 20'000;
  const char* collation = GENERATE("couch", "decimal");
  CHECK(turns_of(std::string{"SELECT i FROM n ORDER BY CAST(i * 7919 % 20011 AS TEXT) COLLATE "} +
                 collation) >= as_numbers + rows * 10 / 1024);
  CHECK(turns_of("SELECT couch_string_agg('x', ',', 0, couch_sort_key('b+l', CAST(i * 7919 % 20011 AS "
                 "TEXT))) FROM n") >=
        turns_of(
            "SELECT couch_string_agg(couch_sort_key('b+l', CAST(i * 7919 % 20011 AS TEXT)), ',', 0) FROM n") +
            rows * 10 / 1024);
}
