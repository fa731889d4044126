#pragma once
// Documents as a connection with pending changes sees them: the server's answers without the documents that
// it changed, and its own ones among them.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sql/change/transaction.h"
#include "sql/documents.h"

namespace couch::sql::change {

// Changes are those of the snapshot, however long an answer takes; begin_query() takes a new one. Own
// documents have no _rev.
//   AllDocs, ByIds   exact: own documents stand where their _id belongs, `limit` counts them
//   Find             own documents come last, all of them: the caller checks each condition again. Without
//                    limit and sort, else Error(Engine).
//   ViewRead         Error(NotSupported): a view does not know the changes
//   Rank             the server's: an estimate
//   DatabaseCount    with those that were inserted, without those that were deleted
// Databases without pending changes are asked as if this were not here; write() and perform() go to the
// server.
class OverlayDocuments final : public Documents {
 public:
  // Whose statement reads: one that changes documents asks for single ones (ByIds) as they are by then.
  enum class For : uint8_t { Query, Change };
  // `transaction` (and `under`) outlive it.
  OverlayDocuments(Documents& under, const Transaction& transaction, For statement = For::Query);
  OverlayDocuments(std::unique_ptr<Documents> under, const Transaction& transaction,
                   For statement = For::Query);

  std::unique_ptr<DocumentStream> open(const DocumentRequest& request) override;
  bool pending(std::string_view database) const override;
  void begin_query();
  // What its queries see of the changes, from the last begin_query() on.
  const std::shared_ptr<const Snapshot>& seen() const noexcept { return changes_; }
  std::vector<WriteResult> write(const std::string& database,
                                 std::span<const std::string> documents) override;
  ActionAnswer perform(const Action& action) override;

 private:
  std::unique_ptr<Documents> owned_;
  Documents& under_;
  const Transaction& transaction_;
  const For for_;
  std::shared_ptr<const Snapshot> changes_;
};

}  // namespace couch::sql::change
