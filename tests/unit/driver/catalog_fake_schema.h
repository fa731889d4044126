#pragma once
// Two databases without a server: `shop`, which is the current one, and `crm`. Counts what it is asked for.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "driver/catalog/catalog.h"
#include "driver/schema/schema.h"

namespace couch::driver::test {

class FakeSchema final : public schema::Schema {
 public:
  FakeSchema();

  std::vector<std::string> databases() override;
  std::vector<std::shared_ptr<const sql::Table>> tables(const std::string& database) override;
  void set_current(const std::string& database) override { current_ = database; }
  void refresh() override {}
  void set_stop(const http::Stop*) override {}
  std::string current() const override { return current_; }
  std::shared_ptr<const sql::Table> table(std::string_view database, std::string_view name, bool exact,
                                          std::vector<std::string>* nearest) override;
  bool has_database(std::string_view database) override;
  std::shared_ptr<const sql::Table> assumed(std::string_view, std::string_view, std::string_view) override {
    return nullptr;
  }
  std::vector<std::string> type_field() const override { return {"type"}; }
  std::vector<sql::Index> indexes(std::string_view database) override;
  sql::ServerTraits traits() override { return {}; }

  std::vector<std::string> sampled;  // databases whose tables were asked for, in order
  int listed_databases = 0;
  int listed_indexes = 0;
  std::map<std::string, std::vector<std::shared_ptr<const sql::Table>>> content;

 private:
  std::string current_ = "shop";
};

// The rows as text: one line a row, the named columns with '|' between them, NULL for null.
std::string told(const catalog::Result& result, const std::vector<std::string>& columns);
// All columns.
std::string told(const catalog::Result& result);
// "NAME TYPE NOT NULL" a line.
std::string shape(const catalog::Result& result);

}  // namespace couch::driver::test
