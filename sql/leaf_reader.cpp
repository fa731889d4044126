#include "sql/leaf_reader.h"

#include <fmt/format.h>

#include "sql/streams_in_turn.h"

namespace couch::sql {

decode::RowReader open_leaf(const plan::Leaf& leaf, const Running& running, Documents& documents) {
  if (leaf.access == plan::Access::Nothing) return {leaf.shape, running.mismatch};
  return {open_in_turn(leaf.requests, leaf.at_once, documents, leaf.divide), leaf.shape, running.mismatch,
          *running.stop};
}

void MismatchWarnings::collect(const decode::RowReader& reader, bool at_end, std::vector<std::string>& out) {
  bool first = reported_ == 0 && reader.mismatches() > 0;
  bool total = at_end && reader.mismatches() > reported_;
  if (!first && !total) return;
  reported_ = reader.mismatches();
  out.push_back(reader.mismatch_warning());
}

std::string conversion_warning(uint64_t values) {
  return fmt::format(
      "{} {} not convert to the class of what it is compared or computed with and read as NULL", values,
      values == 1 ? "value does" : "values do");
}

}  // namespace couch::sql
