#include "driver/handle.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <set>
#include <thread>
#include <vector>

#include "driver/environment.h"

namespace couch::driver {

TEST_CASE("A handle is found while it lives, as what it is, and its number is never used again",
          "[driver][handle]") {
  std::set<SQLHANDLE> seen;
  for (int i = 0; i < 1000; ++i) {
    const SQLHANDLE id = Handles::add(std::make_shared<Environment>());
    CHECK(seen.insert(id).second);
    CHECK(Handles::pin<Environment>(id) != nullptr);
    CHECK(Handles::remove(id));
    CHECK(Handles::pin<Environment>(id) == nullptr);
    CHECK_FALSE(Handles::remove(id));
  }
  CHECK(Handles::find(nullptr) == nullptr);
  CHECK(Handles::find(reinterpret_cast<SQLHANDLE>(uintptr_t{0x7fff12345678})) == nullptr);
}

TEST_CASE("Who has pinned a handle keeps it, although another thread frees it", "[driver][handle]") {
  const SQLHANDLE id = Handles::add(std::make_shared<Environment>());
  const auto pinned = Handles::pin<Environment>(id);
  std::thread other{[&] { Handles::remove(id); }};
  other.join();
  CHECK(Handles::pin<Environment>(id) == nullptr);
  CHECK_FALSE(pinned->odbc2());
}

TEST_CASE("Threads add, find and remove handles at once", "[driver][handle]") {
  std::atomic<int> found{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) {
        const SQLHANDLE id = Handles::add(std::make_shared<Environment>());
        if (Handles::pin<Environment>(id)) ++found;
        Handles::remove(id);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(found == 2000);
}

}  // namespace couch::driver
