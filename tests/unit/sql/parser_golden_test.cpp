// tests/golden/parse/*.sql: cases of a statement, "==", its canonical text, "==", its outline; a line of
// "====" stands between two. COUCH_UPDATE_GOLDEN=1 writes what the parser makes of the statements: read the
// difference before it is committed.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "sql/parser.h"
#include "tests/paths.h"  // generated

using namespace couch::sql;

namespace {

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  REQUIRE(in);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> split(const std::string& text, const std::string& separator) {
  std::vector<std::string> parts;
  size_t begin = 0;
  for (size_t at = 0; (at = text.find(separator, begin)) != std::string::npos;
       begin = at + separator.size()) {
    parts.push_back(text.substr(begin, at - begin));
  }
  parts.push_back(text.substr(begin));
  return parts;
}

std::string described(const std::string& text) {
  const ast::Statement statement = parse(text);
  return text + "\n==\n" + print(statement) + "\n==\n" + dump(statement);
}

}  // namespace

TEST_CASE("parse: golden trees", "[sql][parser][golden]") {
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(SOURCE_DIR "/tests/golden/parse")) {
    if (entry.path().extension() != ".sql") continue;
    ++files;
    std::string now;
    for (const std::string& golden : split(read(entry.path()), "====\n")) {
      std::string text = split(golden, "\n==\n").front();
      while (!text.empty() && text.back() == '\n') text.pop_back();
      INFO(entry.path() << "\n" << text);
      const std::string description = described(text);
      now += (now.empty() ? "" : "====\n") + description;
      if (std::getenv("COUCH_UPDATE_GOLDEN") == nullptr) CHECK(description == golden);
    }
    if (std::getenv("COUCH_UPDATE_GOLDEN") != nullptr) std::ofstream(entry.path(), std::ios::binary) << now;
  }
  CHECK(files >= 4);
}
