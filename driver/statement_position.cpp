// SQLSetPos and SQLBulkOperations, and what WHERE CURRENT OF asks of the cursor that it names. A row is its
// document's _id and _rev: what somebody else has changed since is left alone, and said (01001).
#include <algorithm>
#include <utility>

#include "driver/changeable_rows.h"
#include "driver/connection.h"
#include "driver/interruptible.h"
#include "driver/rowset_change.h"
#include "driver/statement.h"
#include "sql/change/overlay.h"
#include "sql/change/row_versions.h"
#include "sql/updatable.h"

namespace couch::driver {

Statement::~Statement() = default;

void Statement::describe_updatable() {
  const auto* query = prepared_->updatable();
  if (!query) return;
  for (size_t i = 0; i < types_.size(); ++i) {
    const sql::Column* column = query->column(i);
    if (column && sql::can_change(*column)) ird_->at_or_new(i + 1).updatable = SQL_ATTR_WRITE;
  }
}

void Statement::make_changeable(const std::vector<sql::Value>& values) {
  const auto* query = prepared_->updatable();
  if (!query) {
    if (value_of(SQL_ATTR_CONCURRENCY) != SQL_CONCUR_READ_ONLY) {
      diagnostics().warn(SqlState::s01S02,
                         "the rows of this statement are no documents of one table: its cursor is read only "
                         "(SQL_CONCUR_READ_ONLY)");
    }
    return;
  }
  std::shared_ptr<const sql::change::Snapshot> seen;
  if (const auto* overlay = dynamic_cast<sql::change::OverlayDocuments*>(documents_.get()))
    seen = overlay->seen();
  cursor_->set_changeable(std::make_unique<ChangeableRows>(*query, std::move(seen), values));
}

Outcome Statement::set_position(SQLULEN row, SQLUSMALLINT operation, SQLUSMALLINT lock) {
  require_idle();
  Cursor& cursor = open_cursor();
  if (lock != SQL_LOCK_NO_CHANGE && lock != SQL_LOCK_EXCLUSIVE && lock != SQL_LOCK_UNLOCK) {
    throw OdbcError{SqlState::sHY092, "there is no lock type {}", lock};
  }
  if (lock != SQL_LOCK_NO_CHANGE) throw OdbcError{SqlState::sHYC00, "rows cannot be locked"};
  if (operation > SQL_ADD) throw OdbcError{SqlState::sHY092, "there is no SQLSetPos operation {}", operation};
  const bool single = row != 0;
  const SQLULEN there = operation == SQL_ADD ? ard().header.array_size : cursor.rowset_rows();
  if (row > there) throw OdbcError{SqlState::sHY107, "the rowset has {} rows, not {}", there, row};
  if (operation == SQL_POSITION) return cursor.set_position(row), Outcome::Success;
  if (operation == SQL_REFRESH && !cursor.changeable()) {
    throw OdbcError{SqlState::sHYC00,
                    "SQL_REFRESH: a read-only cursor does not know which documents its rows are. Set "
                    "SQL_ATTR_CONCURRENCY to SQL_CONCUR_ROWVER, or end the query with FOR UPDATE"};
  }
  ChangeableRows& changeable = changeable_rows();
  std::vector<size_t> rows;
  if (single) rows.push_back(row - 1);
  if (operation == SQL_ADD) {
    for (SQLULEN i = 0; !single && i < there; ++i) rows.push_back(i);
    return change_rows(true, single, std::move(rows));
  }
  if (there == 0) throw OdbcError{SqlState::s24000, "there is no current row: call SQLFetch first"};
  const SQLUSMALLINT* const operations = ard().header.array_status_ptr;
  for (SQLULEN i = 0; !single && i < there; ++i) {
    const bool ignored = operations && operations[i] == SQL_ROW_IGNORE;
    if (!ignored && !changeable.row(cursor, i).deleted) rows.push_back(i);
  }
  if (single) {
    cursor.set_position(row);
    if (changeable.row(cursor, row - 1).deleted)
      throw OdbcError{SqlState::sHY109, "row {} of the rowset has been deleted", row};
  }
  if (operation == SQL_UPDATE) return change_rows(false, single, std::move(rows));
  return interruptible(
      [&] { return operation == SQL_DELETE ? delete_rows(rows, single) : refresh_rows(rows, single); },
      Begins::Nothing);
}

Outcome Statement::bulk_operations(SQLSMALLINT operation) {
  require_idle();
  open_cursor();
  if (operation < SQL_ADD || operation > SQL_FETCH_BY_BOOKMARK) {
    throw OdbcError{SqlState::sHY092, "there is no SQLBulkOperations operation {}", operation};
  }
  if (operation != SQL_ADD) throw OdbcError{SqlState::sHYC00, "bookmarks are not supported"};
  changeable_rows();
  std::vector<size_t> rows;
  for (SQLULEN i = 0; i < ard().header.array_size; ++i) rows.push_back(i);
  return change_rows(true, false, std::move(rows));
}

ChangeableRows& Statement::changeable_rows() {
  if (auto* rows = open_cursor().changeable()) return *rows;
  throw OdbcError{
      SqlState::sHY092,
      "the cursor is read only: set SQL_ATTR_CONCURRENCY to SQL_CONCUR_ROWVER before the query is "
      "executed, or end it with FOR UPDATE"};
}

// ---- what the rowset's buffers hold

Outcome Statement::change_rows(bool adds, bool single, std::vector<size_t> rows) {
  Cursor& cursor = open_cursor();
  ChangeableRows& changeable = changeable_rows();
  const Descriptor& bound = ard();
  const Cursor::Options options{.max_length = value_of(SQL_ATTR_MAX_LENGTH)};
  std::vector<size_t> columns, fixed;
  for (size_t i = 1; i <= std::min<size_t>(static_cast<size_t>(bound.count()), types_.size()); ++i) {
    const sql::Column* column = changeable.query().column(i - 1);
    if (!column || !bound.find(i)->bound()) continue;
    if (adds ? sql::can_state(*column) : sql::can_change(*column))
      columns.push_back(i);
    else if (!adds && (column->source == sql::ColumnSource::Id || column->key > 0))
      fixed.push_back(i);
  }
  if (!adds && columns.empty()) throw OdbcError{SqlState::s21S02, "no column is bound that can be changed"};
  Parameters::Rowset rowset{columns, rows, {}};
  if (!adds) {
    rowset.unchanged = [&, first = columns.front()](size_t row, size_t column) {
      if (column == first) {  // once a row
        for (const size_t i : fixed) {
          const SQLLEN* length =
              element_of(bound.find(i)->octet_length_ptr, bound.header, row, sizeof(SQLLEN));
          if ((length && *length == SQL_COLUMN_IGNORE) || cursor.holds(row, i, bound, *ird_, types_, options))
            continue;
          throw OdbcError{SqlState::s42000,
                          "column {} ({}) makes the document's _id and cannot be changed: insert a copy and "
                          "delete the old one",
                          i, ird_->find(i)->name};
        }
      }
      return !changeable.row(cursor, row).stale && cursor.holds(row, column, bound, *ird_, types_, options);
    };
  }
  auto change = std::make_unique<RowsetChange>(
      RowsetChange{adds, single, std::move(columns), rows, Parameters{bound, *ird_, std::move(rowset)}});
  if (change->data.awaits_data()) {
    rowset_change_ = std::move(change);
    state_ = State::NeedData;
    return Outcome::NeedData;
  }
  return interruptible([&] { return apply(*change); }, Begins::Nothing);
}

Parameters& Statement::awaited() noexcept { return rowset_change_ ? rowset_change_->data : *parameters_; }

Outcome Statement::finish_change(SQLPOINTER* token) {
  if (const auto needed = rowset_change_->data.next_needed()) {
    if (token) *token = *needed;
    return Outcome::NeedData;
  }
  const auto change = std::move(rowset_change_);
  state_ = State::CursorOpen;
  return interruptible([&] { return apply(*change); }, Begins::Nothing);
}

Outcome Statement::apply(const RowsetChange& change) {
  Cursor& cursor = open_cursor();
  ChangeableRows& changeable = changeable_rows();
  const sql::UpdatableQuery& query = changeable.query();
  const auto& sets = change.data.sets();
  std::vector<RowOutcome> outcomes(change.rows.size());
  // Rows of which the same columns are written go together.
  std::map<std::vector<size_t>, std::vector<size_t>> groups;
  for (size_t i = 0; i < sets.size(); ++i) {
    std::vector<size_t> given;
    for (size_t c = 0; c < change.columns.size(); ++c) {
      if (sets[i].given[c]) given.push_back(c);
    }
    outcomes[i].error = sets[i].error;
    if (!change.adds && !sets[i].stated && !sets[i].error) {
      outcomes[i].error = std::make_exception_ptr(
          OdbcError{SqlState::s21S02, "every column that can be changed says SQL_COLUMN_IGNORE"});
    }
    if (outcomes[i].error) continue;
    if (sets[i].fraction_lost) {
      diagnostics().warn(SqlState::s01S07, "a value's fraction was cut off",
                         static_cast<SQLLEN>(change.rows[i] + 1));
    }
    groups[given].push_back(i);
  }
  const auto source = documents(true);
  const sql::Execution execution = execution_over(*source);
  for (const auto& [given, members] : groups) {
    std::vector<const sql::Column*> columns;
    for (const size_t c : given) columns.push_back(query.column(change.columns[c] - 1));
    std::vector<std::vector<sql::Value>> values;
    std::vector<sql::RowVersion*> versions;
    for (const size_t i : members) {
      auto& row = values.emplace_back();
      for (const size_t c : given) row.push_back(sets[i].values[c]);
      if (!change.adds) versions.push_back(&changeable.row(cursor, change.rows[i]).version);
    }
    std::vector<sql::SetOutcome> done;
    if (change.adds) {
      done = row_statement(sql::row_insert(*query.table(), columns)).execute_sets(values, execution);
    } else if (columns.empty()) {
      // Nothing to write; but whether the row is still what it was has to be said all the same.
      done.resize(versions.size());
      const auto current =
          sql::change::documents_of({versions.begin(), versions.end()}, execution, query.table()->catalog);
      for (size_t i = 0; i < current.size(); ++i) done[i].affected = current[i] ? 1 : 0;
    } else {
      done = row_statement(sql::positioned_update(*query.table(), columns))
                 .execute_rows(versions, values, execution);
    }
    for (size_t n = 0; n < members.size(); ++n) {
      const size_t i = members[n];
      take(done[n], change.rows[i], outcomes[i]);
      if (change.adds || done[n].affected == 0) continue;
      for (size_t c = 0; c < given.size(); ++c)
        cursor.replace(change.rows[i], change.columns[given[c]] - 1, values[n][c]);
      show_revision(change.rows[i]);
    }
  }
  return tell_rows(change.rows, change.single, change.adds ? SQL_ROW_ADDED : SQL_ROW_UPDATED, outcomes);
}

// ---- rows as a whole

Outcome Statement::delete_rows(const std::vector<size_t>& rows, bool single) {
  Cursor& cursor = open_cursor();
  ChangeableRows& changeable = changeable_rows();
  const auto source = documents(true);
  std::vector<sql::RowVersion*> versions;
  for (const size_t row : rows) versions.push_back(&changeable.row(cursor, row).version);
  const std::vector<std::vector<sql::Value>> sets(rows.size());
  const auto done = row_statement(sql::positioned_delete(*changeable.query().table()))
                        .execute_rows(versions, sets, execution_over(*source));
  std::vector<RowOutcome> outcomes(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    take(done[i], rows[i], outcomes[i]);
    if (done[i].affected > 0) changeable.row(cursor, rows[i]).deleted = true;
  }
  return tell_rows(rows, single, SQL_ROW_DELETED, outcomes);
}

Outcome Statement::refresh_rows(const std::vector<size_t>& rows, bool single) {
  Cursor& cursor = open_cursor();
  ChangeableRows& changeable = changeable_rows();
  const sql::UpdatableQuery& query = changeable.query();
  const auto source = documents(true);
  const sql::Execution execution = execution_over(*source);
  std::map<std::string, size_t> places;
  std::vector<std::string> ids;
  for (size_t i = 0; i < rows.size(); ++i) {
    ids.push_back(changeable.row(cursor, rows[i]).version.id);
    places.emplace(ids.back(), i);
  }
  SQLUSMALLINT* const statuses = ird_->header.array_status_ptr;
  const Cursor::Options options{.max_length = value_of(SQL_ATTR_MAX_LENGTH)};
  std::vector<bool> found(rows.size());
  size_t failed = 0;
  const auto now = query.read_again(ids, changeable.parameters(), execution);
  while (now->next()) {
    const auto id = std::get<std::string>(sql::own(now->cell(query.id_column())));
    const size_t i = places.at(id);
    const size_t row = rows[i];
    found[i] = true;
    for (size_t c = 0; c <= query.revision_column(); ++c) cursor.replace(row, c, sql::own(now->cell(c)));
    ChangeableRow& state = changeable.row(cursor, row);
    const sql::Value revision = sql::own(now->cell(query.revision_column()));
    state.stale = false;
    state.version.revision = sql::is_null(revision) ? std::string{} : std::get<std::string>(revision);
    state.version.pending =
        execution.transaction ? execution.transaction->lookup(query.table()->catalog, id) : nullptr;
    bool warned = false;
    const bool whole = cursor.write_again(row, ard(), *ird_, types_, options, diagnostics(), warned);
    if (!whole) ++failed;
    if (!whole && !single)
      diagnostics().warn(SqlState::s01S01, fmt::format("row {} of the rowset has an error", row + 1),
                         static_cast<SQLLEN>(row + 1));
    if (statuses)
      statuses[row] = !whole ? SQL_ROW_ERROR : warned ? SQL_ROW_SUCCESS_WITH_INFO : SQL_ROW_SUCCESS;
  }
  for (std::string& warning : now->take_warnings()) diagnostics().warn(SqlState::s01000, std::move(warning));
  for (size_t i = 0; i < rows.size(); ++i) {
    if (found[i]) continue;
    changeable.row(cursor, rows[i]).deleted = true;
    if (statuses) statuses[rows[i]] = SQL_ROW_DELETED;
  }
  return failed > 0 && failed == rows.size() ? Outcome::Error : Outcome::Success;
}

// ---- shared

sql::Execution Statement::execution_over(sql::Documents& source) {
  return {.documents = source,
          .stop = stop_.flag(),
          .limit = 0,
          .catalog = &catalog_,
          .transaction = session_->manual_commit().transaction()};
}

const sql::Prepared& Statement::row_statement(const std::string& text) {
  auto turn = session_->schema(&stop_);
  auto& known = row_statements_[text];
  if (!known || !known->is_current(*turn)) known = sql::prepare(text, *turn, session_->settings().sql);
  return *known;
}

void Statement::take(const sql::SetOutcome& done, size_t row, RowOutcome& outcome) {
  outcome.error = done.error;
  outcome.conflict = !done.error && done.affected == 0;
  for (const std::string& warning : done.warnings)
    diagnostics().warn(SqlState::s01000, warning, static_cast<SQLLEN>(row + 1));
}

// The row's _rev, where the query selects it.
void Statement::show_revision(size_t row) {
  ChangeableRows& changeable = changeable_rows();
  const sql::RowVersion& version = changeable.row(*cursor_, row).version;
  const sql::Value revision =
      version.revision.empty() ? sql::Value{} : sql::Value{version.revision};  // NULL until COMMIT
  for (size_t c = 0; c < types_.size(); ++c) {
    const sql::Column* column = changeable.query().column(c);
    if (column && column->source == sql::ColumnSource::Rev) cursor_->replace(row, c, revision);
  }
}

Outcome Statement::tell_rows(const std::vector<size_t>& rows, bool single, SQLUSMALLINT done,
                             const std::vector<RowOutcome>& outcomes) {
  SQLUSMALLINT* const statuses = ird_->header.array_status_ptr;
  size_t failed = 0;
  row_count_ = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto number = static_cast<SQLLEN>(rows[i] + 1);
    const RowOutcome& outcome = outcomes[i];
    const bool whole = !outcome.error && !outcome.conflict;
    if (statuses) statuses[rows[i]] = whole ? done : static_cast<SQLUSMALLINT>(SQL_ROW_ERROR);
    if (whole) {
      ++row_count_;
    } else if (outcome.conflict) {
      diagnostics().warn(SqlState::s01001, conflict_message, number);
    } else {
      ++failed;
      diagnostics().add(outcome.error, number);
      if (!single)
        diagnostics().warn(SqlState::s01S01, fmt::format("row {} of the rowset has an error", number),
                           number);
    }
  }
  diagnostics().set_row_count(row_count_);
  return failed > 0 && failed == rows.size() ? Outcome::Error : Outcome::Success;
}

