#include "sql/change/reading.h"

#include <fmt/format.h>

#include <algorithm>

#include "sql/change/splice.h"
#include "sql/decode/raw.h"
#include "sql/error.h"
#include "sql/json_text.h"
#include "sql/typing.h"
#include "sql/walk.h"

namespace couch::sql::change {

namespace {

const ast::Select& select_of(const Bound& bound) {
  return std::get<ast::Select>(std::get<ast::QueryPtr>(bound.statement.node)->body->node);
}

template <class Visit>
void for_each_column(const ast::Expr& expr, Visit& visit) {
  if (auto* column = std::get_if<ast::BoundColumn>(&expr.node)) visit(*column);
  for_each_child(expr, [&](const ast::ExprPtr& child) { for_each_column(*child, visit); });
}

decode::Raw raw_of(std::string_view json, std::string& storage) {
  using decode::RawKind;
  if (json.empty()) return {};
  switch (json.front()) {
    case '"': storage = string_of(json); return {RawKind::String, storage};
    case '{': return {RawKind::Object, json};
    case '[': return {RawKind::Array, json};
    case 't': return {RawKind::True, {}};
    case 'f': return {RawKind::False, {}};
    case 'n': return {RawKind::Null, {}};
    default: return {RawKind::Number, json};
  }
}

std::string column_name(const Path& path) {
  std::string out;
  for (const auto& step : path) {
    if (!out.empty()) out += '.';
    for (const char c : step) {
      if (c == '.' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out;
}

Column column_of(const Field& field, Type type) {
  Column column;
  column.name = column_name(field.path);
  column.path = field.path;
  column.type = type;
  return column;
}

}  // namespace

// As a sample would show it (docs/type-mapping.md).
static Type sampled_type(const Value& value) {
  Type type = type_of(value);
  switch (type.kind) {
    case TypeKind::SmallInt:
    case TypeKind::Integer: return bigint_type();
    case TypeKind::Decimal: return type.scale == 0 ? type : double_type();
    case TypeKind::Varchar: return text_type(std::max<uint32_t>(type.size, 255));
    case TypeKind::VarBinary: return text_type();
    default: return type;
  }
}

Target target_of(const Bound& bound) {
  const ast::Select& select = select_of(bound);
  const uint32_t number = std::get<ast::NamedTable>(select.from.front()->node).relation;
  const Relation& relation = bound.relations[number];
  if (!relation.table) {
    throw Error(ErrorKind::NotSupported, "only tables of documents can be changed", relation.span);
  }
  Target target{relation.table, relation.span, relation.assumed_parameter.has_value(), false};
  auto visit = [&](const ast::BoundColumn& column) {
    target.states_revision =
        target.states_revision ||
        (column.relation == number && relation.table->columns[column.column].source == ColumnSource::Rev);
  };
  if (select.where) for_each_column(*select.where, visit);
  return target;
}

std::optional<uint32_t> id_parameter(const Bound& bound) {
  const ast::Select& select = select_of(bound);
  const auto* equal = select.where ? std::get_if<ast::Compare>(&select.where->node) : nullptr;
  if (!equal || equal->op != ast::CompareOp::Equal) return std::nullopt;
  const uint32_t number = std::get<ast::NamedTable>(select.from.front()->node).relation;
  const auto chosen = [&](const ast::Expr& left, const ast::Expr& right) -> std::optional<uint32_t> {
    const auto* column = std::get_if<ast::BoundColumn>(&left.node);
    const auto* parameter = std::get_if<ast::Parameter>(&right.node);
    if (!column || !parameter || column->relation != number) return std::nullopt;
    const Relation& relation = bound.relations[number];
    if (relation.table->columns[column->column].source != ColumnSource::Id) return std::nullopt;
    return parameter->index;
  };
  const auto found = chosen(*equal->left, *equal->right);
  return found ? found : chosen(*equal->right, *equal->left);
}

bool belongs_to(std::string_view document, const Table& table) {
  if (string_of(member_of(document, "_id")).starts_with("_design/")) return false;
  if (table.discriminator_path.empty()) return true;
  const std::string_view type = member_of(document, table.discriminator_path);
  return type.starts_with('"') && string_of(type) == table.discriminator;
}

std::vector<std::vector<uint32_t>> columns_read(const Bound& bound, size_t first) {
  const ast::Select& select = select_of(bound);
  const uint32_t number = std::get<ast::NamedTable>(select.from.front()->node).relation;
  std::vector<std::vector<uint32_t>> out;
  for (size_t i = first; i < select.items.size(); ++i) {
    auto& columns = out.emplace_back();
    auto visit = [&](const ast::BoundColumn& column) {
      if (column.relation == number) columns.push_back(column.column);
    };
    for_each_column(*select.items[i].expr, visit);
  }
  return out;
}

void require_readable(std::string_view document, const Table& table, const std::vector<uint32_t>& columns) {
  for (const uint32_t index : columns) {
    const Column& column = table.columns[index];
    if (column.source != ColumnSource::Path || !column.array_steps.empty()) continue;
    const std::string_view text = member_of(document, column.path);
    std::string storage;
    if (decode::cell_of(raw_of(text, storage), column.type)) continue;
    throw Error(
        ErrorKind::TypeMismatch,
        fmt::format("column {} ({}) holds a value of another class, and NULL is not written in its place",
                    column.name, name_of(column.type)));
  }
}

std::vector<LocalDocument> read_documents(Documents& documents, const std::string& database,
                                          const std::vector<std::string>& ids) {
  std::vector<LocalDocument> out;
  if (ids.empty()) return out;
  auto stream = documents.open({database, {}, ByIds{ids, true}});
  while (auto row = stream->next()) {
    const std::string_view text{row->data(), row->size()};
    const std::string_view document = member_of(text, "doc");
    if (!document.starts_with('{')) continue;
    out.push_back({string_of(member_of(document, "_id")), string_of(member_of(document, "_rev")),
                   std::string{document}});
  }
  return out;
}

std::string revised(std::string_view document, const std::string& revision) {
  static const Edits& edits = *new Edits({{"_rev"}});  // never destroyed
  const std::optional<std::string> value =
      revision.empty() ? std::nullopt : std::optional<std::string>{json_string(revision)};
  return edits.apply(document, {&value, 1});
}

std::vector<Column> new_columns(const std::vector<Field>& fields, const std::vector<Operand>& operands,
                                const std::vector<Value>& parameters) {
  std::vector<Column> columns;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].column || fields[i].source != ColumnSource::Path) continue;
    const Operand& operand = operands[i];
    Type type;
    if (operand.kind == Operand::Kind::Constant) type = sampled_type(operand.value);
    if (operand.kind == Operand::Kind::Parameter) type = sampled_type(parameters[operand.index]);
    if (operand.kind == Operand::Kind::Computed) type = operand.type;
    columns.push_back(column_of(fields[i], type));
  }
  return columns;
}

Table with_new_fields(const Table& table, const std::vector<Field>& fields) {
  Table out = table;
  for (const Field& field : fields) {
    if (field.column || field.source != ColumnSource::Path) continue;
    Type any = text_type();
    any.mixed = true;
    out.columns.push_back(column_of(field, any));
  }
  return out;
}

}  // namespace couch::sql::change
