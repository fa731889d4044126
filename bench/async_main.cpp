// Asynchronous statements: many at once on one thread against a server that answers late, what waiting costs,
// and how soon SQLCancel works.
//
//   async URL DATABASE [ROUNDS]
//
// URL is a CouchDB's, with user and password (http://admin:secret@127.0.0.1:5984); DATABASE is that of
// bench/people. Prints the rows of docs/performance.md.
#include <fmt/format.h>
#include <poll.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <thread>

#include "bench/delay.h"
#include "bench/measure.h"
#include "bench/sql_client.h"

using namespace couch::bench;

namespace {

constexpr SQLINTEGER poll_descriptor_attribute = 0x4001;  // docs/asynchronous.md

// One statement that looks a document up.
struct Lookup {
  Lookup(const SqlClient& client, size_t number, bool asynchronous)
      : sql(fmt::format("SELECT name FROM person WHERE _id = 'p{:07}'", number)) {
    check(SQLAllocHandle(SQL_HANDLE_STMT, client.handle(), &statement), SQL_HANDLE_DBC, client.handle(),
          "alloc");
    if (!asynchronous) return;
    check(SQLSetStmtAttr(statement, SQL_ATTR_ASYNC_ENABLE, reinterpret_cast<SQLPOINTER>(SQL_ASYNC_ENABLE_ON),
                         0),
          SQL_HANDLE_STMT, statement, "async");
    SQLULEN number_of_it = 0;
    check(SQLGetStmtAttr(statement, poll_descriptor_attribute, &number_of_it, 0, nullptr), SQL_HANDLE_STMT,
          statement, "descriptor");
    descriptor = static_cast<int>(number_of_it);
  }
  ~Lookup() { SQLFreeHandle(SQL_HANDLE_STMT, statement); }
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;

  // False: still executing.
  bool go_on() {
    const SQLRETURN code = SQLExecDirect(statement, chars(sql), SQL_NTS);
    if (code == SQL_STILL_EXECUTING) return false;
    check(code, SQL_HANDLE_STMT, statement, "execute");
    return true;
  }
  void take() {
    char name[256];
    SQLLEN length = 0;
    SQLFetch(statement);
    check(SQLGetData(statement, 1, SQL_C_CHAR, name, sizeof name, &length), SQL_HANDLE_STMT, statement,
          "data");
    SQLFreeStmt(statement, SQL_CLOSE);
  }

