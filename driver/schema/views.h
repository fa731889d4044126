#pragma once
// MapReduce views as tables, and the Mango indexes of a database.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "driver/schema/asking.h"
#include "driver/schema/sample.h"
#include "sql/define/table_definition.h"
#include "sql/table.h"

namespace couch::driver::schema {

using ViewTables = std::vector<std::shared_ptr<const sql::Table>>;

// Design documents' ids and revisions: whoever writes one changes them.
using Revisions = std::map<std::string, std::string>;
// nullopt: the server does not say (to this user).
std::optional<Revisions> design_revisions(const Asking& ask, const std::string& database);

// What the design documents of a database say: the views, with the columns that every view has (their rows
// are not looked at), and the tables that CREATE TABLE defined, and the groups
// that CREATE VIEW has the server keep.
struct Designs {
  ViewTables views;
  std::vector<sql::define::TableDefinition> tables;
  std::vector<sql::MaterializedView> materialized;
  Revisions revisions;
};
Designs designs_of(const Asking& ask, const std::string& database, const Rules& rules);

// A view with the columns that its first rows show. One that fails has those that every view has, and
// map_failed.
struct Described {
  std::shared_ptr<const sql::Table> table;
  bool built = true;  // false: its index is not there yet, so nothing is known of its rows
};
enum class Patience : uint8_t {
  Glance,  // some seconds for all of them; large indexes are begun and not waited for
  Wait,    // until the index is built, or the statement's time is over
};
std::vector<Described> described(const Asking& ask, const ViewTables& views, uint64_t documents,
                                 const Rules& rules, Patience patience);

// GET /db/_index, the JSON ones.
std::vector<sql::Index> indexes_of(const Asking& ask, const std::string& database);

}  // namespace couch::driver::schema
