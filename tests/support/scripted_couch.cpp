#include "tests/support/scripted_couch.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "tests/support/scripted_database.h"
#include "tests/support/socket.h"

namespace couch::test {
namespace {

constexpr std::chrono::seconds patience{10};  // of every wait: a broken test fails, it does not hang

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

std::string unescape(std::string_view text) {
  auto digit = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

std::string base64_decode(std::string_view text) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (char c : text) {
    const auto value = alphabet.find(c);
    if (value == std::string_view::npos) break;
    bits = bits << 6 | static_cast<uint32_t>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>(bits >> count & 0xff);
    }
  }
  return out;
}

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 301: return "Moved Permanently";
    case 302: return "Moved Temporarily";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Object Not Found";
    case 409: return "Conflict";
    case 412: return "Precondition Failed";
    case 413: return "Request Entity Too Large";
    case 429: return "Too Many Requests";
    case 500: return "Internal Server Error";
    case 503: return "Service Unavailable";
    default: return "Status";
  }
}

Reply error_reply(int status, std::string_view error, std::string_view reason) {
  Reply reply;
  reply.status = status;
  reply.body = "{\"error\":" + json_string(error) + ",\"reason\":" + json_string(reason) + "}\n";
  return reply;
}

}  // namespace

std::string Asked::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return {};
}

std::optional<std::string> Asked::parameter(std::string_view name) const {
  for (const auto& [key, value] : query)
    if (key == name) return value;
  return std::nullopt;
}

namespace detail {

struct GateState {
  mutable std::mutex mutex;
  mutable std::condition_variable changed;
  bool is_open = false, reached = false, ended = false;
  std::optional<std::string> body;
  Signal signal;  // for those before the gate: opened or ended

  // Stands before the gate. False: the server ends, or the client went away.
  bool pass(Socket& socket) {
    {
      std::scoped_lock lock{mutex};
      reached = true;
      changed.notify_all();
    }
    socket.wait_for(signal);
    std::scoped_lock lock{mutex};
    return is_open;
  }
  void open() {
    std::scoped_lock lock{mutex};
    is_open = true;
    signal.raise();
  }
  void end() {
    std::scoped_lock lock{mutex};
    ended = true;
    signal.raise();
  }
};

struct RouteState {
  mutable std::mutex mutex;
  std::vector<Reply> replies;
  std::function<Reply(const Asked&)> make;
  bool fresh = true;  // the next shaping call makes a new reply
  size_t calls = 0;
  Server* server = nullptr;  // gates end with it

  Reply next(const Asked& asked) {
    std::function<Reply(const Asked&)> maker;
    {
      std::scoped_lock lock{mutex};
      const size_t at = calls++;
      maker = make;
      if (!maker) return replies.empty() ? Reply{} : replies[std::min(at, replies.size() - 1)];
    }
    return maker(asked);
  }
};

class Server {
 public:
  explicit Server(const ScriptedCouch::Tls* tls) {
    if (tls) tls_ = TlsContext::server(tls->certificate, tls->key, tls->client_ca);
    acceptor_ = std::thread{[this] { accept_all(); }};
  }

  ~Server() {
    {
      std::scoped_lock lock{mutex_};
      stopping_ = true;
      for (auto& [id, socket] : sockets_) socket->shut();
      for (auto& gate : gates_) gate->end();
      changed_.notify_all();
    }
    listener_.shut();
    acceptor_.join();
    for (auto& thread : threads_) thread.join();  // no new ones: the acceptor has ended
  }

  void listen_again() {
    acceptor_.join();
    listener_.open();
    acceptor_ = std::thread{[this] { accept_all(); }};
  }

  Listener listener_;
  bool tls() const { return tls_ != nullptr; }

  std::shared_ptr<RouteState> route(std::string_view method, std::string path) {
    auto state = std::make_shared<RouteState>();
    state->server = this;
    std::scoped_lock lock{mutex_};
    routes_[std::string{method} + ' ' + std::move(path)] = state;
    return state;
  }

