// Streams that are read slowly, late, or not at all: memory stays bounded and no row is lost.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "http/client.h"
#include "http/rows.h"
#include "tests/support/scripted_couch.h"
#include "tests/unit/http/expect.h"

using namespace couch::http;
using namespace couch::test;
using namespace std::chrono_literals;

namespace {

constexpr size_t row_padding = 200;

std::string numbered_row(size_t number) {
  return "{\"n\":" + std::to_string(number) + ",\"pad\":\"" + std::string(number % row_padding, 'x') + "\"}";
}

// An answer of `count` numbered rows, made while it is sent. `sent` counts them, and `finished` tells that
// all are on their way.
struct LongAnswer {
  size_t count;
  std::atomic<size_t> sent{0};
  std::atomic<bool> finished{false};

  std::function<bool(std::string&)> maker() {
    return [this](std::string& piece) {
      const size_t at = sent;
      if (at == count) {
        finished = true;
        return false;
      }
      if (at == 0) piece = "{\"total_rows\":1,\"rows\":[";
      const size_t end = std::min(at + 500, count);
      for (size_t i = at; i < end; ++i) piece += (i ? ",\r\n" : "") + numbered_row(i);
      if (end == count) piece += "]}";
      sent = end;
      return true;
    };
  }
};

// A wait for a condition that another thread brings about; false after ten seconds.
template <class Condition>
bool eventually(Condition condition) {
  const auto until = std::chrono::steady_clock::now() + 10s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::yield();
  }
  return true;
}

size_t read_and_check(RowStream& stream, size_t from, size_t count) {
  for (size_t i = from; i < from + count; ++i) {
    const auto row = stream.next();
    REQUIRE(row);
    if (text(*row) != numbered_row(i)) FAIL("row " << i << " is " << text(*row));
  }
  return from + count;
}

constexpr uint64_t slack = 1u << 20;  // what one read from the socket and one block may add

}  // namespace

TEST_CASE("A stream that is read slowly holds no more than it may, and pauses", "[http][stream]") {
  ScriptedCouch couch;
  LongAnswer answer{200000};
  couch.on_get("/db").stream(answer.maker());
  auto endpoint = endpoint_of(couch);
  endpoint.fetch_memory = 1u << 20;
  const auto stream = Client::create(endpoint)->stream(get("/db"));
  uint64_t highest = 0;
  size_t at = read_and_check(*stream, 0, 1);
  REQUIRE(eventually([&] { return RowQueue::process_bytes() > endpoint.fetch_memory / 2; }));
  while (at < answer.count) {
    highest = std::max(highest, RowQueue::process_bytes());
    at = read_and_check(*stream, at, std::min<size_t>(1000, answer.count - at));
  }
  CHECK_FALSE(stream->next());
  CHECK(highest <= endpoint.fetch_memory + slack);
  CHECK(RowQueue::process_bytes() == 0);
}

TEST_CASE("A stream that nobody reads past the pause limit goes to a file, and is read from there in order",
          "[http][stream]") {
  ScriptedCouch couch;
  LongAnswer answer{200000};  // more than the sockets' buffers hold
  couch.on_get("/db").stream(answer.maker());
  auto endpoint = endpoint_of(couch);
  endpoint.fetch_memory = 256u << 10;
  endpoint.pause_limit = GENERATE(0ms, 5ms);
  const auto stream = Client::create(endpoint)->stream(get("/db"));
  read_and_check(*stream, 0, 1);
  REQUIRE(eventually(
      [&] { return answer.finished.load(); }));  // the server got rid of it all, while one row was read
  CHECK(RowQueue::process_bytes() <= endpoint.fetch_memory + slack);
  read_and_check(*stream, 1, answer.count - 1);
  CHECK_FALSE(stream->next());
  CHECK(stream->envelope() == R"({"total_rows":1})");
}

