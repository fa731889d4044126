#include "sql/plan/key_range.h"

#include <algorithm>
#include <utility>

#include "sql/engine/collation.h"
#include "sql/engine/decimal.h"
#include "sql/json_text.h"
#include "sql/mango/operand.h"

namespace couch::sql::plan {

namespace {

using mango::Operator;

int rank(std::string_view json) {
  switch (json.empty() ? ' ' : json.front()) {
    case 'n': return 0;
    case 'f': return 1;
    case 't': return 2;
    case '"': return 4;
    case '[': return 5;
    case '{': return 6;
    default: return 3;
  }
}

// -1: before; by the low ends, the high ends.
int compare_lows(const KeyRange& a, const KeyRange& b) {
  if (a.low.empty() || b.low.empty())
    return static_cast<int>(b.low.empty()) - static_cast<int>(a.low.empty());
  int order = compare_keys(a.low, b.low);
  return order != 0 ? order : static_cast<int>(b.includes_low) - static_cast<int>(a.includes_low);
}
int compare_highs(const KeyRange& a, const KeyRange& b) {
  if (a.high.empty() || b.high.empty())
    return static_cast<int>(a.high.empty()) - static_cast<int>(b.high.empty());
  int order = compare_keys(a.high, b.high);
  return order != 0 ? order : static_cast<int>(a.includes_high) - static_cast<int>(b.includes_high);
}

KeyRange intersection(const KeyRange& a, const KeyRange& b) {
  const KeyRange& low = compare_lows(a, b) >= 0 ? a : b;
  const KeyRange& high = compare_highs(a, b) <= 0 ? a : b;
  return {low.low, high.high, low.includes_low, high.includes_high};
}

// Do they have a value in common, or nothing between them?
bool touch(const KeyRange& first, const KeyRange& second) {
  if (first.high.empty() || second.low.empty()) return true;
  int order = compare_keys(first.high, second.low);
  return order > 0 || (order == 0 && (first.includes_high || second.includes_low));
}

KeyRanges in_order(KeyRanges ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const KeyRange& a, const KeyRange& b) { return compare_lows(a, b) < 0; });
  KeyRanges out;
  for (auto& range : ranges) {
    if (range.is_empty()) continue;
    if (!out.empty() && touch(out.back(), range)) {
      if (compare_highs(range, out.back()) > 0) {
        out.back().high = std::move(range.high);
        out.back().includes_high = range.includes_high;
      }
      continue;
    }
    out.push_back(std::move(range));
  }
  return out;
}

KeyRanges list_of(std::string_view list) {
  KeyRanges out;
  for (const auto item : elements_of(list)) out.push_back({std::string{item}, std::string{item}});
  return in_order(std::move(out));
}

// What lies between the ranges.
KeyRanges others(const KeyRanges& ranges) {
  KeyRanges out;
  KeyRange gap;
  for (const auto& range : ranges) {
    gap.high = range.low;
    gap.includes_high = !range.includes_low;
    if (!gap.high.empty() && !gap.is_empty()) out.push_back(gap);
    if (range.high.empty()) return out;
    gap = {range.high, {}, !range.includes_high, true};
  }
  out.push_back(gap);
  return out;
}

KeyRanges ranges_of(const mango::Test& test, bool* exact) {
  const std::string& operand = test.operand;
  switch (test.op) {
    case Operator::Equal: return {{operand, operand}};
    case Operator::Less: return {{"", operand, true, false}};
    case Operator::LessEqual: return {{"", operand}};
    case Operator::Greater: return {{operand, "", false, true}};
    case Operator::GreaterEqual: return {{operand, ""}};
    case Operator::NotEqual: return others({{operand, operand}});
    case Operator::In: return list_of(operand);
    case Operator::NotIn: return others(list_of(operand));
    case Operator::Exists: *exact = *exact && operand == "true"; break;
    case Operator::Regex: *exact = false; break;
  }
  return every_key();
}

// The one path that it says something of; nullptr with `several`: there are more, or a document without it
// passes.
struct OnePath {
  const mango::Path* path = nullptr;
  bool several = false;

  void look(const mango::Selector& selector) {
    std::visit([&](const auto& node) { at(node); }, selector.node);
  }

