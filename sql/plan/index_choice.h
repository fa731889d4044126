#pragma once
// Which JSON index, if any, narrows a selector.
#include <optional>
#include <string>
#include <vector>

#include "sql/mango/selector.h"
#include "sql/table.h"

namespace couch::sql::plan {

// An index is usable when the selector requires each of its fields, so that no document that it lacks is
// missed, and worth it when a condition of the query (not only the table's type, nor the bounds of a class)
// makes a range of its leading fields. name: only this one, and worth it or not (a hint).
std::optional<Index> choose_index(const mango::Selector& selector, const Table& table,
                                  const std::vector<Index>& indexes, const std::string& name);

}  // namespace couch::sql::plan
