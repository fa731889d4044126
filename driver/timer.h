#pragma once
// Ends a call that takes too long: when the time is over, its http::Stop is requested, exactly as SQLCancel
// would. So the query timeout covers everything a call waits for - the network, SQLite, other statements -
// and only while the application waits: a cursor that lies open for ten minutes is no timeout. The I/O
// thread watches the clock for all of them.
#include <chrono>
#include <cstdint>

#include "http/client.h"

namespace couch::driver {

class CallTimer {
 public:
  // No limit: costs nothing. `stop` outlives the timer.
  CallTimer(http::Stop& stop, std::chrono::seconds limit);
  ~CallTimer();
  CallTimer(const CallTimer&) = delete;
  CallTimer& operator=(const CallTimer&) = delete;
  // The time was over: what looks like a cancellation is HYT00.
  bool expired() const noexcept;

 private:
  struct Service;
  static Service& service();
  uint64_t ticket_ = 0;  // 0: nothing is watched
};

}  // namespace couch::driver
