// The I/O thread and the process: cancelling, idling, forking, exiting.
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <future>
#include <thread>

#include "http/client.h"
#include "http/loop.h"
#include "tests/support/certificates.h"
#include "tests/support/scripted_couch.h"
#include "tests/unit/http/expect.h"

using namespace couch::http;
using namespace couch::test;
using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;

// Runs `body` in a forked child and gives its exit status; -1 when a signal ended it or it did not end.
template <class Body>
int in_child(Body body) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(20);
    int status = 99;
    try {
      status = body();
    } catch (...) {
    }
    ::_exit(status);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

size_t threads() {
  std::ifstream status{"/proc/self/status"};
  for (std::string line; std::getline(status, line);)
    if (line.rfind("Threads:", 0) == 0) return std::stoul(line.substr(8));
  return 0;
}

template <class Condition>
bool eventually(Condition condition) {
  const auto until = Clock::now() + 10s;
  while (!condition()) {
    if (Clock::now() > until) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace

TEST_CASE("A stop from another thread ends a wait at once, and the connection with it", "[http][stop]") {
  ScriptedCouch couch;
  const auto client = Client::create(endpoint_of(couch));
  Stop stop;
  auto request = get("/db");
  request.stop = &stop;
  Gate gate;
  std::function<void()> wait;
  std::function<bool()> ready_to_stop = [&] { return gate.wait_until_reached(); };
  SECTION("for a whole answer") {
    gate = couch.on_get("/db").hold();
    wait = [&] { client->send(request); };
  }
  SECTION("for the first row") {
    gate = couch.on_get("/db").hold();
    wait = [&] { client->stream(request)->next(); };
  }
  SECTION("in the middle of an answer") {
    gate = couch.on_get("/db").answer("[1,2]").chunked().hold_at(3);
    auto taken = std::make_shared<std::promise<void>>();
    ready_to_stop = [taken] { return taken->get_future().wait_for(10s) == std::future_status::ready; };
    wait = [&, taken] {
      const auto stream = client->stream(request);
      CHECK(stream->next());
      taken->set_value();
      stream->next();
    };
  }
  SECTION("between two attempts") {
    const auto route = couch.on_get("/db").error(503, "busy", "later").header("Retry-After", "10");
    ready_to_stop = [&, route] { return couch.wait_for_asked(1); };
    wait = [&] { client->send(request); };
  }
  Clock::time_point asked;
  std::thread other{[&] {
    CHECK(ready_to_stop());
    asked = Clock::now();
    stop.request();
  }};
  const auto error = error_of(wait);
  const auto ended = Clock::now();
  other.join();
  CHECK(error.kind() == ErrorKind::Interrupted);
  CHECK(ended - asked < 1s);
  stop.reset();
  CHECK(client->send(get("/_up")).status == 200);
  request.path = "/_up";
  CHECK(client->send(request).status == 200);  // the same Stop serves the next statement
}

TEST_CASE("A stopped transfer is closed", "[http][stop]") {
  ScriptedCouch couch;
  auto gate = couch.on_get("/db").answer("[1,2]").chunked().hold_at(3);
  Stop stop;
  auto request = get("/db");
  request.stop = &stop;
  const auto stream = Client::create(endpoint_of(couch))->stream(request);
  CHECK(stream->next());
  stop.request();
  CHECK(couch.wait_for_open_connections(0));
  CHECK(error_of([&] { stream->next(); }).kind() == ErrorKind::Interrupted);
  CHECK(error_of([&] { stream->poll(); }).kind() == ErrorKind::Interrupted);
}

TEST_CASE("A stop that came first lets nothing be sent", "[http][stop]") {
  ScriptedCouch couch;
  Stop stop;
  stop.request();
  auto request = get("/db");
  request.stop = &stop;
  CHECK(error_of([&] { Client::create(endpoint_of(couch))->send(request); }).kind() ==
        ErrorKind::Interrupted);
  CHECK(couch.asked().empty());
}

TEST_CASE("A request that queues for a connection can be stopped", "[http][stop]") {
  ScriptedCouch couch;
  auto gate = couch.on_get("/db").hold();
  auto endpoint = endpoint_of(couch);
  endpoint.max_connections = 1;
  const auto client = Client::create(endpoint);
  const auto holder = client->stream(get("/db"));
  REQUIRE(gate.wait_until_reached());
  Stop stop;
  auto request = get("/_up");
  request.stop = &stop;
  const auto queued = client->stream(request);
  stop.request();
  CHECK(error_of([&] { queued->next(); }).kind() == ErrorKind::Interrupted);
  gate.answer("[]");
  CHECK_FALSE(holder->next());
  CHECK(couch.asked().size() == 1);
}

TEST_CASE("A stream that is destroyed ends its transfer", "[http][stop]") {
  ScriptedCouch couch;
  auto gate = couch.on_get("/db").answer("[1,2]").chunked().hold_at(3);
  const auto client = Client::create(endpoint_of(couch));
  auto stream = client->stream(get("/db"));
  CHECK(stream->next());
  stream.reset();
  CHECK(couch.wait_for_open_connections(0));
}

TEST_CASE("A client may go before its streams", "[http][stop]") {
  ScriptedCouch couch;
  auto gate = couch.on_get("/db").answer("[1,2]").chunked().hold_at(3);
  auto client = Client::create(endpoint_of(couch));
  const auto stream = client->stream(get("/db"));
  CHECK(stream->next());
  client.reset();
  gate.open();
  CHECK(text(*stream->next()) == "2");
  CHECK_FALSE(stream->next());
}

TEST_CASE("Many threads use one client, are stopped and go on", "[http][stop]") {
  ScriptedCouch couch;
  couch.on_get("/db").answer("[1,2,3]").chunked(1);
  const auto client = Client::create(endpoint_of(couch));
  std::atomic<size_t> rows{0}, stopped{0};
  std::vector<std::thread> workers;
  for (int i = 0; i < 8; ++i)
    workers.emplace_back([&, i] {
      Stop stop;
      for (int n = 0; n < 50; ++n) {
        stop.reset();
        auto request = get("/db");
        request.stop = &stop;
        try {
          const auto stream = client->stream(request);
          if ((n + i) % 3 == 0) stop.request();
          while (stream->next()) ++rows;
        } catch (const Error& error) {
          if (error.kind() == ErrorKind::Interrupted) ++stopped;
        }
      }
    });
  for (auto& worker : workers) worker.join();
  CHECK(rows + 3 * stopped >= 8 * 50 * 3);
  CHECK(stopped > 0);
}

TEST_CASE("The I/O thread ends when it has been idle, closes what it kept, and comes back", "[http][loop]") {
  ScriptedCouch couch;
  const auto client = Client::create(endpoint_of(couch));
  client->send(get("/_up"));
  CHECK(Loop::here().running());
  Loop::here().set_idle_limit(0ms);
  CHECK(couch.wait_for_open_connections(0));
  CHECK(eventually([] { return !Loop::here().running(); }));
  Loop::here().set_idle_limit(10000ms);
  CHECK(client->send(get("/_up")).status == 200);
  CHECK(couch.accepted() == 2);
}

TEST_CASE("A hundred requests at once need one thread", "[http][loop]") {
  ScriptedCouch couch;
  auto gate = couch.on_get("/db").hold();
  const auto client = Client::create([&] {
    auto endpoint = endpoint_of(couch);
    endpoint.max_connections = 200;
    return endpoint;
  }());
  client->send(get("/_up"));
  const size_t before = threads() - couch.open_connections();  // the server has a thread a connection
  std::vector<std::unique_ptr<RowStream>> streams;
  for (int i = 0; i < 100; ++i) streams.push_back(client->stream(get("/db")));
  REQUIRE(couch.wait_for_asked(101));
  CHECK(threads() - couch.open_connections() == before);
  gate.answer("[]");
  for (auto& stream : streams) CHECK_FALSE(stream->next());
}

// ThreadSanitizer ends a forked child that starts a thread.
#ifndef __SANITIZE_THREAD__
TEST_CASE("A forked child has requests of its own, and leaves its parent's alone", "[http][loop]") {
  ScriptedCouch couch;
  auto gate = couch.on_get("/db").answer("[1,2]").chunked().hold_at(3);
  auto endpoint = endpoint_of(couch);
  const auto client = Client::create(endpoint);
  auto stream = client->stream(get("/db"));
  CHECK(text(*stream->next()) == "1");
  const int status = in_child([&] {
    if (client->send(get("/_up")).status != 200) return 1;
    try {
      stream->next();
      return 2;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::LinkFailure) return 3;
    }
    stream.reset();
    return client->send(get("/_up")).status == 200 ? 0 : 4;
  });
  CHECK(status == 0);
  gate.open();
  CHECK(text(*stream->next()) == "2");
  CHECK_FALSE(stream->next());
}

TEST_CASE("A forked child logs in for itself", "[http][loop]") {
  ScriptedCouch couch;
  couch.require_user("u", "password");
  auto endpoint = endpoint_of(couch);
  endpoint.auth = Auth::Session;
  endpoint.user = "u";
  endpoint.password = "password";
  const auto client = Client::create(endpoint);
  client->connect();
  CHECK(in_child([&] { return client->send(get("/_all_dbs")).status == 200 ? 0 : 1; }) == 0);
  CHECK(client->send(get("/_all_dbs")).status == 200);
  CHECK(couch.asked("POST", "/_session").size() == 2);
}

#endif

// Runs as a program of its own: see the next test.
TEST_CASE("exits while a request runs", "[.exits]") {
  Endpoint endpoint;
  endpoint.servers = {std::getenv("COUCH_TEST_URL")};
  endpoint.tls = TlsMode::Require;
  static RowStream* stream;  // as an application does that never frees its handles
  stream = Client::create(endpoint)->stream(get("/db")).release();
  std::exit(stream->next() ? 7 : 8);
}

TEST_CASE("A process may exit while requests run", "[http][loop]") {
  const Certificates certificates;
  ScriptedCouch couch{ScriptedCouch::Tls{certificates.server().certificate, certificates.server().key, {}}};
  std::atomic<bool> stop{false};
  couch.on_get("/db").stream([&, first = true](std::string& piece) mutable {
    piece = (first ? "[1" : "") + std::string{",\"and so on\""};
    first = false;
    return !stop;
  });
  ::setenv("COUCH_TEST_URL", couch.url().c_str(), 1);
  const int status = in_child([] {
    // A thread that still works when the process ends has what OpenSSL gave it.
    ::setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
    ::execl("/proc/self/exe", "unit_http", "exits while a request runs", nullptr);
    return 1;
  });
  stop = true;
  CHECK(status == 7);
}

// Runs as a program of its own: see the next test.
TEST_CASE("exits while a guest is about to enter", "[.exits]") {
  struct Told final : Loop::Guest {
    void on_due(Loop::Time) override {}
    void on_stop_requested() override {}
    void on_exit() override { ::_exit(7); }
  };
  Loop& loop = Loop::here();
  std::promise<void> turning;
  loop.post([&] {
    turning.set_value();
    while (loop.post([] {})) std::this_thread::yield();  // until the process exits
  });
  turning.get_future().wait();
  loop.post([&] { loop.enter(std::make_shared<Told>()); });  // the next turn's, which is the last
  std::exit(8);
}

TEST_CASE("Who enters the loop in its last turn is told that the process exits", "[http][loop]") {
  CHECK(in_child([] {
          ::execl("/proc/self/exe", "unit_http", "exits while a guest is about to enter", nullptr);
          return 1;
        }) == 7);
}

TEST_CASE("A caller that drives the loop has SIGPIPE blocked, whatever it will send, and then no more",
          "[http][loop]") {
  const auto blocked = [] {
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    return sigismember(&mask, SIGPIPE) == 1;
  };
  Loop& loop = Loop::here();
  bool meanwhile = false;
  REQUIRE(eventually([&] {
    loop.post([] {});  // it has a thread
    return loop.drive_until([&] {
      meanwhile = blocked();
      return true;
    });
  }));
  CHECK(meanwhile);
  CHECK_FALSE(blocked());
}

TEST_CASE("The process's signal mask and SIGPIPE are left alone", "[http][loop]") {
  struct sigaction before {
  }, after{};
  sigaction(SIGPIPE, nullptr, &before);
  ScriptedCouch couch;
  const auto client = Client::create(endpoint_of(couch));
  for (int i = 0; i < 5; ++i) {
    client->send(get("/_up"));
    couch.drop_connections();
  }
  sigaction(SIGPIPE, nullptr, &after);
  CHECK(before.sa_handler == after.sa_handler);
  sigset_t mask;
  pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  CHECK_FALSE(sigismember(&mask, SIGPIPE));
}

TEST_CASE("A caller that waits for its answer drives the loop itself, for all", "[http][loop]") {
  ScriptedCouch couch;
  const auto client = Client::create(endpoint_of(couch));
  auto gate = couch.on_get("/held").hold();
  couch.on_get("/other").answer(R"({"ok":true})");
  std::promise<std::thread::id> waiting;
  auto held = std::async(std::launch::async, [&] {
    const CallScope call;
    waiting.set_value(std::this_thread::get_id());
    return client->send(get("/held")).status;
  });
  const auto caller = waiting.get_future().get();
  REQUIRE(gate.wait_until_reached());
  std::promise<std::thread::id> driver;
  Loop::here().post([&] { driver.set_value(std::this_thread::get_id()); });
  CHECK(driver.get_future().get() == caller);
  CHECK(client->send(get("/other")).status == 200);  // while the other one drives
  gate.open();
  CHECK(held.get() == 200);
}

TEST_CASE("What a caller leaves unfinished is gone on with", "[http][loop]") {
  ScriptedCouch couch;
  const auto client = Client::create(endpoint_of(couch));
  auto gate = couch.on_get("/later").hold();
  couch.on_get("/now").answer(R"({"ok":true})");
  const CallScope call;
  const auto later = client->start(get("/later"));
  CHECK(client->send(get("/now")).status == 200);  // sends both, and waits for one
  REQUIRE(gate.wait_until_reached());
  gate.open();
  CHECK(eventually([&] { return later->poll() == RowStream::Ready::Row; }));
}

TEST_CASE("A read that nobody waits for goes out at the end of its call, a write at once", "[http][loop]") {
  ScriptedCouch couch;
  const auto client = Client::create(endpoint_of(couch));
  const auto read = couch.on_get("/read").hold();
  const auto write = couch.on_post("/write").hold();
  std::unique_ptr<Pending> reading, writing;
  {
    const CallScope call;
    reading = client->start(get("/read"));
  }
  CHECK(read.wait_until_reached());
  {
    const CallScope call;
    auto request = get("/write");
    request.method = "POST";
    request.idempotent = false;
    writing = client->start(request);
    CHECK(write.wait_until_reached());
  }
}
