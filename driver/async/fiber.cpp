#include "driver/async/fiber.h"

#include <cxxabi.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "driver/async/stack.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define COUCH_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define COUCH_TSAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define COUCH_ASAN 1
#endif
#if defined(__SANITIZE_THREAD__)
#define COUCH_TSAN 1
#endif
#if defined(COUCH_ASAN)
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(COUCH_TSAN)
#include <sanitizer/tsan_interface.h>
#endif

namespace couch::driver {
namespace {

// The stack of a fiber, with its address noted.
struct NotedStacks {
  const void*& low;
  boost::context::stack_context allocate() {
    auto stack = Stacks{}.allocate();
    low = static_cast<char*>(stack.sp) - stack.size;
    return stack;
  }
  static void deallocate(boost::context::stack_context& stack) noexcept { Stacks{}.deallocate(stack); }
};

}  // namespace

Fiber::Fiber(std::function<void()> body, std::function<void(Fiber&)> enqueue)
    : body_(std::move(body)),
      enqueue_(std::move(enqueue)),
      self_(std::allocator_arg, NotedStacks{stack_low_},
            [this](boost::context::fiber&& thread) { return run(std::move(thread)); }) {
#if defined(COUCH_TSAN)
  race_ = __tsan_create_fiber(0);
#endif
}

Fiber::~Fiber() {
#if defined(COUCH_TSAN)
  __tsan_destroy_fiber(race_);
#endif
}

void Fiber::swap_exceptions() noexcept {
  void* const of_thread = abi::__cxa_get_globals();
  Exceptions now;
  std::memcpy(&now.caught, of_thread, sizeof now.caught);
  std::memcpy(&now.uncaught, static_cast<char*>(of_thread) + sizeof now.caught, sizeof now.uncaught);
  std::memcpy(of_thread, &exceptions_.caught, sizeof now.caught);
  std::memcpy(static_cast<char*>(of_thread) + sizeof now.caught, &exceptions_.uncaught, sizeof now.uncaught);
  exceptions_ = now;
}

bool Fiber::resume() {
  auto queued = State::Queued;  // or Woken, where it has given way: that is for its next park()
  state_.compare_exchange_strong(queued, State::Running, std::memory_order_acq_rel);
  swap_exceptions();
  http::Parker::set_running(this);
  sql::Turn::set_running(this);
  resumed_ = std::chrono::steady_clock::now();
#if defined(COUCH_ASAN)
  void* fake = nullptr;
  __sanitizer_start_switch_fiber(&fake, stack_low_, Stacks::bytes);
#endif
#if defined(COUCH_TSAN)
  thread_race_ = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(race_, 0);
#endif
  self_ = std::move(self_).resume();
#if defined(COUCH_ASAN)
  __sanitizer_finish_switch_fiber(fake, nullptr, nullptr);
#endif
  sql::Turn::set_running(nullptr);
  http::Parker::set_running(nullptr);
  swap_exceptions();
  if (!self_) {
    state_.store(State::Ended, std::memory_order_release);
    return true;
  }
  // Only now may it be queued, by whomever: its stack is at rest.
  if (std::exchange(gives_way_, false)) {
    enqueue_(*this);
    return false;
  }
  auto expected = State::Running;
  if (!state_.compare_exchange_strong(expected, State::Parked, std::memory_order_acq_rel)) {
    state_.store(State::Queued, std::memory_order_relaxed);  // woken before it slept
    enqueue_(*this);
  }
  return false;
}

boost::context::fiber Fiber::run(boost::context::fiber&& thread) {
  after_coming_back();
  thread_ = std::move(thread);
  body_();
  body_ = nullptr;  // what it holds goes before the stack does
  before_leaving(true);
  return std::move(thread_);
}

void Fiber::park() noexcept {
  auto expected = State::Woken;
  if (state_.compare_exchange_strong(expected, State::Running, std::memory_order_acq_rel)) return;
  leave();
}

void Fiber::leave() noexcept {
  before_leaving(false);
  thread_ = std::move(thread_).resume();
  after_coming_back();
}

void Fiber::pass() noexcept {
  if (std::chrono::steady_clock::now() - resumed_ < slice) return;
  const int error = errno;
  gives_way_ = true;
  leave();
  errno = error;
}

void Fiber::unpark() noexcept {
  auto now = state_.load(std::memory_order_acquire);
  for (;;) {
    if (now == State::Queued || now == State::Woken || now == State::Ended) return;
    const auto then = now == State::Parked ? State::Queued : State::Woken;
    if (!state_.compare_exchange_weak(now, then, std::memory_order_acq_rel)) continue;
    if (then == State::Queued) enqueue_(*this);
    return;
  }
}

void Fiber::before_leaving([[maybe_unused]] bool for_ever) noexcept {
#if defined(COUCH_ASAN)
  __sanitizer_start_switch_fiber(for_ever ? nullptr : &fake_stack_, thread_low_, thread_bytes_);
#endif
#if defined(COUCH_TSAN)
  __tsan_switch_to_fiber(thread_race_, 0);
#endif
}

void Fiber::after_coming_back() noexcept {
#if defined(COUCH_ASAN)
  __sanitizer_finish_switch_fiber(fake_stack_, &thread_low_, &thread_bytes_);
#endif
}

}  // namespace couch::driver
