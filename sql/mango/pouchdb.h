#pragma once
// What of a selector PouchDB Server can be trusted with.
#include <vector>

#include "sql/mango/push_down.h"

namespace couch::sql::mango {

// pouchdb-find turns an AND into one object by its fields before it looks at documents. Two tests of one
// field are merged with JavaScript's `<`, across types, and one of them is lost: too many documents. Two ORs
// are multiplied out, and branches about the same field are dropped: too few. So each field stands in an AND
// once, and there is one OR, of plain tests. Where an index has a field with a dot in its name as a selector
// writes it, `$gt` is answered as `$gte`.
class PouchDbAnd {
 public:
  // The table's own part is in the AND already.
  explicit PouchDbAnd(const Table& table) { paths_.push_back(table.discriminator_path); }

  // Takes what may be added to the AND out of a condition; everything() when nothing may. exact becomes false
  // when that is less than the condition.
  void admit(Pushed& pushed);

 private:
  bool add(const Selector& term);

  std::vector<Path> paths_;
  bool has_or_ = false;
};

}  // namespace couch::sql::mango
