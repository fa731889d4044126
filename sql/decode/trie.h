#pragma once
// The paths that are wanted of a row, as a tree that the JSON reader walks along. Everything outside it is
// skipped.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace couch::sql::decode {

class Node {
 public:
  // The child for an object's member, made when it is not there.
  Node& member(std::string_view key);
  Node& member(const std::vector<std::string>& path);
  // The child for one element of an array.
  Node& element(uint32_t index);
  // The child for every element of an array: its values are collected once an element. There is one such node
  // a tree at most.
  Node& each();

  // What the reader asks for; nullptr: not wanted. find() first tries the member after the one it found last,
  // because documents of one type mostly have their fields in one order.
  Node* find(std::string_view key);
  Node* at(uint32_t index) const;
  Node* each_or_null() const { return each_.get(); }
  bool has_members() const { return !members_.empty(); }
  bool has_elements() const { return each_ || !elements_.empty(); }
  bool is_leaf() const { return !has_members() && !has_elements(); }

  std::vector<uint32_t> slots;  // where this node's value goes
  bool slices = false;          // somebody wants the exact text of an object or array here
  uint64_t seen = 0;            // the row that last had it: twice in one row is a duplicate key

  // This node and all below, in no particular order.
  template <class Visit>
  void visit(Visit&& visitor) {
    visitor(*this);
    for (auto& m : members_) m.node->visit(visitor);
    for (auto& e : elements_) e.node->visit(visitor);
    if (each_) each_->visit(visitor);
  }

 private:
  struct Member {
    std::string key;
    std::unique_ptr<Node> node;
  };
  struct Element {
    uint32_t index;
    std::unique_ptr<Node> node;
  };
  std::vector<Member> members_;    // sorted by length, then bytes
  std::vector<Element> elements_;  // few
  std::unique_ptr<Node> each_;
  std::vector<size_t>
      guess_;  // by the member found last (one more: none yet): the one that came next the last time
  size_t last_ = 0;
};

}  // namespace couch::sql::decode
