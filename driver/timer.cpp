#include "driver/timer.h"

#include <unistd.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

namespace couch::driver {

using Clock = std::chrono::steady_clock;

struct CallTimer::Service {
  struct Watched {
    Clock::time_point when;
    http::Stop* stop;
    bool expired = false;
  };
  std::mutex mutex;
  std::condition_variable changed;
  std::map<uint64_t, Watched> watched;  // few: the calls that run with a timeout right now
  uint64_t last_ticket = 0;
  bool running = false;

  void run() {
    constexpr auto idle = std::chrono::seconds{5};
    std::unique_lock lock{mutex};
    for (;;) {
      const auto now = Clock::now();
      auto next = Clock::time_point::max();
      for (auto& [ticket, w] : watched) {
        if (w.expired) continue;
        if (w.when <= now) {
          w.expired = true;
          w.stop->request();
        } else {
          next = std::min(next, w.when);
        }
      }
      if (next != Clock::time_point::max()) {
        changed.wait_until(lock, next);
      } else if (changed.wait_for(lock, idle) == std::cv_status::timeout && watched.empty()) {
        running = false;
        return;
      }
    }
  }
};

CallTimer::Service& CallTimer::service() {
  // Never destroyed, as the thread may still look at it while the process ends. A forked child has no thread:
  // it starts afresh.
  static std::mutex mutex;
  static Service* current = nullptr;
  static pid_t owner = 0;
  std::scoped_lock lock{mutex};
  if (owner != ::getpid()) {
    current = new Service;
    owner = ::getpid();
  }
  return *current;
}

CallTimer::CallTimer(http::Stop& stop, std::chrono::seconds limit) {
  if (limit <= std::chrono::seconds::zero()) return;
  Service& s = service();
  std::scoped_lock lock{s.mutex};
  if (!s.running) {
    std::thread{&Service::run, &s}.detach();
    s.running = true;
  }
  ticket_ = ++s.last_ticket;
  s.watched.emplace(ticket_, Service::Watched{Clock::now() + limit, &stop});
  s.changed.notify_one();
}

CallTimer::~CallTimer() {
  if (ticket_ == 0) return;
  Service& s = service();
  std::scoped_lock lock{s.mutex};
  s.watched.erase(ticket_);
}

bool CallTimer::expired() const noexcept {
  if (ticket_ == 0) return false;
  Service& s = service();
  std::scoped_lock lock{s.mutex};
  const auto found = s.watched.find(ticket_);
  return found != s.watched.end() && found->second.expired;
}

}  // namespace couch::driver
