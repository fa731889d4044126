#pragma once
// An error with its SQLSTATE. Thrown inside the driver; turned into a diagnostic record at the boundary
// (driver/entry/call.h).
#include <fmt/format.h>

#include <cstdint>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>

namespace couch::sql {
enum class ErrorKind : uint8_t;
}
namespace couch::http {
enum class ErrorKind : uint8_t;
}

namespace couch::driver {

enum class SqlState : uint8_t {
#define STATE(id, code, text) id,
#include "driver/sqlstate.def"
#undef STATE
};

std::string_view code_of(SqlState state) noexcept;  // "HY000"
std::string_view text_of(SqlState state) noexcept;  // "General error"

class OdbcError : public std::runtime_error {
 public:
  template <class... Args>
  OdbcError(SqlState state, fmt::format_string<Args...> format, Args&&... args)
      : std::runtime_error(fmt::format(format, std::forward<Args>(args)...)), state_(state) {}
  SqlState state() const noexcept { return state_; }

 private:
  SqlState state_;
};

// The one place where the layers' typed errors get their SQLSTATE.
SqlState state_of(sql::ErrorKind kind) noexcept;
SqlState state_of(http::ErrorKind kind) noexcept;

// What a diagnostic record needs to know of an exception: OdbcError, sql::Error, http::Error, std::bad_alloc,
// any other.
struct Failure {
  SqlState state = SqlState::sHY000;
  std::string message;
  long native = 0;           // HTTP status; 0: no answer of a server is behind it
  bool from_server = false;  // the message is the data source's: "[CouchDB ODBC][CouchDB] …"
};
Failure describe(std::exception_ptr error);

}  // namespace couch::driver
