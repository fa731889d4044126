// Random whole queries (joins, grouping, ordering, limits, subqueries, set operations, windows) over two
// random tables, judged by SQLite over the same values.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>

#include "tests/live/comparison.h"
#include "tests/live/effort.h"
#include "tests/live/session.h"
#include "tests/support/live_server.h"
#include "tests/support/oracle.h"
#include "tests/support/random_queries.h"
#include "tests/support/random_table.h"

using namespace couch::judge;
using namespace couch::live;
using couch::test::Database;
using couch::test::LiveServer;

namespace {

// The same query for both.
struct Pair {
  std::string driver, sqlite;
  Pair& operator+=(const Pair& other) {
    driver += other.driver;
    sqlite += other.sqlite;
    return *this;
  }
};
Pair both(const std::string& text) { return {text, text}; }

struct Query {
  Pair text;
  bool ordered = false;  // by something that tells all rows apart
  bool grouped = false;  // of equal texts any may be shown
};

class Writer {
 public:
  Writer(Dice& dice, const RandomTable& t, const RandomTable& u) : dice_(dice), t_(t), u_(u) {}

  Query query() {
    switch (dice_.between(0, 11)) {
      case 0: return listed();
      case 1: return grouped(false);
      case 2: return grouped(true);
      case 3: return joined("INNER JOIN");
      case 4: return joined("LEFT JOIN");
      case 5: return comma_joined();
      case 6: return in_subquery();
      case 7: return exists();
      case 8: return scalar_subquery();
      case 9: return set_operation();
      case 10: return windowed();
      default: return derived();
    }
  }

 private:
  // Few values each, so that joins and groups meet.
  const Field& field(const RandomTable& table, std::initializer_list<FieldClass> types) {
    for (;;) {
      const auto& one = dice_.of(table.fields);
      if (std::find(types.begin(), types.end(), one.type) != types.end()) return one;
    }
  }
  const Field& any(const RandomTable& table) {
    return field(table, {FieldClass::Id, FieldClass::Bit, FieldClass::Integer, FieldClass::Number,
                         FieldClass::Text, FieldClass::Date, FieldClass::Timestamp, FieldClass::Mixed});
  }
  const Field& small_number(const RandomTable& table) {
    for (;;) {
      const auto& one = dice_.of(table.fields);
      if (one.small) return one;
    }
  }
  std::string name(const std::string& alias, const Field& one) {
    return alias + "." + quoted_name(one.column);
  }

  Pair condition(const RandomTable& table, const std::string& alias, int depth = 1) {
    const QueryOptions options{
        .parameters = false, .decimals = false, .computed = true, .mixed_times = false};
    const auto node = random_condition(dice_, table, options, depth);
    return {print(node, table, Dialect::Driver, alias).sql, print(node, table, Dialect::Sqlite, alias).sql};
  }
  Pair where(const RandomTable& table, const std::string& alias) {
    Pair out = both(" WHERE ");
    out += condition(table, alias);
    return out;
  }
  std::string limit() { return dice_.chance(0.5) ? fmt::format(" LIMIT {}", dice_.between(0, 15)) : ""; }
  std::string direction() {
    return dice_.of(std::vector<std::string>{"", " DESC", " NULLS LAST", " DESC NULLS FIRST"});
  }

  std::string aggregate(const std::string& alias, const RandomTable& table) {
    switch (dice_.between(0, 6)) {
      case 0: return "COUNT(*)";
      case 1: return "COUNT(" + name(alias, any(table)) + ")";
      case 2: return "COUNT(DISTINCT " + name(alias, any(table)) + ")";
      case 3: return "SUM(" + name(alias, small_number(table)) + ")";
      case 4: return "AVG(" + name(alias, small_number(table)) + ")";
      case 5: return "MIN(" + name(alias, any(table)) + ")";
      default: return "MAX(" + name(alias, any(table)) + ")";
    }
  }

  Query listed() {
    Query q;
    q.text = both(fmt::format("SELECT a._id, {}, {} FROM t a", name("a", any(t_)), name("a", any(t_))));
    q.text += where(t_, "a");
    q.text += both(fmt::format(" ORDER BY {}{}, a._id{}", name("a", any(t_)), direction(), limit()));
    q.ordered = true;
    return q;
  }

  Query grouped(bool having) {
    Query q;
    const auto key = name("a", any(t_));
    q.text = both(fmt::format("SELECT {}, {}, {} FROM t a", key, aggregate("a", t_), aggregate("a", t_)));
    if (dice_.chance(0.5)) q.text += where(t_, "a");
    q.text += both(" GROUP BY " + key);
    if (having)
      q.text += both(
          fmt::format(" HAVING {} {} {}", "COUNT(*)", dice_.chance(0.5) ? ">" : "<=", dice_.between(0, 5)));
    q.grouped = true;
    return q;
  }

  std::string joining() {
    const auto& left = small_number(t_);
    return dice_.chance(0.5)
               ? name("a", left) + " = " + name("b", small_number(u_))
               : name("a", field(t_, {FieldClass::Text})) + " = " + name("b", field(u_, {FieldClass::Text}));
  }

  Query joined(const std::string& kind) {
    Query q;
    q.text = both(fmt::format("SELECT a._id, b._id, {}, {} FROM t a {} u b ON {}", name("a", any(t_)),
                              name("b", any(u_)), kind, joining()));
    if (dice_.chance(0.4)) {
      q.text += both(" AND ");
      q.text += condition(u_, "b", 0);
    }
    if (dice_.chance(0.6)) q.text += where(t_, "a");
    q.text += both(" ORDER BY 1, 2" + limit());
    q.ordered = true;
    return q;
  }

