#include "tests/support/oracle.h"

#include <fmt/format.h>
#include <sqlite3.h>
#include <unicode/ucol.h>

#include <stdexcept>

namespace couch::judge {
namespace {

// The code point at `at`, which moves past it. The text is valid UTF-8: the tests made it.
char32_t next_point(std::string_view text, size_t& at) {
  const auto byte = static_cast<unsigned char>(text[at++]);
  if (byte < 0x80) return byte;
  const size_t more = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
  char32_t point = byte & (0x3fu >> more);
  for (size_t i = 0; i < more && at < text.size(); ++i)
    point = (point << 6) | (static_cast<unsigned char>(text[at++]) & 0x3fu);
  return point;
}

struct PatternItem {
  enum class Kind { One, Any, Point } kind;
  char32_t point = 0;
};

bool matches(std::string_view text, const std::vector<PatternItem>& pattern) {
  std::vector<char32_t> points;
  for (size_t at = 0; at < text.size();) points.push_back(next_point(text, at));
  // reached[i]: the pattern so far matches the first i points.
  std::vector<bool> reached(points.size() + 1);
  reached[0] = true;
  for (const auto& item : pattern) {
    std::vector<bool> next(points.size() + 1);
    bool any = false;
    for (size_t i = 0; i <= points.size(); ++i) {
      if (item.kind == PatternItem::Kind::Any) {
        any = any || reached[i];
        next[i] = any;
      } else if (i > 0 && reached[i - 1]) {
        next[i] = item.kind == PatternItem::Kind::One || points[i - 1] == item.point;
      }
    }
    reached = std::move(next);
  }
  return reached.back();
}

std::string_view text_argument(sqlite3_value* value) {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_value_text(value));
  return {bytes ? bytes : "", static_cast<size_t>(sqlite3_value_bytes(value))};
}

// like(pattern, text [, escape]): what SQLite's LIKE operator calls.
void like_function(sqlite3_context* context, int count, sqlite3_value** arguments) {
  for (int i = 0; i < count; ++i)
    if (sqlite3_value_type(arguments[i]) == SQLITE_NULL) return;
  std::optional<char32_t> escape;
  if (count == 3) {
    const auto text = text_argument(arguments[2]);
    size_t at = 0;
    escape = next_point(text, at);
  }
  const auto result = like(text_argument(arguments[1]), text_argument(arguments[0]), escape);
  if (!result) return sqlite3_result_error(context, "a bad escape", -1);
  sqlite3_result_int(context, *result);
}

// left_text(text, n), locate(what, text): what the functions of ODBC count are characters, from 1.
void left_function(sqlite3_context* context, int /*count*/, sqlite3_value** arguments) {
  if (sqlite3_value_type(arguments[0]) == SQLITE_NULL) return;
  const auto text = text_argument(arguments[0]);
  size_t at = 0;
  for (auto left = sqlite3_value_int64(arguments[1]); left > 0 && at < text.size(); --left)
    next_point(text, at);
  sqlite3_result_text(context, text.data(), static_cast<int>(at), SQLITE_TRANSIENT);
}
void locate_function(sqlite3_context* context, int /*count*/, sqlite3_value** arguments) {
  if (sqlite3_value_type(arguments[0]) == SQLITE_NULL || sqlite3_value_type(arguments[1]) == SQLITE_NULL)
    return;
  const auto what = text_argument(arguments[0]), text = text_argument(arguments[1]);
  const auto found = text.find(what);
  int position = 0;
  if (found != std::string_view::npos) {
    ++position;
    for (size_t at = 0; at < found; ++position) next_point(text, at);
  }
  sqlite3_result_int(context, position);
}

int collate(void* order, int a_size, const void* a, int b_size, const void* b) {
  return static_cast<const TextOrder*>(order)->compare(
      {static_cast<const char*>(a), static_cast<size_t>(a_size)},
      {static_cast<const char*>(b), static_cast<size_t>(b_size)});
}

}  // namespace

TextOrder::TextOrder(Kind kind) : kind_(kind) {
  if (kind == Kind::Binary) return;
  UErrorCode code = U_ZERO_ERROR;
  collator_ = ucol_open("", &code);
  if (U_FAILURE(code)) throw std::runtime_error("ICU has no root collator");
}
TextOrder::~TextOrder() {
  if (collator_) ucol_close(collator_);
}

int TextOrder::compare(std::string_view a, std::string_view b) const {
  if (!collator_) return a.compare(b);  // UTF-8's order is that of code points
  UErrorCode code = U_ZERO_ERROR;
  return ucol_strcollUTF8(collator_, a.data(), static_cast<int32_t>(a.size()), b.data(),
                          static_cast<int32_t>(b.size()), &code);
}

std::optional<bool> like(std::string_view text, std::string_view pattern, std::optional<char32_t> escape) {
  std::vector<PatternItem> items;
  for (size_t at = 0; at < pattern.size();) {
    const auto point = next_point(pattern, at);
    if (escape && point == *escape) {
      if (at >= pattern.size()) return std::nullopt;
      const auto escaped = next_point(pattern, at);
      if (escaped != '%' && escaped != '_' && escaped != *escape) return std::nullopt;
      items.push_back({PatternItem::Kind::Point, escaped});
    } else if (point == '%') {
      items.push_back({PatternItem::Kind::Any});
    } else if (point == '_') {
      items.push_back({PatternItem::Kind::One});
    } else {
      items.push_back({PatternItem::Kind::Point, point});
    }
  }
  return matches(text, items);
}

