#include "http/loop.h"

#include <curl/curl.h>
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
#include "http/transfer.h"

namespace couch::http {
namespace {

std::atomic<Loop*> current{nullptr};
std::atomic<int> wake_descriptor{-1};  // current's, for announce_stop()
std::atomic<uint64_t> stops{0};        // how many times a stop was announced
static_assert(std::atomic<uint64_t>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

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

}  // namespace

struct Loop::Impl {
  explicit Impl(Loop& owner) : loop(owner), descriptor(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (descriptor < 0) throw std::bad_alloc{};
  }

  Loop& loop;
  const int descriptor;
  // Shared with callers.
  mutable std::mutex mutex;
  std::condition_variable ended;
  std::vector<std::function<void()>> tasks;
  bool thread = false;
  bool asleep = false;  // or about to be: somebody has to wake it
  std::atomic<bool> exiting{false};
  std::chrono::milliseconds idle_limit{10000};
  // The I/O thread's own.
  CURLM* multi = nullptr;
  struct Entry {
    std::shared_ptr<Guest> guest;
    std::multimap<Time, Guest*>::iterator due;
  };
  std::unordered_map<Guest*, Entry> guests;
  std::multimap<Time, Guest*> times;
  std::vector<std::shared_ptr<Guest>> at_turn_end;
  uint64_t seen_stops = 0;
  Admission admission;

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

  int poll_timeout(Time idle_since) const {
    const auto now = Clock::now();
    auto until = now + std::chrono::minutes{10};
    if (!times.empty()) until = std::min(until, times.begin()->first);
    if (guests.empty()) until = std::min(until, idle_since + idle_limit_now());
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - now).count();
    return static_cast<int>(std::max<int64_t>(left, 0));
  }

  std::chrono::milliseconds idle_limit_now() const {
    std::scoped_lock lock{mutex};
    return idle_limit;
  }

  // True when the thread may end: nobody is here and nobody has asked for anything. Under the lock that
  // start_thread() is called with.
  bool retire(bool idle) {
    std::scoped_lock lock{mutex};
    if (!exiting && !(idle && tasks.empty())) return false;
    if (exiting) {
      tasks.clear();
    } else {
      curl_multi_cleanup(multi);  // closes the kept connections
      multi = nullptr;
    }
    thread = false;
    ended.notify_all();
    return true;
  }

  void run() {
    pthread_setname_np(pthread_self(), "couchdb-odbc");
    if (!multi) {
      multi = curl_multi_init();
      if (!multi) std::abort();  // out of memory at the first 400 bytes
      curl_multi_setopt(multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
      // Kept connections, of all servers. How many are in use at once is bounded a server by
      // http/admission.h.
      curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, 128L);
    }
    Time idle_since = Clock::now();
    for (;;) {
      if (exiting) each_guest([](Guest& guest) { guest.on_exit(); });
      run_tasks();
      if (const uint64_t now = stops.load(std::memory_order_acquire); now != seen_stops) {
        seen_stops = now;
        each_guest([](Guest& guest) { guest.on_stop_requested(); });
      }
      run_due();
      int running = 0;
      curl_multi_perform(multi, &running);
      finish_transfers();
      end_turn();
      const auto now = Clock::now();
      if (!guests.empty()) idle_since = now;
      if (retire(guests.empty() && now - idle_since >= idle_limit_now())) return;
      curl_waitfd extra{descriptor, CURL_WAIT_POLLIN, 0};
      curl_multi_poll(multi, &extra, 1, fall_asleep() ? poll_timeout(idle_since) : 0, nullptr);
      if (extra.revents != 0) take_wakes(descriptor);
    }
  }
};

Loop::Loop() : impl_(new Impl{*this}) {}

Loop::~Loop() {
  ::close(impl_->descriptor);
  delete impl_;
}

Loop& Loop::here() {
  static std::once_flag once;
  std::call_once(once, [] {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    pthread_atfork(nullptr, nullptr, &Loop::forget_in_child);
    std::atexit(&Loop::at_exit);  // after OpenSSL has registered its own: so ours runs first
  });
  Loop* loop = current.load(std::memory_order_acquire);
  while (!loop) {
    auto* fresh = new Loop;
    if (current.compare_exchange_strong(loop, fresh, std::memory_order_acq_rel)) {
      wake_descriptor.store(fresh->impl_->descriptor, std::memory_order_release);
      return *fresh;
    }
    delete fresh;  // another thread was first
  }
  return *loop;
}

bool Loop::is_here() const noexcept { return current.load(std::memory_order_acquire) == this; }

// Only async-signal-safe work: the child of a threaded process may do no other until it calls exec or us.
void Loop::forget_in_child() noexcept {
  current.store(nullptr, std::memory_order_release);
  wake_descriptor.store(-1, std::memory_order_release);
}

void Loop::at_exit() noexcept {
  Loop* loop = current.load(std::memory_order_acquire);
  if (!loop) return;
  Impl& impl = *loop->impl_;
  std::unique_lock lock{impl.mutex};
  impl.exiting = true;
  wake(impl.descriptor);
  // Bounded: an exit must not hang because a name server does.
  impl.ended.wait_for(lock, std::chrono::seconds{1}, [&] { return !impl.thread; });
}

void Loop::announce_stop() noexcept {
  stops.fetch_add(1, std::memory_order_acq_rel);
  if (const int descriptor = wake_descriptor.load(std::memory_order_acquire); descriptor >= 0)
    wake(descriptor);
}

bool Loop::post(std::function<void()> task) {
  bool asleep = false;
  {
    std::scoped_lock lock{impl_->mutex};
    if (impl_->exiting) return false;
    impl_->tasks.push_back(std::move(task));
    if (!impl_->thread) impl_->start_thread();
    asleep = std::exchange(impl_->asleep, false);
  }
  if (asleep) wake(impl_->descriptor);
  return true;
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

void Loop::add(Transfer& transfer) { curl_multi_add_handle(impl_->multi, transfer.easy_); }
void Loop::remove(Transfer& transfer) { curl_multi_remove_handle(impl_->multi, transfer.easy_); }

Admission& Loop::admission() { return impl_->admission; }

void Loop::set_idle_limit(std::chrono::milliseconds limit) {
  std::scoped_lock lock{impl_->mutex};
  impl_->idle_limit = limit;
  wake(impl_->descriptor);
}

bool Loop::running() const {
  std::scoped_lock lock{impl_->mutex};
  return impl_->thread;
}

}  // namespace couch::http
