// Expressions as SQLite's SQL.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sql/binder.h"
#include "sql/coercion.h"
#include "sql/datetime.h"
#include "sql/engine/sqlite_printer.h"
#include "sql/engine/sqlite_text.h"
#include "sql/engine/utf8.h"
#include "sql/interval_text.h"
#include "sql/typing.h"
#include "sql/walk.h"

namespace couch::sql::engine {

namespace {

using ast::Expr;
using ast::ExprPtr;

std::string_view operator_text(ast::CompareOp op) {
  switch (op) {
    case ast::CompareOp::Equal: return " = ";
    case ast::CompareOp::NotEqual: return " <> ";
    case ast::CompareOp::Less: return " < ";
    case ast::CompareOp::LessEqual: return " <= ";
    case ast::CompareOp::Greater: return " > ";
    case ast::CompareOp::GreaterEqual: return " >= ";
  }
  return {};
}

std::string hex(std::string_view bytes) {
  std::string result;
  result.reserve(bytes.size() * 2);
  for (char c : bytes) result += fmt::format("{:02X}", static_cast<unsigned char>(c));
  return result;
}

char arithmetic_sign(ast::BinaryOp op) {
  switch (op) {
    case ast::BinaryOp::Add: return '+';
    case ast::BinaryOp::Subtract: return '-';
    case ast::BinaryOp::Multiply: return '*';
    case ast::BinaryOp::Divide: return '/';
    case ast::BinaryOp::Modulo: return '%';
    case ast::BinaryOp::Concat: break;
  }
  return '|';
}

bool number_or_bit(const Type& type) {
  TypeClass c = class_of(type);
  return c == TypeClass::Number || c == TypeClass::Bit || c == TypeClass::Null;
}

// One row whatever its tables hold: no guard is needed where a value is wanted.
bool gives_one_row(const ast::Query& query) {
  auto literal = query.limit ? std::get_if<ast::Literal>(&query.limit->node) : nullptr;
  auto number = literal ? std::get_if<int64_t>(&literal->value) : nullptr;
  if (number && *number <= 1) return !query.with_ties;
  auto select = std::get_if<ast::Select>(&query.body->node);
  if (!select) return false;
  if (select->from.empty()) return true;
  if (!select->group_by.empty()) return false;
  auto aggregate = [](const Expr& expr, const auto& self) -> bool {
    if (auto call = std::get_if<ast::Call>(&expr.node); call && !call->over) {
      const Function* f = find_function(call->name);
      if (f && f->kind == FunctionKind::Aggregate) return true;
    }
    bool found = false;
    for_each_child(expr, [&](const ExprPtr& child) { found = found || self(*child, self); });
    return found;
  };
  return std::any_of(select->items.begin(), select->items.end(),
                     [&](const auto& item) { return aggregate(*item.expr, aggregate); });
}

// No longer than `size` characters by what the statement itself says; a column's size is that of a sample,
// and a parameter's what its place wants.
bool is_text_within(const Expr& expr, uint32_t size) {
  if (auto* text = literal_text(expr)) return count_characters(*text) <= size;
  auto* inner = std::get_if<ast::Cast>(&expr.node);
  return inner && !inner->implicit && inner->type.kind == TypeKind::Varchar && inner->type.size > 0 &&
         inner->type.size <= size;
}

}  // namespace

bool Printer::is_binary(const Expr& expr) const {
  auto column = std::get_if<ast::BoundColumn>(&expr.node);
  if (!column) return false;
  if (column->relation == output_relation)
    return select_ && column->column < select_->items.size() &&
           is_binary(*select_->items[column->column].expr);
  return bound_.relations[column->relation].columns[column->column].is_id_or_revision();
}

std::string_view Printer::collation_of(const Expr& expr) const {
  if (expr.type.kind == TypeKind::Decimal) return "decimal";
  bool text_class = class_of(expr.type) == TypeClass::Text;
  return text_class && collation_ == CollationKind::Server && !is_binary(expr) ? "couch" : "BINARY";
}

void Printer::collate(const Expr& expr, bool binary) {
  std::string_view collation = collation_of(expr);
  TypeClass c = class_of(expr.type);
  if (c != TypeClass::Text && collation == "BINARY") return;
  text += " COLLATE ";
  text += binary ? "BINARY" : collation;
}

void Printer::collated(const Expr& expr, bool binary) {
  expression(expr);
  collate(expr, binary);
}

void Printer::text_literal(std::string_view bytes) {
  if (bytes.find('\0') != std::string_view::npos) {
    // SQLite reads its own text to the first U+0000 only.
    text += "couch_utf8(X'" + hex(bytes) + "')";
    return;
  }
  text += '\'';
  for (char c : bytes) {
    if (c == '\'') text += '\'';
    text += c;
  }
  text += '\'';
}

void Printer::literal(const ast::Literal& node, const Expr& expr) {
  std::visit(
      [&](const auto& v) {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, std::monostate>)
          text += "NULL";
        else if constexpr (std::is_same_v<T, bool>)
          text += v ? '1' : '0';
        else if constexpr (std::is_same_v<T, int64_t>)
          text += std::to_string(v);
        else if constexpr (std::is_same_v<T, double>) {
          std::string digits = fmt::format("{:.17g}", v);
          if (digits.find_first_of(".e") == std::string::npos) digits += ".0";
          text += std::isfinite(v) ? digits : v > 0 ? "9e999" : "-9e999";
        } else if constexpr (std::is_same_v<T, Decimal>)
          text_literal(v.digits);
        else if constexpr (std::is_same_v<T, std::string>)
          text_literal(v);
        else if constexpr (std::is_same_v<T, Interval>) {
          auto units = interval_units(v);
          if (!units)
            throw Error(ErrorKind::OutOfRange, "an interval of more than 292 years in nanoseconds",
                        expr.span);
          text += std::to_string(*units);
        } else if constexpr (std::is_same_v<T, Binary>)
          text += "X'" + hex(v.bytes) + '\'';
        else
          text_literal(format(v));
      },
      node.value);
}

