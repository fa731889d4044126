#include "sql/define/action_text.h"

#include <fmt/format.h>

#include "sql/json_text.h"

namespace couch::sql::define {

namespace {

plan::RequestText text_of(const CreateDatabaseAction& action) {
  return {"PUT", "/" + action.name + (action.partitioned ? "?partitioned=true" : ""), {}};
}
plan::RequestText text_of(const DropDatabaseAction& action) { return {"DELETE", "/" + action.name, {}}; }
plan::RequestText text_of(const CreateIndexAction& action) {
  return {"POST", fmt::format("/{}/_index", action.database), action.definition};
}
plan::RequestText text_of(const DropIndexAction& action) {
  return {"DELETE",
          fmt::format("/{}/_index/_design/{}/json/{}", action.database, action.design_document, action.name),
          {}};
}
plan::RequestText text_of(const PutDesignAction& action) {
  return {"PUT", fmt::format("/{}/_design/{}", action.database, action.design_document), action.body};
}
plan::RequestText text_of(const CompactAction& action) {
  return {"POST", fmt::format("/{}/_compact", action.database), "{}"};
}
plan::RequestText text_of(const ReplicateAction& action) {
  std::string body =
      fmt::format(R"({{"source":{},"target":{})", json_string(action.source), json_string(action.target));
  if (action.create_target) body += R"(,"create_target":true)";
  if (action.continuous) body += R"(,"continuous":true)";
  if (action.cancel) body += R"(,"cancel":true)";
  return {"POST", "/_replicate", body + "}"};
}
plan::RequestText text_of(const ReadAction& action) {
  std::string path = "/" + action.database;
  for (const auto& segment : action.path) path += "/" + segment;
  for (size_t i = 0; i < action.query.size(); ++i)
    path += fmt::format("{}{}={}", i == 0 ? '?' : '&', action.query[i].first, action.query[i].second);
  return {"GET", path, {}};
}

}  // namespace

plan::RequestText action_text(const Action& action) {
  return std::visit([](const auto& one) { return text_of(one); }, action);
}

}  // namespace couch::sql::define
