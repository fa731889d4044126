// Positioned changes: SQLSetPos, SQLBulkOperations, WHERE CURRENT OF.
#include <array>
#include <cstring>

#include "tests/odbc/films.h"

using namespace couch::test;

namespace {

using Rows = std::vector<std::vector<Text>>;

// A cursor over the films in the order of their ids: title and year are bound, in rowsets of `size` rows.
struct FilmCursor {
  static constexpr size_t most = 5;
  Statement st;
  std::array<std::array<SQLWCHAR, 40>, most> titles{};
  std::array<SQLLEN, most> title_lengths{}, year_lengths{};
  std::array<SQLBIGINT, most> years{};
  std::array<SQLUSMALLINT, most> statuses{}, operations{};

  explicit FilmCursor(const Connection& c, size_t size = 1, SQLULEN concurrency = SQL_CONCUR_ROWVER) : st(c) {
    REQUIRE_THAT(st.set(SQL_ATTR_CONCURRENCY, concurrency), succeeded());
    REQUIRE_THAT(st.set(SQL_ATTR_ROW_ARRAY_SIZE, SQLULEN{size}), succeeded());
    st.set(SQL_ATTR_ROW_STATUS_PTR, statuses.data());
    st.set(SQL_ATTR_ROW_OPERATION_PTR, operations.data());
    REQUIRE_THAT(st(SQLBindCol(st, 1, SQL_C_WCHAR, titles.data(), sizeof titles[0], title_lengths.data())),
                 succeeded());
    REQUIRE_THAT(st(SQLBindCol(st, 2, SQL_C_SBIGINT, years.data(), 0, year_lengths.data())), succeeded());
  }
  Returned open(const std::string& more = "ORDER BY _id") {
    return st.exec("SELECT title, year, rating + 1, _id, _rev FROM film " + more);
  }
  Returned set_pos(SQLSETPOSIROW row, SQLUSMALLINT operation) {
    return st(SQLSetPos(st, row, operation, SQL_LOCK_NO_CHANGE));
  }
  void title(size_t row, const std::string& text) {
    const std::u16string wide = utf16(text);
    std::memcpy(titles[row].data(), wide.c_str(), (wide.size() + 1) * sizeof(SQLWCHAR));
    title_lengths[row] = static_cast<SQLLEN>(wide.size() * sizeof(SQLWCHAR));
  }
  SQLLEN row_count() {
    SQLLEN rows = -2;
    CHECK(SQLRowCount(st, &rows) == SQL_SUCCESS);
    return rows;
  }
};

std::string film(const Connection& c, const std::string& id, const std::string& column) {
  Statement st{c};
  REQUIRE_THAT(st.exec("SELECT " + column + " FROM film WHERE _id = '" + id + "'"), succeeded());
  const Rows rows = st.rows();
  if (rows.empty()) return "gone";
  return rows[0][0].value_or("NULL");
}

}  // namespace

TEST_CASE("SQLSetPos updates the row, its buffers' columns and nothing else, again and again",
          "[odbc][position]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  FilmCursor cursor{c};
  REQUIRE_THAT(cursor.open(), succeeded());
  SQLLEN updatable = -1;
  SQLColAttribute(cursor.st, 1, SQL_DESC_UPDATABLE, nullptr, 0, nullptr, &updatable);
  CHECK(updatable == SQL_ATTR_WRITE);
  SQLColAttribute(cursor.st, 4, SQL_DESC_UPDATABLE, nullptr, 0, nullptr, &updatable);
  CHECK(updatable == SQL_ATTR_READONLY);
  CHECK(cursor.st.columns() == 5);
  REQUIRE_THAT(cursor.st.fetch(), succeeded());
  cursor.title(0, "Амели 🎥");
  REQUIRE_THAT(cursor.set_pos(1, SQL_UPDATE), succeeded());
  CHECK(cursor.statuses[0] == SQL_ROW_UPDATED);
  CHECK(cursor.row_count() == 1);
  CHECK(cursor.st.text(1) == "Амели 🎥");
  cursor.years[0] = 2002;
  REQUIRE_THAT(cursor.set_pos(1, SQL_UPDATE), succeeded());
  CHECK(film(c, "amelie", "title") == "Амели 🎥");
  CHECK(film(c, "amelie", "year") == "2002");
  CHECK(film(c, "amelie", "studio.city") == "Paris");
  CHECK(cursor.st.text(5) == film(c, "amelie", "_rev"));
  REQUIRE_THAT(cursor.st.fetch(), succeeded());
  cursor.title_lengths[0] = SQL_NULL_DATA;
  cursor.year_lengths[0] = SQL_COLUMN_IGNORE;
  cursor.years[0] = 1;
  REQUIRE_THAT(cursor.set_pos(1, SQL_UPDATE), succeeded());
  CHECK(film(c, "drive", "title") == "NULL");
  CHECK(film(c, "drive", "year") == "2021");
}