  SQLHSTMT statement = nullptr;
  std::string sql;
  int descriptor = -1;
};

using Lookups = std::vector<std::unique_ptr<Lookup>>;

Lookups lookups(const SqlClient& client, size_t count, bool asynchronous) {
  Lookups all;
  for (size_t i = 0; i < count; ++i) all.push_back(std::make_unique<Lookup>(client, i, asynchronous));
  return all;
}

void one_after_another(const Lookups& all) {
  for (const auto& one : all) {
    one->go_on();
    one->take();
  }
}

std::vector<pollfd> begin_all(const Lookups& all) {
  std::vector<pollfd> wanted;
  for (const auto& one : all) {
    one->go_on();
    wanted.push_back({one->descriptor, POLLIN, 0});
  }
  return wanted;
}

void end_all(const Lookups& all, std::vector<pollfd> wanted) {
  for (size_t left = all.size(); left > 0;) {
    ::poll(wanted.data(), wanted.size(), -1);
    for (size_t i = 0; i < wanted.size(); ++i) {
      if (!(wanted[i].revents & POLLIN) || !all[i]->go_on()) continue;
      all[i]->take();
      wanted[i].fd = -1;
      --left;
    }
  }
}

double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

ptrdiff_t threads() { return std::distance(std::filesystem::directory_iterator{"/proc/self/task"}, {}); }

// "http://user:password@host:port" through a proxy on a port of this machine.
std::string through(const std::string& url, const DelayingProxy& proxy, const std::string& database) {
  const size_t at = url.find('@');
  const std::string user = at == std::string::npos ? "http://" : url.substr(0, at + 1);
  return fmt::format("Driver=CouchDB;URL={}127.0.0.1:{}/{};MaxConnections=1000", user, proxy.port(),
                     database);
}

void waiting(const std::string& connection, size_t count) {
  const SqlClient client{connection};
  const Lookups all = lookups(client, count, true);
  one_after_another(lookups(client, 1, false));  // the schema is known, and the connection's first requests
  const auto wanted = begin_all(all);
  auto nobody = wanted;
  ::poll(nobody.data(), nobody.size(), 1000);  // all have been sent
  const double before = processor_seconds(), start = now();
  ::poll(nobody.data(), nobody.size(), 2000);
  const double time = now() - start, used = processor_seconds() - before;
  fmt::print("| {} statements that wait: threads beside the caller's | {} |\n", count, threads() - 1);
  fmt::print("| {} statements that wait: processor time | {:.2f} % of {:.1f} s |\n", count, used / time * 100,
             time);
  end_all(all, wanted);
}

void print_times(const char* what, std::vector<double> times) {
  std::sort(times.begin(), times.end());
  fmt::print("| {} | {:.1f} ms (median of {}), {:.1f} ms (longest) |\n", what, times[times.size() / 2] * 1000,
             times.size(), times.back() * 1000);
}

void cancelling(const std::string& connection, int rounds) {
  const SqlClient client{connection};
  std::vector<double> polled, fetched, took;
  std::string scan = "SELECT name, email, age FROM person ORDER BY email";
  for (int i = 0; i < rounds; ++i) {
    {
      Lookup one{client, 0, true};
      one.sql = scan;
      one.go_on();
      pollfd wanted{one.descriptor, POLLIN, 0};
      ::poll(&wanted, 1, 200);
      const double start = now();
      SQLCancel(one.statement);
      took.push_back(now() - start);
      SQLRETURN code;
      while ((code = SQLExecDirect(one.statement, chars(one.sql), SQL_NTS)) == SQL_STILL_EXECUTING)
        ::poll(&wanted, 1, -1);
      if (code == SQL_ERROR) polled.push_back(now() - start);
    }
    Lookup one{client, 0, false};
    one.sql = "SELECT * FROM person";
    one.go_on();
    std::atomic<double> cancelled{0};
    std::thread other{[&] {
      ::poll(nullptr, 0, 100);
      cancelled = now();
      SQLCancel(one.statement);
    }};
    while (SQLFetch(one.statement) == SQL_SUCCESS) {
    }
    const double end = now();
    other.join();
    if (end > cancelled) fetched.push_back(end - cancelled);
    Lookup again{client, 1, false};
    again.go_on();
    again.take();
  }
  print_times("SQLCancel itself", took);
  print_times("SQLCancel of an asynchronous scan that sorts, until HY008", polled);
  if (!fetched.empty()) print_times("SQLCancel while another thread fetches, until HY008", fetched);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "async URL DATABASE [ROUNDS]\n");
    return 2;
  }
  const std::string url = argv[1], database = argv[2];
  const int rounds = argc > 3 ? std::atoi(argv[3]) : 15;
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = std::min<rlim_t>(files.rlim_max, 8192);
  setrlimit(RLIMIT_NOFILE, &files);
  const size_t at = url.find('@');
  const std::string server = at == std::string::npos ? url : "http://" + url.substr(at + 1);
  const DelayingProxy soon{server, 10}, late{server, 5000};

  {
    const SqlClient client{through(url, soon, database)};
    const Lookups plain = lookups(client, 100, false), together = lookups(client, 100, true);
    print_head("100 statements at once", "one after another");
    print_row("one row each, 10 ms later",
              compare(
                  rounds, [&] { end_all(together, begin_all(together)); }, [&] { one_after_another(plain); }),
              1.0 / 40);
  }
  fmt::print("\n| what | figure |\n| --- | --- |\n");
  waiting(through(url, late, database), 1000);
  cancelling(fmt::format("Driver=CouchDB;URL={}/{}", url, database), rounds);
}
