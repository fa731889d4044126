#include "tests/support/odbc.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <utility>

#include "tests/paths.h"  // generated

namespace couch::test {
namespace {

std::string name_of(SQLRETURN code) {
  switch (code) {
    case SQL_SUCCESS: return "SQL_SUCCESS";
    case SQL_SUCCESS_WITH_INFO: return "SQL_SUCCESS_WITH_INFO";
    case SQL_ERROR: return "SQL_ERROR";
    case SQL_NO_DATA: return "SQL_NO_DATA";
    case SQL_NEED_DATA: return "SQL_NEED_DATA";
    case SQL_STILL_EXECUTING: return "SQL_STILL_EXECUTING";
    case SQL_INVALID_HANDLE: return "SQL_INVALID_HANDLE";
    default: return fmt::format("return code {}", code);
  }
}

// The ini files of this process: a folder that goes with it.
class IniFiles {
 public:
  static IniFiles& of_this_process() {
    static IniFiles files;
    return files;
  }
  void add(const std::string& name, const std::vector<std::pair<std::string, std::string>>& keywords) {
    std::scoped_lock lock{mutex_};
    std::string section = fmt::format("[{}]\nDriver = CouchDB\n", name);
    for (const auto& [key, value] : keywords) section += fmt::format("{} = {}\n", key, value);
    sources_[name] = section;
    std::ofstream out{folder_ / "odbc.ini"};
    for (const auto& [_, text] : sources_) out << text << "\n";
  }

 private:
  IniFiles()
      : folder_(std::filesystem::temp_directory_path() / fmt::format("couchdb-odbc-tests-{}", ::getpid())) {
    std::filesystem::create_directories(folder_);
    // Settings of the manager, and of the driver in it, for tests in a process of their own.
    const auto setting = [](const char* name) { return std::getenv(name) ? std::getenv(name) : ""; };
    std::ofstream{folder_ / "odbcinst.ini"} << "[ODBC]\n"
                                            << setting("COUCH_TEST_MANAGER")
                                            << "\n\n[CouchDB]\nDriver = " << driver_library() << "\n"
                                            << setting("COUCH_TEST_DRIVER") << "\n";
    std::ofstream{folder_ / "odbc.ini"};
    ::setenv("ODBCSYSINI", folder_.c_str(), 1);
    ::setenv("ODBCINI", (folder_ / "user-odbc.ini").c_str(), 1);  // nobody's own file takes part
  }
  ~IniFiles() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  std::filesystem::path folder_;
  std::mutex mutex_;
  std::map<std::string, std::string> sources_;
};

SQLWCHAR* wide(std::u16string& text) { return reinterpret_cast<SQLWCHAR*>(text.data()); }

}  // namespace

std::string driver_library() {
  const char* other = std::getenv("COUCHDBODBC_LIBRARY");
  return other ? other : BUILD_DIR "/libcouchdbodbc.so";
}

void use_private_ini_files() { IniFiles::of_this_process(); }
void add_data_source(const std::string& name,
                     const std::vector<std::pair<std::string, std::string>>& keywords) {
  IniFiles::of_this_process().add(name, keywords);
}

std::u16string utf16(std::string_view utf8) {
  std::u16string out;
  for (size_t i = 0; i < utf8.size();) {
    const auto byte = [&](size_t n) { return static_cast<char32_t>(static_cast<unsigned char>(utf8.at(n))); };
    const char32_t lead = byte(i);
    const size_t n = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t point = n == 1 ? lead : lead & (0x7Fu >> n);
    for (size_t k = 1; k < n; ++k) point = (point << 6) | (byte(i + k) & 0x3F);
    i += n;
    if (point >= 0x10000) {
      out.push_back(static_cast<char16_t>(0xD7C0 + (point >> 10)));
      out.push_back(static_cast<char16_t>(0xDC00 | (point & 0x3FF)));
    } else {
      out.push_back(static_cast<char16_t>(point));
    }
  }
  return out;
}

std::string utf8(std::u16string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    char32_t point = text[i];
    if ((point & 0xFC00) == 0xD800 && i + 1 < text.size())
      point = 0x10000 + ((point & 0x3FF) << 10) + (text[++i] & 0x3FFu);
    const auto put = [&](char32_t c) { out.push_back(static_cast<char>(c)); };
    if (point < 0x80)
      put(point);
    else if (point < 0x800)
      put(0xC0 | (point >> 6)), put(0x80 | (point & 0x3F));
    else if (point < 0x10000)
      put(0xE0 | (point >> 12)), put(0x80 | ((point >> 6) & 0x3F)), put(0x80 | (point & 0x3F));
    else
      put(0xF0 | (point >> 18)), put(0x80 | ((point >> 12) & 0x3F)), put(0x80 | ((point >> 6) & 0x3F)),
          put(0x80 | (point & 0x3F));
  }
  return out;
}

