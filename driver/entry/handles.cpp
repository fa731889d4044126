// Handles, environments, cancellation, transactions.
#include "driver/entry/call.h"

using namespace couch::driver;

namespace {

SQLRETURN allocate_environment(SQLHANDLE* out) noexcept {
  if (!out) return SQL_ERROR;
  try {
    *out = Handles::add(std::make_shared<Environment>());
    return SQL_SUCCESS;
  } catch (...) {
    *out = SQL_NULL_HENV;  // no handle, so there is nowhere to put a record (SQLAllocHandle, Diagnostics)
    return SQL_ERROR;
  }
}

SQLRETURN free_environment(SQLHANDLE handle) noexcept {
  return call<Environment>(handle, [](Environment& e) {
    e.check_free();
    Handles::remove(e.id());
    return Outcome::Success;
  });
}

SQLRETURN free_connection(SQLHANDLE handle) noexcept {
  return call<Connection>(handle, [](Connection& c) {
    c.check_free();
    Handles::remove(c.id());
    c.environment()->connection_freed();
    return Outcome::Success;
  });
}

// Not behind the statement's lock: a call that runs in another thread is stopped, not waited for.
SQLRETURN free_statement(SQLHANDLE handle) noexcept {
  return call_unlocked<Statement>(handle, [](Statement& s) {
    s.release();
    return SQLRETURN{SQL_SUCCESS};
  });
}

SQLRETURN free_descriptor(SQLHANDLE handle) noexcept {
  return call<Descriptor>(handle, [](Descriptor& d) {
    if (!d.is_explicit())
      throw OdbcError{SqlState::sHY017, "a statement's own descriptor is freed with the statement"};
    d.set_freed();
    Handles::remove(d.id());
    return Outcome::Success;
  });
}

}  // namespace

extern "C" {

SQLRETURN SQL_API SQLAllocHandle(SQLSMALLINT type, SQLHANDLE input, SQLHANDLE* out) {
  switch (type) {
    case SQL_HANDLE_ENV: return allocate_environment(out);
    case SQL_HANDLE_DBC:
      return call<Environment>(input, [&](Environment& e) { return e.allocate_connection(out); });
    case SQL_HANDLE_STMT:
      return call<Connection>(input, [&](Connection& c) { return c.allocate_statement(out); });
    case SQL_HANDLE_DESC:
      return call<Connection>(input, [&](Connection& c) { return c.allocate_descriptor(out); });
    default: return SQL_ERROR;
  }
}

SQLRETURN SQL_API SQLFreeHandle(SQLSMALLINT type, SQLHANDLE handle) {
  switch (type) {
    case SQL_HANDLE_ENV: return free_environment(handle);
    case SQL_HANDLE_DBC: return free_connection(handle);
    case SQL_HANDLE_STMT: return free_statement(handle);
    case SQL_HANDLE_DESC: return free_descriptor(handle);
    default: return SQL_ERROR;
  }
}

SQLRETURN SQL_API SQLSetEnvAttr(SQLHENV h, SQLINTEGER id, SQLPOINTER value, SQLINTEGER) {
  return call<Environment>(h, [&](Environment& e) { return e.set_attribute(id, value); });
}

SQLRETURN SQL_API SQLGetEnvAttr(SQLHENV h, SQLINTEGER id, SQLPOINTER value, SQLINTEGER, SQLINTEGER*) {
  return call<Environment>(h, [&](Environment& e) { return e.get_attribute(id, value); });
}

SQLRETURN SQL_API SQLCancel(SQLHSTMT h) {
  return call_unlocked<Statement>(h, [](Statement& s) { return s.cancel(); });
}

SQLRETURN SQL_API SQLCancelHandle(SQLSMALLINT type, SQLHANDLE h) {
  if (type == SQL_HANDLE_STMT) return call_unlocked<Statement>(h, [](Statement& s) { return s.cancel(); });
  if (type == SQL_HANDLE_DBC)
    return call_unlocked<Connection>(h, [](Connection& c) { return c.cancel(), SQLRETURN{SQL_SUCCESS}; });
  return SQL_ERROR;
}

SQLRETURN SQL_API SQLEndTran(SQLSMALLINT type, SQLHANDLE h, SQLSMALLINT completion) {
  if (type == SQL_HANDLE_DBC)
    return call<Connection>(h, [&](Connection& c) { return c.end_transaction(completion); });
  if (type != SQL_HANDLE_ENV) return SQL_INVALID_HANDLE;
  return call<Environment>(h, [&](Environment& e) { return e.end_transaction(completion); });
}

}  // extern "C"
