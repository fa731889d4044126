#include "sql/change/json.h"

#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <random>

#include "sql/coercion.h"
#include "sql/datetime.h"
#include "sql/error.h"
#include "sql/json_text.h"

namespace couch::sql::change {

namespace {

// SQL writes 5. and .5, JSON does not.
std::string number_text(std::string_view digits) {
  std::string out;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  if (digits.starts_with('-')) {
    out += '-';
    digits.remove_prefix(1);
  }
  while (digits.size() > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9')
    digits.remove_prefix(1);
  if (digits.starts_with('.')) out += '0';
  for (size_t i = 0; i < digits.size(); ++i) {
    const bool lonely =
        digits[i] == '.' && (i + 1 == digits.size() || digits[i + 1] < '0' || digits[i + 1] > '9');
    if (!lonely) out += digits[i];
  }
  return out;
}

}  // namespace

std::string json_of(const Value& value) {
  return std::visit(
      [](const auto& v) -> std::string {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, std::monostate>)
          return "null";
        else if constexpr (std::is_same_v<T, bool>)
          return v ? "true" : "false";
        else if constexpr (std::is_same_v<T, int64_t>)
          return std::to_string(v);
        else if constexpr (std::is_same_v<T, double>) {
          if (!std::isfinite(v))
            throw Error(ErrorKind::OutOfRange, "a document cannot hold an infinite number");
          return text_of(v);
        } else if constexpr (std::is_same_v<T, Decimal>)
          return number_text(v.digits);
        else if constexpr (std::is_same_v<T, std::string>)
          return json_string(v);
        else if constexpr (std::is_same_v<T, Timestamp>) {
          std::string text = format(v);
          if (text.size() > 10) text[10] = 'T';
          return json_string(text);
        } else
          return json_string(text_of(Value{v}));
      },
      value);
}

bool is_container(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos || (text[begin] != '{' && text[begin] != '[')) return false;
  return well_formed(text);
}

std::string new_id() {
  // Milliseconds and a counter of 12 bits, always greater than the last one of this process.
  static std::atomic<uint64_t> last{0};
  const auto now = static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                             std::chrono::system_clock::now().time_since_epoch())
                                             .count());
  uint64_t before = last.load(std::memory_order_relaxed), time = 0;
  do {
    time = std::max(now << 12, before + 1);
  } while (!last.compare_exchange_weak(before, time, std::memory_order_relaxed));
  uint64_t noise = 0;
  // The kernel's, so that a forked child does not repeat its parent's.
  if (getrandom(&noise, sizeof noise, 0) != static_cast<ssize_t>(sizeof noise))
    noise = std::random_device{}();
  return fmt::format("{:08x}-{:04x}-7{:03x}-{:04x}-{:012x}", time >> 28, (time >> 12) & 0xFFFF, time & 0xFFF,
                     0x8000 | ((noise >> 48) & 0x3FFF), noise & 0xFFFFFFFFFFFF);
}

}  // namespace couch::sql::change
