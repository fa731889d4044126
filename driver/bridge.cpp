#include "driver/bridge.h"

#include <fmt/format.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "driver/bridge_action.h"
#include "driver/bridge_document.h"
#include "driver/bridge_ids.h"
#include "driver/bridge_read.h"
#include "driver/bridge_request.h"
#include "driver/bridge_row.h"
#include "driver/bridge_write.h"
#include "http/wait.h"
#include "sql/json_text.h"

namespace couch::driver {
namespace {

std::string no_view(const sql::ViewRead& read, const std::string& database) {
  return fmt::format("there is no view {}/{} in database {}", read.design_document, read.view, database);
}

// In order of _id, each once: goes on from the last id, whose row comes again.
class AllDocsRead final : public Read {
 public:
  AllDocsRead(std::shared_ptr<Link> link, const sql::DocumentRequest& request, const sql::AllDocs& read)
      : Read(std::move(link), request.database, read.limit, read.expected),
        scope_(scope_path(request)),
        read_(read) {}

 private:
  http::Request page(uint64_t limit) override {
    sql::AllDocs rest = read_;
    if (!last_.empty()) rest.start = sql::string_of(last_);
    repeat_possible_ = !last_.empty();
    return all_docs_request(scope_, rest, limit);
  }
  uint64_t overlap() const override { return last_.empty() ? 0 : 1; }
  bool repeated(std::string_view row) override {
    if (!repeat_possible_) return false;
    repeat_possible_ = false;
    return id_of(row) == last_;
  }
  void remember(std::string_view row) override {
    const auto id = id_of(row);
    last_.assign(id.begin(), id.end());
  }
  bool exact() const override { return delivered() == 0 || !last_.empty(); }

  std::string scope_;
  sql::AllDocs read_;
  std::string last_;  // JSON text; empty: none yet
  bool repeat_possible_ = false;
};

// In no order that one could go on from, but page by page where the server gives bookmarks.
class FindRead final : public Read {
 public:
  FindRead(std::shared_ptr<Link> link, const sql::DocumentRequest& request, const sql::Find& read)
      : Read(std::move(link), request.database, read.limit), scope_(scope_path(request)), read_(read) {}

 private:
  http::Request page(uint64_t limit) override { return find_request(scope_, read_, limit, bookmark_); }
  bool exact() const override { return false; }
  bool turn_page(const std::string& envelope) override {
    rapidjson::Document outside;
    outside.Parse<rapidjson::kParseIterativeFlag>(envelope.data(), envelope.size());
    if (outside.HasParseError() || !outside.IsObject()) return false;
    const auto bookmark = outside.FindMember("bookmark");
    if (bookmark == outside.MemberEnd() || !bookmark->value.IsString()) return false;
    bookmark_.assign(bookmark->value.GetString(), bookmark->value.GetStringLength());
    return !bookmark_.empty() && bookmark_ != "nil";
  }

  std::string scope_;
  sql::Find read_;
  std::string bookmark_;
};

// In order of (key, _id). A document may emit a key several times, and such rows have no order among
// themselves: those that came since the id changed are kept count of, and taken out of what comes again.
class ViewRowsRead final : public Read {
 public:
  ViewRowsRead(std::shared_ptr<Link> link, const sql::DocumentRequest& request, const sql::ViewRead& read)
      : Read(std::move(link), request.database, read.limit, read.expected),
        scope_(scope_path(request)),
        read_(read) {}

 private:
  http::Request page(uint64_t limit) override {
    sql::ViewRead rest = read_;
    if (!last_id_.empty()) {
      rest.start_key = last_key_;
      rest.start_key_docid = sql::string_of(last_id_);
    }
    again_ = run_;
    return view_request(scope_, rest, limit);
  }
  uint64_t overlap() const override { return run_.size(); }
  bool repeated(std::string_view row) override {
    if (again_.empty()) return false;
    const RowHead head = head_of(row);
    if (head.id != last_id_) {
      again_.clear();
      return false;
    }
    const auto found = std::find(again_.begin(), again_.end(), signature(head));
    if (found == again_.end()) return false;
    again_.erase(found);
    return true;
  }
  void remember(std::string_view row) override {
    const RowHead head = head_of(row);
    if (head.id != last_id_) {
      last_id_.assign(head.id.begin(), head.id.end());
      run_.clear();
    }
    last_key_.assign(head.key.begin(), head.key.end());
    lost_ = lost_ || head.id.empty() || head.key.empty();
    // One document may emit without bound; nobody resumes in the middle of that.
    constexpr size_t most = 10'000;
    if (run_.size() < most) {
      run_.push_back(signature(head));
    } else {
      lost_ = true;
    }
  }
  bool exact() const override { return !lost_; }
  std::string missing_view() const override { return no_view(read_, database()); }