TEST_CASE("A buffer that still holds what was fetched leaves its field byte for byte", "[odbc][position]") {
  Films films;
  films.couch.serve_database("films", {R"({"_id":"a","type":"film","title":7,"year":1.0,"rating":1.50})",
                                       R"({"_id":"b","type":"film","title":"B","year":2,"rating":2.5})",
                                       R"({"_id":"c","type":"film","title":"C","year":3,"rating":2.5})"});
  Connection c{films.environment, films.connection_string()};
  FilmCursor cursor{c};
  REQUIRE_THAT(cursor.open("WHERE _id = 'a'"), succeeded());
  REQUIRE_THAT(cursor.st.fetch(), succeeded());
  REQUIRE_THAT(cursor.set_pos(1, SQL_UPDATE), succeeded());  // nothing to write
  CHECK(films.couch.asked("POST", "/films/_bulk_docs").empty());
  cursor.years[0] = 5;
  REQUIRE_THAT(cursor.set_pos(1, SQL_UPDATE), succeeded());
  const auto sent = films.couch.asked("POST", "/films/_bulk_docs");
  REQUIRE(sent.size() == 1);
  CHECK_THAT(sent[0].body, Catch::Contains(R"("title":7,"year":5,"rating":1.50)"));
}

TEST_CASE("A row that somebody else changed is left alone: 01001, until it is read again",
          "[odbc][position]") {
  Films films;
  Connection c{films.environment, films.connection_string()},
      other{films.environment, films.connection_string()};
  FilmCursor cursor{c};
  REQUIRE_THAT(cursor.open(), succeeded());
  REQUIRE_THAT(cursor.st.fetch(), succeeded());
  Statement st{other};
  REQUIRE_THAT(st.exec("UPDATE film SET rating = 1 WHERE _id = 'amelie'"), succeeded());
  cursor.title(0, "lost");
  CHECK_THAT(cursor.set_pos(1, SQL_UPDATE), warned("01001"));
  CHECK(cursor.statuses[0] == SQL_ROW_ERROR);
  CHECK(cursor.row_count() == 0);
  CHECK_THAT(cursor.set_pos(1, SQL_DELETE), warned("01001"));
  CHECK(film(c, "amelie", "title") == "Amélie 🎬");
  REQUIRE_THAT(cursor.set_pos(1, SQL_REFRESH), succeeded());
  CHECK(cursor.statuses[0] == SQL_ROW_SUCCESS);
  CHECK(utf8(reinterpret_cast<const char16_t*>(cursor.titles[0].data())) == "Amélie 🎬");
  CHECK(cursor.st.text(3) == "2");
  cursor.title(0, "kept");
  CHECK_THAT(cursor.set_pos(1, SQL_UPDATE), succeeded());
  CHECK(film(c, "amelie", "title") == "kept");
  REQUIRE_THAT(st.exec("DELETE FROM film WHERE _id = 'amelie'"), succeeded());
  CHECK_THAT(cursor.set_pos(1, SQL_REFRESH), succeeded());
  CHECK(cursor.statuses[0] == SQL_ROW_DELETED);
  CHECK_THAT(cursor.set_pos(1, SQL_DELETE), failed("HY109"));
}

