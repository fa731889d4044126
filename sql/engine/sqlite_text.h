#pragma once
// A bound query as the SQLite SQL that gives SQL's answer (docs/sql-dialect.md lists where SQLite's own would
// differ). It runs on a connection that has a Runtime (runtime.h).
//
// Base relation N is the table r<N>, its column M is c<M>: the caller creates it, columns without a type,
// each with the collation that collation_of() names. Parameter I (0-based) is ?<I + 1>; the caller binds the
// value that coerce_parameter() (sql/coercion.h) made of it.
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sql/bound.h"
#include "sql/session.h"

namespace couch::sql::engine {

struct SqliteText {
  std::string sql;
  std::vector<uint32_t>
      mentions;  // by relation: how often the text names its table (more than once: it cannot stream)
};

// Throws Error(NotSupported | TooComplex), located.
SqliteText sqlite_text(const Bound& bound, const ast::Query& query, CollationKind collation);
// One expression over the relations of `bound`: a residual condition, a projection.
std::string sqlite_text(const Bound& bound, const ast::Expr& expression, CollationKind collation);

// The query over tables whose rows stand for several: column "w" of r<N> says how many, for N in `weighted`.
// Each is the only table of a SELECT whose result depends on the weights only through COUNT, SUM and AVG, or
// not at all.
// measures: by relation, columns of which each row has the number, sum, smallest and largest in columns n<C>,
// s<C>, l<C> and h<C> instead.
using Measures = std::map<uint32_t, std::set<uint32_t>>;
std::string weighted_text(const Bound& bound, const ast::Query& query, CollationKind collation,
                          const std::set<uint32_t>& weighted, const Measures& measures);
// The one row of an aggregating SELECT whose aggregates are known: parameters from first (0-based) on, in
// order of `figures`.
std::string figures_text(const Bound& bound, const ast::Select& select, CollationKind collation,
                         const std::map<const ast::Call*, size_t>& figures, size_t first);

// What a column is declared with: "couch", "decimal" or "BINARY" (_id and _rev, dates, and everything that is
// no text).
std::string_view collation_of(const Column& column, CollationKind collation);

// The names in the text.
std::string table_name(uint32_t relation);  // r3
std::string column_name(uint32_t column);   // c5

}  // namespace couch::sql::engine
