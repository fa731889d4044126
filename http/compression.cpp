#include "http/compression.h"

#include <zlib.h>

#include <limits>
#include <new>

#include "http/wire.h"

namespace couch::http {

bool compression_pays(const Site& site, size_t bytes) {
  constexpr size_t least = 4096;
  return bytes >= least && bytes <= std::numeric_limits<uInt>::max() && site.takes_gzip.load() &&
         (site.endpoint.compress_nearby || !site.server().loopback);
}

std::string gzip(std::string_view bytes) {
  constexpr int with_gzip_header = 15 + 16;
  z_stream stream{};
  if (deflateInit2(&stream, 1, Z_DEFLATED, with_gzip_header, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc{};
  std::string packed;
  try {
    packed.resize(deflateBound(&stream, static_cast<uLong>(bytes.size())));
  } catch (...) {
    deflateEnd(&stream);
    throw;
  }
  // zlib reads its input only.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);  // one call: the output has room for all of it
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  packed.shrink_to_fit();
  return packed;
}

}  // namespace couch::http
