#include "sql/plan/join.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "sql/plan/conditions.h"
#include "sql/plan/conjuncts.h"
#include "sql/plan/cost.h"
#include "sql/plan/hint.h"
#include "sql/plan/join_keys.h"
#include "sql/walk.h"

namespace couch::sql::plan {

namespace {

// What one more key of _all_docs {keys} costs, in documents of a scan (34 us on CouchDB 3.5).
constexpr double id_key = 4.5;
// A document that is read anyway, for one more table.
constexpr double one_more_table = 0.06;
// A leaf that costs less than that is read at once: waiting for another one's rows takes as long.
constexpr double not_worth_waiting = 300;

class Joiner {
 public:
  Joiner(Engine& plan, const Context& context) : plan_(plan), context_(context) {}

  void run() {
    plan_.keyed.resize(plan_.leaves.size());
    for (size_t i = 0; i < plan_.leaves.size(); ++i) {
      position_[plan_.leaves[i].relation] = i;
      rows_.push_back(rows_of(plan_.leaves[i]));
      costs_.push_back(cost_of(plan_.leaves[i]));
      ways_.push_back(
          ways_by_keys(plan_.leaves[i], context_.conditions->links[plan_.leaves[i].relation], context_));
    }
    std::set<size_t> placed;
    while (placed.size() < plan_.leaves.size()) place(placed);
    share();
  }

 private:
  // ---- estimates; what is decided by them is only what waits for what
  static double selectivity(const std::vector<const ast::Expr*>& conditions) {
    double all = 1;
    for (const auto* condition : conditions) {
      auto* compare = std::get_if<ast::Compare>(&condition->node);
      bool equal = compare && compare->op == ast::CompareOp::Equal;
      all *= equal || std::holds_alternative<ast::In>(condition->node) ? 0.05 : 0.3;
    }
    return all;
  }
  static double selectivity(const std::vector<const ast::Expr*>& conditions,
                            const std::vector<const ast::Expr*>& known) {
    std::vector<const ast::Expr*> open;
    for (const auto* condition : conditions)
      if (std::find(known.begin(), known.end(), condition) == known.end()) open.push_back(condition);
    return selectivity(open);
  }
  // The rows that pass its conditions: of what the server counted, where it was asked, those that pass the
  // others.
  static double rows_of(const Leaf& leaf) {
    if (leaf.access == Access::Nothing) return 0;
    const bool whole =
        leaf.access == Access::Scan || leaf.access == Access::Find || leaf.access == Access::Index;
    auto rows = static_cast<double>(leaf.estimate == 0 ? 1000 : leaf.estimate);
    if (leaf.access == Access::ByIds) return rows;
    std::vector<const ast::Expr*> known;
    if (leaf.counted) {
      rows = static_cast<double>(leaf.counted->rows);
      known = leaf.counted->conditions;
    } else if (!whole) {
      known = leaf.pushed;
    }
    return std::max(1.0, rows * selectivity(leaf.residual, known) * selectivity(leaf.pushed, known));
  }
  // As the leaf's planning has it. Where it knew nothing of the database, that has at least the documents of
  // the tables that are read here.
  double cost_of(const Leaf& leaf) const {
    auto documents = static_cast<double>(leaf.estimate == 0 ? 1000 : leaf.estimate);
    switch (leaf.access) {
      case Access::Nothing: return 0;
      case Access::ByIds: return documents * id_key;
      case Access::Scan:
      case Access::Find:
        if (knows(*leaf.shape.table) || !leaf.requests.front().partition.empty())
          return leaf.cost / Cost::all_docs;
        break;
      default: return leaf.cost > 0 ? leaf.cost / Cost::all_docs : documents;
    }
    std::map<std::string, uint64_t> tables;
    for (const Leaf& other : plan_.leaves) {
      const Table& table = *other.shape.table;
      if (table.catalog == leaf.shape.table->catalog && table.kind == TableKind::Typed)
        tables[table.name] = table.estimated_rows;
    }
    double all = 0;
    for (const auto& [name, rows] : tables) all += static_cast<double>(rows);
    return std::max(documents, all);
  }
  bool knows(const Table& table) const {
    if (!context_.facts) return false;
    auto facts = context_.facts->find(table.catalog);
    return facts != context_.facts->end() && facts->second.documents != 0;
  }
  double values_of(const Link& link) const {
    double most = 1;
    for (uint32_t table : link.tables) most = std::max(most, rows_[position_.at(table)]);
    if (!link.query) return most;
    auto* limit = link.query->limit ? std::get_if<ast::Literal>(&link.query->limit->node) : nullptr;
    auto* number = limit ? std::get_if<int64_t>(&limit->value) : nullptr;
    return number ? std::min(most, static_cast<double>(std::max<int64_t>(*number, 1))) : most;
  }

