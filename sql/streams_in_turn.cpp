#include "sql/streams_in_turn.h"

#include <algorithm>
#include <deque>
#include <utility>

namespace couch::sql {

namespace {

class StreamsInTurn : public DocumentStream {
 public:
  StreamsInTurn(std::vector<DocumentRequest> requests, uint32_t at_once, Documents& documents, Divide divide)
      : documents_(documents),
        divide_(std::move(divide)),
        requests_(std::move(requests)),
        at_once_(std::max(at_once, 1u)) {
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
    while (open_.size() < at_once_) {
      if (part_ == parts_.size()) {
        if (at_ == requests_.size()) return;
        parts_ = divided(requests_[at_++]);
        part_ = 0;
      }
      open_.push_back(documents_.open(parts_[part_++]));
    }
  }

  std::vector<DocumentRequest> divided(const DocumentRequest& request) const {
    if (divide_) {
      try {
        if (auto parts = divide_(request, documents_); !parts.empty()) return parts;
      } catch (...) {
        // It was to make the read faster. What is wrong with the link the read says itself, or goes on.
      }
    }
    return {request};
  }

  Documents& documents_;
  const Divide divide_;
  std::vector<DocumentRequest> requests_, parts_;
  size_t at_once_;
  size_t at_ = 0, part_ = 0;  // the next request to divide, and the next part to send
  std::deque<std::unique_ptr<DocumentStream>> open_;
};

}  // namespace

std::unique_ptr<DocumentStream> open_in_turn(std::vector<DocumentRequest> requests, uint32_t at_once,
                                             Documents& documents, Divide divide) {
  if (requests.size() == 1 && !divide) return documents.open(requests.front());
  return std::make_unique<StreamsInTurn>(std::move(requests), at_once, documents, std::move(divide));
}

}  // namespace couch::sql
