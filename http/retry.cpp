#include "http/retry.h"

#include <algorithm>
#include <charconv>
#include <random>

namespace couch::http {
namespace {

// Retry-After in seconds. Its other form, a date, needs the clocks to agree: then our own delay stands.
std::chrono::milliseconds asked_for(std::string_view retry_after) {
  uint32_t seconds = 0;
  const auto* const end = retry_after.data() + retry_after.size();
  const auto [stop, error] = std::from_chars(retry_after.data(), end, seconds);
  if (error != std::errc{} || stop != end) return {};
  return std::chrono::milliseconds{int64_t{std::min(seconds, 3600u)} * 1000};
}

}  // namespace

std::optional<std::chrono::milliseconds> Retry::next(std::string_view retry_after) {
  if (left_ == 0) return std::nullopt;
  --left_;
  thread_local std::minstd_rand random{std::random_device{}()};
  const auto half = delay_ / 2;
  const auto jittered =
      half + std::chrono::milliseconds{std::uniform_int_distribution<int64_t>{0, half.count()}(random)};
  delay_ = std::min(delay_ * 2, longest);
  return std::clamp(asked_for(retry_after), jittered, std::max(longest, jittered));
}

}  // namespace couch::http
