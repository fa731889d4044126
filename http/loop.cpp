#include "http/loop.h"

#include <curl/curl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <map>
#include <mutex>
#include <new>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "http/admission.h"
#include "http/client.h"
#include "http/transfer.h"
#include "http/wait.h"

namespace couch::http {
namespace {

std::atomic<Loop*> current{nullptr};
// current's, for announce_stop(): of who drives it, and of the I/O thread while it does not.
std::atomic<int> driver_descriptor{-1}, thread_descriptor{-1};
std::atomic<uint64_t> stops{0};  // how many times a stop was announced
static_assert(std::atomic<uint64_t>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

// Of this thread: it is inside a CallScope; and it has posted something there that nobody was told of.
thread_local bool in_call = false, unannounced = false;

void wake(int descriptor) noexcept {
  const uint64_t one = 1;
  while (::write(descriptor, &one, sizeof one) < 0 && errno == EINTR) {
  }
}

// One read takes all of them.
void take_wakes(int descriptor) noexcept {
  uint64_t count = 0;
  while (::read(descriptor, &count, sizeof count) < 0 && errno == EINTR) {
  }
}

// The thread takes no signals: they are the application's. SIGPIPE of a broken TLS connection stays pending
// here and harms nobody.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

// An application's thread that drives the loop: it is not to die of a broken TLS connection's SIGPIPE
// (libcurl sends without it where there is no TLS), nor to be cancelled with everybody's transfers in its
// hands. Which connections there will be is not known before: a turn begins with what was posted.
class Borrowed {
 public:
  Borrowed() {
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancelable_);
    sigset_t pending;
    sigpending(&pending);
    sigemptyset(&pipe_);
    if (sigismember(&pending, SIGPIPE) == 1) return;  // the application's own stays as it is
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
    blocked_ = true;
  }
  ~Borrowed() {
    if (blocked_) {
      const timespec at_once{};
      while (sigtimedwait(&pipe_, nullptr, &at_once) < 0 && errno == EINTR) {
      }
      pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
    pthread_setcancelstate(cancelable_, nullptr);
  }
  Borrowed(const Borrowed&) = delete;
  Borrowed& operator=(const Borrowed&) = delete;

 private:
  int cancelable_ = 0;
  bool blocked_ = false;
  sigset_t pipe_, before_;
};

}  // namespace

struct Loop::Impl {
  explicit Impl(Loop& owner) : loop(owner) {
    if (driver_wake < 0 || thread_wake < 0) throw std::bad_alloc{};
  }
  ~Impl() {
    ::close(driver_wake);
    ::close(thread_wake);
  }
  static int new_descriptor() { return ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

  Loop& loop;
  const int driver_wake = new_descriptor();
  const int thread_wake = new_descriptor();
  // Shared with callers.
  mutable std::mutex mutex;
  std::condition_variable ended;
  std::vector<std::function<void()>> tasks;
  bool thread = false;
  bool driven = false;  // by the I/O thread or a caller: then "the driver's", below, is that one's
  bool asleep = false;  // the driver is, or about to be: somebody has to wake it
  // What the last driver left behind: transfers; guests, and when the first of them is due; since when.
  bool transfers_left = false, guests_left = false;
  Time due = Time::max(), idle_since = Clock::now();
  Time thread_until = Time::max();  // when the I/O thread looks by itself
  std::atomic<bool> exiting{false};
  size_t forks = 0;  // that are under way: the driver rests meanwhile
  bool resting = false;
  std::chrono::milliseconds idle_limit{10000};
  // The driver's.
  CURLM* multi = nullptr;
  struct Entry {
    std::shared_ptr<Guest> guest;
    std::multimap<Time, Guest*>::iterator due;
  };
  std::unordered_map<Guest*, Entry> guests;
  std::multimap<Time, Guest*> times;
  std::vector<std::shared_ptr<Guest>> at_turn_end;
  uint64_t seen_stops = 0;
  size_t transfers = 0;
  Admission admission;

  void wake_all() const {
    wake(driver_wake);
    wake(thread_wake);
  }

  void start_thread() {
    const SignalsBlocked guard;
    std::thread{[this] { run(); }}.detach();
    thread = true;
  }

  void run_tasks() {
    std::vector<std::function<void()>> now;
    {
      std::scoped_lock lock{mutex};
      asleep = false;
      now.swap(tasks);
    }
    for (auto& task : now) task();
  }

  // What is posted from now on wakes the thread; false: something was posted already.
  bool fall_asleep() {
    std::scoped_lock lock{mutex};
    asleep = tasks.empty();
    return asleep;
  }

  void end_turn() {
    for (const auto& guest : std::exchange(at_turn_end, {})) guest->on_turn_end();
  }

  // Guests may leave while they are called.
  template <class Call>
  void each_guest(Call call) {
    std::vector<std::shared_ptr<Guest>> all;
    all.reserve(guests.size());
    for (auto& [raw, entry] : guests) all.push_back(entry.guest);
    for (auto& guest : all)
      if (guests.contains(guest.get())) call(*guest);
  }

  void run_due() {
    while (!times.empty()) {
      const auto now = Clock::now();
      const auto first = times.begin();
      if (first->first > now) return;
      const auto keep = guests.at(first->second).guest;
      loop.schedule(*keep, Time::max());
      keep->on_due(now);
    }
  }

  void finish_transfers() {
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;
      Transfer* transfer = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
      loop.remove(*transfer);
      transfer->sink_.on_finished(code);
    }
  }

