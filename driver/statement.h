#pragma once
// A statement: prepared or executed directly, with its descriptors, parameters, cursor and attributes. Its
// states are those of ODBC's Appendix B; the driver manager checks most of them too, but not every
// application comes through one.
#include <sql.h>
#include <sqlext.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "driver/async/operation.h"
#include "driver/catalog/catalog.h"
#include "driver/cursor.h"
#include "driver/descriptor.h"
#include "driver/handle.h"
#include "driver/parameters.h"
#include "driver/session.h"
#include "driver/shared_catalog.h"
#include "driver/timer.h"
#include "driver/types.h"
#include "sql/session.h"

namespace couch::driver {

class Connection;

class Statement : public Handle {
 public:
  static constexpr SQLSMALLINT handle_type = SQL_HANDLE_STMT;
  ~Statement() override;
  static std::shared_ptr<Statement> create(std::shared_ptr<Connection> connection,
                                           std::shared_ptr<Session> session);

  Guard enter() override;
  // SQLFreeHandle, SQLDisconnect: nobody finds it from now on; a call that runs in another thread is stopped.
  void release() noexcept;

  Outcome prepare(std::string text);
  Outcome execute();
  Outcome execute_direct(std::string text);
  Outcome parameter_data(SQLPOINTER* token);
  Outcome put_data(SQLPOINTER data, SQLLEN length);
  Outcome more_results();
  using CatalogCall = std::function<catalog::Result(schema::Schema& schema, bool metadata_id)>;
  Outcome catalog(const CatalogCall& call);
  Outcome type_info(SQLSMALLINT type);
  // The application asked for ODBC 2's behaviour (SQL_ATTR_ODBC_VERSION).
  bool odbc2() const;

  Outcome parameter_count(SQLSMALLINT* count);
  Outcome describe_parameter(SQLUSMALLINT number, SQLSMALLINT* type, SQLULEN* size, SQLSMALLINT* digits,
                             SQLSMALLINT* nullable);
  Outcome column_count(SQLSMALLINT* count);
  Outcome row_count(SQLLEN* count);
  Outcome describe_column(SQLUSMALLINT column, const TextOut& name, SQLSMALLINT* type, SQLULEN* size,
                          SQLSMALLINT* digits, SQLSMALLINT* nullable);
  Outcome column_attribute(SQLUSMALLINT column, SQLUSMALLINT field, const TextOut& text, SQLLEN* number);

  Outcome bind_column(SQLUSMALLINT column, SQLSMALLINT c_type, SQLPOINTER buffer, SQLLEN capacity,
                      SQLLEN* indicator);
  Outcome bind_parameter(SQLUSMALLINT number, SQLSMALLINT direction, SQLSMALLINT c_type, SQLSMALLINT sql_type,
                         SQLULEN size, SQLSMALLINT digits, SQLPOINTER buffer, SQLLEN capacity,
                         SQLLEN* indicator);
  Outcome fetch(SQLSMALLINT orientation);
  Outcome get_data(SQLUSMALLINT column, SQLSMALLINT c_type, SQLPOINTER buffer, SQLLEN capacity,
                   SQLLEN* indicator);
  Outcome set_position(SQLULEN row, SQLUSMALLINT operation, SQLUSMALLINT lock);
  Outcome bulk_operations(SQLSMALLINT operation);
  Outcome close_cursor();
  Outcome free(SQLUSMALLINT option);
  // Another statement's WHERE CURRENT OF this cursor (statement_position.cpp). Each takes this statement's
  // lock alone, for a moment. Throws OdbcError 24000, 42000, HY010.
  struct Current {
    std::shared_ptr<const sql::Table> table;
    sql::RowVersion version;
    SQLULEN row;  // of the result, from 0
  };
  Current current_row();
  // What became of it: deleted, or changed to `version`.
  void row_changed(SQLULEN row, const sql::RowVersion& version, bool deleted);
  // The name of its open cursor; empty: there is none, or a call is using it.
  std::string open_cursor_name();

  Outcome set_cursor_name(const std::string& name);
  Outcome cursor_name(const TextOut& out);

  Outcome set_attribute(SQLINTEGER id, SQLPOINTER value);
  Outcome get_attribute(SQLINTEGER id, SQLPOINTER value);

  // ROLLBACK, under its lock: see Connection::close_cursors.
  void lose_cursor(bool manager_knows);

  // From any thread; takes no lock that a running call holds.
  SQLRETURN cancel() noexcept;

  // Asynchronous execution (statement_async.cpp; functions are SQL_API_…). All under the statement's lock;
  // the call that runs does not hold it: the others are kept out by busy().
  bool runs_asynchronously(SQLUSMALLINT function) const;
  // Throws OdbcError, std::system_error when it cannot be begun.
  void start(SQLUSMALLINT function, std::function<SQLRETURN(Statement&)> run);
  bool is_running(SQLUSMALLINT function) const noexcept {
    return operation_ && operation_->function() == function;
  }
  SQLRETURN poll() noexcept;
  bool busy() const noexcept override { return operation_ != nullptr; }
  Diagnostics& visible_diagnostics() noexcept override { return operation_ ? meanwhile_ : diagnostics(); }

