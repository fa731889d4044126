#pragma once
// Mango selectors as CouchDB 3.5 evaluates them (types' order, ICU, missing against null, PCRE), written from
// what the server was seen to answer and not from the driver. tests/live holds it against a real server.
#include <string>
#include <vector>

#include "tests/support/json.h"

namespace couch::test::model {

// Throws std::invalid_argument for what CouchDB would refuse.
bool mango_matches(const Json& selector, const Json& document);

// The path that a field name means ("a.b", "a\\.b", "\\$x").
std::vector<std::string> mango_path(const std::string& name);

// The value at a path. Missing: the last step is not in its object. Unreachable: a parent is no object.
struct Found {
  const Json* value = nullptr;
  bool unreachable = false;
};
Found find_path(const Json& document, const std::vector<std::string>& path);

}  // namespace couch::test::model