std::vector<DiagnosticRecord> diagnostics_of(SQLSMALLINT type, SQLHANDLE handle) {
  std::vector<DiagnosticRecord> records;
  for (SQLSMALLINT number = 1;; ++number) {
    SQLWCHAR state[6] = {};
    SQLWCHAR message[4096] = {};
    SQLSMALLINT length = 0;
    DiagnosticRecord record;
    const SQLRETURN code =
        SQLGetDiagRecW(type, handle, number, state, &record.native, message, 4096, &length);
    if (!SQL_SUCCEEDED(code)) return records;
    record.state = utf8(reinterpret_cast<const char16_t*>(state));
    record.message = utf8(reinterpret_cast<const char16_t*>(message));
    SQLGetDiagField(type, handle, number, SQL_DIAG_ROW_NUMBER, &record.row, 0, nullptr);
    SQLGetDiagField(type, handle, number, SQL_DIAG_COLUMN_NUMBER, &record.column, 0, nullptr);
    records.push_back(std::move(record));
    if (number == 1000) FAIL("more than 1000 diagnostic records: do they repeat for ever?");
  }
}

bool Returned::has(std::string_view state) const {
  for (const auto& record : records) {
    if (record.state == state) return true;
  }
  return false;
}

std::string Returned::text() const {
  std::string out = name_of(code);
  for (const auto& record : records) out += fmt::format("\n    {} {}", record.state, record.message);
  return out;
}

bool Expected::match(const Returned& returned) const {
  if (returned.code != code_) return false;
  if (code_ == SQL_SUCCESS_WITH_INFO) return returned.has(state_);
  if (code_ == SQL_ERROR) return !returned.records.empty() && returned.records.front().state == state_;
  return code_ != SQL_SUCCESS || returned.records.empty();
}

Expected succeeded() { return {"succeeded", SQL_SUCCESS, {}}; }
Expected warned(std::string state) { return {"succeeded with " + state, SQL_SUCCESS_WITH_INFO, state}; }
Expected failed(std::string state) { return {"failed with " + state, SQL_ERROR, state}; }
Expected found_no_data() { return {"found no data", SQL_NO_DATA, {}}; }
Expected needs_data() { return {"needs data", SQL_NEED_DATA, {}}; }
Expected still_executing() { return {"is still executing", SQL_STILL_EXECUTING, {}}; }
Expected refused_handle() { return {"refused the handle", SQL_INVALID_HANDLE, {}}; }

Environment::Environment(SQLINTEGER version) {
  use_private_ini_files();
  REQUIRE(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &handle_) == SQL_SUCCESS);
  REQUIRE(SQLSetEnvAttr(handle_, SQL_ATTR_ODBC_VERSION,
                        reinterpret_cast<SQLPOINTER>(static_cast<intptr_t>(version)), 0) == SQL_SUCCESS);
}
Environment::~Environment() { SQLFreeHandle(SQL_HANDLE_ENV, handle_); }
Returned Environment::operator()(SQLRETURN code) const {
  return {code, diagnostics_of(SQL_HANDLE_ENV, handle_)};
}

Connection::Connection(const Environment& environment) {
  REQUIRE(SQLAllocHandle(SQL_HANDLE_DBC, environment, &handle_) == SQL_SUCCESS);
}
Connection::Connection(const Environment& environment, const std::string& connection_string, bool narrow)
    : Connection(environment) {
  const Returned returned = narrow ? open_narrow(connection_string) : open(connection_string);
  INFO(returned.text());
  REQUIRE(SQL_SUCCEEDED(returned.code));
}
Connection::~Connection() {
  SQLDisconnect(handle_);
  SQLFreeHandle(SQL_HANDLE_DBC, handle_);
}
Returned Connection::operator()(SQLRETURN code) const {
  return {code, diagnostics_of(SQL_HANDLE_DBC, handle_)};
}
Returned Connection::open(const std::string& connection_string) {
  std::u16string text = utf16(connection_string);
  return (*this)(
      SQLDriverConnectW(handle_, nullptr, wide(text), SQL_NTS, nullptr, 0, nullptr, SQL_DRIVER_NOPROMPT));
}
Returned Connection::open_narrow(const std::string& connection_string) {
  std::string text = connection_string;
  return (*this)(SQLDriverConnect(handle_, nullptr, reinterpret_cast<SQLCHAR*>(text.data()), SQL_NTS, nullptr,
                                  0, nullptr, SQL_DRIVER_NOPROMPT));
}
Returned Connection::disconnect() {
  Returned returned = (*this)(SQLDisconnect(handle_));
  if (SQL_SUCCEEDED(returned.code)) *std::exchange(connected_, std::make_shared<bool>(true)) = false;
  return returned;
}
Returned Connection::set(SQLINTEGER attribute, SQLULEN value) {
  return (*this)(SQLSetConnectAttr(handle_, attribute, reinterpret_cast<SQLPOINTER>(value), 0));
}
SQLUINTEGER Connection::get(SQLINTEGER attribute) const {
  SQLUINTEGER value = 0xDEADBEEF;
  CHECK_THAT((*this)(SQLGetConnectAttr(handle_, attribute, &value, 0, nullptr)), succeeded());
  return value;
}
std::string Connection::info_text(SQLUSMALLINT type) const {
  SQLWCHAR buffer[4096] = {};
  SQLSMALLINT length = 0;
  CHECK_THAT((*this)(SQLGetInfoW(handle_, type, buffer, sizeof buffer, &length)), succeeded());
  return utf8(reinterpret_cast<const char16_t*>(buffer));
}
SQLUINTEGER Connection::info_number(SQLUSMALLINT type) const {
  SQLUINTEGER value = 0;
  CHECK_THAT((*this)(SQLGetInfo(handle_, type, &value, 0, nullptr)), succeeded());
  return value;
}