  // ---- the next leaf: the cheapest by keys of those that are placed, else the smallest
  void place(std::set<size_t>& placed) {
    size_t best = plan_.leaves.size(), smallest = best;
    double best_cost = std::numeric_limits<double>::infinity(), keys = 0;
    for (size_t i = 0; i < plan_.leaves.size(); ++i) {
      if (placed.contains(i)) continue;
      if (smallest == plan_.leaves.size() || rows_[i] < rows_[smallest]) smallest = i;
      const Relation& relation = context_.bound.relations[plan_.leaves[i].relation];
      const Hint hint = read_hint(relation.hint, relation.span);
      const double own = cost_beside(i, placed);
      if ((!hint.ways.empty() && !hint.keys) || (own < not_worth_waiting && !hint.keys)) continue;
      for (const KeyedWay& way : ways_[i]) {
        if (!ready(way, placed)) continue;
        double values = values_of(*way.links.front()) * static_cast<double>(way.read.frames.size());
        double cost = hint.keys ? 0 : values * way.read.key_cost;
        if (cost >= best_cost || (cost >= own && !hint.keys)) continue;
        best = i;
        best_cost = cost;
        keys = values;
      }
    }
    if (best == plan_.leaves.size()) {
      plan_.order.push_back(smallest);
      placed.insert(smallest);
      return;
    }
    const Relation& relation = context_.bound.relations[plan_.leaves[best].relation];
    const bool forced = read_hint(relation.hint, relation.span).keys;
    const double own = cost_beside(best, placed);
    for (const KeyedWay& way : ways_[best])
      if (ready(way, placed)) plan_.keyed[best].push_back(keyed(way, forced, own));
    rows_[best] = std::min(rows_[best], keys * 4);
    plan_.order.push_back(best);
    placed.insert(best);
  }

  // The links of one way look at the same tables.
  bool ready(const KeyedWay& way, const std::set<size_t>& placed) const {
    const auto& tables = way.links.front()->tables;
    return std::all_of(tables.begin(), tables.end(),
                       [&](uint32_t table) { return placed.contains(position_.at(table)); });
  }

  // ---- whole databases that are read once
  // All documents of a database, in whatever way.
  bool is_whole(size_t position) const {
    const Leaf& leaf = plan_.leaves[position];
    if (!plan_.keyed[position].empty() || leaf.limited || leaf.requests.empty()) return false;
    const Relation& relation = context_.bound.relations[leaf.relation];
    if (leaf.access == Access::Find) return read_hint(relation.hint, relation.span).ways.empty();
    return leaf.access == Access::Scan && leaf.shape.documents;
  }
  bool same_documents(size_t a, size_t b) const {
    const DocumentRequest &one = plan_.leaves[a].requests.front(), &other = plan_.leaves[b].requests.front();
    return one.database == other.database && one.partition == other.partition;
  }
  double cost_beside(size_t position, const std::set<size_t>& placed) const {
    if (!is_whole(position)) return costs_[position];
    bool beside = std::any_of(placed.begin(), placed.end(), [&](size_t other) {
      return is_whole(other) && same_documents(position, other);
    });
    return beside ? costs_[position] * one_more_table : costs_[position];
  }

