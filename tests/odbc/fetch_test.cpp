#include <array>
#include <cstring>

#include "tests/live/temporary_file.h"
#include "tests/odbc/films.h"

using namespace couch::test;

namespace {

constexpr const char* by_year = "SELECT title, year, rating FROM film ORDER BY year";

struct Row {  // row-wise binding
  char16_t title[32];
  SQLLEN title_length;
  SQLINTEGER year;
  SQLLEN year_length;
};

}  // namespace

TEST_CASE("SQLBindCol and SQLFetch: one row at a time, with lengths and NULL", "[odbc][fetch]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  SQLBIGINT year = 0;
  SQLLEN year_length = 0, city_length = 0;
  char16_t city[16];
  REQUIRE_THAT(st(SQLBindCol(st, 1, SQL_C_SBIGINT, &year, 0, &year_length)), succeeded());
  REQUIRE_THAT(st(SQLBindCol(st, 2, SQL_C_WCHAR, city, sizeof city, &city_length)), succeeded());
  REQUIRE_THAT(st.exec("SELECT year, studio.city FROM film WHERE year > 2000 ORDER BY year"), succeeded());
  REQUIRE_THAT(st.fetch(), succeeded());
  CHECK(year == 2001);
  CHECK(year_length == sizeof year);
  CHECK(std::u16string{city} == u"Paris");
  CHECK(city_length == 10);
  REQUIRE_THAT(st.fetch(), succeeded());
  CHECK(year == 2021);
  CHECK(city_length == SQL_NULL_DATA);
  CHECK_THAT(st.fetch(), found_no_data());
}

TEST_CASE("A row array, column-wise: values, lengths, statuses and the last, shorter rowset",
          "[odbc][fetch]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  std::array<SQLINTEGER, 3> years{};
  std::array<SQLLEN, 3> lengths{};
  std::array<SQLUSMALLINT, 3> statuses{};
  SQLULEN fetched = 99;
  REQUIRE_THAT(st.set(SQL_ATTR_ROW_ARRAY_SIZE, 3), succeeded());
  REQUIRE_THAT(st.set(SQL_ATTR_ROW_STATUS_PTR, statuses.data()), succeeded());
  REQUIRE_THAT(st.set(SQL_ATTR_ROWS_FETCHED_PTR, &fetched), succeeded());
  REQUIRE_THAT(st(SQLBindCol(st, 2, SQL_C_SLONG, years.data(), 0, lengths.data())), succeeded());
  REQUIRE_THAT(st.exec(by_year), succeeded());
  REQUIRE_THAT(st.fetch(), succeeded());
  CHECK(fetched == 3);
  CHECK(years == std::array<SQLINTEGER, 3>{1927, 1979, 1985});
  CHECK(statuses == std::array<SQLUSMALLINT, 3>{SQL_ROW_SUCCESS, SQL_ROW_SUCCESS, SQL_ROW_SUCCESS});
  REQUIRE_THAT(st.fetch(), succeeded());
  CHECK(fetched == 2);
  CHECK(years[1] == 2021);
  CHECK(statuses == std::array<SQLUSMALLINT, 3>{SQL_ROW_SUCCESS, SQL_ROW_SUCCESS, SQL_ROW_NOROW});
  CHECK_THAT(st.fetch(), found_no_data());
  CHECK(fetched == 0);
}

TEST_CASE("A row array, row-wise, moved by the bind offset", "[odbc][fetch]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  std::array<Row, 4> rows{};
  SQLLEN offset = 2 * sizeof(Row);
  REQUIRE_THAT(st.set(SQL_ATTR_ROW_BIND_TYPE, sizeof(Row)), succeeded());
  REQUIRE_THAT(st.set(SQL_ATTR_ROW_ARRAY_SIZE, 2), succeeded());
  REQUIRE_THAT(st.set(SQL_ATTR_ROW_BIND_OFFSET_PTR, &offset), succeeded());
  REQUIRE_THAT(st(SQLBindCol(st, 1, SQL_C_WCHAR, rows[0].title, sizeof rows[0].title, &rows[0].title_length)),
               succeeded());
  REQUIRE_THAT(st(SQLBindCol(st, 2, SQL_C_SLONG, &rows[0].year, 0, &rows[0].year_length)), succeeded());
  REQUIRE_THAT(st.exec(by_year), succeeded());
  REQUIRE_THAT(st.fetch(), succeeded());
  CHECK(rows[0].year == 0);
  CHECK(rows[1].year == 0);
  CHECK(rows[2].year == 1927);
  CHECK(utf8(rows[3].title) == "Сталкер");
  CHECK(rows[3].title_length == 14);
  offset = 0;
  REQUIRE_THAT(st.fetch(), succeeded());
  CHECK(utf8(rows[0].title) == "Ran");
  CHECK(utf8(rows[1].title) == "Amélie 🎬");
}

