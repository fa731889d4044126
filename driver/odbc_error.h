#pragma once
// An error with its SQLSTATE. Thrown inside the driver; turned into a diagnostic record at the boundary (driver/entry/call.h).
#include <fmt/format.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

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

}  // namespace couch::driver
