#include "tests/support/cells.h"

#include <fmt/format.h>

#include "sql/datetime.h"

namespace couch::test::model {

std::string text_of(const sql::Cell& cell) {
  struct Text {
    std::string operator()(std::monostate) const { return "NULL"; }
    std::string operator()(bool v) const { return v ? "bit:1" : "bit:0"; }
    std::string operator()(int64_t v) const { return fmt::format("integer:{}", v); }
    std::string operator()(double v) const { return fmt::format("double:{}", v); }
    std::string operator()(const sql::DecimalView& v) const { return fmt::format("decimal:{}", v.digits); }
    std::string operator()(std::string_view v) const { return "text:" + std::string{v}; }
    std::string operator()(const sql::Date& v) const { return "date:" + sql::format(v); }
    std::string operator()(const sql::Time& v) const { return "time:" + sql::format(v); }
    std::string operator()(const sql::Timestamp& v) const { return "timestamp:" + sql::format(v); }
    std::string operator()(const sql::Interval& v) const {
      return fmt::format("interval:{} {} {}", v.months, v.seconds, v.nanoseconds);
    }
    std::string operator()(const sql::BinaryView& v) const { return "binary:" + std::string{v.bytes}; }
  };
  return std::visit(Text{}, cell);
}

}  // namespace couch::test::model