TEST_CASE("A row whose value does not fit has its own status and records with row and column",
          "[odbc][fetch]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  std::array<SQLCHAR, 5> small{};  // a byte each
  std::array<char16_t[4], 5> titles{};
  std::array<SQLLEN, 5> title_lengths{};
  std::array<SQLUSMALLINT, 5> statuses{};
  REQUIRE_THAT(st.set(SQL_ATTR_ROW_ARRAY_SIZE, 5), succeeded());
  REQUIRE_THAT(st.set(SQL_ATTR_ROW_STATUS_PTR, statuses.data()), succeeded());
  SECTION("some rows fail") {
    REQUIRE_THAT(st(SQLBindCol(st, 2, SQL_C_UTINYINT, small.data(), 0, nullptr)), succeeded());
    REQUIRE_THAT(st.exec("SELECT title, year - 1800 FROM film ORDER BY year"), succeeded());
    const Returned returned = st.fetch();  // 127 and 179, 185, 201, 221: all fit
    CHECK_THAT(returned, succeeded());
    CHECK(small[4] == 221);
    st.close();
    REQUIRE_THAT(st.exec("SELECT title, year - 1750 FROM film ORDER BY year"), succeeded());
    const Returned failing = st.fetch();  // 177, 229, 235, 251, 271
    CHECK_THAT(failing, warned("22003"));
    CHECK(statuses == std::array<SQLUSMALLINT, 5>{SQL_ROW_SUCCESS, SQL_ROW_SUCCESS, SQL_ROW_SUCCESS,
                                                  SQL_ROW_SUCCESS, SQL_ROW_ERROR});
    REQUIRE(failing.records.size() == 2);
    CHECK(failing.records[0].state == "01S01");  // announces the row's errors
    CHECK(failing.records[0].row == 5);
    CHECK(failing.records[1].state == "22003");
    CHECK(failing.records[1].row == 5);
    CHECK(failing.records[1].column == 2);
  }
  SECTION("every row fails: SQL_ERROR") {
    REQUIRE_THAT(st(SQLBindCol(st, 2, SQL_C_UTINYINT, small.data(), 0, nullptr)), succeeded());
    REQUIRE_THAT(st.exec(by_year), succeeded());
    const Returned returned = st.fetch();
    CHECK_THAT(returned, failed("01S01"));
    REQUIRE(returned.records.size() == 10);
    for (size_t i = 0; i < returned.records.size(); i += 2) {
      CHECK(returned.records[i].state == "01S01");
      CHECK(returned.records[i + 1].state == "22003");
      CHECK(returned.records[i + 1].row == static_cast<SQLLEN>(i / 2 + 1));
    }
  }
  SECTION("some are cut: 01004 for those rows, in their order") {
    REQUIRE_THAT(st(SQLBindCol(st, 1, SQL_C_WCHAR, titles.data(), sizeof titles[0], title_lengths.data())),
                 succeeded());
    REQUIRE_THAT(st.exec(by_year), succeeded());
    const Returned returned = st.fetch();
    CHECK_THAT(returned, warned("01004"));
    CHECK(statuses[0] == SQL_ROW_SUCCESS_WITH_INFO);
    CHECK(statuses[2] == SQL_ROW_SUCCESS);  // Ran
    CHECK(utf8(titles[1]) == "Ста");
    CHECK(title_lengths[1] == 14);
    CHECK(returned.records.size() == 4);
    for (size_t i = 1; i < returned.records.size(); ++i)
      CHECK(returned.records[i - 1].row < returned.records[i].row);
  }
}

