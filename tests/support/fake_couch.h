#pragma once
// CouchDB in memory, as sql/ sees it: Documents and Catalog over one database. Rows come in the shapes and
// orders of the real server's answers (couchdb-facts: raw order of _id, ICU order of everything else, indexes
// without documents that lack a field).
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sql/documents.h"
#include "sql/table.h"
#include "tests/support/json.h"
#include "tests/support/view_rows.h"

namespace couch::test::model {

class FakeCouch : public sql::Documents, public sql::Catalog {
 public:
  explicit FakeCouch(std::string database = "db") : database_(std::move(database)) {}

  // ---- what is there
  void put(std::string_view document);  // JSON text with an _id; a _rev is added
  void put(const Json& document);
  // A table that the catalog knows; its columns after _id and _rev.
  std::shared_ptr<sql::Table> table(const std::string& name, std::vector<sql::Column> columns);
  // Any table. Its catalog becomes the database.
  std::shared_ptr<const sql::Table> add(sql::Table table);
  void index(const std::string& name, std::vector<std::vector<std::string>> fields);
  void index(sql::Index index);
  void drop_index(const std::string& name) {
    std::erase_if(indexes_, [&](const sql::Index& known) { return known.name == name; });
  }
  // Rows of a view: {"id","key","value"} texts, in order of their keys. reduce: one of _count, _sum, _stats.
  void view(const std::string& design_document, const std::string& name, std::vector<std::string> rows,
            const std::string& reduce = {});
  // A row that is no answer's row, or bytes that are no JSON: given out before all others.
  void garble(std::string row) { garbled_.push_back(std::move(row)); }
  void erase(const std::string& id) { documents_.erase(id); }
  // Called before a request is answered.
  std::function<void(const sql::DocumentRequest&)> before_answer;
  // Called before each row is given.
  std::function<void()> before_row;

  // ---- what was asked
  std::vector<sql::DocumentRequest> requests;
  uint64_t rows_given = 0;

  sql::ServerTraits server;
  sql::DatabaseFacts database_facts;  // what the catalog says of it; nothing unless set

  // ---- sql::Documents
  std::unique_ptr<sql::DocumentStream> open(const sql::DocumentRequest& request) override;

  // As _bulk_docs: a conflict where _rev is not the document's; `before_write` comes first, and may be
  // somebody else's write. Revisions count up: "2-w".
  std::function<void()> before_write;
  std::vector<std::vector<std::string>> writes;
  std::vector<sql::WriteResult> write(const std::string& database,
                                      std::span<const std::string> documents) override;
  void pause(std::chrono::milliseconds) override {}
  // The document's exact text; empty: there is none.
  std::string text(const std::string& id) const {
    const auto found = documents_.find(id);
    return found == documents_.end() ? std::string{} : found->second;
  }
  size_t size() const { return documents_.size(); }

  // Noted; `on_action` says what becomes of it. Without it there is no design document, and the rest
  // succeeds.
  std::vector<sql::Action> actions;
  std::function<sql::ActionAnswer(const sql::Action&)> on_action;
  sql::ActionAnswer perform(const sql::Action& action) override {
    actions.push_back(action);
    if (on_action) return on_action(action);
    const auto* read = std::get_if<sql::ReadAction>(&action);
    if (read && read->path.size() == 2 && read->path.front() == "_design")
      return {404, R"({"error":"not_found","reason":"missing"})"};
    return {200, R"({"ok":true})"};
  }

  // ---- sql::Catalog
  std::vector<std::string> told;  // wrote(): "type: column column"
  void wrote(std::string_view, std::string_view discriminator,
             const std::vector<sql::Column>& columns) override {
    std::string line{discriminator};
    line += ':';
    for (const auto& column : columns) line += ' ' + column.name;
    told.push_back(std::move(line));
  }
  std::vector<std::string> redefinitions;  // databases
  void redefined(std::string_view name) override { redefinitions.emplace_back(name); }
  std::string current() const override { return database_; }
  std::shared_ptr<const sql::Table> table(std::string_view database, std::string_view name, bool exact,
                                          std::vector<std::string>* nearest) override;
  bool has_database(std::string_view database) override { return database == database_; }
  std::shared_ptr<const sql::Table> assumed(std::string_view database, std::string_view name,
                                            std::string_view discriminator) override;
  std::vector<std::string> type_field() const override { return {"type"}; }
  std::vector<sql::Index> indexes(std::string_view) override { return indexes_; }
  sql::ServerTraits traits() override { return server; }
  sql::DatabaseFacts facts(std::string_view) override { return database_facts; }

 private:
  std::vector<std::string> rows(const sql::AllDocs& read) const;
  std::vector<std::string> rows(const sql::ByIds& read) const;
  std::vector<std::string> rows(const sql::Find& read) const;
  std::vector<std::string> rows(const sql::ViewRead& read) const;
  std::vector<std::string> rows(const sql::Rank& rank) const;
  std::vector<std::string> rows(const sql::DatabaseCount& read) const;

  std::vector<ViewRow> view_rows(const sql::ViewRead& read) const;

  std::string database_;
  std::map<std::string, std::string> documents_;  // by _id, raw order; exact texts
  std::map<std::string, std::shared_ptr<const sql::Table>> tables_;
  std::vector<sql::Index> indexes_;
  std::map<std::string, std::vector<std::string>> views_;
  std::map<std::string, std::string> reduces_;
  std::vector<std::string> garbled_;
};

// Columns for tables, by what they hold: column("addr.city", Type) splits the path at dots.
sql::Column column(const std::string& path, sql::TypeKind kind);

}  // namespace couch::test::model
