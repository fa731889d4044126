#pragma once
// One call that runs asynchronously: a stack that is run by one thread until it waits, and again when it was
// woken; where it computes for long, it goes to the end of its thread's queue now and then. Wraps
// Boost.Context's fiber with what a switch of stacks has to take along.
#include <atomic>
#include <boost/context/fiber.hpp>
#include <chrono>
#include <cstdint>
#include <functional>

#include "http/wait.h"
#include "sql/turn.h"

namespace couch::driver {

class Fiber final : public http::Parker, public sql::Turn {
 public:
  // So long it computes at one go while others wait.
  static constexpr std::chrono::milliseconds slice{5};

  // `enqueue` is called, in any thread, when it can go on; its thread then calls resume(). Both throw
  // nothing.
  Fiber(std::function<void()> body, std::function<void(Fiber&)> enqueue);
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // In its thread. Runs it until it waits, gives way or ends; true: it has ended.
  bool resume();

  void park() noexcept override;
  void unpark() noexcept override;
  // Where its slice is over, has it queued again, and returns when all that were queued before have run.
  void pass() noexcept override;

  Fiber* next = nullptr;               // in its thread's queue, under that one's mutex
  std::shared_ptr<Parker> kept_alive;  // itself, until it has ended

 private:
  enum class State : uint8_t { Queued, Running, Woken /* while it runs: it will not sleep */, Parked, Ended };
  // What __cxa_get_globals() points to (Itanium C++ ABI 2.2.2): the exceptions that are being handled. They
  // belong to the stack, not to the thread, so that a call may wait in a handler.
  struct Exceptions {
    void* caught = nullptr;
    unsigned int uncaught = 0;
  };
  void swap_exceptions() noexcept;
  void leave() noexcept;
  boost::context::fiber run(boost::context::fiber&& thread);
  void before_leaving(bool for_ever) noexcept;
  void after_coming_back() noexcept;

  std::function<void()> body_;
  const std::function<void(Fiber&)> enqueue_;
  std::atomic<State> state_{State::Queued};
  std::chrono::steady_clock::time_point resumed_;
  bool gives_way_ = false;  // it left to be queued again, not to wait
  Exceptions exceptions_;
  const void* stack_low_ = nullptr;  // set by the making of self_
  boost::context::fiber self_, thread_;
  // For sanitizers.
  const void* thread_low_ = nullptr;
  size_t thread_bytes_ = 0;
  void* fake_stack_ = nullptr;
  void* race_ = nullptr;         // this fiber's, to TSan
  void* thread_race_ = nullptr;  // its thread's
};

}  // namespace couch::driver