 private:
  void at(const mango::AllOf& all) {
    several = several || all.terms.empty();
    for (const auto& term : all.terms) look(term);
  }
  void at(const mango::AnyOf& any) {
    for (const auto& term : any.terms) look(term);
  }
  void at(const mango::ElementMatches&) { several = true; }
  void at(const mango::Field& field) {
    several = several || (path && *path != field.path);
    path = &field.path;
    for (const auto& test : field.tests)
      several = several || (test.op == Operator::Exists && test.operand == "false");
  }
};

}  // namespace

int compare_keys(std::string_view a, std::string_view b) {
  if (int difference = rank(a) - rank(b); difference != 0) return difference;
  switch (rank(a)) {
    case 3: return engine::compare_decimals(a, b);
    case 4: return engine::compare_text(string_of(a), string_of(b));
    default: return 0;
  }
}

bool KeyRange::is_point() const {
  return !low.empty() && !high.empty() && includes_low && includes_high && compare_keys(low, high) == 0;
}

bool KeyRange::is_empty() const {
  if (low.empty() || high.empty()) return false;
  int order = compare_keys(low, high);
  return order > 0 || (order == 0 && !(includes_low && includes_high));
}

KeyRanges every_key() { return {KeyRange{}}; }

bool is_every_key(const KeyRanges& ranges) { return ranges.size() == 1 && ranges.front().is_open(); }

bool are_points(const KeyRanges& ranges) {
  return !ranges.empty() &&
         std::all_of(ranges.begin(), ranges.end(), [](const auto& r) { return r.is_point(); });
}

bool are_of_class_only(const KeyRanges& ranges) {
  return std::all_of(ranges.begin(), ranges.end(), [](const KeyRange& r) {
    return (r.low.empty() || mango::is_class_edge(r.low)) &&
           (r.high.empty() || mango::is_class_edge(r.high)) && !r.is_point();
  });
}

KeyRanges both(const KeyRanges& a, const KeyRanges& b) {
  if (is_every_key(a)) return b;
  if (is_every_key(b)) return a;
  KeyRanges out;
  // Both are in order: those that end first cannot meet the next ones.
  size_t i = 0, k = 0;
  while (i < a.size() && k < b.size()) {
    KeyRange common = intersection(a[i], b[k]);
    if (!common.is_empty()) out.push_back(std::move(common));
    if (compare_highs(a[i], b[k]) < 0) {
      ++i;
    } else {
      ++k;
    }
  }
  return out;
}

KeyRanges keys_of_class(TypeClass of) {
  bool exact = true;
  return ranges_of(mango::Selector{mango::Field{{}, mango::bounds(of)}}, {}, &exact);
}

KeyRanges united(KeyRanges a, const KeyRanges& b) {
  a.insert(a.end(), b.begin(), b.end());
  return in_order(std::move(a));
}

KeyRange hull(const KeyRanges& ranges) {
  return {ranges.front().low, ranges.back().high, ranges.front().includes_low, ranges.back().includes_high};
}

KeyRanges ranges_of(const mango::Selector& selector, const mango::Path& path, bool* exact) {
  if (auto* field = std::get_if<mango::Field>(&selector.node)) {
    if (field->path != path) {
      *exact = false;
      return every_key();
    }
    KeyRanges out = every_key();
    for (const auto& test : field->tests) out = both(out, ranges_of(test, exact));
    return out;
  }
  if (auto* all = std::get_if<mango::AllOf>(&selector.node)) {
    KeyRanges out = every_key();
    for (const auto& term : all->terms) out = both(out, ranges_of(term, path, exact));
    return out;
  }
  if (auto* any = std::get_if<mango::AnyOf>(&selector.node)) {
    KeyRanges out;
    for (const auto& term : any->terms) {
      KeyRanges some = ranges_of(term, path, exact);
      out.insert(out.end(), some.begin(), some.end());
    }
    return in_order(std::move(out));
  }
  *exact = false;
  return every_key();
}

std::optional<KeyCondition> key_condition(const mango::Selector& selector) {
  OnePath one;
  one.look(selector);
  if (one.several || !one.path) return std::nullopt;
  KeyCondition out{*one.path, {}, true};
  out.keys = ranges_of(selector, out.path, &out.exact);
  return out;
}

}  // namespace couch::sql::plan
