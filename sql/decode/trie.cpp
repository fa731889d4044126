#include "sql/decode/trie.h"

#include <algorithm>

namespace couch::sql::decode {

namespace {

bool before(std::string_view a, std::string_view b) {
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

}  // namespace

Node& Node::member(std::string_view key) {
  auto place = std::lower_bound(members_.begin(), members_.end(), key,
                                [](const Member& m, std::string_view k) { return before(m.key, k); });
  if (place == members_.end() || place->key != key) {
    place = members_.insert(place, Member{std::string{key}, std::make_unique<Node>()});
    guess_.assign(members_.size() + 1, 0);
    last_ = members_.size();
  }
  return *place->node;
}

Node& Node::member(const std::vector<std::string>& path) {
  Node* node = this;
  for (const auto& key : path) node = &node->member(key);
  return *node;
}

Node& Node::element(uint32_t index) {
  for (auto& e : elements_) {
    if (e.index == index) return *e.node;
  }
  elements_.push_back({index, std::make_unique<Node>()});
  return *elements_.back().node;
}

Node& Node::each() {
  if (!each_) each_ = std::make_unique<Node>();
  return *each_;
}

Node* Node::find(std::string_view key) {
  if (members_.empty()) return nullptr;
  size_t guess = guess_[last_];
  if (members_[guess].key != key) {
    auto place = std::lower_bound(members_.begin(), members_.end(), key,
                                  [](const Member& m, std::string_view k) { return before(m.key, k); });
    if (place == members_.end() || place->key != key) return nullptr;
    guess = static_cast<size_t>(place - members_.begin());
    guess_[last_] = guess;
  }
  last_ = guess;
  return members_[guess].node.get();
}

Node* Node::at(uint32_t index) const {
  for (const auto& e : elements_) {
    if (e.index == index) return e.node.get();
  }
  return nullptr;
}

}  // namespace couch::sql::decode
