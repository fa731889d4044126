#include "driver/schema/columns.h"

#include <fmt/format.h>

#include <algorithm>

#include "sql/path.h"

namespace couch::driver::schema {
namespace {

constexpr uint32_t shortest_varchar = 255;

bool digit(char c) { return c >= '0' && c <= '9'; }

// A key that nobody would call a field: a number, a date, an id with digits in it, an address.
bool looks_like_data(std::string_view key) {
  if (key.empty()) return true;
  const auto digits = static_cast<size_t>(std::count_if(key.begin(), key.end(), digit));
  if (digits == key.size()) return true;
  if (sql::classify(key)) return true;
  if (key.find_first_of("@/:") != std::string_view::npos && key.size() >= 5) return true;
  constexpr size_t id = 12;  // hexadecimal ids, UUIDs
  return key.size() >= id && digits >= 3;
}

// Which kinds of value a node has, one bit a kind.
unsigned kinds(const Seen& seen) {
  return (seen.bits > 0 ? 1u : 0u) | (seen.integers + seen.big_integers + seen.fractions > 0 ? 2u : 0u) |
         (seen.texts + seen.dates + seen.times + seen.timestamps > 0 ? 4u : 0u) |
         (seen.objects > 0 ? 8u : 0u) | (seen.arrays > 0 ? 16u : 0u);
}

}  // namespace

sql::Type type_of(const Seen& seen, uint32_t max_varchar_size) {
  const bool bit = seen.bits > 0;
  const bool number = seen.integers + seen.big_integers + seen.fractions > 0;
  const bool text = seen.texts + seen.dates + seen.times + seen.timestamps > 0;
  const bool json = seen.objects + seen.arrays > 0;
  sql::Type type;
  const auto as_text = [&] {
    const bool fits = seen.longest <= max_varchar_size;
    type.kind = fits ? sql::TypeKind::Varchar : sql::TypeKind::LongVarchar;
    if (fits)
      type.size = std::min(std::max(static_cast<uint32_t>(seen.longest), shortest_varchar), max_varchar_size);
  };
  const int classes = int{bit} + int{number} + int{text} + int{json};
  if (classes == 0) return type;
  if (classes > 1) {
    type.mixed = true;
    as_text();
  } else if (bit) {
    type.kind = sql::TypeKind::Bit;
  } else if (number) {
    if (seen.fractions > 0) {
      type.kind = sql::TypeKind::Double;
    } else if (seen.big_integers > 0) {
      type.kind = sql::TypeKind::Decimal;
      type.size = std::max(seen.digits, uint32_t{20});  // at least what 64 bits without a sign need
    } else {
      type.kind = sql::TypeKind::BigInt;
    }
  } else if (json) {
    type.kind = sql::TypeKind::LongVarchar;
    type.json = true;
  } else if (seen.texts > 0 || (seen.times > 0 && seen.dates + seen.timestamps > 0)) {
    as_text();
  } else {
    // A date beside timestamps is its midnight.
    type.kind = seen.times > 0        ? sql::TypeKind::Time
                : seen.timestamps > 0 ? sql::TypeKind::Timestamp
                                      : sql::TypeKind::Date;
    if (type.kind != sql::TypeKind::Date) type.scale = std::min<int16_t>(seen.fraction_digits, 9);
  }
  return type;
}

void settle_type(sql::Column& column, uint32_t max_varchar_size) {
  if (column.type.kind != sql::TypeKind::Null) return;
  column.only_nulls = true;
  column.type.kind = sql::TypeKind::Varchar;
  column.type.size = std::min(shortest_varchar, max_varchar_size);
  column.type.mixed = true;
}

bool is_map(const Node& node) {
  if (node.collapsed) return true;
  const size_t fields = node.fields.size();
  constexpr size_t few = 16, many = 100;
  if (fields < few || node.seen.objects == 0) return false;
  uint64_t present = 0;
  size_t data = 0;
  unsigned common = 0;
  for (const auto& field : node.fields) {
    present += field->node->seen.values();
    data += looks_like_data(field->name) ? 1u : 0u;
    if (field->node->seen.values() > field->node->seen.nulls)
      common = common == 0 ? kinds(field->node->seen) : common | kinds(field->node->seen);
  }
  const double fill =
      static_cast<double>(present) / (static_cast<double>(fields) * static_cast<double>(node.seen.objects));
  const bool alike = (common & (common - 1)) == 0;  // all values of one kind
  if (data * 10 >= fields * 9) return true;
  return fields >= many && alike && fill < 0.1;
}

bool nameable(std::string_view field) { return !field.empty() && field.find('\0') == std::string_view::npos; }

void Columns::leave_out(std::string what) {
  constexpr size_t listed = 100;
  if (left_out_.size() < listed)
    left_out_.push_back(std::move(what));
  else
    ++left_out_more_;
}

void Columns::add(sql::Column column) {
  settle_type(column, max_varchar_size_);
  if (const auto taken = names_.find(column.name); taken != names_.end()) {
    const sql::Column& first = columns_[taken->second];
    if (first.source == column.source && first.path == column.path)
      return;  // FlattenArrays beside an object's field "0"
    // An element's own _id or _index beside those of its table.
    column.name = "element." + column.name;
    if (names_.contains(column.name)) return leave_out(column.name);
  }
  if (!column.hidden && columns_.size() >= max_columns_) return leave_out(column.name);
  names_.emplace(column.name, columns_.size());
  columns_.push_back(std::move(column));
}

void Columns::add_node(const Node& node, const std::vector<std::string>& path,
                       const std::vector<uint32_t>& array_steps) {
  const bool map = is_map(node);
  const bool fields = node.seen.objects > 0 && !map && !node.fields.empty();
  Seen own = node.seen;
  if (fields) own.objects = 0;  // what they hold has columns of its own
  if (!fields || own.values() > own.nulls) {
    sql::Column column;
    column.name = sql::column_name(path);
    column.path = path;
    column.array_steps = array_steps;
    // Objects beside other values are part of what the column shows.
    column.type = type_of(own.values() > own.nulls ? node.seen : own, max_varchar_size_);
    const auto cls = sql::class_of(column.type);
    const bool timed =
        cls == sql::TypeClass::Date || cls == sql::TypeClass::Time || cls == sql::TypeClass::Timestamp;
    column.uniform =
        timed && node.seen.one_form && node.seen.form && node.seen.form->offset != sql::OffsetForm::Numeric;
    add(std::move(column));
    if (map) leave_out(fmt::format("{}.* (keys that are data)", sql::column_name(path)));
  }
  if (fields) add_fields(node, path, array_steps);
  for (size_t i = 0; i < node.elements.size(); ++i) {
    auto below = path;
    below.push_back(std::to_string(i));
    auto steps = array_steps;
    steps.push_back(static_cast<uint32_t>(path.size()));
    add_node(*node.elements[i], below, steps);
  }
}

void Columns::add_fields(const Node& node, const std::vector<std::string>& path,
                         const std::vector<uint32_t>& array_steps) {
  for (const auto& field : node.fields) {
    auto below = path;
    below.push_back(field->name);
    if (!nameable(field->name)) {
      leave_out(fmt::format("a field without a usable name{}",
                            path.empty() ? "" : " in " + sql::column_name(path)));
      continue;
    }
    add_node(*field->node, below, array_steps);
  }
  if (node.dropped > 0)
    leave_out(fmt::format("further fields{}", path.empty() ? "" : " in " + sql::column_name(path)));
}

void Columns::move_to(sql::Table& table) {
  table.columns = std::move(columns_);
  if (left_out_more_ > 0) left_out_.push_back(fmt::format("{} more", left_out_more_));
  table.left_out = std::move(left_out_);
}

}  // namespace couch::driver::schema
