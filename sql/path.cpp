#include "sql/path.h"

namespace couch::sql {

std::string escaped_field(std::string_view field) {
  std::string out;
  for (char c : field) {
    if (c == '.' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string column_name(std::span<const std::string> path) {
  std::string name;
  for (size_t i = 0; i < path.size(); ++i) {
    if (i > 0) name += '.';
    name += escaped_field(path[i]);
  }
  return name;
}

std::optional<std::vector<std::string>> split_path(std::string_view name) {
  std::vector<std::string> path(1);
  for (size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '\\') {
      if (++i == name.size() || (name[i] != '.' && name[i] != '\\')) return std::nullopt;
      path.back() += name[i];
    } else if (name[i] == '.') {
      if (path.back().empty()) return std::nullopt;
      path.emplace_back();
    } else {
      path.back() += name[i];
    }
  }
  if (path.back().empty()) return std::nullopt;
  return path;
}

}  // namespace couch::sql
