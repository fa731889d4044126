// ORDER BY a column by an index that has it: the rows come in order, and LIMIT reads no more than it gives.
#include <algorithm>
#include <utility>

#include "sql/decode/raw.h"
#include "sql/json_text.h"
#include "sql/mango/operand.h"
#include "sql/plan/cost.h"
#include "sql/plan/leaf_planner.h"

namespace couch::sql::plan {

bool same(const KeyRanges& a, const KeyRanges& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const KeyRange& x, const KeyRange& y) {
    return x.low == y.low && x.high == y.high && x.includes_low == y.includes_low &&
           x.includes_high == y.includes_high;
  });
}

bool in_order(const IndexRead& read, size_t field) {
  if (!read.keys.empty()) return false;
  return std::all_of(read.spans.begin(), read.spans.end(), [&](const KeySpan& span) {
    return span.fixed.size() == field && span.fixed == read.spans.front().fixed && !span.next.is_open();
  });
}

// Is the server's order of the column's values the driver's?
bool LeafPlanner::sortable(const Column& column) const {
  if (column.source != ColumnSource::Path || !column.array_steps.empty()) return false;
  if (decode::takes_any_value(column.type) || column.type.kind == TypeKind::Decimal) return false;
  switch (class_of(column.type)) {
    case TypeClass::Bit:
    case TypeClass::Number: return true;
    case TypeClass::Text: return context_.collation == CollationKind::Server && context_.traits.icu_order;
    default: return false;  // text that is no date would stand among the dates
  }
}

std::optional<Way> LeafPlanner::sorted_way() {
  if (!wish_.sort || !context_.traits.index_as_view || pending_ || id_.ids ||
      (id_.is_range() && !whole_partition_))
    return std::nullopt;
  if (context_.options.mismatch == MismatchPolicy::Error || table().kind == TableKind::Array)
    return std::nullopt;
  const SortWish& sort = *wish_.sort;
  const Column& column = table().columns[sort.column];
  if (!sortable(column)) return std::nullopt;

  std::vector<Term> terms = index_terms();
  KeyRanges said = every_key();
  for (const auto& term : terms) {
    bool exact = true;
    said = both(said, ranges_of(term.pushed.selector, column.path, &exact));
  }
  const mango::Selector in_class{mango::Field{column.path, mango::bounds(class_of(column.type))}};
  bool exact = true;
  const KeyRanges values = ranges_of(in_class, column.path, &exact);
  const bool without_nulls = same(both(said, values), said);
  terms.push_back({nullptr, false, {in_class, true, false}});

  std::optional<Way> best;
  for (const auto& index : indexes()) {
    if (index.partitioned == partition_.empty() || (!hint_.index.empty() && index.name != hint_.index))
      continue;
    auto place = std::find(index.fields.begin(), index.fields.end(), column.path);
    if (place == index.fields.end()) continue;
    auto read = index_read(index, terms, table());
    const auto field = static_cast<size_t>(place - index.fields.begin());
    if (read && is_decided(index)) {
      read->used.insert(read->used.end(), id_.used.begin(), id_.used.end());
      read->decided.insert(read->decided.end(), id_.used.begin(), id_.used.end());
    }
    if (!read || read->never || !in_order(*read, field) || !without(all_, read->decided).empty()) continue;
    // Equal values come in the order of what follows in the index, and then of _id.
    if (sort.then_id && field + 1 != index.fields.size()) continue;
    const bool keys = covers(index, table(), leaf_.shape.columns);
    const bool nulls_before = !without_nulls && sort.nulls_first;
    if (nulls_before && !wish_.limit) continue;
    std::optional<Leaf> nulls;
    if (!without_nulls && !nulls_before) {
      nulls = null_rows(sort);
      if (!nulls || context_.options.require_index) continue;
    }
    Way way;
    way.access = keys ? Access::IndexKeys : Access::IndexRows;
    way.index = index.name;
    way.documents = guess(*read);
    if (wish_.limit) way.documents = std::min(way.documents, *wish_.limit);
    way.cost = Cost::request + static_cast<double>(way.documents) *
                                   ((keys ? Cost::index_key : Cost::index_document) + Cost::row_here);
    if (nulls && !wish_.limit) way.cost += static_cast<double>(facts_.documents) * Cost::find_looked;
    if (best && best->cost <= way.cost) continue;
    if (nulls_before && !has_no_nulls(*read)) {
      nulls = null_rows(sort);
      if (!nulls || context_.options.require_index) continue;
      way.cost += cost_of_nulls(*read);
      if (best && best->cost <= way.cost) continue;
    }
    way.take = [this, read = *read, keys, nulls, nulls_before] {
      by_index(read, keys, wish_.sort->descending);
      leaf_.ordered = true;
      if (!nulls) return;
      if (!nulls_before) {
        leaf_.then = std::make_shared<const Leaf>(*nulls);
        return;
      }
      Leaf others = std::move(leaf_);
      leaf_ = *nulls;
      leaf_.cost = others.cost;
      leaf_.alternatives = std::move(others.alternatives);
      leaf_.notes = std::move(others.notes);
      leaf_.notes.push_back("rows without a value, which come before all others");
      others.notes = {"where these are not enough"};
      leaf_.then = std::make_shared<const Leaf>(std::move(others));
    };
    best = std::move(way);
  }
  return best;
}

