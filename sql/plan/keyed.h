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

#include "sql/plan/leaf.h"
#include "sql/type.h"
#include "sql/value.h"

namespace couch::sql::plan {

struct KeyedRead {
  std::string values;         // SQLite's text: one column, no value twice, none NULL
  Type type;                  // of the values
  Span span;                  // where the statement says them
  std::vector<size_t> after;  // the leaves (by position) whose tables it reads: complete by then
  bool direct = true;         // each row of the one leaf gives a value: no query is between
  uint32_t column = 0;        // of the table that is read
  // How a key is asked for: an _id; or a row of an index, [type, value] or [value], as JSON.
  bool by_id = true;
  std::string design_document, index;
  std::string before_value, after_value;
  ServerTraits traits;
  uint64_t most = 0;            // more keys cost more than the leaf's own request
  uint64_t most_documents = 0;  // nor more documents than that; by _id there is one a key at most
};

// One value as a key. Without text: no document can have it.
struct Key {
  std::string text;    // an _id, or JSON
  std::string weight;  // keys that the server holds equal have the same; memcmp orders these as it does
};
// nullopt: the server may compare the value otherwise than it is compared here, so that it cannot be asked
// for by a key.
std::optional<Key> key_of(const Cell& value, const KeyedRead& read, const Table& table);
// In the server's order, and each once: then each document comes once.
void sort_and_unite(std::vector<Key>& keys);

// The leaf as it is read by these keys, in several requests where there are many.
Leaf with_keys(const Leaf& leaf, const KeyedRead& read, std::span<const Key> keys, uint32_t at_once);

}  // namespace couch::sql::plan
