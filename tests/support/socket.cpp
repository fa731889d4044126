#include "tests/support/socket.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>
#include <system_error>

namespace couch::test {
namespace {

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }
SSL* ssl(void* tls) { return static_cast<SSL*>(tls); }

}  // namespace

void block_sigpipe() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

std::shared_ptr<TlsContext> TlsContext::server(const std::string& certificate, const std::string& key,
                                               const std::string& client_ca) {
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  std::shared_ptr<TlsContext> result{new TlsContext{context}};
  if (SSL_CTX_use_certificate_chain_file(context, certificate.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1)
    throw std::runtime_error("the scripted server's certificate cannot be used: " + certificate);
  if (!client_ca.empty()) {
    if (SSL_CTX_load_verify_locations(context, client_ca.c_str(), nullptr) != 1)
      throw std::runtime_error("the authority for client certificates cannot be used: " + client_ca);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  return result;
}

TlsContext::~TlsContext() { SSL_CTX_free(static_cast<SSL_CTX*>(context_)); }

Signal::Signal() : fd_(::eventfd(0, EFD_CLOEXEC)) {
  if (fd_ < 0) fail("eventfd");
}
Signal::~Signal() { ::close(fd_); }
void Signal::raise() {
  const uint64_t one = 1;
  if (::write(fd_, &one, sizeof one) < 0) fail("eventfd");
}

Socket::~Socket() {
  close();
  if (fd_ >= 0) ::close(fd_);
}

std::unique_ptr<Socket> Socket::connected_to(const std::string& host, uint16_t port) {
  addrinfo wanted{}, *found = nullptr;
  wanted.ai_socktype = SOCK_STREAM;
  if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found) != 0) return nullptr;
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> all{found, &::freeaddrinfo};
  for (const addrinfo* one = found; one; one = one->ai_next) {
    const int fd = ::socket(one->ai_family, one->ai_socktype | SOCK_CLOEXEC, one->ai_protocol);
    if (fd < 0) continue;
    auto socket = std::make_unique<Socket>(fd);
    if (::connect(fd, one->ai_addr, one->ai_addrlen) != 0) continue;
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return socket;
  }
  return nullptr;
}

bool Socket::secure(const TlsContext& context) {
  tls_ = SSL_new(static_cast<SSL_CTX*>(context.context_));
  SSL_set_fd(ssl(tls_), fd_);
  const bool done = SSL_accept(ssl(tls_)) == 1;
  ERR_clear_error();
  return done;
}

bool Socket::read_more(std::string& into) {
  char buffer[16384];
  const auto got = tls_ ? static_cast<ssize_t>(SSL_read(ssl(tls_), buffer, sizeof buffer))
                        : ::recv(fd_, buffer, sizeof buffer, 0);
  ERR_clear_error();
  if (got <= 0) return false;
  into.append(buffer, static_cast<size_t>(got));
  return true;
}

bool Socket::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto put =
        tls_ ? static_cast<ssize_t>(SSL_write(ssl(tls_), bytes.data(),
                                              static_cast<int>(std::min<size_t>(bytes.size(), 1 << 20))))
             : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    ERR_clear_error();
    if (put <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return true;
}

void Socket::wait_for(const Signal& signal) const {
  pollfd both[] = {{fd_, POLLRDHUP, 0}, {signal.fd_, POLLIN, 0}};
  while (::poll(both, 2, -1) < 0 && errno == EINTR) {
  }
}

void Socket::reset_on_close() { reset_ = true; }
void Socket::shut() { ::shutdown(fd_, SHUT_RDWR); }

// The descriptor's number stays taken until the destructor, so that shut() from another thread never hits a
// stranger's.
void Socket::close() {
  if (tls_) {
    SSL_free(ssl(tls_));
    tls_ = nullptr;
  }
  if (reset_) {
    const linger now{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  } else {
    ::shutdown(fd_, SHUT_RDWR);
  }
}

Listener::Listener() { open(); }

void Listener::open() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd_ < 0) fail("socket");
  const int on = 1;
  ::setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);  // the port of connections that just ended
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port_);
  socklen_t size = sizeof address;
  if (::bind(fd_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(fd_, 1024) != 0 ||
      ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    fail("listen on 127.0.0.1");
  port_ = ntohs(address.sin_port);
}

Listener::~Listener() { ::close(fd_); }

std::unique_ptr<Socket> Listener::accept() {
  const int fd = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
  if (fd < 0) return nullptr;
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return std::make_unique<Socket>(fd);
}

void Listener::shut() { ::shutdown(fd_, SHUT_RDWR); }

}  // namespace couch::test
