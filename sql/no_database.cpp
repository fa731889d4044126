#include "sql/no_database.h"

#include <fmt/format.h>

namespace couch::sql {

Error no_such_database(std::string_view database, Span span) {
  return Error(
      ErrorKind::UnknownTable,
      fmt::format("there is no database \"{}\": there are no schemas, and the name before the dot is a "
                  "database's",
                  database),
      span);
}

}  // namespace couch::sql
