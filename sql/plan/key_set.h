#pragma once
// Sets of JSON values as intervals of CouchDB's order (null < false < true < numbers < strings < arrays <
// objects): what a condition says of one field, in the form that an index can be read by.
#include <optional>
#include <string>
#include <vector>

#include "sql/mango/selector.h"
#include "sql/type.h"

namespace couch::sql::plan {

struct KeyEdge {
  std::string json;  // a scalar; "[]" or "{}", which come before all other arrays and objects
  bool inclusive = true;
};

struct KeyInterval {
  KeyEdge low{"null", true};
  std::optional<KeyEdge> high;  // nullopt: to the end of all values

  bool is_point() const { return high && low.inclusive && high->inclusive && low.json == high->json; }
};

// Disjoint, in order. Empty: no value.
using KeySet = std::vector<KeyInterval>;

// < 0, 0, > 0; text by ICU's root collation, numbers by all their digits.
int compare_keys(const std::string& a, const std::string& b);

KeySet all_keys();
KeySet keys_of_class(TypeClass of);  // Bit, Number, Text (Date, Time and Timestamp are strings)
KeySet intersection(const KeySet& a, const KeySet& b);
KeySet united(KeySet a, const KeySet& b);

// The values at one path for which a selector holds.
struct KeyCondition {
  mango::Path path;
  KeySet keys;
  bool exact = true;  // false: a superset
};
// nullopt: the selector is about several fields or none, or lets documents through that lack the field.
std::optional<KeyCondition> key_condition(const mango::Selector& selector);

}  // namespace couch::sql::plan
