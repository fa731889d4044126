#include "sql/mango/push_down.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "sql/decode/raw.h"
#include "sql/engine/collation.h"
#include "sql/json_text.h"
#include "sql/mango/days.h"
#include "sql/mango/like.h"
#include "sql/mango/operand.h"
#include "sql/mango/pouchdb.h"

namespace couch::sql::mango {

namespace {

using ast::CompareOp;

Pushed unknown() { return {everything(), false, false}; }
Pushed never() { return {nothing(), true, true}; }
Pushed always() { return {everything(), true, false}; }

CompareOp flipped(CompareOp op) {
  switch (op) {
    case CompareOp::Less: return CompareOp::Greater;
    case CompareOp::LessEqual: return CompareOp::GreaterEqual;
    case CompareOp::Greater: return CompareOp::Less;
    case CompareOp::GreaterEqual: return CompareOp::LessEqual;
    case CompareOp::Equal:
    case CompareOp::NotEqual: return op;
  }
  return op;
}

// NOT (a op b), NULL aside.
CompareOp inverse(CompareOp op) {
  switch (op) {
    case CompareOp::Less: return CompareOp::GreaterEqual;
    case CompareOp::LessEqual: return CompareOp::Greater;
    case CompareOp::Greater: return CompareOp::LessEqual;
    case CompareOp::GreaterEqual: return CompareOp::Less;
    case CompareOp::Equal: return CompareOp::NotEqual;
    case CompareOp::NotEqual: return CompareOp::Equal;
  }
  return op;
}

Operator operator_of(CompareOp op) {
  switch (op) {
    case CompareOp::Less: return Operator::Less;
    case CompareOp::LessEqual: return Operator::LessEqual;
    case CompareOp::Greater: return Operator::Greater;
    case CompareOp::GreaterEqual: return Operator::GreaterEqual;
    case CompareOp::Equal: return Operator::Equal;
    case CompareOp::NotEqual: return Operator::NotEqual;
  }
  return Operator::Equal;
}

bool is_datetime(TypeClass c) {
  return c == TypeClass::Date || c == TypeClass::Time || c == TypeClass::Timestamp;
}

// Code units below the surrogates: on these UTF-16's order is the code points'.
bool below_surrogates(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0xED; });
}

class PushDown {
 public:
  PushDown(uint32_t relation, const Table& table, const PushDownOptions& options)
      : relation_(relation), table_(table), options_(options) {}

  // The rows for which `expr` is TRUE (truth) or FALSE; NULL is neither.
  Pushed when(const ast::Expr& expr, bool truth) const {
    return std::visit([&](const auto& node) { return when(expr, node, truth); }, expr.node);
  }

 private:
  // ---- what can be pushed, by node
  template <class Node>
  Pushed when(const ast::Expr&, const Node&, bool) const {
    return unknown();
  }

  Pushed when(const ast::Expr&, const ast::Literal& node, bool truth) const {
    return of_truth(node.value, truth);
  }
  Pushed when(const ast::Expr& expr, const ast::Parameter&, bool truth) const {
    Value storage;
    const Value* value = constant(expr, options_.parameters, storage);
    return value ? of_truth(*value, truth) : unknown();
  }
  Pushed of_truth(const Value& value, bool truth) const {
    if (is_null(value)) return never();
    if (auto* b = std::get_if<bool>(&value)) return *b == truth ? always() : never();
    return unknown();
  }

  Pushed when(const ast::Expr&, const ast::Unary& node, bool truth) const {
    return node.op == ast::UnaryOp::Not ? when(*node.operand, !truth) : unknown();
  }

