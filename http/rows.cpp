#include "http/rows.h"

#include <algorithm>
#include <cstring>

#include "http/error.h"
#include "http/spill.h"

namespace couch::http {
namespace {

// The first block is small, for answers of one row by the thousand; later ones double up to what keeps a scan
// going.
constexpr size_t first_block = 8u << 10, largest_block = 256u << 10;

std::atomic<uint64_t> all_bytes{0};

}  // namespace

RowQueue::RowQueue() = default;
RowQueue::~RowQueue() { count(0); }

uint64_t RowQueue::process_bytes() noexcept { return all_bytes.load(std::memory_order_relaxed); }

void RowQueue::count(uint64_t bytes) {
  all_bytes.fetch_add(bytes - counted_,
                      std::memory_order_relaxed);  // wraps where it shrinks: that is subtraction
  counted_ = bytes;
}

void RowQueue::settle() { count(held_); }

// Makes filling_ able to hold `at_least` bytes more. Its whole rows move on; the row at hand comes along.
void RowQueue::fresh_block(size_t at_least) {
  const size_t partial = filling_.used - row_begin_;
  const size_t wanted = std::max(
      {partial + at_least, first_block, std::min(filling_.capacity * 2, largest_block), partial * 2});
  RowBlock block;
  if (spare_.capacity >= partial + at_least) {
    block = std::move(spare_);
    spare_ = {};
  } else {
    block.bytes = std::make_unique_for_overwrite<char[]>(wanted);
    block.capacity = wanted;
  }
  block.rows.clear();
  block.next = 0;
  if (partial) std::memcpy(block.bytes.get(), filling_.bytes.get() + row_begin_, partial);
  block.used = partial;
  filling_.used = row_begin_;
  row_begin_ = 0;
  std::swap(block, filling_);
  if (block.rows.empty()) return;
  if (spilling_)
    spill(block);
  else
    full_.push_back(std::move(block));
}

void RowQueue::append(std::string_view piece) {
  if (piece.empty()) return;
  if (filling_.used - row_begin_ + piece.size() > max_row)
    throw Error{ErrorKind::LinkFailure, "the server's answer has a row of more than 1 GiB"};
  if (filling_.capacity - filling_.used < piece.size() + 1) fresh_block(piece.size() + 1);
  std::memcpy(filling_.bytes.get() + filling_.used, piece.data(), piece.size());
  filling_.used += piece.size();
}

void RowQueue::end_row() {
  if (filling_.used == filling_.capacity) fresh_block(1);  // clear() came since its bytes did
  const size_t size = filling_.used - row_begin_;
  filling_.rows.push_back({static_cast<uint32_t>(row_begin_), static_cast<uint32_t>(size)});
  filling_.bytes[filling_.used++] = 0;
  row_begin_ = filling_.used;
  held_ += size + 1;
}

void RowQueue::start_spilling() {
  if (!file_) file_ = std::make_unique<SpillFile>();
  spilling_ = true;
}

void RowQueue::spill(RowBlock& block) {
  const Spilled at{file_end_, static_cast<uint32_t>(block.rows.size()), static_cast<uint32_t>(block.used)};
  const std::span<const char> index{reinterpret_cast<const char*>(block.rows.data()),
                                    block.rows.size() * sizeof(RowBlock::Row)};
  file_->write(file_end_, index);
  file_->write(file_end_ + index.size(), {block.bytes.get(), block.used});
  file_end_ += index.size() + block.used;
  spilled_.push_back(at);
  held_ -= block.used;
  if (spare_.capacity < block.capacity) spare_ = std::move(block);
}

void RowQueue::read(const SpillFile& file, const Spilled& at, RowBlock& block) {
  if (block.capacity < at.bytes) {
    block.bytes = std::make_unique_for_overwrite<char[]>(at.bytes);
    block.capacity = at.bytes;
  }
  block.rows.resize(at.rows);
  const std::span<char> index{reinterpret_cast<char*>(block.rows.data()), at.rows * sizeof(RowBlock::Row)};
  file.read(at.offset, index);
  file.read(at.offset + index.size(), {block.bytes.get(), at.bytes});
  block.used = at.bytes;
}

bool RowQueue::take(RowBlock& block, std::unique_lock<std::mutex>& lock) {
  block.rows.clear();
  block.next = 0;
  if (!full_.empty()) {
    std::swap(block, full_.front());
    if (spare_.capacity < full_.front().capacity) spare_ = std::move(full_.front());
    full_.pop_front();
    held_ -= block.used;
  } else if (!spilled_.empty()) {
    // The writer only adds behind file_end_, and the entry stays in front until it is read: both may go on
    // without the lock.
    const Spilled at = spilled_.front();
    lock.unlock();
    try {
      read(*file_, at, block);
    } catch (...) {
      lock.lock();
      throw;
    }
    lock.lock();
    spilled_.pop_front();
    if (spilled_.empty()) {  // caught up: back to memory
      spilling_ = false;
      file_->truncate();
      file_end_ = 0;
    }
  } else if (!filling_.rows.empty()) {
    // The reader is faster than the wire: it takes the block that is being filled; the row at hand stays.
    const size_t partial = filling_.used - row_begin_;
    std::swap(block, filling_);
    if (filling_.capacity < partial + 1) {
      filling_.capacity = std::max(first_block, partial * 2);
      filling_.bytes = std::make_unique_for_overwrite<char[]>(filling_.capacity);
    }
    if (partial) std::memcpy(filling_.bytes.get(), block.bytes.get() + row_begin_, partial);
    filling_.used = partial;
    filling_.rows.clear();
    filling_.next = 0;
    block.used = row_begin_;
    block.next = 0;
    row_begin_ = 0;
    held_ -= block.used;
  } else {
    return false;
  }
  settle();
  return true;
}

void RowQueue::clear() {
  full_.clear();
  spilled_.clear();
  filling_ = {};
  spare_ = {};
  row_begin_ = 0;
  held_ = 0;
  spilling_ = false;
  file_.reset();
  file_end_ = 0;
  settle();
}

}  // namespace couch::http
