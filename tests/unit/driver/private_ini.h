#pragma once
// An odbc.ini and odbcinst.ini of a test's own, seen by unixODBC through ODBCINI and ODBCSYSINI while it
// lives.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace couch::test {

class PrivateIni {
 public:
  explicit PrivateIni(const std::string& odbc_ini, const std::string& odbcinst_ini = {}) {
    std::ofstream{folder() + "/odbc.ini"} << odbc_ini;
    std::ofstream{folder() + "/odbcinst.ini"} << odbcinst_ini;
    setenv("ODBCINI", (folder() + "/odbc.ini").c_str(), 1);
    setenv("ODBCSYSINI", folder().c_str(), 1);
  }
  ~PrivateIni() {
    unsetenv("ODBCINI");
    unsetenv("ODBCSYSINI");
  }
  PrivateIni(const PrivateIni&) = delete;
  PrivateIni& operator=(const PrivateIni&) = delete;

  std::string odbc_ini() const {
    std::ifstream in{folder() + "/odbc.ini"};
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }

 private:
  // One for the process: unixODBC asks for ODBCSYSINI once and remembers it.
  static const std::string& folder() {
    struct Folder {
      Folder() : path((std::filesystem::temp_directory_path() / "couchdb-odbc-XXXXXX").string()) {
        if (mkdtemp(path.data()) == nullptr) throw std::runtime_error("mkdtemp");
      }
      ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
      }
      std::string path;
    };
    static const Folder made;
    return made.path;
  }
};

}  // namespace couch::test
