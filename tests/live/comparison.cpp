#include "tests/live/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace couch::live {
namespace {

bool numeric(SQLSMALLINT type) {
  switch (type) {
    case SQL_BIT:
    case SQL_TINYINT:
    case SQL_SMALLINT:
    case SQL_INTEGER:
    case SQL_BIGINT:
    case SQL_REAL:
    case SQL_FLOAT:
    case SQL_DOUBLE:
    case SQL_DECIMAL:
    case SQL_NUMERIC: return true;
    default: return false;
  }
}

bool is_time(SQLSMALLINT type) {
  return type == SQL_TYPE_DATE || type == SQL_TYPE_TIME || type == SQL_TYPE_TIMESTAMP;
}

std::string without_final_zeros(std::string text) {
  if (text.find('.') == std::string::npos) return text;
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string oracle_text(const judge::OracleRow& row) {
  std::string out;
  for (const auto& value : row) out += (out.empty() ? "" : " | ") + judge::to_text(value);
  return out;
}

bool same_row(const Row& actual, const judge::OracleRow& expected, const std::vector<Column>& columns,
              const judge::TextOrder* text_order) {
  for (size_t i = 0; i < actual.size(); ++i)
    if (!same_value(actual[i], expected[i], columns[i], text_order)) return false;
  return true;
}

}  // namespace

bool same_value(const Cell& actual, const judge::OracleValue& expected, const Column& column,
                const judge::TextOrder* text_order) {
  if (!actual || std::holds_alternative<std::monostate>(expected)) {
    return !actual && std::holds_alternative<std::monostate>(expected);
  }
  const auto* integer = std::get_if<int64_t>(&expected);
  const auto* number = std::get_if<double>(&expected);
  if (integer || number) {
    if (!numeric(column.type)) return false;
    if (integer && *actual == fmt::to_string(*integer)) return true;
    char* end = nullptr;
    const double a = std::strtod(actual->c_str(), &end),
                 b = integer ? static_cast<double>(*integer) : *number;
    if (end == actual->c_str() || *end) return false;
    if (integer && std::fabs(b) > 9e15) return false;  // every digit counts, and they differ
    return a == b || std::fabs(a - b) <= 1e-9 * std::max(std::fabs(a), std::fabs(b));
  }
  const auto& text = std::get<std::string>(expected);
  if (is_time(column.type)) return without_final_zeros(*actual) == without_final_zeros(text);
  if (numeric(column.type)) return false;
  return *actual == text || (text_order && text_order->compare(*actual, text) == 0);
}

std::string difference(const Result& actual, const std::vector<judge::OracleRow>& expected, bool ordered,
                       const judge::TextOrder* text_order) {
  if (!expected.empty() && actual.columns.size() != expected.front().size()) {
    return fmt::format("{} columns, expected {}", actual.columns.size(), expected.front().size());
  }
  std::string out;
  if (actual.rows.size() != expected.size())
    out += fmt::format("{} rows, expected {}\n", actual.rows.size(), expected.size());
  int shown = 0;
  const auto show = [&](const char* what, size_t row, const std::string& text) {
    if (++shown <= 6) out += fmt::format("  {} row {}: {}\n", what, row + 1, text);
  };
  if (ordered) {
    for (size_t i = 0; i < std::max(actual.rows.size(), expected.size()); ++i) {
      const bool both = i < actual.rows.size() && i < expected.size();
      if (both && same_row(actual.rows[i], expected[i], actual.columns, text_order)) continue;
      if (i < actual.rows.size()) show("actual  ", i, to_text(actual.rows[i]));
      if (i < expected.size()) show("expected", i, oracle_text(expected[i]));
    }
    return out;
  }
  std::vector<bool> taken(expected.size());
  for (size_t i = 0; i < actual.rows.size(); ++i) {
    size_t k = 0;
    while (k < expected.size() &&
           (taken[k] || !same_row(actual.rows[i], expected[k], actual.columns, text_order)))
      ++k;
    if (k < expected.size()) {
      taken[k] = true;
    } else {
      show("not expected:", i, to_text(actual.rows[i]));
    }
  }
  for (size_t k = 0; k < expected.size(); ++k)
    if (!taken[k]) show("missing:", k, oracle_text(expected[k]));
  return out;
}

std::vector<judge::OracleRow> expected_rows(const Result& result) {
  std::vector<judge::OracleRow> out;
  for (const auto& row : result.rows) {
    judge::OracleRow cells;
    for (size_t i = 0; i < row.size(); ++i) {
      const bool number = numeric(result.columns[i].type);
      constexpr size_t digits_of_64_bits = 18;
      if (!row[i]) {
        cells.emplace_back(std::monostate{});
      } else if (!number) {
        cells.emplace_back(*row[i]);
      } else if (row[i]->find_first_of(".eE") == std::string::npos && row[i]->size() <= digits_of_64_bits) {
        cells.emplace_back(static_cast<int64_t>(std::stoll(*row[i])));
      } else {
        cells.emplace_back(std::stod(*row[i]));
      }
    }
    out.push_back(std::move(cells));
  }
  return out;
}

}  // namespace couch::live
