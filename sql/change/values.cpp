#include "sql/change/values.h"

#include <fmt/format.h>

#include <utility>

#include "sql/coercion.h"
#include "sql/define/check.h"
#include "sql/error.h"
#include "sql/json_text.h"

namespace couch::sql::change {

namespace {

std::string json_for(const Field& field, const Value& value, const Type& from = {}) {
  return field.source == ColumnSource::Id ? json_string(id_text(value)) : field_json(field, value, from);
}

}  // namespace

Assignments::Assignments(std::vector<Field> fields, std::vector<Operand> operands,
                         const std::vector<Type>& computed, std::vector<ParameterInfo>& infos)
    : fields_(std::move(fields)), operands_(std::move(operands)) {
  std::vector<Path> paths;
  for (size_t i = 0; i < fields_.size(); ++i) {
    const Field& field = fields_[i];
    Operand& operand = operands_.at(i);
    if (field.source == ColumnSource::Id) {
      if (id_) throw Error(ErrorKind::WrongArguments, "_id is written twice", field.span);
      id_ = i;
    } else {
      places_.push_back(i);
      paths.push_back(field.path);
    }
    constants_.emplace_back();
    try {
      switch (operand.kind) {
        case Operand::Kind::Constant: constants_.back() = json_for(field, operand.value); break;
        case Operand::Kind::Parameter: infos.at(operand.index) = parameter_of(field); break;
        case Operand::Kind::Computed:
          operand.type = computed.at(operand.index);
          require_castable(operand.type, field, operand.span);
          break;
        case Operand::Kind::Copied:
        case Operand::Kind::Default: break;
      }
    } catch (const Error& error) {
      if (error.span()) throw;
      throw Error(error.kind(), error.what(), operand.span);
    }
  }
  try {
    edits_.emplace(paths);
  } catch (const Error& error) {
    // The first place by which the paths up to it clash.
    size_t last = 0;
    const auto clashes = [&] {
      try {
        Edits{{paths.begin(), paths.begin() + static_cast<std::ptrdiff_t>(last) + 1}};
        return false;
      } catch (const Error&) {
        return true;
      }
    };
    while (last + 1 < paths.size() && !clashes()) ++last;
    throw Error(error.kind(), error.what(), fields_[places_[last]].span);
  }
}

std::vector<std::optional<std::string>> Assignments::json(const Row& row) const {
  std::vector<std::optional<std::string>> out(fields_.size());
  for (size_t i = 0; i < fields_.size(); ++i) {
    const Operand& operand = operands_[i];
    switch (operand.kind) {
      case Operand::Kind::Constant: out[i] = constants_[i]; break;
      case Operand::Kind::Parameter: out[i] = json_for(fields_[i], (*row.parameters)[operand.index]); break;
      case Operand::Kind::Computed:
        out[i] = json_for(fields_[i], own(row.computed->cell(row.first + operand.index)), operand.type);
        break;
      case Operand::Kind::Copied: {
        const std::string_view text = member_of(row.excluded, operand.path);
        if (!text.empty()) out[i] = std::string{text};
        break;
      }
      case Operand::Kind::Default: break;
    }
  }
  return out;
}

Value Assignments::value(size_t i, const Row& row) const {
  const Operand& operand = operands_[i];
  switch (operand.kind) {
    case Operand::Kind::Constant: return operand.value;
    case Operand::Kind::Parameter: return (*row.parameters)[operand.index];
    case Operand::Kind::Computed: return own(row.computed->cell(row.first + operand.index));
    case Operand::Kind::Copied:
    case Operand::Kind::Default: break;
  }
  return {};
}

std::string Assignments::apply(std::string_view object,
                               const std::vector<std::optional<std::string>>& json) const {
  if (!id_) return edits_->apply(object, json);
  std::vector<std::optional<std::string>> rest;
  rest.reserve(places_.size());
  for (const size_t place : places_) rest.push_back(json[place]);
  return edits_->apply(object, rest);
}

void fill_defaults(const Assignments& assignments, std::vector<std::optional<std::string>>& json,
                   const Options& options, const Execution& execution) {
  for (size_t i = 0; i < json.size(); ++i) {
    const Field& field = assignments.fields()[i];
    if (assignments.operands()[i].kind != Operand::Kind::Default || !field.declared) continue;
    if (const auto value = define::default_of(*field.declared, options, execution))
      json[i] = field_json(field, *value);
    else
      define::checked(*field.declared, {});  // NOT NULL
  }
}

}  // namespace couch::sql::change
