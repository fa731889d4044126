#include "sql/decode/trie.h"

#include <algorithm>
#include <cstring>

namespace couch::sql::decode {

namespace {

uint64_t eight(const char* at) {
  uint64_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// Names are short: a call of memcmp takes longer than the comparison.
bool same(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  const char *x = a.data(), *y = b.data();
  size_t left = a.size();
  if (left < 8) {
    for (; left > 0; --left)
      if (*x++ != *y++) return false;
    return true;
  }
  for (; left > 8; left -= 8, x += 8, y += 8)
    if (eight(x) != eight(y)) return false;
  return eight(x + left - 8) == eight(y + left - 8);
}

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
  if (!same(members_[guess].key, key)) {
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
