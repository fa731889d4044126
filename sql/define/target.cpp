#include "sql/define/target.h"

#include <fmt/format.h>

#include <vector>

#include "sql/edit_distance.h"
#include "sql/names.h"
#include "sql/no_database.h"

namespace couch::sql::define {

namespace {

Span span_of(const ast::Name& name) { return {name.front().span.begin, name.back().span.end}; }

std::string suggestion(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? " Did you mean " : " or ") + name;
  return out.empty() ? out : out + "?";
}

std::shared_ptr<const Table> table_of(const TargetName& name, Catalog& catalog,
                                      std::vector<std::string>* nearest) {
  return ask_about(name.database, name.span, name.qualified, catalog,
                   [&] { return catalog.table(name.database, name.table.text, name.table.quoted, nearest); });
}

}  // namespace

TargetName target_name(const ast::Name& name, const Catalog& catalog) {
  const Span span = span_of(name);
  if (name.size() > 2)
    throw Error(ErrorKind::UnknownTable,
                fmt::format("{}: a table is called database.table, or table alone", written(name)), span);
  std::string database = name.size() == 2 ? name[0].text : catalog.current();
  if (database.empty())
    throw Error(
        ErrorKind::UnknownTable,
        fmt::format("no database is chosen: write database.{}, or connect with Database=", written(name)),
        span);
  return {std::move(database), name.back(), span, name.size() == 2};
}

std::shared_ptr<const Table> find_target(const TargetName& name, Catalog& catalog) {
  return table_of(name, catalog, nullptr);
}

std::shared_ptr<const Table> target(const TargetName& name, Catalog& catalog) {
  std::vector<std::string> nearest_names;
  const auto table = table_of(name, catalog, &nearest_names);
  if (table) return table;
  std::string hint = suggestion(nearest_names);
  if (!catalog.has_database(name.database)) {
    if (name.qualified) throw no_such_database(name.database, name.span);
    hint = fmt::format(" There is no database \"{}\".", name.database);
  }
  throw Error(
      ErrorKind::UnknownTable,
      fmt::format("there is no table {} in database {}.{}", written({name.table}), name.database, hint),
      name.span);
}

const Column* find_column(const Table& table, const ast::Name& name) {
  const Column* found = nullptr;
  for (const Column& column : table.columns) {
    const NameFit how = fit_path(name, 0, column.name);
    if (how == NameFit::Exact) return &column;
    if (how == NameFit::None) continue;
    if (found)
      throw Error(ErrorKind::AmbiguousName,
                  fmt::format("{} fits \"{}\" and \"{}\": put the one you mean in double quotes",
                              written(name), found->name, column.name),
                  span_of(name));
    found = &column;
  }
  return found;
}

const Column& column_named(const Table& table, const ast::Name& name) {
  if (const Column* column = find_column(table, name)) return *column;
  std::vector<std::string_view> names;
  for (const Column& column : table.columns) names.push_back(column.name);
  std::string wanted;
  for (const auto& part : name) wanted += (wanted.empty() ? "" : ".") + part.text;
  std::vector<std::string> near;
  for (const std::string_view one : nearest(wanted, names, 3)) near.emplace_back(one);
  throw Error(ErrorKind::UnknownColumn,
              fmt::format("table {} has no column {}.{}", table.name, written(name), suggestion(near)),
              span_of(name));
}

void not_for(const Table& table, std::string_view what, Span span) {
  std::string_view why;
  switch (table.kind) {
    case TableKind::Typed: why = "is a table"; break;
    case TableKind::Database: why = "is every document of the database, not one type's"; break;
    case TableKind::Array: why = "shows the elements of an array, which are parts of other documents"; break;
    case TableKind::View: why = "is a view"; break;
  }
  throw Error(ErrorKind::NotSupported, fmt::format("{} is not for {}: it {}", what, table.name, why), span);
}

}  // namespace couch::sql::define
