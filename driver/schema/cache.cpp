#include "driver/schema/cache.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>

namespace couch::driver::schema {
namespace {

struct Process {
  explicit Process(pid_t owner) : pid(owner) {}
  const pid_t pid;
  std::mutex mutex;
  struct Entry {
    std::shared_ptr<ServerEntry> server;
    uint64_t used = 0;
  };
  std::map<std::string, Entry> entries;
  uint64_t uses = 0;
};

// Never destroyed: threads may still use it while the process ends. A forked child begins with a new one: the
// parent's mutexes may have been held by threads that the child does not have.
Process& process() {
  static std::atomic<Process*> current{nullptr};
  Process* now = current.load(std::memory_order_acquire);
  const pid_t pid = getpid();
  while (now == nullptr || now->pid != pid) {
    auto* mine = new Process{pid};
    if (current.compare_exchange_strong(now, mine, std::memory_order_acq_rel)) return *mine;
    delete mine;
  }
  return *now;
}

}  // namespace

std::shared_ptr<const Database> ServerEntry::database(const std::string& name, const Fresh& fresh,
                                                      const Make& make, const http::Stop* stop,
                                                      std::optional<Clock::time_point> deadline) {
  std::unique_lock lock{mutex_};
  for (;;) {
    Slot& slot = slots_[name];
    const auto known = slot.database;
    if (slot.making) {
      if (known) return known;  // somebody is at it: good until then
      made_.wait(lock, stop, deadline);
      if (stop != nullptr && stop->requested()) throw http::Error{http::ErrorKind::Interrupted, "cancelled"};
      if (deadline && Clock::now() >= *deadline)
        throw http::Error{http::ErrorKind::QueryTimeout,
                          "the query timeout expired while the schema was read"};
      continue;
    }
    slot.making = true;
    const Checked last = slot.checked;
    const uint64_t generation = generation_ + slot.generation;
    lock.unlock();
    std::shared_ptr<const Database> result;
    try {
      if (!known || !fresh(*known, last)) result = make();
    } catch (...) {
      lock.lock();
      slots_[name].making = false;
      if (!slots_[name].database) slots_.erase(name);  // names that are no databases are not kept
      made_.notify_all();
      throw;
    }
    lock.lock();
    Slot& after = slots_[name];
    after.making = false;
    if (!result) {
      result = after.database ? after.database : known;
    } else if (generation == generation_ + after.generation) {
      after.database = result;
      after.checked = {Clock::now(), result->update_seq};
      after.extras.clear();
    }
    made_.notify_all();
    return result;
  }
}

void ServerEntry::checked(const std::string& name, const std::string& update_seq) {
  std::scoped_lock lock{mutex_};
  slots_[name].checked = {Clock::now(), update_seq};
}

void ServerEntry::forget() {
  std::scoped_lock lock{mutex_};
  ++generation_;
  traits_.reset();
  for (auto& [_, slot] : slots_) {  // a slot that is being made must stay
    slot.database = nullptr;
    slot.extras.clear();
  }
}

void ServerEntry::forget(const std::string& database) {
  std::scoped_lock lock{mutex_};
  const auto slot = slots_.find(database);
  if (slot == slots_.end()) return;
  ++slot->second.generation;
  slot->second.database = nullptr;
  slot->second.extras.clear();
}

void ServerEntry::amend(const std::string& database,
                        const std::function<std::shared_ptr<const Database>(const Database&)>& change) {
  std::scoped_lock lock{mutex_};
  const auto slot = slots_.find(database);
  if (slot == slots_.end() || !slot->second.database) return;
  slot->second.database = change(*slot->second.database);
  slot->second.extras.clear();
}

std::shared_ptr<const sql::Table> ServerEntry::extra(const std::string& database, const std::string& key) {
  std::scoped_lock lock{mutex_};
  const auto slot = slots_.find(database);
  if (slot == slots_.end()) return nullptr;
  const auto found = slot->second.extras.find(key);
  return found == slot->second.extras.end() || found->second.until <= Clock::now() ? nullptr
                                                                                   : found->second.table;
}

void ServerEntry::keep_extra(const std::string& database, const std::string& key,
                             std::shared_ptr<const sql::Table> table, Clock::time_point until) {
  constexpr size_t most = 5'000;  // an assumed type's literal may be a different one in every statement
  std::scoped_lock lock{mutex_};
  const auto slot = slots_.find(database);
  if (slot == slots_.end()) return;
  if (slot->second.extras.size() >= most) slot->second.extras.clear();
  slot->second.extras[key] = {std::move(table), until};
}

std::optional<sql::ServerTraits> ServerEntry::traits() {
  std::scoped_lock lock{mutex_};
  return traits_;
}
void ServerEntry::set_traits(const sql::ServerTraits& traits) {
  std::scoped_lock lock{mutex_};
  traits_ = traits;
}

std::shared_ptr<ServerEntry> server_entry(const std::string& key) {
  constexpr size_t most = 64;
  Process& here = process();
  std::scoped_lock lock{here.mutex};
  auto& entry = here.entries[key];
  if (!entry.server) entry.server = std::make_shared<ServerEntry>();
  entry.used = ++here.uses;
  auto server = entry.server;
  if (here.entries.size() > most) {
    const auto oldest =
        std::min_element(here.entries.begin(), here.entries.end(),
                         [](const auto& a, const auto& b) { return a.second.used < b.second.used; });
    here.entries.erase(oldest);
  }
  return server;
}

}  // namespace couch::driver::schema
