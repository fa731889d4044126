#pragma once
// An index or view that the planner chose may be gone when it is read: somebody dropped it since its list was
// read. Then what is known of the database is forgotten, and the query planned and begun once more, where it
// has given no row yet.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sql/documents.h"
#include "sql/session.h"

namespace couch::sql {

// The rows of `first`; those of `again` where `first` ends, before it gave any, with NoSuchView.
using BeginAgain = std::function<std::unique_ptr<Rows>(const NoSuchView&)>;
std::unique_ptr<Rows> rows_or_again(std::unique_ptr<Rows> first, BeginAgain again);

// begin(query, execution, reads_views) plans and starts it; `reads_views` is set to whether a view was chosen
// that may be gone. Query: copies are cheap, and renewed(Catalog&, database) is the same query for what there
// is now.
template <class Query, class Start>
std::unique_ptr<Rows> with_second_plan(const Query& query, const Execution& execution, Start begin) {
  bool reads_views = true;  // the planner itself asks views how much they hold
  if (!execution.catalog) return begin(query, execution, reads_views);
  const auto again = [begin, with = execution](const Query& old, const NoSuchView& gone) {
    with.catalog->redefined(gone.database);
    const Query now = old.renewed(*with.catalog, gone.database);
    bool again_views = false;
    return begin(now, with, again_views);
  };
  std::optional<NoSuchView> gone;
  try {
    auto rows = begin(query, execution, reads_views);
    if (!reads_views) return rows;
    return rows_or_again(std::move(rows),
                         [again, query](const NoSuchView& missing) { return again(query, missing); });
  } catch (const NoSuchView& missing) {
    if (!reads_views) throw;
    gone = missing;
  }
  return again(query, *gone);
}

}  // namespace couch::sql
