#pragma once
// A CouchDB that does what a test tells it: HTTP/1.1 on a loopback port, in this process, with answers that
// are exact to the byte, held at gates, cut, reset or wrong. It records what it was asked.
//
//   ScriptedCouch couch;                                       // GET / and /_session answer like CouchDB 3.5
//   couch.on_get("/films").answer(R"({"db_name":"films"})");
//   auto gate = couch.on_post("/films/_find").hold();          // nothing is answered until …
//   gate.answer(R"({"docs":[]})");
//   couch.on_get("/films/_all_docs").chunked().cut_after(10).then().answer(R"({"rows":[]})");
//   couch.serve_database("films", {R"({"_id":"ran","type":"film"})"});   // a tiny CouchDB: see
//   serve_database
//
// A path that nobody scripted is CouchDB's 404. Paths are matched as they were sent (escaped), without the
// query; the newest script of a path wins. All members may be called from any thread, also while requests are
// running.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace couch::test {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// What the server was asked.
struct Asked {
  std::string method, path;  // path without the query, as sent
  std::string target;        // path and query, as sent
  Pairs query;               // decoded
  Pairs headers;             // names in lower case
  std::string body;
  uint64_t connection = 0;                                            // 1: the first one accepted
  std::string header(std::string_view name) const;                    // empty: none
  std::optional<std::string> parameter(std::string_view name) const;  // of the query
};

namespace detail {
struct GateState;
struct RouteState;
class Server;
}  // namespace detail

// Holds an answer back. Copies are the same gate. A gate that is never opened ends with the server.
class Gate {
 public:
  Gate();
  void answer(std::string json);  // the body of the held answer, then opens
  void open();
  // Until a request stands before the gate (true), or ten seconds went by (false): no test hangs.
  bool wait_until_reached() const;

 private:
  friend class detail::Server;
  friend class Route;
  std::shared_ptr<detail::GateState> state_;
};

// One answer, to the byte.
struct Reply {
  int status = 200;
  std::string body = "{}";
  Pairs headers;  // in addition to Content-Type, Content-Length or Transfer-Encoding, Server
  bool chunked = false;
  size_t piece = 0;  // bytes a chunk and a write; 0: all at once
  std::optional<size_t>
      cut_after;            // body bytes, then the connection is closed; chunked: without the last chunk
  bool reset = false;       // the cut is a RST
  bool silent_cut = false;  // cut before the status line
  std::optional<uint64_t> claimed_length;  // Content-Length that is not the body's
  bool close = false;                      // Connection: close
  // A body made while it is sent (chunked), for answers larger than memory: pieces until it returns false.
  std::function<bool(std::string& piece)> more;
  std::vector<std::pair<size_t, Gate>>
      gates;  // before the body byte with this number; 0 with hold_head: before the status line
  bool hold_head = false;
};

// The script of one method and path: a sequence of replies, of which the last repeats. The calls shape the
// newest one.
class Route {
 public:
  Route& answer(std::string json);
  Route& status(int code);
  Route& error(int code, std::string_view error, std::string_view reason);  // CouchDB's JSON for it
  Route& header(std::string name, std::string value);
  Route& chunked(size_t piece = 0);
  Route& cut_after(size_t body_bytes);
  Route& reset_after(size_t body_bytes);
  Route& drop();  // closes before any byte of the answer
  Route& claim_length(uint64_t length);
  Route& closing();  // Connection: close
  Route& stream(std::function<bool(std::string& piece)> more);
  Route& with(std::function<Reply(const Asked&)> make);  // decides by what was asked
  Gate hold();                                           // nothing is sent until the gate opens
  Gate hold_at(size_t body_byte);  // status, headers and this many body bytes are sent, then it waits
  Route& then();                   // what follows shapes the next reply
  size_t calls() const;

 private:
  friend class ScriptedCouch;
  explicit Route(std::shared_ptr<detail::RouteState> state) : state_(std::move(state)) {}
  Reply& last();
  std::shared_ptr<detail::RouteState> state_;
};

class ScriptedCouch {
 public:
  struct Tls {
    std::string certificate, key;  // PEM files
    std::string client_ca;         // not empty: demands a client certificate signed by it
  };
  ScriptedCouch();
  explicit ScriptedCouch(const Tls& tls);
  ~ScriptedCouch();  // drops every connection
  ScriptedCouch(const ScriptedCouch&) = delete;
  ScriptedCouch& operator=(const ScriptedCouch&) = delete;

  std::string url() const;   // http://127.0.0.1:PORT, or https://
  std::string host() const;  // 127.0.0.1
  uint16_t port() const;

  Route on(std::string_view method, std::string path);
  Route on_get(std::string path) { return on("GET", std::move(path)); }
  Route on_post(std::string path) { return on("POST", std::move(path)); }
  Route on_put(std::string path) { return on("PUT", std::move(path)); }
  Route on_delete(std::string path) { return on("DELETE", std::move(path)); }

  // Demands this user: Basic, or the cookie of a login at /_session. Others get 401.
  void require_user(std::string user, std::string password);
  // Forgets every login: the next request with a cookie is 401.
  void expire_sessions();

  // Acts as a CouchDB 3.5 with these documents (JSON texts with an _id; _rev is made where it is missing):
  // GET /db, /db/id, _all_docs (GET and POST; ranges, keys, limit, skip, descending, include_docs),
  // _design_docs, _changes, _index (GET, POST, DELETE), JSON indexes as views, _find (selectors of equality,
  // comparisons, $in, $exists, $type, $regex, $and, $or, $nor, $not; fields, limit, skip; sort by _id),
  // _partition/p, _bulk_docs, _compact, PUT /db/id, and PUT and DELETE of databases. Text is ordered by bytes
  // but in views; a selector operator that it does not know is a 400, never a wrong answer. _all_dbs lists
  // what is served. A name that is served already begins anew.
  void serve_database(const std::string& name, const std::vector<std::string>& documents,
                      bool partitioned = false);
  void drop_database(const std::string& name);
  // What a database holds now: JSON texts in order of their ids; nullopt: there is no such database.
  std::optional<std::vector<std::string>> documents(const std::string& name) const;

  // From now on every request comes here: `carry_out` does what was asked and gives the answer, and what is
  // returned is sent. Several at once; an empty function ends it.
  using Between = std::function<Reply(const Asked&, const std::function<Reply()>& carry_out)>;
  void put_between(Between between);

  std::vector<Asked> asked() const;  // in order of arrival
  std::vector<Asked> asked(std::string_view method, std::string_view path) const;
  void forget_asked();
  uint64_t accepted() const;  // connections
  uint64_t open_connections() const;
  bool wait_for_asked(size_t count) const;  // until this many requests arrived; false after ten seconds
  bool wait_for_open_connections(
      uint64_t count) const;  // until exactly so many are open; false after ten seconds
  void drop_connections();    // closes all kept connections: they become stale
  void stop_listening();      // new connections are refused
  void listen_again();        // after stop_listening(), at the same port

 private:
  std::unique_ptr<detail::Server> server_;
};

}  // namespace couch::test
