// That the catalog functions pass their arguments on, wide and narrow; what they answer is
// tests/unit/driver/catalog_test.cpp's.
#include <algorithm>

#include "tests/odbc/films.h"

using namespace couch::test;

namespace {

SQLWCHAR* wide(std::u16string& text) { return reinterpret_cast<SQLWCHAR*>(text.data()); }
SQLCHAR* narrow(std::string& text) { return reinterpret_cast<SQLCHAR*>(text.data()); }

std::vector<Text> column(Statement& st, size_t n) {
  std::vector<Text> out;
  for (const auto& row : st.rows()) out.push_back(row.at(n));
  return out;
}

}  // namespace

TEST_CASE("SQLTables and SQLColumns take names of every script, wide and narrow",
          "[odbc][catalog][unicode]") {
  Films films;
  films.couch.serve_database(
      "scripts", {R"({"_id":"1","type":"фильм 🎬","название":"Ran"})", R"({"_id":"2","type":"other"})"});
  const std::string more = "Database=scripts;";
  SECTION("wide") {
    Connection c{films.environment, films.connection_string()};
    Statement st{c};
    std::u16string catalog = u"scripts", table = u"фильм 🎬";
    REQUIRE_THAT(st(SQLTablesW(st, wide(catalog), SQL_NTS, nullptr, 0, wide(table), SQL_NTS, nullptr, 0)),
                 succeeded());
    CHECK(st.columns() == 5);
    CHECK(column(st, 2) == std::vector<Text>{"фильм 🎬"});
    st.close();
    REQUIRE_THAT(st(SQLColumnsW(st, wide(catalog), 7, nullptr, 0, wide(table), 8, nullptr, 0)), succeeded());
    CHECK(st.columns() == 18);
    CHECK(column(st, 3) == std::vector<Text>{"_id", "_rev", "type", "название"});
  }
  SECTION("narrow") {
    Connection c{films.environment, films.connection_string(), true};
    Statement st{c};
    std::string catalog = "scripts", table = "фильм 🎬";
    REQUIRE_THAT(st(SQLTables(st, narrow(catalog), SQL_NTS, nullptr, 0, narrow(table), SQL_NTS, nullptr, 0)),
                 succeeded());
    REQUIRE_THAT(st.fetch(), succeeded());
    char name[64] = {};
    CHECK_THAT(st(SQLGetData(st, 3, SQL_C_CHAR, name, sizeof name, nullptr)), succeeded());
    CHECK(std::string{name} == table);
    CHECK_THAT(st.fetch(), found_no_data());
  }
}

TEST_CASE("Catalog functions: keys, types, empty results, arguments out of range", "[odbc][catalog]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  std::u16string table = u"film";
  REQUIRE_THAT(st(SQLPrimaryKeysW(st, nullptr, 0, nullptr, 0, wide(table), SQL_NTS)), succeeded());
  CHECK(column(st, 3) == std::vector<Text>{"_id"});
  st.close();
  REQUIRE_THAT(st(SQLSpecialColumnsW(st, SQL_ROWVER, nullptr, 0, nullptr, 0, wide(table), SQL_NTS,
                                     SQL_SCOPE_CURROW, SQL_NULLABLE)),
               succeeded());
  CHECK(column(st, 1) == std::vector<Text>{"_rev"});
  st.close();
  REQUIRE_THAT(st(SQLStatisticsW(st, nullptr, 0, nullptr, 0, wide(table), SQL_NTS, SQL_INDEX_ALL, SQL_QUICK)),
               succeeded());
  CHECK(st.columns() == 13);
  st.close();
  REQUIRE_THAT(st(SQLProceduresW(st, nullptr, 0, nullptr, 0, nullptr, 0)), succeeded());
  CHECK(st.columns() == 8);
  CHECK(column(st, 2) ==
        std::vector<Text>{"cancel_replication", "changes", "compact", "conflicts", "replicate", "revisions"});
  st.close();
  REQUIRE_THAT(st(SQLGetTypeInfoW(st, SQL_ALL_TYPES)), succeeded());
  CHECK(st.columns() == 19);
  const auto codes = column(st, 1);
  CHECK(std::is_sorted(codes.begin(), codes.end(),
                       [](const Text& a, const Text& b) { return std::stoi(*a) < std::stoi(*b); }));
  st.close();
  REQUIRE_THAT(st(SQLGetTypeInfoW(st, SQL_BIGINT)), succeeded());
  CHECK(column(st, 0) == std::vector<Text>{"BIGINT"});
  st.close();
  CHECK_THAT(st(SQLGetTypeInfoW(st, 4711)), failed("HY004"));
  CHECK_THAT(st(SQLStatisticsW(st, nullptr, 0, nullptr, 0, wide(table), SQL_NTS, 77, SQL_QUICK)),
             failed("HY100"));
  CHECK_THAT(st(SQLStatisticsW(st, nullptr, 0, nullptr, 0, wide(table), SQL_NTS, SQL_INDEX_ALL, 77)),
             failed("HY101"));
}
