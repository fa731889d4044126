// A tree back to SQL: names, values and operators.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "sql/datetime.h"
#include "sql/printer_impl.h"

namespace couch::sql {
namespace {

std::string quoted(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote) out += c;
    out += c;
  }
  return out += quote;
}

std::string_view symbol(ast::BinaryOp op) {
  switch (op) {
    case ast::BinaryOp::Add: return "+";
    case ast::BinaryOp::Subtract: return "-";
    case ast::BinaryOp::Multiply: return "*";
    case ast::BinaryOp::Divide: return "/";
    case ast::BinaryOp::Modulo: return "%";
    case ast::BinaryOp::Concat: return "||";
  }
  return {};
}

std::string_view symbol(ast::CompareOp op) {
  switch (op) {
    case ast::CompareOp::Equal: return "=";
    case ast::CompareOp::NotEqual: return "<>";
    case ast::CompareOp::Less: return "<";
    case ast::CompareOp::LessEqual: return "<=";
    case ast::CompareOp::Greater: return ">";
    case ast::CompareOp::GreaterEqual: return ">=";
  }
  return {};
}

Level level_of(ast::BinaryOp op) {
  switch (op) {
    case ast::BinaryOp::Add:
    case ast::BinaryOp::Subtract: return Level::Sum;
    case ast::BinaryOp::Multiply:
    case ast::BinaryOp::Divide:
    case ast::BinaryOp::Modulo: return Level::Product;
    case ast::BinaryOp::Concat: return Level::Concat;
  }
  return Level::Primary;
}

bool is_negative(const Value& value) {
  if (const auto* const i = std::get_if<int64_t>(&value)) return *i < 0;
  if (const auto* const d = std::get_if<double>(&value)) return std::signbit(*d);
  if (const auto* const d = std::get_if<Decimal>(&value))
    return !d->digits.empty() && d->digits.front() == '-';
  return false;
}

// So written that the parser makes a double of it again.
std::string number_text(double value) {
  if (!std::isfinite(value)) return "NULL";  // SQL has no word for it, and JSON no such number
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

}  // namespace

std::string print(const ast::Statement& statement) {
  Printer printer;
  printer.statement(statement);
  return printer.take();
}
std::string print(const ast::Query& query) {
  Printer printer;
  printer.query(query);
  return printer.take();
}
std::string print(const ast::Expr& expr) {
  Printer printer;
  printer.expr(expr);
  return printer.take();
}

std::string quote_identifier(std::string_view name) {
  const bool plain = is_plain_name(name) && standing(find_word(name)) < Standing::NoTable;
  return plain ? std::string(name) : quoted(name, '"');
}

std::string quoted_identifier(std::string_view name) { return quoted(name, '"'); }

Level level_of(const ast::Expr& expr) {
  struct Levels {
    Level operator()(const ast::Unary& u) const {
      return u.op == ast::UnaryOp::Not ? Level::Not : Level::Sign;
    }
    Level operator()(const ast::Binary& b) const { return level_of(b.op); }
    Level operator()(const ast::Logical& l) const { return l.conjunction ? Level::And : Level::Or; }
    Level operator()(const ast::Literal& l) const {
      return is_negative(l.value) ? Level::Sign : Level::Primary;
    }
    Level operator()(const ast::Compare&) const { return Level::Predicate; }
    Level operator()(const ast::Distinct&) const { return Level::Predicate; }
    Level operator()(const ast::IsNull&) const { return Level::Predicate; }
    Level operator()(const ast::IsTruth&) const { return Level::Predicate; }
    Level operator()(const ast::Between&) const { return Level::Predicate; }
    Level operator()(const ast::In&) const { return Level::Predicate; }
    Level operator()(const ast::InQuery&) const { return Level::Predicate; }
    Level operator()(const ast::Like&) const { return Level::Predicate; }
    Level operator()(const ast::Quantified&) const { return Level::Predicate; }
    Level operator()(const ast::ColumnRef&) const { return Level::Primary; }
    Level operator()(const ast::Star&) const { return Level::Primary; }
    Level operator()(const ast::Parameter&) const { return Level::Primary; }
    Level operator()(const ast::Default&) const { return Level::Primary; }
    Level operator()(const ast::Exists&) const { return Level::Primary; }
    Level operator()(const ast::ScalarQuery&) const { return Level::Primary; }
    Level operator()(const ast::Row&) const { return Level::Primary; }
    Level operator()(const ast::Case&) const { return Level::Primary; }
    Level operator()(const ast::Cast&) const { return Level::Primary; }
    Level operator()(const ast::Call&) const { return Level::Primary; }
    Level operator()(const ast::BoundColumn&) const { return Level::Primary; }
  };
  return std::visit(Levels{}, expr.node);
}

