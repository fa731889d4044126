#include "sql/define/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include "sql/coercion.h"
#include "sql/datetime.h"
#include "sql/engine/decimal.h"
#include "sql/parser.h"

namespace couch::sql::define {

namespace {

std::string shown(const Value& value) {
  std::string text = text_of(value);
  constexpr size_t longest = 60;
  return text.size() > longest ? "the value" : "'" + text + "'";
}

[[noreturn]] void out_of_range(const Column& column, const Value& value) {
  throw Error(ErrorKind::OutOfRange, fmt::format("{} is out of range for {}, which column {} holds",
                                                 shown(value), name_of(column.type), column.name));
}

int64_t whole(const Column& column, const Value& value, int64_t least, int64_t most) {
  int64_t number = 0;
  if (const auto* integer = std::get_if<int64_t>(&value)) {
    number = *integer;
  } else if (const auto* fraction = std::get_if<double>(&value)) {
    const double rounded = std::round(*fraction);
    constexpr double beyond = 9223372036854775808.0;
    if (!(rounded >= -beyond && rounded < beyond)) out_of_range(column, value);
    number = static_cast<int64_t>(rounded);
  } else if (const auto* decimal = std::get_if<Decimal>(&value)) {
    const auto read = engine::decimal_to_int(engine::round_decimal(decimal->digits, 0));
    if (!read) out_of_range(column, value);
    number = *read;
  } else if (const auto* bit = std::get_if<bool>(&value)) {
    number = *bit ? 1 : 0;
  }
  if (number < least || number > most) out_of_range(column, value);
  return number;
}

template <class Int>
Value whole(const Column& column, const Value& value) {
  return whole(column, value, std::numeric_limits<Int>::min(), std::numeric_limits<Int>::max());
}

std::string digits_of(const Value& value) {
  if (const auto* integer = std::get_if<int64_t>(&value)) return engine::decimal_of(*integer);
  if (const auto* number = std::get_if<double>(&value)) return engine::decimal_of(*number);
  if (const auto* decimal = std::get_if<Decimal>(&value)) return decimal->digits;
  return {};
}

Value decimal(const Column& column, const Value& value) {
  if (const auto* number = std::get_if<double>(&value); number && !std::isfinite(*number))
    out_of_range(column, value);
  const std::string digits = digits_of(value);
  if (digits.empty()) return value;
  std::string rounded = engine::round_decimal(digits, column.type.scale);
  // Digits before the point: at most precision - scale of them.
  const size_t sign = rounded.starts_with('-') ? 1 : 0;
  const size_t point = std::min(rounded.find('.'), rounded.size());
  std::string_view before = std::string_view{rounded}.substr(sign, point - sign);
  while (before.starts_with('0')) before.remove_prefix(1);
  const size_t most = column.type.size - static_cast<uint32_t>(std::max<int16_t>(column.type.scale, 0));
  if (rounded.find_first_of("eE") != std::string::npos || before.size() > most) out_of_range(column, value);
  return Decimal{std::move(rounded)};
}

size_t utf16_units(std::string_view text) {
  size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0u) == 0x80u) continue;
    units += byte >= 0xF0u ? 2 : 1;
  }
  return units;
}

Value text(const Column& column, Value value) {
  const auto* characters = std::get_if<std::string>(&value);
  if (!characters || column.type.size == 0) return value;
  const size_t length = utf16_units(*characters);
  if (length <= column.type.size) return value;
  throw Error(ErrorKind::StringTruncation, fmt::format("{} has {} characters, and column {} holds {}",
                                                       shown(value), length, column.name, column.type.size));
}

Value fitted(const Column& column, Value value) {
  switch (column.type.kind) {
    case TypeKind::SmallInt: return whole<int16_t>(column, value);
    case TypeKind::Integer: return whole<int32_t>(column, value);
    case TypeKind::BigInt: return whole<int64_t>(column, value);
    case TypeKind::Real: {
      const auto* number = std::get_if<double>(&value);
      constexpr double most = std::numeric_limits<float>::max();
      if (number && std::abs(*number) > most) out_of_range(column, value);
      return value;
    }
    case TypeKind::Decimal: return decimal(column, value);
    case TypeKind::Varchar: return text(column, std::move(value));
    case TypeKind::Date:
      if (const auto* moment = std::get_if<Timestamp>(&value)) {
        if (moment->time != Time{})
          throw Error(
              ErrorKind::DatetimeOverflow,
              fmt::format("column {} holds dates: the time of {} would be lost", column.name, shown(value)));
        return moment->date;
      }
      return value;
    case TypeKind::Time:
      if (auto* time = std::get_if<Time>(&value)) *time = cut_to(*time, column.type.scale);
      return value;
    case TypeKind::Timestamp:
      if (auto* moment = std::get_if<Timestamp>(&value))
        moment->time = cut_to(moment->time, column.type.scale);
      return value;
    default: return value;
  }
}

