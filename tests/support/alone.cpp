#include "tests/support/alone.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

namespace couch::test {

int run_alone(const char* test, const char* manager, const char* driver) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(60);
    ::setenv("COUCH_TEST_MANAGER", manager, 1);
    ::setenv("COUCH_TEST_DRIVER", driver, 1);
    ::unsetenv("ODBCSYSINI");
    ::execl("/proc/self/exe", "odbc_tests", test, nullptr);
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace couch::test
