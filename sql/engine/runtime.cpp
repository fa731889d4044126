// A place for the SQLite runtime until it lands: what runs in SQLite is refused. Replaced by the runtime
// itself.
#include "sql/engine/runtime.h"

#include "sql/engine/encoding.h"
#include "sql/error.h"
namespace couch::sql::engine {
namespace {
[[noreturn]] void absent() { throw Error(ErrorKind::NotSupported, "the SQLite runtime is not built in yet"); }
}  // namespace
std::unique_ptr<Runtime> Runtime::install(sqlite3*, RuntimeOptions) { absent(); }
Runtime::~Runtime() = default;
void Runtime::begin(const Timestamp&) { absent(); }
void Runtime::raise(int) { absent(); }
void Runtime::keep(std::exception_ptr) { absent(); }
uint64_t Runtime::take_mismatches() { absent(); }
void bind(sqlite3_stmt*, int, const Value&) { absent(); }
void bind(sqlite3_stmt*, int, const Cell&, const Type&) { absent(); }
void result(sqlite3_context*, const Cell&, const Type&) { absent(); }
Cell decode(sqlite3_stmt*, int, const Type&) { absent(); }
}  // namespace couch::sql::engine
