#include "sql/change/transaction.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sql/change/pending_changes.h"
#include "sql/change/revision.h"

namespace couch::sql::change {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }
bool same_name(const std::string& a, const std::string& b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace

// ---- Snapshot

Snapshot::Snapshot(std::shared_ptr<PendingChanges> changes, uint64_t at)
    : changes_(std::move(changes)), at_(at) {
  changes_->hold(at_, true);
}
Snapshot::~Snapshot() { changes_->let_go(at_, true); }

bool Snapshot::empty() const { return changes_->empty(at_); }
bool Snapshot::touches(std::string_view database) const { return changes_->touches(database, at_); }
PendingPtr Snapshot::find(std::string_view database, std::string_view id) const {
  return changes_->find(database, id, at_);
}
std::vector<Snapshot::Entry> Snapshot::range(std::string_view database,
                                             const std::optional<std::string>& from,
                                             const std::optional<std::string>& to) const {
  return changes_->range(database, from, to, at_);
}

// ---- Transaction

Transaction::Transaction(uint64_t memory) : memory_(memory), changes_(std::make_shared<PendingChanges>()) {}

void Transaction::require_open() const {
  if (committing_) throw Error(ErrorKind::TransactionState, "the transaction is being committed");
}

void Transaction::change(const std::string& database, const std::string& id, PendingPtr change) {
  changes_->put(database, id, std::move(change), memory_);
}

void Transaction::insert(const std::string& database, const std::string& id, std::string document) {
  std::scoped_lock lock{mutex_};
  require_open();
  const PendingPtr known = changes_->find(database, id);
  if (known && !known->deleted()) {
    throw Error(ErrorKind::Duplicate,
                fmt::format("there is a document {} in {} already: this transaction wrote it", id, database));
  }
  change(database, id,
         std::make_shared<const Pending>(
             Pending{known ? known->revision : std::string{}, revision_removed(std::move(document))}));
}

void Transaction::replace(const std::string& database, const std::string& id, const std::string& revision,
                          std::string document) {
  std::scoped_lock lock{mutex_};
  require_open();
  const PendingPtr known = changes_->find(database, id);
  change(database, id,
         std::make_shared<const Pending>(
             Pending{known ? known->revision : revision, revision_removed(std::move(document))}));
}

void Transaction::remove(const std::string& database, const std::string& id, const std::string& revision) {
  std::scoped_lock lock{mutex_};
  require_open();
  const PendingPtr known = changes_->find(database, id);
  const std::string& base = known ? known->revision : revision;
  // Inserted and deleted again: as if nothing had been.
  PendingPtr deleted;
  if (!base.empty()) deleted = std::make_shared<const Pending>(Pending{base, {}});
  change(database, id, std::move(deleted));
}

void Transaction::put(const std::string& database, const std::string& id, std::string_view base,
                      std::optional<std::string> json) {
  const std::string revision{base};
  if (json)
    replace(database, id, revision, std::move(*json));
  else
    remove(database, id, revision);
}

PendingPtr Transaction::lookup(std::string_view database, std::string_view id) const {
  std::scoped_lock lock{mutex_};
  return changes_->find(database, id);
}

std::shared_ptr<const Snapshot> Transaction::snapshot() const {
  std::scoped_lock lock{mutex_};
  return std::make_shared<const Snapshot>(changes_, changes_->now());
}

bool Transaction::empty() const { return size() == 0; }
size_t Transaction::size() const {
  std::scoped_lock lock{mutex_};
  return changes_->size();
}
uint64_t Transaction::bytes() const {
  std::scoped_lock lock{mutex_};
  return changes_->bytes();
}
bool Transaction::touches(std::string_view database) const {
  std::scoped_lock lock{mutex_};
  return changes_->touches(database);
}

// ---- undoing

void Transaction::rollback() {
  std::scoped_lock lock{mutex_};
  require_open();
  // Cursors that still read it keep what they see.
  changes_ = std::make_shared<PendingChanges>();
  savepoints_.clear();
}

void Transaction::savepoint(const std::string& name) {
  std::scoped_lock lock{mutex_};
  require_open();
  savepoints_.push_back({name, changes_->now()});
  changes_->hold(savepoints_.back().at, false);
}

// Under the lock.
std::vector<Transaction::Mark>::iterator Transaction::youngest(const std::string& name) {
  const auto found = std::find_if(savepoints_.rbegin(), savepoints_.rend(),
                                  [&](const Mark& m) { return same_name(m.name, name); });
  if (found == savepoints_.rend())
    throw Error(ErrorKind::UnknownSavepoint, fmt::format("there is no savepoint {}", name));
  return std::prev(found.base());
}

void Transaction::rollback_to(const std::string& name) {
  std::scoped_lock lock{mutex_};
  require_open();
  const auto found = youngest(name);
  const uint64_t mark = found->at;
  while (&savepoints_.back() != &*found) {
    changes_->let_go(savepoints_.back().at, false);
    savepoints_.pop_back();
  }
  undo(mark);
}

void Transaction::release(const std::string& name) {
  std::scoped_lock lock{mutex_};
  require_open();
  const auto found = youngest(name);
  for (auto mark = found; mark != savepoints_.end(); ++mark) changes_->let_go(mark->at, false);
  savepoints_.erase(found, savepoints_.end());
}

// Under the lock. What a younger snapshot sees is not taken away from it.
void Transaction::undo(uint64_t mark) {
  if (changes_->looked_at_after(mark)) changes_ = changes_->copy();
  changes_->undo(mark);
}

Transaction::Scope::Scope(Transaction& transaction) : transaction_(transaction) {
  std::scoped_lock lock{transaction_.mutex_};
  transaction_.require_open();
  changes_ = transaction_.changes_;
  mark_ = changes_->now();
  changes_->hold(mark_, false);
}

Transaction::Scope::~Scope() {
  std::scoped_lock lock{transaction_.mutex_};
  changes_->let_go(mark_, false);
  // Rolled back meanwhile: there is nothing left of the statement.
  if (!kept_ && transaction_.changes_ == changes_ && changes_->now() > mark_) transaction_.undo(mark_);
}

}  // namespace couch::sql::change
