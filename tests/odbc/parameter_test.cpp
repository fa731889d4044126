#include <array>
#include <cstring>

#include "tests/odbc/films.h"

using namespace couch::test;

namespace {

using Rows = std::vector<std::vector<Text>>;

SQLPOINTER token(uintptr_t number) { return reinterpret_cast<SQLPOINTER>(number); }

}  // namespace

TEST_CASE("A parameter is read when the statement is executed, as often as it is", "[odbc][parameter]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  REQUIRE_THAT(st.prepare("SELECT title FROM film WHERE year = ?"), succeeded());
  SQLINTEGER year = 0;
  REQUIRE_THAT(
      st(SQLBindParameter(st, 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &year, 0, nullptr)),
      succeeded());
  year = 1985;
  REQUIRE_THAT(st.execute(), succeeded());
  CHECK(st.rows() == Rows{{"Ran"}});
  st.close();
  year = 1927;
  REQUIRE_THAT(st.execute(), succeeded());
  CHECK(st.rows() == Rows{{"Metropolis"}});
}

TEST_CASE("Text parameters of every script, with and without a length, and NULL",
          "[odbc][parameter][unicode]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  REQUIRE_THAT(st.prepare("SELECT _id FROM film WHERE title = ?"), succeeded());
  char16_t title[] = u"Amélie 🎬 and more";
  SQLLEN length = 9 * sizeof(char16_t);
  REQUIRE_THAT(
      st(SQLBindParameter(st, 1, SQL_PARAM_INPUT, SQL_C_WCHAR, SQL_WVARCHAR, 100, 0, title, 0, &length)),
      succeeded());
  REQUIRE_THAT(st.execute(), succeeded());
  CHECK(st.rows() == Rows{{"amelie"}});
  st.close();
  length = SQL_NTS;
  REQUIRE_THAT(st.execute(), succeeded());
  CHECK(st.rows().empty());
  st.close();
  length = SQL_NULL_DATA;  // = NULL is true of nothing
  REQUIRE_THAT(st.execute(), succeeded());
  CHECK(st.rows().empty());
  st.close();
  char narrow[] = "Сталкер";
  REQUIRE_THAT(
      st(SQLBindParameter(st, 1, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 100, 0, narrow, 0, nullptr)),
      succeeded());
  REQUIRE_THAT(st.execute(), succeeded());
  CHECK(st.rows() == Rows{{"stalker"}});
}

TEST_CASE("SQLBindParameter refuses what cannot be", "[odbc][parameter]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  SQLINTEGER value = 0;
  SQLLEN length = 0;
  const auto bind = [&](SQLUSMALLINT n, SQLSMALLINT direction, SQLSMALLINT c_type, SQLSMALLINT sql_type,
                        SQLULEN size = 0) {
    return st(SQLBindParameter(st, n, direction, c_type, sql_type, size, 0, &value, 0, &length));
  };
  CHECK_THAT(bind(0, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER), failed("07009"));
  CHECK_THAT(bind(1, 99, SQL_C_SLONG, SQL_INTEGER), failed("HY105"));
  CHECK_THAT(bind(1, SQL_PARAM_OUTPUT, SQL_C_SLONG, SQL_INTEGER), failed("HYC00"));
  CHECK_THAT(bind(1, SQL_PARAM_INPUT, 4711, SQL_INTEGER), failed("HY003"));
  CHECK_THAT(bind(1, SQL_PARAM_INPUT, SQL_C_SLONG, 4711), failed("HY004"));
  CHECK_THAT(bind(1, SQL_PARAM_INPUT, SQL_C_TYPE_DATE, SQL_INTEGER), failed("07006"));
  CHECK_THAT(bind(1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_DECIMAL, 0), failed("HY104"));
  CHECK_THAT(
      st(SQLBindParameter(st, 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, nullptr, 0, nullptr)),
      failed("HY009"));
  CHECK_THAT(bind(1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER), succeeded());
}

