// The laws of docs/architecture.md: whatever a random condition asks of random documents, and whichever way
// it goes to the server, the rows are those that three-valued logic gives over the values as
// docs/sql-dialect.md defines them.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <memory>
#include <set>
#include <utility>

#include "tests/live/comparison.h"
#include "tests/live/effort.h"
#include "tests/live/session.h"
#include "tests/live/temporary_file.h"
#include "tests/support/live_server.h"
#include "tests/support/oracle.h"
#include "tests/support/random_queries.h"
#include "tests/support/random_table.h"

using namespace couch::live;
using namespace couch::judge;
using namespace couch::test;

namespace {

// A database with a random table, and beside it what must not be taken for its rows.
class World {
 public:
  // twin: a type whose name CouchDB's collation holds equal; indexes cannot count either of them.
  World(Dice& dice, bool indexed, bool mismatches, bool twin)
      : table_(random_table(dice, "t",
                            {.couchdb = server().couchdb(), .mismatches = mismatches, .documents = 50})),
        database_("laws"),
        order_(server().couchdb() ? TextOrder::Kind::Icu : TextOrder::Kind::Binary) {
    std::vector<std::string> documents;
    for (const auto& document : table_.documents) documents.push_back(document.json);
    for (const char* other :
         {R"({"_id":"u1","type":"u","n":1,"s":"a","b":true})", R"({"_id":"u2","n":1,"s":"a"})",
          R"({"_id":"u3","type":null,"n":1})", R"({"_id":"u4","type":5,"n":1})",
          R"({"_id":"u5","type":["t"],"n":1})", R"({"_id":"u6","type":{"t":"t"},"n":1})"})
      documents.push_back(other);
    // Equal to 't' for CouchDB's collation; another type for SQL.
    if (twin) documents.push_back(R"({"_id":"u7","type":"t\u0001","n":1,"s":"a"})");
    database_.add(documents);
    if (indexed) {
      database_.index({"type", "n"}, "by-n");
      database_.index({"type", "s"}, "by-s");
      database_.index({"type", "d"}, "by-d");
      database_.index({"type", "ts"}, "by-ts");
      database_.index({"type", "b", "ts"}, "by-b-ts");
      database_.index({"b"}, "by-b");
      database_.index({"type"}, "by-type");
      database_.index({"type", "k", "w"}, "by-k-w");
      for (const char* field : {"k", "m", "t", "b", "o.x"})
        database_.index({"type", field}, std::string("by-") + field);
    }
    std::string attributes = "SampleSize=0;";
    if (table_.declared) attributes += "SchemaFile=" + declaration_.write(schema_file()) + ";";
    session_ = std::make_unique<Session>(database_.name(), attributes);
  }

  const RandomTable& table() const { return table_; }
  const TextOrder& order() const { return order_; }
  Session& session() { return *session_; }
  static const LiveServer& server() { return LiveServer::get(); }

  std::vector<const Document*> matching(const Node* condition) const {
    std::vector<const Document*> out;
    for (const auto& document : table_.documents)
      if (!condition || evaluate(*condition, table_, document, order_) == Truth::True)
        out.push_back(&document);
    return out;
  }

 private:
  std::string schema_file() const {
    std::string columns;
    for (size_t i = 1; i < table_.fields.size(); ++i) {
      const auto& field = table_.fields[i];
      const auto type = [&] {
        switch (field.type) {
          case FieldClass::Bit: return "BIT";
          case FieldClass::Integer: return "BIGINT";
          case FieldClass::Number: return "DOUBLE";
          case FieldClass::Decimal: return "DECIMAL(30,0)";
          case FieldClass::Date: return "DATE";
          case FieldClass::Time: return "TIME(9)";
          case FieldClass::Timestamp: return "TIMESTAMP(9)";
          default: return "VARCHAR(255)";
        }
      }();
      columns += fmt::format("{}{}:\"{}\"", i > 1 ? "," : "", json_string(field.column), type);
    }
    return fmt::format(R"({{{}:{{"tables":{{"t":{{"columns":{{{}}}}}}}}}}})", json_string(database_.name()),
                       columns);
  }

