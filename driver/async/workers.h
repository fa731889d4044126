#pragma once
// Threads for calls that run asynchronously: two a process, for any number of calls. Each call has a stack of
// its own (a fiber of Boost.Context); where it would wait (http/wait.h) it is suspended, and its thread goes
// on with another call. So the threads compute - parsing, SQLite, converting - and never wait for the
// network. A call that computes for long goes to the end of its thread's queue every few milliseconds
// (sql/turn.h), so that none keeps the others waiting.
//
// A call stays with its thread until it ends: thread-local state (ICU's collators, errno, whatever a library
// keeps) is what it was, and the compiler may take it for that.
//
// The threads start on demand and end after idle seconds; nothing joins them. At the process's exit they take
// up nothing more. A forked child has none: it gets Workers of its own, and the parent's calls never go on
// there. While the process forks, they are at rest (pthread_atfork), so that no lock of theirs is held in the
// child.
#include <functional>

namespace couch::driver {

class Workers {
 public:
  // This process's. Never freed.
  static Workers& here();
  // False: a parent process's, or the process is exiting. Calls of such never go on.
  bool alive() const noexcept;

  // Any thread. Runs `body`, which throws nothing, as a call. Throws std::bad_alloc, std::system_error: then
  // it does not run.
  void run(std::function<void()> body);

 private:
  friend class Fiber;
  struct Thread;
  struct Impl;
  Workers();
  ~Workers();  // only of one that lost a race to be the first
  static void at_exit() noexcept;
  static void before_fork() noexcept;
  static void after_fork() noexcept;
  Impl* const impl_;
};

}  // namespace couch::driver