// ---- for other statements

std::string Statement::open_cursor_name() {
  const auto lock = try_enter();
  return lock.owns_lock() && !operation_ && state_ == State::CursorOpen ? cursor_name_ : std::string{};
}

Statement::Current Statement::current_row() {
  const auto lock = try_enter();
  if (!lock.owns_lock() || operation_)
    throw OdbcError{SqlState::sHY010, "another call is using cursor {}", cursor_name_};
  if (!cursor_) throw OdbcError{SqlState::s24000, "cursor {} is closed", cursor_name_};
  ChangeableRows* const rows = cursor_->changeable();
  if (!rows) {
    throw OdbcError{
        SqlState::s42000,
        "cursor {} is read only: set SQL_ATTR_CONCURRENCY to SQL_CONCUR_ROWVER before its query is "
        "executed, or end it with FOR UPDATE; its rows have to be documents of one table",
        cursor_name_};
  }
  if (cursor_->rowset_rows() == 0)
    throw OdbcError{SqlState::s24000, "cursor {} is not on a row", cursor_name_};
  const ChangeableRow& row = rows->row(*cursor_, cursor_->position());
  if (row.deleted) throw OdbcError{SqlState::s24000, "the row of cursor {} has been deleted", cursor_name_};
  return {rows->query().table(), row.version, cursor_->rowset_start() + cursor_->position()};
}

void Statement::row_changed(SQLULEN row, const sql::RowVersion& version, bool deleted) {
  const auto lock = try_enter();
  if (!lock.owns_lock() || !cursor_ || !cursor_->changeable()) return;
  const SQLULEN start = cursor_->rowset_start();
  if (row < start || row >= start + cursor_->rowset_rows()) return;
  ChangeableRow& known = cursor_->changeable()->row(*cursor_, row - start);
  known.version = version;
  known.deleted = deleted;
  known.stale = true;
  show_revision(row - start);
}

std::shared_ptr<Statement> Statement::named_cursor() const {
  const auto connection = connection_.lock();
  auto found = connection ? connection->find_cursor(prepared_->current_of(), this) : nullptr;
  if (!found) {
    throw OdbcError{SqlState::s34000, "no cursor named {} is open on this connection",
                    prepared_->current_of()};
  }
  return found;
}

}  // namespace couch::driver
