#pragma once
// Reading a table by the values that other tables' rows ask for, instead of as its own conditions have it:
// joins and semi-joins by keys. A hundred rows that are joined with a million read some hundred of these.
//
// Whether that is cheaper is known when the other tables are there: `most` keys are, more are not.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sql/plan/key_range.h"
#include "sql/plan/leaf.h"
#include "sql/type.h"
#include "sql/value.h"

namespace couch::sql::plan {

struct KeyedRead {
  // One value of a key.
  struct Part {
    uint32_t column = 0;  // of the table that is read
    Type type;            // of the values
    Span span;            // where the statement says them
  };
  std::vector<Part> parts;    // in the order of the index's fields
  std::string values;         // SQLite's text: a column for each part, no two rows alike, no NULL
  std::vector<size_t> after;  // the leaves (by position) whose tables it reads: complete by then
  bool direct = true;         // each row of the one leaf gives a key: no query is between
  // How a key is asked for: an _id; or a key of an index. `frames` has what stands around the values there
  // (JSON: the type, constants and commas), one text more than there are parts; each of them makes a key.
  bool by_id = true;
  std::string design_document, index, fields;  // `fields`: the key's, for a person
  std::vector<std::vector<std::string>> frames{{{}, {}}};
  // Where the index has more fields than the key: a range of the first of these, open or not. Then a key is a
  // request.
  std::optional<KeyRange> next;
  bool whole = true;  // with `next`, the key has all of the index's fields
  // The index's fields, where they have all that is read of the table: no documents are sent then.
  std::vector<std::vector<std::string>> covered;
  ServerTraits traits;
  double key_cost = 0;          // of one key, in documents of a scan
  double row_cost = 0;          // of one row that it finds, in the same
  uint64_t most = 0;            // more keys cost more than the leaf's own request
  uint64_t most_documents = 0;  // nor more documents than that; by _id there is one a key at most
};

struct Key {
  std::string text;    // an _id, or the elements of an array (JSON) without its brackets
  std::string weight;  // keys that the server holds equal have the same
};
// Adds the keys of these values, one a part: none where no document can have them. False: the server may
// compare one of them otherwise than it is compared here, so that it cannot be asked for by a key.
bool add_keys(std::span<const Cell> values, const KeyedRead& read, const Table& table, std::vector<Key>& out);
// Each once, as far as possible in the server's order.
void sort_and_unite(std::vector<Key>& keys);

// The leaf as it is read by these keys, in several requests where there are many.
Leaf with_keys(const Leaf& leaf, const KeyedRead& read, std::span<const Key> keys, uint32_t at_once);

}  // namespace couch::sql::plan
