#pragma once
// The requests of a Reduced: which index holds exactly the wanted fields, and which ranges of its keys.
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sql/plan/key_range.h"
#include "sql/plan/leaf.h"
#include "sql/plan/reduced.h"

namespace couch::sql::plan {

// What the ANDed conditions say of each field.
struct FieldKeys {
  KeyRanges keys;
  bool exact = true;
};
struct KeyConditions {
  std::map<mango::Path, FieldKeys> fields;
  bool never = false;  // no row can meet them
  bool exact = true;   // they say all that the conditions say
};
KeyConditions key_conditions(const std::vector<const ast::Expr*>& conjuncts, uint32_t relation,
                             const Table& table, const Context& context);

// An index read as a view, and how its keys are made of the table's fields.
struct ReadableIndex {
  const Index* index = nullptr;
  size_t first = 0;  // the first field after the discriminator's

  size_t fields() const { return index->fields.size() - first; }
  const mango::Path& field(size_t i) const { return index->fields[first + i]; }
};

// The number of a question: of one that is asked already, where it is the same.
size_t ask(Reduced& plan, Reduced::Question question);

class Questions {
 public:
  using Sum = Reduced::Sum;
  using Question = Reduced::Question;

  // table: with its discriminator known. partition: of which alone the rows are counted; empty: of all.
  Questions(std::shared_ptr<const Table> table, const Context& context, std::string partition = {});

  const std::vector<ReadableIndex>& indexes() const { return indexes_; }
  // An index whose fields are these and no others, in an order in which `keys` make ranges: all but the last
  // field of `keys` have one value. `last`: this field is the last one.
  const ReadableIndex* exact_index(const std::map<mango::Path, FieldKeys>& keys,
                                   const mango::Path* last = nullptr) const;

  // How many rows there are in the ranges that `keys` makes of the index; nullopt: too many ranges.
  std::optional<Sum> count(const ReadableIndex& index, const std::map<mango::Path, FieldKeys>& keys);
  // How many rows of the index there are for the field's values from `low` on, to the end of all values.
  std::optional<Sum> count_from(const ReadableIndex& index, const std::string& low);
  // How many rows the table has; nullopt: nothing knows.
  std::optional<Sum> rows();
  // Smallest or largest value of the index's last field in its ranges, each asked for.
  std::optional<Sum> ends(const ReadableIndex& index, const std::map<mango::Path, FieldKeys>& keys,
                          const Column& column, bool largest);
  // The groups of the whole keys. bounded: `keys` says where; fields it does not name are read whole.
  Sum groups(const ReadableIndex& index, const std::map<mango::Path, FieldKeys>& keys,
             const std::vector<const Column*>& slots, const std::vector<size_t>& places);
  // The same of a view that CREATE VIEW made, whose fields are a type and `view`'s keys; to the first `level`
  // of them.
  Sum materialized(const ReadableIndex& view, const std::map<mango::Path, FieldKeys>& keys,
                   const std::vector<const Column*>& slots, const std::vector<size_t>& places, size_t level,
                   const std::vector<std::pair<const Column*, size_t>>& measures);
  // Such a view as an index.
  ReadableIndex index_of(const MaterializedView& view);
  // All rows of an index, of whatever type.
  Sum whole(const ReadableIndex& index);
  Sum database();

  bool typed() const { return !table_->discriminator_path.empty(); }
  Reduced take() &&;
  std::vector<Reduced::Check>& checks() { return out_.checks; }

 private:
  size_t ask(Question question);
  // Never the same as another. row: its columns past those of the question are read, too.
  size_t add(Question question, std::shared_ptr<Table> row);
  std::vector<ViewRead> ranges(const ReadableIndex& index, const std::map<mango::Path, FieldKeys>& keys,
                               const ViewRead& read) const;
  ViewRead read_of(const ReadableIndex& index) const;
  Question question(Question::Kind kind, const ReadableIndex& index, ViewRead read, std::string asks) const;
  std::vector<std::string> prefix(const ReadableIndex& index,
                                  const std::map<mango::Path, FieldKeys>& keys) const;

  std::shared_ptr<const Table> table_;
  std::string partition_;
  std::vector<ReadableIndex> indexes_;
  std::vector<std::unique_ptr<const Index>> views_;
  Reduced out_;
};

}  // namespace couch::sql::plan
