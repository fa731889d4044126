#pragma once
// A temporary file without a name (in TMPDIR, else /tmp), for rows that nobody has fetched yet. It ends with
// the object, whatever happens to the process.
#include <cstdint>
#include <span>

namespace couch::http {

class SpillFile {
 public:
  SpillFile();  // throws Error (LinkFailure) that names the directory and says why
  ~SpillFile();
  SpillFile(const SpillFile&) = delete;
  SpillFile& operator=(const SpillFile&) = delete;
  // Whole or an Error. Reads and writes of different places may run at the same time.
  void write(uint64_t offset, std::span<const char> bytes);
  void read(uint64_t offset, std::span<char> bytes) const;
  void truncate();

 private:
  int fd_;
};

}  // namespace couch::http
