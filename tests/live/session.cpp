#include "tests/live/session.h"

#include <fmt/format.h>
#include <sqlucode.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "tests/paths.h"  // generated
#include "tests/support/live_server.h"

namespace couch::live {
namespace {

// The folder that ODBCSYSINI names: made before the first call of the driver manager, removed when the
// process ends.
class Registration {
 public:
  static void once() { static const Registration made; }
  ~Registration() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

 private:
  Registration() {
    auto pattern = (std::filesystem::temp_directory_path() / "couch-live-XXXXXX").string();
    if (!mkdtemp(pattern.data())) throw std::runtime_error("no folder for ODBCSYSINI can be made");
    folder_ = pattern;
    std::ofstream(folder_ / "odbcinst.ini") << "[CouchDB]\nDriver = " BUILD_DIR "/libcouchdbodbc.so\n";
    std::ofstream(folder_ / "odbc.ini") << "";
    setenv("ODBCSYSINI", folder_.c_str(), 1);
    setenv("ODBCINI", (folder_ / "odbc.ini").c_str(), 1);
  }
  std::filesystem::path folder_;
};

std::string joined(const std::string& call, const std::vector<Diagnostic>& records) {
  std::string out = call + " failed";
  if (records.empty()) out += " without a diagnostic record";
  for (const auto& record : records) out += fmt::format("\n  [{}] {}", record.state, record.message);
  return out;
}

// An argument of a wide function; a null pointer stays one.
class Wide {
 public:
  explicit Wide(const char* text) : null_(!text), text_(to_utf16(text ? text : "")) {}
  SQLWCHAR* data() { return null_ ? nullptr : reinterpret_cast<SQLWCHAR*>(text_.data()); }
  SQLSMALLINT size() const { return static_cast<SQLSMALLINT>(text_.size()); }

 private:
  bool null_;
  std::u16string text_;
};

std::string to_utf8(const SQLWCHAR* text, size_t length) {
  std::string out;
  for (size_t i = 0; i < length; ++i) {
    char32_t point = text[i];
    if (point >= 0xd800 && point < 0xdc00 && i + 1 < length)
      point = ((point - 0xd7c0) << 10) | (text[++i] & 0x3ffu);
    if (point < 0x80) {
      out += static_cast<char>(point);
      continue;
    }
    const int more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    static constexpr unsigned lead[] = {0, 0xc0, 0xe0, 0xf0};
    out += static_cast<char>(lead[more] | (point >> (6 * more)));
    for (int k = more; k-- > 0;) out += static_cast<char>(0x80 | ((point >> (6 * k)) & 0x3f));
  }
  return out;
}

SQLSMALLINT usual_type(const Parameter& parameter) {
  struct Visitor {
    SQLSMALLINT operator()(std::monostate) const { return SQL_VARCHAR; }
    SQLSMALLINT operator()(bool) const { return SQL_BIT; }
    SQLSMALLINT operator()(int64_t) const { return SQL_BIGINT; }
    SQLSMALLINT operator()(double) const { return SQL_DOUBLE; }
    SQLSMALLINT operator()(const std::string&) const { return SQL_WVARCHAR; }
  };
  return parameter.type ? parameter.type : std::visit(Visitor{}, parameter.value);
}

std::string braced(std::string_view value) {
  std::string out = "{";
  for (const char c : value) out.append(c == '}' ? 2 : 1, c);
  return out + "}";
}

}  // namespace

std::u16string to_utf16(std::string_view text) {
  std::u16string out;
  for (size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const size_t length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    char32_t point = length == 1 ? byte : byte & (0xffu >> (length + 1));
    for (size_t k = 1; k < length && i + k < text.size(); ++k)
      point = (point << 6) | (static_cast<unsigned char>(text[i + k]) & 0x3fu);
    i += length;
    if (point < 0x10000) {
      out += static_cast<char16_t>(point);
    } else {
      out += static_cast<char16_t>(0xd7c0 + (point >> 10));
      out += static_cast<char16_t>(0xdc00 + (point & 0x3ff));
    }
  }
  return out;
}

SqlFailure::SqlFailure(const std::string& call, std::vector<Diagnostic> records)
    : std::runtime_error(joined(call, records)),
      state_(records.empty() ? "" : records.front().state),
      records_(std::move(records)) {}

std::vector<Diagnostic> diagnostics(SQLSMALLINT kind, SQLHANDLE handle) {
  std::vector<Diagnostic> records;
  for (SQLSMALLINT i = 1; i <= 50; ++i) {
    std::array<SQLWCHAR, 6> state{};
    std::array<SQLWCHAR, 4096> text{};
    SQLINTEGER native = 0;
    SQLSMALLINT length = 0;
    if (!SQL_SUCCEEDED(
            SQLGetDiagRecW(kind, handle, i, state.data(), &native, text.data(), text.size(), &length)))
      break;
    records.push_back({to_utf8(state.data(), 5),
                       to_utf8(text.data(), std::min<size_t>(static_cast<size_t>(length), text.size() - 1))});
  }
  return records;
}

std::vector<Cell> Result::column(std::string_view name) const {
  std::vector<Cell> out;
  for (size_t row = 0; row < rows.size(); ++row) out.push_back(at(row, name));
  return out;
}

bool Result::has(std::string_view name) const {
  return std::any_of(columns.begin(), columns.end(), [&](const auto& c) { return c.name == name; });
}

const Cell& Result::at(size_t row, std::string_view name) const {
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const auto& c) { return c.name == name; });
  if (found == columns.end()) throw std::out_of_range(fmt::format("the result has no column {}", name));
  if (row >= rows.size())
    throw std::out_of_range(fmt::format("the result has {} rows, not {}", rows.size(), row + 1));
  return rows[row][static_cast<size_t>(found - columns.begin())];
}

