#pragma once
// Rows of a cursor as optimistic locks: the documents that are still as they were read.
#include <optional>
#include <string>
#include <vector>

#include "sql/change/local.h"
#include "sql/session.h"

namespace couch::sql::change {

// One a row, in their order; nullopt: changed or gone since it was read.
std::vector<std::optional<LocalDocument>> documents_of(const std::vector<const RowVersion*>& rows,
                                                       const Execution& execution,
                                                       const std::string& database);
// The row's document was changed through it. revision: its new one; none in a transaction.
void now_is(RowVersion& row, const std::string& revision, const Execution& execution,
            const std::string& database);

// Whether both are the documents of one type of one database.
bool same_table(const Table& a, const Table& b);

}  // namespace couch::sql::change
