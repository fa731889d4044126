#pragma once
// A file that is gone when its object is.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace couch::live {

class TemporaryFile {
 public:
  TemporaryFile() {
    name_ = (std::filesystem::temp_directory_path() / "couch-live-file-XXXXXX").string();
    const int descriptor = mkstemp(name_.data());
    if (descriptor < 0) throw std::runtime_error("no temporary file can be made");
    close(descriptor);
  }
  ~TemporaryFile() { std::remove(name_.c_str()); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  // Replaces what it holds; returns its name.
  const std::string& write(const std::string& text) const {
    std::ofstream(name_, std::ios::trunc) << text;
    return name_;
  }

 private:
  std::string name_;
};

}  // namespace couch::live
