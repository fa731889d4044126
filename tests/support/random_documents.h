#pragma once
// Random documents of every JSON type, and random conditions over them that know their own answer: for the
// laws of push-down (docs/architecture.md, Laws), against the model of CouchDB in tests/unit and against a
// real server. Deterministic by seed.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sql/table.h"
#include "sql/value.h"
#include "tests/support/json.h"

namespace couch::test::model {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15u + 1) {}
  uint64_t next();
  size_t below(size_t n) { return static_cast<size_t>(next() % n); }
  bool percent(size_t p) { return below(100) < p; }
  template <class T>
  const T& pick(const std::vector<T>& list) {
    return list[below(list.size())];
  }

 private:
  uint64_t state_;
};

// What a column of the random documents holds, mostly.
enum class Holds : unsigned char { Bit, Integer, Double, Decimal, Text, Date, Timestamp, Mixed };

struct RandomColumn {
  std::string name;  // as SQL writes it, quoted
  std::vector<std::string> path;
  Holds holds;
};

// The columns that random documents have: of every class, nested, and with odd names.
const std::vector<RandomColumn>& random_columns();
// The same for the catalog, in that order.
std::vector<sql::Column> random_table_columns();

// A document {"_id": …, "type": type, …}: most values of their column's class, the others of any, some null
// or missing.
Json random_document(Random& random, const std::string& id, const std::string& type);

// The document as a server has it whose numbers are all doubles: integers past 2^53 lose digits.
Json with_doubles(const Json& json);

enum class Truth : unsigned char { False, Unknown, True };

// What a reader may assume of a server and a connection.
struct Meaning {
  TextOrder order = TextOrder::Icu;  // Collation=server, or binary
};

// A condition: SQL text, values for its parameters, and what it is for a document by the rules of
// docs/sql-dialect.md.
class Condition {
 public:
  virtual ~Condition() = default;
  // Appends to `sql`; each ? has its value appended to `parameters`.
  virtual void print(std::string& sql, std::vector<sql::Value>& parameters) const = 0;
  virtual Truth evaluate(const Json& document, const Meaning& meaning) const = 0;
  // Simpler conditions to look at when this one fails.
  virtual std::vector<std::shared_ptr<const Condition>> parts() const { return {}; }
};
using ConditionPtr = std::shared_ptr<const Condition>;

ConditionPtr random_condition(Random& random, int depth = 3);

}  // namespace couch::test::model
