#pragma once
// JSON texts of what is written into documents. Pure.
#include <cstdint>
#include <string>
#include <string_view>

#include "sql/value.h"

namespace couch::sql::change {

// A value as documents hold it (docs/type-mapping.md, Written values): numbers with all their digits, DATE
// 2025-03-01, TIMESTAMP 2025-03-01T08:30:00, binary as hexadecimal text. Throws Error(OutOfRange): infinity.
std::string json_of(const Value& value);

// Whether the whole text is one JSON object or array.
bool is_container(std::string_view text);

// A new document's _id: a UUID of version 7, so that new ids follow older ones. Thread safe, and good in
// forked children.
std::string new_id();

}  // namespace couch::sql::change
