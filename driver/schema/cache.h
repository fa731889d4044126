#pragma once
// What is known of servers, shared by the connections of a process: one entry for each server, user and set
// of rules. Thread safe; while one thread discovers a database, others that want it wait for it, or take what
// was known before.
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "driver/schema/database.h"
#include "http/client.h"
#include "http/wait.h"

namespace couch::driver::schema {

using Clock = std::chrono::steady_clock;

class ServerEntry {
 public:
  // The last known state of a database, made by `make` when there is none, or when `fresh` says that what
  // there is will not do; `fresh` may amend it. `make` runs in one thread at a time for a database. Throws
  // what `make` throws, and http::Error when `stop` or the deadline end the waiting.
  using Make = std::function<std::shared_ptr<const Database>()>;
  struct Checked {  // when it was last compared with the server, and the update sequence that was there
    Clock::time_point at{};
    std::string update_seq;
  };
  using Fresh = std::function<bool(const Database&, const Checked& last)>;
  std::shared_ptr<const Database> database(const std::string& name, const Fresh& fresh, const Make& make,
                                           const http::Stop* stop, std::optional<Clock::time_point> deadline);
  // The database was compared with the server just now and is good enough.
  void checked(const std::string& name, const std::string& update_seq);
  void forget();
  // The same for one database.
  void forget(const std::string& database);
  // Replaces what is known of a database by what `change` makes of it; nothing where nothing is known.
  void amend(const std::string& database,
             const std::function<std::shared_ptr<const Database>(const Database&)>& change);

  // Tables that were found out later than their database and are forgotten with it: views that were looked
  // at, types that a SELECT assumed. nullptr: none, or its time is over.
  std::shared_ptr<const sql::Table> extra(const std::string& database, const std::string& key);
  void keep_extra(const std::string& database, const std::string& key,
                  std::shared_ptr<const sql::Table> table,
                  Clock::time_point until = Clock::time_point::max());

  std::optional<sql::ServerTraits> traits();
  void set_traits(const sql::ServerTraits& traits);

 private:
  struct Slot {
    std::shared_ptr<const Database> database;
    Checked checked;
    bool making = false;
    uint64_t generation = 0;  // of forget(database)
    struct Extra {
      std::shared_ptr<const sql::Table> table;
      Clock::time_point until;
    };
    std::map<std::string, Extra> extras;
  };

  std::mutex mutex_;
  http::Signal made_;
  std::map<std::string, Slot> slots_;
  uint64_t generation_ = 0;  // of forget(): what was begun before it is not kept
  std::optional<sql::ServerTraits> traits_;
};

// The entry of a key; the least recently used ones beyond some dozens are dropped.
std::shared_ptr<ServerEntry> server_entry(const std::string& key);

}  // namespace couch::driver::schema
