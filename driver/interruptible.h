#pragma once
// Statement::interruptible, for the parts of a statement that wait for the server.
#include <sql.h>
#include <sqlext.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <limits>
#include <type_traits>

#include "driver/odbc_error.h"
#include "driver/statement.h"
#include "driver/timer.h"

namespace couch::driver {

template <class F>
auto Statement::interruptible(F&& body, Begins begins) {
  if (begins == Begins::Execution) {
    if (!operation_) stop_.reset();  // else start() has done so: SQLCancel may have come since
  } else if (stop_.requested()) {
    // SQLCancel met the fetch before this one, too late for that.
    throw OdbcError{SqlState::sHY008, "the operation was cancelled"};
  }
  const std::chrono::seconds limit{
      std::min<SQLULEN>(value_of(SQL_ATTR_QUERY_TIMEOUT), std::numeric_limits<int32_t>::max())};
  CallTimer timer{stop_, limit};
  const auto translated = [&](auto&& part) {
    try {
      return part();
    } catch (...) {
      if (!timer.expired()) throw;
      const Failure failure = driver::describe(std::current_exception());
      if (failure.state != SqlState::sHY008) throw;
      // The message may hold more than that it was cancelled: what was done before, what is not known.
      throw OdbcError{SqlState::sHYT00, "the query timeout of {} seconds expired: {}", limit.count(),
                      failure.message};
    }
  };
  const auto settle = [&] {
    if (!timer.expired()) return;
    // A rowset that the timer cut short is given; the next fetch says what ended it.
    if (cursor_ && cursor_->failure()) {
      try {
        translated([&]() -> void { std::rethrow_exception(cursor_->failure()); });
      } catch (...) {
        cursor_->set_failure(std::current_exception());
      }
    }
    stop_.reset();  // too late for this call: what comes next has its own time
  };
  if constexpr (std::is_void_v<decltype(body())>) {
    translated(body);
    settle();
  } else {
    const auto done = translated(body);
    settle();
    return done;
  }
}

}  // namespace couch::driver
