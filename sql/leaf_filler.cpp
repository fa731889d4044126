#include "sql/leaf_filler.h"

#include <algorithm>
#include <span>
#include <utility>

#include "sql/engine/encoding.h"
#include "sql/error.h"

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
    if (plan_.keyed[i].empty()) open(i);
  }
}

void LeafFiller::open(size_t leaf) {
  if (!readers_[leaf]) readers_[leaf].emplace(open_leaf(plan_.leaves[leaf], running_, documents_));
}

void LeafFiller::fill(engine::Database& database) {
  for (size_t leaf : plan_.order) fill_leaf(leaf, database);
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
  }
  fill.finish();
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
    uint64_t most = best ? std::min<uint64_t>(read.most, best->keys.size()) : read.most;
    if (auto keys = keys_of(leaf, read, most, database)) best = Keys{&read, std::move(*keys)};
  }
  return best;
}

std::optional<std::vector<plan::Key>> LeafFiller::keys_of(size_t leaf, const plan::KeyedRead& read,
                                                          uint64_t most, engine::Database& database) {
  std::vector<plan::Key> keys;
  size_t bytes = 0;
  try {
    engine::Statement statement = database.prepare(read.values);
    engine::bind_all(statement.get(), running_.parameters);
    while (database.step(statement)) {
      Cell value = engine::decode(statement.get(), 0, read.type);
      auto key = plan::key_of(value, read, *plan_.leaves[leaf].shape.table);
      if (!key) return std::nullopt;
      if (key->text.empty()) continue;
      bytes += key->text.size() + key->weight.size();
      keys.push_back(std::move(*key));
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
