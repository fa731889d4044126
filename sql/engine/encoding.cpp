#include "sql/engine/encoding.h"

#include <sqlite3.h>

#include <cmath>

#include "sql/coercion.h"
#include "sql/datetime.h"
#include "sql/engine/decimal.h"
#include "sql/error.h"
#include "sql/interval_text.h"
#include "sql/typing.h"

namespace couch::sql::engine {

namespace {

// Where an encoded value goes: a statement's parameter or a function's result.
struct Target {
  sqlite3_stmt* statement = nullptr;
  int index = 0;
  sqlite3_context* context = nullptr;
  sqlite3_destructor_type lifetime = SQLITE_TRANSIENT;

  void done(int code) const {
    if (code != SQLITE_OK) throw Error(ErrorKind::Engine, sqlite3_errstr(code));
  }
  void null() const {
    if (statement)
      done(sqlite3_bind_null(statement, index));
    else
      sqlite3_result_null(context);
  }
  void integer(int64_t v) const {
    if (statement)
      done(sqlite3_bind_int64(statement, index, v));
    else
      sqlite3_result_int64(context, v);
  }
  void real(double v) const {
    if (statement)
      done(sqlite3_bind_double(statement, index, v));
    else
      sqlite3_result_double(context, v);
  }
  void text(std::string_view v, sqlite3_destructor_type life) const {
    // An empty view may have no address, which would mean NULL.
    const char* bytes = v.empty() ? "" : v.data();
    if (statement)
      done(sqlite3_bind_text64(statement, index, bytes, v.size(), life, SQLITE_UTF8));
    else
      sqlite3_result_text64(context, bytes, v.size(), life, SQLITE_UTF8);
  }
  void blob(std::string_view v) const {
    const char* bytes = v.empty() ? "" : v.data();
    if (statement)
      done(sqlite3_bind_blob64(statement, index, bytes, v.size(), lifetime));
    else
      sqlite3_result_blob64(context, bytes, v.size(), lifetime);
  }
};

void put(const Target& target, const Cell& cell, const Type& type) {
  bool decimal = is_decimal(type);
  std::visit(
      [&](const auto& v) {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, std::monostate>)
          target.null();
        else if constexpr (std::is_same_v<T, bool>)
          target.integer(v ? 1 : 0);
        else if constexpr (std::is_same_v<T, int64_t>) {
          if (decimal)
            target.text(decimal_of(v), SQLITE_TRANSIENT);
          else
            target.integer(v);
        } else if constexpr (std::is_same_v<T, double>) {
          if (decimal && std::isfinite(v))
            target.text(decimal_of(v), SQLITE_TRANSIENT);
          else
            target.real(v);
        } else if constexpr (std::is_same_v<T, DecimalView>) {
          if (class_of(type) == TypeClass::Number && !decimal) {
            if (auto whole = decimal_to_int(v.digits))
              target.integer(*whole);
            else
              target.real(decimal_to_double(v.digits));
          } else {
            target.text(v.digits, target.lifetime);
          }
        } else if constexpr (std::is_same_v<T, std::string_view>)
          target.text(v, target.lifetime);
        else if constexpr (std::is_same_v<T, Interval>) {
          auto units = interval_units(v);
          if (!units) throw Error(ErrorKind::OutOfRange, "an interval of more than 292 years in nanoseconds");
          target.integer(*units);
        } else if constexpr (std::is_same_v<T, BinaryView>)
          target.blob(v.bytes);
        else
          target.text(format(v), SQLITE_TRANSIENT);
      },
      cell);
}

std::string_view text_at(sqlite3_stmt* statement, int index) {
  // The text first: sqlite3_column_bytes() then counts it in UTF-8.
  auto bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement, index));
  if (!bytes) throw Error(ErrorKind::Engine, "out of memory");
  return {bytes, static_cast<size_t>(sqlite3_column_bytes(statement, index))};
}

}  // namespace

void bind(sqlite3_stmt* statement, int index, const Value& value) {
  // A Decimal keeps its digits: it is bound so only where its place is DECIMAL (coercion.h).
  bool decimal = std::holds_alternative<Decimal>(value);
  put({statement, index}, view(value), decimal ? Type{TypeKind::Decimal} : type_of(value));
}

void bind_all(sqlite3_stmt* statement, const std::vector<Value>& values) {
  // The largest number that the text has: parameters are written ?<number>.
  const int most = sqlite3_bind_parameter_count(statement);
  for (int i = 0; i < most && i < static_cast<int>(values.size()); ++i)
    bind(statement, i + 1, values[static_cast<size_t>(i)]);
}

void bind(sqlite3_stmt* statement, int index, const Cell& cell, const Type& type) {
  put({statement, index, nullptr, SQLITE_STATIC}, cell, type);
}

void result(sqlite3_context* context, const Cell& cell, const Type& type) {
  put({nullptr, 0, context, SQLITE_TRANSIENT}, cell, type);
}

Cell decode(sqlite3_stmt* statement, int index, const Type& type) {
  int storage = sqlite3_column_type(statement, index);
  if (storage == SQLITE_NULL) return std::monostate{};
  if (storage == SQLITE_INTEGER) {
    int64_t number = sqlite3_column_int64(statement, index);
    if (class_of(type) == TypeClass::Bit) return number != 0;
    if (class_of(type) == TypeClass::Interval) return interval_of(number, type);
    return number;
  }
  if (storage == SQLITE_FLOAT) return sqlite3_column_double(statement, index);
  if (storage == SQLITE_BLOB) {
    auto bytes = static_cast<const char*>(sqlite3_column_blob(statement, index));
    return BinaryView{{bytes ? bytes : "", static_cast<size_t>(sqlite3_column_bytes(statement, index))}};
  }
  std::string_view text = text_at(statement, index);
  switch (class_of(type)) {
    case TypeClass::Number:
      if (is_decimal(type)) return DecimalView{text};
      break;
    case TypeClass::Date:
      if (auto d = parse_date(text)) return *d;
      if (auto t = parse_timestamp(text)) return t->date;
      break;
    case TypeClass::Time:
      if (auto t = parse_time(text)) return *t;
      break;
    case TypeClass::Timestamp:
      if (auto t = parse_timestamp(text)) return *t;
      break;
    case TypeClass::Null:
    case TypeClass::Bit:
    case TypeClass::Text:
    case TypeClass::Binary:
    case TypeClass::Interval: break;
  }
  return text;
}

}  // namespace couch::sql::engine