  RandomTable table_;
  Database database_;
  TextOrder order_;
  TemporaryFile declaration_;
  std::unique_ptr<Session> session_;
};

Parameters bound(const std::vector<BoundValue>& values) {
  Parameters out;
  for (const auto& value : values) {
    Parameter parameter(nullptr);
    parameter.value = value.value;
    parameter.type = value.type;
    out.push_back(std::move(parameter));
  }
  return out;
}

std::string described(const std::vector<BoundValue>& values) {
  std::string out;
  for (const auto& value : values) {
    out += out.empty() ? "  with " : ", ";
    struct Visitor {
      std::string operator()(std::monostate) const { return "NULL"; }
      std::string operator()(bool bit) const { return bit ? "true" : "false"; }
      std::string operator()(int64_t integer) const { return fmt::to_string(integer); }
      std::string operator()(double number) const { return fmt::to_string(number); }
      std::string operator()(const std::string& text) const { return "'" + text + "'"; }
    };
    out += fmt::format("{} as {}", std::visit(Visitor{}, value.value), value.type);
  }
  return out.empty() ? out : out + "\n";
}

// What is wrong with the driver's answer; empty: nothing.
using Check = std::function<std::string(World&, const Node&)>;

Node shrunk(World& world, Node condition, const Check& wrong) {
  for (int steps = 0; steps < 60; ++steps) {
    const auto candidates = simpler(condition);
    const auto smaller = std::find_if(candidates.begin(), candidates.end(), [&](const Node& candidate) {
      return !wrong(world, candidate).empty();
    });
    if (smaller == candidates.end()) break;
    Node next = *smaller;
    condition = std::move(next);
  }
  return condition;
}

// `count` cases; a failing one is made small before it is printed.
void law(unsigned count, bool mismatches, const Check& wrong, uint64_t salt) {
  constexpr unsigned a_world = 100;
  Dice dice(seed() + salt);
  std::vector<std::string> failures;
  std::unique_ptr<World> world;
  for (unsigned i = 0; i < count && failures.size() < 5; ++i) {
    if (i % a_world == 0)
      world = std::make_unique<World>(dice, (i / a_world) % 2 == 1, mismatches, (i / a_world) % 4 != 1);
    const auto condition = random_condition(dice, world->table(), {}, static_cast<int>(dice.between(0, 3)));
    if (wrong(*world, condition).empty()) continue;
    const auto small = shrunk(*world, condition, wrong);
    const auto printed = print(small, world->table(), Dialect::Driver);
    failures.push_back(fmt::format("case {} of seed {}: WHERE {}\n{}{}", i + 1, seed(), printed.sql,
                                   described(printed.parameters), wrong(*world, small)));
  }
  UNSCOPED_INFO(fmt::format("seed {} (LIVE_SEED), {} cases (LIVE_EFFORT)", seed(), count));
  for (const auto& failure : failures) UNSCOPED_INFO(failure);
  CHECK(failures.empty());
}

// The documents that a condition wrongly returned or left out, with the fields that it reads.
std::string wrong_documents(World& world, const Node& condition, const std::vector<std::string>& actual) {
  std::multiset<std::string> left(actual.begin(), actual.end());
  std::string out;
  int shown = 0;
  const auto show = [&](const char* what, const Document& document) {
    if (++shown > 3) return;
    out += fmt::format("  {} {}: {}\n", what, document.id, document.json.substr(0, 600));
  };
  for (const auto& document : world.table().documents) {
    const auto truth = evaluate(condition, world.table(), document, world.order());
    const auto times = left.count(document.id);
    left.erase(document.id);
    if (truth == Truth::True && times == 0) show("not returned", document);
    if (truth == Truth::True && times > 1) show("returned more than once", document);
    if (truth == Truth::False && times > 0) show("returned though false", document);
    if (truth == Truth::Unknown && times > 0) show("returned though unknown", document);
  }
  for (const auto& id : left) out += fmt::format("  returned, and no row of the table: {}\n", id);
  return out;
}

std::string wrong_rows(World& world, const Node& condition) {
  const auto printed = print(condition, world.table(), Dialect::Driver);
  try {
    return wrong_documents(
        world, condition,
        world.session().list("SELECT _id FROM t WHERE " + printed.sql, bound(printed.parameters)));
  } catch (const SqlFailure& failure) {
    return std::string("  ") + failure.what() + "\n";
  }
}

// The same rows through every way that can answer: a hint forces each (sql/plan/hint.h).
std::string wrong_paths(World& world, const Node& condition) {
  const auto printed = print(condition, world.table(), Dialect::Driver);
  for (const char* hint : {"ALL_DOCS", "FIND", "INDEX", "ENGINE", "BY_ID", "INDEX_ROWS", "INDEX_KEYS",
                           "INDEX_FIND", "ALL_DOCS PARALLEL 3", "INDEX_KEYS ENGINE"}) {
    std::string wrong;
    try {
      wrong = wrong_documents(
          world, condition,
          world.session().list(fmt::format("SELECT _id FROM t /*+ {} */ WHERE {}", hint, printed.sql),
                               bound(printed.parameters)));
    } catch (const SqlFailure& failure) {
      wrong = std::string("  ") + failure.what() + "\n";
    }
    if (!wrong.empty()) return fmt::format("  by {}\n{}", hint, wrong);
  }
  return {};
}

// WHERE with everything that may be pushed with it: COUNT, LIMIT with ORDER BY, DISTINCT. The choice depends
// on the condition only, so that a smaller one can be tried in the same way.
std::string wrong_counts(World& world, const Node& condition) {
  const auto printed = print(condition, world.table(), Dialect::Driver);
  const auto parameters = bound(printed.parameters);
  const auto expected = world.matching(&condition).size();
  try {
    const auto counted =
        world.session().value("SELECT COUNT(*) FROM t WHERE " + printed.sql, parameters).value_or("NULL");
    if (counted != fmt::to_string(expected))
      return fmt::format("  COUNT(*) is {}, expected {}\n", counted, expected);
    for (const size_t field : {size_t{1}, size_t{5}, size_t{7}}) {
      size_t present = 0;
      for (const auto* document : world.matching(&condition))
        if (!document->values[field].null()) ++present;
      const auto name = quoted_name(world.table().fields[field].column);
      const auto some = world.session().value(
          fmt::format("SELECT COUNT({}) FROM t WHERE {}", name, printed.sql), parameters);
      if (some != fmt::to_string(present))
        return fmt::format("  COUNT({}) is {}, expected {}\n", name, some.value_or("NULL"), present);
    }
    return {};
  } catch (const SqlFailure& failure) {
    return std::string("  ") + failure.what() + "\n";
  }
}

struct Order {
  size_t field;
  bool descending, nulls_last;
  std::optional<size_t> second;  // in the same direction, NULLs where they are by default
};

std::string wrong_order(World& world, const Node& condition, const Order& order, size_t limit,
                        size_t offset) {
  const auto printed = print(condition, world.table(), Dialect::Driver);
  auto rows = world.matching(&condition);
  const bool binary = world.table().fields[order.field].type == FieldClass::Id;
  std::sort(rows.begin(), rows.end(), [&](const Document* a, const Document* b) {
    const auto &x = a->values[order.field], &y = b->values[order.field];
    if (x.null() != y.null()) return x.null() != order.nulls_last;
    const int compared = compare(x, y, world.order(), binary);
    if (compared != 0) return order.descending ? compared > 0 : compared < 0;
    if (order.second) {
      const auto &p = a->values[*order.second], &q = b->values[*order.second];
      const bool ids = world.table().fields[*order.second].type == FieldClass::Id;
      const int then = compare(p, q, world.order(), ids);
      if (then != 0) return order.descending ? then > 0 : then < 0;
    }
    return a->id < b->id;
  });
  std::vector<std::string> expected;
  for (size_t i = offset; i < std::min(rows.size(), offset + limit); ++i) expected.push_back(rows[i]->id);
  const auto name = [&](size_t field) { return quoted_name(world.table().fields[field].column); };
  const char* down = order.descending ? " DESC" : "";
  // By an index where one can give the order, however few documents there are.
  for (const char* hint : {"", "/*+ INDEX_ROWS */"}) {
    const auto sql =
        fmt::format("SELECT _id FROM t {} WHERE {} ORDER BY {}{} NULLS {}{}, _id LIMIT {} OFFSET {}", hint,
                    printed.sql, name(order.field), down, order.nulls_last ? "LAST" : "FIRST",
                    order.second ? fmt::format(", {}{}", name(*order.second), down) : "", limit, offset);
    try {
      const auto actual = world.session().list(sql, bound(printed.parameters));
      if (actual == expected) continue;
      return fmt::format("  {}\n  actual:   {}\n  expected: {}\n", sql, fmt::join(actual, ", "),
                         fmt::join(expected, ", "));
    } catch (const SqlFailure& failure) {
      return std::string("  ") + failure.what() + "\n";
    }
  }
  return {};
}

std::string wrong_distinct(World& world, const Node& condition, size_t field) {
  const auto printed = print(condition, world.table(), Dialect::Driver);
  std::vector<OracleRow> expected;
  std::vector<Datum> seen;
  const bool binary = world.table().fields[field].type == FieldClass::Id;
  for (const auto* document : world.matching(&condition)) {
    const auto& value = document->values[field];
    const bool known = std::any_of(seen.begin(), seen.end(), [&](const Datum& one) {
      return compare(one, value, world.order(), binary) == 0;
    });
    if (known) continue;
    seen.push_back(value);
    expected.push_back({oracle_value(value)});
  }
  const auto sql = fmt::format("SELECT DISTINCT {} FROM t WHERE {}",
                               quoted_name(world.table().fields[field].column), printed.sql);
  try {
    const auto text = difference(world.session().query(sql, bound(printed.parameters)), expected, false,
                                 binary ? nullptr : &world.order());
    return text.empty() ? text : "  " + sql + "\n" + text;
  } catch (const SqlFailure& failure) {
    return std::string("  ") + failure.what() + "\n";
  }
}

}  // namespace

