#include "sql/define/rehearsal.h"

#include <fmt/format.h>

#include <utility>

#include "sql/define/action_text.h"

namespace couch::sql::define {

namespace {

class NoDocuments final : public DocumentStream {
 public:
  std::optional<std::span<char>> next() override { return std::nullopt; }
};

}  // namespace

std::unique_ptr<DocumentStream> Rehearsal::open(const DocumentRequest& request) {
  requests_.push_back(plan::request_text(request));
  return std::make_unique<NoDocuments>();
}

std::vector<WriteResult> Rehearsal::write(const std::string& database,
                                          std::span<const std::string> documents) {
  std::string body = R"({"docs":[)";
  for (const auto& document : documents) body += (body.back() == '[' ? "" : ",") + document;
  requests_.push_back({"POST", fmt::format("/{}/_bulk_docs", database), body + "]}"});
  WriteResult written;
  written.rev = "1-0";
  return {documents.size(), written};
}

ActionAnswer Rehearsal::perform(const Action& action) {
  requests_.push_back(action_text(action));
  if (std::holds_alternative<ReadAction>(action)) return documents_.perform(action);
  return {201, R"({"ok":true,"result":"created"})"};
}

std::vector<std::vector<Value>> Rehearsal::rows() const {
  std::vector<std::vector<Value>> rows;
  for (const auto& request : requests_) {
    std::vector<Value> row(plan::explain_columns().size());
    row[0] = static_cast<int64_t>(rows.size() + 1);
    row[1] = std::string{"request"};
    row[3] = fmt::format("{} {}", request.method, request.path);
    if (!request.body.empty()) row[4] = request.body;
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace couch::sql::define
