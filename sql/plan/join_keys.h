#pragma once
// Which keys a table can be read by where its rows have to meet those of another one: `_id`, or the fields of
// an index that the links and the table's own conditions give a value each.
#include <vector>

#include "sql/plan/conditions.h"
#include "sql/plan/keyed.h"
#include "sql/plan/leaf.h"

namespace couch::sql::plan {

// A way to the documents, and the links that give the values of its parts. What the plan of the whole query
// decides is left open (values, after, most, most_documents).
struct KeyedWay {
  KeyedRead read;
  std::vector<const Link*> links;
};

// links: all of the leaf's. Those of one key are about one and the same row of what they are linked with.
std::vector<KeyedWay> ways_by_keys(const Leaf& leaf, const std::vector<Link>& links, const Context& context);

}  // namespace couch::sql::plan
