#pragma once
// New documents of a partitioned database: an _id there is "partition:rest", and the server refuses others
// one by one, when some of the rows may be written already.
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "sql/change/values.h"
#include "sql/table.h"

namespace couch::sql::change {

// Throws Error(Denied) unless both parts are there. What begins with '_' is the server's matter.
void require_partition(const std::string& id, const std::string& database,
                       std::optional<Span> span = std::nullopt);
// What a statement says of the _id before it is executed: none at all, where no key (define::key_columns)
// makes one either, or a literal. `statement`: where the statement says that it inserts.
void require_partition(const Assignments& assignments, const std::vector<size_t>& keys,
                       const std::string& database, Span statement);

}  // namespace couch::sql::change
