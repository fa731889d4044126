#pragma once
// Every function of the language, in one table: the binder checks and types calls by it, the printer finds the engine's function in it, and
// the driver computes SQLGetInfo's bitmaps (SQL_STRING_FUNCTIONS …) and docs/conformance.md from it. What is not here does not exist.
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace couch::sql {

enum class FunctionCategory : uint8_t { String, Numeric, TimeDate, System, Convert, Conditional, Json, Aggregate, Window };
enum class FunctionKind : uint8_t { Scalar, Aggregate, Window };

// What an argument may be. A constant is converted, other values are by the rules of coercion.h.
enum class Accepts : uint8_t {
  Any,        // anything
  Text,       // anything, by its text
  Number,     // a number
  Integer,    // a number that is taken as an integer (a fraction is cut)
  Condition,  // BIT
  Date,       // DATE or TIMESTAMP
  Time,       // TIME or TIMESTAMP
  Datetime,   // DATE, TIME or TIMESTAMP
  Field,      // the name of a datetime field or unit, a literal that the parser made of a keyword
  Path,       // a JSON path, a literal
  Summable,   // a number or an interval
  Chosen,     // all such arguments get one type to be results of (COALESCE)
  Compared,   // all such arguments get one type to be compared under (GREATEST, NULLIF)
};

enum class Gives : uint8_t {
  Bit,
  Integer,
  BigInt,
  Double,
  Date,
  Time,       // with nine digits of fraction at most: those of the argument, if it has any
  Timestamp,
  Text,       // VARCHAR(4000)
  Name,       // VARCHAR(128)
  Character,  // VARCHAR(2): one code point
  Json,       // LONGVARCHAR of JSON
  FirstText,  // VARCHAR as long as the first text argument
  SumText,    // VARCHAR as long as all arguments together
  First,      // the first argument's type (MIN, LAG)
  Rounded,    // the first argument's: BIGINT, DECIMAL or DOUBLE
  Sum,        // BIGINT, DECIMAL or DOUBLE; an interval's own
  Average,    // DECIMAL for DECIMAL, else DOUBLE; an interval's own
  Unified,    // what the Chosen or Compared arguments got
  DateOrTimestamp,  // DATE for DATE, else TIMESTAMP
};

enum class GivesNull : uint8_t {
  Strict,   // when an argument is NULL
  Never,
  Maybe,    // also when none is
  AllNull,  // when all are (COALESCE)
};

struct Function {
  std::string_view name;    // upper case
  std::string_view engine;  // what it is printed as in SQLite; empty: the printer has a form of its own for it
  FunctionCategory category;
  FunctionKind kind;
  std::string_view odbc;    // its canonical name in ODBC 3.8, Appendix E; empty: ODBC does not know it
  uint8_t least, most;      // numbers of arguments; 255: any
  Accepts accepts[4];       // by position; the last one is repeated
  Gives gives;
  GivesNull null;
};

// Sorted by name.
std::span<const Function> functions();
// nullptr: there is none. The name is upper case already.
const Function* find_function(std::string_view name);
// The nearest names, for "no function XYZ; did you mean …".
std::vector<std::string_view> nearest_functions(std::string_view name);

// The names that EXTRACT, DATE_TRUNC, TIMESTAMPADD and TIMESTAMPDIFF take.
enum class DatetimeField : uint8_t {
  FracSecond, Microsecond, Millisecond, Second, Minute, Hour, Day, Week, Month, Quarter, Year,  // units
  Decade, Century, DayOfWeek, IsoDayOfWeek, DayOfYear, IsoYear, Epoch,                          // EXTRACT only (Decade, Century: DATE_TRUNC too)
};
// True and the field, or false. In any case; "SQL_TSI_" in front is allowed.
bool parse_field(std::string_view text, DatetimeField& field);

}  // namespace couch::sql
