#pragma once
// Random conditions over a RandomTable: as a tree that an evaluator of our own judges by SQL's three-valued
// logic, printed as SQL for the driver and for SQLite, and made smaller when it fails.
#include <sql.h>
#include <sqlext.h>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tests/support/oracle.h"
#include "tests/support/random_table.h"

namespace couch::judge {

enum class Truth : uint8_t { False, True, Unknown };

// A value that a `?` stands for.
struct BoundValue {
  std::variant<std::monostate, bool, int64_t, double, std::string> value;
  SQLSMALLINT type = 0;  // SQL type; 0: the usual one of the value
};

enum class NodeKind : uint8_t {
  Column,
  Constant,
  // conditions
  And,
  Or,
  Not,
  Compare,   // op
  Distinct,  // IS [NOT] DISTINCT FROM
  IsNull,
  IsTruth,  // truth
  Between,
  In,
  Like,
  // values
  Case,  // condition, then, else
  Coalesce,
  Concat,
  Add,
  Subtract,
  Multiply,
  Year,  // of a DATE or TIMESTAMP
};
enum class CompareOp : uint8_t { Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual };

struct Node {
  explicit Node(NodeKind is) : kind(is) {}

  NodeKind kind;
  std::vector<Node> children;
  bool negated = false;
  CompareOp op = CompareOp::Equal;
  Truth truth = Truth::True;
  std::optional<char32_t> escape;       // Like; ASCII
  size_t field = 0;                     // Column
  Datum datum;                          // Constant: what it is where it stands
  std::string written;                  // Constant: as the driver's SQL has it
  std::optional<BoundValue> parameter;  // Constant: bound instead
};

struct QueryOptions {
  bool parameters = true;
  bool decimals = true;     // fields that only an evaluator of exact digits can judge
  bool computed = true;     // arithmetic, CASE, COALESCE, ||
  bool mixed_times = true;  // a DATE beside a TIMESTAMP, which SQLite would compare as texts
};
Node random_condition(Dice& dice, const RandomTable& table, const QueryOptions& options, int depth);
// A value of one field's class, for select lists and orders.
Node column_node(size_t field);

Truth evaluate(const Node& condition, const RandomTable& table, const Document& document,
               const TextOrder& order);
// < 0, 0, > 0 as ORDER BY has it, NULL first.
int compare(const Datum& a, const Datum& b, const TextOrder& order, bool binary);

struct Printed {
  std::string sql;
  std::vector<BoundValue> parameters;
};
enum class Dialect : uint8_t { Driver, Sqlite };
Printed print(const Node& node, const RandomTable& table, Dialect dialect, const std::string& qualifier = {});

// Conditions that are a step smaller.
std::vector<Node> simpler(const Node& condition);

// The table's columns and rows for an oracle. Decimals are left out.
void load(Oracle& oracle, const RandomTable& table);
OracleValue oracle_value(const Datum& datum);

}  // namespace couch::judge
