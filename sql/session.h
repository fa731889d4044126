#pragma once
// The front of sql/: text in, described plan out, rows when run. driver/ uses this and no other part of the language.
#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sql/bound.h"
#include "sql/documents.h"
#include "sql/table.h"
#include "sql/value.h"

namespace couch::sql {

enum class MismatchPolicy : uint8_t { Null, Error };
enum class CollationKind : uint8_t { Server, Binary };

struct Options {
  MismatchPolicy mismatch = MismatchPolicy::Null;
  CollationKind collation = CollationKind::Server;
  bool read_only = false;
  bool require_index = false;
  uint32_t parallel = 4;         // key ranges read at once
  uint32_t max_varchar_size = 4000;
  std::string user;  // USER()
};

// A statement that was prepared. Immutable; may be executed many times, by one thread at a time.
class Prepared {
 public:
  virtual ~Prepared() = default;
  virtual const std::vector<ResultColumn>& columns() const = 0;       // empty: no result set
  virtual const std::vector<ParameterInfo>& parameters() const = 0;
  // Starts it. parameters.size() == this->parameters().size(). `stop` set to true by any thread makes next() throw Error(Interrupted)
  // also while SQLite works. limit: SQL_ATTR_MAX_ROWS, 0 = all.
  virtual std::unique_ptr<Rows> execute(const std::vector<Value>& parameters, Documents& documents,
                                        const std::atomic<bool>& stop, uint64_t limit) const = 0;
  // False: a table that it reads is known differently by now (REFRESH SCHEMA, a new sample); prepare the text again.
  virtual bool is_current(Catalog& catalog) const = 0;
  // REFRESH SCHEMA: not execute(), but whoever owns the catalog carries it out.
  virtual bool refreshes_schema() const { return false; }
};

// Parses, binds and plans. Throws Error, its message located in the text.
std::unique_ptr<const Prepared> prepare(std::string_view statement, Catalog& catalog, const Options& options);

}  // namespace couch::sql
