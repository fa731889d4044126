#include "sql/define/stored.h"

#include <fmt/format.h>
#include <rapidjson/document.h>

#include <utility>

#include "sql/define/server_word.h"

namespace couch::sql::define {

Stored store(Site& site, const std::string& database, const std::string& table, std::string document,
             Span span) {
  const auto answer =
      site.documents.perform(PutDesignAction{database, design_document_of(table), std::move(document)});
  constexpr long conflict = 409;
  if (succeeded(answer)) return Stored::Written;
  if (answer.status == conflict) return Stored::Conflict;
  throw Error(ErrorKind::Denied,
              fmt::format("the definition of {} is refused. {}; who may not write design documents can state "
                          "tables in a SchemaFile",
                          table, said(answer)),
              span);
}

std::optional<TableDefinition> stored_definition(Site& site, const std::string& database,
                                                 const std::string& table) {
  const auto answer =
      site.documents.perform(ReadAction{database, {"_design", design_document_of(table)}, {}});
  constexpr long missing = 404;
  if (answer.status == missing) return std::nullopt;
  if (!succeeded(answer)) throw Error(ErrorKind::Denied, said(answer));
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(answer.body.data(), answer.body.size());
  if (document.HasParseError() || text_of(answer, "_rev").empty())
    throw Error(ErrorKind::MalformedAnswer,
                fmt::format("the answer about the definition of {} is not what CouchDB gives", table));
  return definition_in(answer.body);
}

}  // namespace couch::sql::define
