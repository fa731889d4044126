#include "sql/mango/days.h"

#include <algorithm>
#include <cmath>

#include "sql/datetime.h"
#include "sql/decode/raw.h"
#include "sql/mango/push_down.h"

namespace couch::sql::mango {

namespace {

using ast::CompareOp;

bool is_upward(CompareOp op) { return op == CompareOp::Greater || op == CompareOp::GreaterEqual; }
bool is_downward(CompareOp op) { return op == CompareOp::Less || op == CompareOp::LessEqual; }

// From one day to another, both included; nullopt: open.
TextDays whole_days(TypeKind column, std::optional<int64_t> first, std::optional<int64_t> last) {
  // An offset moves the text's day by one at most (sql/datetime.h allows 23:59).
  const int64_t slack = column == TypeKind::Timestamp ? 1 : 0;
  const auto text = [](int64_t day) {
    const auto date = date_of(day);
    return date ? format(*date) : std::string{};
  };
  TextDays out;
  if (first) out.low = text(*first - slack);
  if (last) out.high = text(*last + slack + 1);
  return out;
}

std::optional<double> number_of(const Value& value) {
  if (auto* integer = std::get_if<int64_t>(&value)) return static_cast<double>(*integer);
  if (auto* number = std::get_if<double>(&value)) return *number;
  if (auto* decimal = std::get_if<Decimal>(&value)) return decode::double_of(decimal->digits);
  return std::nullopt;
}

}  // namespace

std::optional<DateSubject> date_subject(const ast::Expr& expr) {
  const auto inner = [](const ast::Expr& operand) -> std::optional<DateSubject> {
    if (auto* column = std::get_if<ast::BoundColumn>(&operand.node)) return DateSubject{column};
    auto cast = date_subject(operand);
    return cast && !cast->year ? cast : std::nullopt;
  };
  if (auto* cast = std::get_if<ast::Cast>(&expr.node)) {
    if (cast->type.kind != TypeKind::Date && cast->type.kind != TypeKind::Timestamp) return std::nullopt;
    const bool cuts =
        cast->type.kind == TypeKind::Timestamp && !cast->implicit && cast->type.scale < every_digit;
    if (cuts) return std::nullopt;
    auto subject = inner(*cast->operand);
    if (subject && cast->type.kind == TypeKind::Date) subject->midnight = true;
    return subject;
  }
  auto* call = std::get_if<ast::Call>(&expr.node);
  if (!call || call->arguments.empty()) return std::nullopt;
  const ast::Expr* of = nullptr;
  if (call->name == "YEAR" && call->arguments.size() == 1) of = call->arguments.front().get();
  if (call->name == "EXTRACT" && call->arguments.size() == 2) {
    auto* unit = std::get_if<ast::Literal>(&call->arguments.front()->node);
    auto* word = unit ? std::get_if<std::string>(&unit->value) : nullptr;
    if (word && *word == "YEAR") of = call->arguments.back().get();
  }
  auto subject = of ? inner(*of) : std::nullopt;
  if (subject) subject->year = true;
  return subject;
}

TextDays days_of(TypeKind column, CompareOp op, const Value& value) {
  auto* date = std::get_if<Date>(&value);
  auto* timestamp = std::get_if<Timestamp>(&value);
  if ((!date && !timestamp) || op == CompareOp::NotEqual) return {};
  const int64_t day = sql::days_of(date ? *date : timestamp->date);
  const bool midnight = date || timestamp->time == Time{};
  std::optional<int64_t> first, last;
  if (!is_downward(op)) first = day;
  if (!is_upward(op)) last = day;
  // A date is its midnight: the day itself is neither before nor after it.
  if (column == TypeKind::Date && op == CompareOp::Greater) first = day + 1;
  if (column == TypeKind::Date && op == CompareOp::Less && midnight) last = day - 1;
  return whole_days(column, first, last);
}

TextDays days_of_year(TypeKind column, CompareOp op, const Value& value) {
  const auto number = number_of(value);
  if (!number || std::isnan(*number) || op == CompareOp::NotEqual) return {};
  const auto year = [](double of) { return static_cast<int32_t>(std::clamp(of, 0.0, 9999.0)); };
  std::optional<int64_t> first, last;
  if (!is_downward(op)) first = sql::days_of(Date{year(std::floor(*number)), 1, 1});
  if (!is_upward(op)) last = sql::days_of(Date{year(std::ceil(*number)), 12, 31});
  return whole_days(column, first, last);
}

namespace {

// What AND, OR and NOT make of two-valued conditions: the column has a value.
class Holds {
 public:
  Holds(const ast::BoundColumn& column, const Timestamp& value, const std::vector<Value>* parameters)
      : column_(column), value_(value), parameters_(parameters) {}

