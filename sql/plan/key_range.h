#pragma once
// What conditions say of one field as ranges of its values, in CouchDB's order (null < false < true < numbers
// < strings < arrays < objects). Operands are JSON texts: scalars, or the edges between two classes.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/mango/selector.h"

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
bool is_every_key(const KeyRanges& ranges);
bool are_points(const KeyRanges& ranges);  // and there are some
// No more than the bounds between classes.
bool are_of_class_only(const KeyRanges& ranges);
KeyRanges both(const KeyRanges& a, const KeyRanges& b);

// The values at `path` that a document which passes `selector` can have. A superset; `exact` becomes false
// where it is one for what the selector says of this path, or where the selector says something of another
// one.
KeyRanges ranges_of(const mango::Selector& selector, const mango::Path& path, bool* exact);

}  // namespace couch::sql::plan
