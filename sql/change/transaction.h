#pragma once
// The pending changes of a connection in manual-commit mode (docs/transactions.md). Nothing of them is sent
// before commit(). Statements put their changes here instead of writing; what they read comes through
// OverlayDocuments (overlay.h), over a snapshot.
//
// Thread rules: any thread at any time; no lock is held while the network is waited for. While one thread
// commits, changes of others are Error(TransactionState).
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sql/documents.h"
#include "sql/error.h"

namespace couch::sql::change {

// What is to become of one document.
struct Pending {
  std::string revision;  // the one that was read first; empty: COMMIT finds no such document, or it conflicts
  std::string document;  // its JSON text, with _id and without _rev; empty: deleted
  bool deleted() const { return document.empty(); }
};
using PendingPtr = std::shared_ptr<const Pending>;

class PendingChanges;  // the documents by database and _id, each with its versions

// The pending changes as they were when it was made, whatever is changed, committed or rolled back later.
class Snapshot {
 public:
  Snapshot(std::shared_ptr<PendingChanges> changes, uint64_t at);
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  bool empty() const;
  // Whether a document of the database is changed.
  bool touches(std::string_view database) const;
  // Null: untouched.
  PendingPtr find(std::string_view database, std::string_view id) const;
  struct Entry {
    std::string id;
    PendingPtr change;
  };
  // Those with from <= id (and id < to), in the order of their bytes. nullopt: open.
  std::vector<Entry> range(std::string_view database, const std::optional<std::string>& from,
                           const std::optional<std::string>& to) const;

 private:
  std::shared_ptr<PendingChanges> changes_;
  uint64_t at_;
};

// What COMMIT could not do, one entry a document. The transaction is over: what was not written is discarded.
// kind(): Conflict (40001); CommitUnknown (08007) when no answer came for a document; CommitRefused (40002)
// when the server refused one for another reason than a conflict.
class CommitError : public Error {
 public:
  enum class Fate : uint8_t {
    Conflict,   // changed, deleted or created by another: not written
    Refused,    // the server's own rules (validate_doc_update, size): not written
    Unknown,    // sent, and no answer came
    Written,    // it is there
    NotWritten  // never sent
  };
  struct Document {
    std::string database, id;
    Fate fate;
    std::string message;  // one line, names the document
  };
  CommitError(ErrorKind kind, const std::string& message, std::vector<Document> documents)
      : Error(kind, message), documents_(std::move(documents)) {}
  // In order: what failed first. Nothing was written: only those that differ.
  const std::vector<Document>& documents() const noexcept { return documents_; }

 private:
  std::vector<Document> documents_;
};

class Transaction {
 public:
  // `memory`: bytes of pending changes, ids and bookkeeping included (TransactionMemory). What would pass it
  // is Error(TransactionSize) and changes nothing.
  explicit Transaction(uint64_t memory);

  // ---- changes. `document`: the whole new JSON object, with _id; a _rev in it is left out. `revision`: the
  // one that was read; it does not count where the document has a pending change, which keeps its own.

  // A document that must not exist. The caller has asked the server (through OverlayDocuments). Throws
  // Error(Duplicate) when this transaction has it.
  void insert(const std::string& database, const std::string& id, std::string document);
  // A document that was read is replaced.
  void replace(const std::string& database, const std::string& id, const std::string& revision,
               std::string document);
  // Deleted. What this transaction inserted is forgotten.
  void remove(const std::string& database, const std::string& id, const std::string& revision);

  // Any of these, by what is known: `base` is the revision that is replaced, empty for a new document;
  // without `json` it is deleted.
  void put(const std::string& database, const std::string& id, std::string_view base,
           std::optional<std::string> json);

  // Null: no pending change.
  PendingPtr lookup(std::string_view database, std::string_view id) const;
  std::shared_ptr<const Snapshot> snapshot() const;
  bool empty() const;
  size_t size() const;     // documents
  uint64_t bytes() const;  // of TransactionMemory
  bool touches(std::string_view database) const;

  // ---- undoing
  void rollback();                            // all of it, savepoints too
  void savepoint(const std::string& name);    // hides an older one of that name
  void rollback_to(const std::string& name);  // it stays. Throws Error(UnknownSavepoint).
  void release(const std::string& name);      // and later ones. Throws Error(UnknownSavepoint).

  // A statement that fails changes nothing: what was put since the scope began is undone, unless kept.
  //   Transaction::Scope scope{transaction}; … transaction.replace(…); … scope.keep();
  class Scope {
   public:
    explicit Scope(Transaction& transaction);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
    void keep() noexcept { kept_ = true; }

   private:
    Transaction& transaction_;
    std::shared_ptr<PendingChanges> changes_;
    uint64_t mark_;
    bool kept_ = false;
  };

  // ---- COMMIT
  struct Written {
    std::string database, id, revision;  // revision of the deletion, for deleted documents
  };
  struct Outcome {
    std::vector<Written> documents;  // by database and id
    bool accepted = false;           // fewer copies than the server wants (202): a warning
  };
  // Verifies every revision, then writes. `documents` is the server's, not an overlay.
  // Throws CommitError (see there), or what the link throws while nothing has been sent: then everything is
  // still pending. `stop` and `deadline` end it before the first write only: Error(Interrupted).
  Outcome commit(Documents& documents, const std::atomic<bool>& stop,
                 std::optional<std::chrono::steady_clock::time_point> deadline = std::nullopt);

 private:
  friend class Scope;
  void change(const std::string& database, const std::string& id, PendingPtr change);
  void undo(uint64_t mark);
  void require_open() const;

  struct Mark {
    std::string name;
    uint64_t at;
  };
  // The savepoint of that name. Throws Error(UnknownSavepoint).
  std::vector<Mark>::iterator youngest(const std::string& name);

  const uint64_t memory_;
  mutable std::mutex mutex_;
  std::shared_ptr<PendingChanges> changes_;
  std::vector<Mark> savepoints_;
  bool committing_ = false;
};

}  // namespace couch::sql::change
