#include "sql/change/local.h"

#include <algorithm>
#include <utility>

#include "sql/error.h"
#include "sql/json_text.h"
#include "sql/turn.h"

namespace couch::sql::change {

void LocalTables::add(std::string_view database, Table table) {
  table.catalog = database;
  tables_[std::string{database}] = std::make_shared<const Table>(std::move(table));
}

std::shared_ptr<const Table> LocalTables::table(std::string_view database, std::string_view name, bool exact,
                                                std::vector<std::string>* nearest) {
  const auto local = tables_.find(database);
  return local == tables_.end() ? outer_.table(database, name, exact, nearest) : local->second;
}

std::shared_ptr<const Table> LocalTables::assumed(std::string_view database, std::string_view name,
                                                  std::string_view discriminator) {
  const auto local = tables_.find(database);
  return local == tables_.end() ? outer_.assumed(database, name, discriminator) : local->second;
}

std::vector<Index> LocalTables::indexes(std::string_view database) {
  return tables_.contains(database) ? std::vector<Index>{} : outer_.indexes(database);
}

namespace {

class ListStream : public DocumentStream {
 public:
  explicit ListStream(std::vector<std::string> rows) : rows_(std::move(rows)) {}
  std::optional<std::span<char>> next() override {
    give_way();
    if (at_ == rows_.size()) return std::nullopt;
    std::string& row = rows_[at_++];
    return std::span<char>{row.data(), row.size()};  // a string's terminator is the byte past the end
  }

 private:
  std::vector<std::string> rows_;
  size_t at_ = 0;
};

}  // namespace

std::unique_ptr<DocumentStream> stream_of(std::vector<std::string> rows) {
  return std::make_unique<ListStream>(std::move(rows));
}

std::string all_docs_row(const LocalDocument& document, bool include_docs) {
  const std::string id = json_string(document.id);
  std::string row = R"({"id":)" + id + R"(,"key":)" + id + R"(,"value":{)";
  if (!document.rev.empty()) row += R"("rev":)" + json_string(document.rev);
  row += '}';
  if (include_docs) row += R"(,"doc":)" + document.json;
  row += '}';
  return row;
}

void LocalDocuments::add(std::string_view database, std::vector<LocalDocument> documents) {
  databases_[std::string{database}] =
      std::make_shared<const std::vector<LocalDocument>>(std::move(documents));
}

std::unique_ptr<DocumentStream> LocalDocuments::open(const DocumentRequest& request) {
  const auto found = databases_.find(request.database);
  if (found == databases_.end()) return outer_.open(request);
  const auto& documents = *found->second;
  std::vector<std::string> rows;
  if (const auto* ids = std::get_if<ByIds>(&request.what)) {
    std::map<std::string_view, const LocalDocument*> by_id;
    for (const auto& document : documents) by_id[document.id] = &document;
    for (const auto& id : ids->ids) {
      const auto known = by_id.find(id);
      rows.push_back(known == by_id.end() ? row_of_missing(id)
                                          : all_docs_row(*known->second, ids->include_docs));
    }
  } else if (const auto* all = std::get_if<AllDocs>(&request.what)) {
    std::optional<std::string> low = all->start, high = all->end;
    if (all->descending) std::swap(low, high);
    for (const auto& document : documents) {
      if (low && document.id < *low) continue;
      if (high && (document.id > *high || (document.id == *high && !all->inclusive_end))) continue;
      rows.push_back(all_docs_row(document, all->include_docs));
    }
    if (all->descending) std::reverse(rows.begin(), rows.end());
    if (all->limit && rows.size() > *all->limit) rows.resize(*all->limit);
  } else {
    throw Error(ErrorKind::Engine, "what a statement has written can only be read whole or by _id");
  }
  return stream_of(std::move(rows));
}

}  // namespace couch::sql::change