// ---- names, types, values

void Printer::identifier(const ast::Identifier& id, Place place) {
  const bool word = place == Place::NameOnly || standing(find_word(id.text)) != Standing::Reserved;
  const bool plain = place == Place::NameOnly ? is_plain_part(id.text) : is_plain_name(id.text);
  put(!id.quoted && plain && word ? id.text : quoted(id.text, '"'));
}

void Printer::name(const ast::Name& name, Place place) {
  bool first = true;
  for (const auto& part : name) {
    if (!first) put(".");
    identifier(part, first ? place : Place::NameOnly);
    first = false;
  }
}

void Printer::names(const std::vector<ast::Identifier>& ids) {
  put("(");
  list(ids, [&](const ast::Identifier& id) { identifier(id, Place::NameOnly); });
  put(")");
}

void Printer::as(const std::optional<ast::Identifier>& alias) {
  if (!alias) return;
  put(" AS ");
  identifier(*alias, Place::NameOnly);
}

void Printer::type(const Type& type) {
  // Without a precision every digit of a second is kept: that none is has to be written.
  const bool whole = (type.kind == TypeKind::Time || type.kind == TypeKind::Timestamp) && type.scale == 0;
  put(type.json ? "JSON" : name_of(type) + (whole ? "(0)" : ""));
}

void Printer::value(const Value& value, const Type& type) {
  struct Text {
    const Type& type;
    std::string operator()(std::monostate) const { return "NULL"; }
    std::string operator()(bool b) const { return b ? "TRUE" : "FALSE"; }
    std::string operator()(int64_t i) const { return fmt::format("{}", i); }
    std::string operator()(double d) const { return number_text(d); }
    std::string operator()(const Decimal& d) const { return d.digits; }
    std::string operator()(const std::string& s) const {
      return (type.kind == TypeKind::Guid ? "GUID " : "") + quoted(s, '\'');
    }
    std::string operator()(const Date& d) const { return fmt::format("DATE '{}'", format(d)); }
    std::string operator()(const Time& t) const { return fmt::format("TIME '{}'", format(t)); }
    std::string operator()(const Timestamp& t) const { return fmt::format("TIMESTAMP '{}'", format(t)); }
    std::string operator()(const Interval&) const { return {}; }
    std::string operator()(const Binary& b) const {
      std::string digits = "X'";
      for (const char c : b.bytes) digits += fmt::format("{:02X}", static_cast<unsigned char>(c));
      return digits += '\'';
    }
  };
  if (const auto* const i = std::get_if<Interval>(&value))
    interval(*i);
  else
    put(std::visit(Text{type}, value));
}

