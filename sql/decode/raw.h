#pragma once
// One JSON value as it stands in a row's bytes, and what it is as a cell of a column's type.
#include <cstdint>
#include <optional>
#include <string_view>

#include "sql/type.h"
#include "sql/value.h"

namespace couch::sql::decode {

enum class RawKind : uint8_t { Missing, Null, False, True, Number, String, Object, Array };

struct Raw {
  RawKind kind = RawKind::Missing;
  // Number: its digits as written. String: unescaped UTF-8. Object, Array: their exact JSON text (empty where
  // nobody asked for it). Borrows from the row.
  std::string_view text;
};

// A column whose type gives every JSON value as text: mixed classes, JSON text, and columns that were only
// ever NULL.
bool takes_any_value(const Type& type);

// The value in a column of `type`; nullopt: it is of a class that does not fit (docs/sql-dialect.md,
// Classes).
//   BIT        true, false
//   integers   every number: int64 where it is one; past 64 bits its digits; a fraction as a double
//   DOUBLE     every number, as a double; an integer past 2^53 as int64 while it is one
//   DECIMAL    every number, as its digits
//   text       every string (takes_any_value: every value, as its JSON text, a string without its quotes)
//   DATE …     strings of one of the forms of sql/datetime.h
std::optional<Cell> cell_of(const Raw& raw, const Type& type);

// The same for many values of one column: what its type takes is found out once.
enum class Takes : uint8_t { Anything, Bit, Integer, Double, Decimal, Text, Date, Time, Timestamp, Nothing };
Takes takes_of(const Type& type);
// False: it does not fit; `cell` is NULL then.
bool put_cell(const Raw& raw, Takes takes, Cell& cell);

// A JSON number as a cell of an integer column, see above.
Cell integer_cell(std::string_view digits);
// The nearest double; infinite past the doubles' range.
double double_of(std::string_view digits);

}  // namespace couch::sql::decode