// Balanced, so that a thousand terms are ten levels for SQLite.
void Printer::logical(const std::vector<ExprPtr>& terms, size_t first, size_t last,
                      std::string_view separator) {
  if (last - first == 1) {
    expression(*terms[first]);
    return;
  }
  if (last - first <= 8) {
    text += '(';
    for (size_t i = first; i < last; ++i) {
      if (i > first) text += separator;
      expression(*terms[i]);
    }
    text += ')';
    return;
  }
  size_t middle = first + (last - first) / 2;
  text += '(';
  logical(terms, first, middle, separator);
  text += separator;
  logical(terms, middle, last, separator);
  text += ')';
}

void Printer::compare(const Expr& left, std::string_view op, const Expr& right) {
  auto a = std::get_if<ast::Row>(&left.node), b = std::get_if<ast::Row>(&right.node);
  if (a && b) {
    auto row = [&](const ast::Row& r, const ast::Row& other) {
      text += '(';
      for (size_t i = 0; i < r.items.size(); ++i) {
        if (i > 0) text += ", ";
        collated(*r.items[i], is_binary(*other.items[i]));
      }
      text += ')';
    };
    text += '(';
    row(*a, *b);
    text += op;
    row(*b, *a);
    text += ')';
    return;
  }
  text += '(';
  collated(left, is_binary(right));
  text += op;
  expression(right);
  text += ')';
}

