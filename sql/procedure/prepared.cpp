// CALL as a prepared statement.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sql/coercion.h"
#include "sql/edit_distance.h"
#include "sql/located.h"
#include "sql/procedure/procedure.h"
#include "sql/rows.h"

namespace couch::sql::procedure {

namespace {

// An argument as it is written: a parameter, or a value.
struct Given {
  std::optional<uint32_t> parameter;
  Value value;
};

Given given(const ast::Expr& expr) {
  if (const auto* literal = std::get_if<ast::Literal>(&expr.node)) return {std::nullopt, literal->value};
  if (const auto* parameter = std::get_if<ast::Parameter>(&expr.node)) return {parameter->index, {}};
  throw Error(ErrorKind::NotSupported, "an argument is a literal or a parameter", expr.span);
}

class PreparedCall final : public Prepared {
 public:
  PreparedCall(std::string text, const Procedure& procedure, const ast::CallProcedure& call, Span span,
               uint32_t parameters)
      : text_(std::move(text)), procedure_(procedure), span_(span) {
    parameters_.resize(parameters, ParameterInfo{{TypeKind::Integer}, true, true});
    for (size_t i = 0; i < call.arguments.size(); ++i) {
      given_.push_back(given(*call.arguments[i]));
      if (given_.back().parameter)
        parameters_.at(*given_.back().parameter) = {procedure.arguments[i].type, true, true};
    }
  }

  const std::vector<ResultColumn>& columns() const override { return procedure_.columns; }
  const std::vector<ParameterInfo>& parameters() const override { return parameters_; }
  StatementKind kind() const override { return StatementKind::Procedure; }
  std::string_view function() const override { return "CALL"; }
  bool is_current(Catalog&) const override { return true; }

  std::unique_ptr<Rows> execute(const std::vector<Value>& parameters,
                                const Execution& execution) const override {
    return located_in(text_, [&]() -> std::unique_ptr<Rows> {
      try {
        return run(parameters, execution);
      } catch (const Error& error) {
        throw Error(error.kind(), fmt::format("{}: {}", procedure_.name, error.what()), span_);
      }
    });
  }

 private:
  std::unique_ptr<Rows> run(const std::vector<Value>& parameters, const Execution& execution) const {
    if (execution.catalog == nullptr) throw Error(ErrorKind::Engine, "a procedure needs the catalog");
    if (execution.transaction != nullptr && procedure_.writes)
      throw Error(ErrorKind::ActiveTransaction,
                  "it cannot be part of a transaction: COMMIT or ROLLBACK first");
    Call call{execution.documents, *execution.catalog, values(parameters)};
    const std::string_view name = procedure_.name;
    if (name == "changes") return changes(call, procedure_, execution.stop);
    std::vector<RowValues> rows;
    if (name == "replicate") rows = replicate(call, false);
    if (name == "cancel_replication") rows = replicate(call, true);
    if (name == "compact") rows = compact(call);
    if (name == "conflicts") rows = conflicts(call);
    if (name == "revisions") rows = revisions(call);
    return rows_of(procedure_.columns, std::move(rows));
  }

  // What is left out or DEFAULT is the argument's default.
  std::vector<Value> values(const std::vector<Value>& parameters) const {
    std::vector<Value> out;
    for (size_t i = 0; i < procedure_.arguments.size(); ++i) {
      const Argument& argument = procedure_.arguments[i];
      Value value;
      if (i < given_.size()) {
        value = given_[i].parameter ? parameters.at(*given_[i].parameter) : given_[i].value;
      } else if (argument.default_text == "FALSE") {
        value = false;
      } else if (argument.default_text == "0") {
        value = int64_t{0};
      } else if (argument.default_text == "'0'") {
        value = std::string{"0"};
      }
      if (!is_null(value)) {
        auto converted = convert_class(value, argument.type);
        if (!converted)
          throw Error(conversion_error(argument.type),
                      fmt::format("'{}' is no {} for the argument {}", text_of(value), name_of(argument.type),
                                  argument.name));
        value = *std::move(converted);
      }
      if (is_null(value) && argument.default_text.empty())
        throw Error(ErrorKind::NullNotAllowed, fmt::format("the argument {} cannot be NULL", argument.name));
      out.push_back(std::move(value));
    }
    return out;
  }

  std::string text_;
  const Procedure& procedure_;
  Span span_;
  std::vector<Given> given_;
  std::vector<ParameterInfo> parameters_;
};

}  // namespace

std::string Call::database() const {
  const auto* named = std::get_if<std::string>(&values.at(0));
  std::string name = named ? *named : catalog.current();
  if (name.empty()) throw Error(ErrorKind::UnknownDatabase, "no database is chosen: name one");
  return name;
}
std::string Call::text(size_t argument) const {
  const auto* text = std::get_if<std::string>(&values.at(argument));
  return text ? *text : std::string{};
}
bool Call::flag(size_t argument) const {
  const auto* flag = std::get_if<bool>(&values.at(argument));
  return flag && *flag;
}

std::unique_ptr<const Prepared> prepare(std::string text, const ast::CallProcedure& call, Span span,
                                        uint32_t parameters, const Options& options) {
  const Span named{call.name.front().span.begin, call.name.back().span.end};
  // A tool may put the catalog before the name.
  const Procedure* procedure = find_procedure(call.name.back().text);
  if (!procedure) {
    std::vector<std::string_view> names;
    for (const Procedure& one : procedures()) names.push_back(one.name);
    std::string list;
    for (const auto name : names) list += fmt::format("{}{}", list.empty() ? "" : ", ", name);
    throw Error(ErrorKind::UnknownFunction,
                fmt::format("there is no procedure {}; there are {}", call.name.back().text, list), named);
  }
  // SQLProcedures says so, too: SQL_PT_PROCEDURE.
  if (call.returns_value) {
    throw Error(
        ErrorKind::NotSupported,
        fmt::format("{0} returns rows and no value: write {{call {0}(...)}}, without ?=", procedure->name),
        named);
  }
  const auto required = static_cast<size_t>(
      std::count_if(procedure->arguments.begin(), procedure->arguments.end(),
                    [](const Argument& argument) { return argument.default_text.empty(); }));
  const size_t least = procedure->arguments.empty() || procedure->arguments.back().default_text.empty()
                           ? procedure->arguments.size()
                           : required;
  if (call.arguments.size() < least || call.arguments.size() > procedure->arguments.size()) {
    std::string list;
    for (const Argument& argument : procedure->arguments)
      list += fmt::format("{}{}{}", list.empty() ? "" : ", ", argument.name,
                          argument.default_text.empty() ? "" : fmt::format(" = {}", argument.default_text));
    throw Error(ErrorKind::WrongArguments, fmt::format("it is called {}({})", procedure->name, list), named);
  }
  if (options.read_only && procedure->writes)
    throw Error(ErrorKind::ReadOnly,
                fmt::format("{} is refused: the connection is read only", procedure->name), named);
  return std::make_unique<PreparedCall>(std::move(text), *procedure, call, span, parameters);
}

}  // namespace couch::sql::procedure
