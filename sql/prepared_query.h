#pragma once
// A bound query, ready to run: what prepare() makes of a SELECT, and what a change reads its rows with.
#include <memory>
#include <string>

#include "sql/session.h"

namespace couch::sql {

// text: the statement's, for messages and EXPLAIN; the tree's spans point into it.
std::unique_ptr<const Prepared> prepared_query(std::string text, Bound bound, Catalog& catalog,
                                               const Options& options);

}  // namespace couch::sql
