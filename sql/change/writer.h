#pragma once
// Carries one statement's documents out, to the server or into the connection's transaction, and says what
// became of them.
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "sql/change/transaction.h"
#include "sql/session.h"

namespace couch::sql::change {

struct Outgoing {
  std::string id;
  std::string base;  // the revision that it replaces; empty: it is new, or pending in the transaction
  std::optional<std::string>
      json;            // the whole document, _id (and _rev, where it replaces one) in it; nullopt: removed
  bool fresh = false;  // INSERT's: there must be no such document
};

// Whether a write has to be tried again, or what to say of it.
enum class Fate : uint8_t { Written, Conflict, Refused, TooLarge, NotSent, Unknown };
struct Written {
  Fate fate = Fate::Written;
  std::string rev;     // of the new document; empty in a transaction
  std::string reason;  // unless Written
};

class Writer {
 public:
  Writer(const Execution& execution, std::string database);
  // In their order. Throws what the documents throw where nothing can have happened; Error(TransactionSize).
  std::vector<Written> write(std::vector<Outgoing>& documents);
  bool accepted() const { return accepted_; }  // a 202 was among the answers
  bool buffered() const { return execution_.transaction != nullptr; }
  // Adds the warning of a 202.
  void warn(std::vector<std::string>& warnings) const;

 private:
  const Execution& execution_;
  std::string database_;
  bool accepted_ = false;
};

// Of documents that met a conflict: waits a little longer each time, and says when to give up.
class Backoff {
 public:
  explicit Backoff(const Execution& execution);
  // False: no time is left. Throws Error(Interrupted).
  bool wait(Documents& documents);

 private:
  const std::atomic<bool>& stop_;
  std::chrono::steady_clock::time_point until_;
  int tries_ = 0;
};

// What a statement did, and the error that says so where it did not do all.
class Tally {
 public:
  uint64_t done = 0;
  void failed(const Outgoing& document, const Written& written) {
    add(document.id, written.fate, written.reason);
  }
  void add(const std::string& id, Fate fate, std::string reason);
  // What the SQLSTATE is of: the worst. `verb`: "inserted", "updated", "deleted".
  void throw_if_failed(std::string_view verb, const std::atomic<bool>& stop) const;
  bool any_failed() const { return !failures_.empty(); }
  // In the handler of what ended the statement early, when `left` were still to be done: throws it again,
  // with what was done before it, or what the statement does not know any more.
  [[noreturn]] void rethrow(const std::vector<std::string>& left, std::string_view verb,
                            const std::atomic<bool>& stop);

 private:
  struct Failure {
    std::string id;
    Fate fate;
    std::string reason;
  };
  std::vector<Failure> failures_;
};
// The error of one document alone.
Error error_of(const std::string& id, Fate fate, const std::string& reason, std::string_view verb,
               bool stopped);

}  // namespace couch::sql::change
