#include "tests/unit/driver/convert_harness.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstring>

namespace couch::driver::test {

namespace {

template <class T>
T value_at(const char* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

std::string hex(std::string_view bytes) {
  std::string out;
  for (char c : bytes) out += fmt::format("{:02X}", static_cast<unsigned char>(c));
  return out;
}

// Written without the driver's own functions: the sum of the bytes' worth, then the point.
std::string numeric(const SQL_NUMERIC_STRUCT& n) {
  uint64_t value = 0;
  for (size_t i = 8; i-- > 0;) value = value * 256 + n.val[i];
  for (size_t i = 8; i < 16; ++i)
    if (n.val[i] != 0) return fmt::format("large, scale {}", n.scale);
  std::string digits = fmt::format("{}", value);
  if (n.scale > 0) {
    while (digits.size() <= static_cast<size_t>(n.scale)) digits.insert(0, 1, '0');
    digits.insert(digits.size() - static_cast<size_t>(n.scale), 1, '.');
  }
  return (n.sign == 1 ? "" : "-") + digits;
}

std::string interval(const SQL_INTERVAL_STRUCT& i) {
  const char* sign = i.interval_sign == SQL_TRUE ? "-" : "";
  const auto& ym = i.intval.year_month;
  const auto& ds = i.intval.day_second;
  switch (i.interval_type) {
    case SQL_IS_YEAR: return fmt::format("{}{}y", sign, ym.year);
    case SQL_IS_MONTH: return fmt::format("{}{}m", sign, ym.month);
    case SQL_IS_YEAR_TO_MONTH: return fmt::format("{}{}y{}m", sign, ym.year, ym.month);
    case SQL_IS_DAY: return fmt::format("{}{}d", sign, ds.day);
    case SQL_IS_HOUR: return fmt::format("{}{}h", sign, ds.hour);
    case SQL_IS_MINUTE: return fmt::format("{}{}min", sign, ds.minute);
    case SQL_IS_SECOND: return fmt::format("{}{}s{}", sign, ds.second, ds.fraction);
    case SQL_IS_DAY_TO_HOUR: return fmt::format("{}{}d{}h", sign, ds.day, ds.hour);
    case SQL_IS_DAY_TO_MINUTE: return fmt::format("{}{}d{}h{}min", sign, ds.day, ds.hour, ds.minute);
    case SQL_IS_DAY_TO_SECOND:
      return fmt::format("{}{}d{}h{}min{}s{}", sign, ds.day, ds.hour, ds.minute, ds.second, ds.fraction);
    case SQL_IS_HOUR_TO_MINUTE: return fmt::format("{}{}h{}min", sign, ds.hour, ds.minute);
    case SQL_IS_HOUR_TO_SECOND:
      return fmt::format("{}{}h{}min{}s{}", sign, ds.hour, ds.minute, ds.second, ds.fraction);
    case SQL_IS_MINUTE_TO_SECOND: return fmt::format("{}{}min{}s{}", sign, ds.minute, ds.second, ds.fraction);
    default: return "no interval";
  }
}

std::string told(SQLSMALLINT c_type, const char* bytes, size_t length) {
  switch (c_type) {
    case SQL_C_CHAR: return bytes[length] == '\0' ? std::string(bytes, length) : "no NUL at the end";
    case SQL_C_WCHAR: {
      std::string out;
      for (size_t i = 0; i < length; i += 2) {
        const auto unit = value_at<uint16_t>(bytes + i);
        out += unit < 0x80 ? std::string(1, static_cast<char>(unit)) : fmt::format("\\u{:04X}", unit);
      }
      return value_at<uint16_t>(bytes + length) == 0 ? out : "no NUL at the end";
    }
    case SQL_C_BIT: return fmt::format("{}", value_at<SQLCHAR>(bytes));
    case SQL_C_TINYINT:
    case SQL_C_STINYINT: return fmt::format("{}", value_at<SQLSCHAR>(bytes));
    case SQL_C_UTINYINT: return fmt::format("{}", value_at<SQLCHAR>(bytes));
    case SQL_C_SHORT:
    case SQL_C_SSHORT: return fmt::format("{}", value_at<SQLSMALLINT>(bytes));
    case SQL_C_USHORT: return fmt::format("{}", value_at<SQLUSMALLINT>(bytes));
    case SQL_C_LONG:
    case SQL_C_SLONG: return fmt::format("{}", value_at<SQLINTEGER>(bytes));
    case SQL_C_ULONG: return fmt::format("{}", value_at<SQLUINTEGER>(bytes));
    case SQL_C_SBIGINT: return fmt::format("{}", value_at<int64_t>(bytes));
    case SQL_C_UBIGINT: return fmt::format("{}", value_at<uint64_t>(bytes));
    case SQL_C_FLOAT: return fmt::format("{:.6g}", value_at<float>(bytes));
    case SQL_C_DOUBLE: return fmt::format("{:.15g}", value_at<double>(bytes));
    case SQL_C_NUMERIC: return numeric(value_at<SQL_NUMERIC_STRUCT>(bytes));
    case SQL_C_BINARY: return hex({bytes, length});
    case SQL_C_DATE:
    case SQL_C_TYPE_DATE: {
      const auto d = value_at<SQL_DATE_STRUCT>(bytes);
      return fmt::format("{:04}-{:02}-{:02}", d.year, d.month, d.day);
    }
    case SQL_C_TIME:
    case SQL_C_TYPE_TIME: {
      const auto t = value_at<SQL_TIME_STRUCT>(bytes);
      return fmt::format("{:02}:{:02}:{:02}", t.hour, t.minute, t.second);
    }
    case SQL_C_TIMESTAMP:
    case SQL_C_TYPE_TIMESTAMP: {
      const auto t = value_at<SQL_TIMESTAMP_STRUCT>(bytes);
      return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:09}", t.year, t.month, t.day, t.hour,
                         t.minute, t.second, t.fraction);
    }
    case SQL_C_GUID: {
      const auto g = value_at<SQLGUID>(bytes);
      return fmt::format("{:08x}-{:04x}-{:04x}-{}", g.Data1, g.Data2, g.Data3,
                         hex({reinterpret_cast<const char*>(g.Data4), 8}));
    }
    default: return interval(value_at<SQL_INTERVAL_STRUCT>(bytes));
  }
}

}  // namespace

