#pragma once
// Errors of a statement say where in its text.
#include <string_view>

#include "sql/error.h"

namespace couch::sql {

// Runs body; an error with a place in the statement gets its line, column and caret.
template <class Body>
auto located_in(std::string_view statement, Body&& body) {
  try {
    return body();
  } catch (const Error& error) {
    if (!error.span()) throw;
    throw Error(error.kind(), located(statement, *error.span(), error.what()));
  }
}

}  // namespace couch::sql
