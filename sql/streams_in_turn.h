#pragma once
// Several requests whose rows follow one another as if they were one answer's.
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "sql/documents.h"

namespace couch::sql {

// What one request is divided into: more than one at least where that is worth it. May ask the documents.
using Divide = std::function<std::vector<DocumentRequest>(const DocumentRequest&, Documents&)>;

// The first `at_once` requests are sent now and each later one when an earlier one ends: what arrives ahead
// of its turn waits with the carrier, which bounds its memory (a stream that is not read pauses). So ranges
// of a size that the carrier holds are read side by side, and their order is kept. With `divide`, each is
// divided before the first part of it is sent; where that fails, it is read undivided. documents: outlives
// the stream.
std::unique_ptr<DocumentStream> open_in_turn(std::vector<DocumentRequest> requests, uint32_t at_once,
                                             Documents& documents, Divide divide = {});

}  // namespace couch::sql
