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

// IdsRead, without the ids that the server does not take.
class PossibleIdsRead final : public sql::DocumentStream {
 public:
  PossibleIdsRead(std::shared_ptr<Link> link, const sql::DocumentRequest& request, const sql::ByIds& read)
      : link_(std::move(link)), request_(request), read_(read) {
    begin();
  }

  ReadRow next() override {
    for (;;) {
      try {
        return current_->next();
      } catch (const http::Error& error) {
        // Said of the whole request, before any row.
        if (!says_no_such_id(error) || !leave_out()) throw;
      }
      begin();
    }
  }

 private:
  void begin() {
    auto ids = std::make_unique<IdsRead>(link_, request_, read_);
    if (!read_.ids.empty()) ids->begin();
    current_ = std::move(ids);
  }
  // False: there are none.
  bool leave_out() {
    return std::erase_if(read_.ids, [](const std::string& id) {
             return id.find(':') == std::string::npos && !id.starts_with('_');
           }) > 0;
  }

  std::shared_ptr<Link> link_;
  sql::DocumentRequest request_;
  sql::ByIds read_;
  std::unique_ptr<sql::DocumentStream> current_;
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
