#pragma once
// MapReduce views as tables, and the Mango indexes of a database.
#include <memory>
#include <string>
#include <vector>

#include "driver/schema/asking.h"
#include "driver/schema/sample.h"
#include "sql/table.h"

namespace couch::driver::schema {

// The views of all design documents, each with the columns that its first rows show; one that cannot be read
// has id, key and value as text. `documents`: of the database; past some size a view is not built for the
// sake of its columns.
std::vector<std::shared_ptr<const sql::Table>> view_tables(const Asking& ask, const std::string& database,
                                                           uint64_t documents, const Rules& rules);

// GET /db/_index, the JSON ones.
std::vector<sql::Index> indexes_of(const Asking& ask, const std::string& database);

}  // namespace couch::driver::schema
