#include "http/spill.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>

#include "http/error.h"

namespace couch::http {
namespace {

std::string directory() {
  const char* wanted = std::getenv("TMPDIR");
  return wanted && *wanted ? wanted : "/tmp";
}

[[noreturn]] void fail(const char* what) {
  const auto why = std::generic_category().message(errno);
  throw Error{ErrorKind::LinkFailure,
              fmt::format("cannot {} the temporary file for rows not yet fetched in {} (TMPDIR): {}", what,
                          directory(), why)};
}

int open_unnamed() {
  const auto where = directory();
#ifdef O_TMPFILE
  if (const int fd = ::open(where.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600); fd >= 0) return fd;
#endif
  std::string pattern = where + "/couchdb-odbc-XXXXXX";  // file systems without O_TMPFILE
  const int fd = ::mkostemp(pattern.data(), O_CLOEXEC);
  if (fd < 0) fail("create");
  ::unlink(pattern.c_str());
  return fd;
}

}  // namespace

SpillFile::SpillFile() : fd_(open_unnamed()) {}
SpillFile::~SpillFile() { ::close(fd_); }

void SpillFile::write(uint64_t offset, std::span<const char> bytes) {
  while (!bytes.empty()) {
    const auto put = ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) fail("write");
    offset += static_cast<uint64_t>(put);
    bytes = bytes.subspan(static_cast<size_t>(put));
  }
}

void SpillFile::read(uint64_t offset, std::span<char> bytes) const {
  while (!bytes.empty()) {
    const auto got = ::pread(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) fail("read");
    offset += static_cast<uint64_t>(got);
    bytes = bytes.subspan(static_cast<size_t>(got));
  }
}

void SpillFile::truncate() {
  if (::ftruncate(fd_, 0) != 0) fail("empty");
}

}  // namespace couch::http
