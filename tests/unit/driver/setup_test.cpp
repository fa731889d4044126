// The setup library as unixODBC's installer loads it.
#include <odbcinst.h>
#include <odbcinstext.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <set>

#include "driver/config/keywords.h"
#include "driver/config/settings.h"
#include "private_ini.h"
#include "tests/paths.h"  // generated

using namespace couch::driver;
using couch::test::PrivateIni;

namespace {

const std::string drivers =
    "[CouchDB]\nDescription=test\nDriver=/nonexistent/libcouchdbodbc.so\nSetup=" BUILD_DIR
    "/libcouchdbodbcS.so\n";

// "DSN=x;Server=y" as the installer wants it: NULs between and two at the end.
bool configure(WORD request, std::string attributes) {
  for (char& c : attributes)
    if (c == ';') c = '\0';
  attributes += '\0';
  return SQLConfigDataSource(nullptr, request, "CouchDB", attributes.c_str()) != 0;
}

std::string last_error(DWORD expected) {
  DWORD code = 0;
  char message[1024] = "";
  WORD length = 0;
  if (SQLInstallerError(1, &code, message, sizeof message, &length) != SQL_SUCCESS)
    return "no error was posted";
  CHECK(code == expected);
  return message;
}

}  // namespace

TEST_CASE("ConfigDSN adds, changes and removes a data source without a dialog", "[setup]") {
  PrivateIni ini{"[other]\nDriver=CouchDB\n", drivers};
  REQUIRE(configure(ODBC_ADD_DSN,
                    "DSN=setup1;Host=couch.example;user=reader;Password=p=w;ReadOnly=yes;SampleSize=10"));
  CHECK(read_dsn("setup1") == Attributes{{"Driver", "CouchDB"},
                                         {"Server", "couch.example"},
                                         {"UID", "reader"},
                                         {"PWD", "p=w"},
                                         {"ReadOnly", "yes"},
                                         {"SampleSize", "10"}});
  CHECK_THAT(ini.odbc_ini(), Catch::Contains("[setup1]") && Catch::Contains("[other]"));

  REQUIRE(configure(ODBC_CONFIG_DSN, "DSN=setup1;SampleSize=20;ReadOnly="));
  CHECK(read_dsn("setup1") == Attributes{{"Driver", "CouchDB"},
                                         {"Server", "couch.example"},
                                         {"UID", "reader"},
                                         {"PWD", "p=w"},
                                         {"SampleSize", "20"}});

  REQUIRE(configure(ODBC_REMOVE_DSN, "DSN=setup1"));
  CHECK_THAT(ini.odbc_ini(), !Catch::Contains("[setup1]") && Catch::Contains("[other]"));
}

TEST_CASE("ConfigDSN refuses what is wrong, says why, and writes nothing", "[setup]") {
  PrivateIni ini{"", drivers};
  struct Case {
    WORD request;
    std::string attributes;
    DWORD code;
    std::string message;
  };
  const auto wrong = GENERATE(values<Case>({
      {ODBC_ADD_DSN, "Server=a", ODBC_ERROR_INVALID_DSN, "name no data source"},
      {ODBC_ADD_DSN, "DSN=a[b;Server=a", ODBC_ERROR_INVALID_DSN, "1 to 32 characters"},
      {ODBC_ADD_DSN, "DSN=an impossibly long name of a data source;Server=a", ODBC_ERROR_INVALID_DSN,
       "1 to 32 characters"},
      {ODBC_ADD_DSN, "DSN=setup2;SampleSize=many", ODBC_ERROR_INVALID_KEYWORD_VALUE,
       "SampleSize takes a whole number"},
      {ODBC_ADD_DSN, "DSN=setup2;Sever=a", ODBC_ERROR_INVALID_KEYWORD_VALUE, "did you mean Server"},
      {ODBC_ADD_DSN, "DSN=setup2;Server=a\nPWD=x", ODBC_ERROR_INVALID_KEYWORD_VALUE, "line break"},
      {ODBC_ADD_DSN, "DSN=setup2;PWD=x ", ODBC_ERROR_INVALID_KEYWORD_VALUE, "blank"},
      {ODBC_ADD_DSN, "DSN=setup2;nonsense", ODBC_ERROR_INVALID_KEYWORD_VALUE, "keyword=value"},
      {ODBC_CONFIG_DSN, "DSN=no such source;Server=a", ODBC_ERROR_INVALID_DSN,
       "there is no data source no such source"},
      {ODBC_REMOVE_DSN, "DSN=no such source", ODBC_ERROR_INVALID_DSN,
       "there is no data source no such source"},
  }));
  INFO(wrong.attributes);
  CHECK_FALSE(configure(wrong.request, wrong.attributes));
  CHECK_THAT(last_error(wrong.code), Catch::Contains(wrong.message));
  CHECK(ini.odbc_ini().empty());
}

TEST_CASE("ODBCINSTGetProperties offers every keyword to unixODBC's dialogs", "[setup]") {
  PrivateIni ini{"", drivers};
  HODBCINSTPROPERTY first = nullptr;
  char driver[] = "CouchDB";
  REQUIRE(ODBCINSTConstructProperties(driver, &first) == ODBCINST_SUCCESS);
  std::set<std::string> names;
  for (auto* property = first; property != nullptr; property = property->pNext) {
    names.insert(property->szName);
    const Keyword* keyword = find_keyword(property->szName);
    if (keyword == nullptr || keyword->kind == KeywordKind::Manager ||
        std::strcmp(property->szName, "Driver") == 0)
      continue;
    INFO(property->szName);
    CHECK(property->szValue == std::string{keyword->fallback});
    CHECK(property->pszHelp != nullptr);
    CHECK((property->nPromptType == ODBCINST_PROMPTTYPE_TEXTEDIT_PASSWORD) == keyword->secret);
    const auto offered = offered_values(*keyword);
    REQUIRE((property->aPromptData != nullptr) == !offered.empty());
    for (size_t i = 0; i < offered.size(); ++i) CHECK(property->aPromptData[i] == std::string{offered[i]});
    if (!offered.empty()) CHECK(property->aPromptData[offered.size()] == nullptr);
  }
  for (const Keyword& keyword : keywords())
    if (keyword.kind != KeywordKind::Manager) CHECK(names.contains(std::string{keyword.name}));
  CHECK(ODBCINSTDestructProperties(&first) == ODBCINST_SUCCESS);
}