  Pushed when(const ast::Expr&, const ast::Logical& node, bool truth) const {
    std::vector<Selector> terms;
    bool all_of_them = node.conjunction == truth;
    bool exact = true, narrows = !all_of_them;
    for (const auto& term : node.terms) {
      Pushed pushed = when(*term, truth);
      exact = exact && pushed.exact;
      narrows = all_of_them ? narrows || pushed.narrows : narrows && pushed.narrows;
      if (!all_of_them && is_everything(pushed.selector)) return {everything(), pushed.exact, false};
      terms.push_back(std::move(pushed.selector));
    }
    Selector selector = all_of_them ? all(std::move(terms)) : any(std::move(terms));
    if (is_nothing(selector)) return never();
    return {std::move(selector), exact, narrows};
  }

  Pushed when(const ast::Expr&, const ast::BoundColumn& node, bool truth) const {
    const Column* column = own(node);
    if (!column || decode::takes_any_value(column->type) || class_of(column->type) != TypeClass::Bit)
      return unknown();
    return tests(*column, {{Operator::Equal, truth ? "true" : "false"}}, true, true);
  }

  Pushed when(const ast::Expr&, const ast::Compare& node, bool truth) const {
    Value left_storage, right_storage;
    const Value* left = constant(*node.left, options_.parameters, left_storage);
    const Value* right = constant(*node.right, options_.parameters, right_storage);
    CompareOp op = truth ? node.op : inverse(node.op);
    if (left && right) return of_constants(*left, op, *right);
    if (right) return compare(subject(*node.left), op, *right);
    if (left) return compare(subject(*node.right), flipped(op), *left);
    return unknown();
  }

  // WHERE 1 = 0: how tools ask for the columns only.
  Pushed of_constants(const Value& left, CompareOp op, const Value& right) const {
    if (is_null(left) || is_null(right)) return never();
    auto* a = std::get_if<int64_t>(&left);
    auto* b = std::get_if<int64_t>(&right);
    if (!a || !b) return unknown();
    bool holds = op == CompareOp::Equal       ? *a == *b
                 : op == CompareOp::NotEqual  ? *a != *b
                 : op == CompareOp::Less      ? *a < *b
                 : op == CompareOp::LessEqual ? *a <= *b
                 : op == CompareOp::Greater   ? *a > *b
                                              : *a >= *b;
    return holds ? always() : never();
  }

  Pushed when(const ast::Expr&, const ast::IsNull& node, bool truth) const {
    Value storage;
    if (const Value* value = constant(*node.subject, options_.parameters, storage))
      return is_null(*value) == (node.negated != truth) ? always() : never();
    if (never_null(*node.subject)) return node.negated == truth ? always() : never();
    const Column* column = own(*node.subject);
    if (!column) return unknown();
    return node.negated != truth ? is_null_column(*column) : is_not_null(*column);
  }

  Pushed when(const ast::Expr&, const ast::IsTruth& node, bool truth) const {
    bool negated = node.negated == truth;
    if (negated || node.value == ast::Truth::Unknown) return unknown();
    return when(*node.subject, node.value == ast::Truth::True);
  }

  Pushed when(const ast::Expr&, const ast::Distinct& node, bool truth) const {
    Value storage;
    const Column* column = own(*node.left);
    const Value* value = constant(*node.right, options_.parameters, storage);
    if (!column || !value) return unknown();
    bool same = node.negated == truth;
    if (is_null(*value)) return same ? is_null_column(*column) : is_not_null(*column);
    if (same) return compare(*column, CompareOp::Equal, *value);
    Pushed null = is_null_column(*column);
    Pushed other = compare(*column, CompareOp::NotEqual, *value);
    if (is_everything(null.selector)) return unknown();
    return {any({std::move(null.selector), std::move(other.selector)}), null.exact && other.exact, false};
  }

