#pragma once
// The shortest way to run SQL through the driver manager and fetch all of it. Every failure ends the program
// with its diagnostics.
#include <sql.h>
#include <sqlext.h>

#include <functional>
#include <string>
#include <vector>

namespace couch::bench {

class SqlClient {
 public:
  explicit SqlClient(const std::string& connection_string);
  ~SqlClient();
  SqlClient(const SqlClient&) = delete;
  SqlClient& operator=(const SqlClient&) = delete;
  SQLHDBC handle() const { return dbc_; }

 private:
  SQLHENV env_ = nullptr;
  SQLHDBC dbc_ = nullptr;
};

enum class Way { Bound, GetData };

struct Fetched {
  long long rows = 0, bytes = 0;
  double first = 0, last = 0;  // seconds since SQLExecute was called
};

// One prepared statement. Everything is read as SQL_C_CHAR, as a client that shows rows does.
class Query {
 public:
  Query(const SqlClient& client, std::string sql);
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  // A parameter of text, whose value is read at each run.
  void bind(SQLUSMALLINT number, std::string& value);
  // SQLExecute, all rows, SQLCloseCursor.
  Fetched run(Way way = Way::Bound, SQLULEN rows_a_fetch = 1000);
  // SQLExecute, SQLFetch, SQLCloseCursor: seconds until SQLFetch returned.
  double first_row();
  SQLHSTMT handle() const { return statement_; }

 private:
  Fetched fetch_bound(SQLULEN block, double start);
  Fetched fetch_parts(double start);
  SQLHSTMT statement_ = nullptr;
  SQLSMALLINT columns_ = 0;
  std::vector<std::vector<char>> buffers_;
  std::vector<std::vector<SQLLEN>> lengths_;
};

void check(SQLRETURN code, SQLSMALLINT type, SQLHANDLE handle, const char* what);
SQLCHAR* chars(std::string& text);
double now();  // seconds, from anywhere

}  // namespace couch::bench
