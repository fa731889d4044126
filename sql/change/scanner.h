#pragma once
// An object's members as they stand in its text: places, not values. For texts that are JSON already (a
// server's documents); anything else gives what could be read.
#include <string_view>
#include <vector>

namespace couch::sql::change {

struct Member {
  std::string_view key;    // with its quotes, as written
  std::string_view value;  // as written
  // Unescapes the key where need be.
  bool named(std::string_view name) const;
};

// Empty for what is no object. `end`: where its closing brace stands in `text`.
std::vector<Member> members_of(std::string_view text, size_t* end = nullptr);

}  // namespace couch::sql::change
