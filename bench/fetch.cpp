// Reads a whole result through the driver manager and says what it took.
//
//   fetch CONNECTION-STRING SQL [bound|getdata] [ROWS-A-FETCH]
//
// Prints one line: rows, bytes of text, seconds to the first row and to the last, and the process's peak
// resident memory in MiB. Everything is read as SQL_C_CHAR, as a client that shows rows does.
#include <fmt/format.h>
#include <sql.h>
#include <sqlext.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr SQLLEN cell_size = 256;

[[noreturn]] void fail(SQLSMALLINT type, SQLHANDLE handle, std::string_view what) {
  SQLCHAR state[6]{}, text[1024]{};
  SQLINTEGER native = 0;
  SQLSMALLINT length = 0;
  SQLGetDiagRec(type, handle, 1, state, &native, text, sizeof text, &length);
  fmt::print(stderr, "{}: {} {}\n", what, reinterpret_cast<char*>(state), reinterpret_cast<char*>(text));
  std::exit(1);
}

SQLCHAR* chars(std::string& text) { return reinterpret_cast<SQLCHAR*>(text.data()); }

struct Totals {
  long long rows = 0, bytes = 0;
  double first = 0, last = 0;
};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Totals fetch_bound(SQLHSTMT statement, SQLSMALLINT columns, SQLULEN block,
                   std::chrono::steady_clock::time_point start) {
  const auto width = static_cast<size_t>(columns);
  std::vector<std::vector<char>> buffers(width, std::vector<char>(block * static_cast<size_t>(cell_size)));
  std::vector<std::vector<SQLLEN>> lengths(width, std::vector<SQLLEN>(block));
  SQLULEN fetched = 0;
  SQLSetStmtAttr(statement, SQL_ATTR_ROW_ARRAY_SIZE, reinterpret_cast<SQLPOINTER>(block), 0);
  SQLSetStmtAttr(statement, SQL_ATTR_ROWS_FETCHED_PTR, &fetched, 0);
  for (size_t c = 0; c < width; ++c)
    SQLBindCol(statement, static_cast<SQLUSMALLINT>(c + 1), SQL_C_CHAR, buffers[c].data(), cell_size,
               lengths[c].data());
  Totals totals;
  for (SQLRETURN rc; (rc = SQLFetch(statement)) != SQL_NO_DATA;) {
    if (!SQL_SUCCEEDED(rc)) fail(SQL_HANDLE_STMT, statement, "SQLFetch");
    if (totals.rows == 0) totals.first = seconds_since(start);
    totals.rows += static_cast<long long>(fetched);
    for (const auto& column : lengths)
      for (SQLULEN r = 0; r < fetched; ++r) totals.bytes += column[r] > 0 ? column[r] : 0;
  }
  totals.last = seconds_since(start);
  return totals;
}

Totals fetch_parts(SQLHSTMT statement, SQLSMALLINT columns, std::chrono::steady_clock::time_point start) {
  Totals totals;
  char buffer[cell_size];
  for (SQLRETURN rc; (rc = SQLFetch(statement)) != SQL_NO_DATA; ++totals.rows) {
    if (!SQL_SUCCEEDED(rc)) fail(SQL_HANDLE_STMT, statement, "SQLFetch");
    if (totals.rows == 0) totals.first = seconds_since(start);
    for (SQLSMALLINT c = 1; c <= columns; ++c) {
      SQLLEN length = 0;
      if (!SQL_SUCCEEDED(
              SQLGetData(statement, static_cast<SQLUSMALLINT>(c), SQL_C_CHAR, buffer, cell_size, &length)))
        fail(SQL_HANDLE_STMT, statement, "SQLGetData");
      totals.bytes += length > 0 ? length : 0;
    }
  }
  totals.last = seconds_since(start);
  return totals;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "fetch CONNECTION-STRING SQL [bound|getdata] [ROWS-A-FETCH]\n");
    return 2;
  }
  std::string connection = argv[1], sql = argv[2];
  const std::string_view way = argc > 3 ? argv[3] : "bound";
  const SQLULEN block = argc > 4 ? std::strtoul(argv[4], nullptr, 10) : 1000;

  SQLHENV env = nullptr;
  SQLHDBC dbc = nullptr;
  SQLHSTMT statement = nullptr;
  SQLAllocHandle(SQL_HANDLE_ENV, nullptr, &env);
  SQLSetEnvAttr(env, SQL_ATTR_ODBC_VERSION, reinterpret_cast<SQLPOINTER>(SQL_OV_ODBC3), 0);
  SQLAllocHandle(SQL_HANDLE_DBC, env, &dbc);
  if (!SQL_SUCCEEDED(SQLDriverConnect(dbc, nullptr, chars(connection), SQL_NTS, nullptr, 0, nullptr,
                                      SQL_DRIVER_NOPROMPT)))
    fail(SQL_HANDLE_DBC, dbc, "SQLDriverConnect");
  SQLAllocHandle(SQL_HANDLE_STMT, dbc, &statement);
  if (!SQL_SUCCEEDED(SQLPrepare(statement, chars(sql), SQL_NTS)))
    fail(SQL_HANDLE_STMT, statement, "SQLPrepare");  // the schema is warm from here on

  const auto start = std::chrono::steady_clock::now();
  if (!SQL_SUCCEEDED(SQLExecute(statement))) fail(SQL_HANDLE_STMT, statement, "SQLExecute");
  SQLSMALLINT columns = 0;
  SQLNumResultCols(statement, &columns);
  const Totals totals = way == "getdata" ? fetch_parts(statement, columns, start)
                                         : fetch_bound(statement, columns, block, start);

  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  fmt::print("{} rows, {} bytes, first row {:.3f} s, all {:.2f} s, peak {:.0f} MiB\n", totals.rows,
             totals.bytes, totals.first, totals.last, static_cast<double>(usage.ru_maxrss) / 1024.0);
  SQLFreeHandle(SQL_HANDLE_STMT, statement);
  SQLDisconnect(dbc);
  SQLFreeHandle(SQL_HANDLE_DBC, dbc);
  SQLFreeHandle(SQL_HANDLE_ENV, env);
}
