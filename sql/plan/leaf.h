#pragma once
// One base table of a query: which documents to ask for, how to read them, and what is left to do afterwards.
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/bound.h"
#include "sql/decode/decoder.h"
#include "sql/documents.h"
#include "sql/engine/sqlite_text.h"
#include "sql/plan/statistics.h"
#include "sql/session.h"
#include "sql/streams_in_turn.h"
#include "sql/table.h"

namespace couch::sql::plan {

// The ways to CouchDB, cheapest first where nothing else is known (docs/architecture.md, Access paths).
enum class Access : uint8_t {
  Nothing,    // known to be empty: no request
  ByIds,      // _all_docs {keys}
  IdRange,    // _all_docs, a range of ids
  IndexKeys,  // a JSON index as a view, which has all that is wanted: no documents
  IndexRows,  // a JSON index as a view, with the documents
  Index,      // _find through a JSON index
  Find,       // _find, every document is looked at, few are sent
  Scan,       // _all_docs, every document is sent
  View,       // a MapReduce view
};

std::string_view name_of(Access access);  // for a person

// What the server said of a table: so many rows are in a range of an index, which knows of these conditions.
struct Counted {
  uint64_t rows = 0;
  std::vector<const ast::Expr*> conditions;
};

// In the order that is asked for, the rows up to this value of a column; not those without one.
struct RowsUpTo {
  uint32_t column = 0;
  Value last;
  bool descending = false;
};

struct Leaf {
  uint32_t relation = 0;
  Access access = Access::Scan;
  // Their rows are the leaf's, one request's after another's (sql/streams_in_turn.h). None for Nothing.
  std::vector<DocumentRequest> requests;
  uint32_t at_once = 1;  // so many of them are under way at a time
  Divide divide;         // into smaller ones as they are read; empty: they are sent as they are
  decode::Shape shape;   // slots are the used columns, in the table's order
  std::vector<const ast::Expr*> pushed;    // what the request (or the choice of ids) knows of
  std::vector<const ast::Expr*> residual;  // conditions that its rows may fail
  bool limited = false;                    // the request's limit is the query's
  bool ordered = false;                    // rows come in the order that was asked for
  bool first = false;                      // no more are read than what may be among the first rows
  // These may be too few, and all have to be read then; so much less (microseconds) they cost where they are
  // not.
  std::optional<double> dares;
  std::optional<RowsUpTo> kept;            // of what is read; the others are dropped
  std::string index;                       // the JSON index that is read: its name
  uint64_t estimate = 0;                   // documents or keys read; 0: unknown
  double cost = 0;                         // microseconds, sql/plan/cost.h; 0: nothing was to be compared
  std::optional<Counted> counted;          // the fewest that were counted, whichever way was taken then
  std::vector<std::string> notes;
  std::vector<std::string> alternatives;  // the ways that were not taken and their costs, for EXPLAIN
  std::string advice;                     // an index that would help: its CREATE INDEX; empty: none
  bool wants_index = false;               // so much that AutoIndex=yes makes it
  // What comes after these rows, asked for when they are at their end: rows of the same columns that an index
  // does not hold. Null: nothing.
  std::shared_ptr<const Leaf> then;
};

struct Conditions;  // conditions.h
class Folded;       // fold.h

// What does not change while one execution is planned.
struct Context {
  const Bound& bound;
  const Options& options;
  CollationKind collation;  // what text comparisons mean: Binary where the server's order is not known
  const ServerTraits& traits;
  const std::map<std::string, std::vector<Index>>& indexes;     // by database
  const std::vector<Value>& parameters;                         // coerced
  std::string_view statement;                                   // its text, for EXPLAIN
  const engine::SqliteText& sqlite;                             // the query for SQLite
  std::shared_ptr<const Conditions> conditions;                 // the query's
  const Documents* documents = nullptr;                         // null: nothing is pending
  const std::map<std::string, DatabaseFacts>* facts = nullptr;  // by database; null: nothing is known
  Statistics* statistics = nullptr;                             // null: the server is not asked
  const std::map<std::string, std::vector<MaterializedView>>* materialized = nullptr;  // by database
  std::shared_ptr<const Folded> folded = nullptr;  // the conditions' constant parts; null: there are none
  bool dares = true;                               // first rows may be read that may be too few
  bool again = false;  // planned in case that they are: no first rows at all, and nothing that costs requests

  // Conditions with values in the places of their constant parts.
  std::vector<const ast::Expr*> known(const std::vector<const ast::Expr*>& list) const;

  // Answers about the database hold changes that the server does not know yet (Documents::pending): no
  // reduce, no index without its documents, no limit and no sort, and every condition on fields is checked
  // again.
  bool pending(std::string_view database) const { return documents && documents->pending(database); }
};

enum class IdOrder : uint8_t { Any, Ascending, Descending };

struct SortKey {
  uint32_t column = 0;
  bool descending = false;
  bool nulls_first = true;  // before all others, in this direction
};

// ORDER BY one column, and after it nothing, or _id in the same direction.
struct SortWish : SortKey {
  bool then_id = false;
};

// ORDER BY … LIMIT: of the rows that pass all conditions, those that come first are wanted. Others may be left
// out, or not; they are sorted afterwards.
struct FirstWish {
  uint64_t rows = 0;
  // Each row that passes the leaf's conditions is in the result, once at least. Else some are dropped by what
  // the leaf does not know of: a join, a subquery.
  bool stays = false;
  bool joined = false;        // there are other tables in FROM
  bool narrowed = false;      // conditions on these, or on several tables, drop some
  std::vector<SortKey> keys;  // the columns that ORDER BY begins with; some
  // What is after them: nothing, _id in that direction, or anything else.
  bool ends = false;
  std::optional<bool> then_id_descending;
};

// What the rest of the plan would like of a leaf; `ordered` and `limited` say whether it got that.
struct Wish {
  std::vector<const ast::Expr*> conditions;  // ANDed
  IdOrder order = IdOrder::Any;
  std::optional<SortWish> sort;                  // instead of `order`
  std::optional<FirstWish> first;                // beside no order and no limit
  std::optional<uint64_t> limit;                 // rows
  std::optional<std::vector<uint32_t>> columns;  // only these; else all that the statement reads
};

// Throws Error(RequireIndex), and Error(Syntax) for a hint that nobody knows.
Leaf plan_leaf(uint32_t relation, const Wish& wish, const Context& context);

}  // namespace couch::sql::plan