TEST_CASE("WHERE returns the rows whose condition is true, each once", "[live][laws]") {
  law(cases(600), false, wrong_rows, 1);
}

TEST_CASE("A value of another class than its column's is NULL to WHERE", "[live][laws]") {
  law(cases(250), true, wrong_rows, 2);
}

TEST_CASE("Every way to the documents gives the same rows", "[live][laws]") {
  law(cases(80), false, wrong_paths, 8);
}

TEST_CASE("COUNT counts what WHERE returns", "[live][laws]") { law(cases(150), false, wrong_counts, 3); }

TEST_CASE(
    "ORDER BY with LIMIT and OFFSET returns that part of the ordered rows, those without the field among "
    "them",
    "[live][laws]") {
  Dice dice(seed() + 4);
  Order order{};
  size_t limit = 0, offset = 0;
  // Drawn anew after each case that held, and kept while one that failed is made smaller.
  const auto draw = [&](const World& world) {
    do {
      order.field = dice.index(world.table().fields.size());
    } while (world.table().fields[order.field].type == FieldClass::Decimal);
    order.descending = dice.chance(0.5);
    order.nulls_last = dice.chance(0.5);
    order.second.reset();
    if (const auto second = dice.index(world.table().fields.size());
        dice.chance(0.5) && world.table().fields[second].type != FieldClass::Decimal)
      order.second = second;
    limit = static_cast<size_t>(dice.between(0, 20));
    offset = static_cast<size_t>(dice.chance(0.5) ? 0 : dice.between(0, 10));
  };
  bool first = true;
  law(
      cases(250), false,
      [&](World& world, const Node& condition) {
        if (std::exchange(first, false)) draw(world);
        auto wrong = wrong_order(world, condition, order, limit, offset);
        if (wrong.empty()) draw(world);
        return wrong;
      },
      4);
}

