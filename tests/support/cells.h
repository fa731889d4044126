#pragma once
// Cells as text, for comparing rows in tests: "integer:5", "text:a", "NULL".
#include <string>

#include "sql/value.h"

namespace couch::test::model {

std::string text_of(const sql::Cell& cell);

}  // namespace couch::test::model
