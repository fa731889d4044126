#pragma once
// The quick way through a row: it looks for the wanted values and changes nothing, so that on meeting
// anything out of the ordinary (a repeated name, a name with an escape, a huge number, deep nesting, what is
// no JSON) it gives up, and the row is read by RapidJSON instead, whose word counts. What it does accept,
// RapidJSON accepts with the same values; that is tested. It saves the time
// that RapidJSON spends on values that nobody wants.
#include <cstdint>
#include <string_view>
#include <vector>

#include "sql/decode/raw.h"
#include "sql/decode/trie.h"

namespace couch::sql::decode {

class Skimmer {
 public:
  // Fills the slots of the wanted values; `raws` is as long as the tree's slots need, and all Missing. One
  // byte after `json` is readable and 0. `root` has no each(); `stamp` is new to it. False: gave up, with
  // some slots filled. Texts borrow from `json`, or from here until the next read().
  bool read(Node& root, std::string_view json, uint64_t stamp, std::vector<Raw>& raws);

 private:
  static constexpr unsigned max_depth = 64;
  bool value(Node* node);
  bool object(Node& node);
  bool array(Node& node);
  bool nested(Node* node, RawKind kind);
  bool skip();
  bool string(bool wanted, std::string_view& text);
  bool unescape(bool wanted, std::string_view& text);
  bool number(std::string_view& digits);
  bool word(std::string_view expected);
  void blanks() {
    while (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t') ++at_;
  }
  void keep(const Node& node, RawKind kind, std::string_view text) {
    for (const uint32_t slot : node.slots) raws_[slot] = {kind, text};
  }

  const char* at_ = nullptr;
  const char* end_ = nullptr;
  uint64_t stamp_ = 0;
  unsigned depth_ = 0;
  Raw* raws_ = nullptr;
  std::vector<char> unescaped_;  // strings of this row that had escapes; never grows in the middle of one
  size_t unescaped_used_ = 0;
};

}  // namespace couch::sql::decode
