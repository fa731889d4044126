#include "sql/documents.h"

#include <algorithm>
#include <thread>

#include "sql/error.h"
#include "sql/json_text.h"

namespace couch::sql {

bool is_one_document(const DocumentRequest& request) {
  const auto* read = std::get_if<ByIds>(&request.what);
  if (!read || !read->include_docs || read->ids.size() != 1 || !request.partition.empty()) return false;
  constexpr size_t longest = 1000;  // escaping makes a byte three; request lines of 8 KB are refused
  const std::string& id = read->ids.front();
  if (id.empty() || id.size() > longest || id.front() == '_' || id.front() == '.') return false;
  return std::none_of(id.begin(), id.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '/' || c == '\\';
  });
}

std::string row_of_missing(std::string_view id) {
  return R"({"key":)" + json_string(id) + R"(,"error":"not_found"})";
}

bool Documents::pending(std::string_view) const { return false; }

// Sources that can only be read (tests', mostly).
std::vector<WriteResult> Documents::write(const std::string&, std::span<const std::string>) {
  throw Error(ErrorKind::NotSupported, "these documents cannot be changed");
}
ActionAnswer Documents::perform(const Action&) {
  throw Error(ErrorKind::NotSupported, "this server is only read");
}

void Documents::pause(std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }

}  // namespace couch::sql
