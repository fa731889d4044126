#include "http/wait.h"

#include <algorithm>
#include <memory>

#include "http/client.h"
#include "http/loop.h"

namespace couch::http {
namespace {

thread_local Parker* of_this_thread = nullptr;

class ThreadParker final : public Parker {
 public:
  void park() noexcept override {
    Loop::announce();
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return woken_; });
    woken_ = false;
  }
  void unpark() noexcept override {
    {
      std::scoped_lock lock{mutex_};
      woken_ = true;
    }
    changed_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
};

// Wakes a parker when its time has come or its stop is requested: a guest of the I/O thread, which looks at
// both for everybody.
class Alarm final : public Loop::Guest, public std::enable_shared_from_this<Alarm> {
 public:
  Alarm(Parker& parker, const Stop* stop, std::optional<Signal::Time> until)
      : parker_(&parker), stop_(stop), until_(until) {}

  void set() {
    const bool posted = Loop::here().post([self = shared_from_this()] {
      Loop& loop = Loop::here();
      loop.enter(self);
      if (self->until_) loop.schedule(*self, *self->until_);
      self->on_stop_requested();
    });
    if (!posted) ring();  // the process is exiting
  }
  // From now on neither the parker nor the stop is touched.
  void clear() {
    {
      std::scoped_lock lock{mutex_};
      parker_ = nullptr;
      stop_ = nullptr;
    }
    Loop::here().post([self = shared_from_this()] { Loop::here().leave(*self); });
  }

  void on_due(Loop::Time) override { ring(); }
  void on_stop_requested() override {
    std::scoped_lock lock{mutex_};
    if (parker_ && stop_ && stop_->requested()) parker_->unpark();
  }
  void on_exit() override { ring(); }

 private:
  void ring() {
    std::scoped_lock lock{mutex_};
    if (parker_) parker_->unpark();
  }
  std::mutex mutex_;
  Parker* parker_;
  const Stop* stop_;
  const std::optional<Signal::Time> until_;
};

std::shared_ptr<Parker> parker_here() {
  if (Parker* const call = Parker::running()) return call->shared_from_this();
  return std::make_shared<ThreadParker>();
}

}  // namespace

Parker* Parker::running() noexcept { return of_this_thread; }
void Parker::set_running(Parker* parker) noexcept { of_this_thread = parker; }

void Signal::wait(std::unique_lock<std::mutex>& lock) { wait(lock, nullptr, std::nullopt); }

void Signal::wait(std::unique_lock<std::mutex>& lock, const Stop* stop, std::optional<Time> until) {
  const auto parker = parker_here();
  std::shared_ptr<Alarm> alarm;
  if (stop || until) alarm = std::make_shared<Alarm>(*parker, stop, until);
  parked_.push_back(parker);
  lock.unlock();
  if (alarm) alarm->set();
  parker->park();
  if (alarm) alarm->clear();
  lock.lock();
  std::erase(parked_, parker);  // not taken by whoever notifies, where it was the alarm
}

void pause(std::chrono::milliseconds time, const Stop* stop) {
  const auto until = std::chrono::steady_clock::now() + time;
  std::mutex mutex;
  Signal nobody;
  std::unique_lock lock{mutex};
  while (std::chrono::steady_clock::now() < until && !(stop && stop->requested()))
    nobody.wait(lock, stop, until);
}

}  // namespace couch::http
