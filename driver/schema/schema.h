#pragma once
// Discovery: which databases, tables and columns there are (docs/architecture.md, Data model). Sampled, inferred, cached per process
// and server. One object a connection; the cache behind it is shared and thread safe, the object is used by one thread at a time.
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "driver/config/settings.h"
#include "http/client.h"
#include "sql/table.h"

namespace couch::driver::schema {

class Schema : public sql::Catalog {
 public:
  static std::unique_ptr<Schema> create(std::shared_ptr<http::Client> client, const Settings& settings);

  // Database names as _all_dbs gives them, or only the connection's own where that is forbidden.
  virtual std::vector<std::string> databases() = 0;
  // All tables of a database (samples it): types first by name, then array tables, the whole database's, views.
  virtual std::vector<std::shared_ptr<const sql::Table>> tables(const std::string& database) = 0;
  // The current catalog: SQL_ATTR_CURRENT_CATALOG. Throws OdbcError 3D000 when there is no such database.
  virtual void set_current(const std::string& database) = 0;
  // Forgets what is cached of this server (REFRESH SCHEMA).
  virtual void refresh() = 0;
  // What Catalog::wrote() told of the type was rolled back.
  virtual void take_back(std::string_view /*database*/, std::string_view /*discriminator*/) {}
  // For requests made while a statement runs: its stop (null: none), and when its time is over.
  virtual void set_stop(const http::Stop* stop) = 0;
  virtual void set_deadline(std::optional<std::chrono::steady_clock::time_point>) {}
};

}  // namespace couch::driver::schema
