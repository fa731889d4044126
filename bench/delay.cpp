#include "bench/delay.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <queue>
#include <stdexcept>
#include <unordered_map>

namespace couch::bench {
namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::_Exit(1);
}

// Asks the server on a connection of its own; the answer is what came, to the byte, but kept alive.
std::string ask(const sockaddr_in& server, std::string request) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&server), sizeof server) != 0) fail("connect");
  request.insert(request.find("\r\n") + 2, "Connection: close\r\n");
  for (size_t sent = 0; sent < request.size();) {
    const ssize_t n = ::send(fd, request.data() + sent, request.size() - sent, 0);
    if (n <= 0) fail("send");
    sent += static_cast<size_t>(n);
  }
  std::string answer;
  char buffer[65536];
  for (ssize_t n; (n = ::recv(fd, buffer, sizeof buffer, 0)) > 0;)
    answer.append(buffer, static_cast<size_t>(n));
  ::close(fd);
  if (const size_t at = answer.find("Connection: close\r\n"); at != std::string::npos) answer.erase(at, 19);
  return answer;
}

// "GET /db/id …". What a connection asks to know its tables is answered at once.
bool asks_for_document(const std::string& request) {
  const size_t database = request.find('/'), id = request.find('/', database + 1);
  return id < request.find("\r\n") && request.substr(id, 2) != "/_" && request.substr(id, 2) != "/ " &&
         request.find("HTTP/") > id;
}

class Proxy {
 public:
  Proxy(int listener, const sockaddr_in& upstream, int milliseconds)
      : listener_(listener), upstream_(upstream), delay_(milliseconds), epoll_(::epoll_create1(0)) {
    watch(listener_, EPOLLIN);
  }

  [[noreturn]] void run() {
    epoll_event events[256];
    for (;;) {
      int timeout = -1;
      if (!late_.empty())
        timeout = static_cast<int>(std::max<int64_t>(
            0, std::chrono::ceil<std::chrono::milliseconds>(late_.top().when - Clock::now()).count()));
      const int n = ::epoll_wait(epoll_, events, 256, timeout);
      for (int i = 0; i < n; ++i) {
        if (events[i].data.fd == listener_)
          accept_all();
        else
          serve(events[i].data.fd);
      }
      while (!late_.empty() && late_.top().when <= Clock::now()) {
        const Late late = late_.top();
        late_.pop();
        const auto client = clients_.find(late.fd);
        if (client != clients_.end() && client->second.number == late.client) send_all(late.fd, *late.answer);
      }
    }
  }

 private:
  struct Client {
    uint64_t number = 0;
    std::string in;
  };
  struct Late {
    Clock::time_point when;
    int fd;
    uint64_t client;
    const std::string* answer;
    bool operator<(const Late& other) const { return when > other.when; }
  };

  void watch(int fd, uint32_t what) {
    epoll_event event{};
    event.events = what;
    event.data.fd = fd;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  }
  void accept_all() {
    for (int fd; (fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
      const int one = 1;
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      clients_[fd].number = ++last_;
      watch(fd, EPOLLIN);
    }
  }
  void serve(int fd) {
    Client& client = clients_[fd];
    char buffer[65536];
    ssize_t n;
    while ((n = ::recv(fd, buffer, sizeof buffer, 0)) > 0) client.in.append(buffer, static_cast<size_t>(n));
    if (n == 0) {
      ::close(fd);
      clients_.erase(fd);
      return;
    }
    for (;;) {
      const size_t head = client.in.find("\r\n\r\n");
      if (head == std::string::npos) return;
      size_t body = 0;
      if (const size_t at = client.in.find("Content-Length: "); at < head)
        body = std::strtoul(client.in.c_str() + at + 16, nullptr, 10);
      if (client.in.size() < head + 4 + body) return;
      const std::string request = client.in.substr(0, head + 4 + body);
      client.in.erase(0, request.size());
      const std::string key = request.substr(0, request.find("\r\n")) + request.substr(head);
      auto known = answers_.find(key);
      if (known == answers_.end()) known = answers_.emplace(key, ask(upstream_, request)).first;
      const auto delay = body > 0 || asks_for_document(request) ? delay_ : std::chrono::milliseconds{0};
      late_.push({Clock::now() + delay, fd, client.number, &known->second});
    }
  }
  static void send_all(int fd, const std::string& text) {
    for (size_t sent = 0; sent < text.size();) {
      const ssize_t n = ::send(fd, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
      if (n < 0 && errno != EAGAIN) return;
      if (n > 0) sent += static_cast<size_t>(n);
    }
  }

  const int listener_;
  const sockaddr_in upstream_;
  const std::chrono::milliseconds delay_;
  const int epoll_;
  uint64_t last_ = 0;
  std::unordered_map<int, Client> clients_;
  std::map<std::string, std::string> answers_;  // nodes stay where they are
  std::priority_queue<Late> late_;
};

}  // namespace

DelayingProxy::DelayingProxy(const std::string& upstream, int milliseconds) {
  const size_t host = upstream.find("://") == std::string::npos ? 0 : upstream.find("://") + 3;
  const size_t colon = upstream.find(':', host);
  addrinfo hints{}, *found = nullptr;
  hints.ai_family = AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  if (colon == std::string::npos || ::getaddrinfo(upstream.substr(host, colon - host).c_str(),
                                                  upstream.substr(colon + 1).c_str(), &hints, &found) != 0)
    throw std::runtime_error{"no such server: " + upstream};
  sockaddr_in server{};
  std::memcpy(&server, found->ai_addr, sizeof server);
  ::freeaddrinfo(found);

  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof here;
  if (::bind(listener, reinterpret_cast<sockaddr*>(&here), size) != 0 || ::listen(listener, 4096) != 0 ||
      ::getsockname(listener, reinterpret_cast<sockaddr*>(&here), &size) != 0)
    throw std::runtime_error{"no port to listen on"};
  port_ = ntohs(here.sin_port);
  child_ = ::fork();
  if (child_ < 0) throw std::runtime_error{"fork failed"};
  if (child_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    Proxy{listener, server, milliseconds}.run();
  }
  ::close(listener);
}

DelayingProxy::~DelayingProxy() {
  ::kill(child_, SIGKILL);
  ::waitpid(child_, nullptr, 0);
}

}  // namespace couch::bench