TEST_CASE("DISTINCT keeps one of each value that the collation holds equal", "[live][laws]") {
  Dice dice(seed() + 5);
  size_t field = 5;
  law(
      cases(120), false,
      [&](World& world, const Node& condition) {
        while (world.table().fields[field].type == FieldClass::Decimal)
          field = dice.index(world.table().fields.size());
        auto wrong = wrong_distinct(world, condition, field);
        if (wrong.empty()) field = dice.index(world.table().fields.size());
        return wrong;
      },
      5);
}

TEST_CASE("What indexes count is what the documents hold", "[live][laws][reduce]") {
  Dice dice(seed() + 9);
  const std::vector<std::string> fields{"n", "k", "m", "s", "t", "b", "o.x"};
  const auto literal = [&](const std::string& field) -> std::string {
    static const std::vector<std::string> numbers{"0", "1", "-1", "7", "2.5", "100", "9007199254740993"};
    static const std::vector<std::string> texts{"''", "'a'", "'A'", "'b'", "'z'", "'é'"};
    if (field == "b") return dice.chance(0.5) ? "TRUE" : "FALSE";
    return dice.of(field == "s" || field == "t" ? texts : numbers);
  };
  const auto condition = [&](const std::string& field) {
    const auto name = quoted_name(field);
    switch (dice.between(0, 9)) {
      case 0: return fmt::format(" WHERE {} = {}", name, literal(field));
      case 1: return fmt::format(" WHERE {} > {}", name, literal(field));
      case 2: return fmt::format(" WHERE {} BETWEEN {} AND {}", name, literal(field), literal(field));
      case 3: return fmt::format(" WHERE {} IN ({}, {})", name, literal(field), literal(field));
      case 4: return fmt::format(" WHERE {0} < {1} OR {0} >= {2}", name, literal(field), literal(field));
      case 5: return fmt::format(" WHERE {} IS NOT NULL", name);
      case 6: return fmt::format(" WHERE {} IS NULL", name);
      default: return std::string{};
    }
  };
  const auto next = [&](const std::string& field, bool two) {
    const auto name = quoted_name(two ? "k" : field);
    const auto where = condition(two ? "k" : field);
    switch (dice.between(0, 5)) {
      case 0: return fmt::format("SELECT COUNT(*) FROM t {{}}{}", where);
      case 1:
        return fmt::format("SELECT COUNT({0}), MIN({0}), MAX({0}), COUNT(*) * 2 FROM t {{}}{1}", name, where);
      case 2: return fmt::format("SELECT COUNT(DISTINCT {}) FROM t {{}}{}", name, where);
      case 3: return fmt::format("SELECT DISTINCT {}{} FROM t {{}}{}", name, two ? ", w" : "", where);
      case 4:
        return fmt::format(
            "SELECT {0}, COUNT(*), MIN({0}) FROM t {{}}{1} GROUP BY {0} HAVING COUNT(*) > 1 ORDER BY {0}",
            name, where);
      default:
        return fmt::format("SELECT {0}{1}, COUNT(*), COUNT({0}) FROM t {{}}{2} GROUP BY {0}{1}", name,
                           two ? ", w" : "", where);
    }
  };
  std::string failures;
  unsigned reduced = 0, queries = 0;
  const unsigned count = cases(200);
  for (unsigned i = 0, failed = 0; i < count && failed < 3; ++i) {
    World world(dice, true, dice.chance(0.5), false);
    for (unsigned n = 0; n < 40 && failed < 3 && i < count; ++n, ++i) {
      const auto query = next(dice.of(fields), dice.chance(0.2));
      const auto plain = fmt::format(fmt::runtime(query), "");
      try {
        const auto expected =
            expected_rows(world.session().query(fmt::format(fmt::runtime(query), "/*+ ENGINE */")));
        const auto wrong = difference(world.session().query(plain), expected, false, &world.order());
        for (const auto& request : world.session().query("EXPLAIN " + plain).rows) {
          if (request[1] && (request[1]->starts_with("reduce of") || request[1]->starts_with("end of"))) {
            ++reduced;
            break;
          }
        }
        ++queries;
        if (wrong.empty()) continue;
        failures += "  " + plain + "\n" + wrong;
      } catch (const SqlFailure& failure) {
        failures += "  " + plain + "\n  " + failure.what() + "\n";
      }
      ++failed;
    }
  }
  UNSCOPED_INFO(fmt::format("seed {} (LIVE_SEED), {} queries, {} of them by reduces\n{}", seed(), queries,
                            reduced, failures));
  CHECK(failures.empty());
  if (World::server().couchdb()) CHECK(reduced * 4 > queries);
}

