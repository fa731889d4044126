#pragma once
// The real server that the live tier talks to, named by the environment:
//
//   COUCHDB_URL   http://user:password@host:port
//   SERVER_KIND   couchdb (the default) or pouchdb
//
// A test makes the databases that it needs; each is dropped when its object dies, however the test ends.
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace couch::test {

struct HttpAnswer {
  int status = 0;
  std::string body;
};

// Thread safe.
class LiveServer {
 public:
  // Reads the environment once. Throws std::runtime_error with what to set when COUCHDB_URL is missing.
  static const LiveServer& get();

  bool couchdb() const { return couchdb_; }  // false: PouchDB Server
  const std::string& host() const { return host_; }
  uint16_t port() const { return port_; }
  const std::string& user() const { return user_; }
  const std::string& password() const { return password_; }
  const std::string& url() const { return url_; }  // without user and password

  // path begins with a slash and is escaped already; body is JSON or empty. As the server's administrator.
  HttpAnswer ask(std::string_view method, const std::string& path, const std::string& body = {}) const;
  // The same; throws std::runtime_error unless the status is below 300.
  std::string must(std::string_view method, const std::string& path, const std::string& body = {}) const;

 private:
  LiveServer();
  std::string scheme_, host_, user_, password_, url_;
  uint16_t port_ = 0;
  bool couchdb_ = true;
};

// A database of the test's own, with a name that no other run uses.
class Database {
 public:
  explicit Database(std::string_view what, std::string_view query = {});  // query: "q=8", "partitioned=true"
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  const std::string& name() const { return name_; }
  std::string path(std::string_view below = {}) const;  // /name/below

  // Documents as JSON texts; throws if the server refuses one of them.
  void add(const std::vector<std::string>& documents);
  void bulk(const std::string& body);  // of _bulk_docs
  void view(const std::string& design_document, const std::string& view, const std::string& map,
            const std::string& reduce = {});
  // more: further members of the definition, R"("partitioned":false)".
  void index(const std::vector<std::string>& fields, const std::string& name, const std::string& more = {});

 private:
  std::string name_;
};

// A name that a server takes as a database's or user's and that no other run uses:
// live_<time>_<process>_<number>_<what>.
std::string unique_name(std::string_view what);

std::string percent_encoded(std::string_view text);

}  // namespace couch::test
