#pragma once
// The boundary between C and the driver: every exported function is one call of these.
#include <sql.h>
#include <sqlext.h>

#include <source_location>
#include <string_view>

#include "driver/connection.h"
#include "driver/descriptor.h"
#include "driver/environment.h"
#include "driver/handle.h"
#include "driver/statement.h"
#include "http/client.h"

namespace couch::driver {

inline Log* log_of(const Handle&) { return nullptr; }
inline Log* log_of(const Connection& c) { return c.session() ? &c.session()->log() : nullptr; }
inline Log* log_of(const Statement& s) { return s.session() ? &s.session()->log() : nullptr; }

// "SQLRETURN {anonymous}::prepare(SQLHSTMT, …) [with …]" is prepare to a reader of the log.
inline std::string_view short_name(std::string_view function) {
  function = function.substr(0, function.find('('));
  return function.substr(function.find_last_of(" :") + 1);
}

template <class H>
void log_call(H& handle, const std::source_location& where, SQLRETURN code) noexcept {
  Log* const log = log_of(handle);
  if (!log || !log->wants(LogLevel::Error)) return;
  try {
    if (log->wants(LogLevel::Debug))
      log->write(LogLevel::Debug, fmt::format("{} = {}", short_name(where.function_name()), code));
    for (const Record& record : handle.diagnostics().records()) {
      const bool error = code == SQL_ERROR;
      log->write(error ? LogLevel::Error : LogLevel::Info,
                 fmt::format("{} {}", code_of(record.state), record.message));
    }
  } catch (...) {
    // No memory for a line of the log.
  }
}

// Clears the handle's diagnostics, runs the body, and turns exceptions into records.
template <class H, class F>
SQLRETURN run(H& handle, F&& body, const std::source_location& where) noexcept {
  const http::CallScope scope;
  Diagnostics& diagnostics = handle.diagnostics().cleared();
  SQLRETURN code;
  try {
    code = diagnostics.close(body(handle));
  } catch (...) {
    code = diagnostics.fail(std::current_exception());
  }
  log_call(handle, where, code);
  return code;
}

template <class H>
SQLRETURN refuse_busy(H& handle) noexcept {
  Diagnostics& diagnostics = handle.visible_diagnostics().cleared();
  try {
    throw OdbcError{SqlState::sHY010,
                    "a function runs asynchronously: call it again until it has ended, or SQLCancel"};
  } catch (...) {
    return diagnostics.fail(std::current_exception());
  }
}

// Finds and pins the handle, locks it, and runs the body. No exception leaves it.
template <class H, class F>
SQLRETURN call(SQLHANDLE raw, F&& body,
               std::source_location where = std::source_location::current()) noexcept {
  const auto self = Handles::pin<H>(raw);
  if (!self) return SQL_INVALID_HANDLE;
  const Guard guard = self->enter();
  if (self->busy()) return refuse_busy(*self);
  return run(*self, std::forward<F>(body), where);
}

// For functions that may run asynchronously: `prepare` copies the arguments into a body, which runs here, or
// on a thread of the driver while the application polls with the same function. `number` is its SQL_API_….
template <class F>
SQLRETURN call_async(SQLHSTMT raw, SQLUSMALLINT number, F&& prepare,
                     std::source_location where = std::source_location::current()) noexcept {
  const auto self = Handles::pin<Statement>(raw);
  if (!self) return SQL_INVALID_HANDLE;
  const Guard guard = self->enter();
  if (self->busy()) return self->is_running(number) ? self->poll() : refuse_busy(*self);
  if (!self->runs_asynchronously(number))
    return run(
        *self, [&](Statement& s) { return prepare(s)(s); }, where);
  try {
    self->start(number, [body = prepare(*self), where](Statement& s) { return run(s, body, where); });
    return SQL_STILL_EXECUTING;
  } catch (...) {
    return self->diagnostics().cleared().fail(std::current_exception());
  }
}

// For what must not wait for a running call, and for what leaves the diagnostics as they are.
template <class H, class F>
SQLRETURN call_unlocked(SQLHANDLE raw, F&& body) noexcept {
  const auto self = Handles::pin<H>(raw);
  return self ? body(*self) : SQLRETURN{SQL_INVALID_HANDLE};
}

}  // namespace couch::driver
