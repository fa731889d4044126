#include "sql/mango/days.h"

#include <algorithm>
#include <cmath>

#include "sql/datetime.h"
#include "sql/decode/raw.h"

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
  const auto inner = [](const ast::Expr& operand) -> const ast::BoundColumn* {
    if (auto* column = std::get_if<ast::BoundColumn>(&operand.node)) return column;
    const auto cast = date_subject(operand);
    return cast && !cast->year ? cast->column : nullptr;
  };
  if (auto* cast = std::get_if<ast::Cast>(&expr.node)) {
    if (cast->type.kind != TypeKind::Date && cast->type.kind != TypeKind::Timestamp) return std::nullopt;
    const auto* column = inner(*cast->operand);
    return column ? std::optional{DateSubject{column, false}} : std::nullopt;
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
  const auto* column = of ? inner(*of) : nullptr;
  return column ? std::optional{DateSubject{column, true}} : std::nullopt;
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

}  // namespace couch::sql::mango