TEST_CASE("A whole rowset is updated and deleted together, each row with a status of its own",
          "[odbc][position]") {
  Films films;
  Connection c{films.environment, films.connection_string()},
      other{films.environment, films.connection_string()};
  FilmCursor cursor{c, 5};
  REQUIRE_THAT(cursor.open(), succeeded());
  REQUIRE_THAT(cursor.st(SQLFetchScroll(cursor.st, SQL_FETCH_NEXT, 0)), succeeded());
  Statement st{other};
  REQUIRE_THAT(st.exec("UPDATE film SET rating = 1 WHERE _id = 'drive'"), succeeded());
  for (size_t i = 0; i < 5; ++i) cursor.years[i] = static_cast<SQLBIGINT>(i);
  cursor.operations[2] = SQL_ROW_IGNORE;
  cursor.statuses[2] = 77;
  const Returned returned = cursor.set_pos(0, SQL_UPDATE);
  CHECK_THAT(returned, warned("01001"));
  REQUIRE(returned.records.size() == 1);
  CHECK(returned.records[0].row == 2);
  CHECK(cursor.statuses ==
        std::array<SQLUSMALLINT, 5>{SQL_ROW_UPDATED, SQL_ROW_ERROR, 77, SQL_ROW_UPDATED, SQL_ROW_UPDATED});
  CHECK(cursor.row_count() == 3);
  CHECK(films.couch.asked("POST", "/films/_bulk_docs").size() == 2);
  CHECK(film(c, "amelie", "year") == "0");
  CHECK(film(c, "drive", "year") == "2021");
  CHECK(film(c, "metropolis", "year") == "1927");
  CHECK(film(c, "stalker", "year") == "4");
  REQUIRE_THAT(cursor.set_pos(4, SQL_DELETE), succeeded());
  CHECK(cursor.statuses[3] == SQL_ROW_DELETED);
  CHECK_THAT(cursor.set_pos(0, SQL_DELETE), warned("01001"));
  CHECK(cursor.statuses ==
        std::array<SQLUSMALLINT, 5>{SQL_ROW_DELETED, SQL_ROW_ERROR, 77, SQL_ROW_DELETED, SQL_ROW_DELETED});
  CHECK(film(c, "ran", "year") == "gone");
  CHECK(film(c, "metropolis", "year") == "1927");
  CHECK_THAT(cursor.set_pos(6, SQL_UPDATE), failed("HY107"));
}

TEST_CASE("A row whose value does not fit is an error of its own", "[odbc][position]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  FilmCursor cursor{c, 2};
  REQUIRE_THAT(cursor.st(SQLBindCol(cursor.st, 2, SQL_C_WCHAR, cursor.titles[2].data(),
                                    sizeof cursor.titles[0], cursor.year_lengths.data())),
               succeeded());
  REQUIRE_THAT(cursor.open(), succeeded());
  REQUIRE_THAT(cursor.st.fetch(), succeeded());
  cursor.title(2, "a year");
  cursor.year_lengths[0] = SQL_NTS;
  cursor.title(1, "Drive");
  CHECK_THAT(cursor.set_pos(0, SQL_UPDATE), warned("22018"));
  CHECK(cursor.statuses[0] == SQL_ROW_ERROR);
  CHECK(cursor.statuses[1] == SQL_ROW_UPDATED);
  CHECK_THAT(cursor.set_pos(1, SQL_UPDATE), failed("22018"));
  cursor.year_lengths[0] = 500;  // as a fetch leaves it that cut the value off
  CHECK_THAT(cursor.set_pos(1, SQL_UPDATE), failed("HY090"));
  cursor.year_lengths[0] = cursor.title_lengths[0] = SQL_COLUMN_IGNORE;
  CHECK_THAT(cursor.set_pos(1, SQL_UPDATE), failed("21S02"));
  CHECK(film(c, "amelie", "year") == "2001");
  CHECK(film(c, "drive", "title") == "Drive");
}