Statement::Statement(const Connection& connection) : connected_(connection.connected_) {
  REQUIRE_THAT(connection(SQLAllocHandle(SQL_HANDLE_STMT, connection, &handle_)), succeeded());
  if (asynchronous_mode()) make_asynchronous(handle_);
}
Statement::~Statement() {
  forget_asynchronous(handle_);
  if (*connected_) SQLFreeHandle(SQL_HANDLE_STMT, handle_);
}
Returned Statement::operator()(SQLRETURN code) const {
  return {code, diagnostics_of(SQL_HANDLE_STMT, handle_)};
}
Returned Statement::exec(std::string_view sql) {
  std::u16string text = utf16(sql);
  return (*this)(SQLExecDirectW(handle_, wide(text), SQL_NTS));
}
Returned Statement::exec_narrow(std::string_view sql) {
  std::string text{sql};
  return (*this)(SQLExecDirect(handle_, reinterpret_cast<SQLCHAR*>(text.data()), SQL_NTS));
}
Returned Statement::prepare(std::string_view sql) {
  std::u16string text = utf16(sql);
  return (*this)(SQLPrepareW(handle_, wide(text), SQL_NTS));
}
Returned Statement::execute() { return (*this)(SQLExecute(handle_)); }
Returned Statement::fetch() { return (*this)(SQLFetch(handle_)); }
Returned Statement::close() { return (*this)(SQLFreeStmt(handle_, SQL_CLOSE)); }
Returned Statement::set(SQLINTEGER attribute, SQLULEN value) {
  return (*this)(SQLSetStmtAttr(handle_, attribute, reinterpret_cast<SQLPOINTER>(value), 0));
}
SQLULEN Statement::get(SQLINTEGER attribute) const {
  SQLULEN value = 0;
  CHECK_THAT((*this)(SQLGetStmtAttr(handle_, attribute, &value, 0, nullptr)), succeeded());
  return value;
}
SQLSMALLINT Statement::columns() const {
  SQLSMALLINT count = -1;
  CHECK_THAT((*this)(SQLNumResultCols(handle_, &count)), succeeded());
  return count;
}
std::string Statement::column_name(SQLUSMALLINT column) const {
  SQLWCHAR name[512] = {};
  CHECK_THAT(
      (*this)(SQLDescribeColW(handle_, column, name, 512, nullptr, nullptr, nullptr, nullptr, nullptr)),
      succeeded());
  return utf8(reinterpret_cast<const char16_t*>(name));
}
Text Statement::text(SQLUSMALLINT column) const {
  std::u16string whole;
  for (;;) {
    char16_t part[64] = {};
    SQLLEN length = 0;
    const SQLRETURN code = SQLGetData(handle_, column, SQL_C_WCHAR, part, sizeof part, &length);
    if (code == SQL_NO_DATA) return utf8(whole);
    const Returned returned = (*this)(code);
    INFO(returned.text());
    REQUIRE(SQL_SUCCEEDED(code));
    if (length == SQL_NULL_DATA) return std::nullopt;
    const size_t capacity = std::size(part) - 1;
    const size_t left = static_cast<size_t>(length) / sizeof(char16_t);
    const bool last = code == SQL_SUCCESS;
    whole +=
        last ? std::u16string{part, left} : std::u16string{part, std::char_traits<char16_t>::length(part)};
    if (last) return utf8(whole);
    REQUIRE(std::char_traits<char16_t>::length(part) <= capacity);
  }
}
std::vector<std::vector<Text>> Statement::rows() {
  std::vector<std::vector<Text>> all;
  const auto count = static_cast<SQLUSMALLINT>(columns());
  for (;;) {
    const Returned returned = fetch();
    if (returned.code == SQL_NO_DATA) return all;
    INFO(returned.text());
    REQUIRE(SQL_SUCCEEDED(returned.code));
    auto& row = all.emplace_back();
    for (SQLUSMALLINT i = 1; i <= count; ++i) row.push_back(text(i));
  }
}
SQLHDESC Statement::descriptor(SQLINTEGER attribute) const {
  SQLHDESC handle = nullptr;
  CHECK_THAT((*this)(SQLGetStmtAttr(handle_, attribute, &handle, 0, nullptr)), succeeded());
  return handle;
}

}  // namespace couch::test