TEST_CASE("SQLGetData: any column, any order, in parts, and the end of each", "[odbc][getdata]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  REQUIRE_THAT(st.exec("SELECT title, year, studio.city, notes FROM film WHERE _id = 'amelie'"), succeeded());
  char16_t part[5];
  SQLLEN length = 0;
  const auto get = [&](SQLUSMALLINT column) {
    return st(SQLGetData(st, column, SQL_C_WCHAR, part, sizeof part, &length));
  };
  CHECK(get(1).code == SQL_ERROR);  // no row yet
  REQUIRE_THAT(st.fetch(), succeeded());
  CHECK_THAT(get(3), warned("01004"));
  CHECK(std::u16string{part} == u"Pari");
  CHECK(length == 10);
  CHECK_THAT(get(3), succeeded());
  CHECK(std::u16string{part} == u"s");
  CHECK(length == 2);
  CHECK_THAT(get(3), found_no_data());
  CHECK_THAT(get(3), found_no_data());
  // Back to the first one, and again from its beginning: "Amélie 🎬" is 9 units.
  CHECK_THAT(get(1), warned("01004"));
  CHECK(std::u16string{part} == u"Amél");
  CHECK(length == 18);
  CHECK_THAT(get(1), warned("01004"));
  CHECK(length == 10);
  CHECK(std::u16string{part} == u"ie \xD83C");  // a part fills the buffer: the other half of the pair follows
  CHECK_THAT(get(1), succeeded());
  CHECK(std::u16string{part} == u"\xDFAC");
  CHECK_THAT(get(1), found_no_data());
  CHECK_THAT(get(2), succeeded());
  CHECK(std::u16string{part} == u"2001");
  CHECK_THAT(get(4), succeeded());
  CHECK(length == SQL_NULL_DATA);
  CHECK_THAT(get(4), found_no_data());
  CHECK_THAT(get(2), succeeded());
  CHECK_THAT(st(SQLGetData(st, 4, SQL_C_WCHAR, part, sizeof part, nullptr)), failed("22002"));
  CHECK_THAT(get(5), failed("07009"));
  CHECK_THAT(get(0), failed("07009"));
  CHECK_THAT(st(SQLGetData(st, 1, 4711, part, sizeof part, &length)), failed("HY003"));
  CHECK_THAT(st(SQLGetData(st, 1, SQL_C_TYPE_DATE, part, sizeof part, &length)), failed("22018"));
}

TEST_CASE("SQLGetData works on bound columns and on every row of a block, as SQLGetInfo claims",
          "[odbc][getdata]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  std::array<SQLINTEGER, 3> years{};
  REQUIRE_THAT(st.set(SQL_ATTR_ROW_ARRAY_SIZE, 3), succeeded());
  REQUIRE_THAT(st(SQLBindCol(st, 2, SQL_C_SLONG, years.data(), 0, nullptr)), succeeded());
  REQUIRE_THAT(st.exec(by_year), succeeded());
  REQUIRE_THAT(st.fetch(), succeeded());
  CHECK(st.text(1) == "Metropolis");
  CHECK(st.text(2) == "1927");
  CHECK(st.get(SQL_ATTR_ROW_NUMBER) == 1);
  REQUIRE_THAT(st(SQLSetPos(st, 3, SQL_POSITION, SQL_LOCK_NO_CHANGE)), succeeded());
  CHECK(st.text(1) == "Ran");
  CHECK(st.text(2) == "1985");
  CHECK(st.get(SQL_ATTR_ROW_NUMBER) == 3);
  CHECK_THAT(st(SQLSetPos(st, 4, SQL_POSITION, SQL_LOCK_NO_CHANGE)), failed("HY107"));
  CHECK_THAT(st(SQLSetPos(st, 1, SQL_DELETE, SQL_LOCK_NO_CHANGE)), failed("HY092"));
  REQUIRE_THAT(st.fetch(), succeeded());
  CHECK(st.text(1) == "Amélie 🎬");
}

