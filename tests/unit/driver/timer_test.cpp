#include "driver/timer.h"

#include <catch2/catch.hpp>
#include <condition_variable>
#include <thread>

namespace couch::driver {
namespace {

// Until the stop is requested; false after ten seconds.
bool wait_for(const http::Stop& stop) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  while (!stop.requested() && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  return stop.requested();
}

}  // namespace

TEST_CASE("A timer requests the stop when the time is over", "[driver][timer]") {
  http::Stop stop;
  const CallTimer timer{stop, std::chrono::seconds{1}};
  CHECK_FALSE(timer.expired());
  CHECK(wait_for(stop));
  CHECK(timer.expired());
}

TEST_CASE("The shorter of two timers ends first, and a finished call is left alone", "[driver][timer]") {
  http::Stop shorter, longer, finished;
  const CallTimer slow{longer, std::chrono::seconds{600}};
  { const CallTimer done{finished, std::chrono::seconds{1}}; }
  const CallTimer fast{shorter, std::chrono::seconds{1}};
  CHECK(wait_for(shorter));
  CHECK_FALSE(longer.requested());
  CHECK_FALSE(finished.requested());
  CHECK_FALSE(slow.expired());
}

TEST_CASE("Without a limit nothing is watched", "[driver][timer]") {
  http::Stop stop;
  const CallTimer timer{stop, std::chrono::seconds{0}};
  CHECK_FALSE(timer.expired());
}

}  // namespace couch::driver
