// Every statement that asks the server, with something wrong at each of its requests: the answer cut after
// any of its bytes, garbled at any place of its structure, shorter or longer than it says, byte by byte,
// refused, not given at all, or cancelled. What comes of it is the right result or an error that says what
// happened: never a wrong or short one, no hang, and no change that is told as none. (Reads through the
// bridge alone, with their resuming, are tests/unit/driver/fault_test.cpp's.)
#include <algorithm>
#include <cstdlib>
#include <future>
#include <map>
#include <mutex>

#include "tests/odbc/films.h"

using namespace couch::test;

namespace {

using Rows = std::vector<std::vector<Text>>;
using State = std::map<std::string, std::optional<std::vector<std::string>>>;  // databases' documents

struct Result {
  bool good = false, warned = false;
  Rows rows;
  SQLLEN affected = -1;
  std::string state, message;  // of an error, all its records
};

Result failure_of(SQLSMALLINT type, SQLHANDLE handle) {
  Result result;
  for (const auto& record : diagnostics_of(type, handle)) {
    if (result.state.empty()) result.state = record.state;
    result.message += record.state + " " + record.message + "\n";
  }
  return result;
}

// All rows of what was executed; an error may come with any of them.
Result rows_of(Statement& st, SQLRETURN code) {
  Result result;
  const SQLRETURN executed = code;
  if (!SQL_SUCCEEDED(code) && code != SQL_NO_DATA) return failure_of(SQL_HANDLE_STMT, st);
  SQLSMALLINT columns = 0;
  SQLNumResultCols(st, &columns);
  Rows rows;
  while (columns > 0) {
    code = SQLFetch(st);
    if (code == SQL_NO_DATA) break;
    std::vector<Text> row;
    for (SQLSMALLINT i = 1; SQL_SUCCEEDED(code) && i <= columns; ++i) {
      char text[600];
      SQLLEN length = 0;
      code = SQLGetData(st, static_cast<SQLUSMALLINT>(i), SQL_C_CHAR, text, sizeof text, &length);
      row.push_back(length == SQL_NULL_DATA ? std::nullopt : Text{text});
    }
    if (!SQL_SUCCEEDED(code)) {
      result = failure_of(SQL_HANDLE_STMT, st);
      result.rows = std::move(rows);
      return result;
    }
    rows.push_back(std::move(row));
  }
  result.good = true;
  result.rows = std::move(rows);
  result.warned = executed == SQL_SUCCESS_WITH_INFO;
  SQLRowCount(st, &result.affected);
  return result;
}

// A hang is an error, too.
void bound(Statement& st) { st.set(SQL_ATTR_QUERY_TIMEOUT, SQLULEN{60}); }

Result executed(Connection& c, const std::string& sql) {
  Statement st{c};
  bound(st);
  return rows_of(st, st.exec(sql).code);
}

// ---- what is wrong

using CarryOut = std::function<Reply()>;
struct Fault {
  std::string name;
  std::function<Reply(const CarryOut&)> reply;
};

Reply refusal(int status) {
  Reply reply;
  reply.status = status;
  reply.body = R"({"error":"no","reason":"not now"})";
  return reply;
}

enum class Cut { Length, Chunked, Reset };

Fault cut(size_t size, Cut how) {
  static const char* const names[] = {"cut", "cut, chunked", "reset"};
  return {std::string{names[static_cast<int>(how)]} + " after " + std::to_string(size),
          [size, how](const CarryOut& carry_out) {
            Reply reply = carry_out();
            reply.chunked = how != Cut::Length;
            reply.cut_after = size;
            reply.reset = how == Cut::Reset;
            return reply;
          }};
}

// Steps between the bytes where answers are cut: a change takes several milliseconds, as everything is put
// back before it. FAULT_EVERY_BYTE=1 tries each, in some minutes.
size_t step(bool changes) {
  const char* all = std::getenv("FAULT_EVERY_BYTE");
  if (all && *all) return 1;
  return changes ? 13 : 3;
}

// All that can be wrong with one answer.
std::vector<Fault> faults_of(const std::string& body, size_t every, size_t first) {
  std::vector<Fault> out;
  // A reset takes what was sent before along, so that the request is made again after a while: now and then.
  for (size_t size = first % every; size < body.size(); size += every)
    out.push_back(cut(size, size % 16 == 5 ? Cut::Reset : size % 2 == 0 ? Cut::Length : Cut::Chunked));
  out.push_back(cut(body.size(), Cut::Chunked));
  constexpr std::string_view structure = "{}[],:\"", wrong = "{}[],:\"x1 \\\x01";
  size_t number = 0;
  for (size_t at = 0; at < body.size(); ++at) {
    if (structure.find(body[at]) == std::string_view::npos || (at > 0 && body[at - 1] == '\\')) continue;
    char other = wrong[number++ % wrong.size()];
    if (number % every != first % every) continue;
    if (other == body[at]) other = 'x';
    out.push_back({"garbled by " + std::string{other} + " at " + std::to_string(at),
                   [at, other](const CarryOut& carry_out) {
                     Reply reply = carry_out();
                     if (at < reply.body.size()) reply.body[at] = other;
                     return reply;
                   }});
  }
  out.push_back({"empty", [](const CarryOut& carry_out) {
                   Reply reply = carry_out();
                   reply.body.clear();
                   return reply;
                 }});
  out.push_back({"no JSON", [](const CarryOut& carry_out) {
                   Reply reply = carry_out();
                   reply.body = "<html>Welcome to the hotel</html>";
                   return reply;
                 }});
  out.push_back({"another object", [](const CarryOut& carry_out) {
                   Reply reply = carry_out();
                   reply.body = "{}";
                   return reply;
                 }});
  for (const int more : {-1, 1})
    out.push_back({more < 0 ? "a length that is too short" : "a length that is too long",
                   [more](const CarryOut& carry_out) {
                     Reply reply = carry_out();
                     reply.chunked = false;
                     reply.claimed_length = reply.body.size() + static_cast<size_t>(more);
                     return reply;
                   }});
  for (const int status : {401, 429, 500, 503})
    out.push_back({std::to_string(status), [status](const CarryOut&) { return refusal(status); }});
  out.push_back({"500 though it was done", [](const CarryOut& carry_out) {
                   carry_out();
                   return refusal(500);
                 }});
  out.push_back({"no answer", [](const CarryOut& carry_out) {
                   Reply reply = carry_out();
                   reply.silent_cut = true;
                   return reply;
                 }});
  out.push_back({"byte by byte", [](const CarryOut& carry_out) {
                   Reply reply = carry_out();
                   reply.chunked = true;
                   reply.piece = 1;
                   return reply;
                 }});
  return out;
}

// ---- the server

const std::vector<std::string> databases{"f", "g", "p", "new"};

std::string index(const std::string& name, const std::string& fields) {
  return R"({"_id":"_design/)" + name + R"(","_rev":"1-i","language":"query","views":{")" + name +
         R"(":{"map":{},"reduce":"_count","options":{"def":{"fields":)" + fields + "}}}}}";
}

