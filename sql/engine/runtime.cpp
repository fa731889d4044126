#include "sql/engine/runtime.h"

#include <sqlite3.h>

#include <utility>

#include "sql/engine/function.h"
#include "sql/error.h"

namespace couch::sql::engine {

Runtime::Runtime(sqlite3* connection, RuntimeOptions options)
    : connection_(connection), options_(std::move(options)) {}
Runtime::~Runtime() = default;

std::unique_ptr<Runtime> Runtime::install(sqlite3* connection, RuntimeOptions options) {
  std::unique_ptr<Runtime> runtime(new Runtime(connection, std::move(options)));
  add_collations(connection, *runtime);
  add_string_functions(connection, *runtime);
  add_pattern_functions(connection, *runtime);
  add_numeric_functions(connection, *runtime);
  add_datetime_functions(connection, *runtime);
  add_json_functions(connection, *runtime);
  add_conversion_functions(connection, *runtime);
  add_aggregates(connection, *runtime);
  return runtime;
}

void Runtime::begin(const Timestamp& now) {
  now_ = now;
  error_ = nullptr;
  mismatches_ = 0;
}

void Runtime::keep(std::exception_ptr error) {
  if (!error_) error_ = std::move(error);
}

void Runtime::raise(int code) {
  if (auto kept = std::exchange(error_, nullptr)) std::rethrow_exception(kept);
  std::string message = sqlite3_errmsg(connection_);
  switch (code & 0xFF) {
    case SQLITE_INTERRUPT: throw Error(ErrorKind::Interrupted, "the statement was cancelled");
    case SQLITE_TOOBIG:
      throw Error(ErrorKind::TooComplex, "a value or the statement is too large: " + message);
    case SQLITE_ERROR:
      // What SQLite's parser and compiler refuse for its size.
      for (std::string_view limit : {"parser stack overflow", "too many terms", "too large",
                                     "at most 64 tables", "Expression tree", "too many columns"}) {
        if (message.find(limit) != std::string::npos)
          throw Error(ErrorKind::TooComplex, "the statement is too complex: " + message);
      }
      [[fallthrough]];
    default: throw Error(ErrorKind::Engine, "SQLite: " + message);
  }
}

uint64_t Runtime::take_mismatches() { return std::exchange(mismatches_, 0); }

}  // namespace couch::sql::engine