void Printer::interval(const Interval& value) {
  const bool negative = value.months < 0 || value.seconds < 0 || value.nanoseconds < 0;
  // The fields from the leading one down: '1-2', '5 10:15:30.25'.
  const auto first = static_cast<size_t>(value.leading), last = static_cast<size_t>(value.trailing);
  std::array<uint64_t, 6> fields{};
  const auto size = [](int64_t n) { return n < 0 ? 0 - static_cast<uint64_t>(n) : static_cast<uint64_t>(n); };
  constexpr std::array<uint64_t, 6> units{12, 1, 86400, 3600, 60, 1};
  uint64_t rest = size(value.year_month ? value.months : value.seconds);
  for (size_t i = first; i <= last; ++i) {
    fields[i] = rest / units[i];
    rest %= units[i];
  }
  constexpr std::array<std::string_view, 6> separators{"", "-", "", " ", ":", ":"};
  std::string text = negative ? "-" : "";
  for (size_t i = first; i <= last; ++i) {
    text += i == first ? fmt::format("{}", fields[i])
            : i == 1   ? fmt::format("-{}", fields[i])
                       : fmt::format("{}{:02}", separators[i], fields[i]);
  }
  if (value.nanoseconds != 0) {
    std::string fraction = fmt::format("{:09}", std::abs(value.nanoseconds));
    text += '.' + fraction.substr(0, fraction.find_last_not_of('0') + 1);
  }
  Type type;
  type.kind = value.year_month ? TypeKind::IntervalYearMonth : TypeKind::IntervalDaySecond;
  type.leading = value.leading;
  type.trailing = value.trailing;
  put(fmt::format("INTERVAL '{}' {}", text, name_of(type).substr(9)));  // behind "INTERVAL "
}

// ---- expressions

void Printer::expr(const ast::Expr& expr, Level least) {
  const bool parentheses = level_of(expr) < least;
  if (parentheses) put("(");
  std::visit([&](const auto& alternative) { node(alternative, expr); }, expr.node);
  if (parentheses) put(")");
}

void Printer::set_value(const ast::Expr& value) {
  const auto* const column = std::get_if<ast::ColumnRef>(&value.node);
  const bool word = column != nullptr && column->name.size() == 1 && !column->name.front().quoted &&
                    find_word(column->name.front().text) == Word::Default;
  if (word) put("(");
  expr(value);
  if (word) put(")");
}

void Printer::subquery(const ast::Query& inner) {
  put("(");
  query(inner);
  put(")");
}

void Printer::node(const ast::Literal& node, const ast::Expr& expr) { value(node.value, expr.type); }
void Printer::node(const ast::ColumnRef& node, const ast::Expr&) { name(node.name, Place::Expression); }
void Printer::node(const ast::Star& node, const ast::Expr&) {
  name(node.qualifier, Place::Expression);
  put(node.qualifier.empty() ? "*" : ".*");
}
void Printer::node(const ast::Parameter&, const ast::Expr&) { put("?"); }
void Printer::node(const ast::Default&, const ast::Expr&) { put("DEFAULT"); }

void Printer::node(const ast::Unary& node, const ast::Expr&) {
  if (node.op == ast::UnaryOp::Not) {
    put("NOT ");
    expr(*node.operand, Level::Not);
    return;
  }
  const bool minus = node.op == ast::UnaryOp::Minus;
  put(minus ? "-" : "+");
  const size_t begin = out_.size();
  // A sign before a number is a part of it: -(5) is a sum's business, -5 a number.
  const auto* const literal = std::get_if<ast::Literal>(&node.operand->node);
  const bool number =
      minus && literal != nullptr && !is_negative(literal->value) &&
      (std::holds_alternative<int64_t>(literal->value) || std::holds_alternative<double>(literal->value) ||
       std::holds_alternative<Decimal>(literal->value));
  if (number) put("(");
  expr(*node.operand, Level::Sign);
  if (number) put(")");
  if (minus && out_[begin] == '-') out_.insert(begin, 1, ' ');  // -- would begin a comment
}

void Printer::node(const ast::Binary& node, const ast::Expr&) {
  const Level level = level_of(node.op);
  expr(*node.left, level);
  put(fmt::format(" {} ", symbol(node.op)));
  // || is associative: however a chain of it leans, it is printed as a chain.
  expr(*node.right,
       node.op == ast::BinaryOp::Concat ? level : static_cast<Level>(static_cast<uint8_t>(level) + 1));
}

