#pragma once
// Runs a test case in a process of its own, because the driver manager reads its settings once a process.

namespace couch::test {

// TSan cannot follow a child of a process with several threads that starts threads itself ("dup thread with
// used id"). Such children end at once then, and only what becomes of the parent is tested.
#if defined(__SANITIZE_THREAD__)
inline constexpr bool children_start_threads = false;
#else
inline constexpr bool children_start_threads = true;
#endif

// A hidden test case of this program, with more lines for the manager and for the driver in odbcinst.ini. Its
// exit code: 0, all was right; -1, it was killed (after a minute, by itself).
int run_alone(const char* test, const char* manager, const char* driver);

}  // namespace couch::test
