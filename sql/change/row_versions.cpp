#include "sql/change/row_versions.h"

#include <unordered_map>
#include <utility>

#include "sql/change/reading.h"
#include "sql/change/transaction.h"

namespace couch::sql::change {

std::vector<std::optional<LocalDocument>> documents_of(const std::vector<const RowVersion*>& rows,
                                                       const Execution& execution,
                                                       const std::string& database) {
  std::vector<std::optional<LocalDocument>> out(rows.size());
  std::unordered_map<std::string, size_t> wanted;
  std::vector<std::string> ids;
  for (size_t i = 0; i < rows.size(); ++i) {
    // The revision of a document does not tell which of the connection's own changes a row has seen.
    PendingPtr pending;
    if (execution.transaction) pending = execution.transaction->lookup(database, rows[i]->id);
    if (pending != rows[i]->pending) continue;
    if (wanted.emplace(rows[i]->id, i).second) ids.push_back(rows[i]->id);
  }
  for (auto& document : read_documents(execution.documents, database, ids)) {
    const auto found = wanted.find(document.id);
    if (found == wanted.end()) continue;
    const RowVersion& row = *rows[found->second];
    if (row.pending || document.rev == row.revision) out[found->second] = std::move(document);
  }
  return out;
}

void now_is(RowVersion& row, const std::string& revision, const Execution& execution,
            const std::string& database) {
  row.revision = revision;
  row.pending = execution.transaction ? execution.transaction->lookup(database, row.id) : nullptr;
}

bool same_table(const Table& a, const Table& b) {
  return a.catalog == b.catalog && a.kind == b.kind && a.name == b.name && a.discriminator == b.discriminator;
}

}  // namespace couch::sql::change
