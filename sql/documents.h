#pragma once
// How sql/ asks for documents. It knows CouchDB's requests, not HTTP; driver/bridge carries them out over
// http/.
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace couch::sql {

// _all_docs with include_docs; rows {"id","key","value":{"rev"},"doc":{…}}. Design documents are among them.
struct AllDocs {
  std::optional<std::string> start, end;  // document ids, raw bytes order
  bool inclusive_end = true;
  bool include_docs = true;
  bool descending = false;
  std::optional<uint64_t>
      limit;  // absent: all (the carrier states a number and pages where the server forces a size)
  // So many will probably do: asked for first, and the rest only when it is read, too.
  std::optional<uint64_t> expected;
};
// POST _all_docs {keys}, or GET /db/id (is_one_document): rows as above, in this order, repeats kept; a
// missing one has "error":"not_found".
struct ByIds {
  std::vector<std::string> ids;
  bool include_docs = true;
};
// That row.
std::string row_of_missing(std::string_view id);
// _find: rows are the documents (or their projection by `fields`).
struct Find {
  std::string selector;                // JSON text
  std::vector<std::string> fields;     // Mango paths; empty: whole documents
  std::string sort;                    // JSON text of the array; empty: none
  std::vector<std::string> use_index;  // {ddoc, name}; empty: server's choice
  std::optional<uint64_t> limit;
};
// _design/D/_view/V: rows {"id","key","value","doc"?}, or {"key","value"} when reduced.
struct ViewRead {
  std::string design_document, view;
  std::string start_key, end_key;  // JSON text; empty: open
  std::optional<std::string> start_key_docid, end_key_docid;
  bool inclusive_end = true;
  bool descending = false;
  bool reduce = false;
  bool group = false;
  uint32_t group_level = 0;       // 0: not sent
  std::vector<std::string> keys;  // JSON texts
  bool include_docs = false;
  std::optional<uint64_t> limit;
  std::optional<uint64_t> expected;  // as in AllDocs; not where `reduce` or `keys` are
};
// Where an id stands: one row {"total":…,"rank":…,"id":…}, the number of documents (design documents too),
// how many of them have smaller ids than `from`, and the first id that is none of these (left out at the
// end). _all_docs?limit=1&startkey=from, which costs the server a millisecond. On PouchDB Server ranks are 0.
struct Rank {
  std::string from;  // empty: the first id
};
// GET /db: one row, {"doc_count":…, "design_count":…, "update_seq":…}; doc_count without design documents. Of
// a partition the first of them alone means something.
struct DatabaseCount {};

// ---- what changes something (docs/architecture.md, Writes)

// The server's word on one document of _bulk_docs. Neither revision nor error: no answer arrived (unknown).
struct WriteResult {
  std::string id{}, rev{};
  std::string error{}, reason{};  // "conflict", "forbidden", …
  bool accepted = false;          // 202: fewer copies than the server wants; a success with a warning
  bool unknown = false;           // whether it happened is not known; `reason` says what went wrong
  bool succeeded() const { return !rev.empty(); }
};

// Requests that are no documents' reads or writes. JSON texts; names raw.
struct CreateDatabaseAction {
  std::string name;
  bool partitioned = false;
};
struct DropDatabaseAction {
  std::string name;
};
struct CreateIndexAction {
  std::string database, definition;
};  // body of POST _index
struct DropIndexAction {
  std::string database, design_document, name;
};
// A design document; with _rev and _deleted in it, its removal.
struct PutDesignAction {
  std::string database, design_document, body;
};
struct CompactAction {
  std::string database;
};
// POST _replicate. Databases of the connection's server by name, others by URL; for the former the bridge
// adds what the server needs to reach itself.
struct ReplicateAction {
  std::string source, target;
  bool create_target = false, continuous = false, cancel = false;
  bool by_name = false;  // the server reaches its own databases by their names (PouchDB Server)
};
struct ReadAction {
  std::string database;
  std::vector<std::string> path;  // segments, raw; none: the database itself
  std::vector<std::pair<std::string, std::string>> query;
};  // GET /db/path
using Action = std::variant<CreateDatabaseAction, DropDatabaseAction, CreateIndexAction, DropIndexAction,
                            PutDesignAction, CompactAction, ReplicateAction, ReadAction>;
struct ActionAnswer {
  // HTTP's. What a statement may handle comes back (400, 403, 404, 409, 412, with {"error","reason"}), others
  // are thrown.
  long status = 0;
  std::string body;
};

struct DocumentRequest {
  std::string database;
  std::string partition;  // empty: none
  std::variant<AllDocs, ByIds, Find, ViewRead, Rank, DatabaseCount> what;
};

// ByIds of one id, with its document, goes out as GET /db/id. Not where such a path may mean something else,
// to the server (no id, or one that begins with '_') or to a proxy before it ('.', slashes, control
// characters), nor where it may be too long for a request line.
bool is_one_document(const DocumentRequest& request);

// What a stream throws where the view of a ViewRead is not there is this, too, beside an exception of the
// carrier's own: whoever chose the view may choose another way.
struct NoSuchView {
  std::string database;
};

// The rows of one answer, in order. One thread at a time.
class DocumentStream {
 public:
  virtual ~DocumentStream() = default;
  // The next whole row's JSON. Its bytes may be changed by the caller (in-situ parsing) and are valid until
  // the next call. One byte past the end is readable and writable. nullopt: the answer ended as JSON says it
  // should. Throws otherwise: an answer that ends early is never the end of data.
  virtual std::optional<std::span<char>> next() = 0;
};

class Documents {
 public:
  virtual ~Documents() = default;
  // Sends the request; does not wait for the answer.
  virtual std::unique_ptr<DocumentStream> open(const DocumentRequest& request) = 0;
  // The connection has changes to the database that the server does not know yet, and answers hold them
  // (sql/change/overlay.h). Then a request may be AllDocs, ByIds or Find without limit, sort and with every
  // condition checked again: documents that the selector does not fit are among the rows.
  virtual bool pending(std::string_view database) const;
  // Writes documents (JSON objects with _id; _rev where a known revision is replaced or, with _deleted,
  // removed) by _bulk_docs, in batches bounded by bytes and count, several in flight. One result a document,
  // in their order; throws only when nothing can have happened (no link, no such database). Never repeats
  // what may have happened.
  virtual std::vector<WriteResult> write(const std::string& database, std::span<const std::string> documents);
  virtual ActionAnswer perform(const Action& action);
  // Waits before something is tried again; ends early when the statement is stopped.
  virtual void pause(std::chrono::milliseconds time);
};

}  // namespace couch::sql
