#pragma once
// What a database's sampled documents showed, by type, and the tables that this makes.
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "driver/config/settings.h"
#include "driver/schema/observer.h"
#include "driver/schema/shape.h"
#include "sql/table.h"

namespace couch::driver::schema {

// The part of Settings that decides what a sample shows.
struct Rules {
  std::vector<std::string> type_field;
  uint32_t max_columns = 1000, max_tables = 1000;
  uint32_t flatten_arrays = 0;
  uint32_t max_varchar_size = 4000;
};
Rules rules_of(const Settings& settings);

class Sample {
 public:
  explicit Sample(Rules rules) : rules_(std::move(rules)) {}

  // The documents that follow come once each: their ids need not be remembered.
  void expect_no_repeats() { remembered_ids_ = 0; }
  // A document, its bytes are changed, one after it too. Design documents, deleted ones and those seen before
  // are left out.
  void add(std::span<char> document);
  // A type has so many documents, as an index counts them.
  void count(const std::string& type, uint64_t documents);

  uint64_t documents() const { return documents_; }
  const std::map<std::string, Shape>& types() const { return types_; }

  // Every table but the views'. `total`: the database's documents.
  std::vector<std::shared_ptr<const sql::Table>> tables(const std::string& database, uint64_t total) const;
  // The documents of one type under a name of the caller's, as one table.
  std::shared_ptr<const sql::Table> table_of(const std::string& database, const std::string& name,
                                             const std::string& type) const;

 private:
  Shape whole() const;
  sql::Table typed(const std::string& database, const std::string& name, const std::string& type,
                   const Shape& shape) const;

  Rules rules_;
  Budget budget_;
  std::map<std::string, Shape> types_;
  std::map<std::string, uint64_t> counts_;
  Shape untyped_;
  std::unordered_set<uint64_t> seen_;  // hashes of _id
  size_t remembered_ids_ = 1'000'000;
  std::vector<std::string> types_left_out_;
  uint64_t more_types_left_out_ = 0;
  uint64_t documents_ = 0;
};

// Columns that every table of documents begins with, and ends with.
sql::Column id_column(const Node* id, uint32_t max_varchar_size);
sql::Column rev_column();
sql::Column document_column();

}  // namespace couch::driver::schema
