#pragma once
// What all requests of one client share: servers, credentials as headers, TLS. Made once, then read by the
// I/O thread.
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "http/client.h"
#include "http/url.h"

namespace couch::http {

class Loop;
struct Login;

// Settings for every easy handle.
struct Wire {
  TlsMode tls = TlsMode::VerifyFull;
  std::string ca_file, client_certificate, client_key, proxy;
};

// The I/O thread may outlive the client object: it shares this.
struct Site {
  // Throws Error (InvalidSetting).
  explicit Site(Endpoint settings);
  ~Site();
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  // Headers that prove who asks, but for a session's cookie.
  std::vector<std::string> credentials() const;
  // The text with the password and the token replaced, wherever a server repeated them.
  std::string without_secrets(std::string text) const;
  const BaseUrl& server() const { return servers[current.load(std::memory_order_relaxed) % servers.size()]; }
  Login& login(Loop& loop) const;  // I/O thread only

  const Endpoint endpoint;
  const std::vector<BaseUrl> servers;
  const Wire wire;
  mutable std::atomic<size_t> current{0};      // the server that answered last
  mutable std::atomic<bool> dead{false};       // the last transport result
  mutable std::atomic<bool> takes_gzip{true};  // until a server refuses a compressed body

 private:
  mutable Loop* login_loop_ = nullptr;
  mutable Login* login_ = nullptr;
};

}  // namespace couch::http
