#include "driver/async/workers.h"

#include <pthread.h>

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "driver/async/fiber.h"
#include "http/loop.h"

namespace couch::driver {
namespace {

std::atomic<Workers*> current{nullptr};
constexpr auto idle_limit = std::chrono::seconds{10};
// How long a thread rests during a fork. What forks may wait in another handler for a lock of the
// application, which is held by somebody who waits for a call.
constexpr auto longest_rest = std::chrono::seconds{5};

}  // namespace

struct Workers::Thread {
  std::mutex mutex;
  std::condition_variable changed;
  Fiber *first = nullptr, *last = nullptr;  // those that can go on
  size_t queued = 0;
  size_t calls = 0;      // that belong to it
  bool running = false;  // there is a thread
  bool busy = false;     // and it runs a call
  size_t forks = 0;      // that are under way: it runs none meanwhile
  bool rested = false;   // for as long as it does: now it runs them again
  bool exiting = false;

  // How long a new call would wait: for those that can go on, else for those that will.
  std::pair<size_t, size_t> load() {
    std::scoped_lock lock{mutex};
    return {queued + (busy ? 1 : 0), calls};
  }

  void enqueue(Fiber& fiber) noexcept {
    {
      std::scoped_lock lock{mutex};
      push(fiber);
    }
    changed.notify_one();
  }

  // Under the mutex.
  void push(Fiber& fiber) noexcept {
    fiber.next = nullptr;
    (last ? last->next : first) = &fiber;
    last = &fiber;
    ++queued;
  }
  Fiber& pop() noexcept {
    Fiber& fiber = *first;
    first = fiber.next;
    if (!first) last = nullptr;
    --queued;
    return fiber;
  }

  // Under the mutex.
  void start() {
    sigset_t all, before;  // signals are the application's
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    try {
      std::thread{[this] { work(); }}.detach();
      running = true;
    } catch (...) {
      pthread_sigmask(SIG_SETMASK, &before, nullptr);
      throw;
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  // Bounded: a call that cannot give way must not keep the process from forking.
  void pause() noexcept {
    std::unique_lock lock{mutex};
    ++forks;
    changed.wait_for(lock, std::chrono::seconds{1}, [&] { return !busy; });
  }
  void go_on() noexcept {
    {
      std::scoped_lock lock{mutex};
      if (forks > 0 && --forks == 0) rested = false;
    }
    changed.notify_all();
  }

  void work() {
    pthread_setname_np(pthread_self(), "couchdb-odbc-w");
    std::unique_lock lock{mutex};
    while (!exiting) {
      if (forks > 0 && !rested) {
        rested = !changed.wait_for(lock, longest_rest, [&] { return forks == 0 || exiting; });
        continue;
      }
      if (!first) {
        // Calls that wait will go on in this thread, so it stays.
        if (calls > 0)
          changed.wait(lock);
        else if (changed.wait_for(lock, idle_limit) == std::cv_status::timeout && calls == 0)
          break;
        continue;
      }
      Fiber& fiber = pop();
      busy = true;
      lock.unlock();
      const bool ended = fiber.resume();
      if (ended) fiber.kept_alive.reset();
      lock.lock();
      busy = false;
      if (ended) --calls;
      if (forks > 0) changed.notify_all();
    }
    running = false;
    changed.notify_all();
  }
};

struct Workers::Impl {
  http::Loop& loop = http::Loop::here();  // tells a forked child from its parent
  std::array<Thread, 2> threads;
  std::atomic<bool> exiting{false};
};

Workers::Workers() : impl_(new Impl) {}
Workers::~Workers() { delete impl_; }

Workers& Workers::here() {
  static std::once_flag once;
  std::call_once(once, [] {
    http::Loop::here();  // pauses after the workers have, who may be about to wake it
    pthread_atfork(&Workers::before_fork, &Workers::after_fork, nullptr);
    std::atexit(&Workers::at_exit);
  });
  Workers* workers = current.load(std::memory_order_acquire);
  while (!workers || !workers->impl_->loop.is_here()) {
    auto* fresh = new Workers;
    if (current.compare_exchange_strong(workers, fresh, std::memory_order_acq_rel)) return *fresh;
    delete fresh;  // another thread was first
  }
  return *workers;
}

bool Workers::alive() const noexcept { return impl_->loop.is_here() && !impl_->exiting; }

void Workers::run(std::function<void()> body) {
  auto& threads = impl_->threads;
  Thread& thread = threads[1].load() < threads[0].load() ? threads[1] : threads[0];
  auto fiber = std::make_shared<Fiber>(std::move(body), [&thread](Fiber& f) { thread.enqueue(f); });
  {
    std::scoped_lock lock{thread.mutex};
    if (!thread.running && !thread.exiting) thread.start();
    ++thread.calls;
    fiber->kept_alive = fiber;
    thread.push(*fiber);
  }
  thread.changed.notify_one();
}

// Calls hold no lock where they give way or wait. Elsewhere they may hold one that is the whole process's -
// SQLite's allocator has one - and the child would wait for it for ever.
void Workers::before_fork() noexcept {
  Workers* const workers = current.load(std::memory_order_acquire);
  if (!workers || !workers->alive() || http::Parker::running()) return;
  for (Thread& thread : workers->impl_->threads) thread.pause();
}

void Workers::after_fork() noexcept {
  Workers* const workers = current.load(std::memory_order_acquire);
  if (!workers || http::Parker::running()) return;
  for (Thread& thread : workers->impl_->threads) thread.go_on();
}

// Bounded: an exit must not hang because a statement sorts.
void Workers::at_exit() noexcept {
  Workers* const workers = current.load(std::memory_order_acquire);
  if (!workers || !workers->impl_->loop.is_here()) return;
  workers->impl_->exiting = true;
  for (Thread& thread : workers->impl_->threads) {
    std::unique_lock lock{thread.mutex};
    thread.exiting = true;
    thread.changed.notify_all();
    thread.changed.wait_for(lock, std::chrono::seconds{1}, [&] { return !thread.running; });
  }
}

}  // namespace couch::driver
