#include "driver/convert/output.h"

#include <algorithm>
#include <string>

#include "driver/convert/errors.h"
#include "driver/convert/utf.h"

namespace couch::driver {

namespace {

SQLLEN length_of(size_t bytes) { return static_cast<SQLLEN>(bytes); }
size_t capacity_of(const Target& target) { return static_cast<size_t>(target.capacity); }
bool wide(const Target& target) { return target.c_type == SQL_C_WCHAR; }

char* at(const Target& target, size_t offset) { return static_cast<char*>(target.buffer) + offset; }

Converted write_narrow(const Target& target, Progress* progress, std::string_view text) {
  std::string repaired;  // stays empty, and unallocated, for text that is valid
  size_t offset = 0;
  if (progress && progress->offset > 0) {
    offset = progress->offset;
    if (!progress->converted.empty()) text = progress->converted;
  } else if (!utf::is_valid(text)) {
    repaired = utf::repaired(text);
    if (progress) progress->converted = repaired;
    text = repaired;
  }
  const std::string_view rest = text.substr(offset);
  set_length(target, length_of(rest.size()));
  if (!target.buffer) return Converted::Whole;
  const size_t capacity = capacity_of(target);
  if (capacity == 0) return Converted::Truncated;
  size_t count = rest.size();
  if (count >= capacity) count = progress ? capacity - 1 : utf::whole_utf8(rest, capacity - 1);
  if (count > 0) std::memcpy(target.buffer, rest.data(), count);
  *at(target, count) = '\0';
  if (progress) progress->offset = offset + count;
  return count == rest.size() ? Converted::Whole : Converted::Truncated;
}

void end_wide(const Target& target, size_t units) { std::memset(at(target, 2 * units), 0, 2); }

// Goes on in text that was converted before.
Converted write_next_wide(const Target& target, Progress& progress) {
  const char* from = progress.converted.data() + 2 * progress.offset;
  const size_t rest = progress.converted.size() / 2 - progress.offset;
  set_length(target, length_of(2 * rest));
  if (!target.buffer) return Converted::Whole;
  const size_t capacity = capacity_of(target) / 2;
  if (capacity == 0) return Converted::Truncated;
  const size_t count = std::min(rest, capacity - 1);
  if (count > 0) std::memcpy(target.buffer, from, 2 * count);
  end_wide(target, count);
  progress.offset += count;
  return count == rest ? Converted::Whole : Converted::Truncated;
}

Converted write_wide(const Target& target, Progress* progress, std::string_view text) {
  if (progress && !progress->converted.empty()) return write_next_wide(target, *progress);
  const size_t capacity = target.buffer ? capacity_of(target) / 2 : 0;
  if (capacity > 0) {
    const utf::Moved moved = utf::to_utf16(text, target.buffer, capacity - 1);
    if (moved.read == text.size()) {
      end_wide(target, moved.written);
      set_length(target, length_of(2 * moved.written));
      return Converted::Whole;
    }
    if (!progress) {
      end_wide(target, moved.written);
      set_length(target, length_of(2 * (moved.written + utf::utf16_length(text.substr(moved.read)))));
      return Converted::Truncated;
    }
  }
  if (progress && !text.empty() && target.buffer) {  // more parts will follow: convert once
    progress->converted = utf::to_utf16_bytes(text);
    return write_next_wide(target, *progress);
  }
  set_length(target, length_of(2 * utf::utf16_length(text)));
  return target.buffer ? Converted::Truncated : Converted::Whole;
}

}  // namespace

Converted write_text(const Target& target, Progress* progress, std::string_view text) {
  return wide(target) ? write_wide(target, progress, text) : write_narrow(target, progress, text);
}

Converted write_characters(const Target& target, Progress* progress, std::string_view ascii,
                           size_t must_fit) {
  const size_t capacity = wide(target) ? capacity_of(target) / 2 : capacity_of(target);
  const bool first = !progress || progress->offset == 0;
  if (first && target.buffer && target.capacity > 0 && capacity <= must_fit)
    buffer_too_small(ascii, target.capacity);
  return write_text(target, progress, ascii);
}

Converted write_bytes(const Target& target, Progress* progress, std::string_view bytes) {
  const std::string_view rest = bytes.substr(progress ? progress->offset : 0);
  set_length(target, length_of(rest.size()));
  if (!target.buffer) return Converted::Whole;
  const size_t count = std::min(rest.size(), capacity_of(target));
  if (count > 0) std::memcpy(target.buffer, rest.data(), count);
  if (progress) progress->offset += count;
  return count == rest.size() ? Converted::Whole : Converted::Truncated;
}

Converted write_bytes_whole(const Target& target, std::string_view bytes) {
  set_length(target, length_of(bytes.size()));
  if (!target.buffer) return Converted::Whole;
  if (target.capacity == 0) return Converted::Truncated;
  if (capacity_of(target) < bytes.size())
    throw OdbcError{SqlState::s22003, "the value's {} bytes do not fit a buffer of {}", bytes.size(),
                    target.capacity};
  std::memcpy(target.buffer, bytes.data(), bytes.size());
  return Converted::Whole;
}

Converted write_hex(const Target& target, Progress* progress, std::string_view bytes) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  const size_t size = wide(target) ? sizeof(SQLWCHAR) : 1;
  const size_t offset = progress ? progress->offset : 0;
  const size_t rest = 2 * bytes.size() - offset;
  set_length(target, length_of(rest * size));
  if (!target.buffer) return Converted::Whole;
  const size_t capacity = capacity_of(target) / size;
  if (capacity == 0) return Converted::Truncated;
  size_t count = rest;
  if (count >= capacity) {
    count = capacity - 1;
    if (count > 1 || !progress) count -= (offset + count) % 2;  // the two digits of a byte stay together
  }
  for (size_t i = 0; i < count; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[(offset + i) / 2]);
    const auto digit = static_cast<SQLWCHAR>(digits[(offset + i) % 2 == 0 ? byte >> 4 : byte & 15]);
    if (size == 1)
      *at(target, i) = static_cast<char>(digit);
    else
      std::memcpy(at(target, 2 * i), &digit, sizeof digit);
  }
  std::memset(at(target, count * size), 0, size);
  if (progress) progress->offset = offset + count;
  return count == rest ? Converted::Whole : Converted::Truncated;
}

}  // namespace couch::driver
