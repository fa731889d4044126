#pragma once
// What went wrong, in words that say what to do. No message shows a password, a token, or a query's values.
#include <string>
#include <string_view>

#include "http/client.h"
#include "http/wire.h"

namespace couch::http {

// A status >= 300 with its body: CouchDB's {"error", "reason"}, or what else the server said.
Error status_error(const Site& site, const Request& request, long status, std::string_view body,
                   std::string_view location);

// How far a transfer came: the request may have reached the server; a status line came back; over a
// connection that was used before.
struct Progress {
  bool sent = false, answered = false, kept = false;
  bool repeatable = true;  // else what was sent may have changed something
};

// A transfer that failed: CannotConnect where the request was never sent or what answers is no HTTP server,
// else LinkFailure.
Error transfer_error(const Site& site, const BaseUrl& server, int curl_code, const std::string& detail,
                     Progress progress);

// The deadline of a statement, or of a connect().
Error timeout_error(const BaseUrl& server, ErrorKind kind, std::chrono::milliseconds limit);

Error interrupted_error();

// A copy for another thread. Copies of an exception share their text; libstdc++ counts its users in a way
// that ThreadSanitizer cannot see.
Error unshared(const Error& error);

// A whole answer whose JSON is cut off or goes on after its end; an answer that is no JSON is left alone.
void check_whole(std::string_view body);

}  // namespace couch::http
