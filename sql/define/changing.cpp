#include "sql/define/changing.h"

#include <algorithm>
#include <variant>

#include "sql/define/server_word.h"

namespace couch::sql::define {

namespace {

// Empty: nothing is changed.
struct ChangedDatabase {
  std::string operator()(const CreateDatabaseAction& action) const { return action.name; }
  std::string operator()(const DropDatabaseAction& action) const { return action.name; }
  std::string operator()(const ReplicateAction& action) const { return action.target; }
  std::string operator()(const CompactAction&) const { return {}; }
  std::string operator()(const ReadAction&) const { return {}; }
  template <class Other>
  std::string operator()(const Other& action) const {
    return action.database;
  }
};

}  // namespace

std::vector<WriteResult> Changing::write(const std::string& database,
                                         std::span<const std::string> documents) {
  databases_.insert(database);
  auto results = documents_.write(database, documents);
  done_ += static_cast<uint64_t>(std::count_if(results.begin(), results.end(),
                                               [](const WriteResult& result) { return result.succeeded(); }));
  return results;
}

ActionAnswer Changing::perform(const Action& action) {
  const std::string database = std::visit(ChangedDatabase{}, action);
  if (!database.empty()) databases_.insert(database);
  auto answer = documents_.perform(action);
  if (!database.empty() && succeeded(answer)) ++done_;
  return answer;
}

}  // namespace couch::sql::define
