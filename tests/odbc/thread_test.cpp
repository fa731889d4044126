#include <atomic>
#include <thread>

#include "tests/odbc/films.h"

using namespace couch::test;

TEST_CASE("Threads run statements of one connection at once", "[odbc][threads]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      // No assertions in here: Catch2 is for one thread.
      SQLHSTMT st = nullptr;
      if (SQLAllocHandle(SQL_HANDLE_STMT, c, &st) != SQL_SUCCESS) return;
      std::string sql = t % 2 == 0 ? "SELECT year FROM film WHERE _id = 'ran'" : "SELECT MAX(year) FROM film";
      const SQLINTEGER expected = t % 2 == 0 ? 1985 : 2021;
      for (int i = 0; i < 25; ++i) {
        std::u16string text = utf16(sql);
        SQLINTEGER year = 0;
        if (SQLExecDirectW(st, reinterpret_cast<SQLWCHAR*>(text.data()), SQL_NTS) == SQL_SUCCESS &&
            SQLFetch(st) == SQL_SUCCESS && SQLGetData(st, 1, SQL_C_SLONG, &year, 0, nullptr) == SQL_SUCCESS &&
            year == expected) {
          ++right;
        }
        SQLFreeStmt(st, SQL_CLOSE);
      }
      SQLFreeHandle(SQL_HANDLE_STMT, st);
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(right == 100);
}

TEST_CASE("Threads connect and disconnect at once", "[odbc][threads]") {
  Films films;
  std::atomic<int> connected{0};
  std::vector<std::thread> threads;
  const std::u16string text = utf16(films.connection_string());
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10; ++i) {
        SQLHDBC c = nullptr;
        if (SQLAllocHandle(SQL_HANDLE_DBC, films.environment, &c) != SQL_SUCCESS) return;
        std::u16string mine = text;
        if (SQLDriverConnectW(c, nullptr, reinterpret_cast<SQLWCHAR*>(mine.data()), SQL_NTS, nullptr, 0,
                              nullptr, SQL_DRIVER_NOPROMPT) == SQL_SUCCESS) {
          ++connected;
          SQLDisconnect(c);
        }
        SQLFreeHandle(SQL_HANDLE_DBC, c);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(connected == 40);
}

TEST_CASE("A pool gets a connection back as it was, and hears when it is dead", "[odbc][connect]") {
  Films films;
  films.couch.serve_database("books", {R"({"_id":"b","type":"book","title":"Emma"})"});
  Connection c{films.environment, films.connection_string()};
  std::u16string books = u"books";
  REQUIRE_THAT(c(SQLSetConnectAttrW(c, SQL_ATTR_CURRENT_CATALOG, books.data(), SQL_NTS)), succeeded());
  REQUIRE_THAT(c.set(SQL_ATTR_METADATA_ID, SQL_TRUE), succeeded());
  REQUIRE_THAT(c.set(SQL_ATTR_RESET_CONNECTION, SQL_RESET_CONNECTION_YES), succeeded());
  CHECK(c.info_text(SQL_DATABASE_NAME) == "films");
  CHECK(c.get(SQL_ATTR_METADATA_ID) == SQL_FALSE);
  CHECK(c.get(SQL_ATTR_CONNECTION_DEAD) == SQL_CD_FALSE);
  Statement st{c};
  films.couch.stop_listening();
  films.couch.drop_connections();
  CHECK(st.exec("SELECT title FROM film").code == SQL_ERROR);
  CHECK(c.get(SQL_ATTR_CONNECTION_DEAD) == SQL_CD_TRUE);
}
