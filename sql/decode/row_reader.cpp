#include "sql/decode/row_reader.h"

#include <fmt/format.h>

#include <utility>

#include "sql/error.h"

namespace couch::sql::decode {

RowReader::RowReader(Shape shape, MismatchPolicy policy) : decoder_(std::move(shape), policy) {}

RowReader::RowReader(std::unique_ptr<DocumentStream> stream, Shape shape, MismatchPolicy policy,
                     const std::atomic<bool>& stop)
    : stream_(std::move(stream)), decoder_(std::move(shape), policy), stop_(&stop) {}

bool RowReader::next() {
  while (stream_) {
    if (decoder_.next()) return true;
    if (stop_->load(std::memory_order_relaxed))
      throw Error(ErrorKind::Interrupted, "the statement was cancelled");
    auto row = stream_->next();
    if (!row) {
      close();
      break;
    }
    decoder_.load(*row);
  }
  return false;
}

std::string RowReader::mismatch_warning() const {
  if (mismatches() == 0) return {};
  return fmt::format("{} {} of another class than the column and read as NULL; the first: {}", mismatches(),
                     mismatches() == 1 ? "value was" : "values were", decoder_.first_mismatch());
}

}  // namespace couch::sql::decode
