// Function calls, aggregates and windows as SQLite's SQL.
#include <fmt/format.h>

#include <algorithm>

#include "sql/binder.h"
#include "sql/engine/sqlite_printer.h"
#include "sql/names.h"
#include "sql/typing.h"

namespace couch::sql::engine {

namespace {

using ast::Expr;
using ast::ExprPtr;

// How couch_sort_key encodes a value: by its number, as a decimal, by the connection's collation, or by its
// bytes.
char key_code(std::string_view collation) {
  if (collation == "couch") return 'c';
  return collation == "decimal" ? 'd' : 'b';
}

// Functions of numbers that have a DECIMAL twin, couch_dec_….
bool has_decimal_form(std::string_view name) {
  constexpr std::string_view names[] = {"couch_abs",   "couch_ceiling", "couch_floor",   "couch_mod",
                                        "couch_round", "couch_sign",    "couch_truncate"};
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

}  // namespace

void Printer::arguments(const ast::Call& node, const Function& function) {
  bool decimals =
      has_decimal_form(function.engine) && std::any_of(node.arguments.begin(), node.arguments.end(),
                                                       [](const ExprPtr& a) { return is_decimal(a->type); });
  for (size_t i = 0; i < node.arguments.size(); ++i) {
    if (i > 0) text += ", ";
    const Expr& a = *node.arguments[i];
    switch (function.accepts[std::min<size_t>(i, 3)]) {
      case Accepts::Number:
        if (decimals && !is_decimal(a.type)) {
          text += "couch_to_decimal(";
          expression(a);
          text += ",0,0,0)";
        } else if (decimals) {
          expression(a);
        } else {
          number(a);
        }
        break;
      case Accepts::Integer: number(a); break;
      case Accepts::Compared:
        if (i == 0)
          collated(a, std::any_of(node.arguments.begin(), node.arguments.end(),
                                  [&](const ExprPtr& e) { return is_binary(*e); }));
        else
          expression(a);
        break;
      case Accepts::Any:
      case Accepts::Text:
      case Accepts::Condition:
      case Accepts::Date:
      case Accepts::Time:
      case Accepts::Datetime:
      case Accepts::Field:
      case Accepts::Path:
      case Accepts::Summable:
      case Accepts::Chosen: expression(a); break;
    }
  }
}

void Printer::call(const Expr& expr, const ast::Call& node) {
  const Function* function = find_function(node.name);
  if (!function)
    throw Error(ErrorKind::UnknownFunction, fmt::format("there is no function {}", node.name), expr.span);
  if (function->name == "GROUPING") {
    bool out = grouped_out_ && grouped_out_->count(fingerprint(*node.arguments[0], select_));
    text += out ? '1' : '0';
    return;
  }
  if (function->kind != FunctionKind::Scalar) {
    if (node.over && grouped_out_)
      throw Error(ErrorKind::NotSupported,
                  "window functions over several grouping sets are not supported by this version", expr.span);
    aggregate(node, *function);
    return;
  }
  bool single = function->category == FunctionCategory::Conditional && node.arguments.size() == 1;
  if (single) {  // COALESCE(x), GREATEST(x): min and max of one would be aggregates
    expression(*node.arguments[0]);
    return;
  }
  std::string_view name = function->engine;
  bool decimals = has_decimal_form(name) && std::any_of(node.arguments.begin(), node.arguments.end(),
                                                        [](const ExprPtr& a) { return is_decimal(a->type); });
  if (decimals) {
    name.remove_prefix(std::string_view("couch_").size());
    text += "couch_dec_";
  }
  text += name;
  text += '(';
  arguments(node, *function);
  text += ')';
}

void Printer::sort_key(const std::vector<const Expr*>& exprs, const std::vector<ast::OrderItem>* directions) {
  std::string codes;
  for (size_t i = 0; i < exprs.size(); ++i) {
    char code = key_code(collation_of(*exprs[i]));
    bool descending = directions && (*directions)[i].descending;
    bool nulls_first =
        directions && (*directions)[i].nulls_first ? *(*directions)[i].nulls_first : !descending;
    codes += code;
    codes += descending ? '-' : '+';
    codes += nulls_first ? 'f' : 'l';
  }
  text += "couch_sort_key('" + codes + '\'';
  for (const Expr* e : exprs) {
    text += ", ";
    expression(*e);
  }
  text += ')';
}

void Printer::string_agg(const ast::Call& node) {
  text += "couch_string_agg(";
  expression(*node.arguments[0]);
  text += ", ";
  if (node.arguments.size() > 1)
    expression(*node.arguments[1]);
  else
    text += "','";
  text += fmt::format(", {}", node.distinct ? (collation_of(*node.arguments[0]) == "couch" ? 1 : 2) : 0);
  if (!node.order_by.empty()) {
    std::vector<const Expr*> keys;
    for (const ast::OrderItem& item : node.order_by) keys.push_back(item.key.get());
    text += ", ";
    sort_key(keys, &node.order_by);
  }
  text += ')';
}

// Aggregates and window functions. Their arguments see every row, so no key of a grouping set is NULL in
// them.
void Printer::aggregate(const ast::Call& node, const Function& function) {
  const auto* out = std::exchange(grouped_out_, nullptr);
  std::string_view name = function.engine;
  if (figures) {
    if (auto known = figures->find(&node); known != figures->end()) {
      text += fmt::format("?{}", first_figure + known->second + 1);
      grouped_out_ = out;
      return;
    }
  }
  const std::string by = node.over ? std::string{} : weight();
  if (!by.empty() && weigh(node, name, by)) {
    grouped_out_ = out;
    return;
  }
  bool star = node.arguments.size() == 1 && std::holds_alternative<ast::Star>(node.arguments[0]->node);
  bool decimal = !node.arguments.empty() && is_decimal(node.arguments[0]->type);
  bool interval = !node.arguments.empty() && class_of(node.arguments[0]->type) == TypeClass::Interval;
  if (!node.order_by.empty() && name != "couch_string_agg") {
    throw Error(ErrorKind::NotSupported,
                fmt::format("ORDER BY inside {} is not supported by this version", node.name),
                node.order_by[0].span);
  }
  if (name == "couch_string_agg") {
    string_agg(node);
  } else if (name == "count" && node.arguments.size() > 1) {
    text += node.distinct ? "count(DISTINCT couch_row(" : "count(couch_row(";
    std::string codes;
    for (const ExprPtr& a : node.arguments) codes += key_code(collation_of(*a));
    text += '\'' + codes + '\'';
    for (const ExprPtr& a : node.arguments) {
      text += ", ";
      expression(*a);
    }
    text += "))";
  } else if (star) {
    text += "count(*)";
  } else {
    if (decimal && (name == "couch_sum" || name == "couch_avg"))
      text += name == "couch_sum" ? "couch_dec_sum" : "couch_dec_avg";
    else if (name == "couch_sum" && !interval && !is_whole(node.arguments[0]->type.kind))
      text += "couch_real_sum";
    else if (name == "couch_avg" && interval)
      text += "couch_whole_avg";
    else
      text += name;
    text += node.distinct ? "(DISTINCT " : "(";
    for (size_t i = 0; i < node.arguments.size(); ++i) {
      if (i > 0) text += ", ";
      const Expr& a = *node.arguments[i];
      bool native = name.starts_with("couch_std") || name.starts_with("couch_var") ||
                    (i > 0 && function.accepts[std::min<size_t>(i, 3)] == Accepts::Integer);
      if (native) {
        number(a);
        continue;
      }
      expression(a);
      if (i == 0 && (node.distinct || name == "min" || name == "max")) collate(a);
    }
    text += ')';
  }
  if (node.filter) {
    text += " FILTER (WHERE ";
    expression(*node.filter);
    text += ')';
  }
  if (node.over) {
    text += " OVER ";
    const ast::Window& over = *node.over;
    // OVER w, not OVER (w): what builds upon a window must not have a frame.
    if (over.base && over.partition_by.empty() && over.order_by.empty() && !over.frame)
      text += window_name(*over.base);
    else
      window(over);
  }
  grouped_out_ = out;
}

std::string Printer::weight() const {
  if (!weighted || !select_ || select_->from.size() != 1) return {};
  auto* table = std::get_if<ast::NamedTable>(&select_->from.front()->node);
  return table && weighted->contains(table->relation) ? fmt::format("r{}.w", table->relation) : std::string{};
}

// COUNT, SUM and AVG over rows that stand for several; false: that makes no difference.
bool Printer::weigh(const ast::Call& node, std::string_view name, const std::string& by) {
  const Expr& argument = *node.arguments[0];
  auto filter = [&] {
    if (!node.filter) return;
    text += " FILTER (WHERE ";
    expression(*node.filter);
    text += ')';
  };
  auto* measured = std::get_if<ast::BoundColumn>(&argument.node);
  const auto measures_of =
      measured && measures ? measures->find(measured->relation) : Measures::const_iterator{};
  if (measured && measures && measures_of != measures->end() &&
      measures_of->second.contains(measured->column) && !node.distinct) {
    auto part = [&](std::string_view function, char of) {
      text += fmt::format("{}(r{}.{}{})", function, measured->relation, of, measured->column);
      filter();
    };
    if (name == "count") {
      text += "ifnull(";
      part("sum", 'n');
      text += ", 0)";
    } else if (name == "couch_sum") {
      part(is_whole(argument.type.kind) ? "couch_sum" : "couch_real_sum", 's');
    } else if (name == "couch_avg") {
      text += '(';
      part("couch_real_sum", 's');
      text += " / ";
      part("sum", 'n');
      text += ')';
    } else {
      part(name, name == "min" ? 'l' : 'h');
    }
    return true;
  }
  if (name == "count") {
    auto* column = std::get_if<ast::BoundColumn>(&argument.node);
    bool every = std::holds_alternative<ast::Star>(argument.node) ||
                 std::holds_alternative<ast::Literal>(argument.node);
    if (column && column->relation != output_relation) {
      ColumnSource source = bound_.relations[column->relation].table->columns[column->column].source;
      every = source == ColumnSource::Id || source == ColumnSource::Rev || source == ColumnSource::Document;
    } else if (node.distinct) {
      return false;
    }
    if (node.distinct && !every) return false;
    auto* literal = std::get_if<ast::Literal>(&argument.node);
    text += "ifnull(sum(";
    if (every && !(literal && is_null(literal->value))) {
      text += by;
    } else {
      text += "iif((";
      expression(argument);
      text += fmt::format(") IS NULL, 0, {})", by);
    }
    text += ')';
    filter();
    text += ", 0)";
    return true;
  }
  if ((name != "couch_sum" && name != "couch_avg") || node.distinct) return false;
  if (name == "couch_sum" && !is_whole(argument.type.kind)) name = "couch_real_sum";
  text += name;
  text += '(';
  expression(argument);
  text += fmt::format(", {})", by);
  filter();
  return true;
}

void Printer::sort_items(const std::vector<ast::OrderItem>& items) {
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0) text += ", ";
    collated(*items[i].key);
    if (items[i].descending) text += " DESC";
    if (items[i].nulls_first) text += *items[i].nulls_first ? " NULLS FIRST" : " NULLS LAST";
  }
}

