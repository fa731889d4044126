#include "sql/plan/keyed.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sql/engine/collation.h"
#include "sql/json_text.h"
#include "sql/mango/operand.h"
#include "sql/mango/selector.h"
#include "sql/plan/index_read.h"

namespace couch::sql::plan {

namespace {

// Of one request: enough that its cost is the documents', few enough that several share the work.
constexpr size_t keys_of_request = 1000, bytes_of_request = size_t{1} << 20;

// What tells a frame from the others.
std::string text_around(const std::vector<std::string>& frame) {
  std::string out;
  for (const auto& text : frame) out += text + '\0';
  return out;
}

// The rows of an index whose keys begin with one key and go on within a range.
ViewRead range_of(const KeyedRead& read, const Key& key) {
  ViewRead view;
  view.design_document = read.design_document;
  view.view = read.index;
  view.include_docs = read.covered.empty();
  KeySpan{{key.text}, *read.next, read.whole}.bound(view, false);
  return view;
}

}  // namespace

bool add_keys(std::span<const Cell> values, const KeyedRead& read, const Table& table,
              std::vector<Key>& out) {
  if (read.by_id) {
    auto* text = std::get_if<std::string_view>(&values.front());
    if (!text) return false;
    // Design and local documents are no rows, and other ids do not begin so.
    if (!text->empty() && !text->starts_with('_')) out.push_back({std::string{*text}, std::string{*text}});
    return true;
  }
  std::vector<std::string> operands;
  std::string weight;
  for (size_t i = 0; i < values.size(); ++i) {
    std::string& json = operands.emplace_back();
    if (auto* text = std::get_if<std::string_view>(&values[i])) {
      json = json_string(*text);
      // An index holds those equal that weigh the same for ICU, whatever they are here.
      weight += engine::text_sort_key(*text);
    } else {
      if (auto* b = std::get_if<bool>(&values[i])) {
        json = *b ? "true" : "false";
      } else {
        const Column& column = table.columns[read.parts[i].column];
        auto number = mango::number_operand(own(values[i]), column.type, read.traits);
        if (!number || !number->exact) return false;
        json = number->lower;
      }
      weight += json;
    }
    weight += '\0';  // no weight and no JSON has one
  }
  for (const auto& frame : read.frames) {
    std::string text = frame.front();
    for (size_t i = 0; i < operands.size(); ++i) text += operands[i] + frame[i + 1];
    out.push_back({text, weight + text_around(frame)});
  }
  return true;
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
  const bool covered = !read.covered.empty();
  out.access = read.by_id ? Access::ByIds : covered ? Access::IndexKeys : Access::IndexRows;
  out.index = read.index;
  out.at_once = at_once;
  out.estimate = keys.size();
  out.shape = leaf.shape;
  out.shape.envelope = covered ? decode::Envelope::Keys : decode::Envelope::Row;
  out.shape.documents = !covered;
  out.shape.key_fields = read.covered;  // no other index's; what is read is checked again
  out.shape.once = !read.by_id;  // a document may go from one key to another between two requests
  const std::string& database = leaf.shape.table->catalog;
  if (read.next) {
    for (const Key& key : keys) out.requests.push_back({database, {}, range_of(read, key)});
    return out;
  }
  while (!keys.empty()) {
    std::vector<std::string> texts;
    size_t bytes = 0;
    while (texts.size() < keys.size() && texts.size() < keys_of_request && bytes < bytes_of_request) {
      const std::string& text = keys[texts.size()].text;
      texts.push_back(read.by_id ? text : "[" + text + "]");
      bytes += texts.back().size() + 4;
    }
    keys = keys.subspan(texts.size());
    DocumentRequest request;
    request.database = database;
    if (read.by_id) {
      request.what = ByIds{std::move(texts), true};
    } else {
      ViewRead view;
      view.design_document = read.design_document;
      view.view = read.index;
      view.keys = std::move(texts);
      view.include_docs = read.covered.empty();
      request.what = std::move(view);
    }
    out.requests.push_back(std::move(request));
  }
  return out;
}

}  // namespace couch::sql::plan
