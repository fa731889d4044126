#pragma once
// "Did you mean …": the names nearest to one that nobody knows.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace couch::sql {

// Damerau-Levenshtein distance over bytes, ASCII case ignored: insertions, deletions, replacements and swaps
// of neighbours. Stops counting above `limit` and returns limit + 1.
size_t edit_distance(std::string_view a, std::string_view b, size_t limit);

// At most `count` of `names`, nearest first: those within a third of the name's length, and those that
// contain it or are contained in it.
std::vector<std::string_view> nearest(std::string_view name, const std::vector<std::string_view>& names,
                                      size_t count);

// " Did you mean \"a\", \"b\" or \"c\"?"; empty for none.
std::string did_you_mean(const std::vector<std::string>& names);

}  // namespace couch::sql
