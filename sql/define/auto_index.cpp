#include "sql/define/auto_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <span>

#include "sql/define/server_word.h"
#include "sql/error.h"
#include "sql/json_text.h"

namespace couch::sql::define {

namespace {

std::set<std::string> design_documents(const std::vector<Index>& indexes) {
  std::set<std::string> out;
  for (const Index& index : indexes) out.insert(index.design_document);
  return out;
}

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
    const auto before = design_documents(catalog.indexes(database));
    // CREATE INDEX tells the catalog, which looks anew.
    Execution own{.documents = execution.documents, .stop = execution.stop, .catalog = &catalog};
    const auto made = prepare(advice, catalog, options)->execute({}, own);
    while (made->next()) {
    }
    std::set<std::string> added;
    const auto after = design_documents(catalog.indexes(database));
    std::set_difference(after.begin(), after.end(), before.begin(), before.end(),
                        std::inserter(added, added.end()));
    std::scoped_lock lock{mutex_};
    unbuilt_[database].merge(added);
    return {};
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::Interrupted) throw;
    return {fmt::format("AutoIndex could not carry out {}: {}", advice, error.what())};
  } catch (const std::exception& error) {
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
