#include "driver/connection.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "driver/descriptor.h"
#include "driver/end_transaction.h"
#include "driver/functions.h"
#include "driver/info.h"
#include "driver/statement.h"
#include "driver/timer.h"
#include "http/error.h"
#include "sql/define/auto_index.h"
#include "sql/parser.h"
#include "sql/plan/statistics.h"

namespace couch::driver {
namespace {

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
    return lower(x) == lower(y);
  });
}

const std::string* find_value(const Attributes& attributes, std::string_view keyword) {
  const auto found =
      std::ranges::find_if(attributes, [&](const auto& a) { return same_name(a.first, keyword); });
  return found == attributes.end() ? nullptr : &found->second;
}

// The data source's own keywords come after those that the application gave, so the application's stand.
Attributes with_dsn(Attributes attributes) {
  const std::string* dsn = find_value(attributes, "DSN");
  if (!dsn || dsn->empty()) return attributes;
  for (auto& attribute : read_dsn(*dsn)) attributes.push_back(std::move(attribute));
  return attributes;
}

}  // namespace

Connection::Connection(std::shared_ptr<Environment> environment)
    : Handle(handle_type), environment_(std::move(environment)) {
  reset_attributes();
}

Connection::~Connection() { release_children(); }

void Connection::reset_attributes() {
  values_.clear();
  for (const Attribute& attribute : connection_attributes()) values_.push_back(attribute.initial);
  statement_defaults_.clear();
}

SQLULEN& Connection::value_of(SQLINTEGER id) {
  return values_[static_cast<size_t>(find_attribute(connection_attributes(), id))];
}

// The login timeout is HYT00, whichever request it ends; the general table has HYT01 for one that expires
// later.
template <class F>
void Connection::within_login_timeout(F&& body) {
  stop_.reset();
  const auto seconds =
      std::min<SQLULEN>(value_of(SQL_ATTR_LOGIN_TIMEOUT), std::numeric_limits<int32_t>::max());
  const CallTimer timer{stop_, std::chrono::seconds{seconds}};
  try {
    body(stop_);
  } catch (const http::Error& e) {
    if (e.kind() == http::ErrorKind::ConnectTimeout) throw OdbcError{SqlState::sHYT00, "{}", e.what()};
    if (!timer.expired()) throw;
    throw OdbcError{SqlState::sHYT00, "the login timeout of {} seconds expired", seconds};
  }
}

void Connection::open(Attributes attributes) {
  if (session_) throw OdbcError{SqlState::s08002, "the connection is already open"};
  ParsedSettings parsed = parse_settings(attributes);
  Settings& settings = parsed.settings;
  if (login_timeout_set_)
    settings.login_timeout = static_cast<uint32_t>(value_of(SQL_ATTR_LOGIN_TIMEOUT));
  else
    value_of(SQL_ATTR_LOGIN_TIMEOUT) = settings.login_timeout;
  settings.endpoint.connect_timeout = std::chrono::seconds{settings.login_timeout};
  if (catalog_set_) settings.database = catalog_;
  if (value_of(SQL_ATTR_ACCESS_MODE) == SQL_MODE_READ_ONLY) settings.sql.read_only = true;
  const bool autocommit = value_of(SQL_ATTR_AUTOCOMMIT) == SQL_AUTOCOMMIT_ON;
  if (!autocommit && !settings.transactions) ManualCommit::refuse();
  settings.sql.statistics = std::make_shared<sql::plan::StatisticsMemory>();
  if (settings.auto_index) settings.sql.auto_index = std::make_shared<sql::define::AutoIndex>();
  within_login_timeout(
      [&](const http::Stop& stop) { session_ = std::make_shared<Session>(std::move(settings), stop); });
  session_->manual_commit().set_autocommit(autocommit);
  diagnostics().set_names(session_->settings().dsn, session_->server());
  for (std::string& warning : parsed.unknown) diagnostics().warn(SqlState::s01S00, std::move(warning));
}

