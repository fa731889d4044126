#include "sql/plan/index_choice.h"

#include <rapidjson/document.h>

#include <algorithm>
#include <utility>

#include "sql/mango/operand.h"

namespace couch::sql::plan {

namespace {

using mango::Field;
using mango::Operator;
using mango::Path;
using mango::Selector;
using mango::Test;

// How a field's index entries are narrowed.
enum class Narrowing : uint8_t { None, Required, Range, Point };

Narrowing narrowing(const Test& test) {
  bool edge = mango::is_class_edge(test.operand);
  switch (test.op) {
    case Operator::Equal: return test.operand == "null" ? Narrowing::None : Narrowing::Point;
    case Operator::Less:
    case Operator::LessEqual:
    case Operator::Greater:
    case Operator::GreaterEqual: return edge ? Narrowing::Required : Narrowing::Range;
    case Operator::In:
    case Operator::NotIn:
    case Operator::NotEqual:
    case Operator::Regex:
    case Operator::Exists: return Narrowing::None;
  }
  return Narrowing::None;
}

// What the ANDed tests of a selector say of a field.
Narrowing narrowing(const Selector& selector, const Path& path) {
  Narrowing best = Narrowing::None;
  auto look = [&](const Selector& term) {
    auto* field = std::get_if<Field>(&term.node);
    if (!field || field->path != path) return;
    for (const auto& test : field->tests) best = std::max(best, narrowing(test));
  };
  if (auto* all = std::get_if<mango::AllOf>(&selector.node)) {
    for (const auto& term : all->terms) look(term);
  } else {
    look(selector);
  }
  return best;
}

// A partial index holds the table's documents when its filter is the table's type and no more.
bool filter_is_discriminator(const std::string& filter, const Table& table) {
  rapidjson::Document json;
  json.Parse<rapidjson::kParseIterativeFlag>(filter.data(), filter.size());
  if (json.HasParseError() || !json.IsObject() || json.MemberCount() != 1 || table.discriminator_path.empty())
    return false;
  const auto& member = *json.MemberBegin();
  if (mango::field_name(table.discriminator_path) !=
      std::string{member.name.GetString(), member.name.GetStringLength()})
    return false;
  const auto* value = &member.value;
  if (value->IsObject()) {
    if (value->MemberCount() != 1 || value->MemberBegin()->name != "$eq") return false;
    value = &value->MemberBegin()->value;
  }
  return value->IsString() &&
         table.discriminator == std::string{value->GetString(), value->GetStringLength()};
}

}  // namespace

std::optional<Index> choose_index(const Selector& selector, const Table& table,
                                  const std::vector<Index>& indexes, const std::string& name) {
  const Index* best = nullptr;
  std::pair<size_t, bool> best_score{0, false};
  for (const auto& index : indexes) {
    if (!name.empty() && index.name != name) continue;
    // Inside a partition only; the planner does not ask for one yet.
    if (index.partitioned || index.fields.empty()) continue;
    if (index.partial && !filter_is_discriminator(index.partial_filter, table)) continue;
    size_t points = 0;
    bool leading = true, range = false, usable = true, of_query = false;
    for (const auto& field : index.fields) {
      Narrowing n = narrowing(selector, field);
      if (n == Narrowing::None) usable = false;
      if (!leading) continue;
      if (n == Narrowing::Point) ++points;
      if (n == Narrowing::Range) range = true;
      if (n >= Narrowing::Range && field != table.discriminator_path) of_query = true;
      leading = n == Narrowing::Point;
    }
    if (!usable || (name.empty() && !of_query)) continue;
    std::pair<size_t, bool> score{points, range};
    if (!best || score > best_score) {
      best = &index;
      best_score = score;
    }
  }
  return best ? std::optional<Index>{*best} : std::nullopt;
}

}  // namespace couch::sql::plan
