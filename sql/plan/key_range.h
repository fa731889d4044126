#pragma once
// What conditions say of one field as ranges of its values, in CouchDB's order (null < false < true < numbers
// < strings < arrays < objects): the form in which an index can be read and counted. Operands are JSON texts:
// scalars, or the edges between two classes ("[]" and "{}" come before all other arrays and objects).
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/mango/selector.h"
#include "sql/type.h"

namespace couch::sql::plan {

// CouchDB's order of scalars and of `[]` and `{}`: text by ICU's root collation, numbers by their digits.
int compare_keys(std::string_view a, std::string_view b);

// Empty operand: open.
struct KeyRange {
  std::string low, high;
  bool includes_low = true, includes_high = true;

  bool is_open() const { return low.empty() && high.empty(); }
  bool is_point() const;
  bool is_empty() const;
};
using KeyRanges = std::vector<KeyRange>;  // in order, apart from one another; none: no value

KeyRanges every_key();
KeyRanges keys_of_class(TypeClass of);  // Bit, Number, Text (Date, Time and Timestamp are strings)
bool is_every_key(const KeyRanges& ranges);
bool are_points(const KeyRanges& ranges);  // and there are some
// No more than the bounds between classes.
bool are_of_class_only(const KeyRanges& ranges);
KeyRanges both(const KeyRanges& a, const KeyRanges& b);
KeyRanges united(KeyRanges a, const KeyRanges& b);
// The one range around all of them. There are some.
KeyRange hull(const KeyRanges& ranges);

// The values at `path` that a document which passes `selector` and has something there can have. A superset;
// `exact` becomes false where it is one for what the selector says of this path, where the selector says
// something of another one, or where it lets documents without the field through.
KeyRanges ranges_of(const mango::Selector& selector, const mango::Path& path, bool* exact);

// A selector that is about one path alone, and holds for no document that lacks it.
struct KeyCondition {
  mango::Path path;
  KeyRanges keys;
  bool exact = true;  // false: a superset
};
std::optional<KeyCondition> key_condition(const mango::Selector& selector);

}  // namespace couch::sql::plan