std::string to_text(const Row& row) {
  std::string out;
  for (const auto& cell : row) {
    if (!out.empty()) out += " | ";
    out += cell ? *cell : "NULL";
  }
  return out;
}

std::string to_text(const Result& result, size_t most_rows) {
  std::string out;
  for (const auto& column : result.columns) out += (out.empty() ? "" : " | ") + column.name;
  for (size_t i = 0; i < std::min(most_rows, result.rows.size()); ++i)
    out += "\n  " + to_text(result.rows[i]);
  if (result.rows.size() > most_rows) out += fmt::format("\n  … {} rows", result.rows.size());
  return out;
}

// ---- Statement

Statement::Statement(Session& session) {
  if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, session.handle(), &handle_))) {
    throw SqlFailure("SQLAllocHandle", diagnostics(SQL_HANDLE_DBC, session.handle()));
  }
  if (test::asynchronous_mode()) test::make_asynchronous(handle_);
}
Statement::~Statement() {
  test::forget_asynchronous(handle_);
  SQLFreeHandle(SQL_HANDLE_STMT, handle_);
}

void Statement::check(SQLRETURN code, const char* call) {
  if (code == SQL_SUCCESS) return;
  auto records = diagnostics(SQL_HANDLE_STMT, handle_);
  if (code != SQL_SUCCESS_WITH_INFO) throw SqlFailure(fmt::format("{} ({})", call, code), std::move(records));
  warnings_.insert(warnings_.end(), records.begin(), records.end());
}

void Statement::prepare(std::string_view sql) {
  auto text = to_utf16(sql);
  check(SQLPrepareW(handle_, reinterpret_cast<SQLWCHAR*>(text.data()), static_cast<SQLINTEGER>(text.size())),
        "SQLPrepare");
}

void Statement::execute(const Parameters& parameters) {
  struct Bound {
    int64_t integer = 0;
    double number = 0;
    SQLCHAR bit = 0;
    std::u16string text;
    SQLLEN length = 0;
  };
  std::vector<Bound> bound(parameters.size());
  for (size_t i = 0; i < parameters.size(); ++i) {
    auto& slot = bound[i];
    const auto& value = parameters[i].value;
    SQLSMALLINT c_type = SQL_C_WCHAR;
    SQLPOINTER pointer = nullptr;
    SQLULEN size = 255;
    if (std::holds_alternative<std::monostate>(value)) {
      slot.length = SQL_NULL_DATA;
      pointer = &slot.integer;
    } else if (const auto* bit = std::get_if<bool>(&value)) {
      slot.bit = *bit;
      c_type = SQL_C_BIT;
      pointer = &slot.bit;
      size = 1;
    } else if (const auto* integer = std::get_if<int64_t>(&value)) {
      slot.integer = *integer;
      c_type = SQL_C_SBIGINT;
      pointer = &slot.integer;
      size = 19;
    } else if (const auto* number = std::get_if<double>(&value)) {
      slot.number = *number;
      c_type = SQL_C_DOUBLE;
      pointer = &slot.number;
      size = 15;
    } else {
      slot.text = to_utf16(std::get<std::string>(value));
      slot.length = static_cast<SQLLEN>(slot.text.size() * 2);
      pointer = slot.text.data();
      size = std::max<SQLULEN>(1, slot.text.size());
    }
    const auto type = usual_type(parameters[i]);
    check(SQLBindParameter(handle_, static_cast<SQLUSMALLINT>(i + 1), SQL_PARAM_INPUT, c_type, type, size,
                           type == SQL_TYPE_TIMESTAMP ? 9 : 0, pointer, std::max<SQLLEN>(0, slot.length),
                           &slot.length),
          "SQLBindParameter");
  }
  const auto code = SQLExecute(handle_);
  auto records = code == SQL_SUCCESS ? std::vector<Diagnostic>{} : diagnostics(SQL_HANDLE_STMT, handle_);
  SQLFreeStmt(handle_, SQL_RESET_PARAMS);  // bound's buffers end here
  if (code == SQL_SUCCESS || code == SQL_NO_DATA) return;
  if (code != SQL_SUCCESS_WITH_INFO)
    throw SqlFailure(fmt::format("SQLExecute ({})", code), std::move(records));
  warnings_.insert(warnings_.end(), records.begin(), records.end());
}