  // A gate ends with the server, so that nothing waits before it for ever.
  void adopt(const Gate& gate) {
    std::scoped_lock lock{mutex_};
    gates_.push_back(gate.state_);
  }

  void require_user(std::string user, std::string password) {
    std::scoped_lock lock{mutex_};
    user_ = std::move(user);
    password_ = std::move(password);
  }
  void expire_sessions() {
    std::scoped_lock lock{mutex_};
    ++session_;
  }
  void serve(const std::string& name, const std::vector<std::string>& documents, bool partitioned) {
    std::scoped_lock lock{mutex_};
    databases_[name] = std::make_shared<ScriptedDatabase>(name, documents, partitioned);
  }
  void drop(const std::string& name) {
    std::scoped_lock lock{mutex_};
    databases_.erase(name);
  }
  std::optional<std::vector<std::string>> documents(const std::string& name) const {
    std::scoped_lock lock{mutex_};
    const auto found = databases_.find(name);
    return found == databases_.end() ? std::nullopt : std::optional{found->second->documents()};
  }
  void put_between(ScriptedCouch::Between between) {
    std::scoped_lock lock{mutex_};
    between_ = between ? std::make_shared<ScriptedCouch::Between>(std::move(between)) : nullptr;
  }

  std::vector<Asked> asked() const {
    std::scoped_lock lock{mutex_};
    return asked_;
  }
  void forget_asked() {
    std::scoped_lock lock{mutex_};
    asked_.clear();
  }
  uint64_t accepted() const {
    std::scoped_lock lock{mutex_};
    return accepted_;
  }
  uint64_t open_connections() const {
    std::scoped_lock lock{mutex_};
    return sockets_.size();
  }
  template <class Condition>
  bool wait(Condition condition) const {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, patience, [&] { return condition(*this); });
  }
  size_t asked_count() const { return asked_.size(); }
  size_t socket_count() const { return sockets_.size(); }

  void drop_connections() {
    std::unique_lock lock{mutex_};
    for (auto& [id, socket] : sockets_) socket->shut();
    changed_.wait_for(lock, patience, [&] { return sockets_.empty(); });
  }

 private:
  void accept_all() {
    while (auto socket = listener_.accept()) {
      std::shared_ptr<Socket> shared = std::move(socket);
      std::scoped_lock lock{mutex_};
      if (stopping_) return;
      const uint64_t id = ++accepted_;
      sockets_[id] = shared;
      changed_.notify_all();
      threads_.emplace_back([this, id, shared] {
        block_sigpipe();
        try {
          if (!tls_ || shared->secure(*tls_)) converse(*shared, id);
        } catch (const std::exception&) {
          // A request that cannot be read ends its connection.
        }
        shared->close();
        std::scoped_lock inner{mutex_};
        sockets_.erase(id);
        changed_.notify_all();
      });
    }
  }

  void converse(Socket& socket, uint64_t id) {
    std::string input;
    for (;;) {
      auto asked = read_request(socket, input);
      if (!asked) return;
      asked->connection = id;
      Reply reply = respond(*asked);
      if (!send(socket, reply, asked->method == "HEAD")) return;
    }
  }

