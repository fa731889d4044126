// Changes through a proxy that cuts connections at random: what is reported as done is there, what is
// reported as an error says whether it happened, and nothing happens twice. The proxy reads what the server
// answered even where the driver does not, so the sums are checked exactly.
#include <fmt/format.h>
#include <sql.h>
#include <sqlext.h>

#include <catch2/catch.hpp>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>
#include <vector>

#include "tests/live/effort.h"
#include "tests/support/cutting_proxy.h"
#include "tests/support/live_server.h"
#include "tests/support/odbc.h"
// Last: calls may be asynchronous.
#include "tests/live/session.h"

using namespace couch::live;
using couch::test::CuttingProxy;
using couch::test::Database;
using couch::test::diagnostics_of;
using couch::test::LiveServer;

namespace {

constexpr int connections = 8;

// What its report says of a change.
enum class Report { Done, Not, Unknown };

// "Unknown" has an SQLSTATE of its own, and the words; nothing else has them.
Report report_of(const std::string& state, const std::string& message) {
  const bool unknown = state == "40003" || state == "08007";
  const bool says_so = message.find("not known") != std::string::npos;
  if (unknown != says_so) throw std::runtime_error("state and words differ: " + state + " " + message);
  return unknown ? Report::Unknown : Report::Not;
}

// The threads' findings: Catch's checks are for one thread.
class Findings {
 public:
  void tell(const std::string& what) {
    std::scoped_lock lock{mutex_};
    if (all_.size() < 10) all_.push_back(what);
  }
  std::string text() const { return fmt::format("{}", fmt::join(all_, "\n")); }

 private:
  std::mutex mutex_;
  std::vector<std::string> all_;
};

class Threads {
 public:
  template <class Body>
  void run(Findings& findings, Body body) {
    std::vector<std::thread> threads;
    for (int t = 0; t < connections; ++t)
      threads.emplace_back([&findings, body, t] {
        try {
          body(t);
        } catch (const std::exception& error) {
          findings.tell(error.what());
        }
      });
    for (auto& thread : threads) thread.join();
  }
};

std::string state_of(const CuttingProxy::Counts& c) {
  return fmt::format(
      "seed {}: {} requests, {} reads cut; {} writes: {} unanswered ({} documents changed, {} uncertain), {} "
      "refused; "
      "{} idle connections closed, the door shut {} times",
      seed(), c.requests, c.reads_cut, c.writes, c.unanswered, c.happened, c.uncertain, c.refused, c.idle,
      c.shut);
}

// A session through the proxy, connected while nothing is cut.
std::vector<std::unique_ptr<Session>> sessions_through(CuttingProxy& proxy, Database& database) {
  std::vector<std::unique_ptr<Session>> out;
  Login login;
  login.proxy = proxy.port();
  for (int t = 0; t < connections; ++t) out.push_back(std::make_unique<Session>(database.name(), "", login));
  return out;
}

bool proxied() {
  if (LiveServer::get().url().starts_with("http://")) return true;
  WARN("SKIPPED: the proxy that cuts connections does not speak TLS");
  return false;
}

constexpr int counters = 20;

void add_counters(Database& database) {
  std::vector<std::string> documents;
  for (int i = 0; i < counters; ++i)
    documents.push_back(fmt::format(R"({{"_id":"c{}","type":"counter","x":0}})", i));
  database.add(documents);
}

// How often a document was written since it was made.
int64_t writes_of(const std::string& revision) { return std::stoll(revision) - 1; }

}  // namespace

