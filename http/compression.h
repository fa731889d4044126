#pragma once
// gzip for the bodies of writes. CouchDB takes it and stores what it unpacked; its answers are never
// compressed.
#include <cstddef>
#include <string>
#include <string_view>

namespace couch::http {

struct Site;

// Level 1 packs JSON to a fifth at 100 to 200 MB/s: faster than a gigabit link, and than any server writes
// documents; slower than loopback, where it never pays. Bodies of a packet or two are not worth it.
bool compression_pays(const Site& site, size_t bytes);

// Throws std::bad_alloc.
std::string gzip(std::string_view bytes);

}  // namespace couch::http