TEST_CASE("SQLGetData checks the C type of each call, however the one before it asked", "[odbc][getdata]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  REQUIRE_THAT(st.exec("SELECT year, title FROM film ORDER BY year"), succeeded());
  const auto get = [&](SQLSMALLINT c_type) {
    char buffer[64];
    SQLLEN length = 0;
    return st(SQLGetData(st, 1, c_type, buffer, sizeof buffer, &length));
  };
  for (int row = 0; row < 2; ++row) {
    REQUIRE_THAT(st.fetch(), succeeded());
    CHECK_THAT(get(SQL_C_TYPE_DATE), failed("07006"));
    CHECK_THAT(get(SQL_C_TYPE_DATE), failed("07006"));
    CHECK_THAT(get(SQL_C_LONG), succeeded());
    CHECK_THAT(get(SQL_C_LONG), found_no_data());
    CHECK_THAT(get(SQL_C_DEFAULT), succeeded());
    CHECK_THAT(get(SQL_C_TYPE_DATE), failed("07006"));
    CHECK_THAT(get(SQL_C_CHAR), succeeded());
    CHECK_THAT(get(SQL_C_CHAR), found_no_data());
    CHECK_THAT(get(77), failed("HY003"));
  }
}

TEST_CASE("A long value comes in parts that together are the value, in every C type of text",
          "[odbc][getdata]") {
  std::string text;
  for (int i = 0; i < 3000; ++i) text += i % 7 == 0 ? "🎬" : i % 3 == 0 ? "é" : "x";
  Films films;
  films.couch.serve_database("long", {R"({"_id":"a","type":"t","text":")" + text + R"("})"});
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  REQUIRE_THAT(st.exec("SELECT text FROM long.t"), succeeded());
  REQUIRE_THAT(st.fetch(), succeeded());
  SECTION("wide") { CHECK(st.text(1) == text); }
  SECTION("narrow, with the length that is left") {
    std::string whole;
    char part[100];
    SQLLEN length = 0;
    for (SQLRETURN code; (code = SQLGetData(st, 1, SQL_C_CHAR, part, sizeof part, &length)) != SQL_NO_DATA;) {
      REQUIRE(SQL_SUCCEEDED(code));
      CHECK(static_cast<size_t>(length) == text.size() - whole.size());
      whole += part;
    }
    CHECK(whole == text);
  }
}

TEST_CASE("SQLFetchScroll: the next rowset, and HY106 for every other direction", "[odbc][fetch]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  REQUIRE_THAT(st.exec(by_year), succeeded());
  CHECK_THAT(st(SQLFetchScroll(st, SQL_FETCH_NEXT, 0)), succeeded());
  CHECK(st.text(2) == "1927");
  CHECK_THAT(st(SQLFetchScroll(st, SQL_FETCH_FIRST, 0)), failed("HY106"));
  CHECK_THAT(st(SQLFetchScroll(st, SQL_FETCH_NEXT, 0)), succeeded());
  CHECK(st.text(2) == "1979");
}

TEST_CASE("SQL_ATTR_RETRIEVE_DATA off moves on without writing; SQL_ATTR_MAX_LENGTH cuts in silence",
          "[odbc][fetch]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  SQLINTEGER year = -1;
  REQUIRE_THAT(st(SQLBindCol(st, 2, SQL_C_SLONG, &year, 0, nullptr)), succeeded());
  REQUIRE_THAT(st.set(SQL_ATTR_RETRIEVE_DATA, SQL_RD_OFF), succeeded());
  REQUIRE_THAT(st.set(SQL_ATTR_MAX_LENGTH, 4), succeeded());
  REQUIRE_THAT(st.exec(by_year), succeeded());
  REQUIRE_THAT(st.fetch(), succeeded());
  CHECK(year == -1);
  REQUIRE_THAT(st.set(SQL_ATTR_RETRIEVE_DATA, SQL_RD_ON), succeeded());
  REQUIRE_THAT(st.fetch(), succeeded());
  CHECK(year == 1979);
  CHECK(st.text(1) == "Стал");  // wide text: characters
  char narrow[16];
  SQLLEN length = 0;
  REQUIRE_THAT(st(SQLGetData(st, 1, SQL_C_CHAR, narrow, sizeof narrow, &length)), succeeded());
  CHECK(std::string{narrow} == "Ст");  // narrow text: bytes
  CHECK(length == 4);
}

