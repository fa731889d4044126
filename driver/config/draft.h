#pragma once
// What the keywords' setters fill before parse_settings() joins it into Settings: places that several
// keywords share.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "driver/config/settings.h"

namespace couch::driver {

struct SettingsDraft {
  Settings settings;
  std::string servers;  // Server's text: host[:port], …
  std::optional<uint16_t> port;
  std::string prefix;                // URL: "/couch", escaped as written
  std::optional<bool> https;         // URL's scheme
  std::optional<http::TlsMode> tls;  // SSLMode
  std::optional<http::Auth> auth;
  std::optional<uint32_t> log_level;
};

}  // namespace couch::driver