  Pushed when(const ast::Expr&, const ast::Between& node, bool truth) const {
    const Subject column = subject(*node.subject);
    Value low_storage, high_storage;
    const Value* low = constant(*node.low, options_.parameters, low_storage);
    const Value* high = constant(*node.high, options_.parameters, high_storage);
    if (!column.column || !low || !high) return unknown();
    bool inside = node.negated != truth;
    Pushed from = compare(column, inside ? CompareOp::GreaterEqual : CompareOp::Less, *low);
    Pushed to = compare(column, inside ? CompareOp::LessEqual : CompareOp::Greater, *high);
    bool exact = from.exact && to.exact;
    std::vector<Selector> both;
    both.push_back(std::move(from.selector));
    both.push_back(std::move(to.selector));
    Selector selector = inside ? all(std::move(both)) : any(std::move(both));
    if (is_nothing(selector)) return never();
    return {std::move(selector), exact, inside ? from.narrows || to.narrows : from.narrows && to.narrows};
  }

  Pushed when(const ast::Expr&, const ast::In& node, bool truth) const {
    const Subject column = subject(*node.subject);
    if (!column.column) return unknown();
    bool inside = node.negated != truth;
    std::vector<Value> values;
    for (const auto& item : node.list) {
      Value storage;
      const Value* value = constant(*item, options_.parameters, storage);
      if (!value) return unknown();
      if (!is_null(*value)) {
        values.push_back(*value);
      } else if (!inside) {
        return never();  // x NOT IN (…, NULL) is never true
      }
    }
    if (values.empty()) return never();
    return in(column, values, inside);
  }

  Pushed when(const ast::Expr&, const ast::Like& node, bool truth) const {
    const Column* column = own(*node.subject);
    if (!column || node.kind != ast::LikeKind::Like) return unknown();
    Value pattern_storage, escape_storage;
    const Value* pattern = constant(*node.pattern, options_.parameters, pattern_storage);
    const Value* escape = node.escape ? constant(*node.escape, options_.parameters, escape_storage) : nullptr;
    if (!pattern || (node.escape && !escape)) return unknown();
    if (is_null(*pattern) || (escape && is_null(*escape))) return never();
    auto* text = std::get_if<std::string>(pattern);
    auto* escape_text = escape ? std::get_if<std::string>(escape) : nullptr;
    if (!text || (escape && !escape_text)) return unknown();
    return like(*column, *text, escape_text ? *escape_text : std::string{}, node.negated != truth);
  }

  // ---- columns
  // What a comparison is about: a column, or what of a date's column its text tells.
  struct Subject {
    const Column* column = nullptr;
    bool of_date = false, year = false;
  };
  Subject subject(const ast::Expr& expr) const {
    if (const Column* column = own(expr)) return {column};
    const auto of = date_subject(expr);
    const Column* column = of ? own(*of->column) : nullptr;
    if (!column || decode::takes_any_value(column->type)) return {};
    const TypeClass c = class_of(column->type);
    if (c != TypeClass::Date && c != TypeClass::Timestamp) return {};
    return {column, true, of->year};
  }
  Pushed compare(const Subject& subject, CompareOp op, const Value& value) const {
    if (!subject.column) return unknown();
    if (!subject.of_date) return compare(*subject.column, op, value);
    return is_null(value) ? never() : compare_days(*subject.column, op, value, subject.year);
  }

  const Column* own(const ast::Expr& expr) const {
    auto* column = std::get_if<ast::BoundColumn>(&expr.node);
    return column ? own(*column) : nullptr;
  }
  // Every document has them.
  bool never_null(const ast::Expr& expr) const {
    auto* bound = std::get_if<ast::BoundColumn>(&expr.node);
    if (!bound || bound->relation != relation_ || table_.kind == TableKind::View) return false;
    ColumnSource source = table_.columns[bound->column].source;
    return source == ColumnSource::Id || source == ColumnSource::Rev || source == ColumnSource::Document;
  }
  // Only columns that a selector can name.
  const Column* own(const ast::BoundColumn& bound) const {
    if (bound.relation != relation_) return nullptr;
    const Column& column = table_.columns[bound.column];
    // Positions in arrays are CouchDB's alone to understand, and there "0" may be a field's name as well.
    if (!column.array_steps.empty()) return nullptr;
    bool value = column.source == ColumnSource::Path || column.source == ColumnSource::Element;
    return value && (column.source == ColumnSource::Element || nameable(column.path)) ? &column : nullptr;
  }

