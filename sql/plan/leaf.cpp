#include "sql/plan/leaf.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sql/parser.h"
#include "sql/plan/cost.h"
#include "sql/plan/leaf_planner.h"
#include "sql/plan/view_range.h"

namespace couch::sql::plan {

namespace {

std::string described(const Way& way) {
  return fmt::format("{}{}{}: {:.1f} ms", name_of(way.access), way.index.empty() ? "" : " ", way.index,
                     way.cost / 1000);
}

}  // namespace

ConditionList without(const ConditionList& all, const ConditionList& some) {
  ConditionList out;
  for (const auto* c : all) {
    if (std::find(some.begin(), some.end(), c) == some.end()) out.push_back(c);
  }
  return out;
}

std::string_view name_of(Access access) {
  switch (access) {
    case Access::Nothing: return "no rows";
    case Access::ByIds: return "documents by _id";
    case Access::IdRange: return "range of _id";
    case Access::IndexKeys: return "keys of index";
    case Access::IndexRows: return "rows of index";
    case Access::Index: return "find by index";
    case Access::Find: return "find";
    case Access::Scan: return "all documents";
    case Access::View: return "view";
  }
  return "";
}

LeafPlanner::LeafPlanner(uint32_t relation, const Wish& wish, const Context& context)
    : relation_(context.bound.relations[relation]),
      wish_(wish),
      context_(context),
      hint_(read_hint(relation_.hint, relation_.span)) {
  leaf_.relation = relation;
  leaf_.shape.table = table_of(context);
  table_rows_ = leaf_.estimate = table().estimated_rows;
  if (context.facts) {
    auto found = context.facts->find(table().catalog);
    if (found != context.facts->end()) facts_ = found->second;
  }
  if (facts_.documents != 0) facts_.documents = std::max(facts_.documents, table_rows_);
  pending_ = context.pending(table().catalog);
  if (pending_)
    leaf_.notes.push_back("the transaction's own changes are merged in, every condition is checked again");
  if (wish.columns) {
    leaf_.shape.columns = *wish.columns;
    return;
  }
  for (uint32_t column = 0; column < relation_.used.size(); ++column) {
    if (relation_.used[column]) leaf_.shape.columns.push_back(column);
  }
}

Leaf LeafPlanner::plan() {
  if (table().kind == TableKind::View) {
    view();
  } else {
    documents();
  }
  bool whole = leaf_.access == Access::Scan || (leaf_.access == Access::Find && partition_.empty());
  if (whole && context_.options.require_index) refuse_full_scan();
  return std::move(leaf_);
}

void LeafPlanner::refuse_full_scan() const {
  throw Error(ErrorKind::RequireIndex,
              fmt::format("reading {} would look at every document of {} (RequireIndex=yes): add a "
                          "condition on _id or on an "
                          "indexed field, or an index{}{}",
                          relation_.alias.empty() ? table().name : relation_.alias, table().catalog,
                          leaf_.advice.empty() ? "" : ": ", leaf_.advice),
              relation_.span);
}

std::shared_ptr<const Table> LeafPlanner::table_of(const Context& context) const {
  if (!relation_.assumed_parameter) return relation_.table;
  // FROM users WHERE type = ?: now it is known which type.
  auto table = std::make_shared<Table>(*relation_.table);
  auto* text = std::get_if<std::string>(&context.parameters.at(*relation_.assumed_parameter));
  table->discriminator = text ? *text : std::string{};
  return table;
}

mango::PushDownOptions LeafPlanner::push_down_options() const {
  return {context_.collation, context_.options.mismatch, context_.traits, &context_.parameters};
}

const std::vector<Index>& LeafPlanner::indexes() const {
  static const std::vector<Index> none;
  auto found = context_.indexes.find(table().catalog);
  return found == context_.indexes.end() ? none : found->second;
}

void LeafPlanner::documents() {
  id_ = id_condition(wish_.conditions, leaf_.relation, table(), context_.parameters, context_.traits);
  rest_ = without(wish_.conditions, id_.used);
  split_ = mango::split(rest_, leaf_.relation, table(), push_down_options());
  // Conditions that always hold (1 = 1) are in neither list.
  ConditionList open = split_.pushed;
  open.insert(open.end(), split_.residual.begin(), split_.residual.end());
  rest_ = without(rest_, without(rest_, open));
  bool assumed_null = relation_.assumed_parameter && table().discriminator.empty();
  if (id_.never || mango::is_nothing(split_.selector) || assumed_null)
    return nothing(id_.never ? id_.used : split_.pushed);
  if (id_.ids && hint_.allows(Access::ByIds)) return by_ids();
  all_ = rest_;
  all_.insert(all_.end(), id_.used.begin(), id_.used.end());
  find_partition();
  // A condition on _id is no part of a selector: it would be answered wrongly through an index.
  if ((id_.ids || id_.is_range()) && !whole_partition_) {
    split_.residual.insert(split_.residual.end(), id_.used.begin(), id_.used.end());
    split_.exact = split_.residual.empty();
  }

  std::vector<Way> ways;
  if (id_.is_range()) {
    ways.push_back(id_range_way());
  } else {
    ways.push_back(scan_way());
  }
  if (auto way = find_way()) ways.push_back(std::move(*way));
  if (auto way = sorted_way()) ways.push_back(std::move(*way));
  for (auto& way : index_ways()) ways.push_back(std::move(way));
  if (leaf_.access == Access::Nothing) return;  // found out by an index's range
  const auto cheapest =
      std::min_element(ways.begin(), ways.end(), [](const Way& a, const Way& b) { return a.cost < b.cost; });
  if (auto way = first_way(cheapest->cost)) ways.push_back(std::move(*way));
  if (id_.is_range() && hint_.forces(Access::Scan)) ways.push_back(scan_way());
  choose(std::move(ways));
}

// The cheapest of those that the hint and RequireIndex leave.
void LeafPlanner::choose(std::vector<Way> ways) {
  auto cheaper = [](const Way& a, const Way& b) { return a.cost < b.cost; };
  std::stable_sort(ways.begin(), ways.end(), cheaper);
  auto full = [&](const Way& way) {
    return way.access == Access::Scan || (way.access == Access::Find && partition_.empty());
  };
  auto by_hint = [&](const Way& way) {
    return hint_.forces(way.access) && (hint_.index.empty() || way.index.empty() || way.index == hint_.index);
  };
  auto taken = std::find_if(ways.begin(), ways.end(), by_hint);
  if (taken == ways.end() && !hint_.ways.empty()) leaf_.notes.push_back("the hint cannot be followed here");
  if (taken == ways.end() && context_.options.require_index)
    taken = std::find_if_not(ways.begin(), ways.end(), full);
  if (taken == ways.end()) taken = ways.begin();
  for (auto way = ways.begin(); way != ways.end(); ++way) {
    if (way != taken) leaf_.alternatives.push_back(described(*way));
  }
  leaf_.access = taken->access;
  leaf_.index = taken->index;
  // Of what reads everything: the rows that it gives.
  if (!full(*taken) || table_rows_ == 0) leaf_.estimate = taken->documents;
  leaf_.cost = taken->cost;
  taken->take();
  // An index that could answer and is not worth it is there already.
  bool indexed = std::any_of(ways.begin(), ways.end(), [](const Way& way) { return !way.index.empty(); });
  if (full(*taken) && !indexed && !leaf_.limited && context_.traits.couchdb && hint_.ways.empty())
    leaf_.advice = advice();
  leaf_.wants_index = !leaf_.advice.empty() && leaf_.cost >= worth_index && !pending_ &&
                      context_.options.auto_index && !context_.options.read_only;
}

// The index that would have made a range of the conditions: what is compared for equality first.
std::string LeafPlanner::advice() const {
  if (table().kind != TableKind::Typed && table().kind != TableKind::Database) return {};
  std::vector<mango::Path> equal, range;
  for (const auto& term : index_terms()) {
    auto* field = std::get_if<mango::Field>(&term.pushed.selector.node);
    if (!term.condition || !field) continue;
    bool exact = true;
    KeyRanges ranges = ranges_of(term.pushed.selector, field->path, &exact);
    if (are_of_class_only(ranges)) continue;
    (are_points(ranges) ? equal : range).push_back(field->path);
  }
  if (!range.empty()) {
    equal.push_back(range.front());
  } else if (wish_.sort && sortable(table().columns[wish_.sort->column])) {
    equal.push_back(table().columns[wish_.sort->column].path);
  } else if (wish_.first) {
    for (const SortKey& key : wish_.first->keys) {
      const Column& column = table().columns[key.column];
      const bool first = key.column == wish_.first->keys.front().column;
      // Text that is no date is NULL, and comes first: no index tells it from dates.
      if (!sortable(column) && !(first && has_days(column) && !key.nulls_first)) break;
      equal.push_back(column.path);
      if (!sortable(column) || key.descending != wish_.first->keys.front().descending) break;
    }
  }
  std::string name = table().name, columns;
  std::vector<mango::Path> listed;
  for (const auto& path : equal) {
    auto column = std::find_if(table().columns.begin(), table().columns.end(), [&](const Column& c) {
      return c.source == ColumnSource::Path && c.path == path && c.array_steps.empty();
    });
    if (column == table().columns.end() || std::find(listed.begin(), listed.end(), path) != listed.end())
      continue;
    listed.push_back(path);
    name += "_" + column->name;
    columns += (columns.empty() ? "" : ", ") + quoted_identifier(column->name);
  }
  const auto has_these = [&](const Index& index) {
    std::vector<mango::Path> fields = index.fields;
    std::erase(fields, table().discriminator_path);
    return !index.partial && fields == listed;
  };
  if (columns.empty() || std::any_of(indexes().begin(), indexes().end(), has_these)) return {};
  return fmt::format("CREATE INDEX {} ON {} ({})", quoted_identifier(name), quoted_identifier(table().name),
                     columns);
}

void LeafPlanner::nothing(ConditionList because) {
  leaf_.access = Access::Nothing;
  leaf_.pushed = std::move(because);
  leaf_.ordered = leaf_.limited = true;
  leaf_.estimate = 0;
}

void LeafPlanner::by_ids() {
  auto& ids = *id_.ids;
  leaf_.access = Access::ByIds;
  leaf_.pushed = std::move(id_.used);
  leaf_.residual = rest_;
  // Bytes are the order of _id.
  if (wish_.order == IdOrder::Ascending) std::sort(ids.begin(), ids.end());
  if (wish_.order == IdOrder::Descending) std::sort(ids.rbegin(), ids.rend());
  leaf_.ordered = !wish_.sort;
  leaf_.estimate = ids.size();
  leaf_.cost = Cost::request + static_cast<double>(ids.size()) * Cost::by_id;
  bool documents = wants_documents();
  ask(ByIds{std::move(ids), documents});
  leaf_.shape.envelope = decode::Envelope::Row;
  leaf_.shape.documents = documents;
}

void LeafPlanner::view() {
  leaf_.access = Access::View;
  leaf_.shape.envelope = decode::Envelope::View;
  ViewRead read;
  read.design_document = table().design_document;
  read.view = table().view;
  read.reduce = read.group = table().reduced;
  ViewRange range = view_range(wish_.conditions, leaf_.relation, table(), push_down_options());
  leaf_.pushed = std::move(range.pushed);
  leaf_.residual = std::move(range.residual);
  if (range.never) {
    leaf_.residual.clear();
    return nothing(std::move(leaf_.pushed));
  }
  read.start_key = std::move(range.start);
  read.end_key = std::move(range.end);
  leaf_.limited = wish_.limit && leaf_.residual.empty();
  if (leaf_.limited) read.limit = wish_.limit;
  leaf_.ordered = is_any_order();
  // A map function that throws skips its document, and CouchDB says nothing of it.
  leaf_.notes.push_back(
      table().map_failed ? "the view failed when its columns were looked for"
                         : "what the view's map function gives; documents for which it fails are not in it");
  ask(std::move(read));
}

Leaf plan_leaf(uint32_t relation, const Wish& wish, const Context& context) {
  Leaf leaf = LeafPlanner{relation, wish, context}.plan();
  // A transaction's own documents are in every answer of _find.
  if (leaf.requests.size() > 1 && context.pending(leaf.shape.table->catalog)) leaf.shape.once = true;
  return leaf;
}

}  // namespace couch::sql::plan
