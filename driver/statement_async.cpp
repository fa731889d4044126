// Asynchronous execution (ODBC, "Asynchronous Execution (Polling Method)"): the same body as ever, on a
// thread of driver/async, with the statement to itself until the application has taken its result.
#include "driver/attributes.h"
#include "driver/connection.h"
#include "driver/statement.h"

namespace couch::driver {

// unixODBC 2.3.11 leaves a statement unusable after some endings of a function that was still executing
// (docs/deviations.md): those functions wait, unless the application says that its driver manager is another.
bool Statement::runs_asynchronously(SQLUSMALLINT function) const {
  if (value_of(SQL_ATTR_ASYNC_ENABLE) != SQL_ASYNC_ENABLE_ON) return false;
  const bool all = session_->settings().async_fetch;
  switch (function) {
    case SQL_API_SQLFETCH:
    case SQL_API_SQLFETCHSCROLL: return all;
    case SQL_API_SQLPARAMDATA:
      // Only the call after the last parameter executes something.
      return state_ == State::NeedData && !rowset_change_ && !parameters_->awaits_more() &&
             (all || !prepared_->columns().empty());
    default: return true;
  }
}

void Statement::start(SQLUSMALLINT function, std::function<SQLRETURN(Statement&)> run) {
  if (function != SQL_API_SQLFETCH && function != SQL_API_SQLFETCHSCROLL) stop_.reset();
  std::vector<std::shared_ptr<Descriptor>> used{own_ard_, own_apd_, ird_, ipd_};
  if (&ard() != own_ard_.get()) used.push_back(explicit_ard_);
  if (&apd() != own_apd_.get()) used.push_back(explicit_apd_);
  meanwhile_.cleared();
  operation_ = std::make_shared<Operation>(function, std::move(used), poll_descriptor_);
  try {
    Workers::here().run([self = std::static_pointer_cast<Statement>(shared_from_this()),
                         operation = operation_, body = std::move(run)] { operation->end(body(*self)); });
  } catch (...) {
    operation_.reset();
    throw;
  }
}

SQLRETURN Statement::poll() noexcept {
  if (const auto code = operation_->result()) {
    operation_.reset();
    return *code;
  }
  if (!operation_->lost()) {
    meanwhile_.cleared();
    return SQL_STILL_EXECUTING;
  }
  // What the call was doing with the statement is unknown: nothing else can be done with it.
  try {
    throw OdbcError{SqlState::s08S01,
                    "this call belongs to the process that forked: connect again in this one"};
  } catch (...) {
    return meanwhile_.cleared().fail(std::current_exception());
  }
}

SQLULEN Statement::poll_descriptor() {
  if (!poll_descriptor_) poll_descriptor_ = std::make_shared<PollDescriptor>();
  return static_cast<SQLULEN>(poll_descriptor_->number());
}

}  // namespace couch::driver
