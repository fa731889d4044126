#pragma once
// EXPLAIN of INSERT, UPDATE, DELETE and MERGE: how the documents are read, and what would be written. Nothing
// is.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sql/change/inner.h"
#include "sql/session.h"
#include "sql/table.h"

namespace couch::sql::change {

// A statement that changes documents.
class Change : public Prepared {
 public:
  struct Steps {
    std::vector<const Inner*>
        reads;  // its queries: prepared with ChangeOptions::explain they give their plans
    std::vector<std::string> lookups;  // requests beside them: what is asked, by _id
    uint64_t documents = 0;            // that are written; 0: as many as the queries find
    std::string notes;                 // of what is written
  };
  StatementKind kind() const override { return StatementKind::Change; }
  virtual Steps steps() const = 0;
  virtual const Table& target() const = 0;
};

// change: prepared with ChangeOptions::explain.
std::unique_ptr<const Prepared> explained(std::unique_ptr<const Change> change);

}  // namespace couch::sql::change
