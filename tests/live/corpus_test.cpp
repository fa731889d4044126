// Statements of tests/golden against the sample shop, judged by SQLite.
#include "tests/live/corpus.h"

#include <catch2/catch.hpp>

#include "tests/live/shop.h"

using namespace couch::live;

namespace {

void check_corpus(const std::string& path) {
  for (const auto& one : read_corpus(path)) {
    const auto wrong =
        wrong_answer(one, shop().session(), shop().database(), shop().oracle(), shop().order());
    INFO(path << ": " << wrong);
    CHECK(wrong.empty());
  }
}

}  // namespace

TEST_CASE("Each clause of SELECT on one table answers as SQLite does", "[live][select]") {
  check_corpus("select/one_table.sql");
}

TEST_CASE("Queries as Tableau sends them answer as SQLite does", "[live][clients]") {
  check_corpus("clients/tableau.sql");
}

TEST_CASE("Queries as Power BI sends them answer as SQLite does", "[live][clients]") {
  check_corpus("clients/power_bi.sql");
}

TEST_CASE("Queries as Excel and Microsoft Query send them answer as SQLite does", "[live][clients]") {
  check_corpus("clients/excel.sql");
}

TEST_CASE("Queries as LibreOffice Base sends them answer as SQLite does", "[live][clients]") {
  check_corpus("clients/libreoffice.sql");
}