  Pushed tests(const Column& column, std::vector<Test> list, bool exact, bool narrows) const {
    if (options_.mismatch == MismatchPolicy::Error && !decode::takes_any_value(column.type)) return unknown();
    return {Selector{Field{column.path, std::move(list)}}, exact, narrows};
  }
  Pushed within_class(const Column& column) const {
    return tests(column, bounds(class_of(column.type)), false, false);
  }

  Pushed is_not_null(const Column& column) const {
    if (decode::takes_any_value(column.type))
      return tests(column, {{Operator::Greater, "null"}}, true, false);
    TypeClass of = class_of(column.type);
    Pushed pushed = tests(column, bounds(of), !is_datetime(of), false);
    return pushed;
  }

  // Missing, null, a value of another class, or a parent that is no object.
  Pushed is_null_column(const Column& column) const {
    TypeClass of = class_of(column.type);
    bool any_value = decode::takes_any_value(column.type);
    if (table_.kind == TableKind::Array || (!any_value && is_datetime(of))) return unknown();
    if (options_.mismatch == MismatchPolicy::Error && !any_value) return unknown();
    std::vector<Selector> ways;
    ways.push_back({Field{column.path, {{Operator::Exists, "false"}}}});
    for (size_t length = 1; length < column.path.size(); ++length) {
      // Objects come last in the order, and {} is the first of them.
      Path parent{column.path.begin(), column.path.begin() + static_cast<std::ptrdiff_t>(length)};
      ways.push_back({Field{std::move(parent), {{Operator::Less, "{}"}}}});
    }
    if (any_value || of == TypeClass::Text || of == TypeClass::Number || of == TypeClass::Bit) {
      if (any_value) {
        ways.push_back({Field{column.path, {{Operator::Equal, "null"}}}});
      } else {
        Test low = lower_bound(of), high = upper_bound(of);
        ways.push_back({Field{column.path, {complement(low)}}});
        ways.push_back({Field{column.path, {complement(high)}}});
      }
      return {any(std::move(ways)), true, true};
    }
    return unknown();
  }
  static Test complement(const Test& test) {
    switch (test.op) {
      case Operator::Greater: return {Operator::LessEqual, test.operand};
      case Operator::GreaterEqual: return {Operator::Less, test.operand};
      case Operator::Less: return {Operator::GreaterEqual, test.operand};
      default: return {Operator::Greater, test.operand};
    }
  }

  // ---- comparisons with a constant
  Pushed compare(const Column& column, CompareOp op, const Value& value) const {
    if (is_null(value)) return never();
    if (decode::takes_any_value(column.type))
      return tests(column, {{Operator::Greater, "null"}}, false, false);  // only existence
    switch (class_of(column.type)) {
      case TypeClass::Bit: return compare_bit(column, op, value);
      case TypeClass::Number: return compare_number(column, op, value);
      case TypeClass::Text: return compare_text(column, op, value);
      case TypeClass::Date:
      case TypeClass::Timestamp: return compare_days(column, op, value, false);
      case TypeClass::Time: return within_class(column);
      case TypeClass::Null:
      case TypeClass::Binary:
      case TypeClass::Interval: return unknown();
    }
    return unknown();
  }

  Pushed compare_bit(const Column& column, CompareOp op, const Value& value) const {
    auto* b = std::get_if<bool>(&value);
    if (!b) return unknown();
    if (op == CompareOp::Equal || op == CompareOp::NotEqual) {
      bool wanted = *b == (op == CompareOp::Equal);
      return tests(column, {{Operator::Equal, wanted ? "true" : "false"}}, true, true);
    }
    Test test{operator_of(op), *b ? "true" : "false"};
    bool upward = op == CompareOp::Greater || op == CompareOp::GreaterEqual;
    return tests(column, {test, upward ? upper_bound(TypeClass::Bit) : lower_bound(TypeClass::Bit)}, true,
                 true);
  }

