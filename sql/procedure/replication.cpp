// replicate, cancel_replication, compact.
#include <rapidjson/document.h>

#include "sql/define/server_word.h"
#include "sql/procedure/procedure.h"

namespace couch::sql::procedure {

namespace {

[[noreturn]] void refused(const ActionAnswer& answer) {
  constexpr long missing = 404;
  throw Error(answer.status == missing ? ErrorKind::UnknownDatabase : ErrorKind::Denied,
              define::said(answer));
}

Value number_in(const rapidjson::Value& object, const char* name) {
  if (!object.IsObject()) return {};
  const auto found = object.FindMember(name);
  if (found == object.MemberEnd() || !found->value.IsInt64()) return {};
  return found->value.GetInt64();
}

Value text_in(const rapidjson::Value& object, const char* name) {
  if (!object.IsObject()) return {};
  const auto found = object.FindMember(name);
  if (found == object.MemberEnd()) return {};
  if (found->value.IsInt64()) return std::to_string(found->value.GetInt64());
  if (!found->value.IsString()) return {};
  return std::string{found->value.GetString(), found->value.GetStringLength()};
}

bool is_url(const std::string& name) { return name.starts_with("http://") || name.starts_with("https://"); }

}  // namespace

std::vector<RowValues> replicate(const Call& call, bool cancel) {
  ReplicateAction action;
  action.source = call.text(0);
  action.target = call.text(1);
  action.cancel = cancel;
  action.continuous = cancel || call.flag(2);
  action.create_target = !cancel && call.flag(3);
  action.by_name = !call.catalog.traits().couchdb;
  const auto answer = call.documents.perform(action);
  if (!define::succeeded(answer)) refused(answer);
  if (cancel) return {{true}};
  if (!is_url(action.target)) call.catalog.redefined(action.target);
  rapidjson::Document parsed;
  parsed.Parse<rapidjson::kParseIterativeFlag>(answer.body.data(), answer.body.size());
  const rapidjson::Value& body = parsed;
  if (parsed.HasParseError() || !body.IsObject())
    throw Error(ErrorKind::MalformedAnswer, "the server's answer is no JSON object");
  // CouchDB tells what it did in the newest entry of its history, PouchDB in the answer itself.
  const rapidjson::Value* did = &body;
  if (const auto history = body.FindMember("history");
      history != body.MemberEnd() && history->value.IsArray() && !history->value.Empty())
    did = &history->value[0];
  Value session = text_in(body, "session_id");
  if (is_null(session)) session = text_in(body, "_local_id");
  Value last = text_in(body, "source_last_seq");
  if (is_null(last)) last = text_in(body, "last_seq");
  return {{true, number_in(*did, "docs_read"), number_in(*did, "docs_written"),
           number_in(*did, "doc_write_failures"), std::move(session), std::move(last)}};
}

std::vector<RowValues> compact(const Call& call) {
  const auto answer = call.documents.perform(CompactAction{call.database()});
  if (!define::succeeded(answer)) refused(answer);
  return {{true}};
}

}  // namespace couch::sql::procedure
