#pragma once
// A proxy in a process of its own that answers late: what it has answered once it knows by heart (requests
// are the same when their lines and bodies are), and gives again so and so long after it was asked; requests
// without a body, such as those of connecting, it answers at once. So a slow server can be measured against,
// and the server takes no processor time.
#include <sys/types.h>

#include <cstdint>
#include <string>

namespace couch::bench {

class DelayingProxy {
 public:
  // `upstream` is http://host:port. Must be made before the process has other threads.
  DelayingProxy(const std::string& upstream, int milliseconds);
  ~DelayingProxy();
  DelayingProxy(const DelayingProxy&) = delete;
  DelayingProxy& operator=(const DelayingProxy&) = delete;
  uint16_t port() const { return port_; }

 private:
  pid_t child_ = -1;
  uint16_t port_ = 0;
};

}  // namespace couch::bench
