// What an ODBC 2 application sees: Appendix G of the ODBC reference, Driver Guidelines for Backward
// Compatibility. The driver manager translates SQLSTATEs and the type codes of arguments, but no result sets.
#include "tests/odbc/films.h"

using namespace couch::test;

namespace {

std::vector<std::vector<Text>> columns_of(SQLHSTMT handle, Statement& st) {
  SQLCHAR table[] = "film", column[] = "released";
  REQUIRE_THAT(st(SQLColumns(handle, nullptr, 0, nullptr, 0, table, SQL_NTS, column, SQL_NTS)), succeeded());
  return st.rows();
}

}  // namespace

TEST_CASE("SQLColumns gives an ODBC 2 application ODBC 2's date codes", "[odbc][odbc2]") {
  Films films;
  const Environment old{SQL_OV_ODBC2};
  constexpr size_t data_type = 4, sql_data_type = 13, datetime_sub = 14;
  {
    Connection c{old, films.connection_string(), true};
    Statement st{c};
    const auto rows = columns_of(st, st);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].at(data_type) == std::to_string(SQL_DATE));
    CHECK(rows[0].at(sql_data_type) == std::to_string(SQL_DATE));
    CHECK(rows[0].at(datetime_sub) == std::nullopt);
  }
  Connection c{films.environment, films.connection_string(), true};
  Statement st{c};
  const auto rows = columns_of(st, st);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].at(data_type) == std::to_string(SQL_TYPE_DATE));
  CHECK(rows[0].at(sql_data_type) == std::to_string(SQL_DATETIME));
  CHECK(rows[0].at(datetime_sub) == std::to_string(SQL_CODE_DATE));
}

TEST_CASE("SQLSetParam, which managers pass on as an input and output parameter, binds an input",
          "[odbc][odbc2]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  SQLINTEGER year = 1985;
  SQLLEN length = 0;
  REQUIRE_THAT(st(SQLSetParam(st, 1, SQL_C_SLONG, SQL_INTEGER, 0, 0, &year, &length)), succeeded());
  REQUIRE_THAT(st.exec("SELECT title FROM film WHERE year = ?"), succeeded());
  CHECK(st.rows() == std::vector<std::vector<Text>>{{"Ran"}});
}
