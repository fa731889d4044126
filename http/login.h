#pragma once
// The session of one client (Auth::Session): its cookie, and the one login that runs while others wait for
// it. I/O thread only.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/error.h"

namespace couch::http {

struct Login {
  std::string cookie;  // the value of AuthSession; empty: not logged in
  bool running = false;
  std::vector<std::function<void(const std::optional<Error>&)>> waiting;  // called once, with why it failed
};

// The cookie that a Set-Cookie header sets, if it is CouchDB's; empty where it ends the session.
std::optional<std::string> session_cookie(std::string_view set_cookie);

}  // namespace couch::http
