#include "sql/table.h"

#include "sql/names.h"

namespace couch::sql {

const Column* Table::find(std::string_view column, bool exact, std::vector<std::string>* candidates) const {
  for (const Column& c : columns) {
    if (c.name == column) return &c;
  }
  if (exact) return nullptr;
  const Column* found = nullptr;
  size_t matches = 0;
  std::string wanted = fold_case(column);
  for (const Column& c : columns) {
    if (fold_case(c.name) != wanted) continue;
    found = &c;
    ++matches;
    if (candidates) candidates->push_back(c.name);
  }
  return matches == 1 ? found : nullptr;
}

void Catalog::wrote(std::string_view, std::string_view, const std::vector<Column>&) {}
void Catalog::redefined(std::string_view) {}
DatabaseFacts Catalog::facts(std::string_view) { return {}; }
std::vector<MaterializedView> Catalog::materialized_views(std::string_view) { return {}; }

}  // namespace couch::sql