TEST_CASE("A stream goes to the file and back as its reader stops and goes on", "[http][stream]") {
  ScriptedCouch couch;
  LongAnswer answer{150000};
  couch.on_get("/db").stream(answer.maker());
  auto endpoint = endpoint_of(couch);
  endpoint.fetch_memory = 64u << 10;
  endpoint.pause_limit = 0ms;
  const auto stream = Client::create(endpoint)->stream(get("/db"));
  size_t at = 0;
  while (at < answer.count) {
    at = read_and_check(*stream, at, std::min<size_t>(1 + at % 7919, answer.count - at));
    CHECK(RowQueue::process_bytes() <= endpoint.fetch_memory + slack);
  }
  CHECK_FALSE(stream->next());
}

TEST_CASE("A stream that is given up with its file leaves nothing behind", "[http][stream]") {
  const auto files = [] {
    size_t count = 0;
    for (const auto& each : std::filesystem::directory_iterator{"/proc/self/fd"}) {
      std::error_code ignored;
      count += std::filesystem::read_symlink(each, ignored).string().find("(deleted)") != std::string::npos;
    }
    return count;
  };
  const size_t before = files();
  ScriptedCouch couch;
  LongAnswer answer{200000};
  couch.on_get("/db").stream(answer.maker());
  auto endpoint = endpoint_of(couch);
  endpoint.fetch_memory = 64u << 10;
  endpoint.pause_limit = 0ms;
  auto stream = Client::create(endpoint)->stream(get("/db"));
  read_and_check(*stream, 0, 1);
  REQUIRE(eventually([&] { return files() > before; }));
  stream.reset();
  CHECK(couch.wait_for_open_connections(0));
  CHECK(eventually([&] { return files() == before; }));
  CHECK(RowQueue::process_bytes() == 0);
}

TEST_CASE("Where no temporary file can be made, the error says where and why", "[http][stream]") {
  struct Restore {
    std::string before = std::getenv("TMPDIR") ? std::getenv("TMPDIR") : "/tmp";
    ~Restore() { ::setenv("TMPDIR", before.c_str(), 1); }
  } restore;
  ::setenv("TMPDIR", "/nowhere/at/all", 1);
  ScriptedCouch couch;
  LongAnswer answer{200000};
  couch.on_get("/db").stream(answer.maker());
  auto endpoint = endpoint_of(couch);
  endpoint.fetch_memory = 64u << 10;
  endpoint.pause_limit = 0ms;
  const auto stream = Client::create(endpoint)->stream(get("/db"));
  read_and_check(*stream, 0, 1);
  REQUIRE(couch.wait_for_open_connections(0));  // it had to spill, could not, and gave up
  const auto error = error_of([&] { read_and_check(*stream, 1, answer.count - 1); });
  CHECK(error.kind() == ErrorKind::LinkFailure);
  CHECK_THAT(error.what(), Contains("/nowhere/at/all") && Contains("TMPDIR"));
}

TEST_CASE("A row larger than the memory for rows arrives whole", "[http][stream]") {
  ScriptedCouch couch;
  const auto large = '"' + std::string(5u << 20, 'y') + '"';
  couch.on_get("/db").answer("[1," + large + ",2," + large + "]").chunked(100000);
  auto endpoint = endpoint_of(couch);
  endpoint.fetch_memory = 1000;
  endpoint.pause_limit = GENERATE(0ms, 60000ms);
  const auto stream = Client::create(endpoint)->stream(get("/db"));
  CHECK(rows_of(*stream) == Rows{"1", large, "2", large});
}

TEST_CASE("Many streams together hold no more than the process may", "[http][stream]") {
  ScriptedCouch couch;
  std::vector<std::unique_ptr<LongAnswer>> answers;
  std::vector<std::unique_ptr<RowStream>> streams;
  auto endpoint = endpoint_of(couch);
  endpoint.fetch_memory = 2u << 20;
  endpoint.process_streams = 2;
  const auto client = Client::create(endpoint);
  for (int i = 0; i < 8; ++i) {
    answers.push_back(std::make_unique<LongAnswer>());
    answers.back()->count = 50000;
    const auto path = "/db" + std::to_string(i);
    couch.on_get(path).stream(answers.back()->maker());
    streams.push_back(client->stream(get(path)));
  }
  const uint64_t bound =
      endpoint.fetch_memory * endpoint.process_streams + streams.size() * (256u << 10) + slack;
  REQUIRE(eventually(
      [&] { return RowQueue::process_bytes() >= endpoint.fetch_memory * endpoint.process_streams; }));
  for (size_t at = 0; at < 50000; at += 1000)
    for (auto& stream : streams) {
      CHECK(RowQueue::process_bytes() <= bound);
      read_and_check(*stream, at, 1000);
    }
  for (auto& stream : streams) CHECK_FALSE(stream->next());
}

