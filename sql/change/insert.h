#pragma once
// INSERT: of values, of a query, with ON CONFLICT; many parameter sets at once.
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/ast.h"
#include "sql/change/explained.h"
#include "sql/change/values.h"
#include "sql/change/writer.h"
#include "sql/define/check.h"
#include "sql/session.h"

namespace couch::sql::change {

std::unique_ptr<const Change> prepare_insert(std::string_view text, ast::Statement& tree, Catalog& catalog,
                                             const ChangeOptions& options);

// The table that an INSERT names; one that nobody knows is made: its documents' type is its name.
struct InsertTarget {
  std::shared_ptr<const Table> table;
  bool made = false;
};
InsertTarget insert_target(const ast::Name& name, Catalog& catalog);

// A new document without _id and values: with its type, unless the fields state one.
std::string seed_of(const Table& table, const std::vector<Field>& fields);
// json: of the assignments' fields. made_id: for documents that state none; nullopt: one of the driver's.
Outgoing new_document(const Assignments& assignments, const std::vector<std::optional<std::string>>& json,
                      const std::string& seed, const std::optional<std::string>& made_id = std::nullopt);

// What a table's definition gives where these fields say nothing, or DEFAULT; null: nothing. table: outlives
// it.
std::shared_ptr<const define::Defaults> defaults_of(const Table& table, const std::vector<Field>& fields,
                                                    const std::vector<Operand>& operands,
                                                    const Options& options);
// A new document with them, and with the _id that the table's key makes. defaults: may be null; keys:
// define::key_columns().
Outgoing complete_document(const Table& table, const Assignments& assignments, const Assignments::Row& row,
                           const define::Defaults* defaults, const std::string& seed,
                           const std::vector<size_t>& keys, const Execution& execution);

}  // namespace couch::sql::change
