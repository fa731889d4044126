#include "sql/documents.h"

#include <thread>

#include "sql/error.h"

namespace couch::sql {

bool Documents::pending(std::string_view) const { return false; }

// Sources that can only be read (tests', mostly).
std::vector<WriteResult> Documents::write(const std::string&, std::span<const std::string>) {
  throw Error(ErrorKind::NotSupported, "these documents cannot be changed");
}
ActionAnswer Documents::perform(const Action&) {
  throw Error(ErrorKind::NotSupported, "this server is only read");
}

void Documents::pause(std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }

}  // namespace couch::sql