const std::vector<CType>& c_types() {
  static const std::vector<CType> types{
      {SQL_C_CHAR, "CHAR"},
      {SQL_C_WCHAR, "WCHAR"},
      {SQL_C_BIT, "BIT"},
      {SQL_C_STINYINT, "STINYINT"},
      {SQL_C_UTINYINT, "UTINYINT"},
      {SQL_C_SSHORT, "SSHORT"},
      {SQL_C_USHORT, "USHORT"},
      {SQL_C_SLONG, "SLONG"},
      {SQL_C_ULONG, "ULONG"},
      {SQL_C_SBIGINT, "SBIGINT"},
      {SQL_C_UBIGINT, "UBIGINT"},
      {SQL_C_NUMERIC, "NUMERIC"},
      {SQL_C_FLOAT, "FLOAT"},
      {SQL_C_DOUBLE, "DOUBLE"},
      {SQL_C_BINARY, "BINARY"},
      {SQL_C_TYPE_DATE, "DATE"},
      {SQL_C_TYPE_TIME, "TIME"},
      {SQL_C_TYPE_TIMESTAMP, "TIMESTAMP"},
      {SQL_C_GUID, "GUID"},
      {SQL_C_INTERVAL_YEAR, "YEAR"},
      {SQL_C_INTERVAL_MONTH, "MONTH"},
      {SQL_C_INTERVAL_DAY, "DAY"},
      {SQL_C_INTERVAL_HOUR, "HOUR"},
      {SQL_C_INTERVAL_MINUTE, "MINUTE"},
      {SQL_C_INTERVAL_SECOND, "SECOND"},
      {SQL_C_INTERVAL_YEAR_TO_MONTH, "YEAR_TO_MONTH"},
      {SQL_C_INTERVAL_DAY_TO_HOUR, "DAY_TO_HOUR"},
      {SQL_C_INTERVAL_DAY_TO_MINUTE, "DAY_TO_MINUTE"},
      {SQL_C_INTERVAL_DAY_TO_SECOND, "DAY_TO_SECOND"},
      {SQL_C_INTERVAL_HOUR_TO_MINUTE, "HOUR_TO_MINUTE"},
      {SQL_C_INTERVAL_HOUR_TO_SECOND, "HOUR_TO_SECOND"},
      {SQL_C_INTERVAL_MINUTE_TO_SECOND, "MINUTE_TO_SECOND"},
  };
  return types;
}

