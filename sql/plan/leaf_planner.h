#pragma once
// Within plan_leaf(): the ways to one table's documents, their costs, and the choice.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sql/mango/push_down.h"
#include "sql/plan/hint.h"
#include "sql/plan/id_condition.h"
#include "sql/plan/index_read.h"
#include "sql/plan/leaf.h"

namespace couch::sql::plan {

using ConditionList = std::vector<const ast::Expr*>;

// One after another of the index's field `field`, whatever is before it being the same.
bool in_order(const IndexRead& read, size_t field);
// Do these say the same?
bool same(const KeyRanges& a, const KeyRanges& b);

// Those of `all` that are not among `some`.
ConditionList without(const ConditionList& all, const ConditionList& some);

// A database's, where nothing is known of it.
constexpr uint64_t some_documents = 1'000;

// Below this the server is not asked: every way is quick.
constexpr uint64_t worth_asking = 2'000;

// One way that can answer.
struct Way {
  Access access = Access::Scan;
  std::string index;
  uint64_t documents = 0;      // or keys, that are read
  double cost = 0;             // microseconds
  std::function<void()> take;  // makes it the leaf's
};

class LeafPlanner {
 public:
  LeafPlanner(uint32_t relation, const Wish& wish, const Context& context);
  Leaf plan();

 private:
  std::shared_ptr<const Table> table_of(const Context& context) const;
  mango::PushDownOptions push_down_options() const;
  const Table& table() const { return *leaf_.shape.table; }
  const std::vector<Index>& indexes() const;
  void refuse_full_scan() const;
  template <class What>
  void ask(What what) {
    leaf_.requests.push_back({table().catalog, partition_, std::move(what)});
  }

  // ---- leaf.cpp
  void documents();
  void nothing(ConditionList because);
  void by_ids();
  void view();
  bool orders_ids() const { return context_.traits.couchdb; }
  bool is_any_order() const { return wish_.order == IdOrder::Any && !wish_.sort; }
  bool is_id_order_wanted() const { return wish_.order != IdOrder::Any; }
  void choose(std::vector<Way> ways);
  std::string advice() const;

  // ---- leaf_partition.cpp
  void find_partition();
  // Inside a partition its own indexes are read, outside those of the whole database.
  bool is_readable(const Index& index) const { return !index.partitioned || !partition_.empty(); }
  std::string partition_of(const Index& index) const {
    return index.partitioned ? partition_ : std::string{};
  }
  // The conditions on _id say no more than that.
  bool is_decided(const Index& index) const { return index.partitioned && whole_partition_; }

  // ---- leaf_scan.cpp: _all_docs and _find
  Way scan_way();
  Way id_range_way();
  std::optional<Way> find_way();
  std::optional<Way> find_by_index_way(const IndexRead& read);
  void all_docs(std::optional<std::string> start, std::optional<std::string> end, bool inclusive_end,
                uint64_t documents);
  void find(const Index* index, bool limited);
  bool wants_documents() const;
  bool server_can_limit() const;
  mango::Selector selector(bool bytes) const;
  std::vector<std::string> projection() const;

  // ---- leaf_index.cpp: an index as a view
  std::vector<Term> index_terms() const;
  std::vector<IndexRead> index_reads();
  std::vector<Way> index_ways();
  void by_index(const IndexRead& read, bool keys, bool descending = false);
  uint64_t guess(const IndexRead& read) const;

  // ---- leaf_sort.cpp: an index for its order
  std::optional<Way> sorted_way();
  bool sortable(const Column& column) const;
  bool has_days(const Column& column) const;
  bool has_no_nulls(const IndexRead& read);
  double cost_of_nulls(const IndexRead& read);
  bool holds_table(const Index& index);
  KeySpan type_span(const Index& index) const;
  std::optional<Leaf> null_rows(const SortWish& sort) const;

  // ---- leaf_first.cpp: the first rows of an order, found in an index
  std::optional<Way> first_way(double other_cost);
  std::vector<SortKey> open_keys(const std::vector<Term>& terms) const;
  std::optional<Way> first_rows(const Index& index, std::vector<Term> terms, const std::vector<SortKey>& keys,
                                double other_cost);
  struct FirstKeys {
    std::vector<std::string> found;  // JSON texts
    std::vector<mango::Test> tests;  // of the column's value: what they leave out is not among the first
    std::optional<Timestamp> last;   // of the first rows, where the column is a date
  };
  FirstKeys first_keys(const IndexRead& read, const SortKey& key, size_t field, uint64_t rows,
                       const ConditionList& open);
  uint64_t rows_to_dare(double cost_of_row, bool narrowed, double other_cost);
  bool are_exact(const IndexRead& read, const std::vector<SortKey>& keys, size_t field,
                 const std::vector<std::string>& found);

  // How many rows are wanted, where any of them will do.
  std::optional<uint64_t> limit() const { return wish_.sort ? std::nullopt : wish_.limit; }

  const Relation& relation_;
  const Wish& wish_;
  const Context& context_;
  Hint hint_;
  Leaf leaf_;

  DatabaseFacts facts_;
  uint64_t table_rows_ = 0;  // guessed; 0: unknown
  bool pending_ = false;     // Context::pending
  IdCondition id_;           // what the conditions say of _id
  ConditionList rest_;       // the conditions that id_ leaves
  ConditionList all_;        // all that do not always hold
  mango::Split split_;       // of rest_
  // The partition that the conditions on _id fix; empty: none. Its documents: guessed, or counted.
  std::string partition_;
  bool whole_partition_ = false;
  uint64_t partition_documents_ = 0;
};

}  // namespace couch::sql::plan
