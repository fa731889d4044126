#pragma once
// How a function for SQLite is written here: it reads Arguments, returns a Result, and throws sql::Error.
// What is NULL in, is NULL out, unless it says otherwise. Registration turns exceptions into Runtime::keep().
#include <sqlite3.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "sql/engine/runtime.h"

namespace couch::sql::engine {

class Arguments {
 public:
  Arguments(sqlite3_context* context, int count, sqlite3_value** values, Runtime& runtime)
      : context_(context), count_(count), values_(values), runtime_(&runtime) {}

  int count() const { return count_; }
  bool null(int i) const { return sqlite3_value_type(values_[i]) == SQLITE_NULL; }
  bool any_null() const {
    for (int i = 0; i < count_; ++i) {
      if (null(i)) return true;
    }
    return false;
  }
  bool is_integer(int i) const { return sqlite3_value_type(values_[i]) == SQLITE_INTEGER; }
  bool is_text(int i) const { return sqlite3_value_type(values_[i]) == SQLITE_TEXT; }
  bool is_blob(int i) const { return sqlite3_value_type(values_[i]) == SQLITE_BLOB; }
  int64_t integer(int i) const { return sqlite3_value_int64(values_[i]); }
  // A number that is cut to a whole one, and kept within int64.
  int64_t whole(int i) const;
  double real(int i) const { return sqlite3_value_double(values_[i]); }
  // UTF-8, U+0000 included; a number is written as JSON would. Valid during the call.
  std::string_view text(int i) const;
  std::string_view blob(int i) const;
  sqlite3_value* value(int i) const { return values_[i]; }
  Runtime& runtime() const { return *runtime_; }
  sqlite3_context* context() const { return context_; }

 private:
  sqlite3_context* context_;
  int count_;
  sqlite3_value** values_;
  Runtime* runtime_;
};

struct Null {};
struct Blob {
  std::string bytes;
};
using Result = std::variant<Null, int64_t, double, std::string, Blob, sqlite3_value*>;

struct ScalarFunction {
  const char* name;
  int least, most;  // numbers of arguments; -1: any
  Result (*call)(const Arguments&);
  bool sees_null = false;  // false: any NULL makes the result NULL
  bool deterministic = true;
};

// An aggregate that also works as a window function. State is made by new and deleted by SQLite's finalizer.
struct AggregateFunction {
  const char* name;
  int least, most;
  void* (*create)();
  void (*destroy)(void*);
  void (*step)(void*, const Arguments&);
  void (*inverse)(void*, const Arguments&);  // null: aggregate only
  Result (*value)(void*, Runtime&);
};

void add(sqlite3* connection, Runtime& runtime, const ScalarFunction& function);
void add(sqlite3* connection, Runtime& runtime, const AggregateFunction& function);

// Each in its own file.
void add_string_functions(sqlite3* connection, Runtime& runtime);
void add_pattern_functions(sqlite3* connection, Runtime& runtime);
void add_numeric_functions(sqlite3* connection, Runtime& runtime);
void add_datetime_functions(sqlite3* connection, Runtime& runtime);
void add_json_functions(sqlite3* connection, Runtime& runtime);
void add_conversion_functions(sqlite3* connection, Runtime& runtime);
void add_aggregates(sqlite3* connection, Runtime& runtime);
void add_collations(sqlite3* connection, Runtime& runtime);

}  // namespace couch::sql::engine