TEST_CASE("Data at execution: SQLParamData asks for each parameter, SQLPutData sends it in parts",
          "[odbc][parameter][dae]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  REQUIRE_THAT(st.prepare("SELECT _id FROM film WHERE title = ? AND year = ?"), succeeded());
  SQLLEN at_exec = SQL_LEN_DATA_AT_EXEC(100), year_at_exec = SQL_DATA_AT_EXEC;
  REQUIRE_THAT(
      st(SQLBindParameter(st, 1, SQL_PARAM_INPUT, SQL_C_WCHAR, SQL_WVARCHAR, 100, 0, token(41), 0, &at_exec)),
      succeeded());
  REQUIRE_THAT(st(SQLBindParameter(st, 2, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, token(42), 0,
                                   &year_at_exec)),
               succeeded());
  SQLPOINTER wanted = nullptr;
  REQUIRE_THAT(st.execute(), needs_data());
  SECTION("sent whole") {
    REQUIRE_THAT(st(SQLParamData(st, &wanted)), needs_data());
    CHECK(wanted == token(41));
    char16_t first[] = u"Amélie ", second[] = u"🎬";
    CHECK_THAT(st(SQLPutData(st, first, SQL_NTS)), succeeded());
    CHECK_THAT(st(SQLPutData(st, second, 4)), succeeded());
    REQUIRE_THAT(st(SQLParamData(st, &wanted)), needs_data());
    CHECK(wanted == token(42));
    SQLINTEGER year = 2001;
    CHECK_THAT(st(SQLPutData(st, &year, 0)), succeeded());
    CHECK_THAT(st(SQLParamData(st, &wanted)), succeeded());
    CHECK(st.rows() == Rows{{"amelie"}});
  }
  SECTION("cancelled, and executed anew") {
    REQUIRE_THAT(st(SQLParamData(st, &wanted)), needs_data());
    CHECK_THAT(st(SQLCancel(st)), succeeded());
    CHECK_THAT(st.execute(), needs_data());
    CHECK_THAT(st(SQLCancel(st)), succeeded());
  }
  SECTION("NULL, and nothing after it") {
    REQUIRE_THAT(st(SQLParamData(st, &wanted)), needs_data());
    CHECK_THAT(st(SQLPutData(st, nullptr, SQL_NULL_DATA)), succeeded());
    char16_t more[] = u"x";
    CHECK_THAT(st(SQLPutData(st, more, 2)), failed("HY020"));
    CHECK_THAT(st(SQLCancel(st)), succeeded());
  }
}

TEST_CASE("A parameter array is a batch: one result for each set, statuses, and sets left out",
          "[odbc][parameter][array]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  CHECK(c.info_number(SQL_PARAM_ARRAY_SELECTS) == SQL_PAS_BATCH);
  Statement st{c};
  std::array<SQLINTEGER, 4> years{1985, 1979, 1, 2021};
  std::array<SQLLEN, 4> lengths{};
  std::array<SQLUSMALLINT, 4> statuses{},
      operations{SQL_PARAM_PROCEED, SQL_PARAM_IGNORE, SQL_PARAM_PROCEED, SQL_PARAM_PROCEED};
  SQLULEN processed = 0;
  REQUIRE_THAT(st.set(SQL_ATTR_PARAMSET_SIZE, 4), succeeded());
  REQUIRE_THAT(st.set(SQL_ATTR_PARAM_STATUS_PTR, statuses.data()), succeeded());
  REQUIRE_THAT(st.set(SQL_ATTR_PARAM_OPERATION_PTR, operations.data()), succeeded());
  REQUIRE_THAT(st.set(SQL_ATTR_PARAMS_PROCESSED_PTR, &processed), succeeded());
  REQUIRE_THAT(st(SQLBindParameter(st, 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, years.data(), 0,
                                   lengths.data())),
               succeeded());
  REQUIRE_THAT(st.exec("SELECT title FROM film WHERE year = ?"), succeeded());
  CHECK(st.rows() == Rows{{"Ran"}});
  REQUIRE_THAT(st(SQLMoreResults(st)), succeeded());
  CHECK(st.rows().empty());
  REQUIRE_THAT(st(SQLMoreResults(st)), succeeded());
  CHECK(st.rows() == Rows{{"ドライブ・マイ・カー"}});
  CHECK_THAT(st(SQLMoreResults(st)), found_no_data());
  CHECK(processed == 4);
  CHECK(statuses == std::array<SQLUSMALLINT, 4>{SQL_PARAM_SUCCESS, SQL_PARAM_UNUSED, SQL_PARAM_SUCCESS,
                                                SQL_PARAM_SUCCESS});
}