Outcome Connection::connect(const std::string& dsn, const std::optional<std::string>& user,
                            const std::optional<std::string>& password) {
  Attributes attributes{{"DSN", dsn}};
  if (user && !user->empty()) attributes.emplace_back("UID", *user);
  if (password && !password->empty()) attributes.emplace_back("PWD", *password);
  open(with_dsn(std::move(attributes)));
  return Outcome::Success;
}

Outcome Connection::driver_connect(const std::string& text, const TextOut& completed,
                                   SQLUSMALLINT completion) {
  if (completion != SQL_DRIVER_NOPROMPT && completion != SQL_DRIVER_PROMPT &&
      completion != SQL_DRIVER_COMPLETE && completion != SQL_DRIVER_COMPLETE_REQUIRED) {
    throw OdbcError{SqlState::sHY110, "DriverCompletion {} is not known", completion};
  }
  completed.check();  // before connecting: an error after it would leave the connection open
  const Attributes given = parse_connection_string(text);
  Attributes all = with_dsn(given);
  if (completion == SQL_DRIVER_PROMPT && !find_value(all, "Server") && !find_value(all, "URL")) {
    // There is no dialog to ask in: what is not in the string stays unknown.
    throw OdbcError{SqlState::sIM008,
                    "the driver has no dialog; name the server in the connection string or the data source"};
  }
  open(std::move(all));
  if (!completed.write(format_connection_string(given, false))) {
    diagnostics().warn(SqlState::s01004, "the buffer is too small for the completed connection string");
  }
  return Outcome::Success;
}

Outcome Connection::browse_connect(const std::string& text, const TextOut& wanted) {
  if (session_) throw OdbcError{SqlState::s08002, "the connection is already open"};
  wanted.check();
  for (auto& attribute : parse_connection_string(text)) {
    // What is asked for again replaces what was said before.
    std::erase_if(browsed_, [&](const auto& known) { return same_name(known.first, attribute.first); });
    browsed_.push_back(std::move(attribute));
  }
  browsing_ = true;
  Attributes all = with_dsn(browsed_);
  if (!find_value(all, "Server") && !find_value(all, "URL")) {
    // Attributes after an asterisk are optional (SQLBrowseConnect, "Browse Result Connection String").
    if (!wanted.write("SERVER:Server=?;*UID:User=?;*PWD:Password=?;*DATABASE:Database=?;")) {
      diagnostics().warn(SqlState::s01004, "the buffer is too small for the list of attributes");
    }
    return Outcome::NeedData;
  }
  open(std::move(all));
  browsing_ = false;
  if (!wanted.write(format_connection_string(browsed_, false))) {
    diagnostics().warn(SqlState::s01004, "the buffer is too small for the completed connection string");
  }
  browsed_.clear();
  return Outcome::Success;
}

Outcome Connection::disconnect() {
  if (browsing_) {
    browsing_ = false;
    browsed_.clear();
    return Outcome::Success;
  }
  if (!session_) throw OdbcError{SqlState::s08003, "the connection is not open"};
  if (session_->manual_commit().pending()) {
    throw OdbcError{
        SqlState::s25000,
        "changes of this connection wait for COMMIT or ROLLBACK: call SQLEndTran, then disconnect"};
  }
  release_children();
  session_->log().write(LogLevel::Info, "disconnected");
  session_.reset();
  diagnostics().set_names({}, {});
  return Outcome::Success;
}

void Connection::release_children() noexcept {
  std::vector<std::weak_ptr<Statement>> statements;
  std::vector<std::weak_ptr<Descriptor>> descriptors;
  {
    std::scoped_lock lock{children_mutex_};
    statements.swap(statements_);
    descriptors.swap(descriptors_);
  }
  for (const auto& weak : statements) {
    if (const auto statement = weak.lock()) statement->release();
  }
  for (const auto& weak : descriptors) {
    if (const auto descriptor = weak.lock()) {
      descriptor->set_freed();
      Handles::remove(descriptor->id());
    }
  }
}

Session& Connection::open_session() const {
  if (!session_) throw OdbcError{SqlState::s08003, "the connection is not open"};
  return *session_;
}

