#include "driver/async/operation.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "driver/odbc_error.h"

namespace couch::driver {

PollDescriptor::PollDescriptor() : number_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (number_ < 0) throw OdbcError{SqlState::sHY014, "no descriptor for polling: {}", std::strerror(errno)};
}

PollDescriptor::~PollDescriptor() { ::close(number_); }

void PollDescriptor::raise() noexcept {
  const uint64_t one = 1;
  while (::write(number_, &one, sizeof one) < 0 && errno == EINTR) {
  }
}

void PollDescriptor::lower() noexcept {
  uint64_t count = 0;
  while (::read(number_, &count, sizeof count) < 0 && errno == EINTR) {
  }
}

Operation::Operation(SQLUSMALLINT function, std::vector<std::shared_ptr<Descriptor>> descriptors,
                     std::shared_ptr<PollDescriptor> signal)
    : function_(function),
      workers_(Workers::here()),
      descriptors_(std::move(descriptors)),
      signal_(std::move(signal)) {
  for (const auto& descriptor : descriptors_) descriptor->begin_use();
}

Operation::~Operation() {
  for (const auto& descriptor : descriptors_) descriptor->end_use();
}

// The descriptor and the result change together, so that a readable one always means a result.
void Operation::end(SQLRETURN code) noexcept {
  std::scoped_lock lock{mutex_};
  code_ = code;
  if (signal_) signal_->raise();
  ended_.notify_all();
}

bool Operation::has_ended() noexcept {
  std::scoped_lock lock{mutex_};
  return code_.has_value();
}

std::optional<SQLRETURN> Operation::result() noexcept {
  std::scoped_lock lock{mutex_};
  if (!code_) return std::nullopt;
  if (signal_) signal_->lower();
  for (const auto& descriptor : descriptors_) descriptor->end_use();
  descriptors_.clear();
  return code_;
}

void Operation::wait() noexcept {
  // A lost one is told by nobody.
  constexpr auto look = std::chrono::milliseconds{100};
  std::unique_lock lock{mutex_};
  while (!code_ && !lost()) ended_.wait_for(lock, look);
}

}  // namespace couch::driver