void Printer::expression(const Expr& expr) {
  if (grouped_out_ && grouped_out_->count(fingerprint(expr, select_))) {
    text += "NULL";
    return;
  }
  std::visit(
      [&](const auto& n) {
        using T = std::remove_cvref_t<decltype(n)>;
        if constexpr (std::is_same_v<T, ast::Literal>)
          literal(n, expr);
        else if constexpr (std::is_same_v<T, ast::Parameter>)
          text += '?' + std::to_string(n.index + 1);
        else if constexpr (std::is_same_v<T, ast::BoundColumn>) {
          if (n.relation == output_relation) {
            expression(*select_->items[n.column].expr);
          } else {
            read_.push_back(n.relation);
            text += table_name(n.relation) + '.' + column_name(n.column);
          }
        } else if constexpr (std::is_same_v<T, ast::Unary>) {
          switch (n.op) {
            case ast::UnaryOp::Not: text += "(NOT "; break;
            case ast::UnaryOp::Minus:
              text += is_decimal(expr.type) ? "couch_dec_negate(" : "couch_negate(";
              break;
            case ast::UnaryOp::Plus: text += '('; break;
          }
          expression(*n.operand);
          text += ')';
        } else if constexpr (std::is_same_v<T, ast::Binary>)
          binary(expr, n);
        else if constexpr (std::is_same_v<T, ast::Logical>)
          logical(n.terms, 0, n.terms.size(), n.conjunction ? " AND " : " OR ");
        else if constexpr (std::is_same_v<T, ast::Compare>)
          compare(*n.left, operator_text(n.op), *n.right);
        else if constexpr (std::is_same_v<T, ast::Distinct>)
          compare(*n.left, n.negated ? " IS " : " IS NOT ", *n.right);
        else if constexpr (std::is_same_v<T, ast::IsNull>) {
          text += '(';
          if (auto row = std::get_if<ast::Row>(&n.subject->node)) {
            // A row is null when all its values are, and not null when none is.
            for (size_t i = 0; i < row->items.size(); ++i) {
              if (i > 0) text += " AND ";
              expression(*row->items[i]);
              text += n.negated ? " IS NOT NULL" : " IS NULL";
            }
          } else {
            expression(*n.subject);
            text += n.negated ? " IS NOT NULL" : " IS NULL";
          }
          text += ')';
        } else if constexpr (std::is_same_v<T, ast::IsTruth>) {
          text += '(';
          expression(*n.subject);
          text += n.negated ? " IS NOT " : " IS ";
          text += n.value == ast::Truth::True ? "TRUE)" : n.value == ast::Truth::False ? "FALSE)" : "NULL)";
        } else if constexpr (std::is_same_v<T, ast::Between>) {
          text += '(';
          collated(*n.subject, is_binary(*n.low) || is_binary(*n.high));
          text += n.negated ? " NOT BETWEEN " : " BETWEEN ";
          expression(*n.low);
          text += " AND ";
          expression(*n.high);
          text += ')';
        } else if constexpr (std::is_same_v<T, ast::In>) {
          if (std::holds_alternative<ast::Row>(n.subject->node)) {
            text += n.negated ? "(NOT (" : "((";
            for (size_t i = 0; i < n.list.size(); ++i) {
              if (i > 0) text += " OR ";
              compare(*n.subject, " = ", *n.list[i]);
            }
            text += "))";
            return;
          }
          text += '(';
          collated(*n.subject, std::any_of(n.list.begin(), n.list.end(),
                                           [&](const ExprPtr& item) { return is_binary(*item); }));
          text += n.negated ? " NOT IN (" : " IN (";
          for (size_t i = 0; i < n.list.size(); ++i) {
            if (i > 0) text += ',';
            expression(*n.list[i]);
          }
          text += "))";
        } else if constexpr (std::is_same_v<T, ast::InQuery>) {
          text += '(';
          if (auto row = std::get_if<ast::Row>(&n.subject->node)) {
            text += '(';
            for (size_t i = 0; i < row->items.size(); ++i) {
              if (i > 0) text += ", ";
              collated(*row->items[i], gives_binary(*n.query, i));
            }
            text += ')';
          } else {
            collated(*n.subject, gives_binary(*n.query, 0));
          }
          text += n.negated ? " NOT IN (" : " IN (";
          query(*n.query);
          text += "))";
        } else if constexpr (std::is_same_v<T, ast::Like>) {
          text += n.negated ? "(NOT " : "(";
          text += n.kind == ast::LikeKind::Like ? "couch_like(" : "couch_regexp(";
          expression(*n.subject);
          text += ", ";
          expression(*n.pattern);
          if (n.escape) {
            text += ", ";
            expression(*n.escape);
          }
          text += "))";
        } else if constexpr (std::is_same_v<T, ast::Exists>) {
          text += "EXISTS (";
          query(*n.query);
          text += ')';
        } else if constexpr (std::is_same_v<T, ast::ScalarQuery>)
          scalar_query(*n.query);
        else if constexpr (std::is_same_v<T, ast::Quantified>)
          quantified(n);
        else if constexpr (std::is_same_v<T, ast::Case>)
          case_of(n);
        else if constexpr (std::is_same_v<T, ast::Cast>)
          cast(expr, n);
        else if constexpr (std::is_same_v<T, ast::Call>)
          call(expr, n);
        else {
          static_assert(std::is_same_v<T, ast::ColumnRef> || std::is_same_v<T, ast::Star> ||
                        std::is_same_v<T, ast::Default> || std::is_same_v<T, ast::Row>);
          throw Error(ErrorKind::NotSupported, "a row cannot stand here in this version", expr.span);
        }
      },
      expr.node);
}

