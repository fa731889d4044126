// Statements through the driver manager next to the same requests made by curl over a kept connection, on the
// data of `people load`.
//
//   pairs SERVER DATABASE DRIVER [count] [groups] [lookup] [whole] [half] [tenth] [covered] [insert]
//
// SERVER is http://user:password@host:port; DRIVER what stands after "Driver=" in a connection string. Each
// statement is prepared once, so the schema is warm. Where curl has several ways, the fastest one counts.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "bench/http_client.h"
#include "bench/measure.h"
#include "bench/people.h"
#include "bench/sql_client.h"

using namespace couch::bench;

namespace {

constexpr int pairs = 15;

// Short things many times, so that one run lasts some 50 ms.
std::function<void()> often(int times, std::function<void()> once) {
  return [times, once = std::move(once)] {
    for (int i = 0; i < times; ++i) once();
  };
}

struct Bench {
  HttpClient http;
  SqlClient sql;
  std::string server, database, connection;

  std::string path(const std::string& rest) const { return "/" + database + rest; }
  std::string index(const std::string& query) const { return path("/_design/by_age/_view/by_age?" + query); }
  static std::string key(int age) { return HttpClient::escaped(fmt::format("[\"person\",{}]", age)); }
  static std::string range(int from, int to) {
    return fmt::format("startkey={}&endkey={}&inclusive_end=false", key(from), key(to));
  }
  std::string whole() const { return path("/_all_docs?include_docs=true"); }

  static Pair per_time(Pair pair, int times) {
    pair.ours /= times;
    pair.theirs /= times;
    return pair;
  }

  void small(const std::string& what, int times, Query& query, const std::function<void()>& curl,
             double limit) {
    print_row(what, per_time(compare(pairs, often(times, [&] { query.run(); }), often(times, curl)), times),
              limit);
  }

  // Rows are checked against what the query must give: a fast wrong answer is none.
  void large(const std::string& what, const std::string& select, long long rows,
             const std::vector<std::pair<std::string, std::function<void()>>>& ways, double limit) {
    Query query{sql, select};
    if (const auto got = query.run().rows; rows >= 0 && got != rows) {
      fmt::print(stderr, "{}: {} rows instead of {}\n", what, got, rows);
      std::exit(1);
    }
    size_t best = 0;
    std::vector<double> times;
    for (const auto& [name, way] : ways) {
      if (ways.size() == 1) break;
      way();
      times.push_back(lower_quartile({seconds_of(way), seconds_of(way), seconds_of(way)}));
      fmt::print(stderr, "{}: curl by {} {:.3f} s\n", what, name, times.back());
      if (times.back() < times[best]) best = times.size() - 1;
    }
    print_row(fmt::format("{} (curl: {})", what, ways[best].first),
              compare(
                  pairs, [&] { query.run(); }, ways[best].second),
              limit);
  }
};

long long people_aged(int from, int to) {
  long long count = 0;
  for (int i = 0; i < 100000; ++i) {
    const int age = person(i).age;
    count += age >= from && age < to;
  }
  return count;
}

// 100,000 new documents by parameter arrays of 10,000, and the same bodies by curl: as many at once as suits
// it best.
void insert(Bench& bench) {
  constexpr size_t count = 100000, array = 10000;
  constexpr SQLLEN width = 64;
  std::vector<std::vector<char>> cells(8, std::vector<char>(count * width));
  std::vector<std::vector<SQLLEN>> sizes(8, std::vector<SQLLEN>(count));
  std::vector<std::string> bodies;
  for (size_t i = 0; i < count; ++i) {
    const Person p = person(static_cast<int>(i));
    const std::string values[] = {p.id,
                                  p.name,
                                  p.email,
                                  std::to_string(p.age),
                                  p.city,
                                  p.active ? "1" : "0",
                                  fmt::format("{}", p.score),
                                  p.since};
    for (size_t c = 0; c < 8; ++c) {
      std::copy(values[c].begin(), values[c].end(), cells[c].begin() + static_cast<ptrdiff_t>(i) * width);
      sizes[c][i] = static_cast<SQLLEN>(values[c].size());
    }
    if (i % 5000 == 0) bodies.push_back(R"({"docs":[)");
    bodies.back() += (bodies.back().back() == '[' ? "" : ",") + document(p);
    if (i % 5000 == 4999) bodies.back() += "]}";
  }
  const std::string database = bench.database + "_insert";
  const auto fresh = [&] {
    std::string answer;
    bench.http.ask("DELETE", "/" + database, {}, &answer);
    bench.http.ask("PUT", "/" + database, {}, &answer);
    bench.http.post("/" + database + "/_bulk_docs", R"({"docs":[)" + document(person(1000000)) + "]}");
  };
  fresh();
  const SqlClient client{bench.connection + "Database=" + database};
  const auto by_driver = [&] {
    Query query{client,
                "INSERT INTO person (_id, name, email, age, city, active, score, since) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"};
    const SQLSMALLINT types[] = {SQL_VARCHAR, SQL_VARCHAR, SQL_VARCHAR, SQL_BIGINT,
                                 SQL_VARCHAR, SQL_BIT,     SQL_DOUBLE,  SQL_TYPE_DATE};
    SQLSetStmtAttr(query.handle(), SQL_ATTR_PARAMSET_SIZE, reinterpret_cast<SQLPOINTER>(array), 0);
    for (size_t from = 0; from < count; from += array) {
      for (SQLUSMALLINT c = 0; c < 8; ++c)
        check(SQLBindParameter(query.handle(), static_cast<SQLUSMALLINT>(c + 1), SQL_PARAM_INPUT, SQL_C_CHAR,
                               types[c], types[c] == SQL_TYPE_DATE ? 10 : 255, 0,
                               cells[c].data() + from * width, width, sizes[c].data() + from),
              SQL_HANDLE_STMT, query.handle(), "SQLBindParameter");
      check(SQLExecute(query.handle()), SQL_HANDLE_STMT, query.handle(), "SQLExecute");
    }
  };
  const auto by_curl = [&](size_t at_once) {
    bench.http.post_all("/" + database + "/_bulk_docs", bodies, at_once);
  };
  const auto timed = [&](const std::function<void()>& work) {
    fresh();
    return seconds_of(work);
  };
  size_t best = 1;
  double best_time = 1e9;
  for (const size_t at_once : {size_t{1}, size_t{2}, size_t{4}}) {
    const double time = timed([&] { by_curl(at_once); });
    fmt::print(stderr, "insert: curl with {} at once {:.3f} s\n", at_once, time);
    if (time < best_time) best = at_once, best_time = time;
  }
  // Each takes seconds, and a fresh database before it that is not timed.
  std::vector<double> ours, theirs, again;
  constexpr int rounds = 5;
  for (int i = 0; i < rounds; ++i) {
    ours.push_back(timed(by_driver));
    theirs.push_back(timed([&] { by_curl(best); }));
    again.push_back(timed([&] { by_curl(best); }));
  }
  Pair pair;
  pair.rounds = rounds;
  pair.ours = lower_quartile(ours);
  pair.theirs = lower_quartile(theirs);
  pair.ratio = pair.ours / pair.theirs;
  pair.noise = lower_quartile(again) / pair.theirs;
  print_row(fmt::format("100,000 documents inserted by arrays of 10,000 (curl: {} at once)", best), pair,
            1.15);
  std::string answer;
  bench.http.ask("DELETE", "/" + database, {}, &answer);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    fmt::print(stderr, "pairs SERVER DATABASE DRIVER [CASE]...\n");
    return 2;
  }
  const std::string server = argv[1], database = argv[2];
  const std::set<std::string> chosen(argv + 4, argv + argc);
  const auto wanted = [&](const char* name) { return chosen.empty() || chosen.contains(name); };
  const std::string connection = fmt::format("Driver={};URL={};", argv[3], server);
  Bench bench{HttpClient{server}, SqlClient{connection + "Database=" + database}, server, database,
              connection};

