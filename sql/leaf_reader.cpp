#include "sql/leaf_reader.h"

namespace couch::sql {

decode::RowReader open_leaf(const plan::Leaf& leaf, const Running& running, Documents& documents) {
  if (leaf.access == plan::Access::Nothing) return {leaf.shape, running.mismatch};
  return {documents.open(leaf.request), leaf.shape, running.mismatch, *running.stop};
}

void MismatchWarnings::collect(const decode::RowReader& reader, bool at_end, std::vector<std::string>& out) {
  bool first = reported_ == 0 && reader.mismatches() > 0;
  bool total = at_end && reader.mismatches() > reported_;
  if (!first && !total) return;
  reported_ = reader.mismatches();
  out.push_back(reader.mismatch_warning());
}

}  // namespace couch::sql
