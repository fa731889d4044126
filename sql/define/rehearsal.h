#pragma once
// EXPLAIN of a statement that changes something: it runs against this, which reads what is there and only
// notes what would be sent.
#include <vector>

#include "sql/documents.h"
#include "sql/plan/explain.h"

namespace couch::sql::define {

class Rehearsal final : public Documents {
 public:
  explicit Rehearsal(Documents& documents) : documents_(documents) {}

  // Many documents may stand behind it: noted, and answered as if there were none.
  std::unique_ptr<DocumentStream> open(const DocumentRequest& request) override;
  std::vector<WriteResult> write(const std::string& database,
                                 std::span<const std::string> documents) override;
  // Reads are carried out and noted, everything else succeeds without being sent.
  ActionAnswer perform(const Action& action) override;

  // By row, the values of plan::explain_columns().
  std::vector<std::vector<Value>> rows() const;

 private:
  Documents& documents_;
  std::vector<plan::RequestText> requests_;
};

}  // namespace couch::sql::define