const std::vector<SqlType>& sql_types() {
  static const std::vector<SqlType> types{
      {SQL_CHAR, "CHAR"},
      {SQL_VARCHAR, "VARCHAR"},
      {SQL_LONGVARCHAR, "LONGVARCHAR"},
      {SQL_WCHAR, "WCHAR"},
      {SQL_WVARCHAR, "WVARCHAR"},
      {SQL_WLONGVARCHAR, "WLONGVARCHAR"},
      {SQL_BIT, "BIT"},
      {SQL_TINYINT, "TINYINT"},
      {SQL_SMALLINT, "SMALLINT"},
      {SQL_INTEGER, "INTEGER"},
      {SQL_BIGINT, "BIGINT"},
      {SQL_DECIMAL, "DECIMAL"},
      {SQL_NUMERIC, "NUMERIC"},
      {SQL_REAL, "REAL"},
      {SQL_FLOAT, "FLOAT"},
      {SQL_DOUBLE, "DOUBLE"},
      {SQL_BINARY, "BINARY"},
      {SQL_VARBINARY, "VARBINARY"},
      {SQL_LONGVARBINARY, "LONGVARBINARY"},
      {SQL_TYPE_DATE, "DATE"},
      {SQL_TYPE_TIME, "TIME"},
      {SQL_TYPE_TIMESTAMP, "TIMESTAMP"},
      {SQL_GUID, "GUID"},
      {SQL_INTERVAL_YEAR, "YEAR"},
      {SQL_INTERVAL_MONTH, "MONTH"},
      {SQL_INTERVAL_DAY, "DAY"},
      {SQL_INTERVAL_HOUR, "HOUR"},
      {SQL_INTERVAL_MINUTE, "MINUTE"},
      {SQL_INTERVAL_SECOND, "SECOND"},
      {SQL_INTERVAL_YEAR_TO_MONTH, "YEAR_TO_MONTH"},
      {SQL_INTERVAL_DAY_TO_HOUR, "DAY_TO_HOUR"},
      {SQL_INTERVAL_DAY_TO_MINUTE, "DAY_TO_MINUTE"},
      {SQL_INTERVAL_DAY_TO_SECOND, "DAY_TO_SECOND"},
      {SQL_INTERVAL_HOUR_TO_MINUTE, "HOUR_TO_MINUTE"},
      {SQL_INTERVAL_HOUR_TO_SECOND, "HOUR_TO_SECOND"},
      {SQL_INTERVAL_MINUTE_TO_SECOND, "MINUTE_TO_SECOND"},
  };
  return types;
}

SQLSMALLINT c_type_called(std::string_view name) {
  for (const CType& type : c_types())
    if (name == type.name) return type.code;
  FAIL("no C type is called " << name);
  return 0;
}

std::string_view state_code(const OdbcError& error) {
  switch (error.state()) {
#define STATE(id, code, text) \
  case SqlState::id:          \
    return code;
#include "driver/sqlstate.def"
#undef STATE
  }
  return "?";
}

std::string outcome(const std::function<std::string()>& action) {
  try {
    return action();
  } catch (const OdbcError& error) {
    return std::string{state_code(error)};
  }
}

