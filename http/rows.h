#pragma once
// Rows that have arrived and were not fetched yet, in order: blocks in memory, then, once the owner says so,
// a spill file.
//
// The I/O thread fills, one statement empties. Rows lie in blocks back to back, each followed by one byte of
// its own, so that the reader may parse in place and write a terminator. The hot path allocates a block for
// some hundreds of rows, none for a row.
#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

namespace couch::http {

class SpillFile;

struct RowBlock {
  struct Row {
    uint32_t offset, size;
  };
  std::unique_ptr<char[]> bytes;
  size_t capacity = 0, used = 0;
  std::vector<Row> rows;
  size_t next = 0;  // the reader's place
  bool drained() const { return next == rows.size(); }
  std::span<char> take() {
    const Row row = rows[next++];
    return {bytes.get() + row.offset, row.size};
  }
};

// All members but take()'s file access run under the owner's mutex.
class RowQueue {
 public:
  static constexpr size_t max_row = 1u << 30;  // bytes

  RowQueue();
  ~RowQueue();
  RowQueue(const RowQueue&) = delete;
  RowQueue& operator=(const RowQueue&) = delete;

  // I/O thread. append and end_row throw Error when a row is too large or the spill file cannot be written.
  void append(std::string_view piece);
  void end_row();
  void settle();          // after a run of appends: makes the bytes count
  void start_spilling();  // from now on full blocks go to the file, until the reader has caught up
  bool spilling() const { return spilling_; }

  // Whole rows in memory that were not taken, of this queue and of the process.
  uint64_t bytes() const { return counted_; }
  static uint64_t process_bytes() noexcept;

  // Reader. The next rows into `block` (whose memory is reused); false: none yet. `lock` is released while
  // the file is read.
  bool take(RowBlock& block, std::unique_lock<std::mutex>& lock);
  bool ready() const { return !full_.empty() || spilled_.size() > 0 || !filling_.rows.empty(); }
  void clear();

 private:
  struct Spilled {
    uint64_t offset;
    uint32_t rows, bytes;
  };
  void fresh_block(size_t at_least);
  void store();
  void spill(RowBlock& block);
  static void read(const SpillFile& file, const Spilled& at, RowBlock& block);
  void count(uint64_t bytes);

  std::deque<RowBlock> full_;
  std::deque<Spilled> spilled_;
  RowBlock filling_, spare_;
  size_t row_begin_ = 0;             // of the row at hand, in filling_
  uint64_t held_ = 0, counted_ = 0;  // bytes of whole rows in memory: now, and as told to the process
  bool spilling_ = false;
  std::unique_ptr<SpillFile> file_;
  uint64_t file_end_ = 0;
};

}  // namespace couch::http
