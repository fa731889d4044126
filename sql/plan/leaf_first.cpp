// ORDER BY … LIMIT where the rows do not come from one index in the order that is asked for: by several
// columns, by a date, with items that are computed. The keys of an index say up to which one of its first
// column's values the rows go that come first; these are read and sorted here. So nothing has to be known of
// what follows that column in ORDER BY, nor of the forms of dates.
//
// Where counts say that the index has every row, and of the right class, it is the order itself, and no more
// rows are read than are wanted.
//
// Where rows may be dropped by conditions that keys do not tell of, or by a join, more are read than are
// wanted. If too few of them pass, the query is carried out without the bound (Engine::rows).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "sql/datetime.h"
#include "sql/decode/raw.h"
#include "sql/json_text.h"
#include "sql/mango/days.h"
#include "sql/mango/operand.h"
#include "sql/plan/cost.h"
#include "sql/plan/leaf_planner.h"

namespace couch::sql::plan {

namespace {

// Rows of a LIMIT: their keys are read before. How many more, where some are no dates or fail conditions.
constexpr uint64_t most_rows = 1'000, some_more = 100, many_more = 5'000;

// For a row that is wanted, how many are read where conditions drop some, and where only a join may. What
// that may cost at most, of reading everything; and how often it will be for nothing.
constexpr uint64_t for_conditions = 100, for_joins = 10;
constexpr double dared = 0.1, in_vain = 0.3;

// As it is read from documents (sql/decode/raw.h); nullopt: no date, so NULL.
std::optional<Timestamp> moment(std::string_view key, const Column& column) {
  if (key.empty() || key.front() != '"') return std::nullopt;
  const std::string text = string_of(key);
  if (column.type.kind == TypeKind::Timestamp) return parse_timestamp(text);
  const auto date = parse_date(text);
  return date ? std::optional{Timestamp{*date, {}}} : std::nullopt;
}

std::string_view field_of(std::string_view key, size_t field) {
  const auto elements = elements_of(key);
  return field < elements.size() ? elements[field] : std::string_view{};
}

// Past 2^53 the server compares digits where numbers are equal here, as they are read as doubles.
bool is_read_exactly(std::string_view key) {
  constexpr double two_53 = 9007199254740992.0;
  return std::abs(decode::double_of(key)) < two_53;
}

bool is_of_class(std::string_view key, TypeClass of) {
  const KeyRange point{std::string{key}, std::string{key}};
  return !both({point}, keys_of_class(of)).empty();
}

}  // namespace

// Text whose range of days is known (sql/mango/days.h).
bool LeafPlanner::has_days(const Column& column) const {
  const TypeClass of = class_of(column.type);
  return column.source == ColumnSource::Path && column.array_steps.empty() &&
         !decode::takes_any_value(column.type) && (of == TypeClass::Date || of == TypeClass::Timestamp);
}

// other_cost: of the cheapest other way.
std::optional<Way> LeafPlanner::first_way(double other_cost) {
  if (!wish_.first || !context_.statistics || !context_.traits.index_as_view || pending_ || id_.ids ||
      (id_.is_range() && !whole_partition_) || context_.options.mismatch == MismatchPolicy::Error)
    return std::nullopt;
  const bool hinted = hint_.forces(Access::IndexKeys) || hint_.forces(Access::IndexRows);
  if (!hinted && (!hint_.ways.empty() || facts_.documents < worth_asking || wish_.first->rows > most_rows ||
                  wish_.first->rows * 10 > facts_.documents))
    return std::nullopt;
  std::vector<Term> terms = index_terms();
  const std::vector<SortKey> keys = open_keys(terms);
  if (keys.empty()) return std::nullopt;
  const Column& column = table().columns[keys.front().column];
  if (!sortable(column) && !has_days(column)) return std::nullopt;

  // Those with more of the columns first.
  std::vector<std::pair<size_t, const Index*>> candidates;
  for (const auto& index : indexes()) {
    if (index.partitioned == partition_.empty() || (!hint_.index.empty() && index.name != hint_.index))
      continue;
    const auto place = std::find(index.fields.begin(), index.fields.end(), column.path);
    if (place == index.fields.end()) continue;
    size_t alike = 1;
    while (alike < keys.size() && place + static_cast<std::ptrdiff_t>(alike) < index.fields.end() &&
           *(place + static_cast<std::ptrdiff_t>(alike)) == table().columns[keys[alike].column].path)
      ++alike;
    candidates.emplace_back(alike, &index);
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  for (const auto& [alike, index] : candidates) {
    if (auto way = first_rows(*index, terms, keys, other_cost)) return way;
  }
  return std::nullopt;
}

// The columns of ORDER BY without those that conditions fix to one value.
std::vector<SortKey> LeafPlanner::open_keys(const std::vector<Term>& terms) const {
  std::vector<SortKey> out;
  for (const SortKey& key : wish_.first->keys) {
    const Column& column = table().columns[key.column];
    KeyRanges said = every_key();
    for (const auto& term : terms) {
      bool exact = true;
      said = both(said, ranges_of(term.pushed.selector, column.path, &exact));
    }
    const bool fixed = sortable(column) && said.size() == 1 && are_points(said);
    const bool again =
        std::any_of(out.begin(), out.end(), [&](const SortKey& other) { return other.column == key.column; });
    if (!fixed && !again) out.push_back(key);
  }
  return out;
}

std::optional<Way> LeafPlanner::first_rows(const Index& index, std::vector<Term> terms,
                                           const std::vector<SortKey>& keys, double other_cost) {
  const SortKey& key = keys.front();
  const Column& column = table().columns[key.column];
  const auto field = static_cast<size_t>(std::find(index.fields.begin(), index.fields.end(), column.path) -
                                         index.fields.begin());
  // Keys are counted as rows: they have to show that they are this table's. A type that differs from it in
  // bytes only is in the same range.
  const auto type = static_cast<size_t>(
      std::find(index.fields.begin(), index.fields.end(), table().discriminator_path) - index.fields.begin());
  const bool typed = !table().discriminator_path.empty();
  if (typed && (type >= field || table().has_twin)) return std::nullopt;
  const auto says = [&](const mango::Path& path) {
    KeyRanges said = every_key();
    for (const auto& term : terms) {
      bool exact = true;
      said = both(said, ranges_of(term.pushed.selector, path, &exact));
    }
    return said;
  };
  const TypeClass of = has_days(column) ? TypeClass::Text : class_of(column.type);
  const KeyRanges said = says(column.path);
  const bool without_nulls = same(both(said, keys_of_class(of)), said);
  const mango::Selector in_class{mango::Field{column.path, mango::bounds(of)}};
  terms.push_back({nullptr, false, {in_class, true, false}});
  // Fields that no condition demands: a document without them is a row, and not in the index.
  bool demanded = true;
  for (size_t after = field + 1; after < index.fields.size(); ++after) {
    if (!is_every_key(says(index.fields[after]))) continue;
    demanded = false;
    const mango::Selector there{mango::Field{index.fields[after], {{mango::Operator::GreaterEqual, "null"}}}};
    terms.push_back({nullptr, false, {there, true, false}});
  }
  auto read = index_read(index, terms, table());
  if (!read || read->never || !in_order(*read, field)) return std::nullopt;
  if (is_decided(index)) {
    read->used.insert(read->used.end(), id_.used.begin(), id_.used.end());
    read->decided.insert(read->decided.end(), id_.used.begin(), id_.used.end());
  }
  const ConditionList open = without(all_, read->decided);
  if (!without_nulls && key.nulls_first && has_days(column)) return std::nullopt;  // text that is no date
  if (!without_nulls && key.nulls_first && !has_no_nulls(*read)) return std::nullopt;
  if (!demanded && !holds_table(index)) return std::nullopt;

  const bool covered = covers(index, table(), leaf_.shape.columns);
  const double each = (covered ? Cost::index_key : Cost::index_document) + Cost::row_here;
  FirstKeys first;
  uint64_t rows = wish_.first->rows;
  const bool certain = wish_.first->stays && (open.empty() || has_days(column));
  if (certain) first = first_keys(*read, key, field, rows, open);
  const bool dares = first.tests.empty() && !(wish_.first->stays && open.empty());
  if (dares) {
    const bool narrowed = !open.empty() || wish_.first->narrowed;
    rows = rows_to_dare(each + (wish_.first->joined ? Cost::by_id : 0), narrowed, other_cost);
    if (rows != 0) first = first_keys(*read, key, field, rows, {});
  }
  if (first.tests.empty()) return std::nullopt;
  const auto is_own = [&](const std::string& one) {
    return !typed || string_of(field_of(one, type)) == table().discriminator;
  };
  if (!std::all_of(first.found.begin(), first.found.end(), is_own)) return std::nullopt;
  auto bounded_terms = terms;
  bounded_terms.push_back(
      {nullptr, true, {mango::Selector{mango::Field{column.path, first.tests}}, true, true}});
  auto bounded = index_read(index, bounded_terms, table());
  if (!bounded || bounded->never) return std::nullopt;
  bounded->used = read->used;
  bounded->decided = read->decided;

  Way way;
  way.index = index.name;
  way.documents = context_.statistics->rows(table().catalog, partition_of(index), bounded->reads(false));
  const bool exact =
      way.documents > rows && (dares || open.empty()) && are_exact(*read, keys, field, first.found);
  if (exact) way.documents = rows;
  way.access = covered ? Access::IndexKeys : Access::IndexRows;
  way.cost = Cost::request + static_cast<double>(way.documents) * each;
  std::optional<double> saved;
  std::optional<RowsUpTo> kept;
  if (dares) {
    saved = hint_.ways.empty() ? other_cost - way.cost : std::numeric_limits<double>::infinity();
    way.cost += in_vain * scan_way().cost;
  }
  // The range is one of text: it holds later moments, and what is no date, which are no proof of anything.
  if (dares && first.last)
    kept = RowsUpTo{key.column,
                    column.type.kind == TypeKind::Date ? Value{first.last->date} : Value{*first.last},
                    key.descending};
  std::string note =
      dares
          ? fmt::format("the first {} rows by the index's keys; if too few of them pass, all are read", rows)
      : exact ? fmt::format("the first {} rows, in the index's order", rows)
              : fmt::format("what may be among the first {} rows, by the index's keys", rows);
  way.take = [this, covered, saved, kept, exact, rows, descending = key.descending,
              read = exact ? *read : *bounded, note = std::move(note)] {
    by_index(read, covered, descending);
    leaf_.first = saved || !exact;
    leaf_.dares = saved;
    leaf_.kept = kept;
    if (exact) std::get<ViewRead>(leaf_.requests.front().what).limit = rows;
    leaf_.notes.push_back(note);
  };
  return way;
}

// How many rows to read in the hope that enough of them pass what is not known of them; 0: that is no better
// than reading all, or all must not be read. A hint has its way.
uint64_t LeafPlanner::rows_to_dare(double cost_of_row, bool narrowed, double other_cost) {
  if (!context_.dares || context_.options.require_index) return 0;
  const uint64_t wanted = wish_.first->rows;
  const auto most = static_cast<uint64_t>(dared * scan_way().cost / cost_of_row);
  const uint64_t rows =
      std::min(std::max(most, 2 * wanted), wanted * (narrowed ? for_conditions : for_joins));
  const bool better = most >= 2 * wanted && static_cast<double>(rows) * cost_of_row < other_cost;
  return better || !hint_.ways.empty() ? rows : 0;
}

// Asks for keys until there are as many as rows, and what they say of the column's values behind which no row
// is among the first. No tests: there are too few, or too many that do not count.
LeafPlanner::FirstKeys LeafPlanner::first_keys(const IndexRead& read, const SortKey& key, size_t field,
                                               uint64_t rows, const ConditionList& open) {
  const Column& column = table().columns[key.column];
  const bool days = has_days(column);
  const ast::BoundColumn bound{leaf_.relation, key.column};
  FirstKeys out;
  for (const uint64_t more : {some_more, many_more}) {
    const uint64_t asked = rows + (days ? more : 0);
    out.found = context_.statistics->first_keys(table().catalog, partition_of(*read.index),
                                                read.reads(key.descending), asked);
    if (!days) {
      if (out.found.size() < rows) return {};
      std::string last{field_of(out.found.back(), field)};
      if (class_of(column.type) == TypeClass::Number && !is_read_exactly(last)) {
        const auto near = mango::number_operand(decode::double_of(last), column.type, context_.traits);
        if (!near) return {};
        last = key.descending ? near->lower : near->upper;
      }
      out.tests = {
          {key.descending ? mango::Operator::GreaterEqual : mango::Operator::LessEqual, std::move(last)}};
      return out;
    }
    auto& last = out.last;
    last.reset();
    uint64_t dates = 0;
    for (const auto& one : out.found) {
      const auto value = moment(field_of(one, field), column);
      if (!value) continue;
      bool counts = true;
      for (const auto* condition : open) {
        const auto holds = mango::holds(*condition, bound, *value, &context_.parameters);
        if (!holds) return {};
        counts = counts && *holds;
      }
      if (!counts) continue;
      if (!last || (key.descending ? *value < *last : *last < *value)) last = value;
      if (++dates == rows) break;
    }
    if (dates == rows) {
      const auto text = mango::days_of(
          column.type.kind, key.descending ? ast::CompareOp::GreaterEqual : ast::CompareOp::LessEqual, *last);
      const std::string& edge = key.descending ? text.low : text.high;
      if (edge.empty()) return {};
      out.tests = {
          {key.descending ? mango::Operator::GreaterEqual : mango::Operator::Less, json_string(edge)}};
      return out;
    }
    if (out.found.size() < asked) return {};
  }
  return {};
}

// Is the index's order that of the rows, as far as these keys go? What stands between them cannot be but of
// the same beginning as the last one, and of that counts tell.
bool LeafPlanner::are_exact(const IndexRead& read, const std::vector<SortKey>& keys, size_t field,
                            const std::vector<std::string>& found) {
  const Index& index = *read.index;
  if (!wish_.first->ends || read.spans.size() != 1 || field + keys.size() > index.fields.size()) return false;
  // After the keys themselves come their documents' ids, in the same direction.
  const auto& id_descending = wish_.first->then_id_descending;
  if (id_descending &&
      (*id_descending != keys.front().descending || field + keys.size() != index.fields.size()))
    return false;
  for (size_t i = 0; i < keys.size(); ++i) {
    const Column& column = table().columns[keys[i].column];
    if (!sortable(column) || keys[i].descending != keys.front().descending ||
        index.fields[field + i] != column.path)
      return false;
    const TypeClass of = class_of(column.type);
    for (const auto& key : found) {
      const auto value = field_of(key, field + i);
      if (!is_of_class(value, of) || (of == TypeClass::Number && !is_read_exactly(value))) return false;
    }
  }
  const auto rows = [&](KeySpan span) {
    IndexRead part;
    part.index = &index;
    part.spans = {std::move(span)};
    return context_.statistics->rows(table().catalog, partition_of(index), part.reads(false), Age::Now);
  };
  KeySpan span{read.spans.front().fixed, {}, false};
  for (size_t i = 1; i < keys.size(); ++i) {
    span.fixed.emplace_back(field_of(found.back(), field + i - 1));
    KeySpan in_class = span;
    in_class.next = hull(keys_of_class(class_of(table().columns[keys[i].column].type)));
    in_class.whole = field + i + 1 == index.fields.size();
    if (rows(span) != rows(in_class)) return false;
  }
  return true;
}

}  // namespace couch::sql::plan
