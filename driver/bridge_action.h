#pragma once
// sql::Action over HTTP: databases, indexes, compaction, replication, and what is read beside documents.
#include "driver/bridge_read.h"
#include "sql/documents.h"

namespace couch::driver {

// Never repeated by itself where that would change what the answer says. Throws sql::Error(OutcomeUnknown)
// where the server may have done what was asked and its answer was lost.
sql::ActionAnswer perform_action(const Link& link, const sql::Action& action);

}  // namespace couch::driver
