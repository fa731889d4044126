#pragma once
// SchemaFile: tables and columns stated in a JSON file, instead of what a sample shows. For those who want
// exact types and may not write design documents, and for databases that must not be sampled.
//
//   {
//     "shop": {                                a database
//       "others": false,                       nothing else is looked for; true, the default: further types
//       are sampled "tables": {
//         "product": {
//           "type": "product",                 the discriminator's value; the table's name unless stated
//           "columns": {                       in order; _id and _rev come by themselves; a name is a path, a
//           dot in a field's name is "\\."
//             "sku": "VARCHAR(40)", "price": "DECIMAL(10,2)", "size.width": "DOUBLE", "tags": "JSON"
//           }
//         }
//       }
//     }
//   }
//
// Instead of a type, {"type": "VARCHAR(40)", "not_null": true, "default": "'none'"} states what CREATE TABLE
// can; "primary_key": ["sku"] beside "columns" does so of the table.
//
// Types: BIT, SMALLINT, INTEGER, BIGINT, REAL, DOUBLE, DECIMAL(p,s), VARCHAR(n), LONGVARCHAR, DATE, TIME(n),
// TIMESTAMP(n), JSON.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "driver/schema/sample.h"
#include "sql/define/table_definition.h"
#include "sql/table.h"

namespace couch::driver::schema {

class SchemaFile {
 public:
  // Throws OdbcError HY024 with the place of what is wrong.
  static std::shared_ptr<const SchemaFile> load(const std::string& file);
  static std::shared_ptr<const SchemaFile> parse(const std::string& json);

  bool others(const std::string& database) const;  // whether more than the stated tables are wanted
  std::vector<std::shared_ptr<const sql::Table>> tables(const std::string& database,
                                                        const Rules& rules) const;

 private:
  struct Database {
    bool others = true;
    std::vector<sql::define::TableDefinition> tables;  // type_field is the rules'
  };
  std::map<std::string, Database> databases_;
};

}  // namespace couch::driver::schema
