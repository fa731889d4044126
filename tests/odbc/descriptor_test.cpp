#include "tests/odbc/films.h"

using namespace couch::test;

namespace {

Returned at(SQLHDESC descriptor, SQLRETURN code) {
  return {code, diagnostics_of(SQL_HANDLE_DESC, descriptor)};
}

template <class T>
T field(SQLHDESC d, SQLSMALLINT record, SQLSMALLINT id) {
  T value{};
  CHECK_THAT(at(d, SQLGetDescFieldW(d, record, id, &value, 0, nullptr)), succeeded());
  return value;
}

Returned set(SQLHDESC d, SQLSMALLINT record, SQLSMALLINT id, intptr_t value) {
  return at(d, SQLSetDescFieldW(d, record, id, reinterpret_cast<SQLPOINTER>(value), 0));
}

}  // namespace

TEST_CASE("SQLBindCol is the ARD's record", "[odbc][descriptor]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  const SQLHDESC ard = st.descriptor(SQL_ATTR_APP_ROW_DESC);
  CHECK(field<SQLSMALLINT>(ard, 0, SQL_DESC_COUNT) == 0);
  CHECK(field<SQLSMALLINT>(ard, 0, SQL_DESC_ALLOC_TYPE) == SQL_DESC_ALLOC_AUTO);
  char buffer[10];
  SQLLEN length = 0;
  REQUIRE_THAT(st(SQLBindCol(st, 3, SQL_C_CHAR, buffer, sizeof buffer, &length)), succeeded());
  CHECK(field<SQLSMALLINT>(ard, 0, SQL_DESC_COUNT) == 3);
  CHECK(field<SQLSMALLINT>(ard, 3, SQL_DESC_CONCISE_TYPE) == SQL_C_CHAR);
  CHECK(field<SQLLEN>(ard, 3, SQL_DESC_OCTET_LENGTH) == 10);
  CHECK(field<SQLPOINTER>(ard, 3, SQL_DESC_DATA_PTR) == buffer);
  CHECK(field<SQLLEN*>(ard, 3, SQL_DESC_INDICATOR_PTR) == &length);
  CHECK(field<SQLLEN*>(ard, 3, SQL_DESC_OCTET_LENGTH_PTR) == &length);
  REQUIRE_THAT(st(SQLBindCol(st, 1, SQL_C_TYPE_TIMESTAMP, buffer, sizeof buffer, &length)), succeeded());
  CHECK(field<SQLSMALLINT>(ard, 1, SQL_DESC_TYPE) == SQL_DATETIME);
  CHECK(field<SQLSMALLINT>(ard, 1, SQL_DESC_DATETIME_INTERVAL_CODE) == SQL_CODE_TIMESTAMP);
  // Unbinding the highest one counts down to the next that is bound.
  REQUIRE_THAT(st(SQLBindCol(st, 3, SQL_C_CHAR, nullptr, 0, nullptr)), succeeded());
  CHECK(field<SQLSMALLINT>(ard, 0, SQL_DESC_COUNT) == 1);
  REQUIRE_THAT(st(SQLFreeStmt(st, SQL_UNBIND)), succeeded());
  CHECK(field<SQLSMALLINT>(ard, 0, SQL_DESC_COUNT) == 0);
  SQLSMALLINT type = 0;
  CHECK(SQLGetDescFieldW(ard, 1, SQL_DESC_TYPE, &type, 0, nullptr) == SQL_NO_DATA);
}

