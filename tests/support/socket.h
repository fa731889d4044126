#pragma once
// Sockets of the scripted server, plain or with TLS.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace couch::test {

void block_sigpipe();  // for the calling thread

class TlsContext {
 public:
  static std::shared_ptr<TlsContext> server(const std::string& certificate, const std::string& key,
                                            const std::string& client_ca);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

 private:
  friend class Socket;
  explicit TlsContext(void* context) : context_(context) {}
  void* context_;  // SSL_CTX
};

// Once raised, it stays so; many may wait for it.
class Signal {
 public:
  Signal();
  ~Signal();
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;
  void raise();

 private:
  friend class Socket;
  int fd_;
};

// Used by one thread, but for shut().
class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket();
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  static std::unique_ptr<Socket> connected_to(const std::string& host, uint16_t port);  // null: it cannot be
  bool secure(const TlsContext& context);                                               // the handshake
  bool read_more(std::string& into);  // false: the end or an error
  bool write(std::string_view bytes);
  void wait_for(const Signal& signal) const;  // or for the other side's end
  void reset_on_close();                      // RST instead of FIN
  void shut();                                // from any thread: wakes reads and writes
  void close();

 private:
  int fd_;
  bool reset_ = false;
  void* tls_ = nullptr;  // SSL
};

// Listens on a free loopback port.
class Listener {
 public:
  Listener();
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  uint16_t port() const { return port_; }
  std::unique_ptr<Socket> accept();  // null: shut
  void shut();                       // from any thread
  void open();                       // again, at the same port; nobody accepts meanwhile

 private:
  int fd_ = -1;
  uint16_t port_ = 0;
};

}  // namespace couch::test
