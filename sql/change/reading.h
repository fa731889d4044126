#pragma once
// What changes need to know of the documents that they read: whose they are, and which values in them do not
// fit their columns.
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/bound.h"
#include "sql/change/fields.h"
#include "sql/change/local.h"
#include "sql/documents.h"

namespace couch::sql::change {

// The table of the first FROM item of a bound inner query.
struct Target {
  std::shared_ptr<const Table> table;
  Span span;
  bool assumed = false;          // Relation::assumed_parameter
  bool states_revision = false;  // WHERE names its _rev
};
Target target_of(const Bound& bound);

// The statement's parameter that alone chooses the document (`WHERE _id = ?` and nothing else), by the inner
// query's own number.
std::optional<uint32_t> id_parameter(const Bound& bound);

// Whether the document is one of the table's.
bool belongs_to(std::string_view document, const Table& table);

// By result column from `first` on: which columns of the target it is computed from (subqueries left out).
std::vector<std::vector<uint32_t>> columns_read(const Bound& bound, size_t first);
// A value that was read as NULL because of its class would be lost if NULL were written for it. Throws
// Error(TypeMismatch).
void require_readable(std::string_view document, const Table& table, const std::vector<uint32_t>& columns);

// The documents of these ids, as they are now; missing ones left out.
std::vector<LocalDocument> read_documents(Documents& documents, const std::string& database,
                                          const std::vector<std::string>& ids);

// The document with its new revision; without one where there is none yet (in a transaction).
std::string revised(std::string_view document, const std::string& revision);

// Columns for fields that the table does not have: their types from what is written.
std::vector<Column> new_columns(const std::vector<Field>& fields, const std::vector<Operand>& operands,
                                const std::vector<Value>& parameters);
// The table with columns for them, of any class: what RETURNING and excluded are bound to.
Table with_new_fields(const Table& table, const std::vector<Field>& fields);

}  // namespace couch::sql::change
