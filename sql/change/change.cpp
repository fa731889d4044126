#include "sql/change/change.h"

#include "sql/change/explained.h"
#include "sql/change/insert.h"
#include "sql/change/merge.h"
#include "sql/change/update.h"

namespace couch::sql::change {

std::unique_ptr<const Prepared> prepare_change(std::string_view text, ast::Statement& tree, Catalog& catalog,
                                               const Options& options, bool explain) {
  using Prepare = decltype(&prepare_update);
  const Prepare prepare = std::holds_alternative<ast::Insert>(tree.node)  ? prepare_insert
                          : std::holds_alternative<ast::Merge>(tree.node) ? prepare_merge
                          : std::holds_alternative<ast::Update>(tree.node) ||
                                  std::holds_alternative<ast::Delete>(tree.node) ||
                                  std::holds_alternative<ast::Truncate>(tree.node)
                              ? prepare_update
                              : nullptr;
  if (!prepare) return nullptr;
  auto change = prepare(text, tree, catalog, ChangeOptions{options, explain});
  if (!explain) return change;
  return explained(std::move(change));
}

}  // namespace couch::sql::change
