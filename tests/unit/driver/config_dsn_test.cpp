#include <catch2/catch.hpp>

#include "driver/config/settings.h"
#include "driver/odbc_error.h"
#include "private_ini.h"

using namespace couch::driver;

using couch::test::PrivateIni;

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
