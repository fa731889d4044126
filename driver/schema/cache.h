#pragma once
// What is known of servers, shared by the connections of a process: one entry for each server, user and set
// of rules. Thread safe; while one thread discovers a database, others that want it wait for it, or take what
// was known before.
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "driver/schema/database.h"
#include "http/client.h"

namespace couch::driver::schema {

using Clock = std::chrono::steady_clock;

class ServerEntry {
 public:
  // The last known state of a database, made by `make` when there is none, or when `fresh` says that what
  // there is will not do. `make` runs in one thread at a time for a database. Throws what `make` throws, and
  // http::Error when `stop` or the deadline end the waiting.
  using Make = std::function<std::shared_ptr<const Database>()>;
  using Fresh = std::function<bool(const Database&, Clock::time_point checked)>;
  std::shared_ptr<const Database> database(const std::string& name, const Fresh& fresh, const Make& make,
                                           const http::Stop* stop, std::optional<Clock::time_point> deadline);
  // The database was compared with the server just now and is good enough.
  void checked(const std::string& name);
  void forget();

  // What a SELECT on a type assumed (schema.cpp); forgotten with its database.
  std::shared_ptr<const sql::Table> assumed(const std::string& database, const std::string& name,
                                            const std::string& type);
  void assume(const std::string& database, const std::string& name, const std::string& type,
              std::shared_ptr<const sql::Table> table);

  std::optional<sql::ServerTraits> traits();
  void set_traits(const sql::ServerTraits& traits);

 private:
  struct Slot {
    std::shared_ptr<const Database> database;
    Clock::time_point checked{};
    bool making = false;
    std::map<std::pair<std::string, std::string>, std::shared_ptr<const sql::Table>> assumed;
  };

  std::mutex mutex_;
  std::condition_variable made_;
  std::map<std::string, Slot> slots_;
  uint64_t generation_ = 0;  // of forget(): what was begun before it is not kept
  std::optional<sql::ServerTraits> traits_;
};

// The entry of a key; the least recently used ones beyond some dozens are dropped.
std::shared_ptr<ServerEntry> server_entry(const std::string& key);

}  // namespace couch::driver::schema
