#pragma once
// Views as CouchDB answers them: the rows of a JSON index, ranges of keys, keys, reduces and groups.
#include <map>
#include <string>
#include <vector>

#include "sql/documents.h"
#include "sql/table.h"
#include "tests/support/json.h"

namespace couch::test::model {

struct ViewRow {
  Json key;
  std::string id;
  Json value;
  std::string document;  // JSON text
};

// The rows of a JSON index as the view that it is: by key, then by the bytes of _id. `documents`: JSON texts
// by _id.
std::vector<ViewRow> index_rows(const std::map<std::string, std::string>& documents, const sql::Index& index);

// What is asked for of all rows, as JSON texts; reduce: one of _count, _sum, _stats. Throws
// std::invalid_argument or std::runtime_error for what CouchDB would refuse.
std::vector<std::string> view_answer(const std::vector<ViewRow>& all, const sql::ViewRead& read,
                                     const std::string& reduce);

}  // namespace couch::test::model
