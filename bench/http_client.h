#pragma once
// What curl takes: libcurl's easy interface over a kept connection, bytes read and thrown away.
#include <cstdint>
#include <string>
#include <vector>

namespace couch::bench {

class HttpClient {
 public:
  // http://user:password@host:port
  explicit HttpClient(std::string server);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Sends it and reads the answer; its bytes. A status >= 300 ends the program with what the server said.
  uint64_t get(const std::string& path);
  uint64_t post(const std::string& path, const std::string& body);
  // Any status.
  long ask(const std::string& method, const std::string& path, const std::string& body, std::string* answer);
  // Several requests at once, each over its own kept connection.
  void post_all(const std::string& path, const std::vector<std::string>& bodies, size_t at_once);

  static std::string escaped(const std::string& text);

 private:
  std::string server_;
  void* easy_;
  void* multi_;
  void* headers_ = nullptr;
};

}  // namespace couch::bench
