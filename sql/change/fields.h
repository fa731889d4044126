#pragma once
// What a statement writes: which table's documents, which of their fields, and each value's JSON text.
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/ast.h"
#include "sql/bound.h"
#include "sql/change/splice.h"
#include "sql/table.h"
#include "sql/value.h"

namespace couch::sql::change {

// A field that is written.
struct Field {
  std::string name;                          // for messages: addr.city
  ColumnSource source = ColumnSource::Path;  // Path or Id
  Path path;
  Type type;  // Null: any class is stored as it is (a new field, a column of several classes)
  std::shared_ptr<const Column> declared;  // CREATE TABLE or SchemaFile states it: what is written is checked
  std::optional<size_t> column;            // its place in table.columns; none: a new one
  Span span;
};

// Throws Error(NotSupported) for tables that are no documents: elements of arrays, views.
void require_documents(const Table& table, Span span);

// A column of INSERT: any name; an unknown one becomes a field of its own, a dotted one a path.
Field insert_field(const Table& table, const ast::Name& name);
// The target of SET: `called` is how the statement calls the table. Plain names have to be known (42S22), a
// path need not. Throws Error(UnknownColumn, WrongArguments).
Field update_field(const Table& table, const ast::Name& name, std::string_view called);
// Every column that an INSERT without a column list means, in their order: all of `*` but _rev.
std::vector<Field> all_fields(const Table& table, Span span);

// The type that a parameter in this place has.
ParameterInfo parameter_of(const Field& field);

// Throws Error(WrongArguments, TypeMismatch …), located, when a value of `from` can never be the field's.
void require_castable(const Type& from, const Field& field, Span span);

// A value as the field's JSON text: of the column's class (docs/sql-dialect.md, Changing), JSON where an
// object or array stands. `from`: the expression's type where it is known. Throws Error(TypeMismatch,
// InvalidDatetime, DatetimeOverflow, OutOfRange), naming the field.
std::string field_json(const Field& field, const Value& value, const Type& from = {});
// The same for _id: a text that may be a document's. Throws Error(Duplicate) (23000) for NULL and reserved
// ids.
std::string id_text(const Value& value);

// Where a value comes from.
struct Operand {
  enum class Kind : uint8_t {
    Constant,   // value
    Parameter,  // number `index` of the statement
    Computed,   // column `index` of the inner query
    Copied,     // the field at `path` of the row that INSERT proposed (excluded.x), as it is
    Default,    // the field is left out, or removed
  } kind = Kind::Default;
  Value value;
  uint32_t index = 0;
  Path path;
  Type type;  // Computed
  Span span;
};

// Takes the expression apart; one that has to be computed is moved to `computed`, its place is the index.
Operand operand_of(ast::ExprPtr& expr, std::vector<ast::SelectItem>& computed);

}  // namespace couch::sql::change
