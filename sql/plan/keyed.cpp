#include "sql/plan/keyed.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sql/engine/collation.h"
#include "sql/mango/operand.h"
#include "sql/mango/selector.h"

namespace couch::sql::plan {

std::optional<Key> key_of(const Cell& value, const KeyedRead& read, const Table& table) {
  if (read.by_id) {
    auto* text = std::get_if<std::string_view>(&value);
    if (!text) return std::nullopt;
    // Design and local documents are no rows, and other ids do not begin so.
    if (text->empty() || text->starts_with('_')) return Key{};
    return Key{std::string{*text}, std::string{*text}};
  }
  std::string json, weight;
  if (auto* b = std::get_if<bool>(&value)) {
    json = *b ? "true" : "false";
  } else if (auto* text = std::get_if<std::string_view>(&value)) {
    json = mango::json_string(*text);
    // An index holds those equal that weigh the same for ICU, whatever they are here.
    weight = engine::text_sort_key(*text);
  } else {
    auto number = mango::number_operand(own(value), table.columns[read.column].type, read.traits);
    if (!number || !number->exact) return std::nullopt;
    json = number->lower;
  }
  if (weight.empty()) weight = json;
  return Key{read.before_value + json + read.after_value, std::move(weight)};
}

void sort_and_unite(std::vector<Key>& keys) {
  std::sort(keys.begin(), keys.end(), [](const Key& a, const Key& b) { return a.weight < b.weight; });
  keys.erase(
      std::unique(keys.begin(), keys.end(), [](const Key& a, const Key& b) { return a.weight == b.weight; }),
      keys.end());
}

Leaf with_keys(const Leaf& leaf, const KeyedRead& read, std::span<const Key> keys) {
  std::vector<std::string> texts;
  texts.reserve(keys.size());
  for (const Key& key : keys) texts.push_back(key.text);
  Leaf out;
  out.relation = leaf.relation;
  out.shape = leaf.shape;
  out.shape.envelope = decode::Envelope::Row;
  out.shape.documents = true;
  out.estimate = keys.size();
  out.request.database = leaf.shape.table->catalog;
  if (read.by_id) {
    out.access = Access::ByIds;
    out.request.what = ByIds{std::move(texts), true};
  } else {
    out.access = Access::Index;
    out.index = read.index;
    ViewRead view;
    view.design_document = read.design_document;
    view.view = read.index;
    view.keys = std::move(texts);
    view.include_docs = true;
    out.request.what = std::move(view);
  }
  return out;
}

}  // namespace couch::sql::plan
