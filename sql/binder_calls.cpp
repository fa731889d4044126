// Function calls, aggregates, windows.
#include <fmt/format.h>

#include <algorithm>

#include "sql/binder.h"
#include "sql/coercion.h"
#include "sql/datetime.h"
#include "sql/edit_distance.h"
#include "sql/other_products.h"
#include "sql/typing.h"
#include "sql/walk.h"

namespace couch::sql {

namespace {

using ast::Expr;
using ast::ExprPtr;

std::string count_text(const Function& function) {
  auto plural = [](int n) { return fmt::format("{} argument{}", n, n == 1 ? "" : "s"); };
  if (function.least == function.most) return function.most == 0 ? "no arguments" : plural(function.most);
  if (function.most >= 100) return fmt::format("{} or more arguments", function.least);
  return fmt::format("{} to {}", function.least, plural(function.most));
}

// A datetime argument: text literals and parameters become what the function can take.
void require_datetime(ExprPtr& expr, Accepts accepts, std::vector<ParameterInfo>& parameters) {
  TypeClass c = class_of(expr->type);
  bool date = accepts != Accepts::Time, time = accepts != Accepts::Date;
  if (c == TypeClass::Timestamp || (c == TypeClass::Date && date) || (c == TypeClass::Time && time)) return;
  if (auto text = literal_text(*expr)) {
    bool clock = time && parse_time(*text, Forms::Any).has_value();
    require_class(expr, Type{clock ? TypeKind::Time : TypeKind::Timestamp, 0, 9}, parameters);
    return;
  }
  if (c == TypeClass::Time)
    throw Error(ErrorKind::WrongArguments, fmt::format("expected a date, found {}", name_of(expr->type)),
                expr->span);
  require_class(expr, Type{TypeKind::Timestamp, 0, 9}, parameters);
}

Type rounded(const Type& type) {
  if (is_whole(type.kind)) return bigint_type();
  return is_decimal(type) ? type : double_type();
}

void local_columns(const Expr& expr, const Scope& scope, bool& any, bool& local) {
  if (auto column = std::get_if<ast::BoundColumn>(&expr.node)) {
    any = true;
    local = local || column->relation == output_relation || scope.source_of(column->relation);
  }
  for_each_child(expr, [&](const ExprPtr& child) { local_columns(*child, scope, any, local); });
}

}  // namespace

void Binder::call(ExprPtr& expr, SelectContext& context) {
  Expr& e = *expr;
  auto& node = std::get<ast::Call>(e.node);
  const Function* function = find_function(node.name);
  if (!function || function->category == FunctionCategory::Convert) {
    std::string help = function_here(node.name);
    if (help.empty()) {
      std::vector<std::string> names;
      for (std::string_view n : nearest_functions(node.name)) names.emplace_back(n);
      help = did_you_mean(names);
    }
    throw Error(ErrorKind::UnknownFunction, fmt::format("there is no function {}.{}", node.name, help),
                e.span);
  }
  bool star = node.arguments.size() == 1 && std::holds_alternative<ast::Star>(node.arguments[0]->node);
  if (star && function->name != "COUNT")
    throw Error(ErrorKind::WrongArguments, fmt::format("{} does not take *", node.name), e.span);
  if (node.arguments.size() < function->least || node.arguments.size() > function->most) {
    throw Error(ErrorKind::WrongArguments,
                fmt::format("{} takes {}, not {}", node.name, count_text(*function), node.arguments.size()),
                e.span);
  }
  if (function->kind != FunctionKind::Aggregate && (node.distinct || node.filter || !node.order_by.empty())) {
    throw Error(ErrorKind::WrongArguments,
                fmt::format("DISTINCT, ORDER BY and FILTER belong to aggregates, and {} is none", node.name),
                e.span);
  }
  if (node.ignore_nulls)
    throw Error(ErrorKind::NotSupported, "IGNORE NULLS is not supported by this version", e.span);
  if (function->kind == FunctionKind::Window && !node.over) {
    throw Error(ErrorKind::WrongArguments, fmt::format("{} needs OVER (…)", node.name), e.span);
  }
  if (function->kind == FunctionKind::Scalar && node.over) {
    throw Error(ErrorKind::WrongArguments,
                fmt::format("{} is no window function and no aggregate: it takes no OVER", node.name),
                e.span);
  }
  if (node.over) {
    if (context.clause != Clause::Select && context.clause != Clause::OrderBy) {
      throw Error(ErrorKind::WrongArguments, "window functions stand in the select list and in ORDER BY only",
                  e.span);
    }
    if (context.inside_aggregate || context.inside_window)
      throw Error(ErrorKind::WrongArguments,
                  "a window function cannot stand in another one or in an aggregate", e.span);
    if (node.distinct)
      throw Error(ErrorKind::NotSupported, "DISTINCT in a window function is not supported by this version",
                  e.span);
    context.windows = true;
    context.inside_window = true;
    for (ExprPtr& a : node.arguments) {
      if (!std::holds_alternative<ast::Star>(a->node)) expression(a, context);
    }
    if (node.filter) condition(node.filter, context);
    window(*node.over, context, e.span);
    context.inside_window = false;
  } else if (function->kind == FunctionKind::Aggregate) {
    aggregate(e, node, *function, context);
  } else {
    for (ExprPtr& a : node.arguments) expression(a, context);
  }
  arguments(e, node, *function);
}

void Binder::aggregate(Expr& e, ast::Call& node, const Function& function, SelectContext& context) {
  if (function.name == "GROUPING") {
    if (context.clause != Clause::Select && context.clause != Clause::Having &&
        context.clause != Clause::OrderBy) {
      throw Error(ErrorKind::WrongArguments, "GROUPING stands in the select list, HAVING and ORDER BY only",
                  e.span);
    }
    context.aggregates = true;
    for (ExprPtr& a : node.arguments) expression(a, context);
    return;
  }
  std::string_view where = context.clause == Clause::Where     ? "WHERE: HAVING filters groups"
                           : context.clause == Clause::From    ? "ON"
                           : context.clause == Clause::GroupBy ? "GROUP BY"
                           : context.clause == Clause::Limit   ? "LIMIT"
                                                               : "";
  if (!where.empty() || !context.select) {
    throw Error(
        ErrorKind::WrongArguments,
        fmt::format("the aggregate {} cannot stand in {}", node.name, where.empty() ? "VALUES" : where),
        e.span);
  }
  if (context.inside_aggregate)
    throw Error(ErrorKind::WrongArguments, "an aggregate cannot stand in another one", e.span);
  context.aggregates = true;
  context.inside_aggregate = true;
  bool any = false, local = false;
  for (ExprPtr& a : node.arguments) {
    if (std::holds_alternative<ast::Star>(a->node)) continue;
    expression(a, context);
    local_columns(*a, context.scope, any, local);
  }
  if (any && !local && context.outer) {
    throw Error(
        ErrorKind::NotSupported,
        "an aggregate of the outer query's columns inside a subquery is not supported by this version",
        e.span);
  }
  for (ast::OrderItem& item : node.order_by) expression(item.key, context);
  if (node.filter) condition(node.filter, context);
  context.inside_aggregate = false;
}

void Binder::window(ast::Window& node, SelectContext& context, Span span) {
  if (node.base && context.select) {
    bool known =
        std::any_of(context.select->windows.begin(), context.select->windows.end(),
                    [&](const ast::NamedWindow& w) { return fit(*node.base, w.name.text) != NameFit::None; });
    if (!known) throw Error(ErrorKind::Syntax, fmt::format("there is no window {}", node.base->text), span);
  }
  bool before = context.inside_window;
  context.inside_window = true;
  for (ExprPtr& e : node.partition_by) expression(e, context);
  for (ast::OrderItem& item : node.order_by) expression(item.key, context);
  if (node.frame) {
    for (ExprPtr* offset : {&node.frame->start_offset, &node.frame->end_offset}) {
      if (!*offset) continue;
      expression(*offset, context);
      require_class(*offset, bigint_type(), bound_.parameters);
    }
    bool by_value =
        node.frame->unit == ast::FrameUnit::Range && (node.frame->start_offset || node.frame->end_offset);
    if (by_value && (node.order_by.size() != 1 || class_of(node.order_by[0].key->type) != TypeClass::Number ||
                     is_decimal(node.order_by[0].key->type))) {
      throw Error(ErrorKind::NotSupported,
                  "RANGE with an offset needs an ORDER BY of one number that is no DECIMAL", span);
    }
  }
  context.inside_window = before;
}

// Checks and converts the arguments, which are bound, and types the call.
void Binder::arguments(Expr& e, ast::Call& node, const Function& function) {
  std::vector<ExprPtr*> chosen, compared;
  for (size_t i = 0; i < node.arguments.size(); ++i) {
    ExprPtr& a = node.arguments[i];
    if (std::holds_alternative<ast::Star>(a->node)) continue;
    if (std::holds_alternative<ast::Row>(a->node))
      throw Error(ErrorKind::WrongArguments, fmt::format("{} does not take rows", node.name), a->span);
    switch (function.accepts[std::min<size_t>(i, 3)]) {
      case Accepts::Any: break;
      case Accepts::Text:
        require_class(a, text_type(std::max(text_size(a->type), is_constant(*a) ? 255u : 1u)),
                      bound_.parameters);
        break;
      case Accepts::Number: require_class(a, double_type(), bound_.parameters); break;
      case Accepts::Integer: require_class(a, bigint_type(), bound_.parameters); break;
      case Accepts::Condition: require_class(a, bit_type(), bound_.parameters); break;
      case Accepts::Date:
      case Accepts::Time:
      case Accepts::Datetime:
        require_datetime(a, function.accepts[std::min<size_t>(i, 3)], bound_.parameters);
        break;
      case Accepts::Field: {
        DatetimeField field{};
        const std::string* name = literal_text(*a);
        if (!name || !parse_field(*name, field)) {
          throw Error(ErrorKind::WrongArguments,
                      fmt::format("{} wants the name of a field here: YEAR, QUARTER, MONTH, WEEK, DAY, HOUR, "
                                  "MINUTE, SECOND …",
                                  node.name),
                      a->span);
        }
        bool extract_only = field > DatetimeField::Century ||
                            ((field == DatetimeField::Decade || field == DatetimeField::Century) &&
                             function.name != "DATE_TRUNC");
        if (extract_only && function.name != "EXTRACT") {
          throw Error(ErrorKind::WrongArguments, fmt::format("{} does not take {}", node.name, *name),
                      a->span);
        }
        break;
      }
      case Accepts::Path:
        if (!literal_text(*a))
          throw Error(ErrorKind::WrongArguments,
                      fmt::format("{} wants a JSON path in quotes here", node.name), a->span);
        break;
      case Accepts::Summable:
        if (class_of(a->type) != TypeClass::Interval) require_class(a, double_type(), bound_.parameters);
        break;
      case Accepts::Chosen: chosen.push_back(&a); break;
      case Accepts::Compared: compared.push_back(&a); break;
    }
  }
  Type unified;
  if (!chosen.empty()) unified = unify_for_choice(chosen, bound_.parameters);
  if (!compared.empty()) unified = unify_for_comparison(compared, bound_.parameters);
  call_type(e, node, function, unified);
}

void Binder::call_type(Expr& e, ast::Call& node, const Function& function, const Type& unified) {
  const Type first = node.arguments.empty() ? Type{} : node.arguments[0]->type;
  auto text_total = [&] {
    uint64_t total = 0;
    for (const ExprPtr& a : node.arguments) total += text_size(a->type);
    return static_cast<uint32_t>(std::clamp<uint64_t>(total, 1, 1u << 30));
  };
  auto fraction = [&]() -> int16_t {
    for (const ExprPtr& a : node.arguments) {
      TypeClass c = class_of(a->type);
      if (c == TypeClass::Time || c == TypeClass::Timestamp) return a->type.scale;
      if (auto literal = std::get_if<ast::Literal>(&a->node)) {
        if (auto digits = std::get_if<int64_t>(&literal->value); digits && node.arguments.size() == 1)
          return static_cast<int16_t>(std::clamp<int64_t>(*digits, 0, 9));
      }
    }
    return 0;
  };
  switch (function.gives) {
    case Gives::Bit: e.type = bit_type(); break;
    case Gives::Integer: e.type = integer_type(); break;
    case Gives::BigInt: e.type = bigint_type(); break;
    case Gives::Double: e.type = double_type(); break;
    case Gives::Date: e.type = Type{TypeKind::Date}; break;
    case Gives::Time: e.type = Type{TypeKind::Time, 0, fraction()}; break;
    case Gives::Timestamp: e.type = Type{TypeKind::Timestamp, 0, fraction()}; break;
    case Gives::Text: e.type = text_type(longest_varchar); break;
    case Gives::Name: e.type = text_type(128); break;
    case Gives::Character: e.type = text_type(2); break;
    case Gives::Json:
      e.type = Type{TypeKind::LongVarchar};
      e.type.json = true;
      break;
    case Gives::FirstText: {
      const Type& subject =
          function.name == "TRIM" && !node.arguments.empty() ? node.arguments.back()->type : first;
      e.type = subject.kind == TypeKind::LongVarchar ? Type{TypeKind::LongVarchar, subject.size}
                                                     : text_type(std::max(text_size(subject), 1u));
      break;
    }
    case Gives::SumText: {
      bool is_long = std::any_of(node.arguments.begin(), node.arguments.end(),
                                 [](const ExprPtr& a) { return a->type.kind == TypeKind::LongVarchar; });
      e.type = is_long ? Type{TypeKind::LongVarchar, text_total()} : text_type(text_total());
      break;
    }
    case Gives::First: e.type = class_of(first) == TypeClass::Null ? text_type() : first; break;
    case Gives::Rounded: {
      Type type = first;
      if (function.name == "MOD")
        type = arithmetic_type(ast::BinaryOp::Modulo, first, node.arguments[1]->type);
      e.type = rounded(type);
      break;
    }
    case Gives::Sum:
      e.type = class_of(first) == TypeClass::Interval ? first : rounded(first);
      if (is_decimal(e.type)) e.type.size = std::max(e.type.size, 38u);
      break;
    case Gives::Average:
      e.type = class_of(first) == TypeClass::Interval ? first : double_type();
      if (is_decimal(first))
        e.type = Type{TypeKind::Decimal, 38, static_cast<int16_t>(std::max<int>(first.scale, 6))};
      break;
    case Gives::Unified: e.type = unified; break;
    case Gives::DateOrTimestamp: {
      const Type& subject = node.arguments.back()->type;
      e.type = class_of(subject) == TypeClass::Date ? Type{TypeKind::Date} : Type{TypeKind::Timestamp};
      break;
    }
  }
  if (function.name == "EXTRACT") {
    DatetimeField field{};
    if (auto name = literal_text(*node.arguments[0])) parse_field(*name, field);
    bool fractional = field == DatetimeField::Second || field == DatetimeField::Epoch;
    if (!fractional)
      e.type = field == DatetimeField::FracSecond || field == DatetimeField::Microsecond ? bigint_type()
                                                                                         : integer_type();
  }
  auto nullable = [](const ExprPtr& a) { return a->nullable; };
  const auto& all = node.arguments;
  switch (function.null) {
    case GivesNull::Strict: e.nullable = std::any_of(all.begin(), all.end(), nullable); break;
    case GivesNull::Never: e.nullable = false; break;
    case GivesNull::Maybe: e.nullable = true; break;
    case GivesNull::AllNull: e.nullable = std::all_of(all.begin(), all.end(), nullable); break;
  }
}

}  // namespace couch::sql
