#pragma once
// Where to look for a document between two others.
#include <string>
#include <string_view>

namespace couch::sql {

// An id between two others, as far from both as one can tell, in the order of raw bytes. Empty: there is none
// to try.
std::string id_between(std::string_view low, std::string_view high);

}  // namespace couch::sql
