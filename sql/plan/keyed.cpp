#include "sql/plan/keyed.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sql/engine/collation.h"
#include "sql/json_text.h"
#include "sql/mango/operand.h"
#include "sql/mango/selector.h"

namespace couch::sql::plan {

namespace {

// Of one request: enough that its cost is the documents', few enough that several share the work.
constexpr size_t keys_of_request = 1000, bytes_of_request = size_t{1} << 20;

}  // namespace

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
    json = json_string(*text);
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

Leaf with_keys(const Leaf& leaf, const KeyedRead& read, std::span<const Key> keys, uint32_t at_once) {
  Leaf out;
  out.relation = leaf.relation;
  out.access = read.by_id ? Access::ByIds : Access::IndexRows;
  out.index = read.index;
  out.at_once = at_once;
  out.estimate = keys.size();
  out.shape = leaf.shape;
  out.shape.envelope = decode::Envelope::Row;
  out.shape.documents = true;
  out.shape.key_fields.clear();  // of another index; what is read is checked again
  out.shape.once = !read.by_id;  // a document may go from one key to another between two requests
  while (!keys.empty()) {
    std::vector<std::string> texts;
    size_t bytes = 0;
    while (texts.size() < keys.size() && texts.size() < keys_of_request && bytes < bytes_of_request) {
      texts.push_back(keys[texts.size()].text);
      bytes += texts.back().size() + 4;
    }
    keys = keys.subspan(texts.size());
    DocumentRequest request;
    request.database = leaf.shape.table->catalog;
    if (read.by_id) {
      request.what = ByIds{std::move(texts), true};
    } else {
      ViewRead view;
      view.design_document = read.design_document;
      view.view = read.index;
      view.keys = std::move(texts);
      view.include_docs = true;
      request.what = std::move(view);
    }
    out.requests.push_back(std::move(request));
  }
  return out;
}

}  // namespace couch::sql::plan