struct World {
  ScriptedCouch couch;
  Environment environment;

  World() {
    couch.serve_database("f", {R"({"_id":"a","_rev":"1-a","type":"t","n":1,"s":"x"})",
                               R"({"_id":"b","_rev":"1-b","type":"t","n":2})",
                               R"({"_id":"d","_rev":"1-d","type":"u","k":"b"})"});
    couch.serve_database("g", {index("i", R"(["type","n"])"), index("y", R"(["type","s"])"),
                               R"({"_id":"a","_rev":"1-a","type":"t","n":1,"s":"x"})",
                               R"({"_id":"b","_rev":"1-b","type":"t","n":2,"s":"y"})",
                               R"({"_id":"c","_rev":"1-c","type":"t","n":2})"});
    couch.serve_database(
        "p",
        {index("pi", R"(["type","n"])"), R"({"_id":"x:1","_rev":"1-a","type":"t","n":1})",
         R"({"_id":"x:2","_rev":"1-b","type":"t","n":2})", R"({"_id":"z:3","_rev":"1-c","type":"t","n":2})"},
        true);
    couch.on_get("/f/torn").with([](const Asked& asked) {
      Reply reply;
      if (asked.parameter("conflicts"))
        reply.body = R"({"_id":"torn","_rev":"2-b","n":2,"_conflicts":["2-a"]})";
      else if (asked.parameter("revs_info"))
        reply.body =
            R"({"_id":"torn","_rev":"2-b","_revs_info":[{"rev":"2-b","status":"available"},{"rev":"1-a","status":"missing"}]})";
      else
        reply.body = R"({"_id":"torn","_rev":")" + asked.parameter("rev").value_or("2-b") + R"(","n":2})";
      return reply;
    });
    couch.on_post("/_replicate")
        .answer(
            R"({"ok":true,"session_id":"s","source_last_seq":"7-x","history":[{"docs_read":3,"docs_written":2,"doc_write_failures":0}]})");
    couch.put_between([this](const Asked& asked, const CarryOut& carry_out) {
      std::optional<Fault> fault;
      {
        std::scoped_lock lock{mutex_};
        if (asked_++ == faulty_) {
          fault = fault_;
          met_ = asked.method + " " + asked.target;
        }
      }
      const auto done = [&] {
        bool meets = false;
        {
          std::scoped_lock lock{mutex_};
          meets = asked.path.ends_with("/_bulk_docs") && conflicts_ > 0;
          if (meets) --conflicts_;
        }
        Reply reply = carry_out_or_conflict(carry_out, meets);
        std::scoped_lock lock{mutex_};
        if (record_) replies_.push_back({asked.method + " " + asked.target, reply.body});
        return reply;
      };
      return fault ? fault->reply(done) : done();
    });
  }
  ~World() { couch.put_between({}); }

