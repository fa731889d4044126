#include "driver/bridge_ids.h"

#include <algorithm>
#include <utility>

#include "driver/bridge_request.h"

namespace couch::driver {
namespace {

// One row an id, in their order: goes on with the ids that were not answered.
class IdsRead final : public Read {
 public:
  IdsRead(std::shared_ptr<Link> link, const sql::DocumentRequest& request, const sql::ByIds& read)
      : Read(std::move(link), request.database, read.ids.size()), scope_(scope_path(request)), read_(read) {}

 private:
  http::Request page(uint64_t limit) override {
    sql::ByIds rest;
    rest.include_docs = read_.include_docs;
    const auto from = read_.ids.begin() + static_cast<ptrdiff_t>(delivered());
    rest.ids.assign(from,
                    from + static_cast<ptrdiff_t>(std::min<uint64_t>(limit, read_.ids.size() - delivered())));
    return ids_request(scope_, rest);
  }
  bool exact() const override { return true; }

  std::string scope_;
  sql::ByIds read_;
};

// An id that a partitioned database does not take: no document can have it.
bool in_no_partition(const std::string& id) {
  return id.find(':') == std::string::npos && !id.starts_with('_');
}

// IdsRead; where the server refuses all because of some, it is asked for the others, and these are missing.
class PossibleIdsRead final : public sql::DocumentStream {
 public:
  PossibleIdsRead(std::shared_ptr<Link> link, const sql::DocumentRequest& request, const sql::ByIds& read)
      : link_(std::move(link)), request_(request), read_(read) {
    begin();
  }

  ReadRow next() override {
    for (;;) {
      if (some_impossible_ && at_ < read_.ids.size() && in_no_partition(read_.ids[at_]))
        return missing(read_.ids[at_++]);
      try {
        const ReadRow row = current_->next();
        if (row) ++at_;
        return row;
      } catch (const http::Error& error) {
        // Said of a whole request, before any row of it.
        if (some_impossible_ || !says_no_such_id(error)) throw;
        if (std::ranges::none_of(read_.ids, in_no_partition)) throw;
      }
      some_impossible_ = true;
      begin();
    }
  }

 private:
  void begin() {
    sql::ByIds asked{{read_.ids.begin() + static_cast<ptrdiff_t>(at_), read_.ids.end()}, read_.include_docs};
    if (some_impossible_) std::erase_if(asked.ids, in_no_partition);
    auto ids = std::make_unique<IdsRead>(link_, request_, asked);
    if (!asked.ids.empty()) ids->begin();
    current_ = std::move(ids);
  }
  ReadRow missing(const std::string& id) {
    row_ = sql::row_of_missing(id) + '\0';
    return std::span{row_.data(), row_.size() - 1};
  }

  std::shared_ptr<Link> link_;
  sql::DocumentRequest request_;
  sql::ByIds read_;
  std::unique_ptr<sql::DocumentStream> current_;
  bool some_impossible_ = false;
  size_t at_ = 0;  // of read_.ids: the next one
  std::string row_;
};

}  // namespace

std::unique_ptr<sql::DocumentStream> read_ids(std::shared_ptr<Link> link, const sql::DocumentRequest& request,
                                              const sql::ByIds& read) {
  return std::make_unique<PossibleIdsRead>(std::move(link), request, read);
}

bool says_no_such_id(const http::Error& error) {
  return error.status() == 400 && error.error() == "illegal_docid";
}

}  // namespace couch::driver
