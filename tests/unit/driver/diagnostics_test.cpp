#include "driver/diagnostics.h"

#include <catch2/catch.hpp>
#include <new>

#include "http/error.h"
#include "sql/error.h"

namespace couch::driver {
namespace {

std::vector<std::string> states(const Diagnostics& d) {
  std::vector<std::string> out;
  for (const Record& r : d.records()) out.emplace_back(code_of(r.state));
  return out;
}

template <class E>
Record record_of(const E& error) {
  Diagnostics d;
  CHECK(d.fail(std::make_exception_ptr(error)) == SQL_ERROR);
  REQUIRE(d.records().size() == 1);
  return d.records().front();
}

}  // namespace

TEST_CASE("Records stand by row, and in a row errors before warnings", "[driver][diagnostics]") {
  Diagnostics d;
  d.warn(SqlState::s01004, "b", 2);
  d.warn(SqlState::s22003, "c", 2);
  d.warn(SqlState::s01S07, "a", 1);
  d.warn(SqlState::s01000, "whole");
  d.warn(SqlState::s08S01, "link", 2);
  CHECK(d.close(Outcome::Success) == SQL_SUCCESS_WITH_INFO);
  CHECK(states(d) == std::vector<std::string>{"01000", "01S07", "08S01", "22003", "01004"});
}

TEST_CASE("An outcome without records is what it is; a new call forgets the old ones",
          "[driver][diagnostics]") {
  Diagnostics d;
  CHECK(d.close(Outcome::Success) == SQL_SUCCESS);
  CHECK(d.close(Outcome::NoData) == SQL_NO_DATA);
  CHECK(d.close(Outcome::NeedData) == SQL_NEED_DATA);
  d.warn(SqlState::s01000, "x");
  CHECK(d.close(Outcome::NoData) == SQL_NO_DATA);
  CHECK(d.cleared().records().empty());
}

TEST_CASE("Each layer's errors get their SQLSTATE in one place", "[driver][diagnostics]") {
  CHECK(code_of(record_of(sql::Error{sql::ErrorKind::UnknownColumn, "x"}).state) == "42S22");
  CHECK(code_of(record_of(sql::Error{sql::ErrorKind::Interrupted, "x"}).state) == "HY008");
  CHECK(code_of(record_of(std::bad_alloc{}).state) == "HY001");
  CHECK(code_of(record_of(std::runtime_error{"x"}).state) == "HY000");
  const Record refused =
      record_of(http::Error{http::ErrorKind::NotAuthorized, "no", 401, "unauthorized", "no"});
  CHECK(code_of(refused.state) == "28000");
  CHECK(refused.native == 401);
  CHECK(message_of(refused) == "[CouchDB ODBC][CouchDB] no");
  const Record local = record_of(http::Error{http::ErrorKind::CannotConnect, "nobody there"});
  CHECK(message_of(local) == "[CouchDB ODBC] nobody there");
}

TEST_CASE("SQLGetDiagField: header fields need no record, statement fields need a statement",
          "[driver][diagnostics]") {
  Diagnostics d;
  d.warn(SqlState::s01004, "cut", 3, 2);
  d.close(Outcome::Success);
  const TextOut nowhere = TextOut::bytes<Narrow>(nullptr, 0, static_cast<SQLSMALLINT*>(nullptr));
  SQLINTEGER number = 0;
  CHECK(d.field(0, SQL_DIAG_NUMBER, &number, nowhere, true) == SQL_SUCCESS);
  CHECK(number == 1);
  SQLLEN row = 0;
  CHECK(d.field(1, SQL_DIAG_ROW_NUMBER, &row, nowhere, true) == SQL_SUCCESS);
  CHECK(row == 3);
  CHECK(d.field(1, SQL_DIAG_COLUMN_NUMBER, &number, nowhere, true) == SQL_SUCCESS);
  CHECK(number == 2);
  CHECK(d.field(1, SQL_DIAG_ROW_NUMBER, &row, nowhere, false) == SQL_ERROR);
  CHECK(d.field(2, SQL_DIAG_NATIVE, &number, nowhere, true) == SQL_NO_DATA);
  CHECK(d.field(0, SQL_DIAG_NATIVE, &number, nowhere, true) == SQL_ERROR);
  CHECK(d.field(1, 4711, &number, nowhere, true) == SQL_ERROR);
}

}  // namespace couch::driver