Oracle::Oracle(const TextOrder& order) {
  if (sqlite3_open_v2(":memory:", &database_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr) !=
      SQLITE_OK) {
    throw std::runtime_error("SQLite does not open a database in memory");
  }
  // Bloom filters hash text as if no collation held different texts equal (sql/engine/database.cpp).
  constexpr unsigned bloom_filters = 0x00080000;
  sqlite3_test_control(SQLITE_TESTCTRL_OPTIMIZATIONS, database_, bloom_filters);
  sqlite3_create_collation_v2(database_, "server", SQLITE_UTF8, const_cast<TextOrder*>(&order), collate,
                              nullptr);
  for (const int count : {2, 3}) {
    sqlite3_create_function_v2(database_, "like", count, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
                               like_function, nullptr, nullptr, nullptr);
  }
  constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC;
  sqlite3_create_function_v2(database_, "left_text", 2, flags, nullptr, left_function, nullptr, nullptr,
                             nullptr);
  sqlite3_create_function_v2(database_, "locate", 2, flags, nullptr, locate_function, nullptr, nullptr,
                             nullptr);
}
Oracle::~Oracle() { sqlite3_close_v2(database_); }

void Oracle::create(const std::string& table, const std::vector<OracleColumn>& columns) {
  std::string sql;
  for (const auto& column : columns) {
    sql += (sql.empty() ? "" : ", ") + quoted_name(column.name) + (column.collated ? " COLLATE server" : "");
  }
  run("CREATE TABLE " + quoted_name(table) + " (" + sql + ")");
}

void Oracle::run(const std::string& sql) {
  char* message = nullptr;
  if (sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, &message) != SQLITE_OK) {
    const std::string text = message ? message : "unknown";
    sqlite3_free(message);
    throw std::runtime_error("oracle: " + text + "\n  of " + sql);
  }
}

void Oracle::insert(const std::string& table, const std::vector<OracleRow>& rows) {
  if (rows.empty()) return;
  std::string marks;
  for (size_t i = 0; i < rows.front().size(); ++i) marks += i ? ",?" : "?";
  sqlite3_stmt* raw = nullptr;
  const auto sql = "INSERT INTO " + quoted_name(table) + " VALUES (" + marks + ")";
  if (sqlite3_prepare_v2(database_, sql.c_str(), -1, &raw, nullptr) != SQLITE_OK) {
    throw std::runtime_error(fmt::format("oracle: {}\n  of {}", sqlite3_errmsg(database_), sql));
  }
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(raw, sqlite3_finalize);
  run("BEGIN");
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      const int at = static_cast<int>(i) + 1;
      if (const auto* integer = std::get_if<int64_t>(&row[i])) {
        sqlite3_bind_int64(raw, at, *integer);
      } else if (const auto* number = std::get_if<double>(&row[i])) {
        sqlite3_bind_double(raw, at, *number);
      } else if (const auto* text = std::get_if<std::string>(&row[i])) {
        sqlite3_bind_text64(raw, at, text->data(), text->size(), SQLITE_STATIC, SQLITE_UTF8);
      } else {
        sqlite3_bind_null(raw, at);
      }
    }
    if (sqlite3_step(raw) != SQLITE_DONE)
      throw std::runtime_error(fmt::format("oracle: {}", sqlite3_errmsg(database_)));
    sqlite3_reset(raw);
  }
  run("COMMIT");
}

std::vector<OracleRow> Oracle::query(const std::string& sql) {
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v2(database_, sql.c_str(), -1, &raw, nullptr) != SQLITE_OK) {
    throw std::runtime_error(fmt::format("oracle: {}\n  of {}", sqlite3_errmsg(database_), sql));
  }
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(raw, sqlite3_finalize);
  std::vector<OracleRow> rows;
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(raw)) == SQLITE_ROW) {
    auto& row = rows.emplace_back();
    for (int i = 0; i < sqlite3_column_count(raw); ++i) {
      switch (sqlite3_column_type(raw, i)) {
        case SQLITE_INTEGER: row.emplace_back(static_cast<int64_t>(sqlite3_column_int64(raw, i))); break;
        case SQLITE_FLOAT: row.emplace_back(sqlite3_column_double(raw, i)); break;
        case SQLITE_NULL: row.emplace_back(); break;
        default: {
          const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(raw, i));
          row.emplace_back(
              std::string(bytes ? bytes : "", static_cast<size_t>(sqlite3_column_bytes(raw, i))));
        }
      }
    }
  }
  if (code != SQLITE_DONE)
    throw std::runtime_error(fmt::format("oracle: {}\n  of {}", sqlite3_errmsg(database_), sql));
  return rows;
}

std::string to_text(const OracleValue& value) {
  struct Visitor {
    std::string operator()(std::monostate) const { return "NULL"; }
    std::string operator()(int64_t integer) const { return fmt::to_string(integer); }
    std::string operator()(double number) const { return fmt::to_string(number); }
    std::string operator()(const std::string& text) const { return text; }
  };
  return std::visit(Visitor{}, value);
}

std::string quoted_name(std::string_view identifier) {
  std::string out = "\"";
  for (const char c : identifier) out.append(c == '"' ? 2 : 1, c);
  return out + "\"";
}

}  // namespace couch::judge