void Printer::node(const ast::Logical& node, const ast::Expr&) {
  bool first = true;
  for (const auto& term : node.terms) {
    if (!first) put(node.conjunction ? " AND " : " OR ");
    first = false;
    expr(*term, node.conjunction ? Level::And : Level::Or);
  }
}

void Printer::node(const ast::Compare& node, const ast::Expr&) {
  expr(*node.left, Level::Concat);
  put(fmt::format(" {} ", symbol(node.op)));
  expr(*node.right, Level::Concat);
}

void Printer::node(const ast::Distinct& node, const ast::Expr&) {
  expr(*node.left, Level::Concat);
  put(node.negated ? " IS NOT DISTINCT FROM " : " IS DISTINCT FROM ");
  expr(*node.right, Level::Concat);
}

void Printer::node(const ast::IsNull& node, const ast::Expr&) {
  expr(*node.subject, Level::Concat);
  put(node.negated ? " IS NOT NULL" : " IS NULL");
}

void Printer::node(const ast::IsTruth& node, const ast::Expr&) {
  expr(*node.subject, Level::Concat);
  put(node.negated ? " IS NOT " : " IS ");
  switch (node.value) {
    case ast::Truth::True: put("TRUE"); break;
    case ast::Truth::False: put("FALSE"); break;
    case ast::Truth::Unknown: put("UNKNOWN"); break;
  }
}

void Printer::node(const ast::Between& node, const ast::Expr&) {
  expr(*node.subject, Level::Concat);
  put(node.negated ? " NOT BETWEEN " : " BETWEEN ");
  expr(*node.low, Level::Concat);
  put(" AND ");
  expr(*node.high, Level::Concat);
}

void Printer::node(const ast::In& node, const ast::Expr&) {
  expr(*node.subject, Level::Concat);
  put(node.negated ? " NOT IN (" : " IN (");
  exprs(node.list);
  put(")");
}

void Printer::node(const ast::InQuery& node, const ast::Expr&) {
  expr(*node.subject, Level::Concat);
  put(node.negated ? " NOT IN " : " IN ");
  subquery(*node.query);
}

void Printer::node(const ast::Like& node, const ast::Expr&) {
  expr(*node.subject, Level::Concat);
  put(node.negated ? " NOT" : "");
  put(node.kind == ast::LikeKind::Like ? " LIKE " : " REGEXP ");
  expr(*node.pattern, Level::Concat);
  if (node.escape) {
    put(" ESCAPE ");
    expr(*node.escape, Level::Concat);
  }
}

void Printer::node(const ast::Exists& node, const ast::Expr&) {
  put("EXISTS ");
  subquery(*node.query);
}
void Printer::node(const ast::ScalarQuery& node, const ast::Expr&) { subquery(*node.query); }

void Printer::node(const ast::Quantified& node, const ast::Expr&) {
  expr(*node.subject, Level::Concat);
  put(fmt::format(" {} {} ", symbol(node.op), node.all ? "ALL" : "ANY"));
  subquery(*node.query);
}

void Printer::node(const ast::Row& node, const ast::Expr&) {
  put(node.items.size() == 1 ? "ROW(" : "(");
  exprs(node.items);
  put(")");
}

void Printer::node(const ast::Case& node, const ast::Expr&) {
  put("CASE");
  if (node.subject) {
    put(" ");
    expr(*node.subject);
  }
  for (const auto& branch : node.branches) {
    put(" WHEN ");
    expr(*branch.when);
    put(" THEN ");
    expr(*branch.then);
  }
  if (node.otherwise) {
    put(" ELSE ");
    expr(*node.otherwise);
  }
  put(" END");
}

void Printer::node(const ast::Cast& node, const ast::Expr&) {
  put("CAST(");
  expr(*node.operand);
  put(" AS ");
  type(node.type);
  put(")");
}

void Printer::node(const ast::Call& node, const ast::Expr&) { call(node); }
void Printer::node(const ast::BoundColumn& node, const ast::Expr&) {
  put(fmt::format("\"#{}.{}\"", node.relation, node.column));
}

}  // namespace couch::sql
