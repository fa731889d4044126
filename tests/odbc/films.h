#pragma once
// The database that most ODBC tests look at, on a scripted server.
#include <string>
#include <vector>

#include "tests/support/odbc.h"
#include "tests/support/scripted_couch.h"

namespace couch::test {

inline const std::vector<std::string>& film_documents() {
  static const std::vector<std::string> documents{
      R"({"_id":"amelie","type":"film","title":"Amélie 🎬","year":2001,"rating":8.25,"seen":true,"released":"2001-04-25","studio":{"city":"Paris"}})",
      R"({"_id":"drive","type":"film","title":"ドライブ・マイ・カー","year":2021,"rating":7.5,"seen":false,"released":"2021-08-20"})",
      R"({"_id":"metropolis","type":"film","title":"Metropolis","year":1927,"rating":8.3,"seen":true,"released":"1927-01-10","notes":null})",
      R"({"_id":"ran","type":"film","title":"Ran","year":1985,"rating":8.2,"seen":true,"released":"1985-05-31"})",
      R"({"_id":"stalker","type":"film","title":"Сталкер","year":1979,"rating":8.1,"released":"1979-05-25"})",
  };
  return documents;
}

class Films {
 public:
  ScriptedCouch couch;
  Environment environment;

  Films() { couch.serve_database("films", film_documents()); }
  std::string connection_string(const std::string& more = {}) const {
    return "DRIVER=CouchDB;Server=127.0.0.1;Port=" + std::to_string(couch.port()) + ";Database=films;" + more;
  }
};

}  // namespace couch::test
