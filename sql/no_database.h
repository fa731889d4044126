#pragma once
// Names of the form database.table whose database is not there.
#include <exception>
#include <string_view>

#include "sql/ast.h"
#include "sql/error.h"
#include "sql/table.h"

namespace couch::sql {

// Error(UnknownTable). `span`: of the whole name, which has a database in front.
Error no_such_database(std::string_view database, Span span);

// Calls ask(), which asks the catalog for something of a database. Where there is none of a name that the
// statement has (`qualified`), what the server says of that becomes no_such_database; errors of this layer
// that have no place get the name's.
template <class Ask>
auto ask_about(std::string_view database, Span span, bool qualified, Catalog& catalog, Ask&& ask) {
  try {
    return ask();
  } catch (const Error& error) {
    if (error.span()) throw;
    throw Error(error.kind(), error.what(), span);
  } catch (const std::exception&) {
    if (qualified && !catalog.has_database(database)) throw no_such_database(database, span);
    throw;
  }
}

}  // namespace couch::sql
