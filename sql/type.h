#pragma once
// The SQL types of columns, expressions and parameters. Neutral: driver/types maps them to SQL_… codes (wide character types).
#include <cstdint>
#include <string>

namespace couch::sql {

enum class TypeKind : uint8_t {
  Null,  // only NULL is known of it: described as VARCHAR(255)
  Bit,
  SmallInt,  // from CAST and parameters only; sampled integers are BigInt
  Integer,   // the same, and functions such as LENGTH and YEAR
  BigInt,
  Real,
  Double,
  Decimal,  // size = precision, scale; sampled: integers past 64 bits
  Date,
  Time,       // scale = digits of the fraction, 0..9
  Timestamp,  // scale = digits of the fraction, 0..9
  Varchar,    // size = characters (UTF-16 units)
  LongVarchar,
  VarBinary,
  LongVarBinary,
  Guid,
  IntervalYearMonth,  // leading, trailing = fields
  IntervalDaySecond,
};

// What decides whether a value fits a column (docs/sql-dialect.md, Classes). Class, not size.
enum class TypeClass : uint8_t { Null, Bit, Number, Text, Date, Time, Timestamp, Binary, Interval };

enum class IntervalField : uint8_t { Year, Month, Day, Hour, Minute, Second };

struct Type {
  TypeKind kind = TypeKind::Null;
  uint32_t size = 0;   // see TypeKind
  int16_t scale = 0;
  bool mixed = false;  // a column whose values are of several classes: read as text, only existence is pushed down
  bool json = false;   // text that is an object's or array's JSON
  IntervalField leading = IntervalField::Day, trailing = IntervalField::Day;

  friend bool operator==(const Type&, const Type&) = default;
};

constexpr TypeClass class_of(TypeKind kind) {
  switch (kind) {
    case TypeKind::Null: return TypeClass::Null;
    case TypeKind::Bit: return TypeClass::Bit;
    case TypeKind::SmallInt:
    case TypeKind::Integer:
    case TypeKind::BigInt:
    case TypeKind::Real:
    case TypeKind::Double:
    case TypeKind::Decimal: return TypeClass::Number;
    case TypeKind::Date: return TypeClass::Date;
    case TypeKind::Time: return TypeClass::Time;
    case TypeKind::Timestamp: return TypeClass::Timestamp;
    case TypeKind::Varchar:
    case TypeKind::LongVarchar:
    case TypeKind::Guid: return TypeClass::Text;
    case TypeKind::VarBinary:
    case TypeKind::LongVarBinary: return TypeClass::Binary;
    case TypeKind::IntervalYearMonth:
    case TypeKind::IntervalDaySecond: return TypeClass::Interval;
  }
  return TypeClass::Null;
}
constexpr TypeClass class_of(const Type& type) { return class_of(type.kind); }

// The name a person reads in messages, SQLTables' TYPE_NAME and EXPLAIN: "BIGINT", "VARCHAR(255)".
std::string name_of(const Type& type);

}  // namespace couch::sql
