#pragma once
// How sql/ asks for documents. It knows CouchDB's requests, not HTTP; driver/bridge carries them out over http/.
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace couch::sql {

// _all_docs with include_docs; rows {"id","key","value":{"rev"},"doc":{…}}. Design documents are among them.
struct AllDocs {
  std::optional<std::string> start, end;  // document ids, raw bytes order
  bool inclusive_end = true;
  bool include_docs = true;
  bool descending = false;
  std::optional<uint64_t> limit;          // absent: all (the carrier states a number and pages where the server forces a size)
};
// POST _all_docs {keys}: rows as above, in this order, repeats kept; a missing one has "error":"not_found".
struct ByIds {
  std::vector<std::string> ids;
  bool include_docs = true;
};
// _find: rows are the documents (or their projection by `fields`).
struct Find {
  std::string selector;                   // JSON text
  std::vector<std::string> fields;        // Mango paths; empty: whole documents
  std::string sort;                       // JSON text of the array; empty: none
  std::vector<std::string> use_index;     // {ddoc, name}; empty: server's choice
  std::optional<uint64_t> limit;
};
// _design/D/_view/V: rows {"id","key","value","doc"?}, or {"key","value"} when reduced.
struct ViewRead {
  std::string design_document, view;
  std::string start_key, end_key;         // JSON text; empty: open
  std::optional<std::string> start_key_docid, end_key_docid;
  bool inclusive_end = true;
  bool descending = false;
  bool reduce = false;
  bool group = false;
  uint32_t group_level = 0;               // 0: not sent
  std::vector<std::string> keys;          // JSON texts
  bool include_docs = false;
  std::optional<uint64_t> limit;
};
// GET /db: one row, {"doc_count":…, "design_count":…, "update_seq":…}; doc_count without design documents.
struct DatabaseCount {};

struct DocumentRequest {
  std::string database;
  std::string partition;                  // empty: none
  std::variant<AllDocs, ByIds, Find, ViewRead, DatabaseCount> what;
};

// The rows of one answer, in order. One thread at a time.
class DocumentStream {
 public:
  virtual ~DocumentStream() = default;
  // The next whole row's JSON. Its bytes may be changed by the caller (in-situ parsing) and are valid until the next call.
  // One byte past the end is readable and writable. nullopt: the answer ended as JSON says it should. Throws otherwise:
  // an answer that ends early is never the end of data.
  virtual std::optional<std::span<char>> next() = 0;
};

class Documents {
 public:
  virtual ~Documents() = default;
  // Sends the request; does not wait for the answer.
  virtual std::unique_ptr<DocumentStream> open(const DocumentRequest& request) = 0;
};

}  // namespace couch::sql
