#pragma once
// CREATE INDEX, DROP INDEX: Mango's JSON indexes.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sql/define/definition.h"

namespace couch::sql::define {

std::unique_ptr<const Definition> create_index(ast::CreateIndex statement);
std::unique_ptr<const Definition> drop_index(ast::Drop statement);

// Where the indexes of a table are kept: "odbc-index:TABLE:NAME", without "_design/". A colon in the table's
// name is escaped, so that a table's indexes are those whose design document begins with the prefix.
std::string index_prefix(std::string_view table);
inline std::string index_design_document(std::string_view table, std::string_view index) {
  return index_prefix(table) + std::string{index};
}

// The body of POST _index. `fields`: raw paths, of which the discriminator goes first where documents of one
// type are meant. of_database: of all of a partitioned one, whose indexes are of a partition each otherwise.
std::string index_definition(const Table& table, std::string_view name,
                             const std::vector<std::vector<std::string>>& fields, bool of_database);

// Creates it, and tells the server to build it now rather than with the first query. Does not tell the
// catalog. In a partitioned database it is an index of the whole database, unless `by_partition`. Throws
// Error(Denied), and Error(NotSupported) for `by_partition` where there are no partitions.
void make_index(Site& site, const Table& table, const std::string& name,
                const std::vector<std::vector<std::string>>& fields, Span span, bool by_partition = false);

// What a CREATE INDEX names. Throws as it does.
struct AskedIndex {
  std::shared_ptr<const Table> table;
  std::vector<std::vector<std::string>> fields;
};
AskedIndex asked_index(const ast::CreateIndex& statement, Catalog& catalog);

// What the server has now under a name for a table's index, whatever the catalog remembers. CouchDB would
// put an index on other fields in the other's place without a word.
enum class IndexThere : uint8_t { No, Same, Other };
IndexThere index_there(Site& site, const Table& table, const std::string& name,
                       const std::vector<std::vector<std::string>>& fields);

// Has the server build what was just defined, in its own time, so that the first query need not. What goes
// wrong with that is passed over, as the definition was carried out; only a cancellation is thrown on.
void build(Site& site, const ReadAction& read);

}  // namespace couch::sql::define
