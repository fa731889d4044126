#pragma once
// What CREATE VIEW keeps in a design document "_design/odbc-view:NAME": the query, and for one that groups, a
// map and reduce whose groups answer it (docs/architecture.md, Views that the server keeps).
//
// A row of the map: key [type, key columns …] (no type for a whole database), value [1, flaw, measure …]. A
// measure is what _stats makes of one number, so that _stats adds them up. flaw is 1 where JavaScript cannot
// say what the document holds (integers past 2^53).
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/table.h"

namespace couch::sql {

struct SavedView {
  std::string name;
  std::string query;            // its SELECT
  std::vector<Column> columns;  // of its result
  std::optional<MaterializedView> groups;
};

std::string saved_view_id(std::string_view name);  // "_design/odbc-view:NAME"

// The design document's JSON.
std::string to_json(const SavedView& view);
// nullopt: the design document is none of these.
std::optional<SavedView> saved_view(std::string_view design_document);

// The map function.
std::string map_of(const MaterializedView& view);

}  // namespace couch::sql
