#pragma once
// When a request that failed may be sent again, and after how long.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace couch::http {

class Retry {
 public:
  static constexpr std::chrono::milliseconds longest{10000};  // of one wait, whatever Retry-After says

  Retry(uint32_t limit, std::chrono::milliseconds first) : left_(limit), delay_(first) {}
  // How long to wait before the next try: doubling, with jitter so that many clients do not come back at
  // once; at least what the server asked for. nullopt: no more tries.
  std::optional<std::chrono::milliseconds> next(std::string_view retry_after);

 private:
  uint32_t left_;
  std::chrono::milliseconds delay_;
};

}  // namespace couch::http
