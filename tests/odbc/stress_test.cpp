// Many threads do everything at once on one environment: statements, synchronous and asynchronous, that are
// cancelled, time out, and lose their connection at random. What ends well must be right. Meant for the
// sanitizers: PRESET=tsan, odbc_tests "[stress]". COUCHDBODBC_STRESS is how many rounds each thread makes.
#include <poll.h>

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <random>
#include <thread>

#include "tests/odbc/films.h"

using namespace couch::test;

#undef SQLExecDirectW
#undef SQLTablesW
#undef SQLFetch
#undef SQLGetData

namespace {

constexpr SQLINTEGER poll_descriptor_attribute = 0x4001;
constexpr int documents = 600;

std::vector<std::string> many_documents() {
  std::vector<std::string> all;
  for (int i = 0; i < documents; ++i)
    all.push_back(R"({"_id":"d)" + std::to_string(10'000 + i) + R"(","type":"thing","n":)" +
                  std::to_string(i) + R"(,"kind":")" + std::to_string(i % 3) + R"("})");
  return all;
}

struct Question {
  const char* sql;
  SQLINTEGER answer;  // of the first row's first column
};
constexpr Question questions[] = {
    {"SELECT n FROM thing WHERE _id = 'd10042'", 42},
    {"SELECT COUNT(n) FROM thing", documents},
    {"SELECT MAX(a.n) FROM thing a JOIN thing b ON a._id = b._id WHERE b.kind = '2'", 599},
    {"SELECT n FROM thing ORDER BY n DESC", 599},
};

// Statements that may be cancelled by other threads; a freed one is taken out first.
class Targets {
 public:
  void add(SQLHSTMT st) {
    std::scoped_lock lock{mutex_};
    all_.push_back(st);
  }
  void remove(SQLHSTMT st) {
    std::scoped_lock lock{mutex_};
    std::erase(all_, st);
  }
  void cancel_one(size_t which) {
    std::scoped_lock lock{mutex_};
    if (!all_.empty()) SQLCancel(all_[which % all_.size()]);
  }

 private:
  std::mutex mutex_;
  std::vector<SQLHSTMT> all_;
};

struct Counts {
  std::atomic<int> right{0}, cancelled{0}, timed_out{0}, lost{0}, wrong{0};
  std::mutex mutex;
  std::string first_wrong;
  void tell(const std::string& what) {
    ++wrong;
    std::scoped_lock lock{mutex};
    if (first_wrong.empty()) first_wrong = what;
  }
};

class Worker {
 public:
  Worker(const Films& films, SQLHDBC shared, Targets& targets, Counts& counts, unsigned seed)
      : films_(films), shared_(shared), targets_(targets), counts_(counts), random_(seed) {}

  void work(int rounds) {
    SQLHDBC own = nullptr;
    for (int i = 0; i < rounds; ++i) {
      if (!own && !(own = connect())) return counts_.tell("cannot connect");
      const bool on_own = chance(60);
      if (!statement(on_own ? own : shared_, on_own)) {
        SQLFreeHandle(SQL_HANDLE_DBC, own);
        own = nullptr;
      }
      if (chance(10)) targets_.cancel_one(random_());
    }
    if (own) {
      SQLDisconnect(own);
      SQLFreeHandle(SQL_HANDLE_DBC, own);
    }
  }

 private:
  bool chance(unsigned percent) { return random_() % 100 < percent; }

  SQLHDBC connect() {
    SQLHDBC c = nullptr;
    if (SQLAllocHandle(SQL_HANDLE_DBC, films_.environment, &c) != SQL_SUCCESS) return nullptr;
    std::u16string text = utf16(films_.connection_string());
    if (SQL_SUCCEEDED(SQLDriverConnectW(c, nullptr, reinterpret_cast<SQLWCHAR*>(text.data()), SQL_NTS,
                                        nullptr, 0, nullptr, SQL_DRIVER_NOPROMPT)))
      return c;
    SQLFreeHandle(SQL_HANDLE_DBC, c);
    return nullptr;
  }

