#include "driver/diagnostics.h"

#include <algorithm>

#include "sql/change/transaction.h"

namespace couch::driver {
namespace {

constexpr std::string_view out_of_memory_message = "[CouchDB ODBC] Memory allocation error";

// ODBC, "Sequence of Status Records": by row (those without one first, then those of an unknown one); within
// a row failures that may have ended a transaction or a link, then other errors, then warnings. Equal ones
// stay as they came. 01S01 announces its row's errors (SQLFetch, "Errors and Warnings").
int rank(const Record& record) {
  const std::string_view code = code_of(record.state);
  if (code == "01S01") return -1;
  if (code.starts_with("40") || code == "08S01" || code == "08007") return 0;
  if (code.starts_with("01")) return 2;
  return 1;
}
SQLLEN row_rank(const Record& record) {
  if (record.row == SQL_NO_ROW_NUMBER) return -2;
  if (record.row == SQL_ROW_NUMBER_UNKNOWN) return -1;
  return record.row;
}

// Classes that only ODBC defines; the others are the SQL standard's (SQLGetDiagField, SQL_DIAG_CLASS_ORIGIN).
std::string_view class_origin(std::string_view code) {
  return code.starts_with("IM") ? "ODBC 3.0" : "ISO 9075";
}

// Subclasses that ODBC added: SQLGetDiagField, SQL_DIAG_SUBCLASS_ORIGIN.
std::string_view subclass_origin(std::string_view code) {
  constexpr std::string_view odbc[] = {"01S00", "01S01", "01S02", "01S06", "01S07", "07S01", "08S01", "21S01",
                                       "21S02", "25S01", "25S02", "25S03", "42S01", "42S02", "42S11", "42S12",
                                       "42S21", "42S22", "HY095", "HY097", "HY098", "HY099", "HY100", "HY101",
                                       "HY105", "HY107", "HY109", "HY110", "HY111", "HYT00", "HYT01"};
  if (code.starts_with("IM") || std::ranges::find(odbc, code) != std::end(odbc)) return "ODBC 3.0";
  return "ISO 9075";
}

// Of one document of a COMMIT that failed.
SqlState state_of(sql::change::CommitError::Fate fate) {
  using enum sql::change::CommitError::Fate;
  switch (fate) {
    case Conflict: return SqlState::s40001;
    case Refused: return SqlState::s40002;
    case Unknown: return SqlState::s08007;
    case Written: return SqlState::s01000;
    case NotWritten: return SqlState::s40001;
  }
  return SqlState::sHY000;
}

// What became of each document of a COMMIT that failed.
void add_documents(Diagnostics& out, const std::exception_ptr& error) {
  constexpr size_t most = 1000;  // the driver manager copies every record at once
  try {
    std::rethrow_exception(error);
  } catch (const sql::change::CommitError& failed) {
    const auto& documents = failed.documents();
    for (size_t i = 0; i < std::min(most, documents.size()); ++i)
      out.warn(state_of(documents[i].fate), documents[i].message);
    if (documents.size() > most)
      out.warn(SqlState::s01000, fmt::format("and {} documents more", documents.size() - most));
  } catch (...) {
    // only that one has documents
  }
}

}  // namespace

std::string message_of(const Record& record) {
  return (record.from_server ? "[CouchDB ODBC][CouchDB] " : "[CouchDB ODBC] ") + record.message;
}

Diagnostics& Diagnostics::cleared() noexcept {
  records_.clear();
  return_code_ = SQL_SUCCESS;
  row_count_ = -1;
  function_ = {};
  function_code_ = SQL_DIAG_UNKNOWN_STATEMENT;
  out_of_memory_ = false;
  return *this;
}

void Diagnostics::add(Record record) { records_.push_back(std::move(record)); }

void Diagnostics::warn(SqlState state, std::string message, SQLLEN row, SQLINTEGER column) {
  records_.push_back({.state = state, .message = std::move(message), .row = row, .column = column});
}

void Diagnostics::add(std::exception_ptr error, SQLLEN row, SQLINTEGER column) {
  Failure failure = describe(error);
  records_.push_back(
      {failure.state, std::move(failure.message), failure.native, failure.from_server, row, column});
  add_documents(*this, error);
}

SQLRETURN Diagnostics::close(Outcome outcome) noexcept {
  if (records_.size() > 1)
    std::ranges::stable_sort(records_, {}, [](const Record& r) { return std::pair{row_rank(r), rank(r)}; });
  return_code_ = static_cast<SQLRETURN>(outcome);
  if (outcome == Outcome::Success && !records_.empty()) return_code_ = SQL_SUCCESS_WITH_INFO;
  return return_code_;
}

SQLRETURN Diagnostics::fail(std::exception_ptr error) noexcept {
  try {
    add(std::move(error), SQL_NO_ROW_NUMBER);
  } catch (...) {
    out_of_memory_ = true;
  }
  return close(Outcome::Error);
}

void Diagnostics::set_names(std::string connection, std::string server) {
  connection_ = std::move(connection);
  server_ = std::move(server);
}

SQLRETURN Diagnostics::record(SQLSMALLINT number, const TextOut& state, SQLINTEGER* native,
                              const TextOut& message) const {
  if (number <= 0) return SQL_ERROR;
  if (out_of_memory_ && number == 1) {
    if (native) *native = 0;
    (void)state.write("HY001");
    return message.write(out_of_memory_message) ? SQL_SUCCESS : SQL_SUCCESS_WITH_INFO;
  }
  if (static_cast<size_t>(number) > records_.size()) return SQL_NO_DATA;
  const Record& r = records_[static_cast<size_t>(number) - 1];
  if (native) *native = static_cast<SQLINTEGER>(r.native);
  (void)state.write(code_of(r.state));
  return message.write(message_of(r)) ? SQL_SUCCESS : SQL_SUCCESS_WITH_INFO;
}

SQLRETURN Diagnostics::field(SQLSMALLINT number, SQLSMALLINT id, SQLPOINTER value, const TextOut& text,
                             bool is_statement) const {
  // The application's buffer need not be aligned for what it asks; the size is the field's.
  const auto put = [&](auto v) {
    if (value) *static_cast<decltype(v)*>(value) = v;
    return static_cast<SQLRETURN>(SQL_SUCCESS);
  };
  const auto write = [&](std::string_view v) {
    return static_cast<SQLRETURN>(text.write(v) ? SQL_SUCCESS : SQL_SUCCESS_WITH_INFO);
  };
  switch (id) {  // the header's fields; the record number is not looked at
    case SQL_DIAG_RETURNCODE: return put(return_code_);
    case SQL_DIAG_NUMBER: return put(static_cast<SQLINTEGER>(out_of_memory_ ? 1 : records_.size()));
    case SQL_DIAG_CURSOR_ROW_COUNT:
      // -1: how many rows a cursor has is not known before they are fetched.
      return is_statement ? put(static_cast<SQLLEN>(-1)) : static_cast<SQLRETURN>(SQL_ERROR);
    case SQL_DIAG_ROW_COUNT: return is_statement ? put(row_count_) : static_cast<SQLRETURN>(SQL_ERROR);
    case SQL_DIAG_DYNAMIC_FUNCTION:
      return is_statement ? write(function_) : static_cast<SQLRETURN>(SQL_ERROR);
    case SQL_DIAG_DYNAMIC_FUNCTION_CODE:
      return is_statement ? put(function_code_) : static_cast<SQLRETURN>(SQL_ERROR);
    default: break;
  }
  const Record none;  // stands for HY001 without memory
  const bool known = id == SQL_DIAG_SQLSTATE || id == SQL_DIAG_NATIVE || id == SQL_DIAG_MESSAGE_TEXT ||
                     id == SQL_DIAG_CLASS_ORIGIN || id == SQL_DIAG_SUBCLASS_ORIGIN ||
                     id == SQL_DIAG_CONNECTION_NAME || id == SQL_DIAG_SERVER_NAME ||
                     id == SQL_DIAG_ROW_NUMBER || id == SQL_DIAG_COLUMN_NUMBER;
  if (!known || number <= 0) return SQL_ERROR;
  const bool stand_in = out_of_memory_ && number == 1;
  if (!stand_in && static_cast<size_t>(number) > records_.size()) return SQL_NO_DATA;
  const Record& r = stand_in ? none : records_[static_cast<size_t>(number) - 1];
  const std::string_view code = stand_in ? "HY001" : code_of(r.state);
  switch (id) {
    case SQL_DIAG_SQLSTATE: return write(code);
    case SQL_DIAG_NATIVE: return put(static_cast<SQLINTEGER>(r.native));
    case SQL_DIAG_MESSAGE_TEXT: return stand_in ? write(out_of_memory_message) : write(message_of(r));
    case SQL_DIAG_CLASS_ORIGIN: return write(class_origin(code));
    case SQL_DIAG_SUBCLASS_ORIGIN: return write(subclass_origin(code));
    case SQL_DIAG_CONNECTION_NAME: return write(connection_);
    case SQL_DIAG_SERVER_NAME: return write(server_);
    case SQL_DIAG_ROW_NUMBER: return is_statement ? put(r.row) : static_cast<SQLRETURN>(SQL_ERROR);
    case SQL_DIAG_COLUMN_NUMBER: return is_statement ? put(r.column) : static_cast<SQLRETURN>(SQL_ERROR);
    default: return SQL_ERROR;
  }
}

}  // namespace couch::driver
