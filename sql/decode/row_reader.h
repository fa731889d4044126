#pragma once
// A request's answer as rows of cells.
#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sql/decode/decoder.h"
#include "sql/documents.h"

namespace couch::sql::decode {

class RowReader {
 public:
  // An answer without rows.
  RowReader(Shape shape, MismatchPolicy policy);
  // stop: outlives the reader.
  RowReader(std::unique_ptr<DocumentStream> stream, Shape shape, MismatchPolicy policy,
            const std::atomic<bool>& stop);

  // Moves to the next row; false at the end and ever after. Throws Error(MalformedAnswer, TypeMismatch,
  // Interrupted) and what the stream throws.
  bool next();
  // For rows that come otherwise than from the stream: takes one of an answer, as Decoder::load does; then
  // next_loaded() moves to the next SQL row of it, false: no more.
  void load(std::span<char> json) { decoder_.load(json); }
  bool next_loaded() { return decoder_.next(); }
  const Cell& cell(size_t slot) const { return decoder_.cell(slot); }
  size_t width() const { return decoder_.width(); }
  // Ends it: nothing more is read, the stream is closed.
  void close() { stream_.reset(); }

  uint64_t mismatches() const { return decoder_.mismatches(); }
  // What a warning says of them; empty when there were none.
  std::string mismatch_warning() const;

 private:
  std::unique_ptr<DocumentStream> stream_;
  Decoder decoder_;
  const std::atomic<bool>* stop_ = nullptr;
};

}  // namespace couch::sql::decode