  static std::optional<Asked> read_request(Socket& socket, std::string& input) {
    size_t end;
    while ((end = input.find("\r\n\r\n")) == std::string::npos) {
      if (!socket.read_more(input)) return std::nullopt;
      if (input.front() < 'A' || input.front() > 'Z')
        throw std::runtime_error("not HTTP");  // a TLS handshake
    }
    Asked asked;
    const std::string head = input.substr(0, end);
    input.erase(0, end + 4);
    size_t at = head.find("\r\n");
    const std::string line = head.substr(0, at);
    const size_t first = line.find(' '), second = line.find(' ', first + 1);
    if (first == std::string::npos || second == std::string::npos)
      throw std::runtime_error("no request line");
    asked.method = line.substr(0, first);
    asked.target = line.substr(first + 1, second - first - 1);
    const size_t mark = asked.target.find('?');
    asked.path = asked.target.substr(0, mark);
    if (mark != std::string::npos) parse_query(std::string_view{asked.target}.substr(mark + 1), asked.query);
    while (at != std::string::npos) {
      const size_t begin = at + 2;
      at = head.find("\r\n", begin);
      const std::string field = head.substr(begin, at == std::string::npos ? at : at - begin);
      const size_t colon = field.find(':');
      if (colon == std::string::npos) throw std::runtime_error("no header");
      asked.headers.emplace_back(lower(field.substr(0, colon)),
                                 field.substr(field.find_first_not_of(' ', colon + 1)));
    }
    if (const auto length = asked.header("content-length"); !length.empty()) {
      const size_t size = std::stoul(length);
      while (input.size() < size)
        if (!socket.read_more(input)) return std::nullopt;
      asked.body = input.substr(0, size);
      input.erase(0, size);
    }
    return asked;
  }

