#pragma once
// The URL keyword: http[s]://user:password@host:port/prefix/database.
#include <optional>
#include <string>
#include <string_view>

namespace couch::driver {

struct ServerUrl {
  bool https = false;
  std::string hosts;                                    // as the Server keyword takes them: host[:port], …
  std::string prefix;                                   // "/couch", percent-encoded as written; empty: none
  std::optional<std::string> user, password, database;  // decoded; absent: not in the URL
};

// Throws OdbcError HY024. Its message shows no credentials.
ServerUrl parse_url(std::string_view text);

// "%41" -> "A". nullopt: a % that two hexadecimal digits do not follow, or a NUL.
std::optional<std::string> percent_decoded(std::string_view text);

// "http://user:secret@host/db" -> "http://***@host/db". Anything before the last '@' counts as credentials.
std::string without_credentials(std::string_view url);

}  // namespace couch::driver