Outcome Connection::allocate_statement(SQLHANDLE* out) {
  if (!out) throw OdbcError{SqlState::sHY009, "OutputHandlePtr is a null pointer"};
  *out = SQL_NULL_HSTMT;
  open_session();
  auto statement = Statement::create(std::static_pointer_cast<Connection>(shared_from_this()), session_);
  for (const auto& [id, value] : statement_defaults_) {
    statement->set_attribute(id, reinterpret_cast<SQLPOINTER>(value));
  }
  for (const SQLINTEGER id : {SQL_ATTR_METADATA_ID, SQL_ATTR_ASYNC_ENABLE})
    statement->set_attribute(id, reinterpret_cast<SQLPOINTER>(value_of(id)));
  std::scoped_lock lock{children_mutex_};
  std::erase_if(statements_, [](const auto& weak) { return weak.expired(); });
  statements_.push_back(statement);
  *out = statement->id();
  return Outcome::Success;
}

Outcome Connection::allocate_descriptor(SQLHANDLE* out) {
  if (!out) throw OdbcError{SqlState::sHY009, "OutputHandlePtr is a null pointer"};
  *out = SQL_NULL_HDESC;
  open_session();
  auto descriptor = std::make_shared<Descriptor>(weak_from_this());
  std::scoped_lock lock{children_mutex_};
  std::erase_if(descriptors_, [](const auto& weak) { return weak.expired(); });
  descriptors_.push_back(descriptor);
  *out = Handles::add(std::move(descriptor));
  return Outcome::Success;
}

void Connection::claim_cursor_name(SQLHANDLE statement, const std::string& name) {
  std::scoped_lock lock{children_mutex_};
  if (name.empty()) {
    cursor_names_.erase(statement);
    return;
  }
  const bool taken = std::ranges::any_of(cursor_names_, [&](const auto& known) {
    return known.first != statement && same_name(known.second, name);
  });
  if (taken) throw OdbcError{SqlState::s3C000, "another statement's cursor is named {}", name};
  cursor_names_[statement] = name;
}

std::shared_ptr<Statement> Connection::find_cursor(std::string_view name, const Statement* asking) {
  std::vector<std::shared_ptr<Statement>> statements;
  {
    std::scoped_lock lock{children_mutex_};
    for (const auto& weak : statements_) {
      if (auto statement = weak.lock(); statement && statement.get() != asking)
        statements.push_back(std::move(statement));
    }
  }
  const auto found = std::ranges::find_if(
      statements, [&](const auto& statement) { return same_name(statement->open_cursor_name(), name); });
  return found == statements.end() ? nullptr : *found;
}

void Connection::check_free() const {
  if (session_ || browsing_)
    throw OdbcError{SqlState::sHY010, "the connection is open: call SQLDisconnect first"};
}

void Connection::set_of_statements(SQLINTEGER id, SQLPOINTER value) {
  std::vector<std::shared_ptr<Statement>> statements;
  {
    std::scoped_lock lock{children_mutex_};
    for (const auto& weak : statements_) {
      if (auto statement = weak.lock()) statements.push_back(std::move(statement));
    }
  }
  for (const auto& statement : statements) {
    const Guard guard = statement->enter();
    if (statement->busy()) throw OdbcError{SqlState::sHY010, "a statement runs asynchronously"};
    statement->set_attribute(id, value);
  }
}

