#pragma once
// Brings the leaves of an Engine plan into their tables, in the plan's order: those that wait for nothing are
// asked for at once, the others by keys when the tables that have these are there.
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sql/engine/database.h"
#include "sql/engine/tables.h"
#include "sql/leaf_reader.h"
#include "sql/plan/plan.h"
#include "sql/rows.h"

namespace couch::sql {

class LeafFiller {
 public:
  // Sends the requests that wait for nothing. All of these outlive it.
  LeafFiller(const plan::Engine& plan, const Running& running, Documents& documents);

  // Fills all tables.
  void fill(engine::Database& database);
  // The only leaf's reader, for a plan that streams.
  decode::RowReader& only() { return *readers_.front(); }
  // What was said of values that did not fit since the last call.
  void collect(bool at_end, std::vector<std::string>& out);

 private:
  // Keys that were asked of the tables; nullopt: too many, or some that cannot be asked for.
  struct Keys {
    const plan::KeyedRead* read = nullptr;
    std::vector<plan::Key> keys;
  };
  void fill_leaf(size_t leaf, engine::Database& database);
  void fill_together(const std::vector<size_t>& leaves, engine::Database& database);
  bool read_by_keys(size_t leaf, const Keys& keys, engine::TableFill& fill);
  std::optional<Keys> fewest_keys(size_t leaf, engine::Database& database);
  std::optional<std::vector<plan::Key>> keys_of(size_t leaf, const plan::KeyedRead& read, uint64_t most,
                                                engine::Database& database);
  void give_up_waiting(size_t source, uint64_t rows);
  void open(size_t leaf);
  std::vector<size_t> read_with(size_t leaf) const;  // those that share its answer, itself first

  const plan::Engine& plan_;
  const Running& running_;
  Documents& documents_;
  std::vector<std::optional<decode::RowReader>> readers_;     // by leaf: its own request's answer
  std::map<size_t, std::unique_ptr<DocumentStream>> shared_;  // answers for several leaves, by the first
  std::vector<MismatchWarnings> warnings_;
  struct Keyed {
    explicit Keyed(decode::RowReader r) : reader(std::move(r)) {}
    decode::RowReader reader;
    MismatchWarnings warnings;
  };
  std::vector<Keyed> keyed_;  // what was read by keys
};

}  // namespace couch::sql
