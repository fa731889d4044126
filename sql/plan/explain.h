#pragma once
// A plan as rows that a person reads: EXPLAIN statement.
#include <memory>
#include <string>
#include <vector>

#include "sql/documents.h"
#include "sql/plan/plan.h"
#include "sql/value.h"

namespace couch::sql::plan {

// A request as HTTP would have it; for reading, the bridge words its own.
struct RequestText {
  std::string method, path, body;
};
RequestText request_text(const DocumentRequest& request);

const std::vector<ResultColumn>& explain_columns();
inline constexpr size_t explain_notes = 8;  // of them, the column "notes"
// By row, the values of explain_columns().
std::vector<std::vector<Value>> explain(const Plan& plan, const Context& context);

}  // namespace couch::sql::plan
