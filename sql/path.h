#pragma once
// Paths of fields and how SQL shows them: {"addr", "city"} is "addr.city"; a dot or backslash in a field's
// own name is escaped: "a\.b".
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace couch::sql {

std::string escaped_field(std::string_view field);
std::string column_name(std::span<const std::string> path);

// The inverse of column_name(). nullopt: an empty field ("a..b", ""), or a backslash before neither a dot nor
// a backslash.
std::optional<std::vector<std::string>> split_path(std::string_view name);

}  // namespace couch::sql