TEST_CASE("Connections cut at random: each UPDATE happened exactly as often as its report says",
          "[live][change][conflict][cut]") {
  if (!proxied()) return;
  Database database("cut");
  add_counters(database);
  const auto& server = LiveServer::get();
  CuttingProxy proxy{server.host(), server.port(), seed()};
  const auto sessions = sessions_through(proxy, database);
  for (const auto& session : sessions) session->query("SELECT x FROM counter WHERE _id = 'c0'");
  proxy.cut(10, 30);
  const int each = static_cast<int>(cases(60));
  std::mutex mutex;
  std::map<Report, int64_t> of_all;
  std::map<int, std::map<Report, int64_t>> of_counter;
  Findings findings;
  Threads{}.run(findings, [&](int t) {
    std::mt19937_64 random{seed() + static_cast<uint64_t>(t)};
    for (int i = 0; i < each; ++i) {
      const int counter = static_cast<int>(random() % counters);
      Report report = Report::Done;
      try {
        sessions[static_cast<size_t>(t)]->query("UPDATE counter SET x = x + 1 WHERE _id = ?",
                                                {fmt::format("c{}", counter)});
      } catch (const SqlFailure& failure) {
        proxy.open_door();
        report = report_of(failure.state(), failure.what());
      }
      std::scoped_lock lock{mutex};
      ++of_all[report];
      ++of_counter[counter][report];
    }
  });
  proxy.cut(0, 0);
  const auto counts = proxy.counts();
  INFO(state_of(counts));
  INFO(findings.text());
  INFO(fmt::format("{} done, {} not, {} unknown", of_all[Report::Done], of_all[Report::Not],
                   of_all[Report::Unknown]));
  CHECK(findings.text().empty());
  // Unknown is what got no answer, and that only. A connection that was closed while nobody used it may have
  // been taken for a write before that was noticed.
  CHECK(of_all[Report::Unknown] >= static_cast<int64_t>(counts.unanswered));
  CHECK(of_all[Report::Unknown] <= static_cast<int64_t>(counts.unanswered + counts.idle));
  CHECK(counts.unanswered > 0);
  CHECK(of_all[Report::Done] > 0);
  Session session(database.name());
  int64_t sum = 0;
  for (const auto& row : session.query("SELECT _id, x, _rev FROM counter").rows) {
    const int counter = std::stoi(row[0]->substr(1));
    const int64_t x = std::stoll(*row[1]);
    auto& reports = of_counter[counter];
    INFO(to_text(row));
    CHECK(x == writes_of(*row[2]));
    CHECK(x >= reports[Report::Done]);
    CHECK(x <= reports[Report::Done] + reports[Report::Unknown]);
    sum += x;
  }
  const int64_t known = of_all[Report::Done] + static_cast<int64_t>(counts.happened);
  CHECK(sum >= known);
  CHECK(sum <= known + static_cast<int64_t>(counts.uncertain));
}

