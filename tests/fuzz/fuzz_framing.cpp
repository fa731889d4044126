// Row framing over arbitrary bytes, cut arbitrarily. Whatever comes: no crash, the same rows however the
// bytes are cut, and what is accepted is JSON whose rows are those that a full parser finds.
#include <rapidjson/document.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "http/framing.h"

namespace {

using couch::http::RowFramer;

struct Framed {
  bool whole = true;
  std::vector<std::string> rows;
  std::string envelope;
  bool operator==(const Framed&) const = default;
};

Framed frame(std::string_view bytes, size_t piece_size) {
  Framed result;
  RowFramer framer;
  std::string row;
  try {
    for (size_t at = 0; at < bytes.size(); at += piece_size) {
      auto chunk = bytes.substr(at, piece_size);
      for (std::string_view piece;;) {
        const auto found = framer.next(chunk, piece);
        row.append(piece);
        if (found == RowFramer::Found::More) break;
        result.rows.push_back(std::move(row));
        row.clear();
      }
    }
    framer.finish();
    result.envelope = framer.envelope();
  } catch (const couch::http::Error&) {
    result.whole = false;
  }
  return result;
}

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const size_t piece_size = 1 + data[0];
  const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
  const auto once = frame(bytes, bytes.size() + 1);
  require(once == frame(bytes, piece_size));
  if (!once.whole) return 0;
  // Strict outside the rows: if every row is JSON, so is the answer.
  for (const auto& row : once.rows) {
    rapidjson::Document value;
    if (value.Parse<rapidjson::kParseIterativeFlag>(row.data(), row.size()).HasParseError()) return 0;
  }
  rapidjson::Document answer;
  answer.Parse<rapidjson::kParseIterativeFlag>(bytes.data(), bytes.size());
  require(!answer.HasParseError() || answer.GetParseError() == rapidjson::kParseErrorNumberTooBig);
  return 0;
}