  Time next_due() const { return times.empty() ? Time::max() : times.begin()->first; }

  static int milliseconds_until(Time when) {
    const auto now = Clock::now();
    const auto left = std::min(when, now + std::chrono::minutes{10}) - now;
    return static_cast<int>(std::max<int64_t>(std::chrono::ceil<std::chrono::milliseconds>(left).count(), 0));
  }

  // Elsewhere the driver may hold a lock that is the whole process's, OpenSSL's or the allocator's, and the
  // child would wait for it for ever.
  void rest_while_forking() {
    std::unique_lock lock{mutex};
    if (forks == 0) return;
    resting = true;
    ended.notify_all();
    // Bounded: what forks may wait in another handler for a lock of the application, which holds it while it
    // waits for us.
    ended.wait_for(lock, std::chrono::seconds{5}, [&] { return forks == 0; });
    resting = false;
  }
  // Bounded: a fork must not hang because a name server does.
  void begin_fork() {
    std::unique_lock lock{mutex};
    ++forks;
    if (!driven) return;
    asleep = false;
    wake(driver_wake);
    ended.wait_for(lock, std::chrono::seconds{1}, [&] { return resting || !driven; });
  }
  void end_fork() {
    {
      std::scoped_lock lock{mutex};
      if (forks > 0) --forks;
    }
    ended.notify_all();
  }

  // One turn: everything that can be done without waiting.
  void work() noexcept {
    rest_while_forking();
    if (!multi) open_multi();
    run_tasks();
    if (exiting) each_guest([](Guest& guest) { guest.on_exit(); });  // those that have just entered, too
    if (const uint64_t now = stops.load(std::memory_order_acquire); now != seen_stops) {
      seen_stops = now;
      each_guest([](Guest& guest) { guest.on_stop_requested(); });
    }
    run_due();
    int running = 0;
    curl_multi_perform(multi, &running);
    finish_transfers();
    end_turn();
  }

  void sleep() noexcept {
    curl_waitfd extra{driver_wake, CURL_WAIT_POLLIN, 0};
    curl_multi_poll(multi, &extra, 1, fall_asleep() ? milliseconds_until(next_due()) : 0, nullptr);
    if (extra.revents != 0) take_wakes(driver_wake);
  }

  void open_multi() {
    multi = curl_multi_init();
    if (!multi) std::abort();  // out of memory at the first 400 bytes
    curl_multi_setopt(multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
    // Kept connections, of all servers. How many are in use at once is bounded a server by
    // http/admission.h.
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, 128L);
  }