  std::string connection_string() const {
    return "DRIVER=CouchDB;Server=127.0.0.1;Port=" + std::to_string(couch.port()) + ";Database=f;";
  }
  State state() const {
    State out;
    for (const auto& name : databases) out[name] = couch.documents(name);
    return out;
  }
  void restore(const State& state) {
    for (const auto& [name, documents] : state) {
      if (documents)
        couch.serve_database(name, *documents, name == "p");
      else
        couch.drop_database(name);
    }
  }
  // What comes next is counted from 0; the request of that number meets the fault.
  void arm(size_t request, Fault fault) { set(request, std::move(fault), false); }
  void disarm() { set(SIZE_MAX, {}, false); }
  void record() { set(SIZE_MAX, {}, true); }
  struct Told {
    std::string request, body;
  };
  std::vector<Told> replies() const {
    std::scoped_lock lock{mutex_};
    return replies_;
  }
  size_t asked() const {
    std::scoped_lock lock{mutex_};
    return asked_;
  }
  // The request that met the fault.
  std::string met() const {
    std::scoped_lock lock{mutex_};
    return met_;
  }
  // The next so many _bulk_docs find that somebody else was faster.
  void conflicts(size_t count) {
    std::scoped_lock lock{mutex_};
    conflicts_ = count;
  }

 private:
  static Reply carry_out_or_conflict(const CarryOut& carry_out, bool conflict) {
    if (!conflict) return carry_out();
    Reply reply;
    reply.status = 201;
    reply.body = R"([{"id":"a","error":"conflict","reason":"Document update conflict."}])";
    return reply;
  }
  void set(size_t request, Fault fault, bool record) {
    std::scoped_lock lock{mutex_};
    asked_ = 0;
    faulty_ = request;
    met_.clear();
    fault_ = std::move(fault);
    record_ = record;
    if (record) replies_.clear();
    couch.forget_asked();
  }
  mutable std::mutex mutex_;
  size_t asked_ = 0, faulty_ = SIZE_MAX, conflicts_ = 0;
  Fault fault_;
  bool record_ = false;
  std::vector<Told> replies_;
  std::string met_;
};

// ---- the statements

struct Case {
  std::string name;
  std::function<Result(World&, Connection&)> run;
  bool changes = false;
  std::vector<std::string> before{};  // makes what it needs, once
  std::string settings{};
  bool again = false;         // running it twice is as running it once
  std::string admins_only{};  // a request that others are refused, and do without
};