TEST_CASE("Connections cut at random: no row of an inserted array is lost or doubled",
          "[live][change][array][cut]") {
  if (!proxied()) return;
  Database database("cutrows");
  database.add({R"({"_id":"first","type":"row","n":-1,"pad":"x"})"});
  const auto& server = LiveServer::get();
  CuttingProxy proxy{server.host(), server.port(), seed() + 1};
  const auto sessions = sessions_through(proxy, database);
  for (const auto& session : sessions) session->query("SELECT n FROM row WHERE _id = 'first'");
  proxy.cut(10, 30);
  const int each = static_cast<int>(cases(8));
  std::mutex mutex;
  std::map<int64_t, Report> reports;
  Findings findings;
  Threads{}.run(findings, [&](int t) {
    std::mt19937_64 random{seed() + 100 + static_cast<uint64_t>(t)};
    for (int i = 0; i < each; ++i) {
      // Now and then several batches, which are on their way together.
      const bool large = i == 0 && t < 2;
      const size_t rows = large ? 600 : 1 + random() % 40;
      const size_t width = large ? 12'000 : 8;
      std::vector<SQLBIGINT> numbers(rows);
      for (size_t r = 0; r < rows; ++r) numbers[r] = t * 1'000'000 + i * 1000 + static_cast<SQLBIGINT>(r);
      std::string pads(rows * width, 'x');
      std::vector<SQLLEN> lengths(rows, static_cast<SQLLEN>(width));
      std::vector<SQLUSMALLINT> status(rows, 99);
      SQLULEN processed = 0;
      Statement statement(*sessions[static_cast<size_t>(t)]);
      SQLHSTMT st = statement.handle();
      SQLSetStmtAttr(st, SQL_ATTR_PARAMSET_SIZE, reinterpret_cast<SQLPOINTER>(rows), 0);
      SQLSetStmtAttr(st, SQL_ATTR_PARAM_STATUS_PTR, status.data(), 0);
      SQLSetStmtAttr(st, SQL_ATTR_PARAMS_PROCESSED_PTR, &processed, 0);
      SQLBindParameter(st, 1, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 0, 0, numbers.data(), 0, nullptr);
      SQLBindParameter(st, 2, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, width, 0, pads.data(),
                       static_cast<SQLLEN>(width), lengths.data());
      auto sql = to_utf16("INSERT INTO row (n, pad) VALUES (?, ?)");
      const SQLRETURN code = SQLExecDirectW(st, reinterpret_cast<SQLWCHAR*>(sql.data()), SQL_NTS);
      const auto records = diagnostics_of(SQL_HANDLE_STMT, st);
      if (code != SQL_SUCCESS) proxy.open_door();
      std::map<SQLLEN, Report> of_row;
      bool none = false;  // an error of the whole statement
      for (const auto& record : records) {
        const Report report = report_of(record.state, record.message);
        if (record.row > 0 || rows == 1)  // one set is no array
          of_row.emplace(std::max<SQLLEN>(record.row, 1), report);
        else
          none = none || (code == SQL_ERROR && report == Report::Not);
      }
      std::scoped_lock lock{mutex};
      for (size_t r = 0; r < rows; ++r) {
        const auto found = of_row.find(static_cast<SQLLEN>(r + 1));
        const bool good = status[r] == SQL_PARAM_SUCCESS || status[r] == SQL_PARAM_SUCCESS_WITH_INFO;
        if (found == of_row.end() && !none && !(good && SQL_SUCCEEDED(code)))
          findings.tell(
              fmt::format("row {} has status {}, no record, and the call returned {}", r, status[r], code));
        if (found != of_row.end() && good) findings.tell("a row that went in has an error");
        reports[numbers[r]] = found != of_row.end() ? found->second : good ? Report::Done : Report::Not;
      }
    }
  });
  proxy.cut(0, 0);
  INFO(state_of(proxy.counts()));
  INFO(findings.text());
  CHECK(findings.text().empty());
  Session session(database.name());
  std::map<int64_t, int> there;
  for (const auto& row : session.query("SELECT n FROM row WHERE n >= 0").rows) ++there[std::stoll(*row[0])];
  std::map<Report, int64_t> total;
  for (const auto& [number, report] : reports) {
    const int found = there[number];
    ++total[report];
    INFO(fmt::format("row {} was reported as {}", number, static_cast<int>(report)));
    if (report == Report::Done) CHECK(found == 1);
    if (report == Report::Not) CHECK(found == 0);
    if (report == Report::Unknown) CHECK(found <= 1);
  }
  CHECK(total[Report::Done] > 0);
  CHECK(total[Report::Unknown] > 0);
}

