#pragma once
// An open connection as its statements share it: settings, the HTTP client, the schema. It lives until the
// last of them lets go, so that SQLDisconnect never pulls it away under a call that runs in another thread.
#include <memory>
#include <mutex>
#include <string>

#include "driver/config/settings.h"
#include "driver/log.h"
#include "driver/manual_commit.h"
#include "driver/schema/schema.h"
#include "http/client.h"
#include "http/wait.h"

namespace couch::driver {

class Session {
 public:
  // Connects. Throws http::Error, OdbcError (3D000: no such database). `stop` ends it.
  Session(Settings settings, const http::Stop& stop);

  const Settings& settings() const noexcept { return settings_; }
  const std::shared_ptr<http::Client>& client() const noexcept { return client_; }
  Log& log() noexcept { return log_; }
  ManualCommit& manual_commit() noexcept { return manual_commit_; }
  const std::string& product() const noexcept { return product_; }  // "CouchDB"
  const std::string& version() const noexcept { return version_; }  // "3.5.0"
  std::string server() const;  // "127.0.0.1:5984", for SQL_SERVER_NAME and diagnostics

  // The schema is for one thread at a time: this holds it, with the stop of the call that uses it.
  class Turn {
   public:
    schema::Schema* operator->() const noexcept { return session_.schema_.get(); }
    schema::Schema& operator*() const noexcept { return *session_.schema_; }
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    friend class Session;
    explicit Turn(Session& session) : session_(session) {}
    Session& session_;
  };
  // Waits its turn. Throws OdbcError HY008 when stopped meanwhile. `stop` may be null.
  Turn schema(const http::Stop* stop);

 private:
  Settings settings_;
  ManualCommit manual_commit_{settings_.transactions, settings_.transaction_memory};
  Log log_;
  std::shared_ptr<http::Client> client_;
  std::unique_ptr<schema::Schema> schema_;
  // Not a lock: it is held while the server is asked, and the call that holds it may be suspended meanwhile.
  std::mutex turn_mutex_;
  http::Signal turn_over_;
  bool turn_taken_ = false;
  std::string product_, version_;
};

}  // namespace couch::driver
