#include "driver/schema/shape.h"

#include <algorithm>

namespace couch::driver::schema {
namespace {

constexpr size_t indexed_from = 16;      // fewer fields are found faster by looking at each
constexpr size_t most_fields = 2'000;    // of an object below the root; more are data
constexpr size_t most_columns = 33'000;  // of the root: MaxColumns at its largest

}  // namespace

void Seen::merge(const Seen& other) {
  nulls += other.nulls;
  bits += other.bits;
  integers += other.integers;
  big_integers += other.big_integers;
  fractions += other.fractions;
  texts += other.texts;
  dates += other.dates;
  times += other.times;
  timestamps += other.timestamps;
  objects += other.objects;
  arrays += other.arrays;
  longest = std::max(longest, other.longest);
  digits = std::max(digits, other.digits);
  fraction_digits = std::max(fraction_digits, other.fraction_digits);
  one_form = one_form && other.one_form && (!form || !other.form || *form == *other.form);
  if (!form) form = other.form;
}

Node* Node::field(std::string_view name, size_t& at, Budget& budget, bool root) {
  if (collapsed) return nullptr;
  // Documents of one type have their fields in the same order, mostly.
  if (at < fields.size() && fields[at]->name == name) return fields[at++]->node.get();
  if (fields.size() < indexed_from) {
    for (size_t i = 0; i < fields.size(); ++i)
      if (fields[i]->name == name) {
        at = i + 1;
        return fields[i]->node.get();
      }
  } else if (const auto found = index_.find(name); found != index_.end()) {
    at = found->second + 1;
    return fields[found->second]->node.get();
  }
  if (!root && fields.size() >= most_fields) {
    collapse(budget);
    return nullptr;
  }
  if (budget.nodes == 0 || fields.size() >= most_columns) {
    ++dropped;
    return nullptr;
  }
  --budget.nodes;
  fields.push_back(std::make_unique<Field>(Field{std::string{name}, std::make_unique<Node>()}));
  at = fields.size();
  if (fields.size() == indexed_from)
    for (size_t i = 0; i + 1 < fields.size(); ++i) index_.emplace(fields[i]->name, i);
  if (fields.size() >= indexed_from) index_.emplace(fields.back()->name, fields.size() - 1);
  return fields.back()->node.get();
}

const Node* Node::find(std::string_view name) const {
  for (const auto& field : fields)
    if (field->name == name) return field->node.get();
  return nullptr;
}

Node* Node::the_element(Budget& budget) {
  if (!element && budget.nodes > 0) {
    --budget.nodes;
    element = std::make_unique<Node>();
  }
  return element.get();
}

Node* Node::element_at(size_t position, Budget& budget) {
  while (elements.size() <= position) {
    if (budget.nodes == 0) return nullptr;
    --budget.nodes;
    elements.push_back(std::make_unique<Node>());
  }
  return elements[position].get();
}

size_t Node::size() const {
  size_t nodes = 1;
  for (const auto& field : fields) nodes += field->node->size();
  if (element) nodes += element->size();
  for (const auto& one : elements) nodes += one->size();
  return nodes;
}

void Node::collapse(Budget& budget) {
  for (const auto& field : fields) budget.nodes += field->node->size();
  collapsed = true;
  index_.clear();
  fields.clear();
}

void Node::merge(const Node& other, Budget& budget, bool root) {
  seen.merge(other.seen);
  dropped += other.dropped;
  if (other.collapsed && !collapsed) collapse(budget);
  size_t at = 0;
  for (const auto& field_of_other : other.fields) {
    if (collapsed) break;
    if (Node* mine = field(field_of_other->name, at, budget, root))
      mine->merge(*field_of_other->node, budget, false);
  }
  if (other.element)
    if (Node* mine = the_element(budget)) mine->merge(*other.element, budget, false);
  for (size_t i = 0; i < other.elements.size(); ++i)
    if (Node* mine = element_at(i, budget)) mine->merge(*other.elements[i], budget, false);
}

}  // namespace couch::driver::schema
