#pragma once
// CouchDB's order of text: ICU's root collation with every default, normalization off (couch_ejson_compare).
// Each thread has one collator, made when first needed; none is shared.
#include <string>
#include <string_view>

namespace couch::sql::engine {

int compare_text(std::string_view a, std::string_view b);  // < 0, 0, > 0
// What memcmp orders as compare_text does.
std::string text_sort_key(std::string_view text);

}  // namespace couch::sql::engine
