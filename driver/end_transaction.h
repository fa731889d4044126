#pragma once
// COMMIT and ROLLBACK, whoever asks for them: SQLEndTran, a statement, SQL_ATTR_AUTOCOMMIT.
#include "driver/diagnostics.h"
#include "driver/session.h"
#include "http/client.h"

namespace couch::driver {

// Writes what is pending, and warns of a 202. Throws sql::change::CommitError, whose documents the
// diagnostics tell one by one: the transaction is over. Anything else: nothing was written, all of it is
// still pending.
void commit(Session& session, const http::Stop& stop, Diagnostics& diagnostics);
// The same for calls without a stop of their own: QueryTimeout bounds it (HYT00).
void commit(Session& session, Diagnostics& diagnostics);
void rollback(Session& session);

}  // namespace couch::driver
