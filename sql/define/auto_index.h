#pragma once
// AutoIndex=yes: the indexes that EXPLAIN advises, made when a query is executed that wants one.
//
// The query that wants it does not wait: building an index of a large database takes minutes. It is read as
// without the index, and so is what follows on this connection until the server says that the index is built.
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "sql/session.h"
#include "sql/table.h"

namespace couch::sql::define {

// Of one connection. Thread safe; never locked across a request.
class AutoIndex {
 public:
  // What EXPLAIN advises for a table of this database, carried out once; under another name where its own is
  // taken by another index. Nothing where somebody else has done it. Failures are a warning, given once:
  // whoever may not write design documents is not to fail by it. Only a cancellation is thrown.
  std::vector<std::string> make(const std::string& database, const std::string& advice, Catalog& catalog,
                                const Options& options, const Execution& execution);

  // Without those that are still being built. Asks the server for each of them.
  void leave_out_unbuilt(const std::string& database, std::vector<Index>& indexes, Documents& documents);

 private:
  std::mutex mutex_;
  std::set<std::string> asked_;                           // databases with advice
  std::map<std::string, std::set<std::string>> unbuilt_;  // design documents by database
};

}  // namespace couch::sql::define
