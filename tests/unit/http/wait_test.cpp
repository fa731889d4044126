#include "http/wait.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "http/client.h"

using namespace couch::http;
using Clock = std::chrono::steady_clock;

TEST_CASE("A signal wakes everybody who waits for it", "[wait]") {
  std::mutex mutex;
  Signal signal;
  bool news = false;
  std::atomic<int> woken{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      std::unique_lock lock{mutex};
      while (!news) signal.wait(lock);
      ++woken;
    });
  }
  {
    std::scoped_lock lock{mutex};
    news = true;
    signal.notify_all();
  }
  for (auto& thread : threads) thread.join();
  CHECK(woken == 4);
}

TEST_CASE("Waiting for a signal ends when the stop is requested, or the time has come", "[wait]") {
  std::mutex mutex;
  Signal signal;
  Stop stop;
  SECTION("stop") {
    std::thread other{[&] { stop.request(); }};
    std::unique_lock lock{mutex};
    while (!stop.requested()) signal.wait(lock, &stop, std::nullopt);
    other.join();
    CHECK(stop.requested());
  }
  SECTION("stop, requested before") {
    stop.request();
    std::unique_lock lock{mutex};
    signal.wait(lock, &stop, std::nullopt);
    SUCCEED("returned");
  }
  SECTION("time") {
    const auto until = Clock::now() + std::chrono::milliseconds{20};
    std::unique_lock lock{mutex};
    while (Clock::now() < until) signal.wait(lock, nullptr, until);
    SUCCEED("returned");
  }
}

TEST_CASE("A pause ends early when the stop is requested", "[wait]") {
  Stop stop;
  std::thread other{[&] { stop.request(); }};
  pause(std::chrono::hours{1}, &stop);
  other.join();
  CHECK(stop.requested());
}
