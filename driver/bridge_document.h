#pragma once
// One document by its id: GET /db/id, given as the row that _all_docs {keys} would give. It costs CouchDB
// less than that, and comes in one packet.
#include <memory>
#include <string>

#include "driver/bridge_read.h"
#include "sql/documents.h"

namespace couch::driver {

// `scope` as scope_path() gives it. Sends the request.
std::unique_ptr<sql::DocumentStream> read_document(std::shared_ptr<Link> link, std::string database,
                                                   const std::string& scope, const std::string& id);

}  // namespace couch::driver