TEST_CASE("SQLBulkOperations adds the rows of the buffers; data may come at execution", "[odbc][position]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  FilmCursor cursor{c, 3};
  std::array<std::array<char, 10>, 3> ids{{{"new1"}, {"ran"}, {"new3"}}};
  std::array<SQLLEN, 3> id_lengths{SQL_NTS, SQL_NTS, SQL_NTS};
  REQUIRE_THAT(cursor.st(SQLBindCol(cursor.st, 4, SQL_C_CHAR, ids.data(), sizeof ids[0], id_lengths.data())),
               succeeded());
  REQUIRE_THAT(cursor.open("WHERE 1 = 0"), succeeded());
  for (size_t i = 0; i < 3; ++i) {
    cursor.title(i, "Neu " + std::to_string(i) + " 🎞");
    cursor.years[i] = 1990;
  }
  cursor.title_lengths[2] = SQL_LEN_DATA_AT_EXEC(0);
  cursor.year_lengths[2] = SQL_COLUMN_IGNORE;
  REQUIRE_THAT(cursor.st(SQLBulkOperations(cursor.st, SQL_ADD)), needs_data());
  SQLPOINTER token = nullptr;
  REQUIRE_THAT(cursor.st(SQLParamData(cursor.st, &token)), needs_data());
  CHECK(token == cursor.titles[2].data());
  std::u16string part = u"Long ";
  REQUIRE_THAT(cursor.st(SQLPutData(cursor.st, part.data(), 10)), succeeded());
  part = u"ago";
  REQUIRE_THAT(cursor.st(SQLPutData(cursor.st, part.data(), 6)), succeeded());
  CHECK_THAT(cursor.st(SQLParamData(cursor.st, &token)), warned("23000"));
  CHECK(cursor.statuses[0] == SQL_ROW_ADDED);
  CHECK(cursor.statuses[1] == SQL_ROW_ERROR);
  CHECK(cursor.statuses[2] == SQL_ROW_ADDED);
  CHECK(cursor.row_count() == 2);
  CHECK(film(c, "new1", "title") == "Neu 0 🎞");
  CHECK(film(c, "new3", "title") == "Long ago");
  CHECK(film(c, "new3", "year") == "NULL");
  CHECK(film(c, "ran", "year") == "1985");
}

TEST_CASE("SQLSetPos takes data at execution, and SQLCancel leaves the cursor where it was",
          "[odbc][position]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  FilmCursor cursor{c};
  REQUIRE_THAT(cursor.open(), succeeded());
  REQUIRE_THAT(cursor.st.fetch(), succeeded());
  cursor.title_lengths[0] = SQL_DATA_AT_EXEC;
  REQUIRE_THAT(cursor.set_pos(1, SQL_UPDATE), needs_data());
  SQLPOINTER token = nullptr;
  REQUIRE_THAT(cursor.st(SQLParamData(cursor.st, &token)), needs_data());
  std::u16string text = u"слово";
  REQUIRE_THAT(cursor.st(SQLPutData(cursor.st, text.data(), 10)), succeeded());
  REQUIRE_THAT(cursor.st(SQLParamData(cursor.st, &token)), succeeded());
  CHECK(cursor.statuses[0] == SQL_ROW_UPDATED);
  CHECK(film(c, "amelie", "title") == "слово");
  REQUIRE_THAT(cursor.set_pos(1, SQL_UPDATE), needs_data());
  REQUIRE_THAT(cursor.st(SQLCancel(cursor.st)), succeeded());
  CHECK(film(c, "amelie", "title") == "слово");
}

