#pragma once
// Certificates made while the test runs, in files of their own directory, which ends with the object.
#include <string>

namespace couch::test {

class Certificates {
 public:
  struct Pair {
    std::string certificate, key;  // PEM files
  };
  Certificates();
  ~Certificates();
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;

  const std::string& ca() const { return ca_; }              // PEM file of the authority
  const std::string& other_ca() const { return other_ca_; }  // one that signed nothing here
  const Pair& server() const { return server_; }             // for 127.0.0.1 and localhost
  const Pair& misnamed() const { return misnamed_; }         // signed by ca(), for another host
  const Pair& expired() const { return expired_; }
  const Pair& client() const { return client_; }
  const std::string& directory() const { return directory_; }

 private:
  std::string directory_, ca_, other_ca_;
  Pair server_, misnamed_, expired_, client_;
};

}  // namespace couch::test
