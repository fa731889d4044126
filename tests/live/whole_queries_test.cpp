// Random whole queries (joins, grouping, ordering, limits, subqueries, set operations, windows) over two
// random tables, judged by SQLite over the same values, on every access path that can answer them.
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
// \x05: where a hint may stand.
std::string hinted(const std::string& text, const std::string& hint) {
  std::string out;
  for (const char c : text) {
    if (c == '\x05')
      out += hint;
    else
      out += c;
  }
  return out;
}
Pair both(const std::string& text) { return {text, hinted(text, "")}; }
Pair apart(const std::string& driver, const std::string& sqlite) { return {driver, hinted(sqlite, "")}; }

struct Query {
  Pair text;
  bool ordered = false;  // by something that tells all rows apart
  bool grouped = false;  // of equal texts any may be shown
};

class Writer {
 public:
  // partitions: ids begin with one of them; none: the database has no partitions.
  Writer(Dice& dice, const RandomTable& t, const RandomTable& u, const std::vector<std::string>& partitions)
      : dice_(dice), t_(t), u_(u), partitions_(partitions) {}

  Query query() {
    switch (dice_.between(0, 32)) {
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
      case 11: return joined_by_id("INNER JOIN");
      case 12: return joined_by_id("LEFT JOIN");
      case 13: return chained();
      case 14: return self_joined();
      case 15: return semi_joined_by_id();
      case 16: return filtered_outside();
      case 17: return joined_derived();
      case 18: return looked_up();
      case 19: return several_grouped();
      case 20: return first_by_several();
      case 21:
      case 22: return joined_by_two("INNER JOIN");
      case 23:
      case 24: return joined_by_two("LEFT JOIN");
      case 25:
      case 26:
      case 27: return beside_values();
      case 28: return grouped_beside_value();
      case 29:
      case 30:
      case 31: return first_of_joined();
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
    if (!partitions_.empty() && dice_.chance(0.5)) {
      const auto& partition = dice_.of(partitions_);
      out += apart(fmt::format("{}._id LIKE '{}:%' AND ", alias, partition),
                   fmt::format("substr({}._id, 1, {}) = '{}:' AND ", alias, partition.size() + 1, partition));
    }
    out += condition(table, alias);
    return out;
  }
  std::string limit() { return dice_.chance(0.5) ? fmt::format(" LIMIT {}", dice_.between(0, 15)) : ""; }
  std::string direction() {
    return dice_.of(std::vector<std::string>{"", " DESC", " NULLS LAST", " DESC NULLS FIRST"});
  }

  std::string aggregate(const std::string& alias, const RandomTable& table, bool number = false) {
    switch (dice_.between(0, number ? 4 : 6)) {
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
    q.text = both(fmt::format("SELECT a._id, {}, {} FROM t\x05 a", name("a", any(t_)), name("a", any(t_))));
    q.text += where(t_, "a");
    q.text += both(fmt::format(" ORDER BY {}{}, a._id{}", name("a", any(t_)), direction(), limit()));
    q.ordered = true;
    return q;
  }

  Query grouped(bool having) {
    Query q;
    const auto key = name("a", any(t_));
    q.text = both(fmt::format("SELECT {}, {}, {} FROM t\x05 a", key, aggregate("a", t_), aggregate("a", t_)));
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
    q.text = both(fmt::format("SELECT a._id, b._id, {}, {} FROM t\x05 a {} u\x05 b ON {}", name("a", any(t_)),
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

  // Two or three columns that one index has, or an index and a constant or a range.
  Query joined_by_two(const std::string& kind) {
    Query q;
    // Of few values each, so that rows meet.
    const std::vector<std::string> pairs{"a.k = b.k AND a.b = b.b", "b.b = a.b AND b.k = a.k AND a.w = b.w",
                                         "a.w = b.w AND a.b = b.b", "b.s = a.s AND a.b = b.b"};
    q.text = both(fmt::format("SELECT a._id, b._id, {} FROM t\x05 a {} u\x05 b ON {}", name("b", any(u_)),
                              kind, dice_.of(pairs)));
    const std::vector<std::string> more{"",
                                        " AND b.w > 1",
                                        " AND b.s IS NOT NULL",
                                        " AND b.k = 25",
                                        " AND b.k IN (1, 2, 30)",
                                        " AND b.w IS NOT NULL",
                                        " AND b.s IN ('a', 'b', '')",
                                        " AND b.w = a.w",
                                        " AND (b.k = 1 OR b.w IS NULL)"};
    q.text += both(dice_.of(more));
    if (dice_.chance(0.2)) {
      q.text += both(" AND ");
      q.text += condition(u_, "b", 0);
    }
    if (dice_.chance(0.4)) q.text += where(t_, "a");
    q.text += both(" ORDER BY 1, 2" + limit());
    q.ordered = true;
    return q;
  }

  Query comma_joined() {
    Query q;
    q.text = both(fmt::format("SELECT {}, COUNT(*) FROM t\x05 a, u\x05 b WHERE {} AND ", name("a", any(t_)),
                              joining()));
    q.text += condition(u_, "b");
    auto key = q.text.driver.substr(7, q.text.driver.find(", COUNT(*)") - 7);
    q.text += both(" GROUP BY " + key);
    q.grouped = true;
    return q;
  }

  Query in_subquery() {
    Query q;
    q.text = both(fmt::format("SELECT a._id FROM t\x05 a WHERE {} {}IN (SELECT {} FROM u\x05 b",
                              name("a", small_number(t_)), dice_.chance(0.4) ? "NOT " : "",
                              name("b", small_number(u_))));
    q.text += where(u_, "b");
    q.text += both(") ORDER BY 1");
    q.ordered = true;
    return q;
  }

  Query exists() {
    Query q;
    q.text = both(fmt::format("SELECT a._id FROM t\x05 a WHERE {}EXISTS (SELECT * FROM u\x05 b WHERE {} AND ",
                              dice_.chance(0.4) ? "NOT " : "", joining()));
    q.text += condition(u_, "b");
    q.text += both(") ORDER BY 1");
    q.ordered = true;
    return q;
  }

  Query scalar_subquery() {
    Query q;
    q.text = both(fmt::format("SELECT a._id, (SELECT {} FROM u\x05 b WHERE {}) FROM t\x05 a",
                              aggregate("b", u_), joining()));
    q.text += where(t_, "a");
    q.text += both(" ORDER BY 1");
    q.ordered = true;
    q.grouped = true;
    return q;
  }

  // MIN, MAX … of another table, of a class that compares with the field's.
  Pair value_beside(const Field& one, const RandomTable& table, const std::string& from) {
    const auto of_class = [&]() -> const Field& {
      switch (one.type) {
        case FieldClass::Integer:
        case FieldClass::Number: return field(table, {FieldClass::Integer, FieldClass::Number});
        default: return field(table, {one.type});
      }
    };
    const bool number = one.type == FieldClass::Integer || one.type == FieldClass::Number;
    std::string what;
    if (number && dice_.chance(0.3)) {
      what = fmt::format("{}({})", dice_.of(std::vector<std::string>{"AVG", "COUNT"}),
                         name("v", small_number(table)));
    } else {
      what = fmt::format("{}({})", dice_.chance(0.5) ? "MIN" : "MAX", name("v", of_class()));
    }
    Pair out = both(fmt::format("(SELECT {} FROM {}\x05 v", what, from));
    if (dice_.chance(0.6)) out += where(table, "v");
    out += both(")");
    return out;
  }
  Pair value_beside(const Field& one) {
    return dice_.chance(0.5) ? value_beside(one, u_, "u") : value_beside(one, t_, "t");
  }

  Query beside_values() {
    Query q;
    const auto& one = field(
        t_, {FieldClass::Id, FieldClass::Integer, FieldClass::Number, FieldClass::Text, FieldClass::Date});
    q.text = both("SELECT a._id");
    if (dice_.chance(0.3)) {
      q.text += both(", ");
      q.text += value_beside(one);
      q.grouped = true;
    }
    q.text += both(" FROM t\x05 a");
    q.text += both(fmt::format(" WHERE {} {} ", name("a", one),
                               dice_.of(std::vector<std::string>{"=", "<>", "<", ">=", ">", "<="})));
    q.text += value_beside(one);
    if (dice_.chance(0.4)) {
      q.text += both(dice_.chance(0.8) ? " AND " : " OR ");
      q.text += condition(t_, "a");
    }
    q.text += both(" ORDER BY 1" + limit());
    q.ordered = true;
    return q;
  }

  Query grouped_beside_value() {
    Query q;
    const auto key = name("a", any(t_));
    q.text = both(fmt::format("SELECT {}, COUNT(*) FROM t\x05 a", key));
    q.text += where(t_, "a");
    q.text += both(fmt::format(" GROUP BY {} HAVING COUNT(*) {} ", key, dice_.chance(0.5) ? "<" : ">="));
    q.text += value_beside(small_number(u_), u_, "u");
    q.grouped = true;
    return q;
  }

  Query set_operation() {
    Query q;
    const auto column = [&](const std::string& alias, const RandomTable& table) {
      return name(alias, field(table, {FieldClass::Text}));
    };
    q.text = both("SELECT " + column("a", t_) + " FROM t\x05 a");
    q.text += where(t_, "a");
    q.text += both(dice_.of(std::vector<std::string>{" UNION ", " UNION ALL ", " INTERSECT ", " EXCEPT "}));
    q.text += both("SELECT " + column("b", u_) + " FROM u\x05 b");
    q.text += where(u_, "b");
    q.grouped = true;
    return q;
  }

  Query windowed() {
    Query q;
    const auto key = name("a", any(t_));
    q.text =
        both(fmt::format("SELECT a._id, ROW_NUMBER() OVER (PARTITION BY {} ORDER BY a._id), SUM({}) OVER "
                         "(PARTITION BY {} ORDER BY a._id) FROM t\x05 a",
                         key, name("a", small_number(t_)), key));
    q.text += where(t_, "a");
    q.text += both(" ORDER BY 1" + limit());
    q.ordered = true;
    return q;
  }

  Query derived() {
    Query q;
    const auto key = name("a", any(t_));
    q.text = both(fmt::format("SELECT z.n, COUNT(*) FROM (SELECT {} AS x, COUNT(*) AS n FROM t\x05 a", key));
    q.text += where(t_, "a");
    q.text += both(fmt::format(" GROUP BY {}) z GROUP BY z.n ORDER BY 1", key));
    q.ordered = true;
    return q;
  }

  // Each table's counts by themselves.
  Query several_grouped() {
    Query q;
    const auto key = name("a", any(t_));
    const auto counted = [&](const std::string& alias, const RandomTable& table, bool number) {
      Pair out = both(fmt::format("SELECT {} FROM {}\x05 {}", aggregate(alias, table, number),
                                  alias == "a" ? 't' : 'u', alias));
      if (dice_.chance(0.6)) out += where(table, alias);
      return out;
    };
    switch (dice_.between(0, 3)) {
      case 0:
        q.text = counted("a", t_, true);
        q.text += both(" UNION ALL ");
        q.text += counted("b", u_, true);
        break;
      case 1:
        q.text = both(fmt::format("SELECT {}, COUNT(*), (", key));
        q.text += counted("b", u_, false);
        q.text += both(") FROM t\x05 a");
        if (dice_.chance(0.5)) q.text += where(t_, "a");
        q.text += both(" GROUP BY " + key);
        break;
      case 2:
        q.text =
            both(fmt::format("SELECT COUNT(*), MIN(z.c), MAX(z.c), MIN(z.e), MAX(z.e) FROM "
                             "(SELECT {} AS c, NULL AS e FROM t\x05 a",
                             name("a", small_number(t_))));
        if (dice_.chance(0.5)) q.text += where(t_, "a");
        q.text += both(fmt::format(" UNION ALL SELECT NULL, {} FROM u\x05 b", name("b", small_number(u_))));
        if (dice_.chance(0.5)) q.text += where(u_, "b");
        q.text += both(") z WHERE z.c > 0 OR z.c IS NULL");
        break;
      default:
        q.text = both(fmt::format(
            "SELECT x.zz, y.zz, COUNT(*) FROM (SELECT {0}, COUNT(*) AS zz FROM t\x05 a GROUP BY {0}) x "
            "LEFT JOIN (SELECT {1}, COUNT(*) AS zz FROM u\x05 b GROUP BY {1}) y ON x.zz = y.zz "
            "GROUP BY x.zz, y.zz",
            key, name("b", any(u_))));
    }
    q.grouped = true;
    return q;
  }

  Query first_by_several() {
    Query q;
    q.text = both(fmt::format("SELECT a._id, {} FROM t\x05 a", name("a", any(t_))));
    if (dice_.chance(0.5)) q.text += where(t_, "a");
    const auto shared = direction();
    q.text +=
        both(fmt::format(" ORDER BY {}{}, {}{}, a._id LIMIT {}", name("a", any(t_)), shared,
                         name("a", any(t_)), dice_.chance(0.6) ? shared : direction(), dice_.between(1, 12)));
    q.ordered = true;
    return q;
  }

  Query first_of_joined() {
    Query q;
    const std::vector<std::string> joins{
        "t\x05 a JOIN u\x05 b ON a.k = b.k",       "t\x05 a LEFT JOIN u\x05 b ON a.k = b.k",
        "u\x05 b RIGHT JOIN t\x05 a ON a.k = b.k", "u\x05 b LEFT JOIN t\x05 a ON a.k = b.k",
        "t\x05 a FULL JOIN u\x05 b ON a.k = b.k",  "t\x05 a CROSS JOIN u\x05 b"};
    const auto& join = dice_.of(joins);
    q.text = both(fmt::format("SELECT a._id, b._id, {} FROM {}", name("a", any(t_)), join));
    if (dice_.chance(0.4)) q.text += where(t_, "a");
    const std::string order = name("a", any(t_)) + direction();
    q.text += both(fmt::format(" ORDER BY {}, {}a._id, b._id LIMIT {}{}", order,
                               dice_.chance(0.3) ? name("b", any(u_)) + direction() + ", " : "",
                               dice_.between(1, 12),
                               dice_.chance(0.3) ? fmt::format(" OFFSET {}", dice_.between(1, 5)) : ""));
    q.ordered = true;
    return q;
  }

  // _id is compared by bytes whatever the other side is; SQLite has to be told.
  Query joined_by_id(const std::string& kind) {
    Query q;
    const bool mirrored = kind == "LEFT JOIN" && dice_.chance(0.4);
    const std::string from = mirrored ? "u\x05 b RIGHT JOIN t\x05 a" : "t\x05 a " + kind + " u\x05 b";
    q.text =
        apart(fmt::format("SELECT a._id, b._id, {} FROM {} ON a.ref = b._id", name("b", any(u_)), from), "");
    q.text.sqlite = hinted(q.text.driver, "");
    q.text.sqlite.replace(q.text.sqlite.rfind("a.ref = b._id"), 13, "b._id = a.ref");
    if (dice_.chance(0.4)) {
      q.text += both(" AND ");
      q.text += condition(u_, "b", 0);
    }
    if (dice_.chance(0.6)) q.text += where(t_, "a");
    q.text += both(" ORDER BY 1, 2" + limit());
    q.ordered = true;
    return q;
  }

  Query chained() {
    Query q;
    const bool left = dice_.chance(0.4);
    q.text = both(fmt::format(
        "SELECT a._id, b._id, c._id, {} FROM t\x05 a {} u\x05 b ON b._id = a.ref {} t\x05 c ON ",
        name("c", any(t_)), left ? "LEFT JOIN" : "JOIN", dice_.chance(0.3) ? "LEFT JOIN" : "JOIN"));
    q.text += dice_.chance(0.5) ? both("c._id = b.ref") : both("c.k = b.k");
    q.text += where(t_, "a");
    q.text += both(" ORDER BY 1, 2, 3" + limit());
    q.ordered = true;
    return q;
  }

  Query self_joined() {
    Query q;
    const auto& one = small_number(t_);
    q.text = both(fmt::format("SELECT a._id, c._id FROM t\x05 a JOIN t\x05 c ON {} = {} AND a._id < c._id",
                              name("a", one), name("c", one)));
    if (dice_.chance(0.5))
      q.text += both(fmt::format(" AND {} = {}", name("a", one), dice_.of(one.pool).json));
    q.text += where(t_, "c");
    q.text += both(" ORDER BY 1, 2" + limit());
    q.ordered = true;
    return q;
  }

  Query semi_joined_by_id() {
    Query q;
    const std::string no = dice_.chance(0.3) ? "NOT " : "";
    switch (dice_.between(0, 2)) {
      case 0:
        q.text = both("SELECT b._id FROM u\x05 b WHERE b._id " + no + "IN (SELECT a.ref FROM t\x05 a");
        break;
      case 1:
        q.text =
            apart("SELECT b._id FROM t\x05 b WHERE b.ref " + no + "IN (SELECT a._id FROM u\x05 a",
                  "SELECT b._id FROM t b WHERE b.ref COLLATE BINARY " + no + "IN (SELECT a._id FROM u a");
        q.text += where(u_, "a");
        q.text += both(") ORDER BY 1" + limit());
        q.ordered = true;
        return q;
      default:
        q.text = both("SELECT b._id FROM u\x05 b WHERE " + no +
                      "EXISTS (SELECT * FROM t\x05 a WHERE b._id = a.ref");
        q.text += both(" AND ");
        q.text += condition(t_, "a");
        q.text += both(") ORDER BY 1" + limit());
        q.ordered = true;
        return q;
    }
    q.text += where(t_, "a");
    q.text += both(") ORDER BY 1" + limit());
    q.ordered = true;
    return q;
  }

  // Conditions on a derived table, a union and a WITH element.
  Query filtered_outside() {
    Query q;
    const auto key = quoted_name(any(t_).column);
    const std::string value = "a." + key;
    std::string inner;
    const auto form = dice_.between(0, 4);
    switch (form) {
      case 0: inner = "SELECT a._id AS i, " + value + " AS v FROM t\x05 a"; break;
      case 1: inner = "SELECT a._id AS i, " + value + " AS v FROM t\x05 a ORDER BY a._id LIMIT 20"; break;
      case 2:
        inner = "SELECT a._id AS i, a.k AS v FROM t\x05 a UNION ALL SELECT b._id, b.k FROM u\x05 b";
        break;
      case 3: inner = "SELECT MIN(a._id) AS i, a.k AS v FROM t\x05 a GROUP BY a.k"; break;
      default:
        inner = "SELECT a._id AS i, a.k AS v, ROW_NUMBER() OVER (ORDER BY a._id) AS r FROM t\x05 a";
        break;
    }
    // What is made of several _id, or of one by an aggregate, is text like any other: it has no order here.
    const bool plain = form < 2 || form > 3;
    std::vector<std::string> tests{"z.i IS NOT NULL"};
    if (form > 1) tests = {"z.v = 25", "z.v IS NULL", "z.v IN (1, 2, 30)", "z.v <> 2", "z.v > 1"};
    if (plain)
      tests.insert(tests.end(), {"z.i >= 'u'", "z.i < 't-0020'", "z.i = 't-0004'", "z.i LIKE 't-001%'"});
    const std::string asked = " WHERE " + dice_.of(tests) + (plain ? " ORDER BY z.i" : "");
    q.text = dice_.chance(0.3) ? both("WITH z AS (" + inner + ") SELECT z.i, z.v FROM z" + asked)
                               : both("SELECT z.i, z.v FROM (" + inner + ") z" + asked);
    q.ordered = plain;
    return q;
  }

  Query joined_derived() {
    Query q;
    q.text = both("SELECT a._id, z.n FROM t\x05 a JOIN (SELECT b.k AS x, COUNT(*) AS n FROM u\x05 b");
    q.text += where(u_, "b");
    q.text += both(" GROUP BY b.k) z ON a.k = z.x");
    q.text += where(t_, "a");
    q.text += both(" ORDER BY 1" + limit());
    q.ordered = true;
    return q;
  }

  Query looked_up() {
    Query q;
    const std::string shown = name("b", any(u_));
    q.text = both("SELECT a._id, (SELECT " + shown + " FROM u\x05 b WHERE b._id = a.ref) FROM t\x05 a");
    q.text += where(t_, "a");
    q.text += both(" ORDER BY 1" + limit());
    q.ordered = true;
    return q;
  }

  Dice& dice_;
  const RandomTable &t_, &u_;
  const std::vector<std::string>& partitions_;
};

std::vector<std::string> references(const std::string& table, bool couchdb,
                                    const std::vector<std::string>& partitions) {
  std::vector<std::string> out{"nobody", "", "_design/x", "T-0001"};
  for (int i = 0; i < 14; ++i) out.push_back(fmt::format("{}-{:04}", table, i * 2));
  if (couchdb) {
    for (const char* odd : {"é-", "e\u0301-", "日本-", "Z-", "z-"}) out.push_back(odd + table);
  }
  for (size_t i = out.size(); i-- > 0 && !partitions.empty();)
    out[i] = partitions[i % partitions.size()] + ":" + out[i];
  return out;
}

}  // namespace

TEST_CASE("Random whole queries give SQLite's rows", "[live][queries]") {
  const bool couchdb = LiveServer::get().couchdb();
  const TextOrder order(couchdb ? TextOrder::Kind::Icu : TextOrder::Kind::Binary);
  const unsigned only = only_case();
  const unsigned count = std::max(cases(250), only);
  constexpr unsigned a_world = 50;  // 250 cases are the five kinds of them
  Dice dice(seed() + 100);
  std::unique_ptr<Database> database;
  std::unique_ptr<Session> session;
  std::unique_ptr<Oracle> oracle;
  RandomTable t, u;
  std::vector<std::string> partitions;
  std::vector<std::string> failures;
  uint64_t answers = 0;
  for (unsigned i = 0; i < count && failures.size() < 6; ++i) {
    if (i % a_world == 0) {
      const unsigned world = (i / a_world) % 5;
      const bool in_partitions = couchdb && world == 4;
      partitions = in_partitions ? std::vector<std::string>{"p", "q2"} : std::vector<std::string>{};
      const auto make = [&](const char* name, const char* other, size_t documents) {
        return random_table(dice, name,
                            {.couchdb = couchdb,
                             .mismatches = false,
                             .documents = documents,
                             .references = references(other, couchdb, partitions),
                             .partitions = partitions});
      };
      t = make("t", "u", 45);
      u = make("u", "t", 30);
      if (only > i + a_world) {  // what is not tried only throws the dice
        for (unsigned k = 0; k < a_world; ++k) Writer(dice, t, u, partitions).query();
        i += a_world - 1;
        continue;
      }
      session.reset();
      database = std::make_unique<Database>("queries", in_partitions ? "partitioned=true" : "");
      oracle = std::make_unique<Oracle>(order);
      std::vector<std::string> documents;
      for (const auto* table : {&t, &u}) {
        load(*oracle, *table);
        for (const auto& document : table->documents) documents.push_back(document.json);
      }
      database->add(documents);
      // No index, of one field each, of several (where there is none of one, joins have to make do with these),
      // and such as count groups, also inside partitions.
      if (world == 1) {
        database->index({"type", "k"}, "by-k");
        database->index({"type", "s"}, "by-s");
        database->index({"w"}, "by-w");
        database->index({"ref", "type"}, "by-ref");
        database->index({"type", "k", "b"}, "by-k-b");
      } else if (world == 2) {
        database->index({"type", "k", "b", "w"}, "by-k-b-w");
        database->index({"b", "w"}, "by-b-w");
        database->index({"type", "s", "k"}, "by-s-k");
        database->index({"b", "s"}, "by-b-s");
      } else if (world > 2) {
        database->index({"type"}, "by-type");
        for (const char* field : {"n", "k", "w", "s", "b", "d"}) {
          database->index({"type", field}, fmt::format("by-type-{}", field));
          if (std::string_view{field} != "k")
            database->index({"type", "k", field}, fmt::format("by-type-k-{}", field));
        }
      }
      session = std::make_unique<Session>(database->name(), "SampleSize=0");
    }
    const auto query = Writer(dice, t, u, partitions).query();
    if (only != 0 && only != i + 1) continue;
    const auto expected = oracle->query(query.text.sqlite);
    for (const char* hint :
         {"", " /*+ ALL_DOCS */", " /*+ FIND */", " /*+ INDEX */", " /*+ KEYS */", " /*+ INDEX_KEYS */",
          " /*+ INDEX_ROWS */", " /*+ NO_PARTITION */", " /*+ FIRST */", " /*+ FIRST INDEX */"}) {
      const std::string text = hinted(query.text.driver, hint);
      std::string wrong;
      try {
        wrong = difference(session->query(text), expected, query.ordered, query.grouped ? &order : nullptr);
      } catch (const std::exception& error) {
        wrong = error.what();
      }
      ++answers;
      if (wrong.empty()) continue;
      failures.push_back(fmt::format("case {}: {}\n{}\njudged by {}", i + 1, text, wrong, query.text.sqlite));
      break;
    }
  }
  UNSCOPED_INFO(
      fmt::format("seed {} (LIVE_SEED), {} cases (LIVE_EFFORT), {} answers", seed(), count, answers));
  for (const auto& failure : failures) UNSCOPED_INFO(failure);
  CHECK(failures.empty());
}