  static uint64_t signature(const RowHead& head) {
    const std::hash<std::string_view> hash;
    return hash(head.key) * 31 + hash(head.value);
  }

  std::string scope_;
  sql::ViewRead read_;
  std::string last_id_, last_key_;  // JSON texts
  std::vector<uint64_t> run_;       // signatures of last_id_'s rows since the id changed
  std::vector<uint64_t> again_;     // those that the current answer will repeat
  bool lost_ = false;
};

// Groups in order of their keys: goes on from the last key, whose group comes again. Below a group level, the
// key of a group stands before all that it holds, so that only an ascending read can start with it.
class GroupsRead final : public Read {
 public:
  GroupsRead(std::shared_ptr<Link> link, const sql::DocumentRequest& request, const sql::ViewRead& read)
      : Read(std::move(link), request.database, read.group || read.group_level > 0 ? read.limit : 1),
        scope_(scope_path(request)),
        read_(read) {}

 private:
  http::Request page(uint64_t limit) override {
    sql::ViewRead rest = read_;
    if (!last_.empty()) {
      rest.start_key = last_;
      rest.start_key_docid.reset();
    }
    repeat_possible_ = !last_.empty();
    return view_request(scope_, rest, limit);
  }
  uint64_t overlap() const override { return last_.empty() ? 0 : 1; }
  bool repeated(std::string_view row) override {
    if (!repeat_possible_) return false;
    repeat_possible_ = false;
    return head_of(row).key == last_;
  }
  void remember(std::string_view row) override {
    const auto key = head_of(row).key;
    last_.assign(key.begin(), key.end());
  }
  bool exact() const override { return read_.group || (read_.group_level > 0 && !read_.descending); }
  std::string missing_view() const override { return no_view(read_, database()); }

  std::string scope_;
  sql::ViewRead read_;
  std::string last_;
  bool repeat_possible_ = false;
};

// All keys of a view in one request: rows in the order of the keys, nothing to go on from.
class KeysRead final : public Read {
 public:
  KeysRead(std::shared_ptr<Link> link, const sql::DocumentRequest& request, const sql::ViewRead& read)
      : Read(std::move(link), request.database, read.limit), scope_(scope_path(request)), read_(read) {}

 private:
  http::Request page(uint64_t limit) override { return view_request(scope_, read_, limit); }
  bool exact() const override { return false; }
  bool pageable() const override { return false; }
  std::string missing_view() const override { return no_view(read_, database()); }

  std::string scope_;
  sql::ViewRead read_;
};

// A view asked for several keys. One request, as long as the server's limit allows that; else one read a key.
class KeyedViewRead final : public sql::DocumentStream {
 public:
  KeyedViewRead(std::shared_ptr<Link> link, const sql::DocumentRequest& request, const sql::ViewRead& read)
      : link_(std::move(link)), request_(request), read_(read) {
    if (link_->page_size == 0) begin();
  }

  ReadRow next() override {
    for (;;) {
      if (!current_ && !open_next()) return std::nullopt;
      try {
        if (ReadRow row = current_->next()) {
          ++delivered_;
          return row;
        }
      } catch (const http::Error& error) {
        const auto largest = whole_ ? largest_limit(error) : std::nullopt;
        if (!largest || delivered_ > 0) throw;
        link_->page_size = *largest;
        whole_ = false;
        current_.reset();
        continue;
      }
      current_.reset();
      if (whole_) at_ = read_.keys.size();
    }
  }

 private:
  void begin();
  bool open_next();

  std::shared_ptr<Link> link_;
  sql::DocumentRequest request_;
  sql::ViewRead read_;
  std::unique_ptr<sql::DocumentStream> current_;
  bool whole_ = false;  // current_ asks for all keys at once
  size_t at_ = 0;
  uint64_t delivered_ = 0;
};

// GET /db counts design documents too; they are nobody's rows.
class CountRead final : public sql::DocumentStream {
 public:
  CountRead(std::shared_ptr<Link> link, const sql::DocumentRequest& request)
      : link_(std::move(link)), request_(request) {}