  const std::shared_ptr<Session>& session() const noexcept { return session_; }

 private:
  enum class State : uint8_t {
    Allocated,
    Prepared,
    Executed /* without a result set */,
    CursorOpen,
    NeedData
  };

  Statement(std::weak_ptr<Connection> connection, std::shared_ptr<Session> session);
  void require_idle() const;       // HY010 while parameters are awaited
  void require_no_cursor() const;  // 24000
  // Runs what may wait: with a fresh stop, the query timeout, and HYT00 for what the timer ended.
  // A fetch goes on with an execution that may have been cancelled.
  enum class Begins : uint8_t { Execution, Nothing };
  template <class F>
  auto interruptible(F&& body, Begins begins = Begins::Execution);
  void compile(std::string text);
  void plan(schema::Schema& schema);
  Outcome begin_execution();
  Outcome run_sets();
  Outcome run_next_set();
  Outcome run_changes(size_t failed);
  // The statement whose open cursor WHERE CURRENT OF names. Throws OdbcError 34000.
  std::shared_ptr<Statement> named_cursor() const;
  // SQLSetPos and SQLBulkOperations (statement_position.cpp). Rows are those of the rowset, from 0.
  struct RowsetChange;
  struct RowOutcome;
  ChangeableRows& changeable_rows();
  void make_changeable(const std::vector<sql::Value>& values);
  Outcome change_rows(bool adds, bool single, std::vector<size_t> rows);
  Parameters& awaited() noexcept;
  Outcome finish_change(SQLPOINTER* token);
  Outcome apply(const RowsetChange& change);
  Outcome delete_rows(const std::vector<size_t>& rows, bool single);
  Outcome refresh_rows(const std::vector<size_t>& rows, bool single);
  sql::Execution execution_over(sql::Documents& source);
  const sql::Prepared& row_statement(const std::string& text);
  void take(const sql::SetOutcome& done, size_t row, RowOutcome& outcome);
  void show_revision(size_t row);
  Outcome tell_rows(const std::vector<size_t>& rows, bool single, SQLUSMALLINT done,
                    const std::vector<RowOutcome>& outcomes);
  std::optional<std::chrono::steady_clock::time_point> retry_deadline() const;
  void run(const std::vector<sql::Value>& values);
  void run_transaction_statement();
  // What it is executed with: the server's documents, with the connection's own changes among them.
  sql::Documents& open_documents();
  std::unique_ptr<sql::Documents> documents(bool for_change);
  // values: the query's parameters, where its rows may be changed through the cursor.
  void open(std::unique_ptr<sql::Rows> rows, uint64_t max_rows,
            const std::vector<sql::Value>* values = nullptr);
  void describe(const std::vector<sql::ResultColumn>& columns);
  void describe_parameters();
  void describe_updatable();
  void forget_results();
  void forget_statement();
  void collect_warnings();
  SQLULEN poll_descriptor();
  Cursor& open_cursor();
  Descriptor& ard() noexcept;
  Descriptor& apd() noexcept;
  Outcome assign_descriptor(SQLINTEGER id, SQLHANDLE handle);
  Descriptor& descriptor_of(SQLINTEGER attribute) noexcept;
  SQLULEN value_of(SQLINTEGER id) const;

  const std::weak_ptr<Connection> connection_;
  const std::shared_ptr<Session> session_;
  // Declared before what uses it: a transfer looks at its stop until it ends.
  http::Stop stop_;
  State state_ = State::Allocated;
  bool prepared_by_application_ = false;  // SQLPrepare, so that closing the cursor leads back to Prepared
  std::vector<SQLULEN> values_;           // by place in statement_attributes()

  std::shared_ptr<Descriptor> own_ard_, own_apd_, ird_, ipd_;
  std::shared_ptr<Descriptor> explicit_ard_, explicit_apd_;
  std::string cursor_name_;

  std::string text_;  // of prepared_
  std::unique_ptr<const sql::Prepared> prepared_;
  std::vector<sql::Type> types_;          // of the result's columns
  std::vector<TypeFacts> facts_;          // of the result's columns
  std::optional<Parameters> parameters_;  // while they are awaited, and while sets remain
  size_t next_set_ = 0;
  SQLLEN row_count_ = -1;  // of a change; -1: it was none
  std::unique_ptr<sql::Documents> documents_;
  SharedCatalog catalog_{session_, &stop_};
  std::optional<Cursor> cursor_;
  std::unique_ptr<RowsetChange> rowset_change_;  // while its data are awaited
  // INSERT, UPDATE and DELETE of SQLSetPos and SQLBulkOperations, by their texts.
  std::map<std::string, std::unique_ptr<const sql::Prepared>> row_statements_;

  std::shared_ptr<Operation> operation_;  // runs asynchronously, or its result was not taken yet
  Diagnostics meanwhile_;                 // of calls while it does
  std::shared_ptr<PollDescriptor> poll_descriptor_;
};

}  // namespace couch::driver