Case query(const std::string& sql, const std::string& settings = {}) {
  return {sql, [sql](World&, Connection& c) { return executed(c, sql); }, false, {}, settings};
}
// The schema is found anew, too.
Case found_anew(const std::string& name, std::function<Result(World&, Connection&)> run,
                const std::string& settings = {}, const std::string& admins_only = {}) {
  return {name,
          [run](World& world, Connection& c) {
            auto refreshed = executed(c, "REFRESH SCHEMA");
            return refreshed.good ? run(world, c) : refreshed;
          },
          false,
          {},
          settings,
          false,
          admins_only};
}
Case change(const std::string& sql, std::vector<std::string> before = {}) {
  return {sql, [sql](World&, Connection& c) { return executed(c, sql); }, true, std::move(before)};
}
Case definition(const std::string& sql, std::vector<std::string> before = {}) {
  Case out = change(sql, std::move(before));
  out.again = true;
  return out;
}

std::vector<Case> reads() {
  const auto tables = [](World&, Connection& c) {
    Statement st{c};
    bound(st);
    return rows_of(st, SQLTables(st, nullptr, 0, nullptr, 0, nullptr, 0, nullptr, 0));
  };
  const auto columns = [](World&, Connection& c) {
    Statement st{c};
    bound(st);
    std::u16string table = u"t";
    return rows_of(st, SQLColumnsW(st, nullptr, 0, nullptr, 0, reinterpret_cast<SQLWCHAR*>(table.data()), 1,
                                   nullptr, 0));
  };
  const auto statistics = [](World&, Connection& c) {
    Statement st{c};
    bound(st);
    std::u16string table = u"t", database = u"g";
    return rows_of(st,
                   SQLStatisticsW(st, reinterpret_cast<SQLWCHAR*>(database.data()), 1, nullptr, 0,
                                  reinterpret_cast<SQLWCHAR*>(table.data()), 1, SQL_INDEX_ALL, SQL_ENSURE));
  };
  return {
      query("SELECT * FROM t"),
      query("SELECT s FROM t /*+ ALL_DOCS PARALLEL 2 */ WHERE n > 0"),
      query("SELECT s FROM t WHERE _id = 'b'"),
      query("SELECT s FROM t WHERE _id IN ('a', 'b', 'gone')"),
      query("SELECT u.k, t.n FROM u JOIN t /*+ KEYS */ ON t._id = u.k"),
      query("SELECT a.n, b.n FROM t a JOIN g.t b /*+ KEYS */ ON b.s = a.s"),
      query("SELECT s FROM t /*+ FIND */ WHERE n > 1"),
      query("SELECT s FROM g.t /*+ INDEX_FIND i */ WHERE n > 1"),
      query("SELECT n FROM g.t /*+ INDEX_KEYS i */ WHERE n >= 1"),
      query("SELECT s FROM g.t /*+ INDEX_ROWS i */ WHERE n > 1"),
      query("SELECT s FROM g.t /*+ INDEX_ROWS i */ WHERE n IN (1, 2)"),
      query("SELECT n FROM g.t /*+ INDEX i */ ORDER BY n DESC LIMIT 2"),
      query("SELECT COUNT(*) FROM f"),
      query("SELECT COUNT(*) FROM g.t"),
      query("SELECT COUNT(*), MAX(n) FROM g.t WHERE n >= 1"),
      query("SELECT n, COUNT(*) FROM g.t GROUP BY n"),
      query("SELECT DISTINCT n FROM g.t"),
      query("SELECT n FROM p.t WHERE _id LIKE 'x:%'"),
      query("SELECT n FROM p.t /*+ INDEX_KEYS PARTITION */ WHERE _id LIKE 'x:%' AND n > 0"),
      query("CALL changes()"),
      query("CALL changes('f', '1', 1)"),
      query("CALL conflicts('f', 'torn')"),
      query("CALL revisions('f', 'torn')"),
      query("EXPLAIN DROP TABLE t"),
      found_anew("a query of a schema found anew",
                 [](World&, Connection& c) { return executed(c, "SELECT * FROM t"); }),
      found_anew("SQLTables", tables, "", "GET /_all_dbs"),
      found_anew("SQLColumns", columns),
      found_anew("SQLColumns of a part of the documents", columns, "SampleSize=2;"),
      found_anew("SQLStatistics", statistics),
  };
}

