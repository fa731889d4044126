#pragma once
// One CouchDB server as a connection sees it: requests over a process-wide keep-alive pool, driven by the one
// I/O thread (http/loop.h).
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "http/error.h"

namespace couch::http {

enum class Auth : uint8_t { None, Basic, Session, Jwt, Proxy };
enum class TlsMode : uint8_t { Disable, Require, VerifyCa, VerifyFull };

struct Endpoint {
  std::vector<std::string>
      servers;  // base URLs without a final slash, "http://host:port[/prefix]"; several for failover
  Auth auth = Auth::None;
  std::string user, password, token;  // token: the JWT, or the server's secret for Auth::Proxy
  std::string roles;                  // Auth::Proxy: X-Auth-CouchDB-Roles, separated by commas
  TlsMode tls = TlsMode::VerifyFull;
  std::string ca_file, client_certificate, client_key;
  std::string proxy;                                 // empty: none (the environment's is not used either)
  std::chrono::milliseconds connect_timeout{15000};  // of the whole first exchange; 0: none
  uint32_t max_connections = 64;
  uint64_t fetch_memory =
      16u << 20;  // bytes not yet taken, a stream; the process: process_streams times as much
  uint32_t process_streams = 16;
  // How long a stream is left unread: CouchDB ends it after 5 minutes. Then its rest goes to a temporary file
  // (TMPDIR).
  std::chrono::milliseconds pause_limit{60000};
  std::chrono::milliseconds retry_delay{100};  // before the first repetition; doubles, with jitter
  uint32_t max_retries = 4;                    // repetitions of an idempotent request
  bool compress_nearby = false;                // Request::compress also counts on loopback
};

// Shared between a statement and whoever cancels it. request() takes no lock that a running call holds.
class Stop {
 public:
  void request() noexcept;
  void reset() noexcept;
  bool requested() const noexcept { return flag_.load(std::memory_order_acquire); }
  const std::atomic<bool>& flag() const noexcept { return flag_; }

 private:
  std::atomic<bool> flag_{false};
};

struct Request {
  std::string method = "GET";
  std::string path;                                        // after the base URL, escaped: "/db/_all_docs"
  std::vector<std::pair<std::string, std::string>> query;  // raw; escaped by the client
  std::string body;                                        // JSON; empty: none
  std::optional<std::chrono::steady_clock::time_point> deadline;  // QueryTimeout
  const Stop* stop = nullptr;                                     // outlives the exchange
  bool idempotent = true;  // may be repeated when the link breaks before an answer
  // The body goes out gzip-compressed where that pays (http/compression.h); the server must take that, as
  // CouchDB does for documents.
  bool compress = false;
  // It goes on with a read that broke: a server that cannot be reached, because it is being restarted, say,
  // is tried again for some ten seconds.
  bool resumes = false;
};

struct Response {
  long status = 0;
  std::string body;
};

// A streamed answer: the rows of its "rows", "docs" or "results" array, framed by JSON (not by lines).
// Memory is bounded: past fetch_memory the transfer pauses; before the server would drop it, the rest goes to
// a spill file.
class RowStream {
 public:
  virtual ~RowStream() = default;  // aborts the transfer if it still runs
  // The next whole row, valid and writable until the next call, one writable byte after it. nullopt at the
  // proper end. Blocks. Throws Error: an HTTP error status, a link that breaks, an answer cut short,
  // deadline, stop.
  virtual std::optional<std::span<char>> next() = 0;
  // What the answer held outside its rows, as JSON text of an object
  // ({"total_rows":…,"offset":…,"bookmark":…}); after the end.
  virtual const std::string& envelope() const = 0;

  // Without blocking (asynchronous statements): Row: next() gives a row at once; End: it gives nullopt.
  // Throws what next() would. The defaults are those of a stream that never has to wait.
  enum class Ready : uint8_t { Row, Pending, End };
  virtual Ready poll() { return Ready::Row; }
  // Calls once, when poll() would not answer Pending any more: at once and here, or later on the I/O thread,
  // where it must be short, throw nothing and not use this object. A later call replaces an earlier one;
  // destroying the stream withdraws it.
  virtual void when_ready(std::function<void()> call) { call(); }
  // Replaces the request's deadline. A deadline ends waiting, not reading: what has arrived before it can
  // still be fetched after it.
  virtual void set_deadline(std::optional<std::chrono::steady_clock::time_point>) {}
};

// A request on its way (Client::start), for several in flight. One thread at a time.
class Pending {
 public:
  virtual ~Pending() = default;  // aborts what still runs
  // Blocks, once. Returns and throws as Client::send() does. Error::status() 0 says that no answer came: then
  // CannotConnect means that the request was never sent, every other kind that it may have been carried out.
  virtual Response wait() = 0;
  // As RowStream's: Row means that wait() would not block.
  virtual RowStream::Ready poll() { return RowStream::Ready::Row; }
  virtual void when_ready(std::function<void()> call) { call(); }
};

class Client {
 public:
  // Validates settings (Error InvalidSetting); sends nothing.
  static std::shared_ptr<Client> create(Endpoint endpoint);
  virtual ~Client() = default;

  // Whole answer. Statuses >= 400 become Error with CouchDB's error and reason, 401 logs in again once
  // (Session).
  virtual Response send(const Request& request) = 0;
  // The same but returns every status.
  virtual Response send_raw(const Request& request) = 0;
  // Sends and does not wait. Abandoning the reply does not mean that a write did not happen.
  virtual std::unique_ptr<Pending> start(const Request& request) = 0;
  virtual std::unique_ptr<RowStream> stream(const Request& request) = 0;
  // GET /: proves server and credentials within connect_timeout, unless stopped. Returns the body's JSON.
  virtual std::string connect(const Stop* stop = nullptr) = 0;
  // The last transport result: SQL_ATTR_CONNECTION_DEAD.
  virtual bool dead() const noexcept = 0;
  virtual const Endpoint& endpoint() const noexcept = 0;
};

// Percent-escapes one path segment (database names with '/' too).
std::string escape_segment(std::string_view segment);

// One call of the application, on its own thread. Reads (idempotent requests) that are started in it go out
// when the thread first waits for one (which it then sees through itself, see http/loop.h), or when the scope
// ends; writes go out at once, and so does everything elsewhere and in calls that run asynchronously.
class CallScope {
 public:
  CallScope() noexcept;
  ~CallScope();
  CallScope(const CallScope&) = delete;
  CallScope& operator=(const CallScope&) = delete;

 private:
  const bool outermost_;
};

}  // namespace couch::http
