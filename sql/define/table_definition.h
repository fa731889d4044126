#pragma once
// What CREATE TABLE states, as it is kept: one design document a table, which every connection reads
// (docs/sql-dialect.md, Definitions). Text in, text out; what it means for reading is driver/schema's.
//
//   {"_id":"_design/odbc-table:product",
//    "odbc":{"version":1,"table":"product","type_field":"type","type":"product",
//            "columns":[{"name":"sku","type":"VARCHAR(40)","not_null":true},
//                       {"name":"size.width","type":"DOUBLE","default":"0"}],
//            "primary_key":["sku"]}}
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/type.h"

namespace couch::sql::define {

struct ColumnDefinition {
  std::string name;  // as SQL shows it: a path, a dot in a field's own name is "\."
  Type type;
  bool not_null = false;
  std::string default_text;  // an SQL expression; empty: none
};

struct TableDefinition {
  std::string table;
  std::string type_field;  // a path, as the TypeField keyword states it
  std::string type;        // the discriminator's value
  std::vector<ColumnDefinition> columns;
  std::vector<std::string> primary_key;  // columns' names; none: _id is the key
  std::string rev;                       // of its design document; empty: it is not there yet
};

// Without "_design/".
std::string design_document_of(std::string_view table);

// The design document; with _rev where the definition has one.
std::string to_json(const TableDefinition& definition);
// A document that takes it away.
std::string to_deletion(const TableDefinition& definition);

// nullopt: the document defines no table, or one in a form that this version does not know.
std::optional<TableDefinition> definition_in(std::string_view design_document);

}  // namespace couch::sql::define
