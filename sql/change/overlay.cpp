#include "sql/change/overlay.h"

#include <fmt/format.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "sql/change/revision.h"
#include "sql/json_text.h"

namespace couch::sql::change {

namespace {

using Entries = std::vector<Snapshot::Entry>;

// A row that lives until the next one, with a byte to spare.
class Row {
 public:
  std::span<char> hold(std::string_view text) {
    bytes_.assign(text.begin(), text.end());
    bytes_.push_back('\0');
    return {bytes_.data(), bytes_.size() - 1};
  }

 private:
  std::vector<char> bytes_;
};

// {"id","key","value":{},"doc"?}: a document that the server does not have has no revision.
std::string envelope(const Snapshot::Entry& entry, bool document) {
  if (entry.change->deleted()) return row_of_missing(entry.id);
  const std::string id = json_string(entry.id);
  if (!document) return fmt::format(R"({{"id":{0},"key":{0},"value":{{}}}})", id);
  return fmt::format(R"({{"id":{0},"key":{0},"value":{{}},"doc":{1}}})", id, entry.change->document);
}

// Of a partition's documents the ids begin with its name.
std::optional<std::string> later(std::optional<std::string> a, std::optional<std::string> b) {
  if (!a || !b) return a ? a : b;
  return std::max(*a, *b);
}
std::optional<std::string> earlier(std::optional<std::string> a, std::optional<std::string> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

Entries own(const Snapshot& changes, const DocumentRequest& request, std::optional<std::string> from,
            std::optional<std::string> to) {
  if (!request.partition.empty()) {
    from = later(std::move(from), request.partition + ":");
    to = earlier(std::move(to), request.partition + ";");
  }
  if (from && to && *from >= *to) return {};
  return changes.range(request.database, from, to);
}

// Server's rows and own ones, both in the order of their ids.
class Merged final : public DocumentStream {
 public:
  Merged(std::unique_ptr<DocumentStream> server, Entries entries, const AllDocs& read)
      : server_(std::move(server)),
        entries_(std::move(entries)),
        documents_(read.include_docs),
        descending_(read.descending),
        left_(read.limit.value_or(UINT64_MAX)) {
    if (descending_) std::ranges::reverse(entries_);
  }

  std::optional<std::span<char>> next() override {
    if (left_ == 0) return std::nullopt;
    for (;;) {
      if (!row_ && !ended_) {
        row_ = server_->next();
        ended_ = !row_;
        if (row_) id_ = text_member({row_->data(), row_->size()}, "id", true);
      }
      if (at_ < entries_.size() && (ended_ || before(entries_[at_].id, id_) || entries_[at_].id == id_)) {
        const auto& entry = entries_[at_++];
        if (!ended_ && entry.id == id_) row_.reset();  // it stands for the server's
        if (entry.change->deleted()) continue;
        --left_;
        return own_.hold(envelope(entry, documents_));
      }
      if (ended_) return std::nullopt;
      // Where the server's order is another one, an own document may stand later than its row would.
      const bool passed =
          std::binary_search(entries_.begin(), entries_.end(), Snapshot::Entry{id_, nullptr},
                             [&](const auto& a, const auto& b) { return before(a.id, b.id); });
      const auto row = std::exchange(row_, std::nullopt);
      if (passed) continue;
      --left_;
      return row;
    }
  }

 private:
  bool before(const std::string& a, const std::string& b) const { return descending_ ? a > b : a < b; }

  std::unique_ptr<DocumentStream> server_;
  Entries entries_;
  bool documents_, descending_;
  uint64_t left_;
  size_t at_ = 0;
  std::optional<std::span<char>> row_;  // the server's next one, and its id
  std::string id_;
  bool ended_ = false;
  Row own_;
};

// One row an id, in their order; the server is asked for those that are not changed.
class ById final : public DocumentStream {
 public:
  ById(Documents& under, const Snapshot& changes, const DocumentRequest& request, const ByIds& read)
      : documents_(read.include_docs) {
    ByIds others{{}, read.include_docs};
    for (const auto& id : read.ids) {
      own_.push_back({id, changes.find(request.database, id)});
      if (!own_.back().change) others.ids.push_back(id);
    }
    if (others.ids.empty()) return;
    DocumentRequest rest = request;
    rest.what = std::move(others);
    server_ = under.open(rest);
  }

  std::optional<std::span<char>> next() override {
    if (at_ == own_.size()) {
      if (server_ && server_->next())
        throw Error(ErrorKind::MalformedAnswer, "_all_docs answered more rows than it was asked for");
      return std::nullopt;
    }
    const auto& entry = own_[at_++];
    if (entry.change) return row_.hold(envelope(entry, documents_));
    auto row = server_->next();
    if (!row) throw Error(ErrorKind::MalformedAnswer, "_all_docs answered fewer rows than it was asked for");
    return row;
  }

 private:
  bool documents_;
  Entries own_;
  std::unique_ptr<DocumentStream> server_;
  size_t at_ = 0;
  Row row_;
};

// What _find gives, and all own documents.
class Found final : public DocumentStream {
 public:
  Found(std::unique_ptr<DocumentStream> server, Entries entries)
      : server_(std::move(server)), entries_(std::move(entries)) {}

  std::optional<std::span<char>> next() override {
    while (server_) {
      auto row = server_->next();
      if (!row) {
        server_.reset();
        break;
      }
      const std::string id = text_member({row->data(), row->size()}, "_id", true);
      if (!std::ranges::binary_search(entries_, id, {}, &Snapshot::Entry::id)) return row;
    }
    while (at_ < entries_.size()) {
      const auto& change = *entries_[at_++].change;
      if (!change.deleted()) return row_.hold(change.document);
    }
    return std::nullopt;
  }

 private:
  std::unique_ptr<DocumentStream> server_;
  Entries entries_;  // by id
  size_t at_ = 0;
  Row row_;
};

class Counted final : public DocumentStream {
 public:
  Counted(std::unique_ptr<DocumentStream> server, const Entries& entries) : server_(std::move(server)) {
    for (const auto& entry : entries) {
      if (entry.change->revision.empty()) ++more_;
      if (entry.change->deleted()) --more_;
    }
  }

  std::optional<std::span<char>> next() override {
    const auto row = server_->next();
    if (!row) return std::nullopt;
    const std::string text{row->data(), row->size()};
    constexpr std::string_view name = "\"doc_count\":";
    const size_t at = text.find(name);
    if (at == std::string::npos) return row_.hold(text);
    const size_t from = at + name.size();
    const size_t to = std::min(text.find_first_of(",}", from), text.size());
    const int64_t count = std::strtoll(text.c_str() + from, nullptr, 10) + more_;
    return row_.hold(text.substr(0, from) + std::to_string(std::max<int64_t>(count, 0)) + text.substr(to));
  }

 private:
  std::unique_ptr<DocumentStream> server_;
  int64_t more_ = 0;
  Row row_;
};

struct Open {
  Documents& under;
  const Snapshot& changes;
  const DocumentRequest& request;

  std::unique_ptr<DocumentStream> operator()(const AllDocs& read) const {
    // Descending, the range begins at its end.
    std::optional<std::string> from = read.start, to = read.end;
    if (read.descending) std::swap(from, to);
    // The first id after `to` is `to` and a NUL.
    const bool with_end = read.descending || read.inclusive_end;
    if (to && with_end) *to += '\0';
    if (read.descending && !read.inclusive_end && from) *from += '\0';
    Entries entries = own(changes, request, from, to);
    DocumentRequest asked = request;
    auto& all = std::get<AllDocs>(asked.what);
    // As many rows may have to go as are changed here.
    if (all.limit && *all.limit > 0) *all.limit += entries.size();
    return std::make_unique<Merged>(under.open(asked), std::move(entries), read);
  }
  std::unique_ptr<DocumentStream> operator()(const ByIds& read) const {
    return std::make_unique<ById>(under, changes, request, read);
  }
  std::unique_ptr<DocumentStream> operator()(const Find& read) const {
    if (read.limit || !read.sort.empty())
      throw Error(ErrorKind::Engine, "a limit or a sort went to the server, which does not know the changes");
    return std::make_unique<Found>(under.open(request), own(changes, request, std::nullopt, std::nullopt));
  }
  std::unique_ptr<DocumentStream> operator()(const ViewRead& read) const {
    throw Error(ErrorKind::NotSupported,
                fmt::format("the view {}/{} does not know what this transaction has changed in {}: COMMIT or "
                            "ROLLBACK first",
                            read.design_document, read.view, request.database));
  }
  std::unique_ptr<DocumentStream> operator()(const Rank&) const { return under.open(request); }
  std::unique_ptr<DocumentStream> operator()(const DatabaseCount&) const {
    return std::make_unique<Counted>(under.open(request), own(changes, request, std::nullopt, std::nullopt));
  }
};

}  // namespace

OverlayDocuments::OverlayDocuments(Documents& under, const Transaction& transaction, For statement)
    : under_(under), transaction_(transaction), for_(statement), changes_(transaction.snapshot()) {}
OverlayDocuments::OverlayDocuments(std::unique_ptr<Documents> under, const Transaction& transaction,
                                   For statement)
    : owned_(std::move(under)),
      under_(*owned_),
      transaction_(transaction),
      for_(statement),
      changes_(transaction.snapshot()) {}

bool OverlayDocuments::pending(std::string_view database) const {
  return changes_->touches(database) || under_.pending(database);
}

void OverlayDocuments::begin_query() { changes_ = transaction_.snapshot(); }

std::unique_ptr<DocumentStream> OverlayDocuments::open(const DocumentRequest& request) {
  auto changes = changes_;
  if (for_ == For::Change && std::holds_alternative<ByIds>(request.what)) changes = transaction_.snapshot();
  if (!changes->touches(request.database)) return under_.open(request);
  return std::visit(Open{under_, *changes, request}, request.what);
}

std::vector<WriteResult> OverlayDocuments::write(const std::string& database,
                                                 std::span<const std::string> documents) {
  return under_.write(database, documents);
}
ActionAnswer OverlayDocuments::perform(const Action& action) { return under_.perform(action); }

}  // namespace couch::sql::change
