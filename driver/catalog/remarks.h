#pragma once
// REMARKS of tables and columns: where their rows and values are in the database, and what a person should
// know of them.
#include <string>
#include <string_view>

#include "sql/table.h"

namespace couch::driver::catalog {

constexpr std::string_view every_document = "every document of the database";

std::string remarks_of(const sql::Table& table);
// Empty where there is nothing to say.
std::string remarks_of(const sql::Table& table, const sql::Column& column);

}  // namespace couch::driver::catalog
