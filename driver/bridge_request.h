#pragma once
// sql::DocumentRequest to HTTP: paths, query parameters and bodies. Pure.
#include <cstdint>
#include <string>

#include "http/client.h"
#include "sql/documents.h"

namespace couch::driver {

// What "all" is sent as. Views take 268435456 itself for "not said" and put the operator's query_limit in its
// place without a word (couch_mrview_util:apply_limit); one less is a limit that was stated, and refused when
// it is too large.
constexpr uint64_t all_rows = 268435455;

// "/db" or "/db/_partition/p"
std::string scope_path(const sql::DocumentRequest& request);

http::Request all_docs_request(const std::string& scope, const sql::AllDocs& read, uint64_t limit);
http::Request ids_request(const std::string& scope, const sql::ByIds& read);
http::Request find_request(const std::string& scope, const sql::Find& read, uint64_t limit,
                           const std::string& bookmark);
http::Request view_request(const std::string& scope, const sql::ViewRead& read, uint64_t limit);

}  // namespace couch::driver
