#include "sql/type.h"

#include <fmt/format.h>

namespace couch::sql {

namespace {

std::string_view field_name(IntervalField field) {
  switch (field) {
    case IntervalField::Year: return "YEAR";
    case IntervalField::Month: return "MONTH";
    case IntervalField::Day: return "DAY";
    case IntervalField::Hour: return "HOUR";
    case IntervalField::Minute: return "MINUTE";
    case IntervalField::Second: return "SECOND";
  }
  return {};
}

std::string interval_name(const Type& type) {
  if (type.leading == type.trailing) return fmt::format("INTERVAL {}", field_name(type.leading));
  return fmt::format("INTERVAL {} TO {}", field_name(type.leading), field_name(type.trailing));
}

std::string sized(std::string_view name, uint32_t size) {
  return size == 0 ? std::string{name} : fmt::format("{}({})", name, size);
}

std::string fractional(std::string_view name, int16_t scale) {
  return scale == 0 ? std::string{name} : fmt::format("{}({})", name, scale);
}

}  // namespace

std::string name_of(const Type& type) {
  switch (type.kind) {
    case TypeKind::Null: return "NULL";
    case TypeKind::Bit: return "BIT";
    case TypeKind::SmallInt: return "SMALLINT";
    case TypeKind::Integer: return "INTEGER";
    case TypeKind::BigInt: return "BIGINT";
    case TypeKind::Real: return "REAL";
    case TypeKind::Double: return "DOUBLE";
    case TypeKind::Decimal:
      if (type.scale == 0) return sized("DECIMAL", type.size);
      return fmt::format("DECIMAL({},{})", type.size, type.scale);
    case TypeKind::Date: return "DATE";
    case TypeKind::Time: return fractional("TIME", type.scale);
    case TypeKind::Timestamp: return fractional("TIMESTAMP", type.scale);
    case TypeKind::Varchar: return sized("VARCHAR", type.size);
    case TypeKind::LongVarchar: return "LONGVARCHAR";
    case TypeKind::VarBinary: return sized("VARBINARY", type.size);
    case TypeKind::LongVarBinary: return "LONGVARBINARY";
    case TypeKind::Guid: return "GUID";
    case TypeKind::IntervalYearMonth:
    case TypeKind::IntervalDaySecond: return interval_name(type);
  }
  return {};
}

}  // namespace couch::sql
