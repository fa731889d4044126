// Partitioned databases: ids are "partition:rest", and each partition lies on one shard. Where the conditions
// on _id fix one, everything is asked of it alone (_partition/p/...), and its indexes can be read.
#include <algorithm>
#include <utility>

#include "sql/plan/leaf_planner.h"

namespace couch::sql::plan {

namespace {

// Of what is not known.
constexpr uint64_t partitions = 100;

}  // namespace

void LeafPlanner::find_partition() {
  if (hint_.partition && (!facts_.partitioned || !id_.start || !id_.end))
    leaf_.notes.push_back("the hint cannot be followed: the conditions on _id fix no partition");
  if (!facts_.partitioned || hint_.no_partition || !context_.traits.couchdb || !id_.start || !id_.end) return;
  const size_t colon = id_.start->find(':');
  if (colon == std::string::npos || colon == 0) return;
  const std::string first = id_.start->substr(0, colon + 1);
  // No id is "p;": each has a colon.
  const std::string after = id_.start->substr(0, colon) + ';';
  if (*id_.end != after && !id_.end->starts_with(first)) return;
  partition_ = id_.start->substr(0, colon);
  whole_partition_ = *id_.start == first && *id_.end == after;
  partition_documents_ = std::max<uint64_t>(facts_.documents / partitions, 1);
  if (facts_.documents >= worth_asking && context_.statistics)
    partition_documents_ = context_.statistics->documents_between(table().catalog, first, after);
}

}  // namespace couch::sql::plan