TEST_CASE("Setting a type sets its defaults and unbinds; the data pointer checks that all agrees",
          "[odbc][descriptor]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  const SQLHDESC ard = st.descriptor(SQL_ATTR_APP_ROW_DESC);
  SQL_NUMERIC_STRUCT number{};
  REQUIRE_THAT(set(ard, 1, SQL_DESC_TYPE, SQL_C_NUMERIC), succeeded());
  CHECK(field<SQLSMALLINT>(ard, 1, SQL_DESC_PRECISION) == 38);
  CHECK(field<SQLSMALLINT>(ard, 1, SQL_DESC_SCALE) == 0);
  REQUIRE_THAT(set(ard, 1, SQL_DESC_SCALE, 2), succeeded());
  REQUIRE_THAT(set(ard, 1, SQL_DESC_DATA_PTR, reinterpret_cast<intptr_t>(&number)), succeeded());
  REQUIRE_THAT(set(ard, 1, SQL_DESC_PRECISION, 400), succeeded());
  CHECK(field<SQLPOINTER>(ard, 1, SQL_DESC_DATA_PTR) == nullptr);
  CHECK_THAT(set(ard, 1, SQL_DESC_DATA_PTR, reinterpret_cast<intptr_t>(&number)), failed("HY021"));
  REQUIRE_THAT(set(ard, 1, SQL_DESC_TYPE, SQL_DATETIME), succeeded());
  CHECK_THAT(set(ard, 1, SQL_DESC_DATA_PTR, reinterpret_cast<intptr_t>(&number)),
             failed("HY021"));  // which datetime?
  REQUIRE_THAT(set(ard, 1, SQL_DESC_DATETIME_INTERVAL_CODE, SQL_CODE_DATE), succeeded());
  CHECK(field<SQLSMALLINT>(ard, 1, SQL_DESC_CONCISE_TYPE) == SQL_C_TYPE_DATE);
  CHECK_THAT(set(ard, 1, SQL_DESC_CONCISE_TYPE, 4711), failed("HY021"));
  CHECK_THAT(set(ard, 1, 31999, 0), failed("HY091"));
  CHECK_THAT(set(ard, 1, SQL_DESC_DISPLAY_SIZE, 5), failed("HY091"));
  CHECK_THAT(set(ard, 0, SQL_DESC_ALLOC_TYPE, 5), failed("HY091"));
}

TEST_CASE("SQL_C_NUMERIC takes precision and scale from the ARD", "[odbc][descriptor]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  REQUIRE_THAT(st.exec("SELECT rating FROM film WHERE _id = 'amelie'"), succeeded());
  const SQLHDESC ard = st.descriptor(SQL_ATTR_APP_ROW_DESC);
  SQL_NUMERIC_STRUCT number{};
  REQUIRE_THAT(set(ard, 1, SQL_DESC_TYPE, SQL_C_NUMERIC), succeeded());
  REQUIRE_THAT(set(ard, 1, SQL_DESC_PRECISION, 10), succeeded());
  REQUIRE_THAT(set(ard, 1, SQL_DESC_SCALE, 2), succeeded());
  REQUIRE_THAT(set(ard, 1, SQL_DESC_DATA_PTR, reinterpret_cast<intptr_t>(&number)), succeeded());
  REQUIRE_THAT(st.fetch(), succeeded());
  CHECK(number.val[0] + 256 * number.val[1] == 825);
  CHECK(number.scale == 2);
  CHECK(number.precision == 10);
  CHECK(number.sign == 1);
}

TEST_CASE("The IRD is there after SQLPrepare, and read only", "[odbc][descriptor]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  const SQLHDESC ird = st.descriptor(SQL_ATTR_IMP_ROW_DESC);
  SQLSMALLINT count = 0;
  CHECK_THAT(at(ird, SQLGetDescFieldW(ird, 0, SQL_DESC_COUNT, &count, 0, nullptr)), failed("HY007"));
  REQUIRE_THAT(st.prepare("SELECT title, year FROM film"), succeeded());
  CHECK(field<SQLSMALLINT>(ird, 0, SQL_DESC_COUNT) == 2);
  CHECK(field<SQLSMALLINT>(ird, 2, SQL_DESC_CONCISE_TYPE) == SQL_BIGINT);
  char16_t name[16] = {};
  SQLSMALLINT length = 0, type = 0, subtype = 0, precision = 0, scale = 0, nullable = 0;
  SQLLEN octets = 0;
  CHECK_THAT(at(ird, SQLGetDescRecW(ird, 1, reinterpret_cast<SQLWCHAR*>(name), 16, &length, &type, &subtype,
                                    &octets, &precision, &scale, &nullable)),
             succeeded());
  CHECK(utf8(name) == "title");
  CHECK(length == 5);
  CHECK(type == SQL_WVARCHAR);
  CHECK(SQLGetDescRecW(ird, 3, nullptr, 0, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr) ==
        SQL_NO_DATA);
  CHECK_THAT(set(ird, 1, SQL_DESC_TYPE, SQL_INTEGER), failed("HY016"));
  CHECK_THAT(at(ird, SQLSetDescRec(ird, 1, SQL_INTEGER, 0, 4, 0, 0, nullptr, nullptr, nullptr)),
             failed("HY016"));
}

