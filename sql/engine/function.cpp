#include "sql/engine/function.h"

#include <cmath>
#include <memory>

#include "sql/coercion.h"
#include "sql/error.h"

namespace couch::sql::engine {

namespace {

void check(int code) {
  if (code != SQLITE_OK) throw Error(ErrorKind::Engine, sqlite3_errstr(code));
}

void give(sqlite3_context* context, const Result& result) {
  std::visit(
      [&](const auto& v) {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, Null>)
          sqlite3_result_null(context);
        else if constexpr (std::is_same_v<T, int64_t>)
          sqlite3_result_int64(context, v);
        else if constexpr (std::is_same_v<T, double>) {
          if (!std::isfinite(v)) throw Error(ErrorKind::OutOfRange, "a result is out of the range of DOUBLE");
          sqlite3_result_double(context, v);
        } else if constexpr (std::is_same_v<T, std::string>) {
          sqlite3_result_text64(context, v.data(), v.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
        } else if constexpr (std::is_same_v<T, Blob>) {
          sqlite3_result_blob64(context, v.bytes.data(), v.bytes.size(), SQLITE_TRANSIENT);
        } else {
          sqlite3_result_value(context, v);
        }
      },
      result);
}

// Keeps the exception for Runtime::raise(); SQLite only learns that there is one.
void failed(sqlite3_context* context, Runtime& runtime) {
  runtime.keep(std::current_exception());
  sqlite3_result_error(context, "a function failed", -1);
}

void call_scalar(sqlite3_context* context, int count, sqlite3_value** values, const ScalarFunction& function,
                 Runtime& runtime) {
  try {
    Arguments arguments(context, count, values, runtime);
    if (!function.sees_null && arguments.any_null())
      sqlite3_result_null(context);
    else
      give(context, function.call(arguments));
  } catch (...) {
    failed(context, runtime);
  }
}

// What SQLite hands back with each call of an aggregate.
struct Registered {
  AggregateFunction function;
  Runtime* runtime;
};

void* state_of(sqlite3_context* context, const Registered& registered, bool create) {
  auto slot = static_cast<void**>(sqlite3_aggregate_context(context, create ? sizeof(void*) : 0));
  if (!slot) return nullptr;
  if (!*slot && create) *slot = registered.function.create();
  return *slot;
}

void finish(sqlite3_context* context, bool last) {
  auto& registered = *static_cast<Registered*>(sqlite3_user_data(context));
  void* state = nullptr;
  try {
    state = state_of(context, registered, true);
    if (!state) throw std::bad_alloc();
    give(context, registered.function.value(state, *registered.runtime));
  } catch (...) {
    failed(context, *registered.runtime);
  }
  if (last && state) {
    registered.function.destroy(state);
    *static_cast<void**>(sqlite3_aggregate_context(context, sizeof(void*))) = nullptr;
  }
}

void step(sqlite3_context* context, int count, sqlite3_value** values, bool forward) {
  auto& registered = *static_cast<Registered*>(sqlite3_user_data(context));
  try {
    void* state = state_of(context, registered, true);
    if (!state) throw std::bad_alloc();
    Arguments arguments(context, count, values, *registered.runtime);
    if (forward)
      registered.function.step(state, arguments);
    else
      registered.function.inverse(state, arguments);
  } catch (...) {
    failed(context, *registered.runtime);
  }
}

struct Scalar {
  ScalarFunction function;
  Runtime* runtime;
};

}  // namespace

int64_t Arguments::whole(int i) const {
  if (is_integer(i)) return integer(i);
  double number = std::trunc(real(i));
  if (number >= 9223372036854775807.0) return INT64_MAX;
  if (number <= -9223372036854775808.0) return INT64_MIN;
  return static_cast<int64_t>(number);
}

std::string_view Arguments::text(int i) const {
  // sqlite3_value_text() of a blob or number would convert it in place; only texts come here (casts are
  // explicit).
  auto bytes = reinterpret_cast<const char*>(sqlite3_value_text(values_[i]));
  if (!bytes) return {};
  return {bytes, static_cast<size_t>(sqlite3_value_bytes(values_[i]))};
}

std::string_view Arguments::blob(int i) const {
  auto bytes = static_cast<const char*>(sqlite3_value_blob(values_[i]));
  return {bytes ? bytes : "", static_cast<size_t>(sqlite3_value_bytes(values_[i]))};
}

void add(sqlite3* connection, Runtime& runtime, const ScalarFunction& function) {
  int flags = SQLITE_UTF8 | (function.deterministic ? SQLITE_DETERMINISTIC : 0);
  // SQLite knows exact counts or any; the binder has counted already.
  bool any = function.most - function.least > 3;
  for (int count = any ? -1 : function.least; count <= (any ? -1 : function.most); ++count) {
    auto scalar = std::make_unique<Scalar>(Scalar{function, &runtime});
    auto call = [](sqlite3_context* context, int n, sqlite3_value** values) {
      auto& self = *static_cast<Scalar*>(sqlite3_user_data(context));
      call_scalar(context, n, values, self.function, *self.runtime);
    };
    // SQLite destroys the user data when registration fails, too.
    check(sqlite3_create_function_v2(connection, function.name, count, flags, scalar.release(), call, nullptr,
                                     nullptr, [](void* p) { delete static_cast<Scalar*>(p); }));
  }
}

void add(sqlite3* connection, Runtime& runtime, const AggregateFunction& function) {
  for (int count = function.least; count <= function.most; ++count) {
    auto registered = std::make_unique<Registered>(Registered{function, &runtime});
    auto forward = [](sqlite3_context* context, int n, sqlite3_value** values) {
      step(context, n, values, true);
    };
    auto backward = [](sqlite3_context* context, int n, sqlite3_value** values) {
      step(context, n, values, false);
    };
    auto final_value = [](sqlite3_context* context) { finish(context, true); };
    auto current = [](sqlite3_context* context) { finish(context, false); };
    auto destroy = [](void* p) { delete static_cast<Registered*>(p); };
    bool window = function.inverse != nullptr;
    if (window) {
      check(sqlite3_create_window_function(connection, function.name, count, SQLITE_UTF8,
                                           registered.release(), forward, final_value, current, backward,
                                           destroy));
    } else {
      check(sqlite3_create_function_v2(connection, function.name, count, SQLITE_UTF8, registered.release(),
                                       nullptr, forward, final_value, destroy));
    }
  }
}

}  // namespace couch::sql::engine