TEST_CASE("Connections cut at random: COMMIT says of each document whether it was written",
          "[live][transaction][cut]") {
  if (!proxied()) return;
  Database database("cutcommit");
  add_counters(database);
  database.add({R"({"_id":"first","type":"entry","n":-1})"});
  const auto& server = LiveServer::get();
  CuttingProxy proxy{server.host(), server.port(), seed() + 2};
  const auto sessions = sessions_through(proxy, database);
  for (const auto& session : sessions) {
    session->query("SELECT x FROM counter WHERE _id = 'c0'");
    session->query("SELECT n FROM entry WHERE _id = 'first'");
    SQLSetConnectAttr(session->handle(), SQL_ATTR_AUTOCOMMIT,
                      reinterpret_cast<SQLPOINTER>(SQL_AUTOCOMMIT_OFF), 0);
  }
  proxy.cut(5, 40);
  const int each = static_cast<int>(cases(25));
  std::mutex mutex;
  std::map<std::string, Report> entries;                   // by _id
  std::map<std::string, std::string> said;                 // by _id: the records
  std::map<std::string, std::map<Report, int64_t>> added;  // by _id
  std::map<std::string, int> ends;                         // SQLSTATEs of COMMIT
  Findings findings;
  Threads{}.run(findings, [&](int t) {
    Session& session = *sessions[static_cast<size_t>(t)];
    std::mt19937_64 random{seed() + 200 + static_cast<uint64_t>(t)};
    for (int i = 0; i < each; ++i) {
      std::set<std::string> fresh, changed;
      try {
        for (int k = 0; k < 3; ++k) {
          const std::string id = fmt::format("e{}_{}_{}", t, i, k);
          session.query("INSERT INTO entry (_id, n) VALUES (?, ?)", {id, k});
          fresh.insert(id);
        }
        for (int k = 0; k < 2; ++k) {
          const std::string id = fmt::format("c{}", random() % counters);
          if (changed.contains(id)) continue;
          session.query("UPDATE counter SET x = x + 1 WHERE _id = ?", {id});
          changed.insert(id);
        }
      } catch (const SqlFailure& failure) {
        proxy.open_door();
        if (report_of(failure.state(), failure.what()) != Report::Not)
          findings.tell(std::string{"before COMMIT: "} + failure.what());
      }
      const SQLRETURN code = SQLEndTran(SQL_HANDLE_DBC, session.handle(), SQL_COMMIT);
      std::map<std::string, Report> of;
      for (const auto& id : fresh) of[id] = Report::Done;
      for (const auto& id : changed) of[id] = Report::Done;
      std::string state = "00000", text = fmt::format("SQLEndTran returned {}", code);
      if (code != SQL_SUCCESS) {
        proxy.open_door();
        const auto records = diagnostics(SQL_HANDLE_DBC, session.handle());
        state = records.empty() ? "none" : records.front().state;
        for (const auto& record : records) text += "\n" + record.state + " " + record.message;
        // Of each document there is a record, or nothing of the transaction happened.
        for (auto& [id, report] : of) {
          report = Report::Not;
          for (const auto& record : records) {
            if (record.message.find(id + " in " + database.name() + " was written") != std::string::npos)
              report = Report::Done;
            if (record.message.find("whether " + id + " in ") != std::string::npos) report = Report::Unknown;
          }
        }
        const bool any =
            std::any_of(of.begin(), of.end(), [](const auto& one) { return one.second == Report::Unknown; });
        if (any != (state == "08007")) findings.tell("records and SQLSTATE differ: " + state);
        SQLEndTran(SQL_HANDLE_DBC, session.handle(), SQL_ROLLBACK);
      }
      std::scoped_lock lock{mutex};
      ++ends[state];
      for (const auto& id : fresh) entries[id] = of[id], said[id] = text;
      for (const auto& id : changed) ++added[id][of[id]];
    }
  });
  proxy.cut(0, 0);
  const auto counts = proxy.counts();
  INFO(state_of(counts));
  INFO(findings.text());
  CHECK(findings.text().empty());
  CHECK(ends["00000"] > 0);
  CHECK(ends["08007"] > 0);
  CHECK(static_cast<uint64_t>(ends["08007"]) >= counts.unanswered);
  CHECK(static_cast<uint64_t>(ends["08007"]) <= counts.unanswered + counts.idle);
  Session session(database.name());
  std::set<std::string> there;
  for (const auto& row : session.query("SELECT _id FROM entry").rows) there.insert(*row[0]);
  for (const auto& [id, report] : entries) {
    INFO(fmt::format("{} was reported as {}: {}", id, static_cast<int>(report), said[id]));
    if (report == Report::Done) CHECK(there.contains(id));
    if (report == Report::Not) CHECK_FALSE(there.contains(id));
  }
  for (const auto& row : session.query("SELECT _id, x, _rev FROM counter").rows) {
    auto& of = added[*row[0]];
    INFO(to_text(row));
    const int64_t x = std::stoll(*row[1]);
    CHECK(x == writes_of(*row[2]));
    CHECK(x >= of[Report::Done]);
    CHECK(x <= of[Report::Done] + of[Report::Unknown]);
  }
  for (const auto& one : sessions)
    SQLSetConnectAttr(one->handle(), SQL_ATTR_AUTOCOMMIT, reinterpret_cast<SQLPOINTER>(SQL_AUTOCOMMIT_ON), 0);
}
