#include "sql/streams_in_turn.h"

#include <algorithm>
#include <deque>
#include <utility>

namespace couch::sql {

namespace {

class StreamsInTurn : public DocumentStream {
 public:
  StreamsInTurn(std::vector<DocumentRequest> requests, uint32_t at_once, Documents& documents)
      : documents_(documents), requests_(std::move(requests)), at_once_(std::max(at_once, 1u)) {
    fill();
  }

  std::optional<std::span<char>> next() override {
    while (!open_.empty()) {
      if (auto row = open_.front()->next()) return row;
      open_.pop_front();
      fill();
    }
    return std::nullopt;
  }

 private:
  void fill() {
    while (open_.size() < at_once_ && at_ < requests_.size())
      open_.push_back(documents_.open(requests_[at_++]));
  }

  Documents& documents_;
  std::vector<DocumentRequest> requests_;
  size_t at_once_;
  size_t at_ = 0;  // the next request to send
  std::deque<std::unique_ptr<DocumentStream>> open_;
};

}  // namespace

std::unique_ptr<DocumentStream> open_in_turn(std::vector<DocumentRequest> requests, uint32_t at_once,
                                             Documents& documents) {
  if (requests.size() == 1) return documents.open(requests.front());
  return std::make_unique<StreamsInTurn>(std::move(requests), at_once, documents);
}

}  // namespace couch::sql