// By its place: the user's own name may hold anything, and SQLite folds the case of ASCII only.
std::string Printer::window_name(const ast::Identifier& name) const {
  size_t best = 0;
  NameFit how = NameFit::None;
  for (size_t i = 0; i < select_->windows.size(); ++i) {
    NameFit fits = fit(name, select_->windows[i].name.text);
    if (fits <= how) continue;
    best = i;
    how = fits;
  }
  return fmt::format("w{}", best);
}

void Printer::window(const ast::Window& node) {
  text += '(';
  if (node.base) text += window_name(*node.base) + ' ';
  if (!node.partition_by.empty()) {
    text += "PARTITION BY ";
    for (size_t i = 0; i < node.partition_by.size(); ++i) {
      if (i > 0) text += ", ";
      collated(*node.partition_by[i]);
    }
    text += ' ';
  }
  if (!node.order_by.empty()) {
    text += "ORDER BY ";
    sort_items(node.order_by);
    text += ' ';
  }
  if (node.frame) {
    const ast::Frame& frame = *node.frame;
    auto bound = [&](ast::FrameBound which, const ExprPtr& offset) {
      switch (which) {
        case ast::FrameBound::UnboundedPreceding: text += "UNBOUNDED PRECEDING"; return;
        case ast::FrameBound::CurrentRow: text += "CURRENT ROW"; return;
        case ast::FrameBound::UnboundedFollowing: text += "UNBOUNDED FOLLOWING"; return;
        case ast::FrameBound::Preceding:
        case ast::FrameBound::Following:
          expression(*offset);
          text += which == ast::FrameBound::Preceding ? " PRECEDING" : " FOLLOWING";
          return;
      }
    };
    text += frame.unit == ast::FrameUnit::Rows    ? "ROWS"
            : frame.unit == ast::FrameUnit::Range ? "RANGE"
                                                  : "GROUPS";
    text += " BETWEEN ";
    bound(frame.start, frame.start_offset);
    text += " AND ";
    bound(frame.end, frame.end_offset);
    switch (frame.exclude) {
      case ast::FrameExclude::NoOthers: break;
      case ast::FrameExclude::CurrentRow: text += " EXCLUDE CURRENT ROW"; break;
      case ast::FrameExclude::Group: text += " EXCLUDE GROUP"; break;
      case ast::FrameExclude::Ties: text += " EXCLUDE TIES"; break;
    }
  }
  text += ')';
}

}  // namespace couch::sql::engine