  print_head("driver", "curl");
  if (wanted("lookup")) {
    std::string id = person(54321).id;
    Query query{bench.sql, "SELECT * FROM person WHERE _id = ?"};
    query.bind(1, id);
    bench.small(
        "`_id` lookup", 100, query, [&] { bench.http.get(bench.path("/" + id)); }, 1.25);
  }
  if (wanted("count")) {
    Query query{bench.sql, "SELECT COUNT(*) FROM person WHERE age >= 30 AND age < 39"};
    bench.small(
        "count of an indexed range", 40, query,
        [&] { bench.http.get(bench.index("reduce=true&" + Bench::range(30, 39))); }, 1.25);
  }
  if (wanted("groups")) {
    Query query{bench.sql, "SELECT age, COUNT(*) FROM person WHERE age IS NOT NULL GROUP BY age"};
    bench.small(
        "count of 90 groups", 2, query,
        [&] {
          bench.http.get(bench.index(fmt::format("group_level=2&startkey={}&endkey={}",
                                                 HttpClient::escaped("[\"person\",true]"),
                                                 HttpClient::escaped("[\"person\",\"\"]"))));
        },
        1.25);
  }
  const std::pair<std::string, std::function<void()>> all_docs{"one _all_docs?include_docs",
                                                               [&] { bench.http.get(bench.whole()); }};
  if (wanted("covered"))
    bench.large(
        "10 % by an index, its own columns", "SELECT _id, age FROM person WHERE age >= 30 AND age < 39",
        people_aged(30, 39),
        {{"index as view", [&] { bench.http.get(bench.index("reduce=false&" + Bench::range(30, 39))); }},
         {"_find with fields",
          [&] {
            bench.http.post(bench.path("/_find"),
                            R"({"selector":{"type":"person","age":{"$gte":30,"$lt":39}},)"
                            R"("fields":["_id","age"],"limit":1000000,"use_index":"by_age"})");
          }}},
        1.15);
  if (wanted("tenth"))
    bench.large(
        "10 % by an index, whole documents", "SELECT * FROM person WHERE age >= 30 AND age < 39",
        people_aged(30, 39),
        {{"index as view with documents",
          [&] { bench.http.get(bench.index("reduce=false&include_docs=true&" + Bench::range(30, 39))); }},
         {"_find",
          [&] {
            bench.http.post(bench.path("/_find"),
                            R"({"selector":{"type":"person","age":{"$gte":30,"$lt":39}},)"
                            R"("limit":1000000,"use_index":"by_age"})");
          }},
         all_docs},
        1.15);
  if (wanted("half"))
    bench.large("half of the table", "SELECT * FROM person WHERE age >= 63", people_aged(63, 200), {all_docs},
                1.0);
  if (wanted("whole")) bench.large("the whole table", "SELECT * FROM person", 100000, {all_docs}, 1.0);
  if (wanted("insert")) insert(bench);
}