  // False: it disconnected meanwhile.
  bool statement(SQLHDBC c, bool may_disconnect) {
    SQLHSTMT st = nullptr;
    if (SQLAllocHandle(SQL_HANDLE_STMT, c, &st) != SQL_SUCCESS) return counts_.tell("no statement"), true;
    const bool async = chance(70);
    SQLULEN descriptor = 0;
    if (async) {
      SQLSetStmtAttr(st, SQL_ATTR_ASYNC_ENABLE, reinterpret_cast<SQLPOINTER>(SQL_ASYNC_ENABLE_ON), 0);
      SQLGetStmtAttr(st, poll_descriptor_attribute, &descriptor, 0, nullptr);
    }
    if (chance(30)) SQLSetStmtAttr(st, SQL_ATTR_QUERY_TIMEOUT, reinterpret_cast<SQLPOINTER>(SQLULEN{1}), 0);
    targets_.add(st);
    const Question& question = questions[random_() % std::size(questions)];
    std::u16string text = utf16(question.sql);
    const bool catalog = chance(15);
    const auto call = [&] {
      return catalog ? SQLTablesW(st, nullptr, 0, nullptr, 0, nullptr, 0, nullptr, 0)
                     : SQLExecDirectW(st, reinterpret_cast<SQLWCHAR*>(text.data()), SQL_NTS);
    };
    SQLRETURN code = call();
    while (code == SQL_STILL_EXECUTING) {
      if (may_disconnect && chance(3)) {
        targets_.remove(st);
        SQLDisconnect(c);
        ++counts_.lost;
        return false;
      }
      if (chance(5)) SQLCancel(st);
      pollfd wanted{static_cast<int>(descriptor), POLLIN, 0};
      if (::poll(&wanted, 1, 60'000) != 1) {
        counts_.tell("does not end");
        break;
      }
      code = call();
    }
    judge(st, code, catalog ? -1 : question.answer);
    targets_.remove(st);
    SQLFreeHandle(SQL_HANDLE_STMT, st);
    return true;
  }

  void judge(SQLHSTMT st, SQLRETURN code, SQLINTEGER answer) {
    if (SQL_SUCCEEDED(code)) code = SQLFetch(st);
    SQLINTEGER value = -1;
    if (SQL_SUCCEEDED(code) && answer >= 0) code = SQLGetData(st, 1, SQL_C_SLONG, &value, 0, nullptr);
    if (SQL_SUCCEEDED(code)) {
      if (value == answer)
        ++counts_.right;
      else
        counts_.tell("the answer is " + std::to_string(value));
      return;
    }
    SQLCHAR state[6] = {}, message[512] = {};
    SQLGetDiagRec(SQL_HANDLE_STMT, st, 1, state, nullptr, message, sizeof message, nullptr);
    const std::string is{reinterpret_cast<char*>(state)};
    // SQLCancel closes a cursor when nothing runs: what follows is out of sequence.
    if (is == "HY008" || is == "HY010" || is == "24000")
      ++counts_.cancelled;
    else if (is == "HYT00")
      ++counts_.timed_out;
    else
      counts_.tell(is + " " + reinterpret_cast<char*>(message));
  }

  const Films& films_;
  const SQLHDBC shared_;
  Targets& targets_;
  Counts& counts_;
  std::minstd_rand random_;
};

}  // namespace

TEST_CASE("Threads do everything at once, and what ends well is right", "[odbc][async][threads][stress]") {
  const char* const wanted = std::getenv("COUCHDBODBC_STRESS");
  const int rounds = wanted ? std::atoi(wanted) : 6;
  Films films;
  films.couch.serve_database("films", many_documents());
  Connection shared{films.environment, films.connection_string()};
  Targets targets;
  Counts counts;
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < 32; ++t)
    threads.emplace_back([&, t] { Worker{films, shared, targets, counts, t + 1}.work(rounds); });
  for (auto& thread : threads) thread.join();
  INFO(counts.first_wrong);
  CHECK(counts.wrong == 0);
  CHECK(counts.right > 0);
  WARN("right " << counts.right << ", cancelled " << counts.cancelled << ", timed out " << counts.timed_out
                << ", disconnected " << counts.lost);
}