std::string converted(const sql::Cell& cell, const sql::Type& type, SQLSMALLINT c_type, const Asked& asked) {
  // One byte off, so that nothing is aligned; the guard after the value must stay as it is.
  constexpr char guard = '\x5A';
  std::array<char, 512> room;
  room.fill(guard);
  char* const buffer = room.data() + 1;
  SQLLEN length = -77;
  Target target;
  target.c_type = c_type;
  target.buffer = buffer;
  target.capacity = asked.capacity;
  target.length = target.indicator = &length;
  target.precision = asked.precision;
  target.scale = asked.scale;
  target.interval_leading_precision = asked.interval_leading_precision;
  return outcome([&] {
    const Converted how = to_c(cell, type, target, nullptr);
    if (length == SQL_NULL_DATA) return std::string{"NULL"};
    const SQLLEN fixed = fixed_size_of(c_type);
    REQUIRE(length >= 0);
    if (fixed != 0) CHECK(length == fixed);
    const auto used = static_cast<size_t>(fixed != 0 ? fixed : asked.capacity);
    CHECK(std::all_of(room.begin() + static_cast<std::ptrdiff_t>(used) + 1, room.end(),
                      [](char c) { return c == guard; }));
    size_t written = static_cast<size_t>(length);
    std::string suffix;
    if (how == Converted::Truncated) {
      suffix = fmt::format(" (01004 of {})", length);
      const size_t unit = c_type == SQL_C_WCHAR ? 2 : 1;
      for (written = 0; c_type != SQL_C_BINARY &&
                        std::string_view(buffer + written, unit) != std::string_view("\0\0", unit);)
        written += unit;
      if (c_type == SQL_C_BINARY) written = static_cast<size_t>(asked.capacity);
    }
    if (how == Converted::Fraction) suffix = " (01S07)";
    return told(c_type, buffer, written) + suffix;
  });
}

std::string shown(const sql::Value& value) {
  return std::visit(
      [](const auto& v) -> std::string {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, std::monostate>)
          return "NULL";
        else if constexpr (std::is_same_v<T, bool>)
          return v ? "true" : "false";
        else if constexpr (std::is_same_v<T, int64_t>)
          return fmt::format("{}", v);
        else if constexpr (std::is_same_v<T, double>)
          return fmt::format("double {:.15g}", v);
        else if constexpr (std::is_same_v<T, sql::Decimal>)
          return "decimal " + v.digits;
        else if constexpr (std::is_same_v<T, std::string>)
          return "'" + v + "'";
        else if constexpr (std::is_same_v<T, sql::Date>)
          return fmt::format("date {:04}-{:02}-{:02}", v.year, v.month, v.day);
        else if constexpr (std::is_same_v<T, sql::Time>)
          return fmt::format("time {:02}:{:02}:{:02}.{:09}", v.hour, v.minute, v.second, v.nanosecond);
        else if constexpr (std::is_same_v<T, sql::Timestamp>)
          return fmt::format("timestamp {:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:09}", v.date.year, v.date.month,
                             v.date.day, v.time.hour, v.time.minute, v.time.second, v.time.nanosecond);
        else if constexpr (std::is_same_v<T, sql::Interval>)
          return v.year_month ? fmt::format("interval {} months", v.months)
                              : fmt::format("interval {}s {}ns", v.seconds, v.nanoseconds);
        else
          return v.bytes.empty() ? "binary" : "binary " + hex(v.bytes);
      },
      value);
}

std::string parameter(const Source& source, SQLSMALLINT sql_type, SQLULEN column_size,
                      SQLSMALLINT decimal_digits) {
  return outcome([&] {
    bool lost = false;
    const sql::Value value = from_c(source, sql_type, column_size, decimal_digits, &lost);
    return shown(value) + (lost ? " (01S07)" : "");
  });
}

std::string utf16(std::u16string_view text) {
  std::string bytes(text.size() * 2, '\0');
  std::memcpy(bytes.data(), text.data(), bytes.size());
  return bytes;
}

}  // namespace couch::driver::test
