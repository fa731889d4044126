#pragma once
// One database of the scripted server: documents in memory, answered in CouchDB 3.5's shapes. See
// ScriptedCouch::serve_database.
#include <memory>
#include <string>
#include <vector>

namespace couch::test {

struct Asked;

class ScriptedDatabase {
 public:
  struct Answer {
    int status = 200;
    std::string body;
    bool streamed = false;  // chunked, as CouchDB sends lists
  };
  // Throws std::invalid_argument for a document that is no JSON object with an _id.
  ScriptedDatabase(std::string name, const std::vector<std::string>& documents, bool partitioned = false);
  ~ScriptedDatabase();
  ScriptedDatabase(const ScriptedDatabase&) = delete;
  ScriptedDatabase& operator=(const ScriptedDatabase&) = delete;

  // `rest`: the path after "/db/", unescaped; empty for the database itself. Not thread safe.
  Answer answer(const Asked& asked, const std::string& rest);
  // JSON texts, in order of their ids; design documents too.
  std::vector<std::string> documents() const;

 private:
  struct Contents;
  std::unique_ptr<Contents> contents_;
};

}  // namespace couch::test