  // PouchDB refuses $ne below $or ("userValue.every is not a function"): there it is the values before and
  // after.
  Pushed not_equal(const Column& column, const std::string& operand) const {
    Test low = lower_bound(class_of(column.type)), high = upper_bound(class_of(column.type));
    if (options_.traits.couchdb) return tests(column, {{Operator::NotEqual, operand}, low, high}, true, true);
    Pushed before = tests(column, {low, {Operator::Less, operand}}, true, true);
    Pushed after = tests(column, {{Operator::Greater, operand}, high}, true, true);
    if (is_everything(before.selector)) return unknown();
    return {any({std::move(before.selector), std::move(after.selector)}), true, true};
  }

  Pushed compare_number(const Column& column, CompareOp op, const Value& value) const {
    auto number = number_operand(value, column.type, options_.traits);
    if (!number) return class_of(view(value)) == TypeClass::Number ? within_class(column) : unknown();
    Test low = lower_bound(TypeClass::Number), high = upper_bound(TypeClass::Number);
    switch (op) {
      case CompareOp::Equal:
        if (number->exact) return tests(column, {{Operator::Equal, number->lower}}, true, true);
        return tests(column, {{Operator::GreaterEqual, number->lower}, {Operator::LessEqual, number->upper}},
                     false, true);
      case CompareOp::NotEqual:
        if (!number->exact) return within_class(column);
        return not_equal(column, number->lower);
      case CompareOp::Less:
      case CompareOp::LessEqual:
        return tests(column, {low, {number->exact ? operator_of(op) : Operator::LessEqual, number->upper}},
                     number->exact, true);
      case CompareOp::Greater:
      case CompareOp::GreaterEqual:
        return tests(column,
                     {{number->exact ? operator_of(op) : Operator::GreaterEqual, number->lower}, high},
                     number->exact, true);
    }
    return unknown();
  }

  bool icu() const { return options_.collation == CollationKind::Server; }
  // JavaScript's === on strings: code units, which are equal where code points are.
  bool equality_is_binary() const { return !options_.traits.couchdb && !options_.traits.icu_order; }

  Pushed compare_text(const Column& column, CompareOp op, const Value& value) const {
    auto* text = std::get_if<std::string>(&value);
    if (!text) return unknown();
    std::string operand = json_string(*text);
    Test low = lower_bound(TypeClass::Text), high = upper_bound(TypeClass::Text);
    bool exact_equality = icu() || equality_is_binary();
    if (op == CompareOp::Equal) return tests(column, {{Operator::Equal, operand}}, exact_equality, true);
    if (op == CompareOp::NotEqual) {
      if (!exact_equality) return within_class(column);
      return not_equal(column, operand);
    }
    // Another order than the server's: all strings.
    if (!icu() && !(equality_is_binary() && below_surrogates(*text))) return within_class(column);
    Test test{operator_of(op), operand};
    if (op == CompareOp::Less || op == CompareOp::LessEqual) return tests(column, {low, test}, true, true);
    return tests(column, {test, high}, true, true);
  }

  // A superset: whole days of the text that the value may stand in.
  Pushed compare_days(const Column& column, CompareOp op, const Value& value, bool year) const {
    const TextDays days =
        year ? days_of_year(column.type.kind, op, value) : days_of(column.type.kind, op, value);
    if (days.low.empty() && days.high.empty()) return within_class(column);
    Test low = lower_bound(TypeClass::Text), high = upper_bound(TypeClass::Text);
    if (!days.low.empty()) low = {Operator::GreaterEqual, json_string(days.low)};
    if (!days.high.empty()) high = {Operator::Less, json_string(days.high)};
    return tests(column, {low, high}, false, true);
  }