// A transaction of two documents; what fails before COMMIT has changed nothing.
Result committed(Connection& c, bool as_text) {
  c.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  Result result = executed(c, "INSERT INTO t (_id, n) VALUES ('new', 7)");
  if (result.good) result = executed(c, "UPDATE t SET n = n + 1 WHERE _id = 'a'");
  if (result.good && as_text) {
    result = executed(c, "COMMIT");
  } else if (result.good) {
    result = {};
    result.good = SQL_SUCCEEDED(SQLEndTran(SQL_HANDLE_DBC, c, SQL_COMMIT));
    if (!result.good) result = failure_of(SQL_HANDLE_DBC, c);
  }
  SQLEndTran(SQL_HANDLE_DBC, c, SQL_ROLLBACK);
  c.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_ON);
  return result;
}

std::vector<Case> writes() {
  std::vector<Case> out{
      change("INSERT INTO t (_id, n) VALUES ('g', 7), ('h', 8)"),
      change("INSERT INTO fresh (_id, n) SELECT _id || '2' AS i, n FROM t"),
      change("UPDATE t SET n = n + 1 WHERE n > 0"),
      change("DELETE FROM t WHERE n > 0"),
      change("MERGE INTO t USING u ON t._id = u.k WHEN MATCHED THEN UPDATE SET n = t.n + 5 WHEN NOT MATCHED "
             "THEN INSERT (_id, n) VALUES (u.k, 9)"),
      change("TRUNCATE TABLE u"),
      {"an UPDATE that meets conflicts",
       [](World& world, Connection& c) {
         world.conflicts(2);
         auto result = executed(c, "UPDATE t SET n = n + 1 WHERE _id = 'a'");
         world.conflicts(0);
         return result;
       },
       true},
      {"SQLEndTran", [](World&, Connection& c) { return committed(c, false); }, true},
      {"COMMIT", [](World&, Connection& c) { return committed(c, true); }, true},
  };
  return out;
}

std::vector<Case> definitions() {
  const std::string table = "CREATE TABLE w (n INTEGER, m VARCHAR(9))";
  const std::string rows = "INSERT INTO w (_id, n, m) VALUES ('w1', 1, 'x'), ('w2', 2, 'y')";
  const std::string view = "CREATE VIEW v AS SELECT n, COUNT(*) AS c FROM t GROUP BY n";
  return {
      definition("CREATE TABLE w (n INTEGER)"),
      // Where its answer was lost, the index is left to be made; so it is not as if it had run once.
      change("CREATE TABLE w (n INTEGER PRIMARY KEY)"),
      definition("ALTER TABLE w ADD COLUMN z INTEGER DEFAULT 5", {table, rows}),
      definition("ALTER TABLE w DROP COLUMN m", {table, rows}),
      definition("ALTER TABLE w RENAME COLUMN m TO z", {table, rows}),
      definition("DROP TABLE w", {table, rows, "CREATE INDEX wi ON w (n)"}),
      definition("DROP TABLE u"),
      definition("CREATE INDEX j ON t (s)"),
      definition("DROP INDEX i ON g.t"),
      definition(view),
      definition("DROP VIEW v", {view}),
      definition("CREATE DATABASE new"),
      definition("DROP DATABASE p"),
      definition("CALL compact('f')"),
      definition("CALL replicate('f', 'p')"),
      definition("CALL cancel_replication('f', 'p')"),
  };
}

// ---- what is right

std::string shown(const Rows& rows) {
  std::string out;
  for (const auto& row : rows) {
    for (const auto& cell : row) out += cell.value_or("NULL") + "|";
    out += "\n";
  }
  return out;
}

std::string shown(const State& state) {
  std::string out;
  for (const auto& [name, documents] : state) {
    out += name + (documents ? ":\n" : ": not there\n");
    if (documents)
      for (const auto& document : *documents) out += "  " + document + "\n";
  }
  return out;
}

Rows sorted(Rows rows) {
  std::sort(rows.begin(), rows.end());
  return rows;
}

bool part_of(const Rows& rows, const Rows& whole) {
  const auto some = sorted(rows), all = sorted(whole);
  return std::includes(all.begin(), all.end(), some.begin(), some.end());
}

bool says_unknown(const Result& result) {
  return result.state == "40003" || result.state == "08007" ||
         result.message.find("not known") != std::string::npos;
}
// Some of what a statement of several steps does.
bool says_part(const Result& result) {
  return result.message.find("were changed") != std::string::npos ||
         result.message.find("was changed") != std::string::npos ||
         result.message.find("was done before") != std::string::npos;
}

