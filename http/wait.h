#pragma once
// Waiting, for whoever runs: a plain thread sleeps; a call that runs asynchronously is suspended, and its
// thread goes on with another one. http/ and driver/ wait through this and nothing else, so that the same
// code serves both. How a call is suspended is told by whoever runs it (Parker::Running;
// driver/async/fiber.h).
//
// No lock but the one that is given may be held while one waits.
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace couch::http {

class Stop;

// Something that can be put to sleep until somebody else wakes it. Shared, so that it can be woken without
// holding a lock that it needs next.
class Parker : public std::enable_shared_from_this<Parker> {
 public:
  // Returns after an unpark() that came since the last park() returned; at once when it came already. Called
  // by the one that sleeps.
  virtual void park() noexcept = 0;
  // Any thread. What has ended stays asleep.
  virtual void unpark() noexcept = 0;

  // The parker of the call that this thread is running, null for a plain thread. While it is set, waiting
  // suspends the call.
  static Parker* running() noexcept;
  static void set_running(Parker* parker) noexcept;

 protected:
  ~Parker() = default;
};

// Those that waited for a Signal, to be woken when the lock was given back: who is woken under it only waits
// for it again.
class Sleepers {
 public:
  Sleepers() = default;
  explicit Sleepers(std::vector<std::shared_ptr<Parker>> parked) : parked_(std::move(parked)) {}
  void wake() noexcept {
    for (const auto& parker : parked_) parker->unpark();
    parked_.clear();
  }

 private:
  std::vector<std::shared_ptr<Parker>> parked_;
};

// A condition variable for both kinds. Spurious wake-ups happen.
class Signal {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // `lock` is released meanwhile.
  void wait(std::unique_lock<std::mutex>& lock);
  // Returns also when `stop` is requested (null: nobody stops it) or the time has come: the caller looks.
  void wait(std::unique_lock<std::mutex>& lock, const Stop* stop, std::optional<Time> until);
  // Under the mutex of those that wait.
  void notify_all() noexcept { take().wake(); }
  [[nodiscard]] Sleepers take() noexcept { return Sleepers{std::exchange(parked_, {})}; }

 private:
  std::vector<std::shared_ptr<Parker>> parked_;
};

// Sleeps for so long, or until `stop` is requested.
void pause(std::chrono::milliseconds time, const Stop* stop);

}  // namespace couch::http
