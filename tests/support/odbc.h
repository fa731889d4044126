#pragma once
// ODBC for tests: through the real driver manager, with a private ODBCSYSINI that this process makes for the
// library just built. Handles free themselves, results carry their diagnostics and print them when a check
// fails, and raw SQLxxx functions take the handles as they are. The same test bodies run against scripted
// answers (tests/odbc) and real servers (tests/live): they get a connection string.
#include <sql.h>
#include <sqlext.h>
#include <sqlucode.h>

#include <catch2/catch.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace couch::test {

struct DiagnosticRecord {
  std::string state, message;
  SQLINTEGER native = 0;
  SQLLEN row = 0;
  SQLINTEGER column = 0;
};

// What a call returned, with the records that its handle has now.
struct Returned {
  SQLRETURN code = SQL_SUCCESS;
  std::vector<DiagnosticRecord> records;
  bool has(std::string_view state) const;
  std::string text() const;  // "SQL_ERROR 42000 [CouchDB ODBC] …"
};
std::vector<DiagnosticRecord> diagnostics_of(SQLSMALLINT type, SQLHANDLE handle);

// REQUIRE_THAT(st.exec("…"), succeeded());
class Expected : public Catch::MatcherBase<Returned> {
 public:
  Expected(std::string description, SQLRETURN code, std::string state)
      : description_(std::move(description)), code_(code), state_(std::move(state)) {}
  bool match(const Returned& returned) const override;
  std::string describe() const override { return description_; }

 private:
  std::string description_;
  SQLRETURN code_;
  std::string state_;
};
Expected succeeded();                // SQL_SUCCESS and nothing else
Expected warned(std::string state);  // SQL_SUCCESS_WITH_INFO with this record
Expected failed(std::string state);  // SQL_ERROR whose first record has this state
Expected found_no_data();            // SQL_NO_DATA
Expected needs_data();               // SQL_NEED_DATA
Expected still_executing();          // SQL_STILL_EXECUTING
Expected refused_handle();           // SQL_INVALID_HANDLE

std::u16string utf16(std::string_view utf8);
std::string utf8(std::u16string_view text);

class Environment {
 public:
  explicit Environment(SQLINTEGER version = SQL_OV_ODBC3_80);
  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  operator SQLHENV() const { return handle_; }
  Returned operator()(SQLRETURN code) const;

 private:
  SQLHENV handle_ = nullptr;
};

class Statement;

class Connection {
 public:
  // Allocated, not connected.
  explicit Connection(const Environment& environment);
  // Connected; the test fails here when it is not. The manager sends every call of a connection to the wide
  // or the narrow functions of the driver, as the connection was made.
  Connection(const Environment& environment, const std::string& connection_string, bool narrow = false);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  operator SQLHDBC() const { return handle_; }
  Returned operator()(SQLRETURN code) const;                   // c(SQLDisconnect(c))
  Returned open(const std::string& connection_string);         // SQLDriverConnectW
  Returned open_narrow(const std::string& connection_string);  // SQLDriverConnect
  // SQLDisconnect. It frees the statements, whose handles the manager takes for addresses: Statements know.
  Returned disconnect();
  Returned set(SQLINTEGER attribute, SQLULEN value);
  SQLUINTEGER get(SQLINTEGER attribute) const;
  std::string info_text(SQLUSMALLINT type) const;
  SQLUINTEGER info_number(SQLUSMALLINT type) const;

 private:
  friend class Statement;
  SQLHDBC handle_ = nullptr;
  std::shared_ptr<bool> connected_ = std::make_shared<bool>(true);  // since its statements were made
};

// One value as text: nullopt is NULL.
using Text = std::optional<std::string>;

class Statement {
 public:
  explicit Statement(const Connection& connection);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  operator SQLHSTMT() const { return handle_; }
  Returned operator()(SQLRETURN code) const;  // st(SQLFetch(st))

  Returned exec(std::string_view sql);         // SQLExecDirectW
  Returned exec_narrow(std::string_view sql);  // SQLExecDirect
  Returned prepare(std::string_view sql);      // SQLPrepareW
  Returned execute();
  Returned fetch();
  Returned close();
  Returned set(SQLINTEGER attribute, SQLULEN value);
  Returned set(SQLINTEGER attribute, void* pointer) {
    return set(attribute, reinterpret_cast<SQLULEN>(pointer));
  }
  SQLULEN get(SQLINTEGER attribute) const;
  SQLSMALLINT columns() const;
  std::string column_name(SQLUSMALLINT column) const;
  // SQLGetData of the current row, as wide text, in as many parts as it takes. The test fails on an error.
  Text text(SQLUSMALLINT column) const;
  // Every row that is left.
  std::vector<std::vector<Text>> rows();
  SQLHDESC descriptor(SQLINTEGER attribute) const;

 private:
  SQLHSTMT handle_ = nullptr;
  std::shared_ptr<const bool> connected_;
};

// Registers the driver under the name CouchDB, and data sources, in this process's private ini files. Must
// come before the first connection; Environment does it.
void use_private_ini_files();
void add_data_source(const std::string& name,
                     const std::vector<std::pair<std::string, std::string>>& keywords);
// The library under test.
std::string driver_library();

}  // namespace couch::test

namespace Catch {
template <>
struct StringMaker<couch::test::Returned> {
  static std::string convert(const couch::test::Returned& returned) { return returned.text(); }
};
}  // namespace Catch

#include "tests/support/async_calls.h"