TEST_CASE("UPDATE and DELETE WHERE CURRENT OF change the row that the cursor is on", "[odbc][position]") {
  Films films;
  Connection c{films.environment, films.connection_string()},
      other{films.environment, films.connection_string()};
  FilmCursor cursor{c};
  REQUIRE_THAT(
      cursor.st(SQLSetCursorName(cursor.st, reinterpret_cast<SQLCHAR*>(const_cast<char*>("walk")), SQL_NTS)),
      succeeded());
  Statement st{c};
  const char* const update = "UPDATE film SET year = year + 1 WHERE CURRENT OF walk";
  CHECK_THAT(st.exec(update), failed("34000"));
  CHECK_THAT(st.prepare(update), failed("34000"));
  REQUIRE_THAT(cursor.open(), succeeded());
  CHECK_THAT(st.exec(update), failed("24000"));
  REQUIRE_THAT(cursor.st.fetch(), succeeded());
  REQUIRE_THAT(st.prepare(update), succeeded());
  REQUIRE_THAT(st.execute(), succeeded());
  SQLINTEGER function = 0;
  SQLGetDiagField(SQL_HANDLE_STMT, st, 0, SQL_DIAG_DYNAMIC_FUNCTION_CODE, &function, 0, nullptr);
  CHECK(function == SQL_DIAG_DYNAMIC_UPDATE_CURSOR);
  REQUIRE_THAT(st.execute(), succeeded());
  CHECK(film(c, "amelie", "year") == "2003");
  // The buffers are older than the row now: all of them are written.
  cursor.title(0, "older");
  REQUIRE_THAT(cursor.set_pos(1, SQL_UPDATE), succeeded());
  CHECK(film(c, "amelie", "year") == "2001");
  Statement elsewhere{other};
  REQUIRE_THAT(elsewhere.exec("UPDATE film SET rating = 1 WHERE _id = 'amelie'"), succeeded());
  CHECK_THAT(st.execute(), warned("01001"));
  SQLLEN rows = -1;
  SQLRowCount(st, &rows);
  CHECK(rows == 0);
  REQUIRE_THAT(cursor.st.fetch(), succeeded());
  REQUIRE_THAT(st.exec("DELETE FROM film WHERE CURRENT OF WALK RETURNING title"), succeeded());
  CHECK(st.rows() == Rows{{"ドライブ・マイ・カー"}});
  REQUIRE_THAT(st.close(), succeeded());
  CHECK_THAT(st.exec("DELETE FROM film WHERE CURRENT OF walk"), failed("24000"));
  CHECK_THAT(cursor.set_pos(1, SQL_UPDATE), failed("HY109"));
  CHECK(film(c, "drive", "year") == "gone");
  CHECK_THAT(st.exec("DELETE FROM films WHERE CURRENT OF walk"), failed("24000"));
  REQUIRE_THAT(cursor.st.fetch(), succeeded());
  CHECK_THAT(st.exec("DELETE FROM films WHERE CURRENT OF walk"), failed("42000"));
  CHECK(film(c, "metropolis", "year") == "1927");
}

TEST_CASE("FOR UPDATE makes a cursor that can be changed; what cannot be one says so", "[odbc][position]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  FilmCursor cursor{c, 1, SQL_CONCUR_READ_ONLY};
  REQUIRE_THAT(cursor.open(), succeeded());
  REQUIRE_THAT(cursor.st.fetch(), succeeded());
  CHECK_THAT(cursor.set_pos(1, SQL_UPDATE), failed("HY092"));
  CHECK_THAT(cursor.set_pos(1, SQL_REFRESH), failed("HYC00"));
  CHECK_THAT(cursor.st(SQLBulkOperations(cursor.st, SQL_ADD)), failed("HY092"));
  CHECK_THAT(cursor.st(SQLSetPos(cursor.st, 1, SQL_POSITION, SQL_LOCK_EXCLUSIVE)), failed("HYC00"));
  REQUIRE_THAT(cursor.st.close(), succeeded());
  REQUIRE_THAT(cursor.open("WHERE year < 1930 FOR UPDATE"), succeeded());
  CHECK(cursor.st.get(SQL_ATTR_CONCURRENCY) == SQL_CONCUR_ROWVER);
  REQUIRE_THAT(cursor.st.fetch(), succeeded());
  cursor.years[0] = 1926;
  CHECK_THAT(cursor.set_pos(1, SQL_UPDATE), succeeded());
  CHECK(film(c, "metropolis", "year") == "1926");
  REQUIRE_THAT(cursor.st.close(), succeeded());

  Statement st{c};
  CHECK_THAT(st.set(SQL_ATTR_CONCURRENCY, SQL_CONCUR_LOCK), warned("01S02"));
  CHECK(st.get(SQL_ATTR_CONCURRENCY) == SQL_CONCUR_ROWVER);
  for (const char* query :
       {"SELECT COUNT(*) FROM film", "SELECT DISTINCT year FROM film", "SELECT year FROM film GROUP BY year",
        "SELECT a.year FROM film a, film b", "SELECT year FROM film UNION SELECT year FROM film"}) {
    CAPTURE(query);
    CHECK_THAT(st.exec(query), warned("01S02"));
    CHECK(st.get(SQL_ATTR_CONCURRENCY) == SQL_CONCUR_READ_ONLY);
    REQUIRE_THAT(st.fetch(), succeeded());
    CHECK_THAT(st(SQLSetPos(st, 1, SQL_DELETE, SQL_LOCK_NO_CHANGE)), failed("HY092"));
    REQUIRE_THAT(st.close(), succeeded());
    CHECK(st.get(SQL_ATTR_CONCURRENCY) == SQL_CONCUR_ROWVER);
  }
}