  ReadRow next() override {
    if (done_) return std::nullopt;
    done_ = true;
    const auto info = member(send(""), "");
    const uint64_t design = request_.partition.empty() ? design_documents() : 0;  // no partition has any
    const auto seq = info.FindMember("update_seq");
    const auto count = info.FindMember("doc_count");
    if (count == info.MemberEnd() || !count->value.IsUint64())
      throw http::Error{http::ErrorKind::LinkFailure,
                        fmt::format("the answer about database {} has no doc_count", request_.database)};
    // CouchDB: an opaque text; PouchDB: a number.
    std::string sequence = "null";
    if (seq != info.MemberEnd() && seq->value.IsString())
      sequence = sql::json_string({seq->value.GetString(), seq->value.GetStringLength()});
    if (seq != info.MemberEnd() && seq->value.IsUint64()) sequence = std::to_string(seq->value.GetUint64());
    const uint64_t documents = count->value.GetUint64();
    const std::string row = fmt::format(R"({{"doc_count":{},"design_count":{},"update_seq":{}}})",
                                        documents - std::min(documents, design), design, sequence);
    row_.assign(row.begin(), row.end());
    row_.push_back('\0');
    return std::span{row_.data(), row.size()};
  }

 private:
  http::Response send(std::string_view below) {
    http::Request request;
    request.path = scope_path(request_) + std::string{below};
    if (!below.empty()) request.query.emplace_back("limit", "0");
    try {
      return link_->client->send(link_->bounded(std::move(request)));
    } catch (const http::Error& error) {
      if (says_no_database(error)) throw_missing(error, "there is no database " + request_.database);
      throw;
    }
  }
  rapidjson::Document member(const http::Response& response, std::string_view what) {
    rapidjson::Document info;
    info.Parse<rapidjson::kParseIterativeFlag>(response.body.data(), response.body.size());
    if (info.HasParseError() || !info.IsObject())
      throw http::Error{
          http::ErrorKind::LinkFailure,
          fmt::format("the answer about database {}{} is not what CouchDB gives", request_.database, what)};
    return info;
  }
  uint64_t design_documents() {
    try {
      const auto info = member(send("/_design_docs"), "'s design documents");
      const auto total = info.FindMember("total_rows");
      if (total != info.MemberEnd() && total->value.IsUint64()) return total->value.GetUint64();
    } catch (const http::Error& error) {
      if (error.kind() != http::ErrorKind::NotFound) throw;
    }
    // PouchDB and CouchDB before 2.2 have no _design_docs.
    sql::AllDocs range;
    range.start = "_design/";
    range.end = "_design0";
    range.inclusive_end = false;
    range.include_docs = false;
    AllDocsRead rows{link_, request_, range};
    uint64_t count = 0;
    while (rows.next()) ++count;
    return count;
  }

  std::shared_ptr<Link> link_;
  sql::DocumentRequest request_;
  bool done_ = false;
  std::vector<char> row_;
};

// The rank is what the answer calls its offset, which stands beside the rows.
class RankRead final : public sql::DocumentStream {
 public:
  RankRead(std::shared_ptr<Link> link, const sql::DocumentRequest& request, const sql::Rank& rank)
      : link_(std::move(link)), database_(request.database) {
    sql::AllDocs read;
    if (!rank.from.empty()) read.start = rank.from;
    read.include_docs = false;
    rows_ = link_->client->stream(link_->bounded(all_docs_request(scope_path(request), read, 1)));
  }

  ReadRow next() override {
    if (!rows_) return std::nullopt;
    std::string id;
    try {
      while (const ReadRow row = rows_->next()) id = head_of({row->data(), row->size()}).id;
    } catch (const http::Error& error) {
      if (says_no_database(error)) throw_missing(error, "there is no database " + database_);
      throw;
    }
    const std::string& envelope = rows_->envelope();
    const auto number = [&](std::string_view name) {
      const std::string_view digits = sql::member_of(envelope, name);
      uint64_t value = 0;
      std::from_chars(digits.data(), digits.data() + digits.size(), value);  // null: 0
      return value;
    };
    const std::string row = fmt::format(R"({{"total":{},"rank":{}{}{}}})", number("total_rows"),
                                        number("offset"), id.empty() ? "" : R"(,"id":)", id);
    rows_.reset();
    row_.assign(row.begin(), row.end());
    row_.push_back('\0');
    return std::span{row_.data(), row.size()};
  }

