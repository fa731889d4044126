// Expressions: names, operators, conditions, subqueries.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sql/binder.h"
#include "sql/coercion.h"
#include "sql/edit_distance.h"
#include "sql/engine/decimal.h"
#include "sql/other_products.h"
#include "sql/parser.h"
#include "sql/typing.h"
#include "sql/walk.h"

namespace couch::sql {

namespace {

using ast::Expr;
using ast::ExprPtr;

bool any_nullable(const Expr& expr) {
  bool nullable = false;
  for_each_child(expr, [&](const ExprPtr& child) { nullable = nullable || child->nullable; });
  return nullable;
}

void is_bit(Expr& expr, bool nullable) {
  expr.type = bit_type();
  expr.nullable = nullable;
}

bool is_datetime(const Expr& expr) {
  TypeClass c = class_of(expr.type);
  return c == TypeClass::Date || c == TypeClass::Time || c == TypeClass::Timestamp;
}
bool is_interval(const Expr& expr) { return class_of(expr.type) == TypeClass::Interval; }

// Functions that SQL writes without brackets; a column of that name comes first.
bool is_niladic(const ast::Name& name, std::string& function) {
  constexpr std::array<std::string_view, 11> names{"CURRENT_CATALOG",
                                                   "CURRENT_DATE",
                                                   "CURRENT_TIME",
                                                   "CURRENT_TIMESTAMP",
                                                   "CURRENT_USER",
                                                   "LOCALTIME",
                                                   "LOCALTIMESTAMP",
                                                   "SESSION_USER",
                                                   "SYSTEM_USER",
                                                   "USER",
                                                   ""};
  if (name.size() != 1 || name[0].quoted) return false;
  function = name[0].text;
  for (char& c : function) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return std::find(names.begin(), names.end(), function) != names.end();
}

// -literal becomes a literal.
bool fold_sign(Expr& expr, bool minus) {
  auto& operand = std::get<ast::Unary>(expr.node).operand;
  auto literal = std::get_if<ast::Literal>(&operand->node);
  if (!literal) return false;
  Value value = literal->value;
  if (!minus) {
    if (class_of(view(value)) != TypeClass::Number) return false;
  } else if (auto i = std::get_if<int64_t>(&value)) {
    if (*i == INT64_MIN)
      value = Decimal{"9223372036854775808"};
    else
      value = -*i;
  } else if (auto d = std::get_if<double>(&value)) {
    value = -*d;
  } else if (auto decimal = std::get_if<Decimal>(&value)) {
    std::string digits = engine::negate_decimal(decimal->digits);
    if (auto whole = engine::decimal_to_int(digits); whole && digits.find('.') == std::string::npos)
      value = *whole;
    else
      value = Decimal{digits};
  } else {
    return false;
  }
  expr.type = type_of(value);
  expr.nullable = false;
  expr.node = ast::Literal{std::move(value)};
  expr.depth = 1;
  return true;
}

// s + 'x': a text that reads as no number, which other products would join to the other one.
void refuse_joined_texts(const ast::Binary& sum) {
  for (const ExprPtr* side : {&sum.left, &sum.right}) {
    const std::string* text = literal_text(**side);
    if (!text || convert_class(Value{*text}, double_type())) continue;
    throw Error(
        ErrorKind::TypeMismatch,
        fmt::format("'{}' does not read as {}; texts are joined with ||", *text, name_of(double_type())),
        (*side)->span);
  }
}

Type concatenated(const Type& a, const Type& b) {
  if (a.kind == TypeKind::LongVarchar || b.kind == TypeKind::LongVarchar)
    return {TypeKind::LongVarchar, a.size + b.size};
  return text_type(std::max(a.size + b.size, 1u));
}

}  // namespace

ExprPtr Binder::column_of(const ColumnPlace& place, bool nullable, Span span) {
  auto expr = std::make_unique<Expr>();
  Relation& relation = bound_.relations[place.relation];
  relation.used[place.column] = true;
  expr->span = span;
  expr->type = relation.columns[place.column].type;
  expr->nullable = nullable;
  expr->node = ast::BoundColumn{place.relation, place.column};
  return expr;
}

ExprPtr Binder::merged_column(const MergedColumn& merged, Span span) {
  if (!merged.full) return column_of(merged.parts.front(), true, span);
  auto expr = std::make_unique<Expr>();
  expr->span = span;
  expr->depth = 2;
  ast::Call coalesce;
  coalesce.name = "COALESCE";
  std::vector<ExprPtr*> operands;
  for (const ColumnPlace& place : merged.parts) coalesce.arguments.push_back(column_of(place, true, span));
  for (ExprPtr& e : coalesce.arguments) operands.push_back(&e);
  expr->type = unify_for_choice(operands, bound_.parameters);
  expr->node = std::move(coalesce);
  return expr;
}

void Binder::column(ExprPtr& expr, SelectContext& context) {
  const ast::Name name = std::get<ast::ColumnRef>(expr->node).name;
  for (SelectContext* c = &context; c; c = c->outer) {
    Resolution found = c->scope.resolve(name);
    if (found.kind == Resolution::Kind::None) {
      if (c == &context && alias(expr, context)) return;
      continue;
    }
    if (found.kind == Resolution::Kind::Ambiguous) {
      throw Error(ErrorKind::AmbiguousName,
                  fmt::format("{} may be {}: say which, with the table in front or in double quotes",
                              written(name), fmt::join(found.candidates, " or ")),
                  expr->span);
    }
    Span span = expr->span;
    expr = found.merged ? merged_column(*found.merged, span) : column_of(found.place, found.nullable, span);
    return;
  }
  std::string function;
  if (is_niladic(name, function)) {
    ast::Call niladic;
    niladic.name = function;
    expr->node = std::move(niladic);
    call(expr, context);
    return;
  }
  unknown_column(*expr, name, context);
}

// GROUP BY and HAVING (and expressions in ORDER BY) may use the select list's aliases where no column has the
// name.
bool Binder::alias(ExprPtr& expr, SelectContext& context) {
  const ast::Name& name = std::get<ast::ColumnRef>(expr->node).name;
  if (!context.outputs || !context.select || name.size() != 1) return false;
  for (size_t i = 0; i < context.outputs->size(); ++i) {
    const auto& item = context.select->items[i];
    if (!item.alias || fit(name[0], item.alias->text) == NameFit::None) continue;
    const ResultColumn& output = (*context.outputs)[i];
    expr->node = ast::BoundColumn{output_relation, static_cast<uint32_t>(i)};
    expr->type = output.type;
    expr->nullable = output.nullable;
    return true;
  }
  return false;
}

// " t is called y here.": a table with an alias is known by that alone.
std::string Binder::called_here(const ast::Name& name, const SelectContext& context) const {
  if (name.size() < 2) return {};
  for (const SelectContext* c = &context; c; c = c->outer) {
    if (!c->scope.named(name, 1).empty()) return {};
    for (const Source& source : c->scope.sources) {
      const Relation& relation = bound_.relations[source.relation];
      if (relation.kind == RelationKind::Base && !source.name.empty() &&
          fit(name[0], relation.table->name) != NameFit::None)
        return fmt::format(" {} is called {} here.", written({name[0]}), source.name);
    }
  }
  return {};
}

void Binder::unknown_column(const Expr& expr, const ast::Name& name, const SelectContext& context) {
  std::vector<std::string> names = context.scope.suggestions(name);
  std::string message = fmt::format("there is no column {}", written(name));
  bool statable = false;
  for (const SelectContext* c = &context; c; c = c->outer) {
    auto qualified = name.size() > 1 ? c->scope.named(name, 1) : std::vector<const Source*>{};
    const auto& sources = c->scope.sources;
    const Source* source = !qualified.empty() ? qualified[0] : sources.size() == 1 ? &sources[0] : nullptr;
    if (!source) continue;
    const Relation& relation = bound_.relations[source->relation];
    statable = relation.kind == RelationKind::Base;
    if (!source->name.empty())
      message =
          fmt::format("there is no column {} in {}", written(name, qualified.empty() ? 0 : 1), source->name);
    break;
  }
  message += '.';
  const std::string here = name.size() == 1 && !name[0].quoted ? column_here(name[0].text) : "";
  const std::string called = called_here(name, context);
  if (!here.empty() || !called.empty())
    throw Error(ErrorKind::UnknownColumn, message + here + called, expr.span);
  message += did_you_mean(names);
  bool maybe_text = name.size() == 1 && name[0].quoted;
  if (maybe_text) message += fmt::format(" Text stands in single quotes: '{}'.", name[0].text);
  if (context.scope.sources.empty() && context.outer == nullptr) message += " There is no FROM here.";
  if (statable && !maybe_text)
    message += " A field that no sampled document has can be stated in the file that SchemaFile names.";
  throw Error(ErrorKind::UnknownColumn, message, expr.span);
}

void Binder::condition(ExprPtr& expr, SelectContext& context) {
  expression(expr, context);
  TypeClass c = class_of(expr->type);
  if (c != TypeClass::Bit && c != TypeClass::Null && !is_constant(*expr)) {
    std::string hint = c == TypeClass::Number ? ": write <> 0 after it" : "";
    throw Error(ErrorKind::WrongArguments,
                fmt::format("expected a condition, found {}{}", name_of(expr->type), hint), expr->span);
  }
  require_class(expr, bit_type(), bound_.parameters);
}

void Binder::compare(ExprPtr& left, ExprPtr& right, Span span) {
  auto a = std::get_if<ast::Row>(&left->node), b = std::get_if<ast::Row>(&right->node);
  if (a || b) {
    if (!a || !b || a->items.size() != b->items.size()) {
      throw Error(ErrorKind::WrongArguments, "a row compares with a row of as many values only", span);
    }
    for (size_t i = 0; i < a->items.size(); ++i) compare(a->items[i], b->items[i], span);
    return;
  }
  unify_for_comparison({&left, &right}, bound_.parameters);
}

void Binder::expression(ExprPtr& expr, SelectContext& context) {
  if (std::holds_alternative<ast::ColumnRef>(expr->node)) {
    column(expr, context);
    return;
  }
  Expr& e = *expr;
  auto bind = [&](ExprPtr& child) {
    if (child) expression(child, context);
  };
  std::visit(
      [&](auto& n) {
        using T = std::remove_cvref_t<decltype(n)>;
        if constexpr (std::is_same_v<T, ast::Literal>) {
          if (e.type.kind != TypeKind::Guid) e.type = type_of(n.value);
          e.nullable = is_null(n.value);
        } else if constexpr (std::is_same_v<T, ast::Star>) {
          throw Error(ErrorKind::Syntax, "* stands in a select list or COUNT(*) only", e.span);
        } else if constexpr (std::is_same_v<T, ast::Parameter>) {
          e.type = bound_.parameters[n.index].type;
        } else if constexpr (std::is_same_v<T, ast::Default>) {
          throw Error(ErrorKind::Syntax, "DEFAULT stands in VALUES of INSERT and in SET only", e.span);
        } else if constexpr (std::is_same_v<T, ast::Unary>) {
          unary(expr, context);
        } else if constexpr (std::is_same_v<T, ast::Binary>) {
          binary(expr, context);
        } else if constexpr (std::is_same_v<T, ast::Logical>) {
          for (ExprPtr& term : n.terms) condition(term, context);
          is_bit(e, any_nullable(e));
        } else if constexpr (std::is_same_v<T, ast::Compare>) {
          bind(n.left);
          bind(n.right);
          compare(n.left, n.right, e.span);
          is_bit(e, any_nullable(e));
        } else if constexpr (std::is_same_v<T, ast::Distinct>) {
          bind(n.left);
          bind(n.right);
          compare(n.left, n.right, e.span);
          is_bit(e, false);
        } else if constexpr (std::is_same_v<T, ast::IsNull>) {
          bind(n.subject);
          is_bit(e, false);
        } else if constexpr (std::is_same_v<T, ast::IsTruth>) {
          condition(n.subject, context);
          is_bit(e, false);
        } else if constexpr (std::is_same_v<T, ast::Between>) {
          bind(n.subject);
          bind(n.low);
          bind(n.high);
          unify_for_comparison({&n.subject, &n.low, &n.high}, bound_.parameters);
          is_bit(e, any_nullable(e));
        } else if constexpr (std::is_same_v<T, ast::In>) {
          bind(n.subject);
          std::vector<ExprPtr*> operands{&n.subject};
          for (ExprPtr& item : n.list) {
            bind(item);
            operands.push_back(&item);
          }
          if (std::holds_alternative<ast::Row>(n.subject->node)) {
            for (ExprPtr& item : n.list) compare(n.subject, item, item->span);
          } else {
            unify_for_comparison(operands, bound_.parameters);
          }
          is_bit(e, any_nullable(e));
        } else if constexpr (std::is_same_v<T, ast::InQuery>) {
          in_query(e, n, context);
        } else if constexpr (std::is_same_v<T, ast::Like>) {
          bind(n.subject);
          bind(n.pattern);
          bind(n.escape);
          Type text = text_type(std::max(text_size(n.subject->type), 255u));
          require_class(n.subject, text, bound_.parameters);
          require_class(n.pattern, text, bound_.parameters);
          if (n.escape) require_class(n.escape, text_type(1), bound_.parameters);
          is_bit(e, any_nullable(e));
        } else if constexpr (std::is_same_v<T, ast::Exists>) {
          query(*n.query, &context);
          is_bit(e, false);
        } else if constexpr (std::is_same_v<T, ast::ScalarQuery>) {
          auto columns = untyped_query(*n.query, &context);
          if (columns.size() != 1) {
            throw Error(ErrorKind::WrongArguments,
                        fmt::format("a query that stands for a value has one column, this one has {}",
                                    columns.size()),
                        e.span);
          }
          e.type = columns[0].type;
          e.nullable = true;
        } else if constexpr (std::is_same_v<T, ast::Quantified>) {
          quantified(e, n, context);
        } else if constexpr (std::is_same_v<T, ast::Row>) {
          for (ExprPtr& item : n.items) bind(item);
          e.nullable = any_nullable(e);
        } else if constexpr (std::is_same_v<T, ast::Case>) {
          case_of(e, n, context);
        } else if constexpr (std::is_same_v<T, ast::Cast>) {
          cast(e, n, context);
        } else if constexpr (std::is_same_v<T, ast::Call>) {
          call(expr, context);
        } else {
          // ColumnRef: above. BoundColumn: bound already, a star's.
          static_assert(std::is_same_v<T, ast::BoundColumn> || std::is_same_v<T, ast::ColumnRef>);
        }
      },
      e.node);
}

void Binder::unary(ExprPtr& expr, SelectContext& context) {
  Expr& e = *expr;
  auto& node = std::get<ast::Unary>(e.node);
  if (node.op == ast::UnaryOp::Not) {
    condition(node.operand, context);
    is_bit(e, node.operand->nullable);
    return;
  }
  expression(node.operand, context);
  if (fold_sign(e, node.op == ast::UnaryOp::Minus)) return;
  if (!is_interval(*node.operand)) require_class(node.operand, double_type(), bound_.parameters);
  e.type = node.operand->type;
  if (is_whole(e.type.kind)) e.type = bigint_type();
  e.nullable = node.operand->nullable;
}

void Binder::binary(ExprPtr& expr, SelectContext& context) {
  Expr& e = *expr;
  auto& node = std::get<ast::Binary>(e.node);
  expression(node.left, context);
  expression(node.right, context);
  if (node.op == ast::BinaryOp::Concat) {
    for (ExprPtr* side : {&node.left, &node.right})
      require_class(*side, text_type(std::max(text_size((*side)->type), 1u)), bound_.parameters);
    e.type = concatenated(node.left->type, node.right->type);
  } else if (is_datetime(*node.left) || is_datetime(*node.right) || is_interval(*node.left) ||
             is_interval(*node.right)) {
    datetime_arithmetic(e);
  } else {
    bool left_constant = is_constant(*node.left), right_constant = is_constant(*node.right);
    auto number_beside = [&](const ExprPtr& other) {
      return class_of(other->type) == TypeClass::Number ? other->type : double_type();
    };
    // A constant takes the other side's form (1.5 beside a BIGINT is a double); columns of DECIMAL and of
    // another number meet as DECIMAL, with doubles as DOUBLE.
    Type left_type = number_beside(node.left), right_type = number_beside(node.right);
    if (node.op == ast::BinaryOp::Add) refuse_joined_texts(node);
    auto meets = [&](ExprPtr& constant, const ExprPtr& other) {
      auto literal = std::get_if<ast::Literal>(&constant->node);
      if (literal && !is_null(literal->value) && !is_constant(*other)) {
        bool decimal = is_decimal(other->type);
        auto number = convert_class(literal->value, Type{decimal ? TypeKind::Decimal : TypeKind::BigInt});
        if (number && class_of(view(*number)) == TypeClass::Number) {
          constant->type = decimal                                   ? type_of(*number)
                           : std::holds_alternative<double>(*number) ? double_type()
                                                                     : type_of(*number);
          constant->node = ast::Literal{std::move(*number)};
          return;
        }
      }
      require_class(constant, number_beside(other), bound_.parameters);
    };
    if (left_constant)
      meets(node.left, node.right);
    else
      require_class(node.left, left_type, bound_.parameters);
    if (right_constant)
      meets(node.right, node.left);
    else
      require_class(node.right, right_type, bound_.parameters);
    if (is_decimal(node.left->type) != is_decimal(node.right->type)) {
      bool approximate = !is_whole((is_decimal(node.left->type) ? node.right : node.left)->type.kind);
      ExprPtr& changed = is_decimal(node.left->type) == approximate ? node.left : node.right;
      Type target = approximate ? double_type() : Type{TypeKind::Decimal, 19, 0};
      cast_to(changed, target, true);
    }
    e.type = arithmetic_type(node.op, node.left->type, node.right->type);
  }
  e.nullable = node.left->nullable || node.right->nullable;
}

// datetime ± interval, datetime - datetime, interval ± interval, interval * / number.
void Binder::datetime_arithmetic(Expr& e) {
  using Op = ast::BinaryOp;
  auto& node = std::get<ast::Binary>(e.node);
  auto refuse = [&] {
    throw Error(ErrorKind::WrongArguments,
                fmt::format("{} and {} do not go together here: a datetime takes + and - with an INTERVAL, "
                            "e.g. INTERVAL '1' DAY",
                            name_of(node.left->type), name_of(node.right->type)),
                e.span);
  };
  if (is_interval(*node.left) && is_interval(*node.right)) {
    auto type = merge(node.left->type, node.right->type);
    if (!type || (node.op != Op::Add && node.op != Op::Subtract)) refuse();
    e.type = *type;
    return;
  }
  if (is_interval(*node.left) && (node.op == Op::Multiply || node.op == Op::Divide)) {
    require_class(node.right, double_type(), bound_.parameters);
    e.type = node.left->type;
    return;
  }
  if (is_interval(*node.right) && node.op == Op::Multiply) {
    require_class(node.left, double_type(), bound_.parameters);
    e.type = node.right->type;
    return;
  }
  if (node.op == Op::Add && is_interval(*node.left)) std::swap(node.left, node.right);
  if ((node.op == Op::Add || node.op == Op::Subtract) && is_interval(*node.right)) {
    bool time_fields = node.right->type.kind == TypeKind::IntervalDaySecond &&
                       node.right->type.trailing > IntervalField::Day;
    Type target = node.left->type;
    if (!is_datetime(*node.left) || (class_of(target) == TypeClass::Date && time_fields))
      target = Type{TypeKind::Timestamp};
    target.scale =
        class_of(target) == TypeClass::Date ? int16_t{0} : std::max(target.scale, node.right->type.scale);
    if (class_of(target) == TypeClass::Time && node.right->type.kind == TypeKind::IntervalYearMonth) refuse();
    require_class(node.left, target, bound_.parameters);
    e.type = class_of(node.left->type) == class_of(target) ? target : node.left->type;
    return;
  }
  if (node.op != Op::Subtract) refuse();
  Type both = unify_for_comparison({&node.left, &node.right}, bound_.parameters);
  e.type = Type{TypeKind::IntervalDaySecond};
  e.type.leading = class_of(both) == TypeClass::Time ? IntervalField::Hour : IntervalField::Day;
  e.type.trailing = class_of(both) == TypeClass::Date ? IntervalField::Day : IntervalField::Second;
  e.type.scale = both.scale;
}

void Binder::compare_with_query(ExprPtr& subject, ast::Query& query, std::vector<ResultColumn>& columns,
                                Span span) {
  auto row = std::get_if<ast::Row>(&subject->node);
  size_t width = row ? row->items.size() : 1;
  if (columns.size() != width) {
    throw Error(ErrorKind::WrongArguments,
                fmt::format("the query has {} columns, and is compared with {} value{}", columns.size(),
                            width, width == 1 ? "" : "s"),
                span);
  }
  const auto operands_of = [&](size_t i) {
    std::vector<ExprPtr*> operands{row ? &row->items[i] : &subject};
    outputs_of(*query.body, i, operands);
    return operands;
  };
  if (chooses_by_value(query)) {
    for (size_t i = 0; i < width; ++i) {
      if (!are_of_several_classes(operands_of(i))) continue;
      set_apart(query, columns);
      break;
    }
  }
  for (size_t i = 0; i < width; ++i) unify_for_comparison(operands_of(i), bound_.parameters);
}

void Binder::in_query(Expr& e, ast::InQuery& in, SelectContext& context) {
  expression(in.subject, context);
  auto columns = untyped_query(*in.query, &context);
  compare_with_query(in.subject, *in.query, columns, e.span);
  is_bit(e, in.subject->nullable ||
                std::any_of(columns.begin(), columns.end(), [](const auto& c) { return c.nullable; }));
}

void Binder::quantified(Expr& e, ast::Quantified& node, SelectContext& context) {
  expression(node.subject, context);
  auto columns = untyped_query(*node.query, &context);
  if (std::holds_alternative<ast::Row>(node.subject->node)) {
    throw Error(ErrorKind::NotSupported, "rows with ALL, ANY and SOME are not supported by this version",
                e.span);
  }
  compare_with_query(node.subject, *node.query, columns, e.span);
  is_bit(e, node.subject->nullable || columns[0].nullable);
}

void Binder::case_of(Expr& e, ast::Case& node, SelectContext& context) {
  std::vector<ExprPtr*> compared, chosen;
  if (node.subject) {
    expression(node.subject, context);
    compared.push_back(&node.subject);
  }
  bool nullable = !node.otherwise;
  for (ast::CaseWhen& branch : node.branches) {
    if (node.subject) {
      expression(branch.when, context);
      compared.push_back(&branch.when);
    } else {
      condition(branch.when, context);
    }
    expression(branch.then, context);
    chosen.push_back(&branch.then);
  }
  if (node.otherwise) {
    expression(node.otherwise, context);
    chosen.push_back(&node.otherwise);
  }
  if (node.subject) unify_for_comparison(compared, bound_.parameters);
  e.type = unify_for_choice(chosen, bound_.parameters);
  for (ExprPtr* result : chosen) nullable = nullable || (*result)->nullable;
  e.nullable = nullable;
}

void Binder::cast(Expr& e, ast::Cast& node, SelectContext& context) {
  expression(node.operand, context);
  Type& type = node.type;
  if (std::holds_alternative<ast::Parameter>(node.operand->node)) {
    // CAST(? AS t) is how a statement says what its parameter is.
    Type wanted = type;
    if (wanted.kind == TypeKind::Varchar && wanted.size == 0) wanted.size = 255;
    require_class(node.operand, wanted, bound_.parameters);
  }
  if (!castable(node.operand->type, type)) {
    throw Error(ErrorKind::WrongArguments,
                fmt::format("{} cannot be CAST to {}", name_of(node.operand->type), name_of(type)), e.span);
  }
  e.type = type;
  if (type.size == 0 && (type.kind == TypeKind::Varchar || type.kind == TypeKind::VarBinary)) {
    e.type.size = std::max(text_size(node.operand->type), 1u);
  }
  if (type.kind == TypeKind::Decimal && type.size == 0) {
    bool decimal = is_decimal(node.operand->type);
    e.type = decimal ? node.operand->type
                     : Type{TypeKind::Decimal, 38,
                            static_cast<int16_t>(is_whole(node.operand->type.kind) ? 0 : 10)};
  }
  e.nullable = node.operand->nullable;
}

}  // namespace couch::sql
