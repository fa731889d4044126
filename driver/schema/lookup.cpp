#include "driver/schema/lookup.h"

#include <fmt/format.h>

#include <algorithm>

#include "sql/edit_distance.h"
#include "sql/error.h"
#include "sql/names.h"

namespace couch::driver::schema {

std::shared_ptr<const sql::Table> find_table(const Tables& tables, std::string_view name, bool exact) {
  for (const auto& table : tables)
    if (table->name == name) return table;
  if (exact) return nullptr;
  const std::string folded = sql::fold_case(name);
  Tables alike;
  for (const auto& table : tables)
    if (sql::fold_case(table->name) == folded) alike.push_back(table);
  if (alike.size() > 1) {
    std::string names;
    for (const auto& table : alike) names += (names.empty() ? "\"" : ", \"") + table->name + "\"";
    throw sql::Error{
        sql::ErrorKind::AmbiguousName,
        fmt::format(
            "several tables are called {} but for their case: {}; put the one you mean in double quotes",
            name, names)};
  }
  return alike.empty() ? nullptr : alike.front();
}

std::vector<std::string> nearest_tables(const Tables& tables, std::string_view name, size_t most) {
  std::vector<std::string_view> names;
  for (const auto& table : tables) names.push_back(table->name);
  const auto near = sql::nearest(name, names, most);
  return {near.begin(), near.end()};
}

}  // namespace couch::driver::schema
