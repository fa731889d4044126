// Rows changed through their cursor on a real server, with somebody else at work on the same documents.
#include <sql.h>
#include <sqlext.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstring>
#include <string>

#include "tests/live/session.h"
#include "tests/support/live_server.h"

using namespace couch::live;
using couch::test::Database;
using couch::test::LiveServer;

namespace {

SQLPOINTER attribute(SQLULEN value) { return reinterpret_cast<SQLPOINTER>(value); }

}  // namespace

TEST_CASE("A rowset is updated and deleted through its cursor; what others changed is left alone",
          "[live][position]") {
  Database database("position");
  // PouchDB Server's numbers are doubles.
  const std::string keep = LiveServer::get().couchdb() ? "123456789012345678" : "1234567890123456";
  std::vector<std::string> documents;
  for (int i = 0; i < 6; ++i) {
    documents.push_back(R"({"_id":"d)" + std::to_string(i) + R"(","type":"thing","name":"имя )" +
                        std::to_string(i) + R"(","n":)" + std::to_string(i) + R"(,"keep":)" + keep +
                        R"(,"addr":{"city":"東京","zip":1.50}})");
  }
  database.add(documents);
  Session session(database.name()), other(database.name());
  const bool manual = GENERATE(false, true);
  CAPTURE(manual);
  if (manual) SQLSetConnectAttr(session.handle(), SQL_ATTR_AUTOCOMMIT, attribute(SQL_AUTOCOMMIT_OFF), 0);

  constexpr size_t size = 6;
  std::array<std::array<char, 64>, size> names{}, cities{};
  std::array<SQLINTEGER, size> numbers{};
  std::array<SQLLEN, size> name_lengths{}, city_lengths{}, number_lengths{};
  std::array<SQLUSMALLINT, size> statuses{};
  Statement st(session);
  const SQLHSTMT h = st.handle();
  SQLSetStmtAttr(h, SQL_ATTR_CONCURRENCY, attribute(SQL_CONCUR_ROWVER), 0);
  SQLSetStmtAttr(h, SQL_ATTR_ROW_ARRAY_SIZE, attribute(size), 0);
  SQLSetStmtAttr(h, SQL_ATTR_ROW_STATUS_PTR, statuses.data(), 0);
  SQLBindCol(h, 1, SQL_C_CHAR, names.data(), sizeof names[0], name_lengths.data());
  SQLBindCol(h, 2, SQL_C_SLONG, numbers.data(), 0, number_lengths.data());
  SQLBindCol(h, 3, SQL_C_CHAR, cities.data(), sizeof cities[0], city_lengths.data());
  st.direct("SELECT name, n, addr.city FROM thing WHERE n < 100 ORDER BY _id");
  REQUIRE(st.fetch());

  other.query("UPDATE thing SET n = 1000 WHERE _id = 'd1'");
  other.query("DELETE FROM thing WHERE _id = 'd2'");
  for (size_t i = 0; i < size; ++i) {
    numbers[i] += 10;
    std::strcpy(cities[i].data(), "Οσάκα 🏯");
    city_lengths[i] = SQL_NTS;
  }
  CHECK(SQLSetPos(h, 0, SQL_UPDATE, SQL_LOCK_NO_CHANGE) == SQL_SUCCESS_WITH_INFO);
  CHECK(diagnostics(SQL_HANDLE_STMT, h).front().state == "01001");
  CHECK(statuses == std::array<SQLUSMALLINT, size>{SQL_ROW_UPDATED, SQL_ROW_ERROR, SQL_ROW_ERROR,
                                                   SQL_ROW_UPDATED, SQL_ROW_UPDATED, SQL_ROW_UPDATED});
  CHECK(SQLSetPos(h, 6, SQL_DELETE, SQL_LOCK_NO_CHANGE) == SQL_SUCCESS);
  CHECK(SQLSetPos(h, 2, SQL_REFRESH, SQL_LOCK_NO_CHANGE) == SQL_SUCCESS);
  CHECK(numbers[1] == 1000);
  CHECK(SQLSetPos(h, 3, SQL_REFRESH, SQL_LOCK_NO_CHANGE) == SQL_SUCCESS);
  CHECK(statuses[2] == SQL_ROW_DELETED);
  numbers[1] = 1001;
  CHECK(SQLSetPos(h, 2, SQL_UPDATE, SQL_LOCK_NO_CHANGE) == SQL_SUCCESS);
  std::strcpy(names[0].data(), "neu");
  name_lengths[0] = numbers[0] = 7;
  name_lengths[0] = 3;
  CHECK(SQLBulkOperations(h, SQL_ADD) == SQL_SUCCESS);
  CHECK(statuses[0] == SQL_ROW_ADDED);
  if (manual) {
    CHECK(other.value("SELECT COUNT(*) FROM thing") == "5");
    CHECK(SQLEndTran(SQL_HANDLE_DBC, session.handle(), SQL_COMMIT) == SQL_SUCCESS);
  }
  st.close();
  CHECK(
      other.list("SELECT _id || ' ' || n || ' ' || addr.city FROM thing WHERE _id LIKE 'd%' ORDER BY _id") ==
      std::vector<std::string>{"d0 10 Οσάκα 🏯", "d1 1001 東京", "d3 13 Οσάκα 🏯", "d4 14 Οσάκα 🏯"});
  CHECK(other.value("SELECT COUNT(*) FROM thing WHERE keep = " + keep + " AND addr.zip = 1.5") == "4");
  CHECK(other.value("SELECT COUNT(*) FROM thing WHERE name = 'neu' AND n = 7") == "1");
}

TEST_CASE("WHERE CURRENT OF on a real server", "[live][position]") {
  Database database("current");
  database.add(
      {R"({"_id":"a","type":"thing","name":"ä","n":1})", R"({"_id":"b","type":"thing","name":"ß","n":2})"});
  Session session(database.name()), other(database.name());
  Statement cursor(session);
  cursor.direct("SELECT name FROM thing ORDER BY _id FOR UPDATE");
  std::array<char, 64> name{};
  SQLSMALLINT length = 0;
  SQLGetCursorName(cursor.handle(), reinterpret_cast<SQLCHAR*>(name.data()), name.size(), &length);
  const std::string where = std::string{" WHERE CURRENT OF "} + name.data();
  REQUIRE(cursor.fetch());
  CHECK(session.state("UPDATE thing SET n = n + ?, name = name || 'é'" + where, {4}) == "00000");
  CHECK(other.value("SELECT n FROM thing WHERE name = 'äé'") == "5");
  REQUIRE(cursor.fetch());
  other.query("UPDATE thing SET n = 3 WHERE _id = 'b'");
  CHECK(session.query("DELETE FROM thing" + where).warnings.front().state == "01001");
  CHECK(other.value("SELECT n FROM thing WHERE _id = 'b'") == "3");
}
