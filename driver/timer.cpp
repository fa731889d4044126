#include "driver/timer.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "http/loop.h"

namespace couch::driver {

using Clock = std::chrono::steady_clock;

// One guest of the I/O thread for all calls that run with a timeout. A call that ends in time only leaves the
// map; the thread finds that out when the time has come that it was told first, so that a fetch with a
// timeout does not wake it.
struct CallTimer::Service final : http::Loop::Guest, std::enable_shared_from_this<Service> {
  struct Watched {
    Clock::time_point when;
    http::Stop* stop;
    bool expired = false;
  };
  std::mutex mutex;
  std::map<uint64_t, Watched> watched;  // few: the calls that run with a timeout right now
  uint64_t last_ticket = 0;
  Clock::time_point awaited = Clock::time_point::max();  // when the I/O thread looks next
  http::Loop& loop = http::Loop::here();

  uint64_t watch(http::Stop& stop, std::chrono::seconds limit) {
    const auto when = Clock::now() + limit;
    std::scoped_lock lock{mutex};
    const uint64_t ticket = ++last_ticket;
    watched.emplace(ticket, Watched{when, &stop});
    if (when < awaited) {
      awaited = when;
      loop.post([self = shared_from_this(), when] {
        self->loop.enter(self);
        self->loop.schedule(*self, when);
      });
    }
    return ticket;
  }

  void on_due(Clock::time_point) override {
    // An hour's timeout of a call that ended long ago keeps no thread: it looks again soon.
    constexpr auto longest = std::chrono::seconds{10};
    std::scoped_lock lock{mutex};
    const auto now = Clock::now();
    auto next = Clock::time_point::max();
    for (auto& [ticket, w] : watched) {
      if (w.expired) continue;
      if (w.when <= now) {
        w.expired = true;
        w.stop->request();
      } else {
        next = std::min({next, w.when, now + longest});
      }
    }
    awaited = next;
    if (next == Clock::time_point::max())
      loop.leave(*this);
    else
      loop.schedule(*this, next);
  }
  void on_stop_requested() override {}
  void on_exit() override {}
};

CallTimer::Service& CallTimer::service() {
  // Never destroyed, as the I/O thread may still look at it while the process ends. A forked child has
  // another loop, and so it starts afresh.
  static std::mutex mutex;
  static std::shared_ptr<Service>* current = nullptr;
  std::scoped_lock lock{mutex};
  if (!current || !(*current)->loop.is_here())
    current = new std::shared_ptr<Service>{std::make_shared<Service>()};
  return **current;
}

CallTimer::CallTimer(http::Stop& stop, std::chrono::seconds limit) {
  if (limit <= std::chrono::seconds::zero()) return;
  ticket_ = service().watch(stop, limit);
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