TEST_CASE("Positioned changes in a transaction wait for COMMIT", "[odbc][position][transaction]") {
  Films films;
  Connection c{films.environment, films.connection_string()},
      other{films.environment, films.connection_string()};
  REQUIRE_THAT(c.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF), succeeded());
  FilmCursor cursor{c, 5};
  REQUIRE_THAT(cursor.open(), succeeded());
  REQUIRE_THAT(cursor.st.fetch(), succeeded());
  cursor.years[0] = 1;
  cursor.years[1] = 2;
  REQUIRE_THAT(cursor.set_pos(0, SQL_UPDATE), succeeded());
  REQUIRE_THAT(cursor.set_pos(5, SQL_DELETE), succeeded());
  cursor.years[1] = 3;
  REQUIRE_THAT(cursor.set_pos(2, SQL_UPDATE), succeeded());
  CHECK(film(c, "drive", "year") == "3");
  CHECK(film(other, "drive", "year") == "2021");
  CHECK(film(other, "stalker", "year") == "1979");
  // Another statement of the transaction has changed the row since.
  Statement st{c};
  REQUIRE_THAT(st.exec("UPDATE film SET rating = 0 WHERE _id = 'drive'"), succeeded());
  cursor.years[1] = 4;
  CHECK_THAT(cursor.set_pos(2, SQL_UPDATE), warned("01001"));
  REQUIRE_THAT(cursor.set_pos(2, SQL_REFRESH), succeeded());
  CHECK(cursor.years[1] == 3);
  cursor.years[1] = 5;
  REQUIRE_THAT(cursor.set_pos(2, SQL_UPDATE), succeeded());
  // And another connection one that it has not.
  Statement elsewhere{other};
  REQUIRE_THAT(elsewhere.exec("UPDATE film SET rating = 0 WHERE _id = 'ran'"), succeeded());
  cursor.years[3] = 6;
  CHECK_THAT(cursor.set_pos(4, SQL_UPDATE), warned("01001"));
  REQUIRE_THAT(c(SQLEndTran(SQL_HANDLE_DBC, c, SQL_COMMIT)), succeeded());
  CHECK(film(other, "amelie", "year") == "1");
  CHECK(film(other, "drive", "year") == "5");
  CHECK(film(other, "ran", "year") == "1985");
  CHECK(film(other, "stalker", "year") == "gone");
}

TEST_CASE("ReadOnly=yes refuses positioned changes before anything is sent", "[odbc][position]") {
  Films films;
  Connection c{films.environment, films.connection_string("ReadOnly=yes;")};
  FilmCursor cursor{c};
  REQUIRE_THAT(cursor.open(), succeeded());
  REQUIRE_THAT(cursor.st.fetch(), succeeded());
  cursor.years[0] = 1;
  CHECK_THAT(cursor.set_pos(1, SQL_UPDATE), failed("25006"));
  CHECK_THAT(cursor.set_pos(1, SQL_DELETE), failed("25006"));
  CHECK_THAT(cursor.st(SQLBulkOperations(cursor.st, SQL_ADD)), failed("25006"));
  CHECK(films.couch.asked("POST", "/films/_bulk_docs").empty());
}
