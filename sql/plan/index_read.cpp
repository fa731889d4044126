#include "sql/plan/index_read.h"

#include <rapidjson/document.h>

#include <algorithm>
#include <utility>

namespace couch::sql::plan {

namespace {

// Requests for one table reference, and keys in the body of one.
constexpr size_t most_spans = 64, most_keys = 2000;

// Above every value that an index holds: an object whose first name is beyond all others (U+FFFF has the
// highest weight of ICU's root collation). `{}` is below the objects that have members.
constexpr std::string_view last_value = "{\"\xEF\xBF\xBF\xEF\xBF\xBF\xEF\xBF\xBF\xEF\xBF\xBF\":{}}";

std::string array_of(const std::vector<std::string>& fixed, std::string_view next = {},
                     std::string_view after = {}) {
  std::string out = "[";
  auto add = [&](std::string_view item) {
    if (item.empty()) return;
    if (out.size() > 1) out += ',';
    out += item;
  };
  for (const auto& item : fixed) add(item);
  add(next);
  add(after);
  return out + "]";
}

// A partial index holds the table's documents when its filter is the table's type and no more.
bool filter_is_discriminator(const std::string& filter, const Table& table) {
  rapidjson::Document json;
  json.Parse<rapidjson::kParseIterativeFlag>(filter.data(), filter.size());
  if (json.HasParseError() || !json.IsObject() || json.MemberCount() != 1 || table.discriminator_path.empty())
    return false;
  const auto& member = *json.MemberBegin();
  if (mango::field_name(table.discriminator_path) !=
      std::string{member.name.GetString(), member.name.GetStringLength()})
    return false;
  const auto* value = &member.value;
  if (value->IsObject()) {
    if (value->MemberCount() != 1 || value->MemberBegin()->name != "$eq") return false;
    value = &value->MemberBegin()->value;
  }
  return value->IsString() &&
         table.discriminator == std::string{value->GetString(), value->GetStringLength()};
}

// What the terms say of one field.
struct FieldRanges {
  KeyRanges ranges = every_key();
  std::vector<const ast::Expr*> used, decided;
  bool by_query = false;  // more than the bounds of a class
};

FieldRanges field_ranges(const mango::Path& field, const std::vector<Term>& terms) {
  FieldRanges out;
  for (const auto& term : terms) {
    bool exact = true;
    KeyRanges ranges = ranges_of(term.pushed.selector, field, &exact);
    if (is_every_key(ranges)) continue;
    if (term.condition) {
      out.used.push_back(term.condition);
      if (exact && term.pushed.exact) out.decided.push_back(term.condition);
    }
    out.by_query = out.by_query || (term.of_query && !are_of_class_only(ranges));
    out.ranges = both(out.ranges, ranges);
  }
  return out;
}

void append(std::vector<const ast::Expr*>& to, const std::vector<const ast::Expr*>& from) {
  for (const auto* one : from) {
    if (std::find(to.begin(), to.end(), one) == to.end()) to.push_back(one);
  }
}

bool is_prefix(const mango::Path& prefix, const mango::Path& path) {
  return prefix.size() <= path.size() && std::equal(prefix.begin(), prefix.end(), path.begin());
}

}  // namespace

void KeySpan::bound(ViewRead& read, bool descending) const {
  std::string low, high;
  bool includes_high = true;
  // Longer arrays come after their beginnings: `[x]` is the first of all keys that begin with x. An exclusive
  // start does not exist, so it is a key after all of the excluded ones.
  if (!next.low.empty()) {
    low = next.includes_low ? array_of(fixed, next.low) : array_of(fixed, next.low, whole ? "0" : last_value);
  } else if (!fixed.empty()) {
    low = array_of(fixed);
  }
  if (!next.high.empty()) {
    includes_high = next.includes_high;
    high = array_of(fixed, next.high, includes_high && !whole ? last_value : std::string_view{});
  } else if (!fixed.empty()) {
    high = whole && next.is_open() ? array_of(fixed) : array_of(fixed, last_value);
  }
  read.descending = descending;
  read.start_key = descending ? high : low;
  read.end_key = descending ? low : high;
  if (includes_high) return;
  // Downwards, rows of the first key stand before the one of the smallest id: all of them are passed over.
  if (descending) {
    read.start_key_docid = "";
  } else {
    read.inclusive_end = false;
  }
}

std::vector<ViewRead> IndexRead::reads(bool descending) const {
  ViewRead read;
  read.design_document = index->design_document;
  read.view = index->name;
  if (!keys.empty()) {
    read.keys = keys;
    return {read};
  }
  std::vector<ViewRead> out;
  for (const auto& span : spans) {
    out.push_back(read);
    span.bound(out.back(), descending);
  }
  if (descending) std::reverse(out.begin(), out.end());
  return out;
}

std::optional<IndexRead> index_read(const Index& index, const std::vector<Term>& terms, const Table& table) {
  if (index.fields.empty()) return std::nullopt;
  if (index.partial && !filter_is_discriminator(index.partial_filter, table)) return std::nullopt;
  std::vector<FieldRanges> fields;
  for (const auto& field : index.fields) {
    // It loses rows for ranges of _id (couchdb-facts), and holds what no column is.
    if (field.size() == 1 && field.front().starts_with('_')) return std::nullopt;
    fields.push_back(field_ranges(field, terms));
    if (is_every_key(fields.back().ranges)) return std::nullopt;
  }
  IndexRead out;
  out.index = &index;
  out.spans = {KeySpan{}};
  for (size_t i = 0; i < fields.size(); ++i) {
    FieldRanges& field = fields[i];
    if (field.ranges.empty()) {
      out.never = true;
      append(out.used, field.used);
      return out;
    }
    const bool last = i + 1 == fields.size();
    const size_t number = out.spans.size() * field.ranges.size();
    bool points = are_points(field.ranges);
    if (number > (points && last ? most_keys : most_spans)) {
      // The one range around all of them: no condition is decided by it.
      field.ranges = {hull(field.ranges)};
      field.decided.clear();
      points = false;
    }
    append(out.used, field.used);
    append(out.decided, field.decided);
    out.of_query = out.of_query || field.by_query;
    std::vector<KeySpan> spans;
    for (const auto& span : out.spans) {
      for (const auto& range : field.ranges) {
        KeySpan next = span;
        if (points) {
          next.fixed.push_back(range.low);
        } else {
          next.next = range;
        }
        next.whole = last;
        spans.push_back(std::move(next));
      }
    }
    out.spans = std::move(spans);
    if (!points) {
      out.ranged = field.by_query;
      break;
    }
    ++out.points;
  }
  if (out.points == index.fields.size() && out.spans.size() > 1) {
    for (const auto& span : out.spans) out.keys.push_back(array_of(span.fixed));
  }
  return out;
}

bool covers(const Index& index, const Table& table, const std::vector<uint32_t>& columns) {
  if (table.kind != TableKind::Typed && table.kind != TableKind::Database) return false;
  auto has = [&](const mango::Path& path) {
    return std::any_of(index.fields.begin(), index.fields.end(),
                       [&](const auto& field) { return is_prefix(field, path); });
  };
  if (!table.discriminator_path.empty() && !has(table.discriminator_path)) return false;
  return std::all_of(columns.begin(), columns.end(), [&](uint32_t number) {
    const Column& column = table.columns[number];
    if (column.source == ColumnSource::Id) return true;
    return column.source == ColumnSource::Path && column.array_steps.empty() && has(column.path);
  });
}

}  // namespace couch::sql::plan