// SQLite takes the first of several rows; SQL says 21000.
void Printer::scalar_query(const ast::Query& node) {
  bool one = gives_one_row(node);
  text += one ? "(" : "(SELECT couch_only(c0) FROM (";
  query(node);
  text += one ? ")" : "))";
}

// x > ALL (q): false where one comparison is, else unknown where one is, else true.
void Printer::quantified(const ast::Quantified& node) {
  std::string_view decisive = node.all ? "min(p) = 0 THEN 0" : "max(p) = 1 THEN 1";
  text += fmt::format("(SELECT CASE WHEN {} WHEN count(p) < count(*) THEN NULL ELSE {} END FROM (SELECT ",
                      decisive, node.all ? 1 : 0);
  text += '(';
  collated(*node.subject, gives_binary(*node.query, 0));
  text += operator_text(node.op);
  text += "c0) AS p FROM (";
  query(*node.query);
  text += ")))";
}

void Printer::case_of(const ast::Case& node) {
  text += "CASE ";
  if (node.subject) collated(*node.subject);
  const ast::Case* branch = &node;
  while (true) {
    for (const ast::CaseWhen& when : branch->branches) {
      text += " WHEN ";
      expression(*when.when);
      text += " THEN ";
      expression(*when.then);
    }
    if (!branch->otherwise) break;
    // ELSE CASE … is one long CASE: SQLite's parser nests a few dozen levels only.
    auto next = std::get_if<ast::Case>(&branch->otherwise->node);
    bool key = grouped_out_ && grouped_out_->count(fingerprint(*branch->otherwise, select_));
    if (!next || node.subject || next->subject || key) {
      text += " ELSE ";
      expression(*branch->otherwise);
      break;
    }
    branch = next;
  }
  text += " END";
}

void Printer::number(const Expr& expr) {
  bool decimal = is_decimal(expr.type);
  if (decimal) text += "couch_to_number(";
  expression(expr);
  if (decimal) text += ",0)";
}

// a + b - c …, a tree that leans to the left, as one call for each hundred operands.
void Printer::arithmetic_chain(const Expr& expr) {
  constexpr size_t most = 100;
  std::vector<const Expr*> operands;
  std::string signs;
  const Expr* e = &expr;
  while (signs.size() < most) {
    auto node = std::get_if<ast::Binary>(&e->node);
    bool chained = node && e->type.kind == expr.type.kind && node->op != ast::BinaryOp::Concat &&
                   number_or_bit(node->left->type) && number_or_bit(node->right->type);
    if (!chained || (grouped_out_ && e != &expr && grouped_out_->count(fingerprint(*e, select_)))) break;
    signs += arithmetic_sign(node->op);
    operands.push_back(node->right.get());
    e = node->left.get();
  }
  operands.push_back(e);
  std::reverse(signs.begin(), signs.end());
  // Which arithmetic is a matter of types: whole numbers are checked for overflow, and divide to whole
  // numbers.
  std::string_view function = is_decimal(expr.type)      ? "couch_dec_calculate"
                              : is_whole(expr.type.kind) ? "couch_calculate"
                                                         : "couch_real_calculate";
  text += fmt::format("{}('{}'", function, signs);
  for (size_t i = operands.size(); i-- > 0;) {
    text += ", ";
    if (is_decimal(expr.type))
      expression(*operands[i]);
    else
      number(*operands[i]);
  }
  text += ')';
}

