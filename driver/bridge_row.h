#pragma once
// The head of a row of _all_docs or a view, looked at without parsing the document that follows it: what a
// read needs to go on where it broke.
#include <string_view>

namespace couch::driver {

// JSON texts that point into the row; empty where the row has no such member.
struct RowHead {
  std::string_view id, key, value;
};

// Stops as soon as all three are found. What is no JSON object gives an empty head.
RowHead head_of(std::string_view row);

// Its "id" alone, which mostly stands first.
std::string_view id_of(std::string_view row);

}  // namespace couch::driver
