#include "driver/async/stack.h"

#include <sys/mman.h>
#include <unistd.h>

#include <mutex>
#include <new>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

namespace couch::driver {
namespace {

constexpr size_t kept = 64;               // stacks of ended calls
constexpr size_t kept_bytes = 64u << 10;  // of each, at its top; the rest goes back to the system

struct Pool {
  std::mutex mutex;
  std::vector<char*> free;  // their lowest addresses, guard page included
};

// Never destroyed: threads may still give stacks back while the process ends.
Pool& pool() {
  static auto* const stacks = new Pool;
  return *stacks;
}

size_t guard_bytes() { return static_cast<size_t>(::sysconf(_SC_PAGESIZE)); }

}  // namespace

boost::context::stack_context Stacks::allocate() {
  const size_t guard = guard_bytes();
  char* low = nullptr;
  {
    std::scoped_lock lock{pool().mutex};
    if (!pool().free.empty()) {
      low = pool().free.back();
      pool().free.pop_back();
    }
  }
  if (!low) {
    void* const mapped = ::mmap(nullptr, bytes + guard, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (mapped == MAP_FAILED) throw std::bad_alloc{};
    if (::mprotect(mapped, guard, PROT_NONE) != 0) {
      ::munmap(mapped, bytes + guard);
      throw std::bad_alloc{};
    }
    low = static_cast<char*>(mapped);
  }
#if defined(__SANITIZE_ADDRESS__)
  ASAN_UNPOISON_MEMORY_REGION(low + guard, bytes);  // its last user did not return through all its frames
#endif
  boost::context::stack_context stack;
  stack.size = bytes;
  stack.sp = low + guard + bytes;
  return stack;
}

void Stacks::deallocate(boost::context::stack_context& stack) noexcept {
  const size_t guard = guard_bytes();
  char* const low = static_cast<char*>(stack.sp) - bytes - guard;
  ::madvise(low + guard, bytes - kept_bytes, MADV_DONTNEED);
  try {
    std::scoped_lock lock{pool().mutex};
    if (pool().free.size() < kept) {
      pool().free.push_back(low);
      return;
    }
  } catch (...) {
    // No memory to remember it: it goes.
  }
  ::munmap(low, bytes + guard);
}

}  // namespace couch::driver
