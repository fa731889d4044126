// Ways that go through the documents themselves: _all_docs and _find.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sql/plan/cost.h"
#include "sql/plan/leaf_planner.h"

namespace couch::sql::plan {

namespace {

// Documents in one of the ranges that a large read is divided into: some megabytes, so that those ahead of
// their turn fit into the carrier's memory, and long enough for their request not to matter.
constexpr uint64_t range_size = 5'000;

// Of what is not known: the share of rows that passes conditions which narrow.
constexpr double passing = 0.3;

// Upwards [a, b), [b, c) …; downwards (b, c], (a, b] …
std::vector<AllDocs> divided(AllDocs read, std::vector<std::string> splits, bool down) {
  std::vector<AllDocs> ranges{std::move(read)};
  for (auto& id : splits) {
    AllDocs next = ranges.back();
    next.start = id;
    if (down) next.inclusive_end = false;  // at its lower end, which will be `end`
    ranges.back().end = std::move(id);
    if (!down) ranges.back().inclusive_end = false;
    ranges.push_back(std::move(next));
  }
  if (down) {
    std::reverse(ranges.begin(), ranges.end());
    for (auto& range : ranges) {
      range.descending = true;
      std::swap(range.start, range.end);
    }
    ranges.back().inclusive_end = true;
  }
  return ranges;
}

// Finding all places where a million documents are divided takes longer than the first of them. So a read
// begins with a few large ranges, and finds the places in each when its turn comes.
constexpr uint64_t first_ranges = 10;

Divide divide_by_ids(std::shared_ptr<StatisticsMemory> memory) {
  return [memory = std::move(memory)](const DocumentRequest& request, Documents& documents) {
    const auto& read = std::get<AllDocs>(request.what);
    auto splits = Statistics{documents, *memory}.splits(request.database, request.partition, read.start,
                                                        read.end, {range_size, 1});
    std::vector<DocumentRequest> parts;
    for (auto& range : divided(read, std::move(splits), false))
      parts.push_back({request.database, request.partition, std::move(range)});
    return parts;
  };
}

}  // namespace

bool LeafPlanner::wants_documents() const {
  // Without the documents _all_docs is three times faster; ids and revisions stand in the row.
  if (table().kind != TableKind::Database) return true;
  return std::any_of(leaf_.shape.columns.begin(), leaf_.shape.columns.end(), [&](uint32_t column) {
    ColumnSource source = table().columns[column].source;
    return source != ColumnSource::Id && source != ColumnSource::Rev;
  });
}

// The request's limit counts documents: they must be the rows.
bool LeafPlanner::server_can_limit() const {
  bool order_fits = is_any_order() || (orders_ids() && !wish_.sort);
  // The server's own idea of a type's name is ICU's.
  bool type_asked = table().discriminator_path.empty() || mango::nameable(table().discriminator_path);
  return limit() && split_.exact && table().kind != TableKind::Array && order_fits && type_asked && !pending_;
}

Way LeafPlanner::scan_way() {
  Way way;
  way.access = Access::Scan;
  way.documents = facts_.documents;
  const auto documents =
      static_cast<double>(facts_.documents != 0 ? facts_.documents : std::max(table_rows_, some_documents));
  const double each = !wants_documents()                 ? Cost::all_ids
                      : facts_.documents >= worth_ranges ? Cost::all_docs_ranges
                                                         : Cost::all_docs;
  way.cost = Cost::request + documents * (each + Cost::row_here);
  way.take = [this] {
    leaf_.residual = all_;
    partition_.clear();  // a hint's wish, where _id fixes one
    all_docs(std::nullopt, std::nullopt, true, facts_.documents);
  };
  return way;
}

Way LeafPlanner::id_range_way() {
  Way way;
  way.access = Access::IdRange;
  // Between two ids there are few, mostly.
  const double share = id_.start && id_.end ? 0.01 : 0.5;
  way.documents = whole_partition_ ? partition_documents_
                                   : static_cast<uint64_t>(static_cast<double>(facts_.documents) * share);
  way.cost = Cost::request +
             static_cast<double>(way.documents) * (wants_documents() ? Cost::all_docs : Cost::all_ids);
  way.take = [this, documents = way.documents] {
    leaf_.pushed = id_.used;
    leaf_.residual = rest_;
    all_docs(id_.start, id_.end, id_.inclusive_end, documents);
  };
  return way;
}

void LeafPlanner::all_docs(std::optional<std::string> start, std::optional<std::string> end,
                           bool inclusive_end, uint64_t documents) {
  AllDocs read;
  read.start = std::move(start);
  read.end = std::move(end);
  read.inclusive_end = inclusive_end;
  read.include_docs = wants_documents();
  leaf_.shape.envelope = decode::Envelope::Row;
  leaf_.shape.documents = read.include_docs;
  leaf_.ordered = !wish_.sort && wish_.order != IdOrder::Descending && orders_ids();
  // Downwards the range begins at its end, and a beginning is never exclusive.
  bool down = wish_.order == IdOrder::Descending && orders_ids() && (!read.end || read.inclusive_end);
  leaf_.ordered = leaf_.ordered || down;

  std::vector<std::string> splits;
  const uint32_t at_once = hint_.parallel != 0 ? hint_.parallel : context_.options.parallel;
  const bool large = documents >= worth_ranges && !limit() && at_once > 1;
  const bool later =
      !down && hint_.parallel == 0 && (context_.again || documents > first_ranges * range_size);
  const bool parts = orders_ids() && !pending_ && context_.statistics && at_once > 1;
  if (context_.again && parts && large && later) {
    leaf_.at_once = at_once;
    leaf_.divide = divide_by_ids(context_.options.statistics);
  } else if (parts && (large || hint_.parallel != 0)) {
    splits = context_.statistics->splits(
        table().catalog, {}, read.start, read.end,
        {later ? documents / first_ranges : range_size, hint_.parallel == 0 ? 1 : at_once});
  }
  if (!splits.empty()) leaf_.at_once = at_once;
  if (!splits.empty() && later) {
    leaf_.divide = divide_by_ids(context_.options.statistics);
    leaf_.notes.push_back(
        fmt::format("each is divided into ranges of some {} documents when its turn comes", range_size));
  }
  if (limit() && leaf_.residual.empty() && table().kind == TableKind::Database && !pending_)
    read.expected = limit();

  auto ranges = divided(std::move(read), std::move(splits), down);
  for (auto& range : ranges) ask(std::move(range));
}

std::optional<Way> LeafPlanner::find_way() {
  const bool limited = server_can_limit();
  const bool sorts = is_id_order_wanted() && orders_ids() && !pending_;
  if (!split_.narrows && !limited && !hint_.forces(Access::Find)) return std::nullopt;
  Way way;
  way.access = Access::Find;
  const auto all = static_cast<double>(!partition_.empty()     ? partition_documents_
                                       : facts_.documents != 0 ? facts_.documents
                                                               : std::max(table_rows_, some_documents));
  double share = split_.narrows ? passing : 1;
  if (table_rows_ != 0 && all > 0 && partition_.empty()) share *= static_cast<double>(table_rows_) / all;
  double looked = all, sent = all * share;
  if (limited) {
    sent = std::min(sent, static_cast<double>(*limit()));
    // How many are looked at until enough are found is a guess, and may be all.
    looked = std::min(all, sent / std::max(split_.narrows ? share / 30 : share, 1e-6));
  }
  way.documents = static_cast<uint64_t>(looked);
  way.cost = Cost::request + looked * Cost::find_looked + sent * (Cost::find_sent + Cost::row_here);
  // Where nothing is known of the database: it may be large, and little of it be wanted.
  if (facts_.documents == 0) way.cost /= 2;
  way.take = [this, limited, sorts] {
    find(nullptr, limited);
    leaf_.ordered = is_any_order() || sorts;
  };
  return way;
}

std::optional<Way> LeafPlanner::find_by_index_way(const IndexRead& read) {
  if (is_id_order_wanted()) return std::nullopt;
  // PouchDB Server answers 400 to use_index where the selector has $or, $in or $ne on the index's fields, and
  // forgets that a bound of the second field is exclusive. Left alone, it picks an index itself.
  if (!context_.traits.couchdb) return std::nullopt;
  // _find inside a partition takes the partition's indexes only.
  if (!partition_.empty() && !read.index->partitioned) return std::nullopt;
  Way way;
  way.access = Access::Index;
  way.index = read.index->name;
  way.documents = guess(read);
  const bool limited = server_can_limit();
  if (limited) way.documents = std::min(way.documents, *limit());
  way.cost = Cost::request + static_cast<double>(way.documents) * Cost::find_by_index;
  if (facts_.documents == 0) way.cost /= 4;
  way.take = [this, index = read.index, limited] {
    find(index, limited);
    leaf_.ordered = is_any_order();
  };
  return way;
}

mango::Selector LeafPlanner::selector(bool bytes) const {
  std::vector<mango::Selector> terms;
  terms.push_back(mango::documents_of(table(), bytes, context_.traits));
  terms.push_back(split_.selector);
  return mango::all(std::move(terms));
}

void LeafPlanner::find(const Index* index, bool limited) {
  leaf_.pushed = split_.pushed;
  if (!partition_.empty()) leaf_.pushed.insert(leaf_.pushed.end(), id_.used.begin(), id_.used.end());
  leaf_.residual = pending_ ? all_ : split_.residual;
  mango::Selector asked = selector(limited);
  const bool sorted = is_id_order_wanted() && orders_ids() && !pending_;
  Find read;
  // CouchDB sorts by _id only where the selector asks something of _id: else 400 no_usable_index.
  if (sorted)
    asked = mango::all(
        {mango::Selector{mango::Field{{"_id"}, {{mango::Operator::Greater, "null"}}}}, std::move(asked)});
  read.selector = mango::to_json(asked);
  read.fields = projection();
  if (index) read.use_index = {index->design_document, index->name};
  if (limited) read.limit = limit();
  leaf_.limited = limited;
  if (sorted) read.sort = wish_.order == IdOrder::Ascending ? R"([{"_id":"asc"}])" : R"([{"_id":"desc"}])";
  ask(std::move(read));
  leaf_.shape.envelope = decode::Envelope::Document;
}

// `fields` of _find: what the decoder reads; empty for whole documents.
std::vector<std::string> LeafPlanner::projection() const {
  std::vector<mango::Path> paths{{"_id"}};
  if (!table().discriminator_path.empty()) paths.push_back(table().discriminator_path);
  if (table().kind == TableKind::Array) paths.push_back(table().array_path);
  for (uint32_t index : leaf_.shape.columns) {
    const Column& column = table().columns[index];
    if (column.source == ColumnSource::Document) return {};
    if (column.source == ColumnSource::Rev) paths.push_back({"_rev"});
    if (column.source != ColumnSource::Path || table().kind == TableKind::Array) continue;
    paths.push_back(column.path);
    if (!column.array_steps.empty()) paths.back().resize(column.array_steps.front());  // the whole array
  }
  // Nearly all columns: taking fields out costs the server more than sending them.
  if (leaf_.shape.columns.size() * 4 > table().columns.size() * 3) return {};
  std::vector<std::string> out;
  for (const auto& path : paths) {
    if (!mango::nameable(path)) return {};
    // A parent that is asked for brings its children.
    bool covered = std::any_of(paths.begin(), paths.end(), [&](const mango::Path& other) {
      return other.size() < path.size() && std::equal(other.begin(), other.end(), path.begin());
    });
    auto name = mango::projection_name(path);
    if (!covered && std::find(out.begin(), out.end(), name) == out.end()) out.push_back(std::move(name));
  }
  return out;
}

}  // namespace couch::sql::plan