void Printer::binary(const Expr& expr, const ast::Binary& node) {
  TypeClass left = class_of(node.left->type), right = class_of(node.right->type);
  if (node.op == ast::BinaryOp::Concat) {
    // Associative, and SQLite's parser takes a chain without brackets.
    std::vector<const Expr*> operands;
    const Expr* e = &expr;
    for (auto chain = &node; chain && chain->op == ast::BinaryOp::Concat;) {
      operands.push_back(chain->right.get());
      e = chain->left.get();
      chain = std::get_if<ast::Binary>(&e->node);
      if (grouped_out_ && grouped_out_->count(fingerprint(*e, select_))) break;
    }
    operands.push_back(e);
    text += '(';
    for (size_t i = operands.size(); i-- > 0;) {
      expression(*operands[i]);
      if (i > 0) text += " || ";
    }
    text += ')';
    return;
  }
  bool interval = class_of(expr.type) == TypeClass::Interval;
  auto both = [&](std::string_view function, std::string_view more) {
    text += function;
    text += '(';
    expression(*node.left);
    text += ", ";
    expression(*node.right);
    text += more;
    text += ')';
  };
  if (interval && left == TypeClass::Interval && right == TypeClass::Interval) {
    text += node.op == ast::BinaryOp::Add ? "couch_calculate('+', " : "couch_calculate('-', ";
    expression(*node.left);
    text += ", ";
    expression(*node.right);
    text += ')';
    return;
  }
  if (interval && (left == TypeClass::Interval || right == TypeClass::Interval)) {
    both("couch_interval_scale", node.op == ast::BinaryOp::Divide ? ", '/'" : ", '*'");
    return;
  }
  if (interval) {
    both("couch_datetime_difference", "");
    return;
  }
  if (right == TypeClass::Interval) {
    bool months = node.right->type.kind == TypeKind::IntervalYearMonth;
    both("couch_datetime_add",
         fmt::format(", '{}{}'", node.op == ast::BinaryOp::Add ? '+' : '-', months ? 'M' : 'N'));
    return;
  }
  arithmetic_chain(expr);
}

void Printer::cast(const Expr& expr, const ast::Cast& node) {
  const Type &from = node.operand->type, &to = expr.type;
  TypeClass a = class_of(from), b = class_of(to);
  auto call = [&](std::string_view function, std::string_view more = {}) {
    text += function;
    text += '(';
    expression(*node.operand);
    text += more;
    text += ')';
  };
  std::string_view lenient = node.implicit ? ",1" : ",0";
  switch (b) {
    case TypeClass::Null: expression(*node.operand); return;
    case TypeClass::Text: {
      bool cut = !node.implicit && node.type.size > 0 && node.type.kind != TypeKind::Guid &&
                 !is_text_within(*node.operand, node.type.size);
      if (cut) text += "couch_left(";
      if (a == TypeClass::Bit)
        call("couch_text_of_bit");
      else if (a == TypeClass::Number && !is_decimal(from))
        call("couch_text_of_number");
      else if (a == TypeClass::Binary)
        call("couch_text_of_binary");
      else if (a == TypeClass::Interval) {
        call("couch_text_of_interval",
             fmt::format(",{},{},{}", from.kind == TypeKind::IntervalYearMonth ? 1 : 0,
                         static_cast<int>(from.leading), static_cast<int>(from.trailing)));
      } else {
        expression(*node.operand);
      }
      if (cut) text += fmt::format(",{})", node.type.size);
      return;
    }
    case TypeClass::Bit:
      if (a == TypeClass::Bit)
        expression(*node.operand);
      else
        call("couch_to_bit", lenient);
      return;
    case TypeClass::Number:
      if (is_decimal(to)) {
        call("couch_to_decimal",
             fmt::format("{},{},{}", lenient, node.implicit || node.type.size == 0 ? 0 : node.type.size,
                         node.type.scale));
      } else if (node.implicit) {
        if (a == TypeClass::Bit || (a == TypeClass::Number && !is_decimal(from)))
          expression(*node.operand);
        else
          call("couch_to_number", lenient);
      } else if (is_whole(to.kind)) {
        call("couch_to_whole", to.kind == TypeKind::SmallInt  ? ",16"
                               : to.kind == TypeKind::Integer ? ",32"
                                                              : ",64");
      } else {
        call("couch_to_real", to.kind == TypeKind::Real ? ",32" : ",64");
      }
      return;
    case TypeClass::Date: call("couch_to_date", lenient); return;
    case TypeClass::Time:
    case TypeClass::Timestamp:
      call(b == TypeClass::Time ? "couch_to_time" : "couch_to_timestamp",
           fmt::format("{},{}", lenient, node.implicit ? every_digit : node.type.scale));
      return;
    case TypeClass::Binary: {
      const bool cut = !node.implicit && node.type.size > 0;
      if (cut) text += "substr(";
      if (a == TypeClass::Binary)
        expression(*node.operand);
      else
        call("couch_to_binary");
      if (cut) text += fmt::format(",1,{})", node.type.size);
      return;
    }
    case TypeClass::Interval:
      if (a == TypeClass::Interval)
        expression(*node.operand);
      else
        call("couch_to_interval",
             fmt::format("{},{},{}", lenient, static_cast<int>(to.leading), static_cast<int>(to.trailing)));
      return;
  }
}

}  // namespace couch::sql::engine