 private:
  std::shared_ptr<Link> link_;
  std::string database_;
  std::unique_ptr<http::RowStream> rows_;
  std::vector<char> row_;
};

template <class R, class... Args>
std::unique_ptr<sql::DocumentStream> begun(Args&&... args) {
  auto read = std::make_unique<R>(std::forward<Args>(args)...);
  read->begin();
  return read;
}

std::unique_ptr<sql::DocumentStream> view_stream(const std::shared_ptr<Link>& link,
                                                 const sql::DocumentRequest& request,
                                                 const sql::ViewRead& read) {
  if (read.reduce) return begun<GroupsRead>(link, request, read);
  return begun<ViewRowsRead>(link, request, read);
}

void KeyedViewRead::begin() {
  whole_ = true;
  current_ = begun<KeysRead>(link_, request_, read_);
}

bool KeyedViewRead::open_next() {
  if (read_.limit && delivered_ >= *read_.limit) return false;
  if (at_ == read_.keys.size()) return false;
  sql::ViewRead one = read_;
  one.keys.clear();
  one.start_key = one.end_key = read_.keys[at_++];
  one.inclusive_end = true;
  if (read_.limit) one.limit = *read_.limit - delivered_;
  current_ = view_stream(link_, request_, one);
  return true;
}

class HttpDocuments final : public sql::Documents {
 public:
  explicit HttpDocuments(std::shared_ptr<Link> link) : link_(std::move(link)) {}

  std::unique_ptr<sql::DocumentStream> open(const sql::DocumentRequest& request) override {
    return std::visit([&](const auto& what) { return read(request, what); }, request.what);
  }
  std::vector<sql::WriteResult> write(const std::string& database,
                                      std::span<const std::string> documents) override {
    return write_documents(*link_, database, documents);
  }
  sql::ActionAnswer perform(const sql::Action& action) override { return perform_action(*link_, action); }
  void pause(std::chrono::milliseconds time) override { http::pause(time, link_->stop); }

 private:
  using Stream = std::unique_ptr<sql::DocumentStream>;
  Stream read(const sql::DocumentRequest& request, const sql::AllDocs& what) {
    if (what.limit == uint64_t{0}) return std::make_unique<AllDocsRead>(link_, request, what);
    return begun<AllDocsRead>(link_, request, what);
  }
  Stream read(const sql::DocumentRequest& request, const sql::ByIds& what) {
    if (sql::is_one_document(request))
      return read_document(link_, request.database, scope_path(request), what.ids.front());
    return read_ids(link_, request, what);
  }
  Stream read(const sql::DocumentRequest& request, const sql::Find& what) {
    if (what.limit == uint64_t{0}) return std::make_unique<FindRead>(link_, request, what);
    return begun<FindRead>(link_, request, what);
  }
  Stream read(const sql::DocumentRequest& request, const sql::ViewRead& what) {
    if (what.limit == uint64_t{0}) return std::make_unique<ViewRowsRead>(link_, request, what);
    if (!what.keys.empty()) return std::make_unique<KeyedViewRead>(link_, request, what);
    return view_stream(link_, request, what);
  }
  Stream read(const sql::DocumentRequest& request, const sql::Rank& what) {
    return std::make_unique<RankRead>(link_, request, what);
  }
  Stream read(const sql::DocumentRequest& request, const sql::DatabaseCount&) {
    return std::make_unique<CountRead>(link_, request);
  }

  std::shared_ptr<Link> link_;
};

}  // namespace

std::unique_ptr<sql::Documents> documents_over(
    std::shared_ptr<http::Client> client, const http::Stop* stop,
    std::optional<std::chrono::steady_clock::time_point> deadline) {
  auto link = std::make_shared<Link>();
  link->client = std::move(client);
  link->stop = stop;
  link->deadline = deadline;
  return std::make_unique<HttpDocuments>(std::move(link));
}

}  // namespace couch::driver
