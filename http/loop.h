#pragma once
// The one loop of the process: it drives libcurl's multi interface for every connection and statement.
//
// One thread at a time runs it, "the driver". That is the I/O thread; but a caller that waits for its own
// answer, and finds that nobody drives, does so itself until the answer is there. So a short request of a
// program with one thread costs no hand-over between threads, of which there would be two, each of them a
// good part of what such a request to a near server takes. What a caller leaves unfinished the I/O thread
// goes on with. Where others here say "on the I/O thread", it is the driver of that moment.
//
// The thread starts on demand and ends after idle seconds; nothing joins it. (The library is linked -z
// nodelete, so its code stays mapped.) At the process's exit it is told to stop before OpenSSL takes its
// state down. A forked child has no such thread: it gets a Loop of its own, and what belonged to the parent's
// is left alone, because its locks may be held for ever. While the process forks the driver is at rest, so
// that it holds no lock of a library that the child needs. All is reached through pointers that are never
// freed, so no static destructor runs while a thread still works.
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

namespace couch::http {

class Admission;
class Transfer;

class Loop {
 public:
  using Clock = std::chrono::steady_clock;
  using Time = Clock::time_point;

  // Something that the loop keeps alive and calls, always on the driver's thread, one at a time, and never
  // inside a libcurl callback. It takes no lock that a caller holds who waits for an answer. What it throws
  // ends the process, as it would in any thread: guests handle their errors.
  class Guest {
   public:
    virtual ~Guest() = default;
    virtual void on_due(Time now) = 0;     // the time of schedule() has come
    virtual void on_stop_requested() = 0;  // some Stop was: look at your own
    virtual void on_exit() = 0;            // the process ends
    virtual void on_turn_end() {}          // after_turn() was called
  };

  // This process's. Never freed.
  static Loop& here();
  // False for the loop of a parent process.
  bool is_here() const noexcept;
  // Wakes the driver to look at every guest's Stop. Takes no lock; may be called from a signal handler.
  static void announce_stop() noexcept;

  // AwaitedNext: in a CallScope (http/client.h) nobody is woken for it, as the caller is about to drive.
  enum class Urgency : uint8_t { Now, AwaitedNext };
  // Any thread. The driver runs it, in order. False (and nothing happens) once the process is exiting.
  bool post(std::function<void()> task, Urgency urgency = Urgency::Now);
  // Drives until `done`, which is asked between turns. False, and nothing was done: somebody else drives, or
  // this is a call that runs asynchronously.
  bool drive_until(const std::function<bool()>& done);
  // Wakes the I/O thread for what this thread posted in its CallScope.
  static void announce() noexcept;

  // The driver only.
  void enter(std::shared_ptr<Guest> guest);
  void leave(Guest& guest);                // may destroy it
  void schedule(Guest& guest, Time when);  // replaces the earlier time; Time::max(): never
  // on_turn_end() comes when all that arrived together was looked at.
  void after_turn(std::shared_ptr<Guest> guest);
  void add(Transfer& transfer);
  void remove(Transfer& transfer);
  Admission& admission();

  // For tests. How long an idle thread stays (10 s), and whether there is one.
  void set_idle_limit(std::chrono::milliseconds limit);
  bool running() const;

 private:
  Loop();
  ~Loop();  // only of one that lost a race to be the first
  static void forget_in_child() noexcept;
  static void before_fork() noexcept;
  static void after_fork() noexcept;
  static void at_exit() noexcept;
  struct Impl;
  Impl* const impl_;
};

}  // namespace couch::http
