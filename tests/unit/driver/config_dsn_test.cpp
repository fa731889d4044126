#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "driver/config/settings.h"
#include "driver/odbc_error.h"

using namespace couch::driver;

namespace {

// An odbc.ini of its own, seen by unixODBC through ODBCINI and ODBCSYSINI.
class PrivateIni {
 public:
  explicit PrivateIni(const std::string& text) {
    std::string pattern = (std::filesystem::temp_directory_path() / "couchdb-odbc-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
    folder_ = pattern;
    std::ofstream{folder_ + "/odbc.ini"} << text;
    std::ofstream{folder_ + "/odbcinst.ini"} << "";
    setenv("ODBCINI", (folder_ + "/odbc.ini").c_str(), 1);
    setenv("ODBCSYSINI", folder_.c_str(), 1);
  }
  ~PrivateIni() {
    unsetenv("ODBCINI");
    unsetenv("ODBCSYSINI");
    std::filesystem::remove_all(folder_);
  }
  PrivateIni(const PrivateIni&) = delete;
  PrivateIni& operator=(const PrivateIni&) = delete;

 private:
  std::string folder_;
};

}  // namespace

TEST_CASE("A data source's keywords are read in order, misspelt ones too", "[config][dsn]") {
  PrivateIni ini{
      "[shop1]\nDriver = CouchDB\nServer=a, b:81\nSever = c\nPWD = {x;y}\nDatabase =\n[other]\nServer=z\n"};
  CHECK(
      read_dsn("shop1") ==
      Attributes{
          {"Driver", "CouchDB"}, {"Server", "a, b:81"}, {"Sever", "c"}, {"PWD", "{x;y}"}, {"Database", ""}});
  CHECK(read_dsn("no such source").empty());
  CHECK(read_dsn("").empty());
}

TEST_CASE("A token longer than unixODBC's lines is read whole, and its rest is no keyword", "[config][dsn]") {
  for (const size_t length : {900u, 985u, 990u, 993u, 994u, 1000u, 1500u, 2100u, 8000u}) {
    std::string token;
    for (size_t i = 0; token.size() < length; ++i) token += std::to_string(i) + "=";
    token.resize(length, 'x');
    token.back() = 'x';
    PrivateIni ini{"[long" + std::to_string(length) + "]\nServer=a\nToken = " + token + "\nDatabase=d\n"};
    INFO(length);
    CHECK(read_dsn("long" + std::to_string(length)) ==
          Attributes{{"Server", "a"}, {"Token", token}, {"Database", "d"}});
  }
}