  Pushed in(const Subject& subject, const std::vector<Value>& values, bool inside) const {
    const Column& column = *subject.column;
    TypeClass of = class_of(column.type);
    // Many of one and the same bounds would say nothing more.
    if (values.size() == 1 || decode::takes_any_value(column.type) || of == TypeClass::Time)
      return compare(subject, inside ? CompareOp::Equal : CompareOp::NotEqual, values.front());
    if (of == TypeClass::Number || of == TypeClass::Text) {
      std::string list = "[";
      bool exact = of == TypeClass::Number || icu() || equality_is_binary();
      bool listable = inside || exact;
      for (const auto& value : values) {
        std::string item;
        if (of == TypeClass::Number) {
          auto number = number_operand(value, column.type, options_.traits);
          listable = listable && number && number->exact;
          if (listable) item = number->lower;
        } else {
          auto* text = std::get_if<std::string>(&value);
          listable = listable && text;
          if (listable) item = json_string(*text);
        }
        if (!listable) break;
        list += (list.size() > 1 ? "," : "") + item;
      }
      // The bounds keep arrays out: $in looks into them.
      if (listable) {
        return tests(
            column, {{inside ? Operator::In : Operator::NotIn, list + "]"}, lower_bound(of), upper_bound(of)},
            exact, true);
      }
    }
    std::vector<Selector> each;
    bool exact = true, narrows = inside;
    for (const auto& value : values) {
      Pushed one = compare(subject, inside ? CompareOp::Equal : CompareOp::NotEqual, value);
      if (is_everything(one.selector) && inside) return unknown();
      exact = exact && one.exact;
      narrows = inside ? narrows && one.narrows : narrows || one.narrows;
      each.push_back(std::move(one.selector));
    }
    Selector selector = inside ? any(std::move(each)) : all(std::move(each));
    if (is_nothing(selector)) return never();
    return {std::move(selector), exact, narrows};
  }

  Pushed like(const Column& column, const std::string& pattern, const std::string& escape,
              bool matches) const {
    if (decode::takes_any_value(column.type))
      return tests(column, {{Operator::Greater, "null"}}, false, false);
    if (class_of(column.type) != TypeClass::Text) return unknown();
    auto compiled = like_pattern(pattern, escape);
    if (!compiled) return unknown();
    if (!matches || !options_.traits.pcre) return within_class(column);
    Test regex{Operator::Regex, json_string(compiled->regex)};
    // Equal bytes are equal to ICU, too; said so, it can be an index's range.
    if (compiled->literal)
      return tests(column, {{Operator::Equal, json_string(compiled->prefix)}, regex}, true, true);
    // Where the server orders as ICU does, what begins so is a range of an index.
    const auto bounds = options_.traits.icu_order ? engine::prefix_bounds(compiled->prefix) : std::nullopt;
    if (!bounds) return tests(column, {regex}, true, true);
    return tests(column,
                 {{Operator::GreaterEqual, json_string(bounds->low)},
                  {Operator::Less, json_string(bounds->high)},
                  regex},
                 true, true);
  }

  uint32_t relation_;
  const Table& table_;
  const PushDownOptions& options_;
};

bool fits_in_element_match(const Selector& selector) {
  // PouchDB and old servers read $or inside $elemMatch only over objects, so scalars take plain tests.
  return std::visit(
      [](const auto& node) {
        using T = std::decay_t<decltype(node)>;
        if constexpr (std::is_same_v<T, Field>) {
          return true;
        } else if constexpr (std::is_same_v<T, AllOf> || std::is_same_v<T, AnyOf>) {
          return std::all_of(node.terms.begin(), node.terms.end(), [](const Selector& s) {
            auto* field = std::get_if<Field>(&s.node);
            return field ? !field->path.empty() : fits_in_element_match(s);
          });
        } else {
          return false;
        }
      },
      selector.node);
}

