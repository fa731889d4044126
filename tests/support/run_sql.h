#pragma once
// Statements run over a FakeCouch, their rows as text.
#include <atomic>
#include <string>
#include <vector>

#include "sql/session.h"
#include "tests/support/fake_couch.h"

namespace couch::test::model {

struct Result {
  std::vector<std::string> rows;  // "a|b|c", cells as text_of() without their kind
  std::vector<std::string> warnings;
};

// Throws what the driver would see.
Result run(FakeCouch& couch, const std::string& sql, const std::vector<sql::Value>& parameters = {},
           const sql::Options& options = {}, uint64_t limit = 0);
std::vector<std::string> rows(FakeCouch& couch, const std::string& sql,
                              const std::vector<sql::Value>& parameters = {},
                              const sql::Options& options = {});
// The value of one column of EXPLAIN's rows.
std::vector<std::string> explain(FakeCouch& couch, const std::string& sql, const std::string& column,
                                 const std::vector<sql::Value>& parameters = {},
                                 const sql::Options& options = {});

}  // namespace couch::test::model
