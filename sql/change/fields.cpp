#include "sql/change/fields.h"

#include <fmt/format.h>

#include <algorithm>

#include "sql/change/json.h"
#include "sql/coercion.h"
#include "sql/define/check.h"
#include "sql/edit_distance.h"
#include "sql/error.h"
#include "sql/names.h"
#include "sql/typing.h"

namespace couch::sql::change {

namespace {

const Column* find_column(const Table& table, const ast::Name& name, size_t first) {
  const Column* found = nullptr;
  NameFit best = NameFit::None;
  bool several = false;
  for (const Column& column : table.columns) {
    const NameFit how = fit_path(name, first, column.name);
    if (how == NameFit::None || how < best) continue;
    several = how == best;
    best = how;
    found = &column;
  }
  if (several) {
    throw Error(ErrorKind::AmbiguousName,
                fmt::format("{} is the name of several columns of {}", written(name, first), table.name),
                name.back().span);
  }
  return found;
}

Span span_of(const ast::Name& name) { return {name.front().span.begin, name.back().span.end}; }

Field known_field(const Table& table, const Column& column, Span span) {
  Field field;
  field.name = column.name;
  field.source = column.source;
  field.path = column.path;
  field.column = static_cast<size_t>(&column - table.columns.data());
  field.span = span;
  if (column.source == ColumnSource::Id) {
    field.type = text_type();
    return field;
  }
  if (column.source == ColumnSource::Rev) {
    throw Error(ErrorKind::WrongArguments, "_rev is written by the server alone; compare it in WHERE", span);
  }
  if (column.source != ColumnSource::Path) {
    throw Error(ErrorKind::WrongArguments, fmt::format("{} cannot be written: write the fields", column.name),
                span);
  }
  if (!column.array_steps.empty()) {
    throw Error(ErrorKind::NotSupported,
                fmt::format("{} is an element of an array: write the whole array as JSON", column.name),
                span);
  }
  // What was only ever NULL, or of several classes, takes any.
  const bool any = column.type.mixed || class_of(column.type) == TypeClass::Null;
  if (!any) field.type = column.type;
  if (column.declared) field.declared = std::make_shared<const Column>(column);
  return field;
}

Field new_field(const ast::Name& name, size_t first) {
  Field field;
  field.span = span_of(name);
  for (size_t i = first; i < name.size(); ++i) field.path.push_back(name[i].text);
  // "a.b" in quotes is a column's name: a path too, where \. is a dot of the field's own.
  if (field.path.size() == 1 && name[first].quoted) {
    const std::string text = std::move(field.path.front());
    field.path.assign(1, {});
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '.' || text[i + 1] == '\\'))
        field.path.back() += text[++i];
      else if (text[i] == '.')
        field.path.emplace_back();
      else
        field.path.back() += text[i];
    }
  }
  field.name = written(name, first);
  if (field.path.front().starts_with('_')) {
    throw Error(ErrorKind::UnknownColumn,
                fmt::format("{}: fields that begin with an underscore are CouchDB's own", field.name),
                field.span);
  }
  if (std::any_of(field.path.begin(), field.path.end(), [](const auto& step) { return step.empty(); }))
    throw Error(ErrorKind::UnknownColumn, fmt::format("{} has an empty name in it", field.name), field.span);
  return field;
}

[[noreturn]] void does_not_fit(const Field& field, const Value& value) {
  std::string text = text_of(value);
  constexpr size_t longest = 60;
  if (text.size() > longest) text = "a long text";
  throw Error(conversion_error(field.type), fmt::format("'{}' does not read as {}, which column {} holds",
                                                        text, name_of(field.type), field.name));
}

// A field that UPDATE may write: not what a document is found by.
Field own_field(const Table& table, const Column& column, Span span) {
  if (column.source == ColumnSource::Id || column.key > 0) {
    throw Error(ErrorKind::WrongArguments,
                fmt::format("{} cannot be changed{}: insert a copy and delete the old one", column.name,
                            column.key > 0 ? ", it makes the _id" : ""),
                span);
  }
  return known_field(table, column, span);
}

}  // namespace

void require_documents(const Table& table, Span span) {
  if (table.kind == TableKind::View) {
    throw Error(ErrorKind::NotSupported,
                fmt::format("{} is a view: change the documents that it is made from", table.name), span);
  }
  if (table.kind == TableKind::Array) {
    throw Error(ErrorKind::NotSupported,
                fmt::format("the rows of {} are elements of an array: write the array of {} as JSON",
                            table.name, table.parent),
                span);
  }
}

Field insert_field(const Table& table, const ast::Name& name) {
  if (const Column* column = find_column(table, name, 0)) return known_field(table, *column, span_of(name));
  return new_field(name, 0);
}

