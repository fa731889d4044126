#pragma once
// Tables by name, as SQL finds them.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sql/table.h"

namespace couch::driver::schema {

using Tables = std::vector<std::shared_ptr<const sql::Table>>;

// The table of exactly that name, else the only one that differs in case alone (unless `exact`). nullptr:
// none. Several: throws sql::Error AmbiguousName.
std::shared_ptr<const sql::Table> find_table(const Tables& tables, std::string_view name, bool exact);

// Up to `most` of their names that a person may have meant, nearest first.
std::vector<std::string> nearest_tables(const Tables& tables, std::string_view name, size_t most = 3);

}  // namespace couch::driver::schema