TEST_CASE(
    "With TypeMismatch=error a row whose value is of another class is an error, and the others are read",
    "[odbc][fetch]") {
  Films films;
  auto documents = film_documents();
  documents.push_back(R"({"_id":"solaris","type":"film","title":"Solaris","year":"the seventies"})");
  documents.push_back(R"({"_id":"vertigo","type":"film","title":"Vertigo","year":1958})");
  films.couch.serve_database("films", documents);
  const couch::live::TemporaryFile schema;
  const std::string declared = schema.write(
      R"json({"films":{"tables":{"film":{"columns":{"title":"VARCHAR(50)","year":"BIGINT"}}}}})json");
  Connection c{films.environment, films.connection_string("TypeMismatch=error;SchemaFile=" + declared)};
  Statement st{c};
  SECTION("in a rowset") {
    std::array<SQLBIGINT, 10> years{};
    std::array<SQLUSMALLINT, 10> statuses{};
    SQLULEN fetched = 0;
    REQUIRE_THAT(st.set(SQL_ATTR_ROW_ARRAY_SIZE, 10), succeeded());
    REQUIRE_THAT(st.set(SQL_ATTR_ROW_STATUS_PTR, statuses.data()), succeeded());
    REQUIRE_THAT(st.set(SQL_ATTR_ROWS_FETCHED_PTR, &fetched), succeeded());
    REQUIRE_THAT(st(SQLBindCol(st, 2, SQL_C_SBIGINT, years.data(), 0, nullptr)), succeeded());
    REQUIRE_THAT(st.exec("SELECT title, year FROM film"), succeeded());
    const Returned returned = st.fetch();
    CHECK(returned.code == SQL_SUCCESS_WITH_INFO);
    CHECK(returned.has("22018"));
    CHECK(fetched == 7);
    CHECK(statuses[4] == SQL_ROW_ERROR);
    CHECK(statuses[5] == SQL_ROW_SUCCESS);
    CHECK(statuses[6] == SQL_ROW_SUCCESS);
    CHECK(years[6] == 1958);
    CHECK_THAT(st.fetch(), found_no_data());
  }
  SECTION("row by row, and by SQLGetData") {
    REQUIRE_THAT(st.exec("SELECT title, year FROM film"), succeeded());
    for (int i = 0; i < 5; ++i) REQUIRE_THAT(st.fetch(), succeeded());
    CHECK(st.text(1) == "Solaris");
    SQLBIGINT year = 0;
    CHECK_THAT(st(SQLGetData(st, 2, SQL_C_SBIGINT, &year, 0, nullptr)), failed("22018"));
    REQUIRE_THAT(st.fetch(), succeeded());
    CHECK(st.text(2) == "1979");
  }
}

TEST_CASE("A document by its _id is asked for by its path, and what is no row is none", "[odbc][fetch]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  const auto titles = [&](const std::string& id) {
    REQUIRE_THAT(st.exec("SELECT title FROM film WHERE _id = '" + id + "'"), succeeded());
    auto rows = st.rows();
    REQUIRE_THAT(st.close(), succeeded());
    return rows;
  };
  CHECK(titles("ran") == std::vector<std::vector<Text>>{{"Ran"}});
  CHECK(films.couch.asked("GET", "/films/ran").size() == 1);
  CHECK(titles("nobody").empty());
  CHECK(films.couch.asked("GET", "/films/nobody").size() == 1);
  films.couch.forget_asked();
  CHECK(titles("a/b").empty());
  CHECK(films.couch.asked("POST", "/films/_all_docs").size() == 1);
  CHECK(titles("").empty());
  CHECK(titles("_design/x").empty());
  CHECK(films.couch.asked().size() == 1);

  SECTION("a server that does not know the database says so") {
    films.couch.on_get("/films/ran").error(404, "not_found", "Database does not exist.");
    CHECK_THAT(st.exec("SELECT title FROM film WHERE _id = 'ran'"), failed("42S02"));
  }
  SECTION("the connection's own changes are seen, as are those that others make") {
    REQUIRE_THAT(c.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF), succeeded());
    REQUIRE_THAT(st.exec("UPDATE film SET title = 'Chaos' WHERE _id = 'ran'"), succeeded());
    REQUIRE_THAT(st.exec("DELETE FROM film WHERE _id = 'drive'"), succeeded());
    CHECK(titles("ran") == std::vector<std::vector<Text>>{{"Chaos"}});
    CHECK(titles("drive").empty());
    REQUIRE_THAT(c(SQLEndTran(SQL_HANDLE_DBC, c, SQL_ROLLBACK)), succeeded());
    CHECK(titles("ran") == std::vector<std::vector<Text>>{{"Ran"}});
    CHECK(titles("drive").size() == 1);
  }
}
