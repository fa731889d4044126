#pragma once
// The log file of a connection (LogFile, LogLevel). It never holds passwords, tokens or parameter values:
// callers pass only text that format_connection_string has redacted, SQL text, and messages of diagnostics.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace couch::driver {

// As the keyword LogLevel names them. Error: failed calls. Info: connections, statements, warnings. Debug:
// every call.
enum class LogLevel : uint8_t { Off, Error, Info, Debug };

// Thread safe; a line is one write, so that processes can share a file. Failures to write are ignored: a log
// must not break a query.
class Log {
 public:
  Log() = default;
  // Throws OdbcError HY024 when the file cannot be opened for appending. An empty name: no log.
  Log(const std::string& file, uint32_t level);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  bool wants(LogLevel level) const noexcept { return fd_ >= 0 && level <= level_; }
  void write(LogLevel level, std::string_view text) noexcept;

 private:
  int fd_ = -1;
  LogLevel level_ = LogLevel::Off;
};

}  // namespace couch::driver
