#pragma once
// Stacks of calls that run asynchronously: mapped memory with a guard page below, touched as it is used, and
// kept for the next call. Thread safe.
#include <boost/context/stack_context.hpp>
#include <cstddef>

namespace couch::driver {

// As Boost.Context wants an allocator of stacks. allocate() throws std::bad_alloc.
struct Stacks {
  // Address space of one stack; only what was touched is memory. As much as a thread's, so that whatever runs
  // synchronously runs asynchronously too: how deep a statement may nest does not depend on the way.
  static constexpr size_t bytes = 8u << 20;
  boost::context::stack_context allocate();
  void deallocate(boost::context::stack_context& stack) noexcept;
};

}  // namespace couch::driver