TEST_CASE("A condition, its negation and its being unknown divide the rows", "[live][laws]") {
  law(
      cases(100), false,
      [](World& world, const Node& condition) -> std::string {
        const auto printed = print(condition, world.table(), Dialect::Driver);
        const auto parameters = bound(printed.parameters);
        std::multiset<std::string> all;
        try {
          for (const char* form : {"{}", "NOT {}", "({}) IS UNKNOWN"}) {
            const auto where = fmt::format(fmt::runtime(form), printed.sql);
            for (auto& id : world.session().list("SELECT _id FROM t WHERE " + where, parameters))
              all.insert(std::move(id));
          }
        } catch (const SqlFailure& failure) {
          return std::string("  ") + failure.what() + "\n";
        }
        std::multiset<std::string> expected;
        for (const auto& document : world.table().documents) expected.insert(document.id);
        return all == expected ? "" : fmt::format("  {} rows of {}\n", all.size(), expected.size());
      },
      6);
}

TEST_CASE("Every column shows its value, whatever else the document holds", "[live][laws]") {
  Dice dice(seed() + 7);
  for (int round = 0; round < 4; ++round) {
    World world(dice, round % 2 == 1, false, true);
    const auto result = world.session().query("SELECT * FROM t ORDER BY _id");
    std::vector<const Document*> documents = world.matching(nullptr);
    std::sort(documents.begin(), documents.end(), [](auto* a, auto* b) { return a->id < b->id; });
    REQUIRE(result.rows.size() == documents.size());
    for (const auto& field : world.table().fields) {
      const auto at = static_cast<size_t>(&field - world.table().fields.data());
      const auto column = std::find_if(result.columns.begin(), result.columns.end(),
                                       [&](const auto& c) { return c.name == field.column; });
      INFO("column " << field.column);
      REQUIRE(column != result.columns.end());
      for (size_t row = 0; row < documents.size(); ++row) {
        const auto& actual = result.at(row, field.column);
        const auto& datum = documents[row]->values[at];
        INFO(documents[row]->json);
        if (field.type == FieldClass::Decimal) {
          CHECK(actual.value_or("NULL") == to_text(datum));
        } else {
          CHECK_THAT(actual.value_or("NULL") + " beside " + to_text(datum),
                     Catch::Predicate<std::string>(
                         [&](const std::string&) { return same_value(actual, oracle_value(datum), *column); },
                         "are the same"));
        }
      }
    }
  }
}
