#include "sql/define/documents_of.h"

#include <fmt/format.h>
#include <rapidjson/document.h>

#include <utility>

#include "sql/json_text.h"

namespace couch::sql::define {

namespace {

using mango::Field;
using mango::Operator;
using mango::Selector;
using mango::Test;

constexpr size_t batch_documents = 1000, batch_bytes = 4u << 20;
constexpr int most_passes = 10;

// What a document says of itself.
struct Head {
  std::string id, rev;
  bool of_table = false;  // the discriminator byte for byte: the server compares by ICU
};

Head head_of(std::string_view document, const Table& table) {
  rapidjson::Document json;
  json.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag>(document.data(),
                                                                                     document.size());
  if (json.HasParseError() || !json.IsObject())
    throw Error(ErrorKind::MalformedAnswer, "a document of the server's answer is no JSON object");
  Head head;
  const auto text = [&](const rapidjson::Value& object, const std::string& name) -> std::string {
    const auto found = object.FindMember(name);
    if (found == object.MemberEnd() || !found->value.IsString()) return {};
    return {found->value.GetString(), found->value.GetStringLength()};
  };
  head.id = text(json, "_id");
  head.rev = text(json, "_rev");
  const rapidjson::Value* at = &json;
  for (size_t i = 0; i + 1 < table.discriminator_path.size() && at; ++i) {
    const auto found = at->FindMember(table.discriminator_path[i]);
    at = found == at->MemberEnd() || !found->value.IsObject() ? nullptr : &found->value;
  }
  head.of_table = at && text(*at, table.discriminator_path.back()) == table.discriminator;
  return head;
}

struct Pass {
  uint64_t written = 0, conflicts = 0;
};

void flush(Site& site, const Table& table, std::vector<std::string>& batch, uint64_t before, Pass& pass,
           Span span) {
  if (batch.empty()) return;
  if (site.stop) throw Error(ErrorKind::Interrupted, "cancelled");
  const auto results = site.documents.write(table.catalog, batch);
  batch.clear();
  const WriteResult* worst = nullptr;
  for (const WriteResult& result : results) {
    if (result.succeeded()) {
      ++pass.written;
    } else if (result.error == "conflict") {
      ++pass.conflicts;
    } else if (!worst || (result.unknown && !worst->unknown)) {
      worst = &result;
    }
  }
  if (!worst) return;
  const std::string& why = worst->reason.empty() ? worst->error : worst->reason;
  const uint64_t done = before + pass.written;
  if (worst->unknown)
    throw Error(
        site.stop ? ErrorKind::Interrupted : ErrorKind::OutcomeUnknown,
        fmt::format("no answer came: it is not known whether documents of {} were changed: {}; {} were "
                    "changed before",
                    table.name, why, done),
        span);
  const ErrorKind kind = worst->error != "not_sent" ? ErrorKind::Denied
                         : site.stop                ? ErrorKind::Interrupted
                                                    : ErrorKind::LinkFailure;
  throw Error(kind, fmt::format("document {}: {}; {} documents were changed before", worst->id, why, done),
              span);
}

uint64_t passes(Site& site, const Table& table, const std::vector<Selector>& conditions,
                const std::vector<std::string>& fields,
                const std::function<std::optional<std::string>(std::string_view, const Head&)>& change,
                Span span) {
  uint64_t written = 0;
  for (int number = 0; number < most_passes; ++number) {
    Find find;
    find.selector = mango::to_json(documents_of(table, conditions));
    find.fields = fields;
    const auto rows = site.documents.open({table.catalog, {}, find});
    std::vector<std::string> batch;
    size_t bytes = 0;
    Pass pass;
    while (const auto row = rows->next()) {
      const std::string_view document{row->data(), row->size()};
      const Head head = head_of(document, table);
      if (!head.of_table || head.id.starts_with("_design/")) continue;
      auto changed = change(document, head);
      if (!changed) continue;
      bytes += changed->size();
      batch.push_back(*std::move(changed));
      if (batch.size() >= batch_documents || bytes >= batch_bytes) {
        flush(site, table, batch, written, pass, span);
        bytes = 0;
      }
    }
    flush(site, table, batch, written, pass, span);
    written += pass.written;
    if (pass.conflicts == 0) return written;
  }
  throw Error(
      ErrorKind::Conflict,
      fmt::format("others keep changing documents of {}: {} were changed, some were not; run it again",
                  table.name, written),
      span);
}

}  // namespace

Selector documents_of(const Table& table, std::vector<Selector> conditions) {
  conditions.insert(
      conditions.begin(),
      Selector{Field{table.discriminator_path, {Test{Operator::Equal, json_string(table.discriminator)}}}});
  return mango::all(std::move(conditions));
}

bool any_document(Site& site, const Table& table, std::vector<Selector> conditions) {
  Find find;
  find.selector = mango::to_json(documents_of(table, std::move(conditions)));
  const auto rows = site.documents.open({table.catalog, {}, find});
  while (const auto row = rows->next())
    if (head_of({row->data(), row->size()}, table).of_table) return true;
  return false;
}

uint64_t rewrite(Site& site, const Table& table, const std::vector<Selector>& conditions,
                 const Change& change, Span span) {
  return passes(
      site, table, conditions, {}, [&](std::string_view document, const Head&) { return change(document); },
      span);
}

uint64_t remove_documents(Site& site, const Table& table, Span span) {
  return passes(
      site, table, {}, {"_id", "_rev", mango::projection_name(table.discriminator_path)},
      [](std::string_view, const Head& head) -> std::optional<std::string> {
        return fmt::format(R"({{"_id":{},"_rev":{},"_deleted":true}})", json_string(head.id),
                           json_string(head.rev));
      },
      span);
}

}  // namespace couch::sql::define