// A default needs no table and no document.
class NoTables final : public Catalog {
 public:
  std::string current() const override { return {}; }
  std::shared_ptr<const Table> table(std::string_view, std::string_view, bool,
                                     std::vector<std::string>*) override {
    return nullptr;
  }
  bool has_database(std::string_view) override { return false; }
  std::shared_ptr<const Table> assumed(std::string_view, std::string_view, std::string_view) override {
    return nullptr;
  }
  std::vector<std::string> type_field() const override { return {}; }
  std::vector<Index> indexes(std::string_view) override { return {}; }
  ServerTraits traits() override { return {}; }
};

std::shared_ptr<const Prepared> expression(const Column& column, const Options& options) {
  NoTables none;
  try {
    return prepare("SELECT " + column.default_text, none, options);
  } catch (const Error& error) {
    throw Error(error.kind(),
                fmt::format("the DEFAULT of column {} cannot be computed: {}", column.name, error.what()));
  }
}

Value computed(const Column& column, const Prepared& query, const Execution& execution) {
  const auto rows = query.execute({}, {.documents = execution.documents, .stop = execution.stop});
  return checked(column, rows->next() ? own(rows->cell(0)) : Value{});
}

// A literal is the same in every row.
std::optional<Value> literal(const Column& column) {
  try {
    const ast::Statement statement = parse("VALUES (" + column.default_text + ")");
    const auto& query = std::get<ast::QueryPtr>(statement.node);
    const auto& values = std::get<ast::Values>(query->body->node);
    const auto* value = std::get_if<ast::Literal>(&values.rows.at(0).at(0)->node);
    return value ? std::optional{checked(column, value->value)} : std::nullopt;
  } catch (const std::bad_variant_access&) {
    return std::nullopt;
  }
}

[[noreturn]] void null_in(const Column& column) {
  throw Error(ErrorKind::NullNotAllowed, fmt::format("column {} is NOT NULL", column.name));
}

}  // namespace

Value checked(const Column& column, Value value) {
  if (!column.declared) return value;
  if (is_null(value)) {
    if (column.not_null) null_in(column);
    return value;
  }
  auto converted = convert_class(value, column.type);
  if (!converted) {
    throw Error(conversion_error(column.type), fmt::format("{} does not read as {}, which column {} holds",
                                                           shown(value), name_of(column.type), column.name));
  }
  return fitted(column, *std::move(converted));
}

std::optional<std::vector<size_t>> listed_columns(const Table& table) {
  if (!table.declared) return std::nullopt;
  std::vector<size_t> places;
  for (size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].declared) places.push_back(i);
  return places;
}

Defaults::Defaults(const Table& table, const std::vector<size_t>& given, const Options& options)
    : table_(table) {
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const Column& column = table.columns[i];
    if (!column.declared || column.source != ColumnSource::Path ||
        std::find(given.begin(), given.end(), i) != given.end())
      continue;
    if (column.default_text.empty()) {
      if (column.not_null) null_in(column);
      continue;
    }
    Missing missing{i, literal(column), nullptr};
    if (!missing.constant) missing.computed = expression(column, options);
    columns_.push_back(std::move(missing));
  }
}

std::vector<Defaults::Default> Defaults::row(const Execution& execution) const {
  std::vector<Default> values;
  for (const Missing& missing : columns_) {
    const Column& column = table_.columns[missing.column];
    values.push_back({missing.column,
                      missing.constant ? *missing.constant : computed(column, *missing.computed, execution)});
  }
  return values;
}

std::optional<Value> default_of(const Column& column, const Options& options, const Execution& execution) {
  if (!column.declared || column.default_text.empty()) return std::nullopt;
  if (auto constant = literal(column)) return constant;
  return computed(column, *expression(column, options), execution);
}

std::vector<size_t> key_columns(const Table& table) {
  std::vector<size_t> places;
  for (size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].key > 0) places.push_back(i);
  std::sort(places.begin(), places.end(),
            [&](size_t a, size_t b) { return table.columns[a].key < table.columns[b].key; });
  return places;
}

std::string made_id(const Table& table, const std::vector<Value>& values) {
  std::string id = table.discriminator;
  const auto places = key_columns(table);
  for (size_t i = 0; i < values.size(); ++i) {
    if (is_null(values[i])) null_in(table.columns[places.at(i)]);
    id += ':';
    for (const char c : text_of(values[i])) {
      if (values.size() > 1 && (c == ':' || c == '%'))
        id += c == ':' ? "%3A" : "%25";
      else
        id += c;
    }
  }
  return id;
}

}  // namespace couch::sql::define
