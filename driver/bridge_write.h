#pragma once
// sql::Documents::write over HTTP: _bulk_docs in batches, several in flight.
#include <span>
#include <string>
#include <vector>

#include "driver/bridge_read.h"
#include "sql/documents.h"

namespace couch::driver {

// As sql::Documents::write(). Nothing is sent twice that may have happened: a batch is only divided and sent
// again where the server refused it as a whole (one bad document makes all of them 400).
std::vector<sql::WriteResult> write_documents(const Link& link, const std::string& database,
                                              std::span<const std::string> documents);

// The bounds of a batch. More at once makes the server no faster, and each one waits for its answer whole.
constexpr size_t batch_documents = 2000, batch_bytes = 4u << 20;
constexpr size_t batches_in_flight = 4;

}  // namespace couch::driver
