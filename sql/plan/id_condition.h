#pragma once
// What the conditions of a query say of _id: the cheapest way to documents there is.
#include <optional>
#include <string>
#include <vector>

#include "sql/ast.h"
#include "sql/table.h"
#include "sql/value.h"

namespace couch::sql::plan {

struct IdCondition {
  bool never = false;                           // no document has such an _id
  std::optional<std::vector<std::string>> ids;  // these at most, in the order of the text, each once
  std::optional<std::string> start, end;        // or those between, by their bytes
  bool inclusive_end = true;
  std::vector<const ast::Expr*> used;  // conditions of which nothing remains

  bool is_range() const { return start || end; }
};

// conjuncts: ANDed. Conditions that are no plain ones on _id are left alone.
IdCondition id_condition(const std::vector<const ast::Expr*>& conjuncts, uint32_t relation,
                         const Table& table, const std::vector<Value>& parameters,
                         const ServerTraits& traits);

// Of a partitioned database, whose ids are "partition:rest".
struct PartitionRange {
  std::string name;
  bool whole = false;  // the range is all of it
};
// The partition that a range of ids lies in; nullopt: it reaches into several.
std::optional<PartitionRange> partition_of(const IdCondition& ids);

}  // namespace couch::sql::plan
