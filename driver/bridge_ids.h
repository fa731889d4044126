#pragma once
// Documents by their ids: POST _all_docs {keys}, a row for each of them.
#include <memory>

#include "driver/bridge_read.h"
#include "sql/documents.h"

namespace couch::driver {

// Sends the request. An id that no document can have (says_no_such_id) is missing like any other that is not
// there, in its place.
std::unique_ptr<sql::DocumentStream> read_ids(std::shared_ptr<Link> link, const sql::DocumentRequest& request,
                                              const sql::ByIds& read);

// Ids are "partition:rest" in a partitioned database, and CouchDB 3.5 answers 400 to a request in which one
// is not, also where it only looks for documents.
bool says_no_such_id(const http::Error& error);

}  // namespace couch::driver
