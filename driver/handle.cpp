#include "driver/handle.h"

#include <array>
#include <atomic>
#include <mutex>
#include <unordered_map>

namespace couch::driver {
namespace {

// Calls on many statements at once look handles up all the time: shards keep them from meeting at one lock.
struct Shard {
  std::mutex mutex;  // held for a look-up: a lock for many readers takes longer than that
  std::unordered_map<uintptr_t, std::shared_ptr<Handle>> handles;
};
constexpr uintptr_t shard_count = 16;

// Never destroyed: an application's exit handlers may still free handles (no static destructors).
Shard& shard_of(uintptr_t number) {
  static auto* const shards = new std::array<Shard, shard_count>;
  return (*shards)[number % shard_count];
}

std::atomic<uintptr_t> last_number{0};

}  // namespace

Guard Handle::enter() {
  Guard guard;
  guard.own = std::unique_lock{*mutex_};
  return guard;
}

SQLHANDLE Handles::add(std::shared_ptr<Handle> handle) {
  const uintptr_t number = last_number.fetch_add(1) + 1;
  handle->id_ = reinterpret_cast<SQLHANDLE>(number);
  const SQLHANDLE id = handle->id_;
  Shard& shard = shard_of(number);
  std::unique_lock lock{shard.mutex};
  shard.handles.emplace(number, std::move(handle));
  return id;
}

bool Handles::remove(SQLHANDLE id) noexcept {
  const auto number = reinterpret_cast<uintptr_t>(id);
  Shard& shard = shard_of(number);
  std::shared_ptr<Handle> last;  // destroyed outside the lock
  std::unique_lock lock{shard.mutex};
  const auto found = shard.handles.find(number);
  if (found == shard.handles.end()) return false;
  last = std::move(found->second);
  shard.handles.erase(found);
  lock.unlock();
  return true;
}

std::shared_ptr<Handle> Handles::find(SQLHANDLE id) noexcept {
  const auto number = reinterpret_cast<uintptr_t>(id);
  Shard& shard = shard_of(number);
  std::scoped_lock lock{shard.mutex};
  const auto found = shard.handles.find(number);
  return found == shard.handles.end() ? nullptr : found->second;
}

}  // namespace couch::driver