  static void parse_query(std::string_view text, Pairs& into) {
    while (!text.empty()) {
      const size_t end = std::min(text.find('&'), text.size());
      const auto item = text.substr(0, end);
      const size_t equals = std::min(item.find('='), item.size());
      into.emplace_back(unescape(item.substr(0, equals)),
                        unescape(equals < item.size() ? item.substr(equals + 1) : std::string_view{}));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  Reply respond(const Asked& asked) {
    std::shared_ptr<ScriptedCouch::Between> between;
    {
      std::scoped_lock lock{mutex_};
      asked_.push_back(asked);
      changed_.notify_all();
      between = between_;
    }
    return between ? (*between)(asked, [&] { return carry_out(asked); }) : carry_out(asked);
  }

  Reply carry_out(const Asked& asked) {
    std::shared_ptr<RouteState> route;
    {
      std::scoped_lock lock{mutex_};
      if (auto found = routes_.find(asked.method + ' ' + asked.path); found != routes_.end())
        route = found->second;
    }
    if (route) return route->next(asked);
    std::scoped_lock lock{mutex_};
    return by_default(asked);
  }

  Reply by_default(const Asked& asked) {
    Reply reply;
    if (asked.path == "/_session" && asked.method == "POST") {
      const auto wanted = "{\"name\":" + json_string(user_) + ",\"password\":" + json_string(password_) + "}";
      if (!user_.empty() && asked.body != wanted)
        return error_reply(401, "unauthorized", "Name or password is incorrect.");
      reply.headers.emplace_back("Set-Cookie", "AuthSession=" + cookie() + "; Version=1; Path=/; HttpOnly");
      reply.body = "{\"ok\":true,\"name\":" + json_string(user_) + ",\"roles\":[\"_admin\"]}\n";
      return reply;
    }
    if (auto refused = refusal(asked)) return *refused;
    if (asked.path == "/" || asked.path.empty()) {
      reply.body =
          R"({"couchdb":"Welcome","version":"3.5.0","git_sha":"11f0d36","uuid":"798329a4700032d3f3f75d1b6d2c5309",)"
          R"("features":["quickjs","access-ready","partitioned","pluggable-storage-engines","reshard","scheduler"],)"
          R"("vendor":{"name":"The Apache Software Foundation"}})"
          "\n";
      return reply;
    }
    if (asked.path == "/_session") {
      const bool known = !asked.header("authorization").empty() || !asked.header("cookie").empty();
      reply.body =
          "{\"ok\":true,\"userCtx\":{\"name\":" +
          (known ? json_string(user_.empty() ? "admin" : user_) : "null") +
          R"(,"roles":["_admin"]},"info":{"authentication_handlers":["cookie","default"],"authenticated":"default"}})"
          "\n";
      return reply;
    }
    if (asked.path == "/_up") {
      reply.body = "{\"status\":\"ok\",\"seeds\":{}}\n";
      return reply;
    }
    if (asked.path == "/_all_dbs") {
      reply.body = "[";
      for (const auto& [name, database] : databases_)
        reply.body += (reply.body.size() > 1 ? "," : "") + json_string(name);
      reply.body += "]\n";
      return reply;
    }
    const auto slash = asked.path.find('/', 1);
    const auto name =
        unescape(std::string_view{asked.path}.substr(1, slash == std::string::npos ? slash : slash - 1));
    const auto found = databases_.find(name);
    if (slash == std::string::npos && asked.method == "PUT") {
      if (found != databases_.end())
        return error_reply(412, "file_exists", "The database could not be created, the file already exists.");
      databases_[name] = std::make_shared<ScriptedDatabase>(name, std::vector<std::string>{},
                                                            asked.parameter("partitioned") == "true");
      reply.status = 201;
      reply.body = "{\"ok\":true}\n";
      return reply;
    }
    if (found == databases_.end()) return error_reply(404, "not_found", "Database does not exist.");
    if (slash == std::string::npos && asked.method == "DELETE") {
      databases_.erase(found);
      reply.body = "{\"ok\":true}\n";
      return reply;
    }
    const auto rest = slash == std::string::npos ? std::string{} : asked.path.substr(slash + 1);
    auto answer = found->second->answer(asked, unescape(rest));
    reply.status = answer.status;
    reply.body = std::move(answer.body);
    reply.chunked = answer.streamed;
    return reply;
  }

  std::string cookie() const { return "c2Vzc2lvbg" + std::to_string(session_); }

  std::optional<Reply> refusal(const Asked& asked) const {
    const auto wrong = error_reply(401, "unauthorized", "Name or password is incorrect.");
    if (const auto sent = asked.header("cookie"); !sent.empty())
      return sent.find("AuthSession=" + cookie()) == std::string::npos ? std::optional{wrong} : std::nullopt;
    if (user_.empty()) return std::nullopt;
    if (const auto sent = asked.header("authorization"); sent.rfind("Basic ", 0) == 0)
      return base64_decode(sent.substr(6)) == user_ + ":" + password_ ? std::nullopt : std::optional{wrong};
    if (asked.path == "/") return std::nullopt;
    return error_reply(401, "unauthorized", "You are not authorized to access this db.");
  }

  // False: the connection is over.
  bool send(Socket& socket, Reply& reply, bool head_only) {
    size_t next_gate = 0;
    auto pass_gates = [&](size_t sent) {
      while (next_gate < reply.gates.size() && reply.gates[next_gate].first <= sent) {
        auto& gate = *reply.gates[next_gate++].second.state_;
        if (!gate.pass(socket)) return false;
        std::scoped_lock lock{gate.mutex};
        if (gate.body) reply.body = *gate.body;
      }
      return true;
    };
    if (reply.hold_head && !pass_gates(0)) return false;
    if (reply.silent_cut) {
      if (reply.reset) socket.reset_on_close();
      return false;
    }
    const bool chunked = reply.chunked || reply.more;
    std::string head =
        "HTTP/1.1 " + std::to_string(reply.status) + ' ' + std::string{reason_phrase(reply.status)} + "\r\n";
    head += "Server: CouchDB/3.5.0 (Erlang OTP/25)\r\nContent-Type: application/json\r\n";
    for (const auto& [name, value] : reply.headers) head += name + ": " + value + "\r\n";
    if (reply.close) head += "Connection: close\r\n";
    head += chunked ? "Transfer-Encoding: chunked\r\n\r\n"
                    : "Content-Length: " + std::to_string(reply.claimed_length.value_or(reply.body.size())) +
                          "\r\n\r\n";
    if (!socket.write(head)) return false;
    if (head_only) return !reply.close;
    if (reply.more) return stream(socket, reply);
    const size_t end = std::min(reply.cut_after.value_or(reply.body.size()), reply.body.size());
    for (size_t at = 0; at < end;) {
      if (!pass_gates(at)) return false;
      size_t size = std::min(reply.piece ? reply.piece : end, end - at);
      if (next_gate < reply.gates.size()) size = std::min(size, reply.gates[next_gate].first - at);
      const auto piece = std::string_view{reply.body}.substr(at, size);
      if (!(chunked ? write_chunk(socket, piece) : socket.write(piece))) return false;
      at += size;
    }
    if (!pass_gates(SIZE_MAX)) return false;
    if (reply.cut_after) {
      if (reply.reset) socket.reset_on_close();
      return false;
    }
    if (chunked && !socket.write("0\r\n\r\n")) return false;
    return !reply.close && reply.claimed_length.value_or(reply.body.size()) == reply.body.size();
  }

  static bool write_chunk(Socket& socket, std::string_view piece) {
    char size[20];
    std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
    std::string chunk = size;
    chunk.append(piece).append("\r\n");
    return socket.write(chunk);
  }

  static bool stream(Socket& socket, const Reply& reply) {
    for (std::string piece; reply.more(piece); piece.clear())
      if (!piece.empty() && !write_chunk(socket, piece)) return false;
    return socket.write("0\r\n\r\n") && !reply.close;
  }

  std::shared_ptr<TlsContext> tls_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  bool stopping_ = false;
  std::map<std::string, std::shared_ptr<RouteState>> routes_;
  std::map<std::string, std::shared_ptr<ScriptedDatabase>> databases_;
  std::shared_ptr<ScriptedCouch::Between> between_;
  std::vector<std::shared_ptr<GateState>> gates_;
  std::map<uint64_t, std::shared_ptr<Socket>> sockets_;
  std::vector<Asked> asked_;
  uint64_t accepted_ = 0;
  std::string user_, password_;
  int session_ = 1;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace detail

Gate::Gate() : state_(std::make_shared<detail::GateState>()) {}

void Gate::answer(std::string json) {
  {
    std::scoped_lock lock{state_->mutex};
    state_->body = std::move(json);
  }
  state_->open();
}

void Gate::open() { state_->open(); }

bool Gate::wait_until_reached() const {
  std::unique_lock lock{state_->mutex};
  return state_->changed.wait_for(lock, patience, [&] { return state_->reached; });
}

// The caller holds the route's lock.
Reply& Route::last() {
  if (state_->fresh) {
    state_->replies.emplace_back();
    state_->fresh = false;
  }
  return state_->replies.back();
}

Route& Route::answer(std::string json) {
  std::scoped_lock lock{state_->mutex};
  last().body = std::move(json);
  return *this;
}
Route& Route::status(int code) {
  std::scoped_lock lock{state_->mutex};
  last().status = code;
  return *this;
}
Route& Route::error(int code, std::string_view error, std::string_view reason) {
  auto reply = error_reply(code, error, reason);
  std::scoped_lock lock{state_->mutex};
  last().status = code;
  last().body = std::move(reply.body);
  return *this;
}
Route& Route::header(std::string name, std::string value) {
  std::scoped_lock lock{state_->mutex};
  last().headers.emplace_back(std::move(name), std::move(value));
  return *this;
}
Route& Route::chunked(size_t piece) {
  std::scoped_lock lock{state_->mutex};
  last().chunked = true;
  last().piece = piece;
  return *this;
}
Route& Route::cut_after(size_t body_bytes) {
  std::scoped_lock lock{state_->mutex};
  last().cut_after = body_bytes;
  return *this;
}
Route& Route::reset_after(size_t body_bytes) {
  std::scoped_lock lock{state_->mutex};
  last().cut_after = body_bytes;
  last().reset = true;
  return *this;
}
Route& Route::drop() {
  std::scoped_lock lock{state_->mutex};
  last().silent_cut = true;
  return *this;
}
Route& Route::claim_length(uint64_t length) {
  std::scoped_lock lock{state_->mutex};
  last().claimed_length = length;
  return *this;
}
Route& Route::closing() {
  std::scoped_lock lock{state_->mutex};
  last().close = true;
  return *this;
}
Route& Route::stream(std::function<bool(std::string& piece)> more) {
  std::scoped_lock lock{state_->mutex};
  last().more = std::move(more);
  return *this;
}
Route& Route::with(std::function<Reply(const Asked&)> make) {
  std::scoped_lock lock{state_->mutex};
  state_->make = std::move(make);
  return *this;
}
Gate Route::hold() {
  Gate gate;
  std::scoped_lock lock{state_->mutex};
  last().gates.emplace_back(0, gate);
  last().hold_head = true;
  state_->server->adopt(gate);
  return gate;
}
Gate Route::hold_at(size_t body_byte) {
  Gate gate;
  std::scoped_lock lock{state_->mutex};
  last().gates.emplace_back(body_byte, gate);
  state_->server->adopt(gate);
  return gate;
}
Route& Route::then() {
  std::scoped_lock lock{state_->mutex};
  state_->fresh = true;
  return *this;
}
size_t Route::calls() const {
  std::scoped_lock lock{state_->mutex};
  return state_->calls;
}

ScriptedCouch::ScriptedCouch() : server_(std::make_unique<detail::Server>(nullptr)) {}
ScriptedCouch::ScriptedCouch(const Tls& tls) : server_(std::make_unique<detail::Server>(&tls)) {}
ScriptedCouch::~ScriptedCouch() = default;

std::string ScriptedCouch::url() const {
  return (server_->tls() ? "https://" : "http://") + host() + ':' + std::to_string(port());
}
std::string ScriptedCouch::host() const { return "127.0.0.1"; }
uint16_t ScriptedCouch::port() const { return server_->listener_.port(); }
Route ScriptedCouch::on(std::string_view method, std::string path) {
  return Route{server_->route(method, std::move(path))};
}
void ScriptedCouch::require_user(std::string user, std::string password) {
  server_->require_user(std::move(user), std::move(password));
}
void ScriptedCouch::expire_sessions() { server_->expire_sessions(); }
void ScriptedCouch::serve_database(const std::string& name, const std::vector<std::string>& documents,
                                   bool partitioned) {
  server_->serve(name, documents, partitioned);
}
void ScriptedCouch::drop_database(const std::string& name) { server_->drop(name); }
std::optional<std::vector<std::string>> ScriptedCouch::documents(const std::string& name) const {
  return server_->documents(name);
}
void ScriptedCouch::put_between(Between between) { server_->put_between(std::move(between)); }
std::vector<Asked> ScriptedCouch::asked() const { return server_->asked(); }
std::vector<Asked> ScriptedCouch::asked(std::string_view method, std::string_view path) const {
  auto all = server_->asked();
  std::erase_if(all, [&](const Asked& a) { return a.method != method || a.path != path; });
  return all;
}
void ScriptedCouch::forget_asked() { server_->forget_asked(); }
uint64_t ScriptedCouch::accepted() const { return server_->accepted(); }
uint64_t ScriptedCouch::open_connections() const { return server_->open_connections(); }
bool ScriptedCouch::wait_for_asked(size_t count) const {
  return server_->wait([&](const detail::Server& server) { return server.asked_count() >= count; });
}
bool ScriptedCouch::wait_for_open_connections(uint64_t count) const {
  return server_->wait([&](const detail::Server& server) { return server.socket_count() == count; });
}
void ScriptedCouch::drop_connections() { server_->drop_connections(); }
void ScriptedCouch::stop_listening() { server_->listener_.shut(); }
void ScriptedCouch::listen_again() { server_->listen_again(); }

}  // namespace couch::test
