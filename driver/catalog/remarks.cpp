#include "driver/catalog/remarks.h"

#include <fmt/format.h>

#include <algorithm>

namespace couch::driver::catalog {

namespace {

// Remarks are read in one line of a grid.
constexpr size_t most_names = 10;

std::string dotted(const std::vector<std::string>& path) { return fmt::format("{}", fmt::join(path, ".")); }

std::string left_out(const sql::Table& table) {
  const size_t shown = std::min(table.left_out.size(), most_names);
  std::string text = fmt::format(
      "left out: {}",
      fmt::join(table.left_out.begin(), table.left_out.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
  if (shown < table.left_out.size()) text += fmt::format(" and {} more", table.left_out.size() - shown);
  return text;
}

std::string origin(const sql::Table& table) {
  switch (table.kind) {
    case sql::TableKind::Typed:
      return fmt::format("documents whose {} is '{}'", dotted(table.discriminator_path), table.discriminator);
    case sql::TableKind::Database: return std::string{every_document};
    case sql::TableKind::Array:
      return fmt::format("the elements of {} in {}", dotted(table.array_path), table.parent);
    case sql::TableKind::View:
      return fmt::format("view {} of design document {}{}", table.view, table.design_document,
                         table.map_failed ? " (its map function fails)"
                         : table.reduced  ? " (reduced)"
                                          : "");
  }
  return {};
}

}  // namespace

std::string remarks_of(const sql::Table& table) {
  std::string text = origin(table);
  if (!table.left_out.empty()) text += "; " + left_out(table);
  return text;
}

std::string remarks_of(const sql::Table& table, const sql::Column& column) {
  std::string text;
  if (column.only_nulls)
    text = "only nulls seen";
  else if (column.type.mixed)
    text = "mixed: values of several types, each as its text";
  else if (column.type.json)
    text = "JSON of objects or arrays";
  // Said once, where the columns begin.
  if (!table.left_out.empty() && &column == table.columns.data())
    text += (text.empty() ? "" : "; ") + left_out(table);
  return text;
}

}  // namespace couch::driver::catalog
