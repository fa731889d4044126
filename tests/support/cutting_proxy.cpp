#include "tests/support/cutting_proxy.h"

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <string_view>
#include <thread>
#include <utility>

#include "tests/support/socket.h"

namespace couch::test {
namespace {

// Head and body of a request or an answer; the head ends with an empty line.
struct Message {
  std::string bytes;
  size_t head = 0;                // 0: not there yet
  std::optional<size_t> content;  // Content-Length
  bool chunked = false;

  bool look_for_head() {
    const auto end = bytes.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    head = end + 4;
    std::string lower{bytes.substr(0, head)};
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
    constexpr std::string_view length = "\r\ncontent-length:";
    if (auto at = lower.find(length); at != std::string::npos) {
      at = lower.find_first_not_of(' ', at + length.size());
      size_t number = 0;
      std::from_chars(lower.data() + at, lower.data() + lower.size(), number);
      content = number;
    }
    chunked = lower.find("\r\ntransfer-encoding: chunked") != std::string::npos;
    return true;
  }
  // JSON has no line ends within its strings, and no row is 0: a last chunk is nothing else.
  bool whole() const {
    if (head == 0) return false;
    if (chunked) return bytes.ends_with("\r\n0\r\n\r\n");
    return bytes.size() >= head + content.value_or(0);
  }
};

uint64_t occurrences(std::string_view text, std::string_view of) {
  uint64_t count = 0;
  for (auto at = text.find(of); at != std::string_view::npos; at = text.find(of, at + 1)) ++count;
  return count;
}

enum class Cut {
  None,
  PartOfRequest,     // the server gets a part, too
  BeforeForwarding,  // the server gets nothing
  AfterForwarding,   // the server answers, to nobody
  ServerLost,        // after forwarding, both sides are cut: nobody knows
  InAnswer,          // the driver gets a part of it
  AfterAnswer,       // the connection is closed while nobody uses it
  Refused            // 503, and the server gets nothing
};

}  // namespace

class CuttingProxy::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(std::string host, uint16_t port, uint64_t seed) : host_(std::move(host)), port_(port), random_(seed) {}

  void start() {
    std::thread{[self = shared_from_this()] {
      block_sigpipe();
      self->accept();
    }}.detach();
  }

  void stop() {
    std::unique_lock lock{mutex_};
    stopping_ = true;
    listener_.shut();
    door_.notify_all();
    for (Socket* socket : sockets_) socket->shut();
    ended_.wait(lock, [this] { return threads_ == 0; });
  }

  void open_door() {
    std::scoped_lock lock{mutex_};
    shut_ = false;
    door_.notify_all();
  }
  void cut(unsigned reads, unsigned writes) {
    std::scoped_lock lock{mutex_};
    reads_ = reads;
    writes_ = writes;
    if (reads == 0 && writes == 0) shut_ = false;
    door_.notify_all();
  }
  Counts counts() const {
    std::scoped_lock lock{mutex_};
    return counts_;
  }
  uint16_t port() const { return listener_.port(); }

 private:
  // A thread of the proxy, while it lives.
  struct Presence {
    explicit Presence(Impl& impl) : impl_(impl) {}
    ~Presence() {
      std::scoped_lock lock{impl_.mutex_};
      --impl_.threads_;
      impl_.ended_.notify_all();
    }
    Impl& impl_;
  };
  // A socket that stop() wakes.
  struct Open {
    Open(Impl& impl, Socket& socket) : impl_(impl), socket_(socket) {
      std::scoped_lock lock{impl_.mutex_};
      impl_.sockets_.insert(&socket);
      if (impl_.stopping_) socket.shut();
    }
    ~Open() {
      std::scoped_lock lock{impl_.mutex_};
      impl_.sockets_.erase(&socket_);
    }
    Impl& impl_;
    Socket& socket_;
  };

  void accept() {
    const Presence presence{*this};
    for (;;) {
      std::unique_ptr<Socket> client = listener_.accept();
      std::unique_lock lock{mutex_};
      if (stopping_) return;
      if (!client) {  // the door is shut
        door_.wait(lock, [this] { return !shut_ || stopping_; });
        if (stopping_) return;
        listener_.open();
        continue;
      }
      ++threads_;
      std::thread{[self = shared_from_this(), raw = client.release()] {
        const Presence here{*self};
        const std::unique_ptr<Socket> socket{raw};
        block_sigpipe();
        self->serve(*socket);
      }}.detach();
    }
  }

  unsigned below(size_t bound) { return static_cast<unsigned>(random_() % std::max<size_t>(bound, 1)); }

