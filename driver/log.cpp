#include "driver/log.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>

#include "driver/odbc_error.h"

namespace couch::driver {
namespace {

std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::Off: return "off";
    case LogLevel::Error: return "error";
    case LogLevel::Info: return "info";
    case LogLevel::Debug: return "debug";
  }
  return "";
}

}  // namespace

Log::Log(const std::string& file, uint32_t level)
    : level_(static_cast<LogLevel>(std::min<uint32_t>(level, 3))) {
  if (file.empty() || level_ == LogLevel::Off) return;
  // Statements may be private: readable by the owner only.
  fd_ = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (fd_ < 0) {
    throw OdbcError{SqlState::sHY024, "LogFile '{}' cannot be written: {}", file,
                    std::generic_category().message(errno)};
  }
}

Log::~Log() {
  if (fd_ >= 0) ::close(fd_);
}

void Log::write(LogLevel level, std::string_view text) noexcept {
  if (!wants(level)) return;
  try {
    const auto now = std::chrono::system_clock::now();
    const auto milliseconds =
        std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
    std::string line = fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z {} {} ", fmt::gmtime(now), milliseconds,
                                   ::getpid(), name_of(level));
    for (const char c : text) {  // one entry is one line
      if (c == '\n')
        line += "\\n";
      else
        line += c;
    }
    line += '\n';
    [[maybe_unused]] const auto written = ::write(fd_, line.data(), line.size());
  } catch (...) {
    // No memory for a line: the call that it was about goes on.
  }
}

}  // namespace couch::driver
