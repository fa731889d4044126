#pragma once
// An environment: the ODBC version that the application speaks, and its connections.
#include <sql.h>
#include <sqlext.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "driver/handle.h"

namespace couch::driver {

class Connection;

class Environment : public Handle {
 public:
  static constexpr SQLSMALLINT handle_type = SQL_HANDLE_ENV;
  Environment() : Handle(handle_type) {}

  Outcome set_attribute(SQLINTEGER id, SQLPOINTER value);
  Outcome get_attribute(SQLINTEGER id, SQLPOINTER value);
  Outcome allocate_connection(SQLHANDLE* out);
  // On every open connection; one that fails does not keep the others from theirs. Error: its records are
  // here.
  Outcome end_transaction(SQLSMALLINT completion);
  // Throws OdbcError HY010 while it has connections.
  void check_free() const;

  void connection_freed() noexcept { --connections_; }
  // The application speaks ODBC 2: SQL_DATE instead of SQL_TYPE_DATE in catalog results.
  bool odbc2() const noexcept { return version_ == SQL_OV_ODBC2; }

 private:
  std::atomic<SQLINTEGER> version_{0};  // 0: not told yet
  SQLINTEGER pooling_ = SQL_CP_OFF, pool_match_ = SQL_CP_STRICT_MATCH;
  std::atomic<int> connections_{0};
  std::mutex children_mutex_;
  std::vector<std::weak_ptr<Connection>> children_;
};

}  // namespace couch::driver
