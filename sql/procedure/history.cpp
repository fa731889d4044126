// changes, conflicts, revisions.
#include <fmt/format.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <utility>

#include "sql/define/server_word.h"
#include "sql/procedure/procedure.h"

namespace couch::sql::procedure {

namespace {

rapidjson::Document object_of(const ActionAnswer& answer) {
  constexpr long missing = 404;
  if (!define::succeeded(answer))
    throw Error(answer.status != missing ? ErrorKind::Denied
                : define::word_of(answer).reason.find("atabase") != std::string::npos
                    ? ErrorKind::UnknownDatabase
                    : ErrorKind::WrongArguments,
                define::said(answer));
  rapidjson::Document body;
  body.Parse<rapidjson::kParseIterativeFlag>(answer.body.data(), answer.body.size());
  if (body.HasParseError() || !body.IsObject())
    throw Error(ErrorKind::MalformedAnswer, "the server's answer is no JSON object");
  return body;
}

std::string text_of(const rapidjson::Value& value) {
  if (value.IsString()) return {value.GetString(), value.GetStringLength()};
  if (value.IsInt64()) return std::to_string(value.GetInt64());  // PouchDB's sequences
  return {};
}
std::string text_in(const rapidjson::Value& object, const char* name) {
  if (!object.IsObject()) return {};
  const auto found = object.FindMember(name);
  return found == object.MemberEnd() ? std::string{} : text_of(found->value);
}

[[noreturn]] void malformed() {
  throw Error(ErrorKind::MalformedAnswer, "the server's answer is not what CouchDB gives");
}
// What every answer has: without it, it is somebody else's.
std::string required_text(const rapidjson::Value& object, const char* name) {
  std::string text = text_in(object, name);
  if (text.empty()) malformed();
  return text;
}
const rapidjson::Value* list_in(const rapidjson::Value& object, const char* name) {
  if (!object.IsObject()) malformed();
  const auto found = object.FindMember(name);
  if (found == object.MemberEnd()) return nullptr;
  if (!found->value.IsArray()) malformed();
  return &found->value;
}
const rapidjson::Value& required_list(const rapidjson::Value& object, const char* name) {
  const auto* list = list_in(object, name);
  if (list == nullptr) malformed();
  return *list;
}

// The feed, a page at a time: a row's sequence leads to the next page.
class Changes final : public Rows {
 public:
  Changes(const Call& call, const Procedure& procedure, const std::atomic<bool>& stop)
      : documents_(call.documents),
        procedure_(procedure),
        stop_(stop),
        database_(call.database()),
        since_(call.text(1)) {
    const auto* most = std::get_if<int64_t>(&call.values.at(2));
    if (most && *most < 0) throw Error(ErrorKind::OutOfRange, "most cannot be negative");
    if (most && *most > 0) left_ = static_cast<uint64_t>(*most);
    if (since_.empty()) since_ = "0";
    read_page();  // an unknown database or sequence is said by the call
  }

  const std::vector<ResultColumn>& columns() const override { return procedure_.columns; }

  bool next() override {
    while (next_ == page_.size()) {
      if (last_) return false;
      read_page();
    }
    ++next_;
    return true;
  }
  Cell cell(size_t i) override { return view(page_[next_ - 1][i]); }

 private:
  static constexpr uint64_t page_size = 2000;

  void read_page() {
    if (stop_) throw Error(ErrorKind::Interrupted, "cancelled");
    page_.clear();
    next_ = 0;
    const uint64_t limit = left_ ? std::min(page_size, *left_) : page_size;
    if (limit == 0) {
      last_ = true;
      return;
    }
    const auto body = object_of(documents_.perform(
        ReadAction{database_, {"_changes"}, {{"since", since_}, {"limit", std::to_string(limit)}}}));
    for (const auto& change : required_list(body, "results").GetArray()) {
      const auto& revisions = required_list(change, "changes");
      if (revisions.Empty()) malformed();
      const auto deleted = change.FindMember("deleted");
      const bool gone = deleted != change.MemberEnd() && deleted->value.IsBool() && deleted->value.GetBool();
      page_.push_back({required_text(change, "seq"), required_text(change, "id"),
                       required_text(revisions[0], "rev"), gone});
    }
    since_ = required_text(body, "last_seq");
    if (left_) *left_ -= std::min<uint64_t>(*left_, page_.size());
    last_ = page_.size() < limit || (left_ && *left_ == 0);
  }

  Documents& documents_;
  const Procedure& procedure_;
  const std::atomic<bool>& stop_;
  std::string database_, since_;
  std::optional<uint64_t> left_;
  std::vector<std::vector<Value>> page_;
  size_t next_ = 0;  // in page_
  bool last_ = false;
};

}  // namespace

std::unique_ptr<Rows> changes(const Call& call, const Procedure& procedure, const std::atomic<bool>& stop) {
  return std::make_unique<Changes>(call, procedure, stop);
}

std::vector<RowValues> conflicts(const Call& call) {
  const std::string database = call.database(), id = call.text(1);
  const auto read = [&](std::vector<std::pair<std::string, std::string>> query) {
    return call.documents.perform(ReadAction{database, {id}, std::move(query)});
  };
  const auto now = read({{"conflicts", "true"}});
  const auto body = object_of(now);
  std::vector<std::string> revisions{required_text(body, "_rev")};
  if (const auto* others = list_in(body, "_conflicts")) {
    for (const auto& other : others->GetArray()) {
      if (!other.IsString()) malformed();
      revisions.push_back(text_of(other));
    }
  }
  if (revisions.size() == 1) return {};  // nothing stands against it
  std::vector<RowValues> rows;
  for (const auto& revision : revisions) {
    auto answer = read({{"rev", revision}});
    if (required_text(object_of(answer), "_rev") != revision) malformed();
    while (!answer.body.empty() && answer.body.back() == '\n') answer.body.pop_back();
    rows.push_back({revision, rows.empty(), std::move(answer.body)});
  }
  return rows;
}

std::vector<RowValues> revisions(const Call& call) {
  const auto body =
      object_of(call.documents.perform(ReadAction{call.database(), {call.text(1)}, {{"revs_info", "true"}}}));
  std::vector<RowValues> rows;
  for (const auto& revision : required_list(body, "_revs_info").GetArray())
    rows.push_back({required_text(revision, "rev"), required_text(revision, "status")});
  return rows;
}

}  // namespace couch::sql::procedure
