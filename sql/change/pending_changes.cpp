#include "sql/change/pending_changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace couch::sql::change {

namespace {

// The newest version that is not younger than `at`.
const PendingPtr& seen(const PendingChanges::Versions& versions, uint64_t at) {
  static const PendingPtr untouched;
  const auto after = std::ranges::upper_bound(versions, at, {}, &PendingChanges::Version::at);
  return after == versions.begin() ? untouched : std::prev(after)->change;
}

}  // namespace

uint64_t PendingChanges::weight(const std::string& id, const PendingPtr& change) {
  constexpr uint64_t bookkeeping = 160;  // nodes, counts, allocations
  return bookkeeping + id.size() + (change ? change->document.size() + change->revision.size() : 0);
}

std::shared_ptr<PendingChanges> PendingChanges::copy() const {
  auto out = std::make_shared<PendingChanges>();
  std::scoped_lock lock{mutex_};
  out->databases_ = databases_;
  out->changed_ = changed_;
  out->returns_ = returns_;
  out->now_ = now_;
  out->bytes_ = bytes_;
  return out;
}

uint64_t PendingChanges::now() const {
  std::scoped_lock lock{mutex_};
  return now_;
}
uint64_t PendingChanges::bytes() const {
  std::scoped_lock lock{mutex_};
  return bytes_;
}
size_t PendingChanges::size() const {
  std::scoped_lock lock{mutex_};
  size_t count = 0;
  for (const auto& [database, changed] : changed_) count += changed;
  return count;
}

bool PendingChanges::touches(std::string_view database) const {
  std::scoped_lock lock{mutex_};
  const auto found = changed_.find(database);
  return found != changed_.end() && found->second > 0;
}

bool PendingChanges::touches(std::string_view database, uint64_t at) const {
  std::scoped_lock lock{mutex_};
  const auto found = databases_.find(database);
  return found != databases_.end() && std::ranges::any_of(found->second, [&](const auto& entry) {
           return seen(entry.second, at) != nullptr;
         });
}

bool PendingChanges::empty(uint64_t at) const {
  std::scoped_lock lock{mutex_};
  return std::ranges::none_of(databases_, [&](const auto& database) {
    return std::ranges::any_of(database.second,
                               [&](const auto& entry) { return seen(entry.second, at) != nullptr; });
  });
}

PendingPtr PendingChanges::find(std::string_view database, std::string_view id) const {
  return find(database, id, UINT64_MAX);
}

PendingPtr PendingChanges::find(std::string_view database, std::string_view id, uint64_t at) const {
  std::scoped_lock lock{mutex_};
  const auto documents = databases_.find(database);
  if (documents == databases_.end()) return nullptr;
  const auto versions = documents->second.find(id);
  return versions == documents->second.end() ? nullptr : seen(versions->second, at);
}

std::vector<Snapshot::Entry> PendingChanges::range(std::string_view database,
                                                   const std::optional<std::string>& from,
                                                   const std::optional<std::string>& to, uint64_t at) const {
  std::vector<Snapshot::Entry> out;
  std::scoped_lock lock{mutex_};
  const auto documents = databases_.find(database);
  if (documents == databases_.end()) return out;
  const ById& by_id = documents->second;
  for (auto entry = from ? by_id.lower_bound(*from) : by_id.begin(); entry != by_id.end(); ++entry) {
    if (to && entry->first >= *to) break;
    if (const PendingPtr& change = seen(entry->second, at)) out.push_back({entry->first, change});
  }
  return out;
}

std::vector<std::string> PendingChanges::databases() const {
  std::vector<std::string> out;
  std::scoped_lock lock{mutex_};
  for (const auto& [database, changed] : changed_) {
    if (changed > 0) out.push_back(database);
  }
  return out;
}

void PendingChanges::put(const std::string& database, const std::string& id, PendingPtr change,
                         uint64_t memory) {
  std::scoped_lock lock{mutex_};
  const uint64_t more = weight(id, change);
  ById& by_id = databases_[database];
  const auto known = by_id.find(id);
  // The version before may be dropped for the new one: what counts is what stays.
  uint64_t freed = 0;
  if (known != by_id.end()) {
    const Version& last = known->second.back();
    const auto younger = [&](const std::multiset<uint64_t>& points) {
      return !points.empty() && *points.rbegin() >= last.at;
    };
    if (!younger(returns_) && !younger(looks_)) freed = weight(id, last.change);
  }
  if (change && bytes_ - freed + more > memory) {
    throw Error(ErrorKind::TransactionSize,
                fmt::format("the transaction would hold more than {} bytes of changes (TransactionMemory): "
                            "commit in smaller parts, or allow more",
                            memory));
  }
  const bool was = known != by_id.end() && known->second.back().change;
  const bool is = change != nullptr;
  Versions& versions = known != by_id.end() ? known->second : by_id[id];
  versions.push_back({++now_, std::move(change)});
  bytes_ += more;
  size_t& changed = changed_[database];
  changed += is ? 1 : 0;
  changed -= was ? 1 : 0;
  thin(id, versions);
  if (versions.size() == 1 && !versions.back().change) {
    bytes_ -= weight(id, nullptr);
    by_id.erase(id);
  }
}

// A version is seen by the points from its own change up to the next one.
void PendingChanges::thin(const std::string& id, Versions& versions) {
  const auto asked = [](const std::multiset<uint64_t>& points, uint64_t from, uint64_t to) {
    const auto first = points.lower_bound(from);
    return first != points.end() && *first < to;
  };
  Versions kept;
  for (size_t i = 0; i < versions.size(); ++i) {
    const bool last = i + 1 == versions.size();
    const uint64_t to = last ? UINT64_MAX : versions[i + 1].at;
    // "Untouched" need not be remembered where nothing is before it.
    const bool says_nothing = kept.empty() && !versions[i].change && !last;
    if (last || (!says_nothing && (asked(returns_, versions[i].at, to) || asked(looks_, versions[i].at, to))))
      kept.push_back(std::move(versions[i]));
    else
      bytes_ -= weight(id, versions[i].change);
  }
  versions = std::move(kept);
}

void PendingChanges::undo(uint64_t mark) {
  std::scoped_lock lock{mutex_};
  if (now_ <= mark) return;
  for (auto& [database, by_id] : databases_) {
    size_t& changed = changed_[database];
    for (auto entry = by_id.begin(); entry != by_id.end();) {
      auto& [id, versions] = *entry;
      const bool was = versions.back().change != nullptr;
      while (!versions.empty() && versions.back().at > mark) {
        bytes_ -= weight(id, versions.back().change);
        versions.pop_back();
      }
      const bool is = !versions.empty() && versions.back().change;
      changed += is ? 1 : 0;
      changed -= was ? 1 : 0;
      entry = versions.empty() ? by_id.erase(entry) : std::next(entry);
    }
  }
}

void PendingChanges::hold(uint64_t point, bool looks) {
  std::scoped_lock lock{mutex_};
  (looks ? looks_ : returns_).insert(point);
}
void PendingChanges::let_go(uint64_t point, bool looks) {
  std::scoped_lock lock{mutex_};
  auto& points = looks ? looks_ : returns_;
  if (const auto found = points.find(point); found != points.end()) points.erase(found);
}
bool PendingChanges::looked_at_after(uint64_t mark) const {
  std::scoped_lock lock{mutex_};
  return !looks_.empty() && *looks_.rbegin() > mark;
}

}  // namespace couch::sql::change