  // Under the lock, as what follows; while nobody drives.
  bool needed() const {
    return transfers_left || !tasks.empty() || due <= Clock::now() ||
           (guests_left && stops.load(std::memory_order_acquire) != seen_stops);
  }

  void stop_driving() {
    asleep = false;
    driven = false;
    transfers_left = transfers > 0;
    guests_left = !guests.empty();
    due = next_due();
    idle_since = Clock::now();
    if (forks > 0) ended.notify_all();
  }

  // When the I/O thread has to look, as long as nobody is woken.
  Time next_look() const { return guests_left ? due : idle_since + idle_limit; }

  // Nobody is here and nobody has asked for anything, or the process ends.
  void retire() {
    if (exiting) {
      tasks.clear();
    } else {
      curl_multi_cleanup(multi);  // closes the kept connections
      multi = nullptr;
    }
    thread = false;
    ended.notify_all();
  }

  // The I/O thread: drives while there are transfers that no caller drives, and when a guest's time has come.
  void run() {
    pthread_setname_np(pthread_self(), "couchdb-odbc");
    for (std::unique_lock lock{mutex};;) {
      auto until = Time::max();
      if (!driven) {
        if (exiting) {
          drive_here(lock);  // its guests are told
          return retire();
        }
        if (needed()) {
          drive_here(lock);
          continue;
        }
        until = next_look();
        if (!guests_left && until <= Clock::now()) {
          if (forks == 0) return retire();
          until = Clock::now() + std::chrono::milliseconds{10};
        }
      }
      thread_until = until;
      lock.unlock();
      pollfd call{thread_wake, POLLIN, 0};
      ::poll(&call, 1, milliseconds_until(until));
      take_wakes(thread_wake);
      lock.lock();
    }
  }

  void drive_here(std::unique_lock<std::mutex>& lock) {
    driven = true;
    lock.unlock();
    for (work(); transfers > 0; work()) sleep();
    lock.lock();
    stop_driving();
  }