  Query comma_joined() {
    Query q;
    q.text =
        both(fmt::format("SELECT {}, COUNT(*) FROM t a, u b WHERE {} AND ", name("a", any(t_)), joining()));
    q.text += condition(u_, "b");
    auto key = q.text.driver.substr(7, q.text.driver.find(", COUNT(*)") - 7);
    q.text += both(" GROUP BY " + key);
    q.grouped = true;
    return q;
  }

  Query in_subquery() {
    Query q;
    q.text = both(fmt::format("SELECT a._id FROM t a WHERE {} {}IN (SELECT {} FROM u b",
                              name("a", small_number(t_)), dice_.chance(0.4) ? "NOT " : "",
                              name("b", small_number(u_))));
    q.text += where(u_, "b");
    q.text += both(") ORDER BY 1");
    q.ordered = true;
    return q;
  }

  Query exists() {
    Query q;
    q.text = both(fmt::format("SELECT a._id FROM t a WHERE {}EXISTS (SELECT * FROM u b WHERE {} AND ",
                              dice_.chance(0.4) ? "NOT " : "", joining()));
    q.text += condition(u_, "b");
    q.text += both(") ORDER BY 1");
    q.ordered = true;
    return q;
  }

  Query scalar_subquery() {
    Query q;
    q.text = both(
        fmt::format("SELECT a._id, (SELECT {} FROM u b WHERE {}) FROM t a", aggregate("b", u_), joining()));
    q.text += where(t_, "a");
    q.text += both(" ORDER BY 1");
    q.ordered = true;
    q.grouped = true;
    return q;
  }

  Query set_operation() {
    Query q;
    const auto column = [&](const std::string& alias, const RandomTable& table) {
      return name(alias, field(table, {FieldClass::Text}));
    };
    q.text = both("SELECT " + column("a", t_) + " FROM t a");
    q.text += where(t_, "a");
    q.text += both(dice_.of(std::vector<std::string>{" UNION ", " UNION ALL ", " INTERSECT ", " EXCEPT "}));
    q.text += both("SELECT " + column("b", u_) + " FROM u b");
    q.text += where(u_, "b");
    q.grouped = true;
    return q;
  }

  Query windowed() {
    Query q;
    const auto key = name("a", any(t_));
    q.text =
        both(fmt::format("SELECT a._id, ROW_NUMBER() OVER (PARTITION BY {} ORDER BY a._id), SUM({}) OVER "
                         "(PARTITION BY {} ORDER BY a._id) FROM t a",
                         key, name("a", small_number(t_)), key));
    q.text += where(t_, "a");
    q.text += both(" ORDER BY 1" + limit());
    q.ordered = true;
    return q;
  }

  Query derived() {
    Query q;
    const auto key = name("a", any(t_));
    q.text = both(fmt::format("SELECT z.n, COUNT(*) FROM (SELECT {} AS x, COUNT(*) AS n FROM t a", key));
    q.text += where(t_, "a");
    q.text += both(fmt::format(" GROUP BY {}) z GROUP BY z.n ORDER BY 1", key));
    q.ordered = true;
    return q;
  }

  Dice& dice_;
  const RandomTable &t_, &u_;
};

}  // namespace

TEST_CASE("Random whole queries give SQLite's rows", "[live][queries]") {
  const bool couchdb = LiveServer::get().couchdb();
  const TextOrder order(couchdb ? TextOrder::Kind::Icu : TextOrder::Kind::Binary);
  const unsigned count = cases(250);
  constexpr unsigned a_world = 125;
  Dice dice(seed() + 100);
  std::unique_ptr<Database> database;
  std::unique_ptr<Session> session;
  std::unique_ptr<Oracle> oracle;
  RandomTable t, u;
  std::vector<std::string> failures;
  for (unsigned i = 0; i < count && failures.size() < 6; ++i) {
    if (i % a_world == 0) {
      t = random_table(dice, "t", {.couchdb = couchdb, .mismatches = false, .documents = 45});
      u = random_table(dice, "u", {.couchdb = couchdb, .mismatches = false, .documents = 30});
      session.reset();
      database = std::make_unique<Database>("queries");
      oracle = std::make_unique<Oracle>(order);
      std::vector<std::string> documents;
      for (const auto* table : {&t, &u}) {
        load(*oracle, *table);
        for (const auto& document : table->documents) documents.push_back(document.json);
      }
      database->add(documents);
      if ((i / a_world) % 2 == 1) {
        database->index({"type", "k"}, "by-k");
        database->index({"type", "s"}, "by-s");
      }
      session = std::make_unique<Session>(database->name(), "SampleSize=0");
    }
    const auto query = Writer(dice, t, u).query();
    std::string wrong;
    try {
      wrong = difference(session->query(query.text.driver), oracle->query(query.text.sqlite), query.ordered,
                         query.grouped ? &order : nullptr);
    } catch (const std::exception& error) {
      wrong = error.what();
    }
    if (!wrong.empty())
      failures.push_back(
          fmt::format("case {}: {}\n{}\njudged by {}", i + 1, query.text.driver, wrong, query.text.sqlite));
  }
  UNSCOPED_INFO(fmt::format("seed {} (LIVE_SEED), {} cases (LIVE_EFFORT)", seed(), count));
  for (const auto& failure : failures) UNSCOPED_INFO(failure);
  CHECK(failures.empty());
}