TEST_CASE("An explicit descriptor serves two statements; freed, they use their own again",
          "[odbc][descriptor]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement first{c}, second{c};
  const SQLHDESC own = first.descriptor(SQL_ATTR_APP_ROW_DESC);
  SQLHDESC shared = nullptr;
  REQUIRE_THAT(c(SQLAllocHandle(SQL_HANDLE_DESC, c, &shared)), succeeded());
  CHECK(field<SQLSMALLINT>(shared, 0, SQL_DESC_ALLOC_TYPE) == SQL_DESC_ALLOC_USER);
  REQUIRE_THAT(first.set(SQL_ATTR_APP_ROW_DESC, shared), succeeded());
  REQUIRE_THAT(second.set(SQL_ATTR_APP_ROW_DESC, shared), succeeded());
  SQLINTEGER year = 0;
  REQUIRE_THAT(first(SQLBindCol(first, 1, SQL_C_SLONG, &year, 0, nullptr)), succeeded());
  REQUIRE_THAT(first.exec("SELECT year FROM film WHERE _id = 'ran'"), succeeded());
  REQUIRE_THAT(second.exec("SELECT year FROM film WHERE _id = 'drive'"), succeeded());
  REQUIRE_THAT(first.fetch(), succeeded());
  CHECK(year == 1985);
  REQUIRE_THAT(second.fetch(), succeeded());
  CHECK(year == 2021);
  CHECK(first.descriptor(SQL_ATTR_APP_ROW_DESC) == shared);
  REQUIRE(SQLFreeHandle(SQL_HANDLE_DESC, shared) == SQL_SUCCESS);
  CHECK(first.descriptor(SQL_ATTR_APP_ROW_DESC) == own);
  first.close();
  REQUIRE_THAT(first.exec("SELECT year FROM film WHERE _id = 'metropolis'"), succeeded());
  year = 7;
  REQUIRE_THAT(first.fetch(), succeeded());
  CHECK(year == 7);  // not bound in its own
}

TEST_CASE("SQLCopyDesc copies one statement's bindings to another's", "[odbc][descriptor]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement first{c}, second{c};
  SQLINTEGER year = 0;
  REQUIRE_THAT(first(SQLBindCol(first, 1, SQL_C_SLONG, &year, 0, nullptr)), succeeded());
  const SQLHDESC to = second.descriptor(SQL_ATTR_APP_ROW_DESC);
  CHECK_THAT(at(to, SQLCopyDesc(first.descriptor(SQL_ATTR_APP_ROW_DESC), to)), succeeded());
  REQUIRE_THAT(second.exec("SELECT year FROM film WHERE _id = 'ran'"), succeeded());
  REQUIRE_THAT(second.fetch(), succeeded());
  CHECK(year == 1985);
  const SQLHDESC ird = first.descriptor(SQL_ATTR_IMP_ROW_DESC);
  CHECK_THAT(at(ird, SQLCopyDesc(to, ird)), failed("HY016"));
}

TEST_CASE("SQL_ATTR_ENABLE_AUTO_IPD fills the IPD from the statement", "[odbc][descriptor]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  REQUIRE_THAT(st.set(SQL_ATTR_ENABLE_AUTO_IPD, SQL_TRUE), succeeded());
  REQUIRE_THAT(st.prepare("SELECT title FROM film WHERE year > ?"), succeeded());
  const SQLHDESC ipd = st.descriptor(SQL_ATTR_IMP_PARAM_DESC);
  CHECK(field<SQLSMALLINT>(ipd, 0, SQL_DESC_COUNT) == 1);
  CHECK(field<SQLSMALLINT>(ipd, 1, SQL_DESC_CONCISE_TYPE) == SQL_BIGINT);
  CHECK(field<SQLSMALLINT>(ipd, 1, SQL_DESC_PARAMETER_TYPE) == SQL_PARAM_INPUT);
}
