#include "driver/statement.h"

#include <algorithm>
#include <limits>

#include "driver/attributes.h"
#include "driver/bridge.h"
#include "driver/connection.h"
#include "driver/dynamic_function.h"
#include "driver/end_transaction.h"
#include "driver/interruptible.h"
#include "driver/rowset_change.h"
#include "http/error.h"
#include "sql/change/overlay.h"
#include "sql/error.h"
#include "sql/transaction_statement.h"

namespace couch::driver {

Statement::Statement(std::weak_ptr<Connection> connection, std::shared_ptr<Session> session)
    : Handle(handle_type), connection_(std::move(connection)), session_(std::move(session)) {
  for (const Attribute& attribute : statement_attributes()) {
    values_.push_back(attribute.id == SQL_ATTR_QUERY_TIMEOUT ? session_->settings().query_timeout
                                                             : attribute.initial);
  }
}

std::shared_ptr<Statement> Statement::create(std::shared_ptr<Connection> connection,
                                             std::shared_ptr<Session> session) {
  const SQLHANDLE parent = connection->id();
  std::shared_ptr<Statement> s{new Statement{std::move(connection), std::move(session)}};
  const auto own = [&](DescriptorKind kind) {
    auto descriptor = std::make_shared<Descriptor>(kind, s->mutex_);
    Handles::add(descriptor);
    return descriptor;
  };
  s->own_ard_ = own(DescriptorKind::ApplicationRow);
  s->own_apd_ = own(DescriptorKind::ApplicationParameter);
  s->ird_ = own(DescriptorKind::ImplementationRow);
  s->ipd_ = own(DescriptorKind::ImplementationParameter);
  for (Diagnostics* diagnostics : {&s->diagnostics(), &s->meanwhile_})
    diagnostics->set_names(s->session_->settings().dsn, s->session_->server());
  const SQLHANDLE id = Handles::add(s);
  // Handle numbers are never used twice, so this name is the statement's alone (SQLGetCursorName, "begins
  // with SQL_CUR").
  s->cursor_name_ =
      fmt::format("SQL_CUR{}", reinterpret_cast<uintptr_t>(id) - reinterpret_cast<uintptr_t>(parent));
  return s;
}

Guard Statement::enter() {
  Guard guard;
  guard.own = std::unique_lock{*mutex_};
  if (!explicit_ard_ && !explicit_apd_) return guard;
  // Explicit descriptors are shared with other statements; taken together, in whichever order std::lock finds
  // free.
  const auto first = &ard() == own_ard_.get() ? nullptr : explicit_ard_;
  const auto second = &apd() == own_apd_.get() || explicit_apd_ == first ? nullptr : explicit_apd_;
  auto& shared = guard.shared.emplace();
  shared.kept_first = first;
  shared.kept_second = second;
  if (first) shared.first = first->unlocked();
  if (second) shared.second = second->unlocked();
  if (first && second)
    std::lock(shared.first, shared.second);
  else if (first)
    shared.first.lock();
  else if (second)
    shared.second.lock();
  return guard;
}

void Statement::release() noexcept {
  stop_.request();
  // A call that runs asynchronously may be using the application's buffers: they are its own again when this
  // returns. (Not when a call lets go of the connection itself: it would wait for its own thread.)
  std::shared_ptr<Operation> running;
  if (const auto lock = try_enter(); lock.owns_lock()) running = operation_;
  if (running && !http::Parker::running()) running->wait();
  if (const auto connection = connection_.lock()) connection->claim_cursor_name(id(), {});  // free again
  for (const auto& descriptor : {own_ard_, own_apd_, ird_, ipd_}) Handles::remove(descriptor->id());
  Handles::remove(id());
}

Descriptor& Statement::ard() noexcept {
  // A freed descriptor's statements use their own again (SQLFreeHandle).
  if (explicit_ard_ && explicit_ard_->freed()) explicit_ard_.reset();
  return explicit_ard_ ? *explicit_ard_ : *own_ard_;
}

Descriptor& Statement::apd() noexcept {
  if (explicit_apd_ && explicit_apd_->freed()) explicit_apd_.reset();
  return explicit_apd_ ? *explicit_apd_ : *own_apd_;
}

void Statement::require_idle() const {
  if (state_ == State::NeedData) {
    throw OdbcError{SqlState::sHY010,
                    "the statement waits for parameters: call SQLParamData and SQLPutData, or SQLCancel"};
  }
}

void Statement::require_no_cursor() const {
  if (state_ == State::CursorOpen) throw OdbcError{SqlState::s24000, "a cursor is open: close it first"};
}

void Statement::forget_results() {
  rowset_change_.reset();
  cursor_.reset();
  documents_.reset();
  parameters_.reset();
  next_set_ = 0;
  row_count_ = -1;
}

void Statement::forget_statement() {
  forget_results();
  row_statements_.clear();
  prepared_.reset();
  describe({});
  ird_->set_described(false);
  prepared_by_application_ = false;
  state_ = State::Allocated;
}

void Statement::compile(std::string text) {
  forget_statement();
  session_->log().write(LogLevel::Info, text);
  text_ = std::move(text);
  plan(*session_->schema(&stop_));
}

void Statement::plan(schema::Schema& schema) {
  prepared_ = sql::prepare(text_, schema, session_->settings().sql,
                           value_of(SQL_ATTR_CONCURRENCY) != SQL_CONCUR_READ_ONLY);
  describe(prepared_->columns());
  describe_updatable();
  describe_parameters();
  if (!prepared_->current_of().empty()) named_cursor();  // 34000 (SQLPrepare)
}

Outcome Statement::prepare(std::string text) {
  require_idle();
  require_no_cursor();
  interruptible([&] { compile(std::move(text)); });
  prepared_by_application_ = true;
  state_ = State::Prepared;
  return Outcome::Success;
}

Outcome Statement::execute_direct(std::string text) {
  require_idle();
  require_no_cursor();
  return interruptible([&] {
    compile(std::move(text));
    return begin_execution();
  });
}

Outcome Statement::execute() {
  require_idle();
  require_no_cursor();
  if (!prepared_ || !prepared_by_application_)
    throw OdbcError{SqlState::sHY010, "no statement has been prepared"};
  return interruptible([&] {
    if (auto turn = session_->schema(&stop_); !prepared_->is_current(*turn)) plan(*turn);
    return begin_execution();
  });
}

Outcome Statement::begin_execution() {
  forget_results();
  parameters_.emplace(apd(), *ipd_, prepared_->parameters());
  if (parameters_->awaits_data()) {
    state_ = State::NeedData;
    return Outcome::NeedData;
  }
  return run_sets();
}

Outcome Statement::parameter_data(SQLPOINTER* token) {
  if (state_ != State::NeedData) throw OdbcError{SqlState::sHY010, "no parameter is awaited"};
  if (rowset_change_) return finish_change(token);
  if (const auto needed = parameters_->next_needed()) {
    if (token) *token = *needed;
    return Outcome::NeedData;
  }
  state_ = prepared_by_application_ ? State::Prepared : State::Allocated;
  return interruptible([&] { return run_sets(); });
}

Outcome Statement::put_data(SQLPOINTER data, SQLLEN length) {
  if (state_ != State::NeedData) throw OdbcError{SqlState::sHY010, "no parameter is awaited"};
  awaited().put(data, length);
  return Outcome::Success;
}

// Each set of a parameter array has a result of its own (SQL_PARAM_ARRAY_SELECTS = SQL_PAS_BATCH): the first
// one now, the others as SQLMoreResults asks for them. Sets that could not be read are told here, all of
// them.
Outcome Statement::run_sets() {
  const auto& sets = parameters_->sets();
  SQLUSMALLINT* const statuses = ipd_->header.array_status_ptr;
  SQLULEN* const processed = ipd_->header.rows_processed_ptr;
  if (processed) *processed = 0;
  size_t usable = 0, failed = 0;
  for (size_t i = 0; i < sets.size(); ++i) {
    const ParameterSet& set = sets[i];
    const auto row = static_cast<SQLLEN>(i + 1);
    if (statuses) statuses[i] = SQL_PARAM_UNUSED;
    if (set.ignored) continue;
    if (set.error) {
      ++failed;
      if (processed) *processed = i + 1;
      if (statuses) statuses[i] = SQL_PARAM_ERROR;
      diagnostics().add(set.error, sets.size() > 1 ? row : SQL_NO_ROW_NUMBER, set.error_column);
      continue;
    }
    ++usable;
    if (set.fraction_lost)
      diagnostics().warn(SqlState::s01S07, "a parameter's fraction was cut off",
                         sets.size() > 1 ? row : SQL_NO_ROW_NUMBER);
  }
  if (usable == 0 && failed > 0) {
    forget_results();
    return Outcome::Error;
  }
  if (prepared_->kind() == sql::StatementKind::Change) return run_changes(failed);
  const Outcome outcome = run_next_set();
  if (outcome == Outcome::NoData) {  // every set is ignored: nothing was executed, and that is no failure
    state_ = State::Executed;
    return Outcome::Success;
  }
  return outcome;
}

// Sets that fail are told with their row numbers and left behind; Error only when no set is left that works.
Outcome Statement::run_next_set() {
  const auto& sets = parameters_->sets();
  SQLUSMALLINT* const statuses = ipd_->header.array_status_ptr;
  bool failed = false;
  for (; next_set_ < sets.size(); ++next_set_) {
    if (sets[next_set_].ignored || sets[next_set_].error) continue;
    if (SQLULEN* const processed = ipd_->header.rows_processed_ptr) *processed = next_set_ + 1;
    state_ = prepared_by_application_ ? State::Prepared : State::Allocated;
    const size_t told = diagnostics().records().size();
    try {
      run(sets[next_set_].values);
      const bool silent = diagnostics().records().size() == told && !sets[next_set_].fraction_lost;
      if (statuses) statuses[next_set_] = silent ? SQL_PARAM_SUCCESS : SQL_PARAM_SUCCESS_WITH_INFO;
      ++next_set_;
      return Outcome::Success;
    } catch (...) {
      cursor_.reset();
      if (statuses) statuses[next_set_] = SQL_PARAM_ERROR;
      if (sets.size() == 1 || stop_.requested()) throw;
      diagnostics().add(std::current_exception(), static_cast<SQLLEN>(next_set_ + 1));
      failed = true;
    }
  }
  return failed ? Outcome::Error : Outcome::NoData;
}

void Statement::run(const std::vector<sql::Value>& values) {
  const SQLULEN max_rows = value_of(SQL_ATTR_MAX_ROWS);
  cursor_.reset();
  if (prepared_->kind() == sql::StatementKind::Refresh) {
    session_->schema(&stop_)->refresh();
    state_ = State::Executed;
    return;
  }
  if (prepared_->kind() == sql::StatementKind::Transaction) return run_transaction_statement();
  auto* transaction = session_->manual_commit().transaction();
  // Without pending changes a definition is in nobody's way: it is carried out at once, in manual commit too.
  if (transaction && prepared_->kind() == sql::StatementKind::Definition && transaction->empty())
    transaction = nullptr;
  auto rows = prepared_->execute(values, {.documents = open_documents(),
                                          .stop = stop_.flag(),
                                          .limit = max_rows,
                                          .catalog = &catalog_,
                                          .transaction = transaction});
  const DynamicFunction function = dynamic_function(prepared_->function());
  diagnostics().set_dynamic_function(function.name, function.code);
  if (!prepared_->columns().empty()) {
    open(std::move(rows), max_rows, &values);
    if (function.name.empty()) diagnostics().set_dynamic_function("SELECT CURSOR", SQL_DIAG_SELECT_CURSOR);
    return;
  }
  while (rows->next()) {
  }
  for (std::string& warning : rows->take_warnings()) diagnostics().warn(SqlState::s01000, std::move(warning));
  state_ = State::Executed;
}

sql::Documents& Statement::open_documents() {
  documents_ = documents(prepared_->kind() == sql::StatementKind::Change);
  return *documents_;
}

std::unique_ptr<sql::Documents> Statement::documents(bool for_change) {
  auto plain = documents_over(session_->client(), &stop_, std::nullopt);
  const auto* transaction = session_->manual_commit().transaction();
  if (!transaction) return plain;
  using Overlay = sql::change::OverlayDocuments;
  return std::make_unique<Overlay>(std::move(plain), *transaction,
                                   for_change ? Overlay::For::Change : Overlay::For::Query);
}

void Statement::run_transaction_statement() {
  using enum sql::PreparedTransaction::Action;
  const auto& statement = static_cast<const sql::PreparedTransaction&>(*prepared_);
  ManualCommit& manual = session_->manual_commit();
  switch (statement.action()) {
    case Begin: manual.begin(); break;
    case Commit: commit(*session_, stop_, diagnostics()); break;
    case Rollback:
      rollback(*session_);
      if (const auto connection = connection_.lock()) connection->close_cursors(this, false);
      break;
    case Savepoint: manual.required("SAVEPOINT").savepoint(statement.savepoint()); break;
    case RollbackTo: manual.required("ROLLBACK TO").rollback_to(statement.savepoint()); break;
    case Release: manual.required("RELEASE").release(statement.savepoint()); break;
  }
  state_ = State::Executed;
}

void Statement::lose_cursor(bool manager_knows) {
  if (state_ != State::CursorOpen) return;
  forget_results();
  if (manager_knows) state_ = prepared_by_application_ ? State::Prepared : State::Allocated;
}

void Statement::open(std::unique_ptr<sql::Rows> rows, uint64_t max_rows,
                     const std::vector<sql::Value>* values) {
  cursor_.emplace(std::move(rows), max_rows);
  if (values) make_changeable(*values);
  cursor_->read_ahead();
  state_ = State::CursorOpen;
  collect_warnings();
}

Outcome Statement::more_results() {
  require_idle();
  cursor_.reset();
  if (state_ == State::CursorOpen || state_ == State::Executed) {
    state_ = prepared_by_application_ ? State::Prepared : State::Allocated;
  }
  row_count_ = -1;
  if (!parameters_ || prepared_->kind() == sql::StatementKind::Change) return Outcome::NoData;
  const Outcome outcome = interruptible([&] { return run_next_set(); });
  if (outcome == Outcome::NoData) parameters_.reset();
  return outcome;
}

Outcome Statement::catalog(const CatalogCall& call) {
  require_idle();
  require_no_cursor();
  forget_statement();
  const bool metadata_id = value_of(SQL_ATTR_METADATA_ID) == SQL_TRUE;
  interruptible([&] {
    auto turn = session_->schema(&stop_);
    auto rows = call(*turn, metadata_id);
    describe(rows->columns());
    open(std::move(rows), value_of(SQL_ATTR_MAX_ROWS));
  });
  return Outcome::Success;
}

Outcome Statement::type_info(SQLSMALLINT type) {
  require_idle();
  require_no_cursor();
  if (type != SQL_ALL_TYPES && !is_sql_type(odbc3_type(type))) {
    throw OdbcError{SqlState::sHY004, "{} is no SQL data type", type};
  }
  return catalog([&](schema::Schema&, bool) { return catalog::type_info(odbc3_type(type), odbc2()); });
}

bool Statement::odbc2() const {
  const auto connection = connection_.lock();
  return connection && connection->environment()->odbc2();
}

Outcome Statement::close_cursor() {
  require_idle();
  if (state_ != State::CursorOpen) throw OdbcError{SqlState::s24000, "no cursor is open"};
  return free(SQL_CLOSE);
}

Outcome Statement::free(SQLUSMALLINT option) {
  require_idle();
  switch (option) {
    case SQL_CLOSE:
      forget_results();
      if (state_ == State::CursorOpen || state_ == State::Executed) {
        state_ = prepared_by_application_ ? State::Prepared : State::Allocated;
      }
      return Outcome::Success;
    case SQL_UNBIND: return ard().resize(0), Outcome::Success;
    case SQL_RESET_PARAMS: return apd().resize(0), Outcome::Success;
    default: throw OdbcError{SqlState::sHY092, "there is no SQLFreeStmt option {}", option};
  }
}

SQLRETURN Statement::cancel() noexcept {
  const auto lock = try_enter();
  if (!lock.owns_lock() || operation_) {
    // A call is running: it ends with HY008. One that ended before, but was not polled since, is what it is.
    if (!lock.owns_lock() || !operation_->has_ended()) stop_.request();
    return SQL_SUCCESS;
  }
  // Nothing runs: waiting for parameters ends, and so does a cursor. ODBC 3 would leave the cursor open, but
  // unixODBC takes it for closed (ODBC 2's SQLFreeStmt(SQL_CLOSE)): left open here, nobody could reach or
  // close it (docs/deviations.md).
  diagnostics().cleared();
  if (rowset_change_) {  // SQLSetPos, SQLBulkOperations: the cursor is as it was
    rowset_change_.reset();
    state_ = State::CursorOpen;
    return SQL_SUCCESS;
  }
  forget_results();
  if (state_ != State::Allocated) state_ = prepared_by_application_ ? State::Prepared : State::Allocated;
  return SQL_SUCCESS;
}

Outcome Statement::fetch(SQLSMALLINT orientation) {
  require_idle();
  Cursor& cursor = open_cursor();
  if (orientation != SQL_FETCH_NEXT) {
    throw OdbcError{SqlState::sHY106, "the cursor is forward only: fetch orientation {} is not possible",
                    orientation};
  }
  const Cursor::Options options{.retrieve = value_of(SQL_ATTR_RETRIEVE_DATA) == SQL_RD_ON,
                                .max_length = value_of(SQL_ATTR_MAX_LENGTH)};
  const Outcome outcome = interruptible(
      [&] { return cursor.fetch(ard(), *ird_, types_, options, diagnostics()); }, Begins::Nothing);
  collect_warnings();
  return outcome;
}

Outcome Statement::get_data(SQLUSMALLINT column, SQLSMALLINT c_type, SQLPOINTER buffer, SQLLEN capacity,
                            SQLLEN* indicator) {
  require_idle();
  const Cursor::Options options{.retrieve = true, .max_length = value_of(SQL_ATTR_MAX_LENGTH)};
  return open_cursor().get_data(column, c_type, buffer, capacity, indicator, ard(), *ird_, types_, options,
                                diagnostics());
}

Cursor& Statement::open_cursor() {
  if (state_ != State::CursorOpen) {
    if (state_ == State::Executed) throw OdbcError{SqlState::s24000, "the statement has no result set"};
    throw OdbcError{SqlState::sHY010, "the statement has not been executed"};
  }
  if (!cursor_) throw OdbcError{SqlState::s24000, "the cursor was closed by ROLLBACK"};
  return *cursor_;
}

void Statement::collect_warnings() {
  for (std::string& warning : cursor_->take_warnings())
    diagnostics().warn(SqlState::s01000, std::move(warning));
}

}  // namespace couch::driver