  void share() {
    for (size_t i = 0; i < plan_.leaves.size(); ++i) plan_.read_with.push_back(i);
    for (size_t at = 0; at < plan_.order.size(); ++at) {
      size_t first = plan_.order[at];
      if (!is_whole(first) || plan_.read_with[first] != first) continue;
      std::vector<size_t> group{first};
      for (size_t later = at + 1; later < plan_.order.size(); ++later) {
        size_t other = plan_.order[later];
        if (is_whole(other) && plan_.read_with[other] == other && same_documents(first, other))
          group.push_back(other);
      }
      if (group.size() < 2) continue;
      // One that reads them all already knows how that is best done (sql/plan/leaf.h).
      auto scan = std::find_if(group.begin(), group.end(),
                               [&](size_t one) { return plan_.leaves[one].access == Access::Scan; });
      std::vector<DocumentRequest> requests;
      uint32_t at_once = 1;
      Divide divide;
      if (scan != group.end()) {
        requests = plan_.leaves[*scan].requests;
        at_once = plan_.leaves[*scan].at_once;
        divide = plan_.leaves[*scan].divide;
      } else {
        const DocumentRequest& find = plan_.leaves[first].requests.front();
        requests.push_back({find.database, find.partition, AllDocs{}});
      }
      for (size_t one : group) {
        Leaf& leaf = plan_.leaves[one];
        leaf.residual.insert(leaf.residual.end(), leaf.pushed.begin(), leaf.pushed.end());
        leaf.pushed.clear();
        leaf.access = Access::Scan;
        leaf.shape.envelope = decode::Envelope::Row;
        leaf.shape.documents = true;
        leaf.requests = requests;
        leaf.at_once = at_once;
        leaf.divide = divide;
        if (one != first) leaf.notes.push_back("read from the same answer as the table before");
        plan_.read_with[one] = first;
      }
    }
  }

  // ---- a way by keys as this plan has it
  KeyedRead keyed(const KeyedWay& way, bool forced, double cost) const {
    KeyedRead out = way.read;
    constexpr uint64_t any = std::numeric_limits<uint64_t>::max();
    out.most = forced ? any : static_cast<uint64_t>(cost / out.key_cost);
    out.most_documents = forced ? any : static_cast<uint64_t>(cost / out.row_cost);
    out.traits = context_.traits;
    const Link& link = *way.links.front();
    out.direct = link.query == nullptr;
    for (uint32_t one : link.tables) out.after.push_back(position_.at(one));
    out.values = values(way.links);
    return out;
  }

  std::string values(const std::vector<const Link*>& links) const {
    const auto& bound = context_.bound;
    auto text = [&](const ast::Expr& expr) { return engine::sqlite_text(bound, expr, context_.collation); };
    const Link& link = *links.front();
    if (!link.value) {
      return fmt::format("SELECT DISTINCT c0 COLLATE BINARY FROM ({}) WHERE c0 IS NOT NULL",
                         engine::sqlite_text(bound, *link.query, context_.collation).sql);
    }
    std::string values, where;
    for (const Link* one : links) {
      const std::string value = text(*one->value);
      values += (values.empty() ? "" : ", ") + value + " COLLATE BINARY";
      where += (where.empty() ? "" : " AND ") + value + " IS NOT NULL";
    }
    std::string from = engine::table_name(link.source);
    if (link.query)
      from = fmt::format("({}) AS {}", engine::sqlite_text(bound, *link.query, context_.collation).sql, from);
    if (!link.query) {
      for (const auto* condition : plan_.leaves[position_.at(link.source)].residual)
        if (!is_volatile(*condition)) where += " AND " + text(*condition);
    }
    return fmt::format("SELECT DISTINCT {} FROM {} WHERE {}", values, from, where);
  }

  Engine& plan_;
  const Context& context_;
  std::map<uint32_t, size_t> position_;      // of a base relation's leaf
  std::vector<double> rows_, costs_;         // by leaf
  std::vector<std::vector<KeyedWay>> ways_;  // by leaf
};

}  // namespace

void plan_joins(Engine& plan, const Context& context) { Joiner{plan, context}.run(); }

}  // namespace couch::sql::plan
