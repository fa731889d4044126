#include "sql/define/columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>

#include "sql/define/check.h"
#include "sql/names.h"
#include "sql/parser.h"
#include "sql/path.h"

namespace couch::sql::define {

namespace {

constexpr uint32_t usual_varchar = 255, usual_precision = 38;

// What documents can hold: JSON has no binary values, no intervals, and a GUID is a text.
Type stored_type(Type type, const std::string& name, Span span) {
  switch (class_of(type)) {
    case TypeClass::Binary:
      throw Error(
          ErrorKind::NotSupported,
          fmt::format("column {}: JSON has no binary values; take VARCHAR, and write them as text", name),
          span);
    case TypeClass::Interval:
      throw Error(ErrorKind::NotSupported,
                  fmt::format("column {}: JSON has no intervals; take a number of seconds or months", name),
                  span);
    default: break;
  }
  if (type.kind == TypeKind::Guid)
    throw Error(ErrorKind::NotSupported, fmt::format("column {}: take VARCHAR(36) for a GUID", name), span);
  if (type.kind == TypeKind::Varchar && type.size == 0) type.size = usual_varchar;
  if (type.kind == TypeKind::Decimal && type.size == 0) type.size = usual_precision;
  return type;
}

void check_name(const std::string& name, const Type& type, Span span) {
  const auto path = split_path(name);
  if (!path || name.find('\0') != std::string::npos)
    throw Error(ErrorKind::Syntax, fmt::format("\"{}\" is no path of fields", name), span);
  if (name == "_id") {
    if (type.kind != TypeKind::Varchar)
      throw Error(ErrorKind::WrongArguments, "_id is a text in every document: make it VARCHAR(n)", span);
    return;
  }
  if (path->front().starts_with('_'))
    throw Error(ErrorKind::WrongArguments,
                fmt::format("{}: names that begin with an underscore are CouchDB's own", name), span);
}

class NoDocuments final : public Documents {
 public:
  std::unique_ptr<DocumentStream> open(const DocumentRequest&) override {
    throw Error(ErrorKind::NotSupported, "a DEFAULT reads no tables");
  }
};

// A default that cannot be computed, or does not fit, is said when it is stated and not at the first INSERT.
void try_default(const ColumnDefinition& column, Span span) {
  NoDocuments none;
  const std::atomic<bool> stop{false};
  try {
    Column nullable = column_of(column);
    nullable.not_null = false;
    default_of(nullable, {}, {.documents = none, .stop = stop});
  } catch (const Error& error) {
    throw Error(error.kind(), error.what(), span);
  }
}

void check_key(ColumnDefinition& column, Span span) {
  switch (column.type.kind) {
    case TypeKind::Real:
    case TypeKind::Double:
    case TypeKind::LongVarchar:
      throw Error(
          ErrorKind::WrongArguments,
          fmt::format("column {}: {} cannot be part of a primary key", column.name, name_of(column.type)),
          span);
    default: column.not_null = true;
  }
}

}  // namespace

Column column_of(const ColumnDefinition& definition) {
  Column column;
  column.name = definition.name;
  column.path = split_path(definition.name).value_or(std::vector<std::string>{definition.name});
  if (definition.name == "_id") column.source = ColumnSource::Id;
  column.type = definition.type;
  column.declared = true;
  column.not_null = definition.not_null;
  column.default_text = definition.default_text;
  return column;
}

bool in_the_way(const std::string& one, const std::string& other) {
  const auto& [shorter, longer] =
      std::minmax(one, other, [](const auto& a, const auto& b) { return a.size() < b.size(); });
  return longer.size() > shorter.size() && longer.starts_with(shorter) && longer[shorter.size()] == '.';
}

ColumnDefinition stated_column(const ast::ColumnDefinition& column) {
  ColumnDefinition stated;
  stated.name = column.name.text;
  stated.type = stored_type(column.type, stated.name, column.name.span);
  stated.not_null = column.not_null;
  check_name(stated.name, stated.type, column.name.span);
  const auto* null = column.default_value ? std::get_if<ast::Literal>(&column.default_value->node) : nullptr;
  if (column.default_value && !(null && is_null(null->value))) {
    if (stated.name == "_id")
      throw Error(ErrorKind::NotSupported, "_id takes no DEFAULT: an INSERT without it makes one",
                  column.name.span);
    stated.default_text = print(*column.default_value);
    try_default(stated, column.default_value->span);
  }
  return stated;
}

StatedTable stated_table(const ast::CreateTable& statement) {
  StatedTable table;
  std::vector<ast::Identifier> key = statement.primary_key;
  for (const auto& column : statement.columns) {
    for (size_t i = 0; i < table.columns.size(); ++i) {
      const ast::Identifier& other = statement.columns[i].name;
      if (fit(column.name, other.text) != NameFit::None || fit(other, column.name.text) != NameFit::None)
        throw Error(ErrorKind::ColumnExists, fmt::format("two columns are called {}", column.name.text),
                    column.name.span);
      if (in_the_way(column.name.text, other.text))
        throw Error(ErrorKind::WrongArguments,
                    fmt::format("{} and {} stand in each other's way: one is a field of the other",
                                other.text, column.name.text),
                    column.name.span);
    }
    if (column.primary_key) {
      if (!key.empty())
        throw Error(ErrorKind::Syntax, "this table has a primary key already", column.name.span);
      key.push_back(column.name);
    }
    table.columns.push_back(stated_column(column));
  }
  for (const auto& part : key) {
    const auto found = std::find_if(table.columns.begin(), table.columns.end(), [&](const auto& column) {
      return fit(part, column.name) != NameFit::None;
    });
    if (found == table.columns.end()) {
      if (part.text == "_id" && key.size() == 1) return table;
      throw Error(ErrorKind::UnknownColumn,
                  fmt::format("the primary key's column {} is not stated", part.text), part.span);
    }
    if (found->name == "_id") {
      if (key.size() > 1)
        throw Error(ErrorKind::WrongArguments, "_id is the whole key of a document, not a part of one",
                    part.span);
      found->not_null = true;
      return table;
    }
    check_key(*found, part.span);
    if (std::find(table.primary_key.begin(), table.primary_key.end(), found->name) != table.primary_key.end())
      throw Error(ErrorKind::Syntax, fmt::format("{} is in the primary key twice", found->name), part.span);
    table.primary_key.push_back(found->name);
  }
  return table;
}

}  // namespace couch::sql::define
