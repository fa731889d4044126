// SQLTables.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <tuple>

#include "driver/catalog/match.h"
#include "driver/catalog/remarks.h"
#include "driver/catalog/shapes.h"

namespace couch::driver::catalog {

namespace {

constexpr std::string_view table_type = "TABLE", view_type = "VIEW", system_type = "SYSTEM TABLE";
constexpr std::array known_types{system_type, table_type, view_type};  // in order

using sql::Value;
using ValueRow = std::vector<Value>;

std::string upper(std::string_view text) {
  std::string result{text};
  for (char& c : result)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return result;
}

// The table types asked for: "TABLE,VIEW" or "'TABLE','VIEW'". nullptr, "" and % ask for all.
class Types {
 public:
  explicit Types(const Argument& list) : all_(!list || list->empty() || *list == SQL_ALL_TABLE_TYPES) {
    if (all_) return;
    for (size_t from = 0; from <= list->size();) {
      const size_t comma = std::min(list->find(',', from), list->size());
      std::string_view item{list->data() + from, comma - from};
      while (!item.empty() && (item.front() == ' ' || item.front() == '\'')) item.remove_prefix(1);
      while (!item.empty() && (item.back() == ' ' || item.back() == '\'')) item.remove_suffix(1);
      wanted_.push_back(upper(item));
      from = comma + 1;
    }
  }
  bool wants(std::string_view type) const {
    return all_ || std::find(wanted_.begin(), wanted_.end(), type) != wanted_.end();
  }

 private:
  bool all_;
  std::vector<std::string> wanted_;
};

struct Entry {
  std::string_view type;
  std::string catalog, name, remarks;
};

// CouchDB's own databases: _users, _replicator, _global_changes.
bool is_system(std::string_view database) { return !database.empty() && database.front() == '_'; }

std::string_view type_of(const sql::Table& table) {
  if (table.kind == sql::TableKind::View) return view_type;
  return is_system(table.catalog) ? system_type : table_type;
}

// Which databases are looked into, and which are only named. Looking into one samples it, so that is done for
// the current one and for one that is asked for by its name; of every other only the table of all its
// documents is listed, which has the database's name.
struct Databases {
  std::vector<std::string> sampled, named;
};

Databases databases_for(schema::Schema& schema, const NameMatch& catalog, const NameMatch& table) {
  Databases result;
  const std::string current = schema.current();
  const auto& literal = catalog.literal();
  if (literal && literal->empty()) return result;  // "": tables outside any catalog, of which there are none
  const auto itself = [](const std::string& name) -> const std::string& { return name; };

  // A name that holds an underscore is a pattern too, but clients rarely escape it: where a database is
  // called just that, it is meant.
  std::string called = literal ? *literal : catalog.text();
  if (!catalog.everything() && (called == current || schema.has_database(called)))
    result.sampled.push_back(called);
  if (literal && !result.sampled.empty()) return result;
  if (catalog.everything() && !current.empty()) result.sampled.push_back(current);

  std::vector<std::string> others;
  if (catalog.everything() && table.literal()) {  // one name: no need to list them all
    if (schema.has_database(*table.literal())) others.push_back(*table.literal());
  } else {
    others = matching(schema.databases(), catalog, itself);
  }
  for (const std::string& name : others) {
    if (std::find(result.sampled.begin(), result.sampled.end(), name) != result.sampled.end()) continue;
    const bool look = name == current || (literal && others.size() == 1);
    (look ? result.sampled : result.named).push_back(name);
  }
  return result;
}

Result all_catalogs(schema::Schema& schema) {
  std::vector<std::string> names = schema.databases();
  std::sort(names.begin(), names.end());
  std::vector<ValueRow> rows;
  for (std::string& name : names) rows.push_back({std::move(name), {}, {}, {}, {}});
  return from_values(columns_of(Function::Tables), std::move(rows));
}

Result all_types() {
  std::vector<ValueRow> rows;
  for (std::string_view type : known_types) rows.push_back({{}, {}, {}, std::string{type}, {}});
  return from_values(columns_of(Function::Tables), std::move(rows));
}

}  // namespace

Result tables(schema::Schema& schema, const Argument& catalog, const Argument& schema_name,
              const Argument& table, const Argument& types, bool metadata_id) {
  // The three enumerations: one argument is %, the others are empty strings, which is not the same as null
  // pointers.
  if (catalog == SQL_ALL_CATALOGS && schema_name == "" && table == "") return all_catalogs(schema);
  if (schema_name == SQL_ALL_SCHEMAS && catalog == "" && table == "")
    return from_values(columns_of(Function::Tables), {});
  if (types == SQL_ALL_TABLE_TYPES && catalog == "" && schema_name == "" && table == "") return all_types();

  std::vector<Entry> entries;
  const Types wanted{types};
  if (no_schema_asked(schema_name)) {
    const NameMatch catalogs = NameMatch::pattern(catalog, metadata_id),
                    names = NameMatch::pattern(table, metadata_id);
    Databases databases = databases_for(schema, catalogs, names);
    for (const std::string& database : databases.sampled)
      for (const Table& found : tables_of(schema, database, names))
        if (wanted.wants(type_of(*found)))
          entries.push_back({type_of(*found), database, found->name, remarks_of(*found)});
    for (std::string& database :
         matching(databases.named, names, [](const std::string& n) -> const std::string& { return n; })) {
      const std::string_view type = is_system(database) ? system_type : table_type;
      if (wanted.wants(type)) entries.push_back({type, database, database, std::string{every_document}});
    }
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.type, a.catalog, a.name) < std::tie(b.type, b.catalog, b.name);
  });
  std::vector<ValueRow> rows;
  for (Entry& e : entries)
    rows.push_back({std::move(e.catalog), {}, std::move(e.name), std::string{e.type}, std::move(e.remarks)});
  return from_values(columns_of(Function::Tables), std::move(rows));
}

}  // namespace couch::driver::catalog