  bool drive_until(const std::function<bool()>& done) {
    {
      std::scoped_lock lock{mutex};
      if (driven || exiting || !thread) return false;
      driven = true;
    }
    unannounced = false;
    {
      const Borrowed borrowed;
      for (work(); !done(); work()) sleep();
    }
    std::unique_lock lock{mutex};
    stop_driving();
    const bool hand_over = exiting || needed() || next_look() < thread_until;
    lock.unlock();
    if (hand_over) wake(thread_wake);
    return true;
  }
};

Loop::Loop() : impl_(new Impl{*this}) {}

Loop::~Loop() { delete impl_; }

Loop& Loop::here() {
  static std::once_flag once;
  std::call_once(once, [] {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    pthread_atfork(&Loop::before_fork, &Loop::after_fork, &Loop::forget_in_child);
    std::atexit(&Loop::at_exit);  // after OpenSSL has registered its own: so ours runs first
  });
  Loop* loop = current.load(std::memory_order_acquire);
  while (!loop) {
    auto* fresh = new Loop;
    if (current.compare_exchange_strong(loop, fresh, std::memory_order_acq_rel)) {
      driver_descriptor.store(fresh->impl_->driver_wake, std::memory_order_release);
      thread_descriptor.store(fresh->impl_->thread_wake, std::memory_order_release);
      return *fresh;
    }
    delete fresh;  // another thread was first
  }
  return *loop;
}

bool Loop::is_here() const noexcept { return current.load(std::memory_order_acquire) == this; }

void Loop::before_fork() noexcept {
  if (Loop* const loop = current.load(std::memory_order_acquire)) loop->impl_->begin_fork();
}

void Loop::after_fork() noexcept {
  if (Loop* const loop = current.load(std::memory_order_acquire)) loop->impl_->end_fork();
}

// Only async-signal-safe work: the child of a threaded process may do no other until it calls exec or us.
void Loop::forget_in_child() noexcept {
  current.store(nullptr, std::memory_order_release);
  driver_descriptor.store(-1, std::memory_order_release);
  thread_descriptor.store(-1, std::memory_order_release);
}

void Loop::at_exit() noexcept {
  Loop* loop = current.load(std::memory_order_acquire);
  if (!loop) return;
  Impl& impl = *loop->impl_;
  std::unique_lock lock{impl.mutex};
  impl.exiting = true;
  impl.wake_all();
  // Bounded: an exit must not hang because a name server does.
  impl.ended.wait_for(lock, std::chrono::seconds{1}, [&] { return !impl.thread; });
}

void Loop::announce_stop() noexcept {
  stops.fetch_add(1, std::memory_order_acq_rel);
  for (const auto* whose : {&driver_descriptor, &thread_descriptor})
    if (const int descriptor = whose->load(std::memory_order_acquire); descriptor >= 0) wake(descriptor);
}

bool Loop::post(std::function<void()> task, Urgency urgency) {
  bool asleep = false, driven = false;
  {
    std::scoped_lock lock{impl_->mutex};
    if (impl_->exiting) return false;
    if (!impl_->thread) impl_->start_thread();  // where that fails, nothing was posted
    impl_->tasks.push_back(std::move(task));
    driven = impl_->driven;
    asleep = std::exchange(impl_->asleep, false);
  }
  if (asleep) wake(impl_->driver_wake);
  if (driven) return true;
  if (in_call && urgency == Urgency::AwaitedNext)
    unannounced = true;
  else
    wake(impl_->thread_wake);
  return true;
}

bool Loop::drive_until(const std::function<bool()>& done) {
  if (Parker::running()) return false;  // its thread has other calls to run
  return impl_->drive_until(done);
}

void Loop::announce() noexcept {
  if (!std::exchange(unannounced, false)) return;
  if (const int descriptor = thread_descriptor.load(std::memory_order_acquire); descriptor >= 0)
    wake(descriptor);
}

CallScope::CallScope() noexcept : outermost_(!in_call && !Parker::running()) {
  if (outermost_) in_call = true;
}

CallScope::~CallScope() {
  if (!outermost_) return;
  in_call = false;
  Loop::announce();
}

void Loop::enter(std::shared_ptr<Guest> guest) {
  Guest* raw = guest.get();
  impl_->guests.emplace(raw, Impl::Entry{std::move(guest), impl_->times.end()});
}

void Loop::leave(Guest& guest) {
  const auto found = impl_->guests.find(&guest);
  if (found == impl_->guests.end()) return;
  if (found->second.due != impl_->times.end()) impl_->times.erase(found->second.due);
  const auto keep = std::move(found->second.guest);
  impl_->guests.erase(found);
}

void Loop::schedule(Guest& guest, Time when) {
  const auto found = impl_->guests.find(&guest);
  if (found == impl_->guests.end()) return;
  auto& due = found->second.due;
  if (due != impl_->times.end()) impl_->times.erase(due);
  due = when == Time::max() ? impl_->times.end() : impl_->times.emplace(when, &guest);
}

void Loop::after_turn(std::shared_ptr<Guest> guest) { impl_->at_turn_end.push_back(std::move(guest)); }

void Loop::add(Transfer& transfer) {
  if (curl_multi_add_handle(impl_->multi, transfer.easy_) != CURLM_OK) throw std::bad_alloc{};
  transfer.in_loop_ = true;
  ++impl_->transfers;
}

void Loop::remove(Transfer& transfer) {
  if (!std::exchange(transfer.in_loop_, false)) return;
  curl_multi_remove_handle(impl_->multi, transfer.easy_);
  --impl_->transfers;
}

Admission& Loop::admission() { return impl_->admission; }

void Loop::set_idle_limit(std::chrono::milliseconds limit) {
  std::scoped_lock lock{impl_->mutex};
  impl_->idle_limit = limit;
  impl_->wake_all();
}

bool Loop::running() const {
  std::scoped_lock lock{impl_->mutex};
  return impl_->thread;
}

}  // namespace couch::http