void Statement::direct(std::string_view sql) {
  auto text = to_utf16(sql);
  check(
      SQLExecDirectW(handle_, reinterpret_cast<SQLWCHAR*>(text.data()), static_cast<SQLINTEGER>(text.size())),
      "SQLExecDirect");
}

bool Statement::fetch() {
  const auto code = SQLFetch(handle_);
  if (code == SQL_NO_DATA) return false;
  check(code, "SQLFetch");
  return true;
}

Cell Statement::get(SQLUSMALLINT column) {
  // A part is never cut within a character, so how long one was is told by what the next call says is left.
  std::string whole, part(8192, '\0');
  SQLLEN before = 0, left = 0;
  for (bool first = true;; first = false) {
    const auto code =
        SQLGetData(handle_, column, SQL_C_CHAR, part.data(), static_cast<SQLLEN>(part.size()), &left);
    if (code == SQL_NO_DATA) throw SqlFailure("SQLGetData ended before the value did", {});
    if (!SQL_SUCCEEDED(code)) check(code, "SQLGetData");
    if (left == SQL_NULL_DATA) return std::nullopt;
    if (left < 0) throw SqlFailure("SQLGetData does not say how much is left", {});
    if (!first)
      whole.resize(whole.size() - static_cast<size_t>(static_cast<SQLLEN>(part.size()) - (before - left)));
    if (static_cast<size_t>(left) < part.size()) {
      whole.append(part.data(), static_cast<size_t>(left));
      return whole;
    }
    whole += part;
    before = left;
  }
}

std::vector<Column> Statement::columns() {
  SQLSMALLINT count = 0;
  check(SQLNumResultCols(handle_, &count), "SQLNumResultCols");
  std::vector<Column> out;
  for (SQLUSMALLINT i = 1; i <= count; ++i) {
    std::array<SQLWCHAR, 1024> name{};
    SQLSMALLINT length = 0;
    Column column;
    check(SQLDescribeColW(handle_, i, name.data(), name.size(), &length, &column.type, &column.size,
                          &column.digits, &column.nullable),
          "SQLDescribeCol");
    column.name = to_utf8(name.data(), static_cast<size_t>(length));
    out.push_back(std::move(column));
  }
  return out;
}

Result Statement::result() {
  Result out;
  out.columns = columns();
  while (!out.columns.empty() && fetch()) {
    auto& row = out.rows.emplace_back();
    for (SQLUSMALLINT i = 1; i <= out.columns.size(); ++i) row.push_back(get(i));
  }
  out.warnings = std::exchange(warnings_, {});
  return out;
}

void Statement::close() { check(SQLFreeStmt(handle_, SQL_CLOSE), "SQLFreeStmt"); }

// ---- Session

Session::Session(const std::string& database, const std::string& attributes, const Login& login) {
  Registration::once();
  const auto& server = test::LiveServer::get();
  if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &environment_)))
    throw SqlFailure("SQLAllocHandle", {});
  SQLSetEnvAttr(environment_, SQL_ATTR_ODBC_VERSION, reinterpret_cast<SQLPOINTER>(SQL_OV_ODBC3), 0);
  SQLAllocHandle(SQL_HANDLE_DBC, environment_, &connection_);
  auto text = login.proxy ? fmt::format("Driver=CouchDB;Server=127.0.0.1;Port={};", login.proxy)
                          : fmt::format("Driver=CouchDB;Server={};Port={};", server.host(), server.port());
  if (!database.empty()) text += "Database=" + braced(database) + ";";
  if (server.url().starts_with("https")) text += "SSLMode=verify-full;";
  const auto user = login.user.value_or(server.user()), password = login.password.value_or(server.password());
  if (!user.empty()) text += "UID=" + braced(user) + ";PWD=" + braced(password) + ";";
  text += attributes;
  auto wide = to_utf16(text);
  const auto code =
      SQLDriverConnectW(connection_, nullptr, reinterpret_cast<SQLWCHAR*>(wide.data()),
                        static_cast<SQLSMALLINT>(wide.size()), nullptr, 0, nullptr, SQL_DRIVER_NOPROMPT);
  if (!SQL_SUCCEEDED(code)) {
    auto records = diagnostics(SQL_HANDLE_DBC, connection_);
    SQLFreeHandle(SQL_HANDLE_DBC, connection_);
    SQLFreeHandle(SQL_HANDLE_ENV, environment_);
    throw SqlFailure("SQLDriverConnect", std::move(records));
  }
}

