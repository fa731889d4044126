#pragma once
// Which documents of a database are read to learn its tables. Not the first ones only: one type that fills
// the start must not hide the others. And never by skip, which CouchDB pays for document by document.
#include "driver/schema/asking.h"
#include "driver/schema/sample.h"
#include "sql/table.h"

namespace couch::driver::schema {

struct SamplingOf {
  std::string database;
  std::string scope;         // "/db"
  uint64_t documents = 0;    // of the database
  uint32_t sample_size = 0;  // 0: all
  sql::ServerTraits traits;
  std::vector<sql::Index> indexes;
  std::vector<std::string> type_field;
};

// Reads documents into `sample`. Throws http::Error.
void take_sample(const Asking& ask, const SamplingOf& of, Sample& sample);

// Up to `limit` documents of one type, which no sample has shown.
void take_sample_of_type(const Asking& ask, const std::string& scope,
                         const std::vector<std::string>& type_field, const std::string& type, uint64_t limit,
                         Sample& sample);

// "order:0017" -> "order;": the first id past all that begin with the same word and separator. Empty: it has
// no such beginning.
std::string past_prefix(std::string_view id);

}  // namespace couch::driver::schema
