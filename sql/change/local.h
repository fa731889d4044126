#pragma once
// Documents that are here and not on the server, as tables of a query: what an INSERT proposed (excluded),
// what a statement has just written (RETURNING), what is checked once more after a conflict. They live in
// databases that no server has: LocalTables makes their tables known to the binder, LocalDocuments answers
// for them, and both leave the rest to the real ones.
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sql/documents.h"
#include "sql/table.h"

namespace couch::sql::change {

// Names of such databases; none of CouchDB's begins so.
inline constexpr std::string_view fresh_database =
                                      "\x01"
                                      "fresh",
                                  excluded_database =
                                      "\x01"
                                      "excluded",
                                  written_database =
                                      "\x01"
                                      "written";

class LocalTables : public Catalog {
 public:
  // outer: outlives this.
  explicit LocalTables(Catalog& outer) : outer_(outer) {}
  // A copy of `table` that lives in `database`, under any name that is asked for.
  void add(std::string_view database, Table table);

  std::string current() const override { return outer_.current(); }
  std::shared_ptr<const Table> table(std::string_view database, std::string_view name, bool exact,
                                     std::vector<std::string>* nearest) override;
  bool has_database(std::string_view database) override { return outer_.has_database(database); }
  std::shared_ptr<const Table> assumed(std::string_view database, std::string_view name,
                                       std::string_view discriminator) override;
  std::vector<std::string> type_field() const override { return outer_.type_field(); }
  std::vector<Index> indexes(std::string_view database) override;
  ServerTraits traits() override { return outer_.traits(); }

 private:
  Catalog& outer_;
  std::map<std::string, std::shared_ptr<const Table>, std::less<>> tables_;
};

// One document: `json` with its _id in it.
struct LocalDocument {
  std::string id, rev;  // rev: empty where there is none yet
  std::string json;
};

class LocalDocuments : public Documents {
 public:
  // outer: outlives this.
  explicit LocalDocuments(Documents& outer) : outer_(outer) {}
  void add(std::string_view database, std::vector<LocalDocument> documents);

  std::unique_ptr<DocumentStream> open(const DocumentRequest& request) override;
  std::vector<WriteResult> write(const std::string& database,
                                 std::span<const std::string> documents) override {
    return outer_.write(database, documents);
  }
  ActionAnswer perform(const Action& action) override { return outer_.perform(action); }
  void pause(std::chrono::milliseconds time) override { outer_.pause(time); }
  bool pending(std::string_view database) const override {
    return !databases_.contains(database) && outer_.pending(database);
  }

 private:
  Documents& outer_;
  std::map<std::string, std::shared_ptr<const std::vector<LocalDocument>>, std::less<>> databases_;
};

// A row of _all_docs: {"id","key","value":{"rev"},"doc"?}.
std::string all_docs_row(const LocalDocument& document, bool include_docs);
// Rows that are there already, as a stream.
std::unique_ptr<DocumentStream> stream_of(std::vector<std::string> rows);

}  // namespace couch::sql::change
