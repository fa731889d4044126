// A tree back to SQL: function calls and windows.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sql/printer_impl.h"

namespace couch::sql {
namespace {

const std::string* text_argument(const ast::Call& call, size_t i) {
  const auto* const literal =
      i < call.arguments.size() ? std::get_if<ast::Literal>(&call.arguments[i]->node) : nullptr;
  return literal == nullptr || call.arguments[i]->type.kind == TypeKind::Guid
             ? nullptr
             : std::get_if<std::string>(&literal->value);
}

bool is_upper_word(std::string_view text) {
  return is_plain_name(text) &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; });
}

bool is_niladic(std::string_view name) {
  constexpr std::array<std::string_view, 6> names{"CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP",
                                                  "CURRENT_USER", "LOCALTIME",    "LOCALTIMESTAMP"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_timestamp_unit(std::string_view text) {
  constexpr std::array<std::string_view, 9> units{"FRAC_SECOND", "SECOND", "MINUTE",  "HOUR", "DAY",
                                                  "WEEK",        "MONTH",  "QUARTER", "YEAR"};
  return std::find(units.begin(), units.end(), text) != units.end();
}

}  // namespace

void Printer::call(const ast::Call& call) {
  put(call.name);
  if (call.arguments.empty() && is_niladic(call.name)) return;
  if (!special_call(call)) {
    put("(");
    if (call.distinct) put("DISTINCT ");
    exprs(call.arguments);
    if (!call.order_by.empty()) {
      put(" ");
      order_items(call.order_by);
    }
    put(")");
  }
  if (call.filter) {
    put(" FILTER (WHERE ");
    expr(*call.filter);
    put(")");
  }
  if (call.ignore_nulls) put(" IGNORE NULLS");
  if (!call.over) return;
  const bool name_alone =
      call.over->base && call.over->partition_by.empty() && call.over->order_by.empty() && !call.over->frame;
  put(name_alone ? " OVER (" : " OVER ");
  if (name_alone)
    identifier(*call.over->base, Place::Expression);
  else
    window(*call.over);
  if (name_alone) put(")");
}

// Calls with a syntax of their own, behind their name.
bool Printer::special_call(const ast::Call& call) {
  if (call.distinct || !call.order_by.empty()) return false;
  const std::string* const word = text_argument(call, 0);
  if (word == nullptr) return false;
  if (call.name == "EXTRACT" && call.arguments.size() == 2 && is_upper_word(*word)) {
    put(fmt::format("({} FROM ", *word));
    expr(*call.arguments[1]);
    put(")");
    return true;
  }
  // BOTH -a FROM b would be a difference: only before a text the word is surely none.
  if (call.name == "TRIM" && call.arguments.size() == 3 && text_argument(call, 1) != nullptr &&
      (*word == "LEADING" || *word == "TRAILING" || *word == "BOTH")) {
    put(fmt::format("({} ", *word));
    expr(*call.arguments[1]);
    put(" FROM ");
    expr(*call.arguments[2]);
    put(")");
    return true;
  }
  if ((call.name == "TIMESTAMPADD" || call.name == "TIMESTAMPDIFF") && call.arguments.size() > 1 &&
      is_timestamp_unit(*word)) {
    put(fmt::format("(SQL_TSI_{}", *word));
    for (size_t i = 1; i < call.arguments.size(); ++i) {
      put(", ");
      expr(*call.arguments[i]);
    }
    put(")");
    return true;
  }
  return false;
}

void Printer::order_items(const std::vector<ast::OrderItem>& items) {
  put("ORDER BY ");
  list(items, [&](const ast::OrderItem& item) {
    expr(*item.key);
    if (item.descending) put(" DESC");
    if (item.nulls_first) put(*item.nulls_first ? " NULLS FIRST" : " NULLS LAST");
  });
}

void Printer::window(const ast::Window& window) {
  put("(");
  std::string_view space;
  const auto separate = [&] {
    put(space);
    space = " ";
  };
  if (window.base) {
    separate();
    identifier(*window.base, Place::NameOnly);
  }
  if (!window.partition_by.empty()) {
    separate();
    put("PARTITION BY ");
    exprs(window.partition_by);
  }
  if (!window.order_by.empty()) {
    separate();
    order_items(window.order_by);
  }
  if (window.frame) {
    separate();
    frame(*window.frame);
  }
  put(")");
}

void Printer::frame(const ast::Frame& frame) {
  switch (frame.unit) {
    case ast::FrameUnit::Rows: put("ROWS"); break;
    case ast::FrameUnit::Range: put("RANGE"); break;
    case ast::FrameUnit::Groups: put("GROUPS"); break;
  }
  put(" BETWEEN ");
  frame_bound(frame.start, frame.start_offset);
  put(" AND ");
  frame_bound(frame.end, frame.end_offset);
  switch (frame.exclude) {
    case ast::FrameExclude::NoOthers: break;
    case ast::FrameExclude::CurrentRow: put(" EXCLUDE CURRENT ROW"); break;
    case ast::FrameExclude::Group: put(" EXCLUDE GROUP"); break;
    case ast::FrameExclude::Ties: put(" EXCLUDE TIES"); break;
  }
}

void Printer::frame_bound(ast::FrameBound bound, const ast::ExprPtr& offset) {
  switch (bound) {
    case ast::FrameBound::UnboundedPreceding: put("UNBOUNDED PRECEDING"); break;
    case ast::FrameBound::UnboundedFollowing: put("UNBOUNDED FOLLOWING"); break;
    case ast::FrameBound::CurrentRow: put("CURRENT ROW"); break;
    case ast::FrameBound::Preceding:
      expr(*offset, Level::Concat);
      put(" PRECEDING");
      break;
    case ast::FrameBound::Following:
      expr(*offset, Level::Concat);
      put(" FOLLOWING");
      break;
  }
}

}  // namespace couch::sql
