#pragma once
// Constants as JSON operands, and the bounds that keep a comparison within its class (CouchDB compares across
// types: null < false < true < numbers < strings < arrays < objects).
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/mango/selector.h"
#include "sql/table.h"
#include "sql/type.h"
#include "sql/value.h"

namespace couch::sql::mango {

// Tests that hold for exactly the values of a class. Bit, Number, Text; Date, Time and Timestamp are strings.
Test lower_bound(TypeClass of);
Test upper_bound(TypeClass of);
std::vector<Test> bounds(TypeClass of);

// An operand that stands between two classes, not within one.
bool is_class_edge(std::string_view operand);

// A number as the server compares it. lower <= the number <= upper; exact: both are the number itself, and
// comparing with it on the server is what comparing with it here would be.
struct Number {
  std::string lower, upper;  // JSON texts
  bool exact = false;
};
// nullopt: no JSON number is near it (infinite, NaN).
// column: what the compared column is read as here, since reading rounds (integers past 64 bits).
std::optional<Number> number_operand(const Value& value, const Type& column, const ServerTraits& traits);

}  // namespace couch::sql::mango