  std::optional<bool> of(const ast::Expr& expr) const {
    return std::visit([&](const auto& node) { return of(node); }, expr.node);
  }

 private:
  template <class Node>
  std::optional<bool> of(const Node&) const {
    return std::nullopt;
  }
  std::optional<bool> of(const ast::Unary& node) const {
    if (node.op != ast::UnaryOp::Not) return std::nullopt;
    return negated(of(*node.operand), true);
  }
  std::optional<bool> of(const ast::Logical& node) const {
    bool all = node.conjunction;
    for (const auto& term : node.terms) {
      const auto one = of(*term);
      if (!one) return std::nullopt;
      all = node.conjunction ? all && *one : all || *one;
    }
    return all;
  }
  std::optional<bool> of(const ast::IsNull& node) const {
    auto* column = std::get_if<ast::BoundColumn>(&node.subject->node);
    if (!column || !is_ours(*column)) return std::nullopt;
    return node.negated;
  }
  std::optional<bool> of(const ast::Compare& node) const {
    if (auto order = compared(*node.left, *node.right)) return fits(*order, node.op);
    if (auto order = compared(*node.right, *node.left)) return fits(-*order, node.op);
    return std::nullopt;
  }
  std::optional<bool> of(const ast::Between& node) const {
    const auto low = compared(*node.subject, *node.low), high = compared(*node.subject, *node.high);
    if (!low || !high) return std::nullopt;
    return (*low >= 0 && *high <= 0) != node.negated;
  }
  std::optional<bool> of(const ast::In& node) const {
    bool found = false;
    for (const auto& item : node.list) {
      const auto order = compared(*node.subject, *item);
      if (!order) return std::nullopt;
      found = found || *order == 0;
    }
    return found != node.negated;
  }

  static std::optional<bool> negated(std::optional<bool> truth, bool by) {
    return truth ? std::optional{*truth != by} : std::nullopt;
  }
  static bool fits(int order, CompareOp op) {
    switch (op) {
      case CompareOp::Equal: return order == 0;
      case CompareOp::NotEqual: return order != 0;
      case CompareOp::Less: return order < 0;
      case CompareOp::LessEqual: return order <= 0;
      case CompareOp::Greater: return order > 0;
      case CompareOp::GreaterEqual: return order >= 0;
    }
    return false;
  }
  bool is_ours(const ast::BoundColumn& column) const {
    return column.relation == column_.relation && column.column == column_.column;
  }
  std::optional<int> compared(const ast::Expr& subject_of, const ast::Expr& constant_of) const {
    DateSubject subject;
    if (auto* column = std::get_if<ast::BoundColumn>(&subject_of.node)) {
      subject.column = column;
    } else if (auto found = date_subject(subject_of)) {
      subject = *found;
    }
    Value storage;
    const Value* constant = mango::constant(constant_of, parameters_, storage);
    if (!subject.column || !is_ours(*subject.column) || !constant) return std::nullopt;
    const auto order = [](const auto& a, const auto& b) { return a < b ? -1 : a == b ? 0 : 1; };
    if (subject.year) {
      const auto number = number_of(*constant);
      return number ? std::optional{order(static_cast<double>(value_.date.year), *number)} : std::nullopt;
    }
    const Timestamp value = subject.midnight ? Timestamp{value_.date, {}} : value_;
    if (auto* date = std::get_if<Date>(constant)) return order(value, Timestamp{*date, {}});
    if (auto* timestamp = std::get_if<Timestamp>(constant)) return order(value, *timestamp);
    return std::nullopt;
  }

  const ast::BoundColumn& column_;
  const Timestamp& value_;
  const std::vector<Value>* parameters_;
};

}  // namespace

std::optional<bool> holds(const ast::Expr& condition, const ast::BoundColumn& column, const Timestamp& value,
                          const std::vector<Value>* parameters) {
  return Holds{column, value, parameters}.of(condition);
}

}  // namespace couch::sql::mango