TEST_CASE("Paused streams do not keep others from the last connection", "[http][stream]") {
  ScriptedCouch couch;
  LongAnswer answer{200000};
  couch.on_get("/db").stream(answer.maker());
  auto endpoint = endpoint_of(couch);
  endpoint.fetch_memory = 256u << 10;
  endpoint.max_connections = 1;
  const auto client = Client::create(endpoint);
  const auto stream = client->stream(get("/db"));
  read_and_check(*stream, 0, 1);
  REQUIRE(eventually([&] { return RowQueue::process_bytes() > endpoint.fetch_memory / 2; }));
  CHECK(client->send(get("/_up")).status == 200);  // the stream went to its file to let it pass
  read_and_check(*stream, 1, answer.count - 1);
  CHECK_FALSE(stream->next());
  CHECK(couch.accepted() == 1);
}

TEST_CASE("No more connections are open to a server than MaxConnections, and all requests are answered",
          "[http][stream]") {
  ScriptedCouch couch;
  auto endpoint = endpoint_of(couch);
  endpoint.max_connections = 3;
  const auto client = Client::create(endpoint);
  std::vector<std::unique_ptr<RowStream>> streams;
  for (int i = 0; i < 50; ++i) streams.push_back(client->stream(get("/_all_dbs")));
  for (auto& stream : streams) CHECK(rows_of(*stream).empty());
  CHECK(couch.accepted() <= 3);
}

TEST_CASE("A stream can be polled, and tells when it is ready", "[http][stream]") {
  using Ready = RowStream::Ready;
  ScriptedCouch couch;
  auto head = couch.on_get("/db").answer("[1,2]").chunked().hold();
  auto middle = [&] {
    auto route = couch.on_get("/two").answer("[1,2]").chunked();
    return route.hold_at(3);
  }();
  const auto client = Client::create(endpoint_of(couch));
  const auto stream = client->stream(get("/db"));
  CHECK(stream->poll() == Ready::Pending);
  std::atomic<int> told{0};
  stream->when_ready([&] { ++told; });
  CHECK(told == 0);
  head.open();
  REQUIRE(eventually([&] { return told == 1; }));
  CHECK(stream->poll() == Ready::Row);
  CHECK(rows_of(*stream) == Rows{"1", "2"});
  CHECK(stream->poll() == Ready::End);
  stream->when_ready([&] { ++told; });
  CHECK(told == 2);  // at once: it has ended

  const auto second = client->stream(get("/two"));
  CHECK(text(*second->next()) == "1");
  CHECK(second->poll() == Ready::Pending);
  second->when_ready([&] { ++told; });
  middle.open();
  REQUIRE(eventually([&] { return told == 3; }));
  CHECK(second->poll() == Ready::Row);
}

TEST_CASE("Polling tells of errors", "[http][stream]") {
  ScriptedCouch couch;
  couch.on_get("/db").error(404, "not_found", "missing");
  const auto stream = Client::create(endpoint_of(couch))->stream(get("/db"));
  std::atomic<bool> told{false};
  stream->when_ready([&] { told = true; });
  REQUIRE(eventually([&] { return told.load(); }));
  CHECK(error_of([&] { stream->poll(); }).kind() == ErrorKind::NotFound);
  CHECK(error_of([&] { stream->next(); }).kind() == ErrorKind::NotFound);
}

TEST_CASE("A row may end after its queue was cleared", "[http][stream]") {
  // A reader gave up between a row's last byte and the one that proves that it ended there.
  RowQueue queue;
  queue.append("{}");
  queue.clear();
  queue.end_row();
  queue.append("{}");
  queue.end_row();
  CHECK(queue.ready());
}
