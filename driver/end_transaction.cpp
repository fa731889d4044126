#include "driver/end_transaction.h"

#include <chrono>

#include "driver/bridge.h"
#include "driver/odbc_error.h"
#include "driver/timer.h"
#include "http/error.h"
#include "sql/error.h"

namespace couch::driver {

namespace {

// Tables that only this transaction's documents made are known no more.
void take_back_tables(Session& session) {
  for (const auto& told : session.manual_commit().take_told())
    session.schema(nullptr)->take_back(told.database, told.type);
}

}  // namespace

void commit(Session& session, const http::Stop& stop, Diagnostics& diagnostics) {
  auto* transaction = session.manual_commit().transaction();
  if (!transaction) return;
  const auto documents = documents_over(session.client(), &stop, std::nullopt);
  try {
    const auto outcome = transaction->commit(*documents, stop.flag());
    session.manual_commit().over();
    session.manual_commit().take_told();
    if (outcome.accepted) {
      diagnostics.warn(
          SqlState::s01000,
          "the server accepted the documents but has not stored as many copies as it is set to (HTTP 202)");
    }
    session.log().write(LogLevel::Info, fmt::format("committed {} documents", outcome.documents.size()));
  } catch (const sql::change::CommitError&) {
    session.manual_commit().over();
    take_back_tables(session);
    throw;
  }
}

void commit(Session& session, Diagnostics& diagnostics) {
  http::Stop stop;
  const std::chrono::seconds limit{session.settings().query_timeout};
  const CallTimer timer{stop, limit};
  const auto translate = [&] {
    if (timer.expired())
      throw OdbcError{SqlState::sHYT00, "COMMIT took longer than {} seconds (QueryTimeout)", limit.count()};
  };
  try {
    commit(session, stop, diagnostics);
  } catch (const http::Error& e) {
    if (e.kind() == http::ErrorKind::Interrupted) translate();
    throw;
  } catch (const sql::Error& e) {
    if (e.kind() == sql::ErrorKind::Interrupted) translate();
    throw;
  }
}

void rollback(Session& session) {
  auto* transaction = session.manual_commit().transaction();
  if (!transaction) return;
  transaction->rollback();
  session.manual_commit().over();
  take_back_tables(session);
}

}  // namespace couch::driver