TEST_CASE("A parameter array in rows, moved by an offset: values and lengths of the next block are read",
          "[odbc][parameter][array]") {
  struct Set {
    SQLINTEGER year;
    SQLLEN length;
    char unused[5];
  };
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  std::array<Set, 4> sets{Set{1, 0, {}}, Set{2, SQL_NULL_DATA, {}}, Set{1985, 0, {}}, Set{1927, 0, {}}};
  SQLLEN offset = 0;
  REQUIRE_THAT(st.set(SQL_ATTR_PARAMSET_SIZE, 2), succeeded());
  REQUIRE_THAT(st.set(SQL_ATTR_PARAM_BIND_TYPE, sizeof(Set)), succeeded());
  REQUIRE_THAT(st.set(SQL_ATTR_PARAM_BIND_OFFSET_PTR, &offset), succeeded());
  REQUIRE_THAT(st(SQLBindParameter(st, 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &sets[0].year, 0,
                                   &sets[0].length)),
               succeeded());
  REQUIRE_THAT(st.prepare("SELECT title FROM film WHERE year = ?"), succeeded());
  REQUIRE_THAT(st.execute(), succeeded());
  CHECK(st.rows().empty());
  REQUIRE_THAT(st(SQLMoreResults(st)), succeeded());
  CHECK(st.rows().empty());
  CHECK_THAT(st(SQLMoreResults(st)), found_no_data());
  offset = 2 * sizeof(Set);
  REQUIRE_THAT(st.execute(), succeeded());
  CHECK(st.rows() == Rows{{"Ran"}});
  REQUIRE_THAT(st(SQLMoreResults(st)), succeeded());
  CHECK(st.rows() == Rows{{"Metropolis"}});
}

TEST_CASE("A set of a parameter array that cannot be read is told with its row; the others run",
          "[odbc][parameter][array]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  struct Set {
    char text[8];
    SQLLEN length;
  };
  std::array<Set, 2> sets{};
  std::strcpy(sets[0].text, "never");
  std::strcpy(sets[1].text, "1985");
  sets[0].length = sets[1].length = SQL_NTS;
  std::array<SQLUSMALLINT, 2> statuses{};
  REQUIRE_THAT(st.set(SQL_ATTR_PARAMSET_SIZE, 2), succeeded());
  REQUIRE_THAT(st.set(SQL_ATTR_PARAM_BIND_TYPE, sizeof(Set)), succeeded());
  REQUIRE_THAT(st.set(SQL_ATTR_PARAM_STATUS_PTR, statuses.data()), succeeded());
  REQUIRE_THAT(st(SQLBindParameter(st, 1, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_INTEGER, 0, 0, sets[0].text,
                                   sizeof sets[0].text, &sets[0].length)),
               succeeded());
  const Returned returned = st.exec("SELECT title FROM film WHERE year = ?");
  CHECK_THAT(returned, warned("22018"));
  CHECK(returned.records.at(0).row == 1);
  CHECK(returned.records.at(0).column == 1);
  CHECK(statuses == std::array<SQLUSMALLINT, 2>{SQL_PARAM_ERROR, SQL_PARAM_SUCCESS});
  CHECK(st.rows() == Rows{{"Ran"}});
}

TEST_CASE("A parameter set whose fraction was cut off says so in its status", "[odbc][parameter][array]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  std::array<double, 2> years{1985.5, 1979};
  std::array<SQLUSMALLINT, 2> statuses{};
  REQUIRE_THAT(st.set(SQL_ATTR_PARAMSET_SIZE, 2), succeeded());
  REQUIRE_THAT(st.set(SQL_ATTR_PARAM_STATUS_PTR, statuses.data()), succeeded());
  REQUIRE_THAT(
      st(SQLBindParameter(st, 1, SQL_PARAM_INPUT, SQL_C_DOUBLE, SQL_INTEGER, 0, 0, years.data(), 0, nullptr)),
      succeeded());
  const Returned returned = st.exec("SELECT title FROM film WHERE year = ?");
  CHECK_THAT(returned, warned("01S07"));
  CHECK(returned.records.at(0).row == 1);
  CHECK(st.rows() == Rows{{"Ran"}});
  REQUIRE_THAT(st(SQLMoreResults(st)), succeeded());
  CHECK(statuses == std::array<SQLUSMALLINT, 2>{SQL_PARAM_SUCCESS_WITH_INFO, SQL_PARAM_SUCCESS});
}
