#pragma once
// Rows of CouchDB's answers to rows of SQL: JSON is read in place by RapidJSON's SAX reader, only the wanted
// columns are kept, no document is built, and in the steady state nothing is allocated.
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "sql/session.h"
#include "sql/table.h"
#include "sql/value.h"

namespace couch::sql::decode {

// What surrounds a document in the rows of an answer.
enum class Envelope : uint8_t {
  Document,  // _find: the row is the document
  Row,       // _all_docs: {"id","key","value":{"rev"},"doc"?}
  View,      // _view: {"id","key","value"}, or {"key","value"}
  Keys,      // a JSON index as a view, without documents: {"id","key":[…]}
};

// What to read of each row.
struct Shape {
  std::shared_ptr<const Table> table;
  Envelope envelope = Envelope::Document;
  bool documents = true;          // Row: the documents are in it; without them only _id and _rev can be read
  std::vector<uint32_t> columns;  // of the table; slot i holds columns[i]
  // The fields of the JSON index that is read. Keys: columns, and the table's discriminator, are one of them,
  // below one, or _id. Row: the document is left out where one of them is not what the key says: it was
  // written after the index was read, and may not be what the key's range was to find.
  std::vector<std::vector<std::string>> key_fields = {};
  bool once = false;  // Row, Keys: a document that comes again is left out
};

// Rows that are not the table's are left out: missing and deleted documents, design documents, and those
// whose discriminator is not the table's, byte for byte (CouchDB's equality is ICU's).
class Decoder {
 public:
  Decoder(Shape shape, MismatchPolicy policy);
  ~Decoder();
  Decoder(Decoder&&) noexcept;
  Decoder& operator=(Decoder&&) noexcept;

  // Takes the next row of an answer. Its bytes are changed, one byte after it too; cells borrow from them
  // until the next load(). Throws Error(MalformedAnswer).
  void load(std::span<char> json);
  // Moves to the next SQL row of what was loaded: one at most, but for array tables one an element. False: no
  // more.
  bool next();
  // The current row's value in slot i. Throws Error(TypeMismatch) where the policy says so.
  const Cell& cell(size_t slot) const {
    if (!misfits_.empty()) check(slot);
    return cells_[slot];
  }
  size_t width() const { return cells_.size(); }

  // Values so far that read as NULL because their class does not fit their column.
  uint64_t mismatches() const { return mismatches_; }
  // The first of them, for the warning: "column age (BIGINT) of document x".
  const std::string& first_mismatch() const { return first_mismatch_; }

 private:
  struct Reading;
  void convert(size_t element);
  void misfit(uint32_t slot);
  void check(size_t slot) const;

  Shape shape_;
  MismatchPolicy policy_;
  std::unique_ptr<Reading> reading_;
  std::vector<Cell> cells_;
  std::vector<std::pair<uint32_t, std::string>>
      misfits_;                            // of the current row: slots that are errors, and why
  std::unordered_set<std::string> given_;  // ids of documents, where each is to come once
  size_t rows_ = 0, at_ = 0;               // SQL rows in what was loaded
  uint64_t mismatches_ = 0;
  std::string first_mismatch_;
};

}  // namespace couch::sql::decode
