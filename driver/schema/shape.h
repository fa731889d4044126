#pragma once
// What a sample showed at each path of the documents of one kind: a tree of fields, each with what its values
// were. Documents are added one at a time and only ever widen it. Its size is bounded, however wide or deep
// the documents are.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sql/datetime.h"

namespace couch::driver::schema {

// The values at one path, by what they were.
struct Seen {
  uint64_t nulls = 0, bits = 0, integers = 0, big_integers = 0,
           fractions = 0;                                    // big: past 64 bits; fraction: or an exponent
  uint64_t texts = 0, dates = 0, times = 0, timestamps = 0;  // texts: strings that are no date or time
  uint64_t objects = 0, arrays = 0;
  uint64_t longest = 0;         // UTF-16 units of the longest value's text (a container: at most its bytes)
  uint32_t digits = 0;          // of the longest integer
  uint8_t fraction_digits = 0;  // of the most precise time
  std::optional<sql::DatetimeForm> form;
  bool one_form = true;  // all dates and times were written alike

  uint64_t values() const {
    return nulls + bits + integers + big_integers + fractions + texts + dates + times + timestamps + objects +
           arrays;
  }
  void merge(const Seen& other);
};

// How many more nodes a database's trees may have together.
struct Budget {
  size_t nodes = 100'000;
};

class Node {
 public:
  struct Field {
    std::string name;
    std::unique_ptr<Node> node;
  };

  Seen seen;
  std::vector<std::unique_ptr<Field>> fields;   // of the objects, as first seen
  std::unique_ptr<Node> element;                // of the arrays: all elements together
  std::vector<std::unique_ptr<Node>> elements;  // the first ones by position, where they are asked for
  bool collapsed = false;  // more fields than any table has columns: a map, its fields are forgotten
  uint64_t dropped = 0;    // occurrences of fields for which there was no room

  // The field's node, made if need be. nullptr: no room, or collapsed. `at` is where it is likely to be, and
  // moves on.
  Node* field(std::string_view name, size_t& at, Budget& budget, bool root);
  const Node* find(std::string_view name) const;
  Node* the_element(Budget& budget);
  Node* element_at(size_t index, Budget& budget);

  // Adds what another tree saw; its new fields come after this one's.
  void merge(const Node& other, Budget& budget, bool root = true);

 private:
  void collapse(Budget& budget);
  size_t size() const;

  std::unordered_map<std::string_view, size_t> index_;  // only of many fields; views into fields
};

// A kind of documents: those of one type, or those without one.
struct Shape {
  Node root;
  uint64_t documents = 0;
};

}  // namespace couch::driver::schema
