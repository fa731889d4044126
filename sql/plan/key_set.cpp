#include "sql/plan/key_set.h"

#include <rapidjson/document.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "sql/engine/collation.h"
#include "sql/engine/decimal.h"
#include "sql/mango/operand.h"

namespace couch::sql::plan {

namespace {

using mango::Operator;
using mango::Test;

int rank(const std::string& json) {
  switch (json.empty() ? 'n' : json.front()) {
    case 'n': return 0;
    case 'f': return 1;
    case 't': return 2;
    case '"': return 4;
    case '[': return 5;
    case '{': return 6;
    default: return 3;
  }
}

std::string string_of(const std::string& json) {
  rapidjson::Document document;
  document.Parse(json.data(), json.size());
  if (document.HasParseError() || !document.IsString()) return {};
  return {document.GetString(), document.GetStringLength()};
}

// The edge that leaves more out.
const KeyEdge& higher_low(const KeyEdge& a, const KeyEdge& b) {
  int order = compare_keys(a.json, b.json);
  if (order == 0) return a.inclusive ? b : a;
  return order > 0 ? a : b;
}
std::optional<KeyEdge> lower_high(const std::optional<KeyEdge>& a, const std::optional<KeyEdge>& b) {
  if (!a || !b) return a ? a : b;
  int order = compare_keys(a->json, b->json);
  if (order == 0) return a->inclusive ? b : a;
  return order < 0 ? a : b;
}

bool is_empty(const KeyInterval& interval) {
  if (!interval.high) return false;
  int order = compare_keys(interval.low.json, interval.high->json);
  return order > 0 || (order == 0 && !(interval.low.inclusive && interval.high->inclusive));
}

// Nothing lies between them: the one that begins first, `a`, reaches as far as `b` begins.
bool touch(const KeyInterval& a, const KeyInterval& b) {
  if (!a.high) return true;
  int order = compare_keys(a.high->json, b.low.json);
  return order > 0 || (order == 0 && (a.high->inclusive || b.low.inclusive));
}

bool begins_before(const KeyInterval& a, const KeyInterval& b) {
  int order = compare_keys(a.low.json, b.low.json);
  return order < 0 || (order == 0 && a.low.inclusive && !b.low.inclusive);
}

bool ends_before(const KeyInterval& a, const KeyInterval& b) {
  if (!a.high || !b.high) return a.high.has_value();
  int order = compare_keys(a.high->json, b.high->json);
  return order < 0 || (order == 0 && !a.high->inclusive && b.high->inclusive);
}

KeyInterval point(const std::string& json) { return {{json, true}, KeyEdge{json, true}}; }
KeySet around(const std::string& json) {
  return {{{"null", true}, KeyEdge{json, false}}, {{json, false}, std::nullopt}};
}

// The elements of "[1,\"a\"]", which a writer made: scalars, no spaces.
std::vector<std::string> elements(std::string_view list) {
  std::vector<std::string> out;
  std::string one;
  bool inside = false;
  for (size_t i = 1; i + 1 < list.size(); ++i) {
    char c = list[i];
    if (inside && c == '\\') {
      one += c;
      one += list[++i];
      continue;
    }
    if (c == '"') inside = !inside;
    if (c == ',' && !inside) {
      out.push_back(std::exchange(one, {}));
    } else {
      one += c;
    }
  }
  if (!one.empty()) out.push_back(std::move(one));
  return out;
}

struct Reading {
  const mango::Path* path = nullptr;
  bool exact = true;

  // nullopt: not a set of values.
  std::optional<KeySet> keys(const mango::Selector& selector) {
    return std::visit([&](const auto& node) { return of(node); }, selector.node);
  }

 private:
  std::optional<KeySet> of(const mango::AllOf& all) {
    if (all.terms.empty()) return std::nullopt;
    std::optional<KeySet> out;
    for (const auto& term : all.terms) {
      auto one = keys(term);
      if (!one) return std::nullopt;
      out = out ? intersection(*out, *one) : *std::move(one);
    }
    return out;
  }
  std::optional<KeySet> of(const mango::AnyOf& any) {
    KeySet out;
    for (const auto& term : any.terms) {
      auto one = keys(term);
      if (!one) return std::nullopt;
      out = united(std::move(out), *one);
    }
    return out;
  }
  std::optional<KeySet> of(const mango::ElementMatches&) { return std::nullopt; }
  std::optional<KeySet> of(const mango::Field& field) {
    if (path && *path != field.path) return std::nullopt;
    path = &field.path;
    KeySet out = all_keys();
    for (const auto& test : field.tests) {
      if (test.op == Operator::Exists && test.operand == "false") return std::nullopt;
      out = intersection(out, of(test));
    }
    return out;
  }

  KeySet of(const Test& test) {
    switch (test.op) {
      case Operator::Equal: return {point(test.operand)};
      case Operator::NotEqual: return around(test.operand);
      case Operator::Less: return {{{"null", true}, KeyEdge{test.operand, false}}};
      case Operator::LessEqual: return {{{"null", true}, KeyEdge{test.operand, true}}};
      case Operator::Greater: return {{{test.operand, false}, std::nullopt}};
      case Operator::GreaterEqual: return {{{test.operand, true}, std::nullopt}};
      case Operator::Exists: return all_keys();
      case Operator::Regex: exact = false; return all_keys();
      case Operator::In: {
        KeySet out;
        for (const auto& one : elements(test.operand)) out = united(std::move(out), {point(one)});
        return out;
      }
      case Operator::NotIn: {
        KeySet out = all_keys();
        for (const auto& one : elements(test.operand)) out = intersection(out, around(one));
        return out;
      }
    }
    exact = false;
    return all_keys();
  }
};

}  // namespace

int compare_keys(const std::string& a, const std::string& b) {
  int x = rank(a), y = rank(b);
  if (x != y) return x - y;
  if (x == 3) return engine::compare_decimals(a, b);
  return x == 4 && a != b ? engine::compare_text(string_of(a), string_of(b)) : 0;
}

KeySet all_keys() { return {KeyInterval{}}; }

KeySet keys_of_class(TypeClass of) {
  mango::Field field{{}, mango::bounds(of)};
  Reading reading;
  return reading.keys(mango::Selector{std::move(field)}).value_or(all_keys());
}

KeySet intersection(const KeySet& a, const KeySet& b) {
  KeySet out;
  for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    KeyInterval both{higher_low(a[i].low, b[j].low), lower_high(a[i].high, b[j].high)};
    if (!is_empty(both)) out.push_back(std::move(both));
    if (ends_before(a[i], b[j])) {
      ++i;
    } else {
      ++j;
    }
  }
  return out;
}

KeySet united(KeySet a, const KeySet& b) {
  a.insert(a.end(), b.begin(), b.end());
  std::sort(a.begin(), a.end(), begins_before);
  KeySet out;
  for (auto& next : a) {
    if (!out.empty() && touch(out.back(), next)) {
      if (ends_before(out.back(), next)) out.back().high = std::move(next.high);
    } else {
      out.push_back(std::move(next));
    }
  }
  return out;
}

std::optional<KeyCondition> key_condition(const mango::Selector& selector) {
  Reading reading;
  auto keys = reading.keys(selector);
  if (!keys || !reading.path) return std::nullopt;
  return KeyCondition{*reading.path, *std::move(keys), reading.exact};
}

}  // namespace couch::sql::plan
