#pragma once
// CouchDB's order of text: ICU's root collation with every default, normalization off (couch_ejson_compare).
// Each thread has one collator, made when first needed; none is shared.
#include <optional>
#include <string>
#include <string_view>

namespace couch::sql::engine {

int compare_text(std::string_view a, std::string_view b);  // < 0, 0, > 0
// What every text that begins with `prefix`, code point by code point, lies between in that order: `low` <=
// text < `high`, but for texts that go on with four U+FFFF, the highest weight there is. nullopt: there is no
// such pair.
//
// A text's weights are those of its beginning, followed by those of the rest, wherever no contraction reaches
// over the place between them. So `low` is the part of `prefix` before the first character that begins one
// (or that lies outside the scripts whose contractions are stable from one version of ICU to the next).
struct PrefixBounds {
  std::string low, high;
};
std::optional<PrefixBounds> prefix_bounds(std::string_view prefix);
// What memcmp orders as compare_text does.
std::string text_sort_key(std::string_view text);

}  // namespace couch::sql::engine
