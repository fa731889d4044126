#pragma once
// Runs a test case in a process of its own, because the driver manager reads its settings once a process.

namespace couch::test {

// A hidden test case of this program, with more lines for the manager and for the driver in odbcinst.ini. Its
// exit code: 0, all was right; -1, it was killed (after a minute, by itself).
int run_alone(const char* test, const char* manager, const char* driver);

}  // namespace couch::test
