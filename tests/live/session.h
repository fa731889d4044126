#pragma once
// What a program does through the driver manager, with a whole result as one value: the live tier compares
// results. The driver is the one that this build made, registered in an ODBCSYSINI of the process's own.
// COUCHDBODBC_ASYNC=1: every statement is asynchronous (tests/support/async_calls.h).
#include <sql.h>
#include <sqlext.h>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace couch::live {

struct Diagnostic {
  std::string state;
  std::string message;
};

// A call that returned SQL_ERROR, or something that no call may return; what() has every record.
class SqlFailure : public std::runtime_error {
 public:
  SqlFailure(const std::string& call, std::vector<Diagnostic> records);
  const std::string& state() const { return state_; }  // of the first record; empty: there is none
  const std::vector<Diagnostic>& records() const { return records_; }

 private:
  std::string state_;
  std::vector<Diagnostic> records_;
};

std::vector<Diagnostic> diagnostics(SQLSMALLINT kind, SQLHANDLE handle);

struct Column {
  std::string name;
  SQLSMALLINT type = 0;
  SQLULEN size = 0;
  SQLSMALLINT digits = 0;
  SQLSMALLINT nullable = 0;
};

using Cell = std::optional<std::string>;  // as text in UTF-8, which may hold U+0000; nullopt is NULL
using Row = std::vector<Cell>;

struct Result {
  std::vector<Column> columns;
  std::vector<Row> rows;
  std::vector<Diagnostic> warnings;  // of executing and of fetching

  std::vector<Cell> column(std::string_view name) const;  // of every row
  const Cell& at(size_t row, std::string_view name) const;
  bool has(std::string_view name) const;
};
std::string to_text(const Row& row);
std::string to_text(const Result& result, size_t most_rows = 20);

// A parameter: the alternative decides the C type, `type` the SQL type (0: the usual one).
struct Parameter {
  std::variant<std::monostate, bool, int64_t, double, std::string> value;
  SQLSMALLINT type = 0;

  Parameter(std::nullptr_t) {}                                  // NOLINT: a literal reads better
  Parameter(bool given) : value(given) {}                       // NOLINT
  Parameter(int given) : value(static_cast<int64_t>(given)) {}  // NOLINT
  Parameter(int64_t given) : value(given) {}                    // NOLINT
  Parameter(double given) : value(given) {}                     // NOLINT
  Parameter(const char* given) : value(std::string(given)) {}   // NOLINT: UTF-8
  Parameter(std::string given) : value(std::move(given)) {}     // NOLINT: UTF-8
  Parameter as(SQLSMALLINT sql_type) const {
    Parameter out = *this;
    out.type = sql_type;
    return out;
  }
};
using Parameters = std::vector<Parameter>;

class Session;

class Statement {
 public:
  explicit Statement(Session& session);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  SQLHSTMT handle() const { return handle_; }
  // Throws SqlFailure unless the call succeeded; warnings are kept for result().
  void check(SQLRETURN code, const char* call);

  void prepare(std::string_view sql);
  void execute(const Parameters& parameters = {});
  void direct(std::string_view sql);  // SQLExecDirectW
  bool fetch();                       // false: SQL_NO_DATA
  Cell get(SQLUSMALLINT column);      // SQLGetData as SQL_C_CHAR, in as many parts as it takes
  std::vector<Column> columns();
  Result result();  // every row that is left
  void close();

 private:
  SQLHSTMT handle_ = SQL_NULL_HSTMT;
  std::vector<Diagnostic> warnings_;
};

struct Login {
  std::optional<std::string> user, password;  // the server's administrator unless given
  uint16_t proxy = 0;                         // a port of this machine that leads to the server
};

class Session {
 public:
  // attributes: further ones, "SampleSize=0;TypeMismatch=error". database may be empty.
  explicit Session(const std::string& database, const std::string& attributes = {}, const Login& login = {});
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  SQLHDBC handle() const { return connection_; }

  Result query(std::string_view sql, const Parameters& parameters = {});
  // The first column of the only row.
  Cell value(std::string_view sql, const Parameters& parameters = {});
  // The first column of every row.
  std::vector<std::string> list(std::string_view sql, const Parameters& parameters = {});
  // The SQLSTATE that the statement ends with; "00000" when it does not fail. `message`, if given, gets the
  // diagnostics.
  std::string state(std::string_view sql, const Parameters& parameters = {}, std::string* message = nullptr);

  // Catalog functions; nullptr arguments are NULL pointers.
  Result tables(const char* catalog, const char* schema, const char* table, const char* types);
  Result columns(const char* catalog, const char* table, const char* column);
  Result primary_keys(const char* catalog, const char* table);
  Result foreign_keys(const char* parent, const char* child);
  Result statistics(const char* catalog, const char* table);
  Result special_columns(SQLUSMALLINT kind, const char* table);

 private:
  SQLHENV environment_ = SQL_NULL_HENV;
  SQLHDBC connection_ = SQL_NULL_HDBC;
};

std::u16string to_utf16(std::string_view text);

}  // namespace couch::live

#include "tests/support/async_calls.h"
