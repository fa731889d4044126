#pragma once
// A leaf's rows while they arrive, and what is said of values in them that do not fit.
#include <cstdint>
#include <string>
#include <vector>

#include "sql/decode/row_reader.h"
#include "sql/documents.h"
#include "sql/plan/leaf.h"
#include "sql/rows.h"

namespace couch::sql {

// Sends the leaf's request; does not wait for the answer. running.stop outlives the reader.
decode::RowReader open_leaf(const plan::Leaf& leaf, const Running& running, Documents& documents);

// Says how many values did not fit: when the first is met, and at the end once more if there were others.
class MismatchWarnings {
 public:
  void collect(const decode::RowReader& reader, bool at_end, std::vector<std::string>& out);

 private:
  uint64_t reported_ = 0;
};

// What is said of values that an implicit conversion made NULL.
std::string conversion_warning(uint64_t values);

}  // namespace couch::sql