// Tests of the element itself stand in one object, as every server reads them; a second test of one operator
// is left to be checked again here.
void merge_tests(std::vector<Selector>& terms) {
  Field element;
  std::vector<Selector> others;
  for (auto& term : terms) {
    auto* field = std::get_if<Field>(&term.node);
    if (!field || !field->path.empty()) {
      others.push_back(std::move(term));
      continue;
    }
    for (auto& test : field->tests) {
      bool taken = std::any_of(element.tests.begin(), element.tests.end(),
                               [&](const Test& t) { return t.op == test.op; });
      if (!taken) element.tests.push_back(std::move(test));
    }
  }
  if (!element.tests.empty()) others.push_back(Selector{std::move(element)});
  terms = std::move(others);
}

}  // namespace

const Value* constant(const ast::Expr& expr, const std::vector<Value>* parameters, Value& storage) {
  if (auto* literal = std::get_if<ast::Literal>(&expr.node)) return &literal->value;
  if (auto* parameter = std::get_if<ast::Parameter>(&expr.node)) {
    return parameters && parameter->index < parameters->size() ? &(*parameters)[parameter->index] : nullptr;
  }
  auto* unary = std::get_if<ast::Unary>(&expr.node);
  if (!unary || unary->op == ast::UnaryOp::Not) return nullptr;
  const Value* inner = constant(*unary->operand, parameters, storage);
  if (!inner || is_null(*inner) || unary->op == ast::UnaryOp::Plus) return inner;
  Value negated;
  if (auto* i = std::get_if<int64_t>(inner)) {
    if (*i == INT64_MIN) return nullptr;
    negated = -*i;
  } else if (auto* d = std::get_if<double>(inner)) {
    negated = -*d;
  } else if (auto* n = std::get_if<Decimal>(inner)) {
    negated = Decimal{n->digits.starts_with('-') ? n->digits.substr(1) : "-" + n->digits};
  } else {
    return nullptr;
  }
  storage = std::move(negated);
  return &storage;
}

Pushed push(const ast::Expr& condition, uint32_t relation, const Table& table,
            const PushDownOptions& options) {
  return PushDown{relation, table, options}.when(condition, true);
}

Split split(const std::vector<const ast::Expr*>& conjuncts, uint32_t relation, const Table& table,
            const PushDownOptions& options) {
  Split out;
  bool elements = table.kind == TableKind::Array;
  bool pushable = table.kind != TableKind::View;
  if (elements) pushable = options.traits.couchdb && nameable(table.array_path);
  PouchDbAnd pouchdb{table};
  std::vector<Selector> terms;
  for (const auto* conjunct : conjuncts) {
    Pushed pushed = push(*conjunct, relation, table, options);
    if (is_nothing(pushed.selector)) {
      out = Split{};
      out.selector = nothing();
      out.narrows = true;
      out.pushed = {conjunct};
      return out;
    }
    if (!options.traits.couchdb && !is_everything(pushed.selector)) pouchdb.admit(pushed);
    bool useful =
        pushable && !is_everything(pushed.selector) && (!elements || fits_in_element_match(pushed.selector));
    bool holds_always = is_everything(pushed.selector) && pushed.exact;
    if (useful) {
      out.pushed.push_back(conjunct);
      out.narrows = out.narrows || pushed.narrows;
      terms.push_back(std::move(pushed.selector));
    }
    // A document is let through when one element of it matches; which ones do is found out here.
    if (!holds_always && !(useful && pushed.exact && !elements)) out.residual.push_back(conjunct);
  }
  out.exact = out.residual.empty();
  if (elements && !terms.empty()) {
    merge_tests(terms);
    out.selector = Selector{ElementMatches{table.array_path, std::move(terms)}};
  } else {
    out.selector = all(std::move(terms));
  }
  return out;
}

Selector documents_of(const Table& table, bool bytes, const ServerTraits& traits) {
  if (table.discriminator_path.empty() || !nameable(table.discriminator_path)) return everything();
  std::vector<Test> tests{{Operator::Equal, json_string(table.discriminator)}};
  if (bytes && traits.pcre) {
    tests.push_back({Operator::Regex, json_string(exact_regex(table.discriminator))});
  }
  return Selector{Field{table.discriminator_path, std::move(tests)}};
}

}  // namespace couch::sql::mango