Session::~Session() {
  SQLDisconnect(connection_);
  SQLFreeHandle(SQL_HANDLE_DBC, connection_);
  SQLFreeHandle(SQL_HANDLE_ENV, environment_);
}

Result Session::query(std::string_view sql, const Parameters& parameters) {
  try {
    Statement statement(*this);
    if (parameters.empty()) {
      statement.direct(sql);
    } else {
      statement.prepare(sql);
      statement.execute(parameters);
    }
    return statement.result();
  } catch (const SqlFailure& failure) {
    throw SqlFailure(
        fmt::format("{}\n  of {}", failure.records().empty() ? failure.what() : "the statement", sql),
        failure.records());
  }
}

Cell Session::value(std::string_view sql, const Parameters& parameters) {
  const auto result = query(sql, parameters);
  if (result.rows.size() != 1) {
    throw std::runtime_error(fmt::format("{} rows where one was expected: {}", result.rows.size(), sql));
  }
  return result.rows.front().front();
}

std::vector<std::string> Session::list(std::string_view sql, const Parameters& parameters) {
  std::vector<std::string> out;
  for (const auto& row : query(sql, parameters).rows) out.push_back(row.front().value_or("NULL"));
  return out;
}

std::string Session::state(std::string_view sql, const Parameters& parameters, std::string* message) {
  try {
    query(sql, parameters);
    return "00000";
  } catch (const SqlFailure& failure) {
    if (message) *message = failure.what();
    return failure.state();
  }
}

Result Session::tables(const char* catalog, const char* schema, const char* table, const char* types) {
  Statement s(*this);
  Wide wide_catalog(catalog), wide_schema(schema), wide_table(table), wide_types(types);
  s.check(
      SQLTablesW(s.handle(), wide_catalog.data(), wide_catalog.size(), wide_schema.data(), wide_schema.size(),
                 wide_table.data(), wide_table.size(), wide_types.data(), wide_types.size()),
      "SQLTables");
  return s.result();
}

Result Session::columns(const char* catalog, const char* table, const char* column) {
  Statement s(*this);
  Wide wide_catalog(catalog), wide_table(table), wide_column(column);
  s.check(SQLColumnsW(s.handle(), wide_catalog.data(), wide_catalog.size(), nullptr, 0, wide_table.data(),
                      wide_table.size(), wide_column.data(), wide_column.size()),
          "SQLColumns");
  return s.result();
}

Result Session::primary_keys(const char* catalog, const char* table) {
  Statement s(*this);
  Wide wide_catalog(catalog), wide_table(table);
  s.check(SQLPrimaryKeysW(s.handle(), wide_catalog.data(), wide_catalog.size(), nullptr, 0, wide_table.data(),
                          wide_table.size()),
          "SQLPrimaryKeys");
  return s.result();
}

Result Session::foreign_keys(const char* parent, const char* child) {
  Statement s(*this);
  Wide wide_parent(parent), wide_child(child);
  s.check(SQLForeignKeysW(s.handle(), nullptr, 0, nullptr, 0, wide_parent.data(), wide_parent.size(), nullptr,
                          0, nullptr, 0, wide_child.data(), wide_child.size()),
          "SQLForeignKeys");
  return s.result();
}

Result Session::statistics(const char* catalog, const char* table) {
  Statement s(*this);
  Wide wide_catalog(catalog), wide_table(table);
  s.check(SQLStatisticsW(s.handle(), wide_catalog.data(), wide_catalog.size(), nullptr, 0, wide_table.data(),
                         wide_table.size(), SQL_INDEX_ALL, SQL_QUICK),
          "SQLStatistics");
  return s.result();
}

Result Session::special_columns(SQLUSMALLINT kind, const char* table) {
  Statement s(*this);
  Wide wide_table(table);
  s.check(SQLSpecialColumnsW(s.handle(), kind, nullptr, 0, nullptr, 0, wide_table.data(), wide_table.size(),
                             SQL_SCOPE_CURROW, SQL_NULLABLE),
          "SQLSpecialColumns");
  return s.result();
}

}  // namespace couch::live
