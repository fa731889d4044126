#pragma once
// The keyword table as people read it.
#include <string>

namespace couch::driver {

// A Markdown table of every keyword but the driver manager's own, without the markers around it.
std::string keywords_as_markdown();

}  // namespace couch::driver
