#pragma once
// Pending documents with their versions: what snapshots see and savepoints go back to. A version is kept for
// as long as one of those can still ask for it.
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sql/change/transaction.h"

namespace couch::sql::change {

// Every method locks; `mutex` guards all of it.
class PendingChanges {
 public:
  struct Version {
    uint64_t at = 0;    // counts changes, from 1
    PendingPtr change;  // null: untouched again
  };
  using Versions = std::vector<Version>;  // in the order of `at`, never empty
  using ById = std::map<std::string, Versions, std::less<>>;

  // For a copy that goes another way from now on: points that only snapshots of this one need are left out.
  std::shared_ptr<PendingChanges> copy() const;

  uint64_t now() const;
  uint64_t bytes() const;
  size_t size() const;  // documents that are changed now
  bool touches(std::string_view database) const;
  bool touches(std::string_view database, uint64_t at) const;
  bool empty(uint64_t at) const;
  PendingPtr find(std::string_view database, std::string_view id) const;
  PendingPtr find(std::string_view database, std::string_view id, uint64_t at) const;
  std::vector<Snapshot::Entry> range(std::string_view database, const std::optional<std::string>& from,
                                     const std::optional<std::string>& to, uint64_t at) const;
  std::vector<std::string> databases() const;

  // Throws Error(TransactionSize) past `memory` bytes, before anything is changed.
  void put(const std::string& database, const std::string& id, PendingPtr change, uint64_t memory);
  // Back to how it was at `mark`.
  void undo(uint64_t mark);

  // A point that somebody will come back to (a savepoint, a statement) or looks from (a snapshot).
  void hold(uint64_t point, bool looks);
  void let_go(uint64_t point, bool looks);
  bool looked_at_after(uint64_t mark) const;  // a snapshot is younger

 private:
  void thin(const std::string& id, Versions& versions);
  static uint64_t weight(const std::string& id, const PendingPtr& change);

  mutable std::mutex mutex_;
  std::map<std::string, ById, std::less<>> databases_;
  std::map<std::string, size_t, std::less<>> changed_;  // by database: documents changed now
  std::multiset<uint64_t> returns_, looks_;
  uint64_t now_ = 0, bytes_ = 0;
};

}  // namespace couch::sql::change