// An SQLSTATE for what went wrong with the link or the server, and nothing else.
bool fits(const Result& result, const std::string& fault) {
  if (fault == "401") return result.state == "28000";
  return result.state == "08S01" || result.state == "40003" || result.state == "08007";
}

struct Truth {
  Result result;
  State before, after;
};

// Empty: all is well.
std::string wrong(const Case& one, const Truth& truth, const Result& got, const State& now,
                  const std::string& fault) {
  if (!got.good && !fits(got, fault)) return "an SQLSTATE of something else";
  if (!one.changes) {
    if (got.good && sorted(got.rows) != sorted(truth.result.rows))
      return "other rows:\n" + shown(got.rows) + "instead of\n" + shown(truth.result.rows);
    if (!part_of(got.rows, truth.result.rows)) return "rows that are none:\n" + shown(got.rows);
    return {};
  }
  // CREATE TABLE says so where the table is there and its index is not.
  if (got.good && now != truth.after && !got.warned) return "told as done, and is not:\n" + shown(now);
  if (got.good && got.affected != truth.result.affected) return "another row count";
  if (!got.good && now != truth.before && !says_unknown(got) && !says_part(got))
    return "told as not done, and is:\n" + shown(now);
  return {};
}

void check(const Case& one, size_t& all_errors) {
  World world;
  Connection c{world.environment, world.connection_string() + one.settings};
  for (const auto& sql : one.before) {
    const auto made = executed(c, sql);
    INFO(sql + ": " + made.message);
    REQUIRE(made.good);
  }
  Truth truth;
  truth.before = world.state();
  const auto begin = [&] {
    if (!one.changes) return;
    world.restore(truth.before);
    const auto refreshed = executed(c, "REFRESH SCHEMA");
    INFO(one.name + ": " + refreshed.message);
    REQUIRE(refreshed.good);
  };
  (void)one.run(world, c);  // what is asked once a connection is not asked again
  begin();
  world.record();
  truth.result = one.run(world, c);
  INFO(one.name + ": " + truth.result.message);
  REQUIRE(truth.result.good);
  truth.after = world.state();
  const auto replies = world.replies();
  REQUIRE_FALSE(replies.empty());
  size_t number = 0, errors = 0;
  for (size_t request = 0; request < replies.size(); ++request) {
    for (const auto& fault : faults_of(replies[request].body, step(one.changes), request)) {
      begin();
      world.arm(request, fault);
      const Result got = one.run(world, c);
      const State now = world.state();
      const std::string met = world.met();
      world.disarm();
      errors += got.good ? 0 : 1;
      if (fault.name == "401" && met == one.admins_only) continue;
      const std::string problem = wrong(one, truth, got, now, fault.name);
      INFO(one.name + "\n" + met + "\n" + replies[request].body + "\n" + fault.name + "\n" +
           (got.good ? "success" : got.message) + problem);
      CHECK(problem.empty());
      // Nothing of it stays: the same statement, with a server that is well.
      if (++number % 8 == 0 && !one.changes) {
        const auto well = one.run(world, c);
        INFO("afterwards: " + well.message + shown(well.rows));
        CHECK(well.good);
        CHECK(sorted(well.rows) == sorted(truth.result.rows));
      }
      if (one.again && !got.good) {
        const auto well = one.run(world, c);
        INFO("once more: " + well.message + shown(world.state()));
        CHECK((well.good || well.state.starts_with("42") || well.state == "3D000"));
        CHECK(world.state() == truth.after);
      }
    }
  }
  all_errors += errors;
}

}  // namespace

TEST_CASE("Something wrong at any byte of any answer: a read is right or an error", "[odbc][fault]") {
  size_t errors = 0;
  for (const auto& one : reads()) check(one, errors);
  CHECK(errors > 0);
}

TEST_CASE("Something wrong at any byte of any answer: a change is told as what it was", "[odbc][fault]") {
  size_t errors = 0;
  for (const auto& one : writes()) check(one, errors);
  CHECK(errors > 0);
}

TEST_CASE("Something wrong at any byte of any answer: a definition is told as what it was", "[odbc][fault]") {
  size_t errors = 0;
  for (const auto& one : definitions()) check(one, errors);
  CHECK(errors > 0);
}
