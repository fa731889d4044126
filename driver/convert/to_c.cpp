#include <cstring>
#include <string>
#include <type_traits>
#include <variant>

#include "driver/convert/convert.h"
#include "driver/convert/datetime.h"
#include "driver/convert/errors.h"
#include "driver/convert/interval.h"
#include "driver/convert/number.h"
#include "driver/convert/output.h"
#include "driver/convert/sources.h"
#include "driver/types.h"
#include "sql/interval_text.h"

namespace couch::driver {

namespace {

// One code for each C type: ODBC 2's dates and the unsigned-or-signed integers have two.
SQLSMALLINT concise_c_type(SQLSMALLINT c_type) {
  switch (c_type) {
    case SQL_C_DATE: return SQL_C_TYPE_DATE;
    case SQL_C_TIME: return SQL_C_TYPE_TIME;
    case SQL_C_TIMESTAMP: return SQL_C_TYPE_TIMESTAMP;
    case SQL_C_TINYINT: return SQL_C_STINYINT;
    case SQL_C_SHORT: return SQL_C_SSHORT;
    case SQL_C_LONG: return SQL_C_SLONG;
    default: return c_type;
  }
}

Converted write_null(const Target& target) {
  if (!target.indicator)
    throw OdbcError{SqlState::s22002, "the value is NULL, and no indicator is bound to say so"};
  const SQLLEN null = SQL_NULL_DATA;
  std::memcpy(target.indicator, &null, sizeof null);
  return Converted::Whole;
}

Converted convert(const sql::Cell& cell, const Conversion& to) {
  // A mixed column is text: each value is its text, and is cut as text is.
  const bool text_column =
      sql::class_of(to.type) == sql::TypeClass::Text || to.type.kind == sql::TypeKind::Null;
  if (text_column && !std::holds_alternative<std::string_view>(cell) &&
      !std::holds_alternative<sql::BinaryView>(cell)) {
    if (const bool* truth = std::get_if<bool>(&cell))
      return text_to_c(*truth ? "true" : "false", to);  // its JSON
    return text_to_c(text_of(cell), to);
  }
  return std::visit(
      [&](const auto& value) -> Converted {
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<T, std::monostate>)
          return write_null(to.target);
        else if constexpr (std::is_same_v<T, bool>)
          return bool_to_c(value, to);
        else if constexpr (std::is_same_v<T, int64_t>)
          return integer_to_c(value, to);
        else if constexpr (std::is_same_v<T, double>)
          return double_to_c(value, to);
        else if constexpr (std::is_same_v<T, sql::DecimalView>)
          return decimal_to_c(value.digits, to);
        else if constexpr (std::is_same_v<T, std::string_view>)
          return to.type.kind == sql::TypeKind::Guid ? guid_to_c(value, to) : text_to_c(value, to);
        else if constexpr (std::is_same_v<T, sql::Date>)
          return date_to_c(value, to);
        else if constexpr (std::is_same_v<T, sql::Time>)
          return time_to_c(value, to);
        else if constexpr (std::is_same_v<T, sql::Timestamp>)
          return timestamp_to_c(value, to);
        else if constexpr (std::is_same_v<T, sql::Interval>)
          return interval_to_c(value, to);
        else {
          static_assert(std::is_same_v<T, sql::BinaryView>);
          return binary_to_c(value.bytes, to);
        }
      },
      cell);
}

}  // namespace

std::string text_of(const sql::Cell& cell) {
  return std::visit(
      [](const auto& value) -> std::string {
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<T, std::monostate>)
          return {};
        else if constexpr (std::is_same_v<T, bool>)
          return value ? "1" : "0";
        else if constexpr (std::is_same_v<T, int64_t> || std::is_same_v<T, double>)
          return std::string{NumberText{value}.view()};
        else if constexpr (std::is_same_v<T, sql::DecimalView>)
          return std::string{value.digits};
        else if constexpr (std::is_same_v<T, std::string_view>)
          return std::string{value};
        else if constexpr (std::is_same_v<T, sql::Interval>)
          return sql::interval_text(value);
        else if constexpr (std::is_same_v<T, sql::BinaryView>)
          return std::string{value.bytes};
        else
          return std::string{MomentText{value}.view()};
      },
      cell);
}

Target checked(const sql::Type& type, const Target& asked) {
  const SQLSMALLINT sql_type = concise_of(type);
  Target target = asked;
  if (!is_c_type(asked.c_type)) throw OdbcError{SqlState::sHY003, "{} is no C data type", asked.c_type};
  if (asked.c_type == SQL_C_DEFAULT) target.c_type = default_c_type(sql_type);
  target.c_type = concise_c_type(target.c_type);
  if (!convertible_to_c(sql_type, target.c_type))
    not_convertible(sql_type_name(sql_type), c_type_name(target.c_type));
  if (target.capacity < 0 && fixed_size_of(target.c_type) == 0)
    throw OdbcError{SqlState::sHY090, "a buffer length of {} bytes is not allowed", target.capacity};
  return target;
}

Converted put_c(const sql::Cell& cell, const sql::Type& type, const Target& target, Progress* progress) {
  if (progress) {
    if (progress->started && progress->c_type != target.c_type) progress->restart();  // another type
    if (progress->finished) return Converted::NoData;
    progress->started = true;
    progress->c_type = target.c_type;
  }
  // Most values of most results, by a shorter way to where convert() would take them.
  if (const auto* text = std::get_if<std::string_view>(&cell);
      text && target.c_type == SQL_C_CHAR && type.kind != sql::TypeKind::Guid) {
    const Converted done = write_text(target, progress, *text);
    if (progress) progress->finished = done != Converted::Truncated;
    return done;
  }
  if (sql::is_null(cell)) {
    const Converted done = write_null(target);
    if (progress) progress->finished = true;
    return done;
  }
  const Converted done = convert(cell, {type, target, progress});
  if (progress) progress->finished = done != Converted::Truncated;
  return done;
}

Converted to_c(const sql::Cell& cell, const sql::Type& type, const Target& asked, Progress* progress) {
  return put_c(cell, type, checked(type, asked), progress);
}

}  // namespace couch::driver
