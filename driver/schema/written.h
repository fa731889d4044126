#pragma once
// What a statement wrote, added to what is known of a database, so that the next statement knows it without a
// sample.
#include <memory>
#include <string>
#include <vector>

#include "driver/schema/database.h"
#include "driver/schema/sample.h"

namespace couch::driver::schema {

// The database with a table for `type` that has these columns too, after those that it has.
std::shared_ptr<const Database> with_written(const Database& known, const Rules& rules,
                                             const std::string& type,
                                             const std::vector<sql::Column>& columns);

// Their documents were never committed: the database without a table for `type`, unless others have made it
// known.
std::shared_ptr<const Database> without_written(const Database& known, const std::string& type);

}  // namespace couch::driver::schema
