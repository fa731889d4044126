// SQLTablePrivileges and SQLColumnPrivileges. CouchDB grants by database, and whoever may read a database may
// read all of it; that the tables could be listed shows that the user may. What may be written is known only
// once it is tried (validation functions).
#include "driver/catalog/match.h"
#include "driver/catalog/shapes.h"

namespace couch::driver::catalog {

namespace {

constexpr const char* grantee = "PUBLIC";
constexpr const char* privilege = "SELECT";

}  // namespace

Result table_privileges(schema::Schema& schema, const Argument& catalog, const Argument& schema_name,
                        const Argument& table, bool metadata_id) {
  std::vector<std::vector<sql::Value>> rows;
  const auto database = database_named(schema, catalog, metadata_id);
  if (database && no_schema_asked(schema_name))
    for (const Table& found : tables_of(schema, *database, NameMatch::pattern(table, metadata_id)))
      rows.push_back({found->catalog, {}, found->name, {}, grantee, privilege, "NO"});
  return from_values(columns_of(Function::TablePrivileges), std::move(rows));
}

Result column_privileges(schema::Schema& schema, const Argument& catalog, const Argument& schema_name,
                         const Argument& table, const Argument& column, bool metadata_id) {
  std::vector<std::vector<sql::Value>> rows;
  if (const Table found = table_named(schema, catalog, schema_name, table, metadata_id)) {
    std::vector<std::string> names;
    for (const sql::Column& c : found->columns)
      if (!c.hidden) names.push_back(c.name);
    std::sort(names.begin(), names.end());
    const auto asked = NameMatch::pattern(column, metadata_id);
    for (std::string& name :
         matching(names, asked, [](const std::string& n) -> const std::string& { return n; }))
      rows.push_back({found->catalog, {}, found->name, std::move(name), {}, grantee, privilege, "NO"});
  }
  return from_values(columns_of(Function::ColumnPrivileges), std::move(rows));
}

}  // namespace couch::driver::catalog
