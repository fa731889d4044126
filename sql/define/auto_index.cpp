#include "sql/define/auto_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "sql/define/definition.h"
#include "sql/define/indexes.h"
#include "sql/define/server_word.h"
#include "sql/error.h"
#include "sql/json_text.h"
#include "sql/parser.h"

namespace couch::sql::define {

namespace {

// GET _design/D/_info says how many changes it has not looked at. An answer that does not is none to wait
// for.
bool is_built(const std::string& database, const std::string& design, Documents& documents) {
  const auto answer = documents.perform(ReadAction{database, {"_design", design, "_info"}, {}});
  if (!succeeded(answer)) return true;
  const auto pending =
      member_of(answer.body, std::vector<std::string>{"view_index", "updates_pending", "total"});
  return pending.empty() || pending == "0";
}

}  // namespace

std::vector<std::string> AutoIndex::make(const std::string& database, const std::string& advice,
                                         Catalog& catalog, const Options& options,
                                         const Execution& execution) {
  {
    std::scoped_lock lock{mutex_};
    if (!asked_.insert(database + "\n" + advice).second) return {};
  }
  try {
    const ast::Statement parsed = parse(advice);
    const auto& statement = std::get<ast::CreateIndex>(parsed.node);
    const auto [table, fields] = asked_index(statement, catalog);
    Site site{execution.documents, catalog, execution.stop, options};
    const std::string& wish = statement.name.text;
    constexpr int most_names = 100;
    for (int number = 1; number <= most_names; ++number) {
      const std::string name = number == 1 ? wish : fmt::format("{}_{}", wish, number);
      // Whatever the catalog remembers: another connection may have been first, or somebody else may have
      // taken the name.
      const IndexThere there = index_there(site, *table, name, fields);
      if (there == IndexThere::Other) continue;
      {
        std::scoped_lock lock{mutex_};
        unbuilt_[database].insert(index_design_document(table->name, name));
      }
      if (there == IndexThere::No) make_index(site, *table, name, fields, statement.name.span);
      catalog.redefined(database);
      return {};
    }
    return {fmt::format("AutoIndex could not carry out {}: its name and {} more are taken", advice,
                        most_names - 1)};
  } catch (const std::exception& error) {
    catalog.redefined(database);  // its answer may have been lost, or the statement stopped while it is built
    if (execution.stop) throw;
    return {fmt::format("AutoIndex could not carry out {}: {}", advice, error.what())};
  }
}

void AutoIndex::leave_out_unbuilt(const std::string& database, std::vector<Index>& indexes,
                                  Documents& documents) {
  std::set<std::string> unbuilt;
  {
    std::scoped_lock lock{mutex_};
    if (const auto found = unbuilt_.find(database); found != unbuilt_.end()) unbuilt = found->second;
  }
  for (const auto& design : unbuilt) {
    if (is_built(database, design, documents)) {
      std::scoped_lock lock{mutex_};
      unbuilt_[database].erase(design);
      continue;
    }
    std::erase_if(indexes, [&](const Index& index) { return index.design_document == design; });
  }
}

}  // namespace couch::sql::define
