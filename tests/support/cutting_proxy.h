#pragma once
// A TCP proxy between the driver and a real server that cuts connections: before a request is whole, between
// request and answer, in the middle of an answer, or after it. It reads the server's answer even where the
// driver does not get it, and so knows which writes (POST _bulk_docs) happened.
#include <cstdint>
#include <memory>
#include <string>

namespace couch::test {

// All members may be called from any thread.
class CuttingProxy {
 public:
  // To http://host:port. Lets everything pass until cut() is called.
  CuttingProxy(std::string host, uint16_t port, uint64_t seed);
  ~CuttingProxy();
  CuttingProxy(const CuttingProxy&) = delete;
  CuttingProxy& operator=(const CuttingProxy&) = delete;
  uint16_t port() const;

  // From now on, so many of a hundred reads and writes.
  void cut(unsigned reads, unsigned writes);
  // New connections are refused until the door is opened. It shuts by itself too, while cutting.
  void open_door();

  struct Counts {
    uint64_t requests = 0, reads_cut = 0;
    uint64_t writes = 0;      // _bulk_docs
    uint64_t unanswered = 0;  // writes whose answer did not arrive whole
    uint64_t refused = 0;     // writes that the proxy answered itself, with 503, and did not hand on
    uint64_t happened = 0;    // documents that an unanswered write has changed
    uint64_t uncertain = 0;   // unanswered writes of which the proxy does not know that either
    uint64_t idle = 0;        // connections closed after a whole answer
    uint64_t shut = 0;        // how often the door was
  };
  Counts counts() const;

 private:
  class Impl;
  const std::shared_ptr<Impl> impl_;
};

}  // namespace couch::test
