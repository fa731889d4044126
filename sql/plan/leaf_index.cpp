// Ways through a JSON index, read as the view that it is.
#include <algorithm>
#include <tuple>
#include <utility>

#include "sql/plan/cost.h"
#include "sql/plan/leaf_planner.h"

namespace couch::sql::plan {

namespace {

// Which of two indexes narrows more, as far as one can tell without asking.
auto narrowness(const IndexRead& read) {
  return std::tuple{read.of_query, read.points, read.ranged, -static_cast<int>(read.index->fields.size())};
}

}  // namespace

std::vector<Term> LeafPlanner::index_terms() const {
  std::vector<Term> terms;
  if (!table().discriminator_path.empty())
    terms.push_back({nullptr, false, {mango::documents_of(table(), false, context_.traits), false, true}});
  if (!context_.traits.couchdb || table().kind == TableKind::Array) {
    terms.push_back({nullptr, true, {split_.selector, false, split_.narrows}});
  } else {
    for (const auto* condition : rest_)
      terms.push_back(
          {condition, true, mango::push(*condition, leaf_.relation, table(), push_down_options())});
  }
  return terms;
}

// Those that can answer, the narrowest first.
std::vector<IndexRead> LeafPlanner::index_reads() {
  const std::vector<Term> terms = index_terms();
  std::vector<IndexRead> out;
  for (const auto& index : indexes()) {
    if (!hint_.index.empty() && index.name != hint_.index) continue;
    if (!is_readable(index)) continue;
    auto read = index_read(index, terms, table());
    if (!read) continue;
    if (is_decided(index)) {
      read->used.insert(read->used.end(), id_.used.begin(), id_.used.end());
      read->decided.insert(read->decided.end(), id_.used.begin(), id_.used.end());
    }
    out.push_back(std::move(*read));
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const IndexRead& a, const IndexRead& b) { return narrowness(a) > narrowness(b); });
  return out;
}

// Rows of the range by the shape of the conditions alone.
uint64_t LeafPlanner::guess(const IndexRead& read) const {
  const uint64_t known = read.index->partitioned ? partition_documents_ : table_rows_;
  auto rows = static_cast<double>(known != 0 ? known : std::max(facts_.documents, some_documents));
  if (!read.of_query) return static_cast<uint64_t>(rows);
  double share = read.ranged ? 0.3 : 1;
  const bool typed =
      !table().discriminator_path.empty() && read.index->fields.front() == table().discriminator_path;
  for (size_t points = typed ? 1 : 0; points < read.points; ++points) share *= 0.05;
  share *= static_cast<double>(std::max<size_t>(std::max(read.spans.size(), read.keys.size()), 1));
  return static_cast<uint64_t>(rows * std::min(share, 1.0)) + 1;
}

std::vector<Way> LeafPlanner::index_ways() {
  constexpr size_t most = 3;
  std::vector<Way> out;
  const bool hinted =
      hint_.forces(Access::IndexKeys) || hint_.forces(Access::IndexRows) || hint_.forces(Access::Index);
  if (!hint_.ways.empty() && !hinted) return out;
  auto reads = index_reads();
  for (const auto& read : reads) {
    if (!read.never) continue;
    nothing(read.used);
    return {};
  }
  const bool as_view = context_.traits.index_as_view;
  auto is_covered = [&](const IndexRead& read) {
    return as_view && covers(*read.index, table(), leaf_.shape.columns);
  };
  // Keys alone are cheaper than all else, but for the documents of a narrower range.
  const bool covered = !reads.empty() && is_covered(reads.front());
  for (size_t i = 0; i < reads.size() && i < (covered ? 1 : most); ++i) {
    const IndexRead& read = reads[i];
    const bool keys = is_covered(read);
    if (!as_view || hint_.forces(Access::Index)) {
      if (auto way = find_by_index_way(read); way && (read.of_query || hinted))
        out.push_back(std::move(*way));
    }
    if (!as_view) continue;
    const bool decided = without(all_, read.decided).empty();
    const std::optional<uint64_t> limit =
        decided && is_any_order() && table().kind != TableKind::Array ? this->limit() : std::nullopt;
    uint64_t rows = guess(read);
    // Which of the ways is the best does not depend on the answer where few rows are wanted.
    const bool certain = covered || hinted || (limit && *limit * 100 <= facts_.documents);
    if (!certain && context_.statistics && facts_.documents >= worth_asking) {
      rows = context_.statistics->rows(table().catalog, partition_of(*read.index), read.reads(false));
      if (!leaf_.counted || rows < leaf_.counted->rows) leaf_.counted = {rows, read.used};
    }
    if (limit) rows = std::min(rows, *limit);
    auto add = [&](Access access, double each) {
      Way way;
      way.access = access;
      way.index = read.index->name;
      way.documents = rows;
      way.cost = Cost::request *
                     static_cast<double>(std::max<size_t>(read.keys.empty() ? read.spans.size() : 1, 1)) +
                 static_cast<double>(rows) * (each + Cost::row_here);
      // Where nothing is known of the database: it may be large, and a range of it is little.
      if (facts_.documents == 0 && read.of_query) way.cost /= 4;
      way.take = [this, read, access] { by_index(read, access == Access::IndexKeys); };
      out.push_back(std::move(way));
    };
    if (keys) add(Access::IndexKeys, Cost::index_key);
    if (!keys || hint_.forces(Access::IndexRows)) add(Access::IndexRows, Cost::index_document);
  }
  return out;
}

void LeafPlanner::by_index(const IndexRead& read, bool keys, bool descending) {
  leaf_.pushed = read.used;
  leaf_.residual = without(all_, read.decided);
  leaf_.ordered = is_any_order();
  leaf_.shape.envelope = keys ? decode::Envelope::Keys : decode::Envelope::Row;
  leaf_.shape.documents = !keys;
  leaf_.shape.key_fields = read.index->fields;
  auto reads = read.reads(descending);
  const bool few = wish_.limit && leaf_.residual.empty() && table().kind != TableKind::Array;
  // A document that is written meanwhile may come in two of the ranges.
  leaf_.shape.once = reads.size() > 1 || !read.keys.empty();
  if (reads.size() > 1 && !few) leaf_.at_once = std::max(context_.options.parallel, 1u);
  for (auto& one : reads) {
    one.include_docs = !keys;
    if (few && one.keys.empty()) one.expected = wish_.limit;
    ask(std::move(one));
    leaf_.requests.back().partition = partition_of(*read.index);
  }
}

}  // namespace couch::sql::plan
