#include <catch2/catch.hpp>
#include <fstream>
#include <iostream>
#include <sstream>

#include "driver/config/documentation.h"
#include "driver/config/keywords.h"
#include "tests/paths.h"  // generated

using namespace couch::driver;

namespace {

std::string contents(const std::string& path) {
  std::ifstream in{path};
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("README's table of keywords is the code's", "[config][documentation]") {
  const std::string readme = contents(SOURCE_DIR "/README.md");
  REQUIRE_FALSE(readme.empty());
  const std::string begin = "<!-- keywords -->\n", end = "<!-- /keywords -->";
  const size_t from = readme.find(begin);
  if (from == std::string::npos) {
    WARN(
        "README.md has no <!-- keywords --> … <!-- /keywords -->; `unit_driver '[.markdown]'` prints what "
        "goes between them");
    return;
  }
  const size_t to = readme.find(end, from);
  REQUIRE(to != std::string::npos);
  const std::string table = readme.substr(from + begin.size(), to - from - begin.size());
  CHECK(table == keywords_as_markdown());
}

TEST_CASE("The table of keywords is whole", "[config][documentation]") {
  const std::string table = keywords_as_markdown();
  for (const Keyword& keyword : keywords()) {
    if (keyword.kind == KeywordKind::Manager) continue;
    INFO(keyword.name);
    CHECK_THAT(table, Catch::Contains("| `" + std::string{keyword.name} + "`"));
    CHECK_FALSE(keyword.summary.empty());
    CHECK(keyword.summary.find('|') == std::string_view::npos);
  }
}

TEST_CASE("Print the table of keywords for README", "[.markdown]") { std::cout << keywords_as_markdown(); }
