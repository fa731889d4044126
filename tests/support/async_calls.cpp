#include "tests/support/async_calls.h"

#include <poll.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>

namespace couch::test {
namespace {

constexpr SQLINTEGER poll_descriptor_attribute = 0x4001;  // SQL_ATTR_COUCHDB_POLL_DESCRIPTOR

struct Known {
  std::mutex mutex;
  std::map<SQLHSTMT, int> descriptors;
};
Known& known() {
  static auto* const descriptors = new Known;
  return *descriptors;
}

}  // namespace

bool asynchronous_mode() {
  static const bool on = [] {
    const char* const set = std::getenv("COUCHDBODBC_ASYNC");
    return set != nullptr && *set != '\0';
  }();
  return on;
}

void make_asynchronous(SQLHSTMT statement) {
  SQLULEN descriptor = 0;
  if (SQLSetStmtAttr(statement, SQL_ATTR_ASYNC_ENABLE, reinterpret_cast<SQLPOINTER>(SQL_ASYNC_ENABLE_ON),
                     0) != SQL_SUCCESS ||
      SQLGetStmtAttr(statement, poll_descriptor_attribute, &descriptor, 0, nullptr) != SQL_SUCCESS) {
    std::fputs("a statement cannot be made asynchronous\n", stderr);
    std::abort();
  }
  std::scoped_lock lock{known().mutex};
  known().descriptors[statement] = static_cast<int>(descriptor);
}

void forget_asynchronous(SQLHSTMT statement) {
  std::scoped_lock lock{known().mutex};
  known().descriptors.erase(statement);
}

void wait_until_readable(SQLHSTMT statement) {
  pollfd wanted{-1, POLLIN, 0};
  {
    std::scoped_lock lock{known().mutex};
    wanted.fd = known().descriptors.at(statement);
  }
  constexpr int patience = 30'000;
  if (::poll(&wanted, 1, patience) != 1) {
    std::fputs("an asynchronous call does not end\n", stderr);
    std::abort();
  }
}

}  // namespace couch::test