  Cut plan(bool write) {
    std::scoped_lock lock{mutex_};
    ++counts_.requests;
    if (write) ++counts_.writes;
    if (below(100) >= (write ? writes_ : reads_)) return Cut::None;
    if (!write) ++counts_.reads_cut;
    if (below(40) == 0 && !shut_) {
      shut_ = true;
      ++counts_.shut;
      listener_.shut();
    }
    constexpr Cut ways[] = {Cut::PartOfRequest, Cut::BeforeForwarding, Cut::AfterForwarding, Cut::ServerLost,
                            Cut::InAnswer,      Cut::InAnswer,         Cut::AfterAnswer,     Cut::Refused};
    const Cut cut = ways[below(std::size(ways))];
    if (cut == Cut::AfterAnswer) {
      ++counts_.idle;
    } else if (write) {
      ++(cut == Cut::Refused ? counts_.refused : counts_.unanswered);
      if (cut == Cut::ServerLost) ++counts_.uncertain;
    }
    return cut;
  }
  size_t part_of(size_t bytes) {
    std::scoped_lock lock{mutex_};
    return below(bytes);
  }
  void close(Socket& socket) {
    {
      std::scoped_lock lock{mutex_};
      if (below(2) == 0) socket.reset_on_close();
    }
    socket.close();
  }
  void happened(const Message& answer) {
    std::scoped_lock lock{mutex_};
    counts_.happened += occurrences(answer.bytes, R"("ok":true)");
  }

  void serve(Socket& client) {
    const Open open_client{*this, client};
    const auto server = Socket::connected_to(host_, port_);
    if (!server) return client.close();
    const Open open_server{*this, *server};
    std::string rest;
    for (;;) {
      Message request;
      request.bytes = std::exchange(rest, {});
      while (!request.look_for_head()) {
        if (!client.read_more(request.bytes)) return;
      }
      const std::string_view line{request.bytes.data(), request.bytes.find('\r')};
      const bool write = line.starts_with("POST ") && line.find("/_bulk_docs ") != std::string_view::npos;
      const bool head_only = line.starts_with("HEAD ");
      const Cut cut = plan(write);
      const size_t total = request.head + request.content.value_or(0);
      const size_t wanted = cut == Cut::PartOfRequest ? part_of(total) : total;
      while (request.bytes.size() < wanted) {
        if (!client.read_more(request.bytes)) return;
      }
      rest = request.bytes.size() > total ? request.bytes.substr(total) : "";
      request.bytes.resize(std::min(request.bytes.size(), wanted));
      if (cut == Cut::PartOfRequest) server->write(request.bytes);
      if (cut == Cut::PartOfRequest || cut == Cut::BeforeForwarding) return close(client);
      if (cut == Cut::Refused) {
        constexpr std::string_view body = R"({"error":"busy","reason":"not now"})";
        client.write(
            "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: " +
            std::to_string(body.size()) + "\r\n\r\n" + std::string{body});
        continue;
      }
      if (!server->write(request.bytes)) return close(client);
      if (cut == Cut::ServerLost) {
        close(*server);
        return close(client);
      }
      if (cut == Cut::AfterForwarding) close(client);
      Message answer;
      while (!answer.whole() && !(head_only && answer.head > 0)) {
        if (!server->read_more(answer.bytes)) return close(client);
        if (answer.head == 0) answer.look_for_head();
      }
      if (write && (cut == Cut::AfterForwarding || cut == Cut::InAnswer)) happened(answer);
      if (cut == Cut::AfterForwarding) return;
      if (cut == Cut::InAnswer) answer.bytes.resize(part_of(answer.bytes.size()));
      if (!client.write(answer.bytes)) return;
      if (cut == Cut::InAnswer || cut == Cut::AfterAnswer) return close(client);
    }
  }

  const std::string host_;
  const uint16_t port_;
  Listener listener_;
  mutable std::mutex mutex_;
  std::condition_variable door_, ended_;
  std::mt19937_64 random_;
  std::set<Socket*> sockets_;
  size_t threads_ = 1;  // the one that accepts
  unsigned reads_ = 0, writes_ = 0;
  bool shut_ = false, stopping_ = false;
  Counts counts_;
};

CuttingProxy::CuttingProxy(std::string host, uint16_t port, uint64_t seed)
    : impl_(std::make_shared<Impl>(std::move(host), port, seed)) {
  impl_->start();
}
CuttingProxy::~CuttingProxy() { impl_->stop(); }
uint16_t CuttingProxy::port() const { return impl_->port(); }
void CuttingProxy::cut(unsigned reads, unsigned writes) { impl_->cut(reads, writes); }
void CuttingProxy::open_door() { impl_->open_door(); }
CuttingProxy::Counts CuttingProxy::counts() const { return impl_->counts(); }

}  // namespace couch::test
