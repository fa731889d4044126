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
  if (!facts_.partitioned || hint_.no_partition || !context_.traits.couchdb) return;
  const auto range = plan::partition_of(id_);
  if (!range) return;
  partition_ = range->name;
  whole_partition_ = range->whole;
  partition_documents_ = std::max<uint64_t>(facts_.documents / partitions, 1);
  if (facts_.documents >= worth_asking && context_.statistics)
    partition_documents_ =
        context_.statistics->documents_between(table().catalog, partition_ + ':', partition_ + ';');
}

}  // namespace couch::sql::plan
