#pragma once
// A connection: SQLConnect, SQLDriverConnect, SQLBrowseConnect, SQLDisconnect, its attributes, and what
// belongs to it.
#include <sql.h>
#include <sqlext.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "driver/attributes.h"
#include "driver/environment.h"
#include "driver/handle.h"
#include "driver/session.h"
#include "driver/text.h"

namespace couch::driver {

class Statement;
class Descriptor;

class Connection : public Handle {
 public:
  static constexpr SQLSMALLINT handle_type = SQL_HANDLE_DBC;
  explicit Connection(std::shared_ptr<Environment> environment);
  ~Connection() override;

  Outcome connect(const std::string& dsn, const std::optional<std::string>& user,
                  const std::optional<std::string>& password);
  Outcome driver_connect(const std::string& text, const TextOut& completed, SQLUSMALLINT completion);
  Outcome browse_connect(const std::string& text, const TextOut& wanted);
  Outcome disconnect();

  Outcome set_attribute(SQLINTEGER id, SQLPOINTER value, const TextIn& text);
  Outcome get_attribute(SQLINTEGER id, SQLPOINTER value, const TextOut& text);
  Outcome native_sql(const std::string& statement, const TextOut& out);
  Outcome get_info(SQLUSMALLINT type, SQLPOINTER value, const TextOut& text, SQLSMALLINT* length);
  Outcome end_transaction(SQLSMALLINT completion);
  // ROLLBACK closes the cursors of all statements but `except`. manager_knows: SQLEndTran, after which the
  // driver manager takes them for closed; else they stay for SQLCloseCursor, without rows (24000).
  void close_cursors(const Statement* except, bool manager_knows);
  // From any thread, without the lock: a function of the connection that waits for the server ends with
  // HY008.
  void cancel() noexcept { stop_.request(); }

  Outcome allocate_statement(SQLHANDLE* out);
  Outcome allocate_descriptor(SQLHANDLE* out);
  // Throws OdbcError HY010 while connected.
  void check_free() const;
  // Throws OdbcError 34000, 3C000: a cursor's name is its own within the connection. Empty: gives the name
  // up.
  void claim_cursor_name(SQLHANDLE statement, const std::string& name);

  // The statement with an open cursor of that name, `asking` left out; null: there is none.
  std::shared_ptr<Statement> find_cursor(std::string_view name, const Statement* asking);

  // Null: not connected.
  const std::shared_ptr<Session>& session() const noexcept { return session_; }
  // Throws OdbcError 08003.
  Session& open_session() const;
  const std::shared_ptr<Environment>& environment() const noexcept { return environment_; }

 private:
  void open(Attributes attributes);
  template <class F>
  void within_login_timeout(F&& body);
  void reset_attributes();
  // On every statement that there is. Throws OdbcError HY010 when one runs asynchronously.
  void set_of_statements(SQLINTEGER id, SQLPOINTER value);
  void release_children() noexcept;
  void set_autocommit(SQLULEN value);
  SQLULEN& value_of(SQLINTEGER id);

  std::shared_ptr<Environment> environment_;
  http::Stop stop_;
  std::shared_ptr<Session> session_;
  Attributes browsed_;  // what SQLBrowseConnect was given so far
  bool browsing_ = false;
  std::vector<SQLULEN> values_;  // by place in connection_attributes()
  bool login_timeout_set_ = false;
  std::string catalog_;  // SQL_ATTR_CURRENT_CATALOG when it was set before connecting
  bool catalog_set_ = false;
  std::vector<std::pair<SQLINTEGER, SQLULEN>>
      statement_defaults_;  // statement attributes set on the connection (ODBC 2)

  std::mutex children_mutex_;
  std::vector<std::weak_ptr<Statement>> statements_;
  std::vector<std::weak_ptr<Descriptor>> descriptors_;
  std::map<SQLHANDLE, std::string> cursor_names_;
};

}  // namespace couch::driver