Outcome Connection::set_attribute(SQLINTEGER id, SQLPOINTER value, const TextIn& text) {
  // A statement's attribute on a connection is an ODBC 2 application's way to set it for all statements,
  // present and future.
  const bool ours = find_attribute(connection_attributes(), id) >= 0;
  if (!ours && find_attribute(statement_attributes(), id) >= 0 && id >= SQL_ATTR_QUERY_TIMEOUT &&
      id <= SQL_ATTR_USE_BOOKMARKS) {
    const auto number = reinterpret_cast<SQLULEN>(value);
    const auto& attribute =
        statement_attributes()[static_cast<size_t>(find_attribute(statement_attributes(), id))];
    if (attribute.rule != Rule::Special) accept(attribute, number, diagnostics());
    std::erase_if(statement_defaults_, [&](const auto& known) { return known.first == id; });
    statement_defaults_.emplace_back(id, number);
    set_of_statements(id, value);
    return Outcome::Success;
  }
  if (!ours) throw OdbcError{SqlState::sHY092, "there is no connection attribute {}", id};

  const Attribute& attribute =
      connection_attributes()[static_cast<size_t>(find_attribute(connection_attributes(), id))];
  if (attribute.when == When::BeforeConnect && session_) {
    throw OdbcError{SqlState::sHY011, "{} is set before connecting", attribute.name};
  }
  if (attribute.rule != Rule::Special) {
    const auto raw = reinterpret_cast<SQLULEN>(value);
    // Of a 32 bit attribute only 32 bits of the argument are meant.
    const SQLULEN number = attribute.width == Width::UInteger ? static_cast<SQLUINTEGER>(raw) : raw;
    value_of(id) = accept(attribute, number, diagnostics());
    if (id == SQL_ATTR_LOGIN_TIMEOUT) login_timeout_set_ = true;
    if (id == SQL_ATTR_ASYNC_ENABLE) set_of_statements(id, value);
    return Outcome::Success;
  }
  switch (id) {
    case SQL_ATTR_CURRENT_CATALOG: {
      std::string name = text.read();
      if (session_) {
        within_login_timeout([&](const http::Stop& stop) { session_->schema(&stop)->set_current(name); });
      } else {
        catalog_ = std::move(name);
        catalog_set_ = true;
      }
      return Outcome::Success;
    }
    case SQL_ATTR_AUTOCOMMIT:
      set_autocommit(static_cast<SQLUINTEGER>(reinterpret_cast<SQLULEN>(value)));
      return Outcome::Success;
    case SQL_ATTR_TXN_ISOLATION: {
      const auto level = static_cast<SQLUINTEGER>(reinterpret_cast<SQLULEN>(value));
      if (level == SQL_TXN_READ_COMMITTED) return Outcome::Success;
      const bool known = level == SQL_TXN_READ_UNCOMMITTED || level == SQL_TXN_REPEATABLE_READ ||
                         level == SQL_TXN_SERIALIZABLE;
      if (!known) throw OdbcError{SqlState::sHY024, "there is no isolation level {}", level};
      throw OdbcError{SqlState::sHYC00, "only SQL_TXN_READ_COMMITTED is supported"};
    }
    case SQL_ATTR_RESET_CONNECTION: {
      // A pool takes the connection back: the next application finds it as if it had just connected.
      if (static_cast<SQLUINTEGER>(reinterpret_cast<SQLULEN>(value)) != SQL_RESET_CONNECTION_YES) {
        throw OdbcError{SqlState::sHY024, "SQL_ATTR_RESET_CONNECTION can only be SQL_RESET_CONNECTION_YES"};
      }
      Session& session = open_session();
      const SQLULEN login_timeout = value_of(SQL_ATTR_LOGIN_TIMEOUT);
      reset_attributes();
      value_of(SQL_ATTR_LOGIN_TIMEOUT) = login_timeout;
      rollback(session);  // nobody can commit it any more
      session.manual_commit().set_autocommit(true);
      within_login_timeout([&](const http::Stop& stop) {
        auto schema = session.schema(&stop);
        if (schema->current() != session.settings().database)
          schema->set_current(session.settings().database);
      });
      return Outcome::Success;
    }
    default: throw OdbcError{SqlState::sHYC00, "{} is not supported", attribute.name};
  }
}

