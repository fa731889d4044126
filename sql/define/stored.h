#pragma once
// Definitions of tables on the server.
#include <optional>
#include <string>

#include "sql/define/definition.h"
#include "sql/define/table_definition.h"

namespace couch::sql::define {

// One design document, written.
enum class Stored : uint8_t { Written, Conflict };
// Throws Error(Denied): who may not write design documents can state tables in a SchemaFile.
Stored store(Site& site, const std::string& database, const std::string& table, std::string document,
             Span span);

// The definition of a table as it is now; nullopt: it has none.
std::optional<TableDefinition> stored_definition(Site& site, const std::string& database,
                                                 const std::string& table);

}  // namespace couch::sql::define
