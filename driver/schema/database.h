#pragma once
// What is known of one database at one moment. Immutable once made, shared by all who use it.
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "driver/schema/asking.h"
#include "driver/schema/sample.h"
#include "driver/schema/schema_file.h"
#include "driver/schema/views.h"
#include "sql/table.h"

namespace couch::driver::schema {

struct Database {
  std::string name;
  std::vector<std::shared_ptr<const sql::Table>>
      tables;  // in the order of Schema::tables(); views not described yet
  // Those of them that the documents show, before definitions, the schema file and views come in.
  std::vector<std::shared_ptr<const sql::Table>> sampled;
  Revisions designs;  // what its views, indexes and definitions were read from
  std::vector<sql::Index> indexes;
  std::vector<sql::MaterializedView> materialized;
  uint64_t documents = 0;  // design documents too
  bool partitioned = false;
  std::string update_seq;
  bool sampled_whole = false;  // every document was read
};

// GET /db. Throws http::Error NotFound when there is none.
struct DatabaseState {
  uint64_t documents = 0;
  bool partitioned = false;
  std::string update_seq;
};
DatabaseState state_of(const Asking& ask, const std::string& database);

// Something was written since; so much that a sample would look different.
bool changed(const Database& then, const DatabaseState& now);
bool changed_much(const Database& then, const DatabaseState& now);

// What the design documents say, and the indexes that are made of them.
struct Defined {
  Designs designs;
  std::vector<sql::Index> indexes;
};

struct Discovery {
  Rules rules;
  uint32_t sample_size = 1000;
  sql::ServerTraits traits;
  std::shared_ptr<const SchemaFile> file;  // nullptr: none
};
std::shared_ptr<const Database> discover(const Asking& ask, const std::string& database,
                                         const DatabaseState& state, const Discovery& how);

// Whether design documents were written since; one small request.
bool designs_changed(const Asking& ask, const Database& then);
// What they say now, and the database with that instead of what they said then: no document is read again.
Defined definitions_of(const Asking& ask, const std::string& database, const Discovery& how);
std::shared_ptr<const Database> with_definitions(const Database& known, Defined defined,
                                                 const Discovery& how);

// From the body of GET /.
sql::ServerTraits traits_of(const std::string& greeting);

}  // namespace couch::driver::schema
