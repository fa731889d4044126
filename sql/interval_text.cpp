#include "sql/interval_text.h"

#include <fmt/format.h>

#include <array>

namespace couch::sql {

namespace {

constexpr std::array<int64_t, 6> seconds_in{0, 0, 86400, 3600, 60, 1};  // by IntervalField
constexpr int64_t nanoseconds = 1'000'000'000;

bool year_month_field(IntervalField field) { return field <= IntervalField::Month; }

// What stands before the field `next` when it is not the leading one.
char separator_before(IntervalField next) {
  switch (next) {
    case IntervalField::Month: return '-';
    case IntervalField::Hour: return ' ';
    default: return ':';
  }
}

int64_t limit_of(IntervalField field) {  // of a field that is not the leading one
  switch (field) {
    case IntervalField::Month: return 11;
    case IntervalField::Hour: return 23;
    default: return 59;
  }
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}
  bool done() const { return at_ == text_.size(); }
  bool one(char c) {
    if (done() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool number(int64_t& value, size_t& digits) {
    value = 0;
    for (digits = 0; !done() && text_[at_] >= '0' && text_[at_] <= '9' && digits < 16; ++digits, ++at_)
      value = value * 10 + (text_[at_] - '0');
    return digits > 0;
  }

 private:
  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

std::optional<Interval> parse_interval(std::string_view text, IntervalField leading, IntervalField trailing) {
  Reader in(text);
  Interval result;
  result.leading = leading;
  result.trailing = trailing;
  result.year_month = year_month_field(leading);
  if (trailing < leading || year_month_field(trailing) != result.year_month) return std::nullopt;
  bool negative = in.one('-');
  if (!negative) in.one('+');
  __extension__ using Wide = __int128;
  Wide total = 0;
  int64_t fraction = 0;
  for (int f = static_cast<int>(leading); f <= static_cast<int>(trailing); ++f) {
    auto field = static_cast<IntervalField>(f);
    if (field != leading && !in.one(separator_before(field))) return std::nullopt;
    int64_t value = 0;
    size_t digits = 0;
    if (!in.number(value, digits) || (field != leading && value > limit_of(field))) return std::nullopt;
    if (result.year_month) {
      total += Wide{value} * (field == IntervalField::Year ? 12 : 1);
    } else {
      total += Wide{value} * seconds_in[static_cast<size_t>(f)];
    }
    if (field == IntervalField::Second && in.one('.')) {
      if (!in.number(fraction, digits) || digits > 9) return std::nullopt;
      for (; digits < 9; ++digits) fraction *= 10;
    }
  }
  if (!in.done() || total > INT64_MAX) return std::nullopt;
  auto units = static_cast<int64_t>(total);
  (result.year_month ? result.months : result.seconds) = negative ? -units : units;
  result.nanoseconds = static_cast<int32_t>(negative ? -fraction : fraction);
  return result;
}

std::string interval_text(const Interval& interval) {
  bool negative = interval.months < 0 || interval.seconds < 0 || interval.nanoseconds < 0;
  std::string text = negative ? "-" : "";
  auto magnitude = [](int64_t v) { return v < 0 ? 0 - static_cast<uint64_t>(v) : static_cast<uint64_t>(v); };
  uint64_t rest = magnitude(interval.year_month ? interval.months : interval.seconds);
  for (int f = static_cast<int>(interval.leading); f <= static_cast<int>(interval.trailing); ++f) {
    auto field = static_cast<IntervalField>(f);
    uint64_t unit = interval.year_month ? (field == IntervalField::Year ? 12 : 1)
                                        : static_cast<uint64_t>(seconds_in[static_cast<size_t>(f)]);
    if (unit == 0) continue;
    bool first = field == interval.leading;
    if (!first) text += separator_before(field);
    text += first ? std::to_string(rest / unit) : fmt::format("{:02}", rest / unit);
    rest %= unit;
    if (field == IntervalField::Second && interval.nanoseconds != 0) {
      std::string digits = fmt::format(".{:09}", magnitude(interval.nanoseconds));
      text += digits.erase(digits.find_last_not_of('0') + 1);
    }
  }
  return text;
}

std::optional<int64_t> interval_units(const Interval& interval) {
  if (interval.year_month) return interval.months;
  int64_t units = 0;
  if (__builtin_mul_overflow(interval.seconds, nanoseconds, &units) ||
      __builtin_add_overflow(units, int64_t{interval.nanoseconds}, &units)) {
    return std::nullopt;
  }
  return units;
}

Interval interval_of(int64_t units, const Type& type) {
  Interval result;
  result.year_month = type.kind == TypeKind::IntervalYearMonth;
  result.leading = type.leading;
  result.trailing = type.trailing;
  if (result.year_month) {
    result.months = units;
  } else {
    result.seconds = units / nanoseconds;
    result.nanoseconds = static_cast<int32_t>(units % nanoseconds);
  }
  return result;
}

}  // namespace couch::sql