// Every row of the table is in the index, and those of its range have values of the column's class. As long
// as nobody writes between these counts and the read.
bool LeafPlanner::has_no_nulls(const IndexRead& read) {
  if (!context_.statistics || read.index->partial || read.index->partitioned) return false;
  auto all = read;
  all.spans = {KeySpan{read.spans.front().fixed, {}, false}};
  const auto rows = [&](const IndexRead& of) {
    return context_.statistics->rows(table().catalog, {}, of.reads(false), Age::Now);
  };
  return rows(read) == rows(all) && holds_table(*read.index);
}

// Of finding the first rows whose value is NULL: the more of them there are, the fewer documents are looked
// at.
double LeafPlanner::cost_of_nulls(const IndexRead& read) {
  const auto all = static_cast<double>(facts_.documents != 0 ? facts_.documents : some_documents);
  double looked = all;
  if (context_.statistics && table_rows_ != 0) {
    const uint64_t values =
        context_.statistics->rows(table().catalog, partition_of(*read.index), read.reads(false));
    const double nulls = static_cast<double>(table_rows_) - static_cast<double>(values);
    if (nulls > 0) looked = std::min(all, static_cast<double>(*wish_.limit) * all / nulls);
  }
  return Cost::request + looked * Cost::find_looked;
}

// The keys of the table's type, where the index begins with it; else all.
KeySpan LeafPlanner::type_span(const Index& index) const {
  const bool typed =
      !table().discriminator_path.empty() && index.fields.front() == table().discriminator_path;
  if (!typed) return {};
  return {{json_string(table().discriminator)}, {}, index.fields.size() == 1};
}

// An index has no document that lacks one of its fields. Here it has each document of the table: as many of
// its type as an index on the type alone, or as many as the database.
bool LeafPlanner::holds_table(const Index& index) {
  if (!context_.statistics || index.partial || index.partitioned) return false;
  auto& ask = *context_.statistics;
  const auto rows = [&](const Index& of, KeySpan span) {
    IndexRead read;
    read.index = &of;
    read.spans = {std::move(span)};
    return ask.rows(table().catalog, {}, read.reads(false), Age::Now);
  };
  if (const KeySpan type = type_span(index); !type.fixed.empty()) {
    for (const Index& other : indexes()) {
      if (other.fields.size() == 1 && other.fields.front() == table().discriminator_path && !other.partial &&
          !other.partitioned)
        return rows(index, type) == rows(other, type_span(other));
    }
  }
  return rows(index, {}) == ask.documents(table().catalog, Age::Now);
}

// The rows whose value is NULL: no index has all of them.
std::optional<Leaf> LeafPlanner::null_rows(const SortWish& sort) const {
  ast::Expr column, is_null;
  column.node = ast::BoundColumn{leaf_.relation, sort.column};
  is_null.node = ast::IsNull{std::make_unique<ast::Expr>(std::move(column)), false};
  mango::Pushed pushed = mango::push(is_null, leaf_.relation, table(), push_down_options());
  bool type_asked = table().discriminator_path.empty() || mango::nameable(table().discriminator_path);
  if (!pushed.exact || mango::is_everything(pushed.selector) || !split_.exact || !type_asked)
    return std::nullopt;
  std::vector<mango::Selector> terms;
  Find read;
  if (sort.then_id) {
    terms.push_back(mango::Selector{mango::Field{{"_id"}, {{mango::Operator::Greater, "null"}}}});
    read.sort = sort.descending ? R"([{"_id":"desc"}])" : R"([{"_id":"asc"}])";
  }
  terms.push_back(mango::documents_of(table(), wish_.limit.has_value(), context_.traits));
  terms.push_back(split_.selector);
  terms.push_back(std::move(pushed.selector));
  read.selector = mango::to_json(mango::all(std::move(terms)));
  read.fields = projection();
  read.limit = wish_.limit;
  Leaf out;
  out.relation = leaf_.relation;
  out.access = Access::Find;
  out.shape.table = leaf_.shape.table;
  out.shape.columns = leaf_.shape.columns;
  out.shape.envelope = decode::Envelope::Document;
  out.requests.push_back({table().catalog, partition_, std::move(read)});
  out.limited = wish_.limit.has_value();
  out.ordered = true;
  out.estimate = facts_.documents;
  if (!sort.nulls_first) out.notes.push_back("rows without a value, once all others were read");
  return out;
}

}  // namespace couch::sql::plan
