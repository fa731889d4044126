#pragma once
// A handle's diagnostics: what SQLGetDiagRec and SQLGetDiagField return for its last call. Guarded by the
// handle's lock.
#include <sql.h>
#include <sqlext.h>

#include <exception>
#include <string>
#include <vector>

#include "driver/odbc_error.h"
#include "driver/text.h"

namespace couch::driver {

// What a function's body ends with. Warnings are records that it left in the diagnostics: Success then
// becomes SQL_SUCCESS_WITH_INFO.
enum class Outcome : SQLRETURN {
  Success = SQL_SUCCESS,
  NoData = SQL_NO_DATA,
  NeedData = SQL_NEED_DATA,
  StillExecuting = SQL_STILL_EXECUTING,
  Error = SQL_ERROR,  // its records were added already
};

struct Record {
  SqlState state = SqlState::sHY000;
  std::string message;  // without the "[CouchDB ODBC]" prefix
  long native = 0;      // HTTP status, 0: none
  bool from_server = false;
  SQLLEN row = SQL_NO_ROW_NUMBER;            // from 1
  SQLINTEGER column = SQL_NO_COLUMN_NUMBER;  // from 1; 0 is the bookmark
};

class Diagnostics {
 public:
  Diagnostics& cleared() noexcept;

  void add(Record record);
  void warn(SqlState state, std::string message, SQLLEN row = SQL_NO_ROW_NUMBER,
            SQLINTEGER column = SQL_NO_COLUMN_NUMBER);
  // The record of an exception, for a row or column.
  void add(std::exception_ptr error, SQLLEN row, SQLINTEGER column = SQL_NO_COLUMN_NUMBER);

  // Ends a call: puts the records in ODBC's order and gives the code to return.
  SQLRETURN close(Outcome outcome) noexcept;
  SQLRETURN fail(std::exception_ptr error) noexcept;

  // SQLGetDiagRec and SQLGetDiagField; they leave the diagnostics as they are. `number` is from 1.
  SQLRETURN record(SQLSMALLINT number, const TextOut& state, SQLINTEGER* native,
                   const TextOut& message) const;
  SQLRETURN field(SQLSMALLINT number, SQLSMALLINT id, SQLPOINTER value, const TextOut& text,
                  bool is_statement) const;

  const std::vector<Record>& records() const noexcept { return records_; }
  // Header fields.
  void set_row_count(SQLLEN rows) noexcept { row_count_ = rows; }
  void set_dynamic_function(std::string_view name, SQLINTEGER code) noexcept {
    function_ = name, function_code_ = code;
  }
  void set_names(std::string connection,
                 std::string server);  // SQL_DIAG_CONNECTION_NAME, SQL_DIAG_SERVER_NAME

 private:
  std::vector<Record> records_;
  SQLRETURN return_code_ = SQL_SUCCESS;
  SQLLEN row_count_ = -1;
  std::string_view function_;  // static text
  SQLINTEGER function_code_ = SQL_DIAG_UNKNOWN_STATEMENT;
  bool out_of_memory_ = false;  // HY001 when there was no memory for its record
  std::string connection_, server_;
};

// "[CouchDB ODBC] …", or "[CouchDB ODBC][CouchDB] …" for what the server said.
std::string message_of(const Record& record);

}  // namespace couch::driver
