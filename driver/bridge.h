#pragma once
// The bridge: sql::Documents carried out over http::Client. The only place where sql/ and http/ meet.
#include <chrono>
#include <memory>
#include <optional>

#include "http/client.h"
#include "sql/documents.h"
#include "sql/table.h"

namespace couch::driver {

// Streams page by themselves where a server forces a size (by key, never by skip), drop no row and end only
// where the answer ends.
std::unique_ptr<sql::Documents> documents_over(std::shared_ptr<http::Client> client, const http::Stop* stop,
                                               std::optional<std::chrono::steady_clock::time_point> deadline);

}  // namespace couch::driver