Field update_field(const Table& table, const ast::Name& name, std::string_view called) {
  if (const Column* column = find_column(table, name, 0)) return own_field(table, *column, span_of(name));
  const bool qualified = name.size() > 1 && fit(name.front(), called) != NameFit::None;
  if (qualified) {
    if (const Column* column = find_column(table, name, 1)) return own_field(table, *column, span_of(name));
  }
  const bool by_database = name.size() > 2 && fit(name[0], table.catalog) != NameFit::None &&
                           fit(name[1], called) != NameFit::None;
  if (by_database) {
    if (const Column* column = find_column(table, name, 2)) return own_field(table, *column, span_of(name));
  }
  const size_t first = by_database ? 2 : qualified ? 1 : 0;
  if (name.size() - first > 1) return new_field(name, first);
  std::vector<std::string_view> names;
  for (const Column& column : table.columns) names.push_back(column.name);
  std::vector<std::string> close;
  for (const auto near : nearest(name.back().text, names, 3)) close.emplace_back(near);
  throw Error(
      ErrorKind::UnknownColumn,
      fmt::format("there is no column {} in {}.{} A new field is made by ALTER TABLE {} ADD COLUMN, or by an "
                  "INSERT that names it",
                  written(name, first), table.name, did_you_mean(close), table.name),
      span_of(name));
}

std::vector<Field> all_fields(const Table& table, Span span) {
  std::vector<Field> fields;
  if (const auto listed = define::listed_columns(table)) {
    for (const size_t place : *listed) fields.push_back(known_field(table, table.columns[place], span));
    return fields;
  }
  for (const Column& column : table.columns) {
    const bool field = column.source == ColumnSource::Id || column.source == ColumnSource::Path;
    if (column.hidden || !field || !column.array_steps.empty()) continue;
    fields.push_back(known_field(table, column, span));
  }
  return fields;
}

ParameterInfo parameter_of(const Field& field) {
  return {field.type, true, class_of(field.type) != TypeClass::Null};
}

void require_castable(const Type& from, const Field& field, Span span) {
  if (class_of(field.type) == TypeClass::Null || class_of(from) == TypeClass::Null) return;
  if (castable(from, field.type)) return;
  throw Error(
      ErrorKind::WrongArguments,
      fmt::format("column {} holds {}, and {} cannot be one", field.name, name_of(field.type), name_of(from)),
      span);
}

std::string field_json(const Field& field, const Value& given, const Type& from) {
  const Value value = field.declared ? define::checked(*field.declared, given) : given;
  if (is_null(value)) return "null";
  const bool any = class_of(field.type) == TypeClass::Null;
  if (any) {
    const std::string* text = from.json ? std::get_if<std::string>(&value) : nullptr;
    return text && is_container(*text) ? *text : json_of(value);
  }
  auto converted = convert_class(value, field.type);
  if (!converted) does_not_fit(field, value);
  if (field.type.json) {
    const auto& text = std::get<std::string>(*converted);
    if (is_container(text)) return text;
    throw Error(
        ErrorKind::TypeMismatch,
        fmt::format("column {} holds objects or arrays: a value is the text of one, in JSON", field.name));
  }
  if (class_of(field.type) == TypeClass::Date && std::holds_alternative<Timestamp>(*converted)) {
    throw Error(
        ErrorKind::DatetimeOverflow,
        fmt::format("column {} holds dates: the time of {} would be lost", field.name, text_of(*converted)));
  }
  try {
    return json_of(*converted);
  } catch (const Error& error) {
    throw Error(error.kind(), fmt::format("column {}: {}", field.name, error.what()));
  }
}

std::string id_text(const Value& value) {
  if (is_null(value))
    throw Error(ErrorKind::Duplicate, "_id cannot be NULL: leave it out for one of the driver's");
  std::string id = text_of(value);
  if (id.empty()) throw Error(ErrorKind::Duplicate, "_id cannot be empty");
  if (id.starts_with('_'))
    throw Error(ErrorKind::Duplicate,
                fmt::format("_id '{}': ids that begin with an underscore are CouchDB's own", id));
  return id;
}

Operand operand_of(ast::ExprPtr& expr, std::vector<ast::SelectItem>& computed) {
  Operand operand;
  operand.span = expr->span;
  if (auto* literal = std::get_if<ast::Literal>(&expr->node)) {
    operand.kind = Operand::Kind::Constant;
    operand.value = literal->value;
  } else if (auto* parameter = std::get_if<ast::Parameter>(&expr->node)) {
    operand.kind = Operand::Kind::Parameter;
    operand.index = parameter->index;
  } else if (!std::holds_alternative<ast::Default>(expr->node)) {
    operand.kind = Operand::Kind::Computed;
    operand.index = static_cast<uint32_t>(computed.size());
    ast::SelectItem item;
    item.expr = std::move(expr);
    computed.push_back(std::move(item));
  }
  return operand;
}

}  // namespace couch::sql::change
