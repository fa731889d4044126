#include "sql/procedure/procedure.h"

#include <fmt/format.h>

#include <algorithm>

#include "sql/names.h"
#include "sql/typing.h"

namespace couch::sql::procedure {

namespace {

ResultColumn column(const char* name, Type type, bool nullable = true) {
  ResultColumn out;
  out.name = name;
  out.type = type;
  out.nullable = nullable;
  return out;
}

constexpr Type long_text{TypeKind::LongVarchar};
constexpr Type sequence{TypeKind::Varchar, 1000};

std::vector<Procedure> make() {
  Type json = long_text;
  json.json = true;
  const Argument database{"database", text_type(), "the database; NULL: the connection's", "NULL"};
  const Argument source{"source", text_type(2000), "a database of this server, or a URL"};
  const Argument target{"target", text_type(2000), "a database of this server, or a URL"};
  const Argument id{"id", text_type(), "the document's _id"};
  const std::vector<ResultColumn> replicated{column("ok", bit_type(), false),
                                             column("documents_read", bigint_type()),
                                             column("documents_written", bigint_type()),
                                             column("write_failures", bigint_type()),
                                             column("session", text_type()),
                                             column("last_sequence", sequence)};
  return {
      {"cancel_replication",
       "Ends a continuous replication",
       {source, target},
       {column("ok", bit_type(), false)},
       true},
      {"changes",
       "The documents of a database that changed since a sequence, each once, with the revision that it has "
       "now",
       {database,
        {"since", sequence, "the sequence of a row that was seen; '0': from the beginning", "'0'"},
        {"most", bigint_type(), "how many rows at most; 0: all", "0"}},
       {column("seq", sequence, false), column("id", text_type(), false), column("rev", text_type(), false),
        column("deleted", bit_type(), false)}},
      {"compact",
       "Begins to remove old revisions from a database's files",
       {database},
       {column("ok", bit_type(), false)},
       true},
      {"conflicts",
       "The revisions of a document that stand against each other: the one that is read first",
       {database, id},
       {column("rev", text_type(), false), column("is_read", bit_type(), false), column("doc", json)}},
      {"replicate",
       "Copies the documents of one database to another that differ; continuous: from now on. A copy, a "
       "backup or a "
       "synchronisation",
       {source,
        target,
        {"continuous", bit_type(), "TRUE: goes on until cancel_replication", "FALSE"},
        {"create_target", bit_type(), "TRUE: makes the target where it is missing", "FALSE"}},
       replicated,
       true},
      {"revisions",
       "The revisions of a document, newest first, and whether the server still has them",
       {database, id},
       {column("rev", text_type(), false), column("status", text_type(16), false)}},
  };
}

}  // namespace

std::span<const Procedure> procedures() {
  static const auto* const all =
      new std::vector<Procedure>{make()};  // never destroyed: no static destructors
  return *all;
}

const Procedure* find_procedure(std::string_view name) {
  const std::string folded = fold_case(name);
  for (const Procedure& procedure : procedures())
    if (procedure.name == folded) return &procedure;
  return nullptr;
}

}  // namespace couch::sql::procedure
