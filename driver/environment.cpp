#include "driver/environment.h"

#include "driver/connection.h"

namespace couch::driver {

Outcome Environment::set_attribute(SQLINTEGER id, SQLPOINTER value) {
  const auto number = static_cast<SQLINTEGER>(reinterpret_cast<intptr_t>(value));
  switch (id) {
    case SQL_ATTR_ODBC_VERSION:
      if (connections_ > 0)
        throw OdbcError{SqlState::sHY010, "SQL_ATTR_ODBC_VERSION is set before connections are allocated"};
      if (number != SQL_OV_ODBC2 && number != SQL_OV_ODBC3 && number != SQL_OV_ODBC3_80) {
        throw OdbcError{SqlState::sHY024, "ODBC version {} is not known", number};
      }
      version_ = number;
      return Outcome::Success;
    case SQL_ATTR_CONNECTION_POOLING: return pooling_ = number, Outcome::Success;  // the manager pools
    case SQL_ATTR_CP_MATCH: return pool_match_ = number, Outcome::Success;
    case SQL_ATTR_OUTPUT_NTS:
      if (number == SQL_TRUE) return Outcome::Success;
      throw OdbcError{SqlState::sHYC00, "text without a terminator is not supported (SQL_ATTR_OUTPUT_NTS)"};
    default: throw OdbcError{SqlState::sHY092, "there is no environment attribute {}", id};
  }
}

Outcome Environment::get_attribute(SQLINTEGER id, SQLPOINTER value) {
  const auto put = [&](SQLINTEGER v) {
    if (value) *static_cast<SQLINTEGER*>(value) = v;
    return Outcome::Success;
  };
  switch (id) {
    case SQL_ATTR_ODBC_VERSION: return put(version_);
    case SQL_ATTR_CONNECTION_POOLING: return put(pooling_);
    case SQL_ATTR_CP_MATCH: return put(pool_match_);
    case SQL_ATTR_OUTPUT_NTS: return put(SQL_TRUE);
    default: throw OdbcError{SqlState::sHY092, "there is no environment attribute {}", id};
  }
}

Outcome Environment::allocate_connection(SQLHANDLE* out) {
  if (!out) throw OdbcError{SqlState::sHY009, "OutputHandlePtr is a null pointer"};
  *out = SQL_NULL_HDBC;
  if (version_ == 0) throw OdbcError{SqlState::sHY010, "SQL_ATTR_ODBC_VERSION has not been set"};
  auto connection = std::make_shared<Connection>(std::static_pointer_cast<Environment>(shared_from_this()));
  {
    std::scoped_lock lock{children_mutex_};
    std::erase_if(children_, [](const auto& weak) { return weak.expired(); });
    children_.push_back(connection);
  }
  *out = Handles::add(std::move(connection));
  ++connections_;
  return Outcome::Success;
}

Outcome Environment::end_transaction(SQLSMALLINT completion) {
  if (completion != SQL_COMMIT && completion != SQL_ROLLBACK) {
    throw OdbcError{SqlState::sHY012, "the completion type {} is not known", completion};
  }
  std::vector<std::shared_ptr<Connection>> open;
  {
    std::scoped_lock lock{children_mutex_};
    for (const auto& weak : children_) {
      if (auto connection = weak.lock()) open.push_back(std::move(connection));
    }
  }
  Outcome outcome = Outcome::Success;
  for (const auto& connection : open) {
    const Guard guard = connection->enter();
    if (!connection->session()) continue;
    try {
      connection->end_transaction(completion);
    } catch (...) {
      diagnostics().add(std::current_exception(), SQL_NO_ROW_NUMBER);
      outcome = Outcome::Error;
    }
  }
  return outcome;
}

void Environment::check_free() const {
  if (connections_ > 0)
    throw OdbcError{SqlState::sHY010, "the environment still has {} connections", connections_.load()};
}

}  // namespace couch::driver