Outcome Connection::get_attribute(SQLINTEGER id, SQLPOINTER value, const TextOut& text) {
  const int at = find_attribute(connection_attributes(), id);
  if (at < 0) {
    const auto known = std::ranges::find(statement_defaults_, id, &std::pair<SQLINTEGER, SQLULEN>::first);
    const int statement = find_attribute(statement_attributes(), id);
    if (statement < 0 || id < SQL_ATTR_QUERY_TIMEOUT || id > SQL_ATTR_USE_BOOKMARKS) {
      throw OdbcError{SqlState::sHY092, "there is no connection attribute {}", id};
    }
    const SQLULEN number = known != statement_defaults_.end()
                               ? known->second
                               : statement_attributes()[static_cast<size_t>(statement)].initial;
    if (value) *static_cast<SQLULEN*>(value) = number;
    return Outcome::Success;
  }
  const Attribute& attribute = connection_attributes()[static_cast<size_t>(at)];
  if (attribute.width == Width::Text) {
    if (id != SQL_ATTR_CURRENT_CATALOG)
      throw OdbcError{SqlState::sHYC00, "{} is not supported", attribute.name};
    const std::string name = session_ ? session_->schema(nullptr)->current() : catalog_;
    if (!text.write(name))
      diagnostics().warn(SqlState::s01004, "the buffer is too small for the catalog's name");
    return Outcome::Success;
  }
  SQLULEN number = values_[static_cast<size_t>(at)];
  // Dead when the last exchange failed; an idle session is found out at the next one (pools ask this first).
  if (id == SQL_ATTR_CONNECTION_DEAD) number = open_session().client()->dead() ? SQL_CD_TRUE : SQL_CD_FALSE;
  if (!value) return Outcome::Success;
  if (attribute.width == Width::UInteger)
    *static_cast<SQLUINTEGER*>(value) = static_cast<SQLUINTEGER>(number);
  else
    *static_cast<SQLULEN*>(value) = number;
  return Outcome::Success;
}

Outcome Connection::native_sql(const std::string& statement, const TextOut& out) {
  open_session();
  if (!out.write(sql::native(statement))) {
    diagnostics().warn(SqlState::s01004, "the buffer is too small for the statement");
  }
  return Outcome::Success;
}

Outcome Connection::get_info(SQLUSMALLINT type, SQLPOINTER value, const TextOut& text, SQLSMALLINT* length) {
  const InfoValue found = info(type, session_.get());
  if (const auto* string = std::get_if<std::string>(&found)) {
    if (!text.write(*string))
      diagnostics().warn(SqlState::s01004, "the buffer is too small for the information");
    return Outcome::Success;
  }
  std::visit(
      [&](const auto& number) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(number)>, std::string>) {
          if (value) std::memcpy(value, &number, sizeof number);
          if (length) *length = static_cast<SQLSMALLINT>(sizeof number);
        }
      },
      found);
  return Outcome::Success;
}

Outcome Connection::end_transaction(SQLSMALLINT completion) {
  if (completion != SQL_COMMIT && completion != SQL_ROLLBACK) {
    throw OdbcError{SqlState::sHY012, "the completion type {} is not known", completion};
  }
  Session& session = open_session();
  if (completion == SQL_COMMIT) {
    commit(session, diagnostics());
    return Outcome::Success;
  }
  rollback(session);
  close_cursors(nullptr, true);
  return Outcome::Success;
}

void Connection::close_cursors(const Statement* except, bool manager_knows) {
  std::vector<std::shared_ptr<Statement>> statements;
  {
    std::scoped_lock lock{children_mutex_};
    for (const auto& weak : statements_) {
      if (auto statement = weak.lock(); statement && statement.get() != except)
        statements.push_back(std::move(statement));
    }
  }
  for (const auto& statement : statements) {
    // One that another thread is using goes on over what it has seen.
    const auto lock = statement->try_enter();
    if (lock.owns_lock() && !statement->busy()) statement->lose_cursor(manager_knows);
  }
}

// Back to autocommit commits what is pending (ODBC, SQLSetConnectAttr).
void Connection::set_autocommit(SQLULEN value) {
  if (value != SQL_AUTOCOMMIT_ON && value != SQL_AUTOCOMMIT_OFF)
    throw OdbcError{SqlState::sHY024, "SQL_ATTR_AUTOCOMMIT cannot be {}", value};
  const bool on = value == SQL_AUTOCOMMIT_ON;
  if (session_) {
    if (on) commit(*session_, diagnostics());
    session_->manual_commit().set_autocommit(on);
  }
  value_of(SQL_ATTR_AUTOCOMMIT) = value;
}

}  // namespace couch::driver
