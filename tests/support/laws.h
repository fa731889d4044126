#pragma once
// The laws of push-down (docs/architecture.md, Laws) as a program over random documents and conditions: every
// way to the documents gives the rows for which the condition is true, no more and no fewer, with and without
// LIMIT.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sql/session.h"
#include "tests/support/random_documents.h"

namespace couch::test::model {

// Somewhere with a table "t" of random_table_columns() that holds some documents.
class World {
 public:
  World() = default;
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  virtual ~World() = default;
  virtual sql::Documents& documents() = 0;
  virtual sql::Catalog& catalog() = 0;
};
using MakeWorld = std::function<std::unique_ptr<World>(const std::vector<Json>& documents)>;

struct LawSetting {
  sql::Options options;
  Meaning meaning;
  MakeWorld make_world;
  bool doubles_only = false;  // the server's numbers: JavaScript's
};

// Checks the laws for the cases of seeds first … first + count - 1. Empty: they hold. Otherwise the first
// case that fails, made as small as it still fails.
std::string broken_law(uint64_t first, uint64_t count, const LawSetting& setting);

}  // namespace couch::test::model
