#include "sql/leaf_filler.h"

#include <algorithm>
#include <span>
#include <utility>

#include "sql/engine/encoding.h"
#include "sql/error.h"
#include "sql/streams_in_turn.h"

namespace couch::sql {

namespace {

// So many keys of an index show how many documents a key gives.
constexpr size_t keys_at_first = 100;
// Past that the keys themselves are a burden.
constexpr size_t most_bytes_of_keys = size_t{16} << 20;
// How often a source's growth is looked at.
constexpr uint64_t rows_between_looks = 1024;

}  // namespace

LeafFiller::LeafFiller(const plan::Engine& plan, const Running& running, Documents& documents)
    : plan_(plan),
      running_(running),
      documents_(documents),
      readers_(plan.leaves.size()),
      warnings_(plan.leaves.size()) {
  for (size_t i = 0; i < plan_.leaves.size(); ++i) {
    if (!plan_.keyed[i].empty() || plan_.read_with[i] != i) continue;
    if (read_with(i).size() == 1)
      open(i);
    else
      shared_[i] =
          open_in_turn(plan_.leaves[i].requests, plan_.leaves[i].at_once, documents_, plan_.leaves[i].divide);
  }
}

std::vector<size_t> LeafFiller::read_with(size_t leaf) const {
  std::vector<size_t> out{leaf};
  for (size_t i = 0; i < plan_.leaves.size(); ++i) {
    if (i != leaf && plan_.read_with[i] == leaf) out.push_back(i);
  }
  return out;
}

void LeafFiller::open(size_t leaf) {
  if (!readers_[leaf]) readers_[leaf].emplace(open_leaf(plan_.leaves[leaf], running_, documents_));
}

void LeafFiller::fill(engine::Database& database) {
  database.run("BEGIN");
  for (size_t leaf : plan_.order) {
    if (plan_.read_with[leaf] != leaf) continue;
    if (shared_.contains(leaf))
      fill_together(read_with(leaf), database);
    else
      fill_leaf(leaf, database);
  }
  database.run("COMMIT");
}

// One answer for several tables: each takes from a row what it wants. Reading a row changes its bytes.
void LeafFiller::fill_together(const std::vector<size_t>& leaves, engine::Database& database) {
  std::vector<engine::TableFill> tables;
  tables.reserve(leaves.size());
  for (size_t leaf : leaves) {
    const plan::Leaf& one = plan_.leaves[leaf];
    readers_[leaf].emplace(one.shape, running_.mismatch);
    tables.emplace_back(database, engine::TableShape{one.relation, one.shape.table.get(), &one.shape.columns},
                        running_.collation);
  }
  DocumentStream& stream = *shared_.at(leaves.front());
  std::vector<char> copy;
  while (auto row = stream.next()) {
    if (running_.stop->load(std::memory_order_relaxed))
      throw Error(ErrorKind::Interrupted, "the statement was cancelled");
    for (size_t i = 0; i < leaves.size(); ++i) {
      std::span<char> bytes = *row;
      if (i + 1 < leaves.size()) {
        copy.assign(row->begin(), row->end());
        copy.push_back('\0');
        bytes = {copy.data(), row->size()};
      }
      decode::RowReader& reader = *readers_[leaves[i]];
      for (reader.load(bytes); reader.next_loaded();) tables[i].add(reader);
    }
  }
  shared_.erase(leaves.front());
}

void LeafFiller::fill_leaf(size_t leaf, engine::Database& database) {
  const plan::Leaf& one = plan_.leaves[leaf];
  // Keys are looked for before the table is written to: one at a time uses SQLite.
  std::optional<Keys> keys;
  if (!readers_[leaf]) keys = fewest_keys(leaf, database);
  if (!keys) open(leaf);
  engine::TableFill fill{
      database, {one.relation, one.shape.table.get(), &one.shape.columns}, running_.collation};
  if (!keys || !read_by_keys(leaf, *keys, fill)) {
    open(leaf);
    uint64_t rows = 0;
    while (readers_[leaf]->next()) {
      fill.add(*readers_[leaf]);
      if (++rows % rows_between_looks == 0) give_up_waiting(leaf, rows);
    }
    if (one.kept) fill.keep_up_to(one.kept->column, one.kept->last, one.kept->descending);
  }
}

// So many rows have more keys than those that wait for them can use, most probably: their own requests begin
// while this one is still read.
void LeafFiller::give_up_waiting(size_t source, uint64_t rows) {
  for (size_t i = 0; i < plan_.leaves.size(); ++i) {
    const auto& ways = plan_.keyed[i];
    if (readers_[i] || ways.empty()) continue;
    bool hopeless = std::all_of(ways.begin(), ways.end(), [&](const plan::KeyedRead& way) {
      bool waits = std::find(way.after.begin(), way.after.end(), source) != way.after.end();
      return waits && way.direct && rows / 8 > way.most;
    });
    if (hopeless) open(i);
  }
}

std::optional<LeafFiller::Keys> LeafFiller::fewest_keys(size_t leaf, engine::Database& database) {
  std::optional<Keys> best;
  for (const auto& read : plan_.keyed[leaf]) {
    uint64_t most = read.most;
    if (best) {
      const double cost = static_cast<double>(best->keys.size()) * best->read->key_cost;
      most = std::min(most, static_cast<uint64_t>(cost / read.key_cost));
    }
    if (auto keys = keys_of(leaf, read, most, database)) best = Keys{&read, std::move(*keys)};
  }
  return best;
}

std::optional<std::vector<plan::Key>> LeafFiller::keys_of(size_t leaf, const plan::KeyedRead& read,
                                                          uint64_t most, engine::Database& database) {
  std::vector<plan::Key> keys;
  std::vector<Cell> values(read.parts.size());
  size_t bytes = 0, weighed = 0;
  try {
    engine::Statement statement = database.prepare(read.values);
    engine::bind_all(statement.get(), running_.parameters);
    while (database.step(statement)) {
      for (size_t i = 0; i < values.size(); ++i)
        values[i] = engine::decode(statement.get(), static_cast<int>(i), read.parts[i].type);
      if (!plan::add_keys(values, read, *plan_.leaves[leaf].shape.table, keys)) return std::nullopt;
      for (; weighed < keys.size(); ++weighed)
        bytes += keys[weighed].text.size() + keys[weighed].weight.size();
      if (keys.size() > most || bytes > most_bytes_of_keys) return std::nullopt;
    }
  } catch (const Error& error) {
    // Where the whole query meets it, it is reported; it may never do.
    if (error.kind() == ErrorKind::Interrupted) throw;
    return std::nullopt;
  }
  database.runtime().take_mismatches();  // counted when the query itself converts them
  plan::sort_and_unite(keys);
  return keys;
}

// False: a key gives so many documents that the leaf's own request is cheaper; the table is empty again.
bool LeafFiller::read_by_keys(size_t leaf, const Keys& keys, engine::TableFill& fill) {
  const auto read = [&](std::span<const plan::Key> some) {
    auto& reader = keyed_.emplace_back(open_leaf(
        plan::with_keys(plan_.leaves[leaf], *keys.read, some, running_.parallel), running_, documents_));
    uint64_t rows = 0;
    for (; reader.reader.next(); ++rows) fill.add(reader.reader);
    return rows;
  };
  std::span<const plan::Key> rest{keys.keys};
  if (!keys.read->by_id && rest.size() > keys_at_first) {
    const size_t readers = keyed_.size();
    const double expected = static_cast<double>(read(rest.first(keys_at_first))) *
                            static_cast<double>(rest.size()) / keys_at_first;
    if (expected > static_cast<double>(keys.read->most_documents)) {
      keyed_.erase(keyed_.begin() + static_cast<std::ptrdiff_t>(readers), keyed_.end());
      fill.clear();
      return false;
    }
    rest = rest.subspan(keys_at_first);
  }
  if (!rest.empty()) read(rest);
  return true;
}

void LeafFiller::collect(bool at_end, std::vector<std::string>& out) {
  for (size_t i = 0; i < readers_.size(); ++i) {
    if (readers_[i]) warnings_[i].collect(*readers_[i], at_end, out);
  }
  for (auto& one : keyed_) one.warnings.collect(one.reader, at_end, out);
}

}  // namespace couch::sql
