#pragma once
// The head of a row of _all_docs or a view, looked at without parsing the document that follows it: what a
// read needs to go on where it broke.
#include <span>
#include <string>
#include <string_view>

namespace couch::driver {

// JSON texts that point into the row; empty where the row has no such member.
struct RowHead {
  std::string_view id, key, value;
};

// Stops at "doc" or as soon as all three are found. What is no JSON object gives an empty head.
RowHead head_of(std::string_view row);

// Its "id" alone, which mostly stands first.
std::string_view id_of(std::string_view row);

// The text of the value at `path` in an object's text, by scanning. Empty: not there. Of repeated names the
// last one stands.
std::string_view member_of(std::string_view object, std::string_view name);
std::string_view member_of(std::string_view object, std::span<const std::string> path);

// A JSON text of a string to its characters, and back. Anything else than a string: "".
std::string string_of(std::string_view json);
std::string json_of(std::string_view text);

}  // namespace couch::driver
